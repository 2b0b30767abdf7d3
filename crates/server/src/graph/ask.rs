//! How handlers ask the seat, and what they say when it gives no answer or another one than was hoped for.
//!
//! Promises: an engine that cannot answer is the platform's own temporary error; what is not there is unknown by the id
//! that the caller gave. Must not know: what is asked.

use cloud_api::fields::{Field, Fields};
use cloud_api::json::{SUCCESS, to_value};
use cloud_api::paging::{List, PageRequest};
use cloud_api::{GraphError, NodeId};
use decider::CellId;
use platform::directory;
use platform::portfolio::{self, Command, Portfolio};
use serde_json::Value;

use super::refusals::unanswered;
use super::request::Incoming;
use super::{Answer, Graph};

impl Graph {
    /// Reads a portfolio; `None` if there is no such one, or it has not what is looked for.
    pub(super) async fn find<T, F>(&self, cell: CellId, read: F) -> Result<Option<T>, GraphError>
    where
        F: FnOnce(&Portfolio) -> Option<T> + Send + 'static,
        T: Send + 'static,
    {
        let found = self.seat.query(cell, read).await;
        found.map(Option::flatten).map_err(|error| unanswered(&error))
    }

    /// The same for what must be there; `id` is what the call names it by.
    pub(super) async fn read<T, F>(
        &self,
        incoming: &Incoming,
        id: NodeId,
        cell: CellId,
        read: F,
    ) -> Result<T, GraphError>
    where
        F: FnOnce(&Portfolio) -> Option<T> + Send + 'static,
        T: Send + 'static,
    {
        self.find(cell, read).await?.ok_or_else(|| incoming.unknown(id))
    }

    /// Decides a command of a portfolio.
    pub(super) async fn decide(
        &self,
        cell: CellId,
        command: Command,
    ) -> Result<portfolio::Answer, GraphError> {
        let answer = self.seat.portfolio(cell, command).await;
        answer.map_err(|error| unanswered(&error))
    }

    /// Decides a command that is answered by its success alone. `id` is the object that the call is about.
    pub(super) async fn carry_out(
        &self,
        incoming: &Incoming,
        id: NodeId,
        cell: CellId,
        command: Command,
    ) -> Answer {
        match self.decide(cell, command).await? {
            portfolio::Answer::Done => Ok(SUCCESS.to_vec()),
            other => Err(self.refused(incoming, id, cell, other).await),
        }
    }

    /// Changes the directory; to end what is not there is no error.
    pub(super) async fn change_directory(&self, command: directory::Command) -> Answer {
        let answer = self.seat.directory(command).await;
        answer.map_err(|error| unanswered(&error))?;
        Ok(SUCCESS.to_vec())
    }
}

/// The first page of a list that stands inside a node: `phone_numbers.limit(2){id}` of the account `id`.
pub(super) fn page_inside<N>(
    incoming: &Incoming,
    id: NodeId,
    field: &Field,
    limit_max: usize,
    nodes: &[N],
    key: impl Fn(&N) -> NodeId,
    select: impl Fn(&N, Option<&Fields>) -> Result<Value, GraphError>,
) -> Result<Value, GraphError> {
    let page = PageRequest::inside(field, limit_max)?.cut(nodes, |node| key(node).0);
    let data: Result<Vec<_>, _> = page
        .items
        .iter()
        .map(|node| select(node, field.inner.as_ref()))
        .collect();
    let address = format!("{}/{id}/{}", incoming.base(), field.name);
    Ok(to_value(&page.answer(data?, &address, "")))
}

/// The page of `nodes` (ascending by id) that a call asks for, each with the fields that it wants.
pub(super) fn page_of<N>(
    incoming: &Incoming,
    page: PageRequest,
    fields: Option<&Fields>,
    nodes: &[N],
    id: impl Fn(&N) -> NodeId,
    select: impl Fn(&N, Option<&Fields>) -> Result<Value, GraphError>,
) -> Result<List, GraphError> {
    let page = page.cut(nodes, |node| id(node).0);
    let data: Result<Vec<_>, _> = page.items.iter().map(|node| select(node, fields)).collect();
    Ok(page.answer(data?, &incoming.address(), incoming.query()))
}
