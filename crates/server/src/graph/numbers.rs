//! Phone numbers: listed, read, registered, deregistered, and where their webhooks go.

use cloud_api::fields::Fields;
use cloud_api::json::{SUCCESS, to_bytes};
use cloud_api::paging::PageRequest;
use cloud_api::phone::{PhoneNode, PhoneSettings, RegisterRequest, WebhookOverride};
use cloud_api::{GraphError, NodeId};
use platform::directory::{self, Callback, Subject};
use platform::ids::NumberIx;
use platform::portfolio::{Command, Portfolio};
use rulebook::status::{Stage, StageChange};

use super::ask::page_of;
use super::phone_node::phone_node;
use super::request::Incoming;
use super::{Answer, Graph};

/// Numbers of a page at most (cloud-api-wire.md §0.2).
const PAGE_MAX: usize = 100;

/// `GET /<waba>/phone_numbers`.
pub(super) async fn list(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, waba) = incoming.waba(id)?;
    let params = incoming.params()?;
    let page = PageRequest::of(&params, PAGE_MAX)?;
    let fields = Fields::of(&params)?;
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
    let nodes = graph.read(incoming, id, cell, read).await?;
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

/// `GET /<phone>`.
pub(super) async fn get(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, ix) = incoming.phone(id)?;
    let fields = Fields::of(&incoming.params()?)?;
    let (directory, app, now) = (incoming.directory.clone(), incoming.app, graph.seat.now());
    let read = move |portfolio: &Portfolio| phone_node(portfolio, ix, &directory, app, now);
    let node = graph.read(incoming, id, cell, read).await?;
    Ok(to_bytes(&node.select(fields.as_ref())?))
}

/// `POST /<phone>/register`. Registering what is registered is no error.
pub(super) async fn register(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    incoming.phone(id)?;
    RegisterRequest::of(&incoming.params()?)?;
    if stage_of(graph, incoming, id).await? == Stage::Connected {
        return Ok(SUCCESS.to_vec());
    }
    stage(graph, incoming, id, StageChange::Register).await
}

/// `POST /<phone>/deregister`.
pub(super) async fn deregister(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    stage(graph, incoming, id, StageChange::Deregister).await
}

async fn stage(graph: &Graph, incoming: &Incoming, id: NodeId, change: StageChange) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    graph
        .carry_out(incoming, id, cell, Command::Stage { number, change })
        .await
}

/// How far a number has come that was not removed.
async fn stage_of(graph: &Graph, incoming: &Incoming, id: NodeId) -> Result<Stage, GraphError> {
    let (cell, ix) = incoming.phone(id)?;
    let read = move |portfolio: &Portfolio| {
        let number = portfolio.number(ix).filter(|number| !number.facts.deleted)?;
        Some(number.facts.stage)
    };
    graph.read(incoming, id, cell, read).await
}

/// `POST /<phone>`: where its webhooks go. PINs are checked for their form and not kept.
pub(super) async fn change(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let settings = PhoneSettings::of(&incoming.params()?)?;
    stage_of(graph, incoming, id).await?;
    if settings.pin.is_some() {
        return Err(GraphError::invalid_parameter(
            "pin",
            "cannot be changed here: PINs are not kept",
        ));
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
