//! `GET` and `POST` of an object by its id: which kind it is says who answers.

use cloud_api::{GraphId, Kind, NodeId};

use super::request::Incoming;
use super::{Answer, Graph, accounts, media, numbers, templates};

/// `GET /<id>`.
pub(super) async fn get(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    match kind(id) {
        Some(Kind::Phone) => numbers::get(graph, incoming, id).await,
        Some(Kind::Template) => templates::get(graph, incoming, id).await,
        Some(Kind::Waba) => accounts::get_waba(graph, incoming, id).await,
        Some(Kind::Portfolio) => accounts::get_portfolio(graph, incoming, id).await,
        Some(Kind::App) => accounts::get_app(incoming, id),
        Some(Kind::Media) => media::get(graph, incoming, id).await,
        _ => Err(incoming.unknown(id)),
    }
}

/// `POST /<id>`.
pub(super) async fn post(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    match kind(id) {
        Some(Kind::Phone) => numbers::change(graph, incoming, id).await,
        Some(Kind::Template) => templates::edit(graph, incoming, id).await,
        Some(Kind::Waba) => accounts::change_waba(graph, incoming, id).await,
        _ => Err(incoming.unknown(id)),
    }
}

fn kind(id: NodeId) -> Option<Kind> {
    GraphId::of_number(id.0).map(GraphId::kind)
}
