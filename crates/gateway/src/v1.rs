//! The native API, below `/v1`: what the gateway knows, and what whoever runs it can do, described by `/v1/openapi.json`.
//!
//! Every call needs a token of the gateway with the right for it. Promises: handlers convert, ask the seat, convert; every
//! error is a problem (RFC 9457) that says whose fault it is and what to do; lists come in pages.
//! Must not know: the rules.

mod access;
mod admissions;
mod check;
mod consents;
mod decisions;
mod deliveries;
mod error;
mod events;
mod facts;
mod history;
mod input;
mod numbers;
mod operating;
mod outcomes;
mod page;
mod people;
mod requests;
mod sends;
mod stops;
mod suppressions;
mod taken;
mod templates;
mod tokens;
mod ways;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::Response;
use axum::routing::get;
use tower::ServiceExt;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::gateway::Gateway;
use error::Problem;

/// Where it is.
pub(crate) const PREFIX: &str = "/v1/";
/// Ten thousand admissions of 300 bytes, and room to spare.
const ADMISSIONS_BYTES_MAX: usize = 8 << 20;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Goodstanding gateway: native API",
        description = "What the gateway knows and decides. The Graph API itself is not in here: it is at the same address.\n\n\
            Calls need `Authorization: Bearer <token of the gateway>`. Times are milliseconds since the Unix epoch \
            (`..._ms`) or ISO 8601 text."
    ),
    tags(
        (name = "sending", description = "Whether a message may be sent, and what became of it."),
        (name = "people", description = "What people want, and whom the business does not write to."),
        (name = "mirror", description = "What the platform told about numbers and templates."),
        (name = "history", description = "What happened, as it happens."),
        (name = "operating", description = "Tokens, relayed webhooks, alarms."),
    ),
    modifiers(&Tokens),
    security(("token" = []))
)]
struct Described;

/// How calls show who they are from.
struct Tokens;

impl utoipa::Modify for Tokens {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = openapi.components.get_or_insert_with(Default::default);
        components.add_security_scheme("token", scheme);
    }
}

/// The native API, with its description.
pub(crate) fn router(gateway: Gateway) -> Router {
    let (router, api) = described();
    // Written once: it never changes while the program runs.
    let json = api.to_pretty_json().unwrap_or_default();
    let document = move || async move { ([(axum::http::header::CONTENT_TYPE, "application/json")], json) };
    router
        .route("/v1/openapi.json", get(document))
        .fallback(unknown_path)
        .method_not_allowed_fallback(async || Problem::wrong_method())
        .with_state(gateway)
}

/// The description of the native API as JSON.
pub fn openapi() -> String {
    described().1.to_pretty_json().unwrap_or_default()
}

fn described() -> (Router<Gateway>, utoipa::openapi::OpenApi) {
    let routes = OpenApiRouter::new()
        .routes(routes!(admissions::admit).layer(DefaultBodyLimit::max(ADMISSIONS_BYTES_MAX)))
        .routes(routes!(outcomes::outcomes).layer(DefaultBodyLimit::max(ADMISSIONS_BYTES_MAX)))
        .routes(routes!(decisions::list))
        .routes(routes!(decisions::get))
        .routes(routes!(stops::set, stops::list))
        .routes(routes!(people::get, people::erase))
        .routes(routes!(people::opt_out))
        .routes(routes!(requests::hand_over))
        .routes(routes!(requests::list))
        .routes(routes!(ways::ways, ways::declare))
        .routes(routes!(check::check))
        .routes(
            routes!(suppressions::add, suppressions::list).layer(DefaultBodyLimit::max(ADMISSIONS_BYTES_MAX)),
        )
        .routes(routes!(suppressions::remove))
        .routes(routes!(sends::import).layer(DefaultBodyLimit::max(ADMISSIONS_BYTES_MAX)))
        .routes(routes!(consents::record, consents::list).layer(DefaultBodyLimit::max(ADMISSIONS_BYTES_MAX)))
        .routes(routes!(consents::withdraw).layer(DefaultBodyLimit::max(ADMISSIONS_BYTES_MAX)))
        .routes(routes!(numbers::list))
        .routes(routes!(templates::list))
        .routes(routes!(events::list))
        .routes(routes!(events::stream))
        .routes(routes!(tokens::create, tokens::list))
        .routes(routes!(tokens::revoke))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::redeliver))
        .routes(routes!(operating::alarms))
        .routes(routes!(operating::poll))
        .routes(routes!(operating::readiness, operating::look));
    OpenApiRouter::with_openapi(Described::openapi())
        .nest("/v1", routes)
        .split_for_parts()
}

/// Answers a request below [`PREFIX`].
pub(crate) async fn answer(router: Router, request: Request) -> Response<Body> {
    match router.oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

async fn unknown_path() -> Problem {
    Problem::not_found("path", "There is a list of paths at /v1/openapi.json.")
}

#[cfg(test)]
mod tests {
    /// The committed description is the one that is served.
    #[test]
    fn the_committed_document_is_the_served_one() {
        let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi-gateway.json");
        let served = super::openapi() + "\n";
        if std::fs::read_to_string(committed).unwrap_or_default() == served {
            return;
        }
        let fresh = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/openapi-gateway.json");
        std::fs::write(fresh, served).expect("target is writable");
        panic!("the native API changed: cp target/openapi-gateway.json docs/openapi-gateway.json");
    }
}
