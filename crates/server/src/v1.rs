//! The control API: what a tester can do to the sandbox beside what any client can, and what they can see.
//!
//! Everything below `/sandbox/v1`, described by `/sandbox/v1/openapi.json`. No token is asked for: whoever reaches the
//! sandbox's socket owns it, so it listens on loopback unless told otherwise. A page of somebody else in a browser that
//! reaches it changes nothing (`origin`).
//! Promises: handlers convert, ask the seat, convert; every error says whose fault it is and what to do.
//! Must not know: the rules.

pub(crate) mod appeals;
mod apps;
pub(crate) mod categories;
pub(crate) mod clock;
mod cursor;
pub(crate) mod deliveries;
mod emit;
mod error;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod faults;
mod feedback;
mod files;
mod first_step;
pub(crate) mod ids;
pub(crate) mod inbound;
mod input;
pub(crate) mod mails;
pub(crate) mod messages;
pub(crate) mod notices;
pub(crate) mod numbers;
mod page;
mod paths;
pub(crate) mod people;
mod people_file;
mod portfolios;
mod reset;
mod stream;
mod templates;
mod testers;
pub(crate) mod violations;
mod volumes;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use decider::CellId;
use platform::portfolio::{Answer, Command, Portfolio};
use utoipa::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::Seat;
use crate::graph::Handshake;
use crate::hooks::Hooks;
use crate::origin::is_own;
pub(crate) use error::ApiError;

pub(crate) use page::iso;
pub use reset::{Reset, ResetFuture};

/// Where the control API is.
pub const PREFIX: &str = "/sandbox/v1";

/// The largest snapshot that is taken: it is read whole, into memory.
const IMAGE_BYTES_MAX: usize = 1 << 30;

/// What every handler needs.
#[derive(Clone)]
pub struct Control(Arc<Inner>);

struct Inner {
    seat: Seat,
    hooks: Hooks,
    handshake: Handshake,
    reset: Option<Reset>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Goodstanding sandbox: control API",
        description = "What a tester does to the sandbox and sees of it. The Graph API itself is not in here.\n\n\
            No token is needed. Times are milliseconds since the Unix epoch (`..._ms`) or ISO 8601 text, in the \
            sandbox's own time unless said otherwise."
    ),
    tags(
        (name = "account", description = "Portfolios, WABAs, numbers, templates, apps."),
        (name = "policy", description = "Ways to a person, violations and what they bring, appeals."),
        (name = "people", description = "What people do: write, call, read, block, report."),
        (name = "time", description = "The clock, and starting anew."),
        (name = "faults", description = "Calls and webhooks that go wrong on purpose."),
        (name = "history", description = "What happened and why, and which webhooks went out.")
    )
)]
struct Described;

impl Control {
    /// The control API of a seat. Without `reset` the sandbox cannot start anew: it keeps its data.
    pub fn new(seat: Seat, hooks: Hooks, reset: Option<Reset>) -> Self {
        let handshake = Handshake::new(seat.seed());
        Control(Arc::new(Inner {
            seat,
            hooks,
            handshake,
            reset,
        }))
    }

    pub(crate) fn seat(&self) -> &Seat {
        &self.0.seat
    }

    pub(crate) fn hooks(&self) -> &Hooks {
        &self.0.hooks
    }

    /// Reads something of a portfolio that must be there; `what` it is called if it is not.
    async fn read<T, F>(&self, cell: CellId, what: &'static str, read: F) -> Result<T, ApiError>
    where
        F: FnOnce(&Portfolio) -> Option<T> + Send + 'static,
        T: Send + 'static,
    {
        let found = self.seat().query(cell, read).await?;
        found.flatten().ok_or_else(|| ids::unknown(what))
    }

    /// Decides a command that is answered by its success alone.
    async fn carry_out(&self, cell: CellId, command: Command) -> Result<(), ApiError> {
        match self.seat().portfolio(cell, command).await? {
            Answer::Done => Ok(()),
            other => Err(ApiError::of_answer(other)),
        }
    }
}

/// The control API, with its description.
pub fn router(control: Control) -> Router {
    let (router, api) = described();
    // Written once: it never changes while the program runs.
    let json = api.to_pretty_json().unwrap_or_default();
    let document = move || async move { ([(axum::http::header::CONTENT_TYPE, "application/json")], json) };
    router
        .route(&format!("{PREFIX}/openapi.json"), get(document))
        .route(&format!("{PREFIX}/{{*path}}"), axum::routing::any(unknown_path))
        .method_not_allowed_fallback(async || ApiError::wrong_method())
        .layer(from_fn(only_own))
        .with_state(control)
}

/// The description of the control API as JSON.
pub fn openapi() -> String {
    described().1.to_pretty_json().unwrap_or_default()
}

fn described() -> (Router<Control>, utoipa::openapi::OpenApi) {
    let routes = OpenApiRouter::new()
        .routes(routes!(portfolios::create, portfolios::list))
        .routes(routes!(portfolios::add_waba))
        .routes(routes!(notices::administrators, notices::set_administrators))
        .routes(routes!(people_file::set, people_file::get, people_file::remove))
        .routes(routes!(numbers::add))
        .routes(routes!(numbers::get))
        .routes(routes!(numbers::explain))
        .routes(routes!(numbers::moderate))
        .routes(routes!(volumes::throughput))
        .routes(routes!(volumes::misuse))
        .routes(routes!(first_step::verify))
        .routes(routes!(first_step::decide))
        .routes(routes!(volumes::watch))
        .routes(routes!(numbers::change))
        .routes(routes!(inbound::inbound))
        .routes(routes!(paths::get, paths::declare))
        .routes(routes!(testers::get, testers::send))
        .routes(routes!(violations::violate))
        .routes(routes!(violations::list))
        .routes(routes!(violations::reverse))
        .routes(routes!(appeals::of_violation))
        .routes(routes!(appeals::of_number))
        .routes(routes!(appeals::of_template))
        .routes(routes!(appeals::list))
        .routes(routes!(appeals::decide))
        .routes(routes!(people::call))
        .routes(routes!(people::block))
        .routes(routes!(people::unblock))
        .routes(routes!(people::stop_marketing))
        .routes(routes!(people::resume_marketing))
        .routes(routes!(messages::get))
        .routes(routes!(feedback::one))
        .routes(routes!(feedback::many))
        .routes(routes!(templates::review))
        .routes(routes!(templates::explain))
        .routes(routes!(categories::recategorise))
        .routes(routes!(categories::ask))
        .routes(routes!(categories::decide))
        .routes(routes!(apps::create, apps::list))
        .routes(routes!(apps::issue_token))
        .routes(routes!(apps::set_callback))
        .routes(routes!(clock::get))
        .routes(routes!(clock::advance))
        .routes(routes!(clock::freeze))
        .routes(routes!(clock::speed))
        .routes(routes!(reset::reset))
        .routes(routes!(reset::restore).layer(DefaultBodyLimit::max(IMAGE_BYTES_MAX)))
        .routes(routes!(files::snapshot))
        .routes(routes!(events::list))
        .routes(routes!(notices::list))
        .routes(routes!(mails::list))
        .routes(routes!(emit::emit))
        .routes(routes!(files::export))
        .routes(routes!(faults::add, faults::list, faults::clear))
        .routes(routes!(faults::remove))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::get))
        .routes(routes!(deliveries::redeliver));
    OpenApiRouter::with_openapi(Described::openapi())
        .nest(PREFIX, routes)
        .split_for_parts()
}

/// Pages of others may not change anything; what they read a browser does not show them.
async fn only_own(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_own(request.headers()) {
        next.run(request).await
    } else {
        ApiError::foreign().into_response()
    }
}

async fn unknown_path() -> ApiError {
    ApiError::not_found("path", "There is a list of paths at /sandbox/v1/openapi.json.")
}
