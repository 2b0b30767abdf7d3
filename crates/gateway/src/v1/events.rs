//! What happened in a portfolio: listed, and as it happens.

use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event as Sent, KeepAlive};
use decider::CellId;
use engine::Recorded;
use futures_util::{Stream, stream};
use sender::{Event, Sender};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::{Reader, With, portfolio};
use super::error::{Answered, Problem};
use super::history::{Cursor, read};
use super::input::Asked;
use super::page::{Page, limit};
use crate::gateway::Gateway;
use crate::graph::answers::iso;

/// Events sent at once to whoever listens.
const CHUNK: usize = 256;

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichEvents {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// Of this kind only, such as `Declined`.
    kind: Option<String>,
    /// The `after` of the page before, or the `id` of the last event that was heard.
    after: Option<String>,
    /// At most so many entries: 100 if nothing is said, 1,000 at most.
    limit: Option<u32>,
}

/// Something that happened. Phone numbers and texts are in none but `ContactSeen`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventView {
    /// To be given as `after`.
    id: String,
    time: String,
    time_ms: u64,
    /// Counted from 0 within the portfolio.
    sequence: u64,
    #[schema(example = "Declined")]
    kind: &'static str,
    /// The facts of this kind.
    #[schema(value_type = Object)]
    event: serde_json::Value,
}

/// Lists what happened in a portfolio, oldest first.
#[utoipa::path(get, path = "/events", tag = "history", operation_id = "list_events", params(WhichEvents),
    responses((status = 200, body = Page<EventView>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Asked(which): Asked<WhichEvents>,
) -> Answered<Page<EventView>> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let after = Cursor::read(which.after.as_deref())?;
    let wanted = of_kind(which.kind);
    let (data, after) = read(&gateway, cell, after, limit(which.limit), wanted).await?;
    Ok(Json(Page {
        data,
        after: after.map(|cursor| cursor.to_string()),
    }))
}

/// Sends what happens in a portfolio as server-sent events: with `after` from there on, else from now on. Each has its
/// `id` for `after`, its kind as `event`, and the same JSON as in the list as `data`.
#[utoipa::path(get, path = "/events/stream", tag = "history", operation_id = "stream_events", params(WhichEvents),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = "4XX", body = Problem)))]
pub(super) async fn stream(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Asked(which): Asked<WhichEvents>,
) -> Result<Sse<impl Stream<Item = Result<Sent, Infallible>>>, Problem> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let given = Cursor::read(which.after.as_deref())?;
    let changes = gateway.seat().engine().changes();
    let place = match given {
        Some(cursor) => Some(cursor),
        None => last(&gateway, cell).await?,
    };
    let tail = Tail {
        gateway,
        cell,
        kind: which.kind,
        place,
        changes,
        ready: Vec::new(),
        fresh: true,
    };
    Ok(Sse::new(stream::unfold(tail, Tail::next)).keep_alive(KeepAlive::default()))
}

/// Behind everything that has happened.
async fn last(gateway: &Gateway, cell: CellId) -> Result<Option<Cursor>, Problem> {
    let now = gateway.now();
    let recent = now.back(decider::Millis::DAY);
    let mut place = Some(Cursor::at(recent));
    // The last page is the end.
    while let (_, Some(next)) = read(gateway, cell, place, CHUNK, |_| Some(())).await? {
        place = Some(next);
    }
    let behind = |recorded: &Recorded<Sender>| Some(Cursor::behind(recorded));
    let (rest, _) = read(gateway, cell, place, CHUNK, behind).await?;
    Ok(rest.last().copied().or(place))
}

/// Somebody who listens.
struct Tail {
    gateway: Gateway,
    cell: CellId,
    kind: Option<String>,
    place: Option<Cursor>,
    changes: engine::Changes,
    /// Read and not sent, the last first.
    ready: Vec<(Cursor, Option<EventView>)>,
    /// Whether to look before waiting.
    fresh: bool,
}

impl Tail {
    /// The next event; ends with the gateway.
    async fn next(mut self) -> Option<(Result<Sent, Infallible>, Self)> {
        loop {
            while let Some((place, view)) = self.ready.pop() {
                self.place = Some(place);
                if let Some(view) = view {
                    let sent = Sent::default().id(view.id.clone()).event(view.kind);
                    let sent = sent.json_data(&view).unwrap_or_default();
                    return Some((Ok(sent), self));
                }
            }
            if !std::mem::take(&mut self.fresh) && (self.gateway.closing() || !self.changes.next().await) {
                return None;
            }
            let wanted = of_kind(self.kind.clone());
            let each = move |recorded: &Recorded<Sender>| Some((Cursor::behind(recorded), wanted(recorded)));
            let (mut found, more) = read(&self.gateway, self.cell, self.place, CHUNK, each)
                .await
                .ok()?;
            self.fresh = more.is_some();
            found.reverse();
            self.ready = found;
        }
    }
}

fn of_kind(kind: Option<String>) -> impl Fn(&Recorded<Sender>) -> Option<EventView> + Send + 'static {
    move |recorded| {
        let view = view(recorded);
        kind.as_deref()
            .is_none_or(|kind| kind == view.kind)
            .then_some(view)
    }
}

fn view(recorded: &Recorded<Sender>) -> EventView {
    let kind = match &recorded.event {
        Event::Portfolio(event) => event.name(),
        Event::Directory(event) => event.name(),
    };
    EventView {
        id: Cursor::behind(recorded).to_string(),
        time: iso(recorded.at),
        time_ms: recorded.at.millis(),
        sequence: recorded.sequence,
        kind,
        event: serde_json::to_value(&recorded.event).unwrap_or_default(),
    }
}
