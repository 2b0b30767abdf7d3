//! Phone numbers: listed, read, and changed.

use cloud_api::fields::{Field, Fields};
use cloud_api::json::to_bytes;
use cloud_api::paging::PageRequest;
use cloud_api::phone::{PhoneNode, PhoneSettings, WebhookOverride};
use cloud_api::settings::SettingsTopic;
use cloud_api::{GraphError, NodeId};
use decider::CellId;
use platform::directory::{self, Callback, Subject};
use platform::ids::{NumberIx, WabaIx};
use platform::portfolio::Portfolio;
use serde_json::Value;

use super::ask::{page_inside, page_of};
use super::phone_node::phone_node;
use super::request::Incoming;
use super::{Answer, Graph, profile, registration, settings};

/// Numbers of a page at most (cloud-api-wire.md §0.2).
const PAGE_MAX: usize = 100;

/// `GET /<waba>/phone_numbers`.
pub(super) async fn list(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, waba) = incoming.waba(id)?;
    let params = incoming.params()?;
    let page = PageRequest::of(&params, PAGE_MAX)?;
    let fields = Fields::of(&params)?;
    let nodes = nodes_of(graph, incoming, id, cell, waba).await?;
    let list = page_of(
        incoming,
        page,
        fields.as_ref(),
        &nodes,
        |node| node.id,
        PhoneNode::select,
    )?;
    Ok(to_bytes(&list))
}

/// The list inside its account: `phone_numbers.limit(2){id}`.
pub(super) async fn inside(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    field: &Field,
) -> Result<Value, GraphError> {
    let (cell, waba) = incoming.waba(id)?;
    let nodes = nodes_of(graph, incoming, id, cell, waba).await?;
    page_inside(
        incoming,
        id,
        field,
        PAGE_MAX,
        &nodes,
        |node| node.id,
        PhoneNode::select,
    )
}

async fn nodes_of(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    cell: CellId,
    waba: WabaIx,
) -> Result<Vec<PhoneNode>, GraphError> {
    let (directory, app, now) = (incoming.directory.clone(), incoming.app, graph.seat.now());
    let read = move |portfolio: &Portfolio| -> Option<Vec<PhoneNode>> {
        portfolio.wabas.get(waba.index())?;
        let numbers = (0..).map(NumberIx).zip(&portfolio.numbers);
        let own = numbers.filter(|(_, number)| number.waba == waba);
        Some(
            own.filter_map(|(ix, _)| phone_node(portfolio, ix, &directory, app, now))
                .collect(),
        )
    };
    graph.read(incoming, id, cell, read).await
}

/// `GET /<phone>`.
pub(super) async fn get(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, ix) = incoming.phone(id)?;
    let fields = Fields::of(&incoming.params()?)?;
    let (directory, app, now) = (incoming.directory.clone(), incoming.app, graph.seat.now());
    let read = move |portfolio: &Portfolio| phone_node(portfolio, ix, &directory, app, now);
    let node = graph.read(incoming, id, cell, read).await?;
    let mut shown = node.select(fields.as_ref())?;
    // What stands on edges of its own is looked up only when it is asked for.
    let asked = |name: &str| fields.as_ref().and_then(|fields| fields.get(name));
    if let Some(field) = asked("whatsapp_business_profile") {
        let profile = profile::shown(graph, incoming, id, field.inner.as_ref()).await?;
        shown["whatsapp_business_profile"] = profile;
    }
    if asked("conversational_automation").is_some() {
        let topic = SettingsTopic::Automation;
        let kept = settings::kept(graph, incoming, id, topic).await?;
        let mut of_number = topic.shown(kept.as_deref(), &id.to_string());
        shown["conversational_automation"] = of_number["conversational_automation"].take();
    }
    Ok(to_bytes(&shown))
}

/// `POST /<phone>`: its PIN, and where its webhooks go.
pub(super) async fn change(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let settings = PhoneSettings::of(&incoming.params()?)?;
    let there = move |portfolio: &Portfolio| profile::living(portfolio, number);
    graph.read(incoming, id, cell, there).await?;
    if let Some(pin) = &settings.pin {
        let answer = registration::set_pin(graph, incoming, id, pin).await;
        if answer.is_err() || settings.webhook.is_none() {
            return answer;
        }
    }
    let subject = Subject::Number {
        cell: cell.0,
        number: number.0,
    };
    let app = incoming.app;
    let command = match settings.webhook {
        Some(WebhookOverride::Set { uri, verify_token }) => {
            graph.handshake.check(&uri, &verify_token).await?;
            directory::Command::Subscribe {
                subject,
                app,
                over: Some(Callback {
                    url: uri,
                    verify_token,
                }),
            }
        }
        Some(WebhookOverride::Remove) => directory::Command::Unsubscribe { subject, app },
        None => return Err(GraphError::missing_parameter("webhook_configuration")),
    };
    graph.change_directory(command).await
}
