//! Numbers: what the platform told about them, and how much of the messaging limit is left.

use axum::Json;
use axum::extract::State;
use decider::Timestamp;
use rulebook::edition::Limit;
use sender::mirror::{Known, Value};
use sender::portfolio::Portfolio;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{Reader, With, portfolio};
use super::error::{Answered, Problem};
use super::input::Asked;
use super::page::{Page, Which};
use crate::gateway::Gateway;
use crate::graph::answers::iso;
use crate::words;

/// Something that the platform told, with its source and age. Null where it was never told: unknown, not well.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FactView {
    /// The platform's word.
    value: &'static str,
    /// `webhook`, `poll`, `answer`, `own`, `assumed` or `operator`.
    source: &'static str,
    at: String,
}

/// A messaging limit and its use.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LimitView {
    /// People in 24 hours; null for no limit.
    limit: Option<u32>,
    /// Who said so; `assumed` where nobody did.
    source: &'static str,
    /// People in use, with the margin that keeps the limit whatever the platform counts.
    used: u32,
    /// What is left; null for no limit.
    left: Option<u32>,
}

/// A phone number.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NumberView {
    /// The platform's id.
    id: String,
    /// The platform's id of its account.
    waba: String,
    /// Its digits.
    phone_number: String,
    status: Option<FactView>,
    quality: Option<FactView>,
    throughput: Option<FactView>,
    messaging_limit: LimitView,
}

/// A fact with its word.
pub(super) fn fact<T: Value>(known: &Known<T>, word: impl Fn(T) -> &'static str) -> Option<FactView> {
    known.fact().map(|fact| FactView {
        value: word(fact.value),
        source: fact.source.name(),
        at: iso(Timestamp::from_millis(fact.at_ms)),
    })
}

/// Lists the numbers of a portfolio.
#[utoipa::path(get, path = "/numbers", tag = "mirror", operation_id = "list_numbers", params(Which),
    responses((status = 200, body = Page<NumberView>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Asked(which): Asked<Which>,
) -> Answered<Page<NumberView>> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let (from, limit, now) = (which.from()?, which.limit(), gateway.now());
    let read = move |portfolio: &Portfolio| {
        let numbers = portfolio.numbers.iter().zip(0_u16..).skip(from).take(limit + 1);
        let views = numbers.filter_map(|(_, ix)| view(portfolio, sender::ids::NumberIx(ix), now));
        views.collect::<Vec<_>>()
    };
    let views = gateway.seat().query(cell, read).await?.unwrap_or_default();
    Ok(Json(Page::of(views, from, limit)))
}

fn view(portfolio: &Portfolio, ix: sender::ids::NumberIx, now: Timestamp) -> Option<NumberView> {
    let number = portfolio.number(ix)?;
    let scope = portfolio.scope(portfolio.scope_of(ix))?;
    let (limit, source) = scope.limit(&portfolio.edition().limits);
    let people = match limit {
        Limit::People(people) => Some(people),
        Limit::Unlimited => None,
    };
    let used = scope.used(now);
    Some(NumberView {
        id: number.id.0.to_string(),
        waba: portfolio.accounts.get(number.waba.index())?.id.0.to_string(),
        phone_number: number.e164.to_string(),
        status: fact(&number.status, words::of_status),
        quality: fact(&number.rating, words::of_rating),
        throughput: fact(&number.level, words::of_level),
        messaging_limit: LimitView {
            limit: people,
            source: source.name(),
            used,
            left: people.map(|people| people.saturating_sub(used)),
        },
    })
}
