//! Phone numbers: listed, read, registered, deregistered, and where their webhooks go.

use cloud_api::fields::Fields;
use cloud_api::json::{SUCCESS, to_bytes};
use cloud_api::paging::PageRequest;
use cloud_api::phone::{PhoneNode, PhoneSettings, RegisterRequest, WebhookOverride};
use cloud_api::{GraphError, NodeId};
use decider::CellId;
use platform::directory::{self, Callback, Subject};
use platform::ids::{NumberIx, WabaIx};
use platform::portfolio::{self, Command};
use rulebook::status::{Stage, StageChange};

use super::phone_node::phone_node;
use super::refusals::unanswered;
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
    let nodes = nodes_of(graph, incoming, cell, waba)
        .await?
        .ok_or_else(|| incoming.unknown(id))?;
    let page = page.cut(&nodes, |node| node.id.0);
    let data: Result<Vec<_>, _> = page
        .items
        .iter()
        .map(|node| node.select(fields.as_ref()))
        .collect();
    Ok(to_bytes(&page.answer(
        data?,
        &incoming.address(),
        incoming.query(),
    )))
}

async fn nodes_of(
    graph: &Graph,
    incoming: &Incoming,
    cell: CellId,
    waba: WabaIx,
) -> Result<Option<Vec<PhoneNode>>, GraphError> {
    let (directory, app, now) = (incoming.directory.clone(), incoming.app, graph.seat.now());
    let read = move |portfolio: &portfolio::Portfolio| {
        portfolio.wabas.get(waba.index())?;
        let numbers = (0..)
            .map(NumberIx)
            .zip(&portfolio.numbers)
            .filter(|(_, number)| number.waba == waba);
        Some(
            numbers
                .filter_map(|(ix, _)| phone_node(portfolio, ix, &directory, app, now))
                .collect(),
        )
    };
    graph
        .seat
        .query(cell, read)
        .await
        .map(Option::flatten)
        .map_err(|error| unanswered(&error))
}

/// `GET /<phone>`.
pub(super) async fn get(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, ix) = incoming.phone(id)?;
    let fields = Fields::of(&incoming.params()?)?;
    let (directory, app, now) = (incoming.directory.clone(), incoming.app, graph.seat.now());
    let read = move |portfolio: &portfolio::Portfolio| phone_node(portfolio, ix, &directory, app, now);
    let node = graph
        .seat
        .query(cell, read)
        .await
        .map_err(|error| unanswered(&error))?;
    let node = node.flatten().ok_or_else(|| incoming.unknown(id))?;
    Ok(to_bytes(&node.select(fields.as_ref())?))
}

/// `POST /<phone>/register`. Registering what is registered is no error.
pub(super) async fn register(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    RegisterRequest::of(&incoming.params()?)?;
    if stage_of(graph, incoming, id).await? == Stage::Connected {
        return Ok(SUCCESS.to_vec());
    }
    stage(
        graph,
        incoming,
        id,
        Command::Stage {
            number,
            change: StageChange::Register,
        },
        cell,
    )
    .await
}

/// `POST /<phone>/deregister`.
pub(super) async fn deregister(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    stage(
        graph,
        incoming,
        id,
        Command::Stage {
            number,
            change: StageChange::Deregister,
        },
        cell,
    )
    .await
}

async fn stage(graph: &Graph, incoming: &Incoming, id: NodeId, command: Command, cell: CellId) -> Answer {
    match graph
        .seat
        .portfolio(cell, command)
        .await
        .map_err(|error| unanswered(&error))?
    {
        portfolio::Answer::Done => Ok(SUCCESS.to_vec()),
        other => Err(graph.refused(incoming, id, cell, other).await),
    }
}

/// How far a number has come that was not removed.
async fn stage_of(graph: &Graph, incoming: &Incoming, id: NodeId) -> Result<Stage, GraphError> {
    let (cell, ix) = incoming.phone(id)?;
    let read = move |portfolio: &portfolio::Portfolio| {
        portfolio
            .number(ix)
            .filter(|number| !number.facts.deleted)
            .map(|number| number.facts.stage)
    };
    let stage = graph
        .seat
        .query(cell, read)
        .await
        .map_err(|error| unanswered(&error))?;
    stage.flatten().ok_or_else(|| incoming.unknown(id))
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
    // Removing what is not there is no error.
    graph
        .seat
        .directory(command)
        .await
        .map_err(|error| unanswered(&error))?;
    Ok(SUCCESS.to_vec())
}
