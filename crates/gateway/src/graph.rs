//! The Graph API as apps reach it: everything passes through, sends are admitted first.
//!
//! Promises: what could send and is not known to be a send does not pass; no platform token, and no other host than the
//! gateway's, is in an answer. Must not know: the rules. Handlers convert, ask the seat, forward.

pub(crate) mod answers;
mod batch;
pub(crate) mod caller;
mod forward;
mod incoming;
pub(crate) mod kind;
pub(crate) mod media;
pub(crate) mod outline;
mod register;
mod repeat;
mod send;

use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use cloud_api::GraphError;
use cloud_api::route::split_version;

use crate::gateway::Gateway;
use crate::poll;
use crate::seat::rights;
use caller::Caller;
pub(crate) use forward::bearer;
use incoming::Incoming;
use kind::Kind;

/// Answers any request.
pub(crate) async fn handle(gateway: &Gateway, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let answer = match Incoming::read(parts, body).await {
        Ok(incoming) => answer(gateway, incoming).await,
        Err(error) => Err(error),
    };
    answer.unwrap_or_else(|error| gateway.errors().response(&error))
}

async fn answer(gateway: &Gateway, incoming: Incoming) -> Result<Response<Body>, GraphError> {
    let directory = gateway.seat().view();
    let caller = Caller::of(&directory, incoming.token.as_deref())?;
    let method = incoming.method().clone();
    let place = |node| caller.place(method.as_str(), node, &directory, gateway.portfolios());
    if split_version(incoming.path()).1.starts_with("oauth/") {
        let details = "Goodstanding: the platform's tokens stay in the gateway; use the gateway's token.";
        return Err(GraphError::permission_denied().with_details(details));
    }
    gateway.metrics().call(incoming.kind);
    match incoming.kind {
        Kind::Ambiguous => Err(answers::ambiguous()),
        Kind::Batch => batch::answer(gateway, incoming).await,
        Kind::Read { node } => {
            caller.may(rights::READ)?;
            let place = place(node)?;
            register::forward_or_register(gateway, incoming, place).await
        }
        Kind::Write { node } => {
            caller.may(rights::MANAGE)?;
            let place = place(node)?;
            register::forward_or_register(gateway, incoming, place).await
        }
        Kind::Unknown if !gateway.config().proxy.unknown_writes_pass => {
            Err(answers::unknown_write(incoming.path()))
        }
        Kind::Unknown => {
            caller.may(rights::MANAGE)?;
            let place = place(None)?;
            forward::forward(gateway, incoming, place).await
        }
        Kind::Send { phone, .. } => {
            caller.may(rights::SEND)?;
            let mut of = place(Some(phone))?;
            if of.waba.is_none() && gateway.may_look_up(of.portfolio) {
                // A number that was added a moment ago.
                poll::of_portfolio(gateway, of.portfolio).await;
                let directory = gateway.seat().view();
                of = caller.place(method.as_str(), Some(phone), &directory, gateway.portfolios())?;
            }
            if of.waba.is_none() {
                return Err(GraphError::unknown_object("post", &phone.to_string()));
            }
            send::send(gateway, incoming, of, phone).await
        }
    }
}

/// The gateway as whoever asks knows it, without a slash at the end.
fn base(gateway: &Gateway, incoming: &Incoming) -> String {
    base_at(gateway, incoming.host())
}

/// The same for whoever found the gateway under this name.
pub(crate) fn base_at(gateway: &Gateway, host: &str) -> String {
    let public = gateway.config().public_url.clone();
    public.unwrap_or_else(|| format!("http://{host}"))
}
