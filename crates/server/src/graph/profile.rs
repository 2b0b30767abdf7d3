//! The business profile of a number.

use cloud_api::fields::Fields;
use cloud_api::json::to_bytes;
use cloud_api::profile::{ProfileChange, ProfileNode};
use cloud_api::{GraphError, NodeId};
use platform::ids::NumberIx;
use platform::portfolio::command::SurfaceCommand;
use platform::portfolio::surface::pages::Profile;
use platform::portfolio::{Command, Portfolio};
use serde_json::Value;

use super::request::Incoming;
use super::{Answer, Graph, uploads};

/// `GET /<phone>/whatsapp_business_profile`.
pub(super) async fn get(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let fields = Fields::of(&incoming.params()?)?;
    Ok(to_bytes(&shown(graph, incoming, id, fields.as_ref()).await?))
}

/// A profile as it is shown, alone or inside its number.
pub(super) async fn shown(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    fields: Option<&Fields>,
) -> Result<Value, GraphError> {
    let profile = profile_of(graph, incoming, id).await?;
    let picture = profile.picture.as_deref();
    let picture = picture.and_then(|handle| uploads::address(graph, incoming, handle));
    let node = ProfileNode {
        about: profile.about.as_deref(),
        address: profile.address.as_deref(),
        description: profile.description.as_deref(),
        email: profile.email.as_deref(),
        vertical: profile.vertical.as_deref(),
        websites: &profile.websites,
        picture_url: picture.as_deref(),
    };
    node.answer(fields)
}

/// `POST /<phone>/whatsapp_business_profile`: what is given replaces what was there.
pub(super) async fn change(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let change = ProfileChange::of(&incoming.params()?)?;
    if let Some(handle) = &change.picture
        && uploads::address(graph, incoming, handle).is_none()
    {
        let why = "must be the handle of an upload of this app";
        return Err(GraphError::invalid_parameter("profile_picture_handle", why));
    }
    let before = profile_of(graph, incoming, id).await?;
    let profile = Box::new(Profile {
        about: change.about.or(before.about),
        address: change.address.or(before.address),
        description: change.description.or(before.description),
        email: change.email.or(before.email),
        vertical: change.vertical.or(before.vertical),
        websites: change.websites.unwrap_or(before.websites),
        picture: change.picture.or(before.picture),
    });
    graph
        .carry_out(
            incoming,
            id,
            cell,
            Command::Surface(SurfaceCommand::SetProfile { number, profile }),
        )
        .await
}

async fn profile_of(graph: &Graph, incoming: &Incoming, id: NodeId) -> Result<Profile, GraphError> {
    let (cell, number) = incoming.phone(id)?;
    let read = move |portfolio: &Portfolio| {
        living(portfolio, number)?;
        Some(portfolio.surface.pages.profile(number))
    };
    graph.read(incoming, id, cell, read).await
}

/// A number that was not removed.
pub(super) fn living(portfolio: &Portfolio, number: NumberIx) -> Option<()> {
    let number = portfolio.number(number)?;
    (!number.facts.deleted).then_some(())
}
