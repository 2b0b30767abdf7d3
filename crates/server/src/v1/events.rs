//! What happened, in order of time, each with its meaning in words.
//!
//! Promises: pages of one history fit together; an event is shown once it is durable; who hands cursors back sees every
//! event once, over all portfolios.

use axum::Json;
use axum::extract::State;
use decider::CellId;
use engine::{EngineError, Recorded};
use platform::directory::DIRECTORY;
use platform::portfolio::explain::is_news;
use platform::{Event, Platform, directory, portfolio};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cursor::Cursor;
use super::error::{ApiError, ApiResult, ErrorBody};
use super::input::Asked;
use super::page::{Next, TailPage, given, iso, limit};
use super::{Control, ids};
use crate::Seat;
use crate::ids::portfolio_id;

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichEvents {
    /// The `after` or the `tail` of a page before.
    after: Option<String>,
    /// At most so many: 100 if nothing is said, 1,000 at most.
    limit: Option<u32>,
    /// Of this portfolio only.
    portfolio: Option<String>,
    /// Only what people want to read of: not the hourly looks and the moves of single messages.
    news: Option<bool>,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventState {
    time: String,
    time_ms: u64,
    /// Null for the directory of apps, tokens and portfolios.
    portfolio_id: Option<String>,
    /// Counted from 0 within the portfolio.
    sequence: u64,
    /// What kind of event it is.
    #[schema(example = "NumberRated")]
    kind: String,
    /// What happened and why.
    text: String,
}

/// Lists events in order of time. Beyond a `tail` the order begins anew: of what came later some may be stamped earlier.
#[utoipa::path(get, path = "/events", tag = "history", operation_id = "list_events", params(WhichEvents),
    responses((status = 200, body = TailPage<EventState>), (status = "4XX", body = ErrorBody)))]
pub(super) async fn list(
    State(control): State<Control>,
    Asked(which): Asked<WhichEvents>,
) -> ApiResult<TailPage<EventState>> {
    let news = which.news.unwrap_or(false);
    let wanted = move |event: &Event| match event {
        Event::Portfolio(event) => !news || is_news(event),
        Event::Directory(_) => !news,
    };
    let (found, next) = found(&control, &which, wanted).await?;
    let data = described(control.seat(), found).await?;
    Ok(Json(TailPage::of(data, next)))
}

/// The events of a page, and how to go on.
pub(super) async fn found(
    control: &Control,
    which: &WhichEvents,
    wanted: impl Fn(&Event) -> bool + Send + 'static,
) -> Result<(Vec<Recorded<Platform>>, Next), ApiError> {
    let cells: Vec<CellId> = which
        .portfolio
        .as_deref()
        .map(ids::portfolio)
        .transpose()?
        .into_iter()
        .collect();
    let after = given(which.after.as_deref()).map(Cursor::read).transpose()?;
    let cursor = after.unwrap_or_default().up_to(control.seat().engine().heads());
    let limit = limit(which.limit);
    let seat = control.seat().clone();
    let read = tokio::task::spawn_blocking(move || read(&seat, cells, cursor, limit, wanted));
    let (found, cursor, more) = read
        .await
        .map_err(|error| ApiError::internal(error.to_string()))??;
    let cursor = cursor.to_string();
    Ok((found, Next { cursor, more }))
}

/// Events, the cursor behind them, and whether there may be more of the same part. Reading the ledger blocks.
fn read(
    seat: &Seat,
    cells: Vec<CellId>,
    mut cursor: Cursor,
    limit: usize,
    wanted: impl Fn(&Event) -> bool,
) -> Result<(Vec<Recorded<Platform>>, Cursor, bool), ApiError> {
    let failed = |error: engine::ReplayError| ApiError::internal(error.to_string());
    let mut found = Vec::new();
    for recorded in seat.engine().history(cursor.range(cells)).map_err(failed)? {
        let recorded = recorded.map_err(failed)?;
        let place = (recorded.at, recorded.cell, recorded.sequence);
        if cursor.place.is_none_or(|given| place > given) && wanted(&recorded.event) {
            found.push(recorded);
            if found.len() == limit {
                cursor.place = Some(place);
                return Ok((found, cursor, true));
            }
        }
    }
    Ok((found, cursor.at_end(), false))
}

async fn described(seat: &Seat, found: Vec<Recorded<Platform>>) -> Result<Vec<EventState>, ApiError> {
    let events: Vec<_> = found
        .iter()
        .map(|recorded| (recorded.cell, recorded.event.clone()))
        .collect();
    let texts = in_words(seat, &events).await?;
    Ok(found
        .into_iter()
        .zip(texts)
        .map(|(recorded, text)| state(&recorded, text))
        .collect())
}

/// Asks each portfolio once for the words of all its events.
pub(crate) async fn in_words(seat: &Seat, events: &[(CellId, Event)]) -> Result<Vec<String>, EngineError> {
    let mut cells: Vec<CellId> = events.iter().map(|(cell, _)| *cell).collect();
    cells.sort_unstable();
    cells.dedup();
    let mut texts: Vec<String> = events.iter().map(|(_, event)| plain(event)).collect();
    for cell in cells.into_iter().filter(|cell| *cell != DIRECTORY) {
        let of_cell = |(place, (of, event)): (usize, &(CellId, Event))| match event {
            Event::Portfolio(event) if *of == cell => Some((place, event.clone())),
            _ => None,
        };
        let events: Vec<_> = events.iter().enumerate().filter_map(of_cell).collect();
        let describe = move |portfolio: &portfolio::Portfolio| -> Vec<(usize, String)> {
            events
                .iter()
                .map(|(place, event)| (*place, portfolio.describe(event)))
                .collect()
        };
        for (place, text) in seat.query(cell, describe).await?.into_iter().flatten() {
            texts[place] = text;
        }
    }
    Ok(texts)
}

fn state(recorded: &Recorded<Platform>, text: String) -> EventState {
    EventState {
        time: iso(recorded.at),
        time_ms: recorded.at.millis(),
        portfolio_id: (recorded.cell != DIRECTORY).then(|| portfolio_id(recorded.cell).to_string()),
        sequence: recorded.sequence,
        kind: kind(&recorded.event).to_owned(),
        text,
    }
}

/// What kind of event it is.
pub(crate) fn kind(event: &Event) -> &'static str {
    match event {
        Event::Portfolio(event) => event.name(),
        Event::Directory(event) => event.name(),
    }
}

/// Words for what the portfolio is not asked about. Tokens and secrets are not shown here.
fn plain(event: &Event) -> String {
    use directory::Event as Of;
    let Event::Directory(event) = event else {
        return kind(event).to_owned();
    };
    match event {
        Of::AppCreated(e) => format!("app {} made", e.name),
        Of::TokenIssued(_) => "a token was issued".to_owned(),
        Of::TokenRevoked(_) => "a token was taken back".to_owned(),
        Of::CallbackSet(e) => match &e.callback {
            Some((callback, _)) => format!("webhooks of an app go to {}", callback.url),
            None => "an app has no callback any more".to_owned(),
        },
        Of::Subscribed(e) => match &e.over {
            Some(callback) => format!("an app was subscribed, with webhooks to {}", callback.url),
            None => "an app was subscribed".to_owned(),
        },
        Of::Unsubscribed(_) => "a subscription ended".to_owned(),
        Of::PortfolioReserved(e) => format!("portfolio {} begun", e.name),
        Of::NumberClaimed(e) => format!("number +{} claimed", e.e164),
        Of::NumberReleased(e) => format!("number +{} given back", e.e164),
        Of::UploadBegun(e) => format!("upload {} of {} bytes ({}) begun", e.number, e.length, e.mime),
        Of::UploadReceived(e) => format!("upload {}: {} bytes came", e.number, e.bytes),
    }
}
