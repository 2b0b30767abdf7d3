//! Settings of a number that are kept as they were given.

use cloud_api::json::to_bytes;
use cloud_api::settings::SettingsTopic;
use cloud_api::{GraphError, NodeId};
use platform::portfolio::command::SurfaceCommand;
use platform::portfolio::surface::pages::Topic;
use platform::portfolio::{Command, Portfolio};

use super::profile::living;
use super::request::Incoming;
use super::{Answer, Graph};

/// `GET` of one of the edges of settings.
pub(super) async fn get(graph: &Graph, incoming: &Incoming, id: NodeId, topic: SettingsTopic) -> Answer {
    let kept = kept(graph, incoming, id, topic).await?;
    Ok(to_bytes(&topic.shown(kept.as_deref(), &id.to_string())))
}

/// `POST` of one of the edges of settings.
pub(super) async fn change(graph: &Graph, incoming: &Incoming, id: NodeId, topic: SettingsTopic) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let kept = kept(graph, incoming, id, topic).await?;
    let json = topic.changed(kept.as_deref(), &incoming.params()?)?.to_string();
    let topic = stored(topic);
    let command = SurfaceCommand::SetSettings { number, topic, json };
    graph
        .carry_out(incoming, id, cell, Command::Surface(command))
        .await
}

/// What was given before, as JSON.
pub(super) async fn kept(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    topic: SettingsTopic,
) -> Result<Option<String>, GraphError> {
    let (cell, number) = incoming.phone(id)?;
    let topic = stored(topic);
    let read = move |portfolio: &Portfolio| {
        living(portfolio, number)?;
        let kept = portfolio.surface.pages.settings(number, topic);
        Some(kept.map(str::to_owned))
    };
    graph.read(incoming, id, cell, read).await
}

fn stored(topic: SettingsTopic) -> Topic {
    match topic {
        SettingsTopic::Settings => Topic::Settings,
        SettingsTopic::Automation => Topic::Automation,
        SettingsTopic::Commerce => Topic::Commerce,
        SettingsTopic::Encryption => Topic::Encryption,
    }
}
