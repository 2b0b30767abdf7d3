//! Media: fetched through the gateway, with the platform's token.
//!
//! Promises: only links that this gateway made, only for whoever may see the portfolio, only from hosts that the
//! configuration names; the token goes to no other. Must not know: what is in a medium.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, AUTHORIZATION, RANGE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{Request as Call, Response, Uri};
use cloud_api::{GraphError, access_token};

use super::answers::unanswered;
use super::caller::{Caller, Place};
use super::forward::{back, bearer};
use crate::gateway::Gateway;
use crate::seat::rights;
use crate::wire::links::{MEDIA, of_link};

/// Answers any request below [`MEDIA`].
pub(crate) async fn handle(gateway: &Gateway, request: Request) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let answer = fetch(gateway, &parts).await;
    answer.unwrap_or_else(|error| gateway.errors().response(&error))
}

async fn fetch(gateway: &Gateway, request: &Parts) -> Result<Response<Body>, GraphError> {
    let directory = gateway.seat().view();
    let header = request
        .headers
        .get(AUTHORIZATION)
        .map(|value| value.to_str().unwrap_or_default());
    let token = access_token(header, request.uri.query().unwrap_or_default());
    let caller = Caller::of(&directory, token.as_deref())?;
    caller.may(rights::READ)?;
    let name = request.uri.path().strip_prefix(MEDIA).unwrap_or_default();
    let unknown = || GraphError {
        status: 404,
        ..GraphError::unknown_path(request.uri.path())
    };
    let medium = of_link(gateway.link_key(), name).ok_or_else(unknown)?;
    let mine = caller.cell().is_none_or(|own| own == medium.cell);
    let portfolio = gateway
        .portfolios()
        .of_cell(medium.cell)
        .filter(|_| mine)
        .ok_or_else(unknown)?;
    let uri: Uri = medium.address.parse().map_err(|_| unknown())?;
    let host = uri
        .authority()
        .map(|authority| authority.as_str().to_owned())
        .unwrap_or_default();
    let known = host == gateway.client().host() || gateway.config().upstream.media_hosts.contains(&host);
    if !known {
        let details =
            format!("Goodstanding: {host} is not among upstream.media_hosts, so no token is sent there.");
        return Err(GraphError::permission_denied().with_details(&details));
    }
    let place = Place {
        portfolio,
        cell: medium.cell,
        waba: None,
    };
    let token = gateway.token(portfolio, None).ok_or_else(unknown)?;
    let mut call = Call::builder()
        .method(request.method.clone())
        .uri(uri)
        .body(Body::empty())
        .map_err(|_| unknown())?;
    call.headers_mut().insert(AUTHORIZATION, bearer(token)?);
    for name in [RANGE, USER_AGENT] {
        if let Some(value) = request.headers.get(&name) {
            call.headers_mut().insert(name, value.clone());
        }
    }
    call.headers_mut().remove(ACCEPT_ENCODING);
    let answer = gateway
        .client()
        .fetch(call)
        .await
        .map_err(|failure| unanswered(failure, false))?;
    back(gateway, answer, "", place).await
}
