//! What a business sees of its own figures: the fields `analytics`, `conversation_analytics` and `pricing_analytics` of an
//! account (G13).
//!
//! Promises: what was asked wrongly is named before anything is read; only periods in which something was counted are
//! told. Must not know: how far back anybody may look, how figures are kept.

use cloud_api::analytics::{self as wire, Dimension, MessagePoint, PricePoint, Question};
use cloud_api::fields::Field;
use cloud_api::{GraphError, NodeId};
use decider::Timestamp;
use platform::portfolio::Portfolio;
use platform::portfolio::analytics::query::{About, Apart, Asked, Sums};
use platform::portfolio::analytics::traffic::Kind;
use rulebook::analytics::{Granularity, RangeError, of_numbers};
use rulebook::pricing::{PriceCategory, PriceType};
use serde_json::Value;

use super::Graph;
use super::request::Incoming;

/// `product_types` of `analytics`.
const WITH_TEMPLATE: u64 = 0;
const WITHOUT_TEMPLATE: u64 = 2;
const RECEIVED: u64 = 100;

/// The value of one of the fields.
pub(super) async fn inside(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    field: &Field,
) -> Result<Value, GraphError> {
    let (cell, waba) = incoming.waba(id)?;
    let question = Question::of(field)?;
    let asked = Asked {
        waba,
        start: instant(question.start),
        end: instant(question.end),
        granularity: granularity(question.granularity),
        numbers: question.phone_numbers.clone(),
        countries: question.country_codes.clone(),
    };
    let name = field.name.clone();
    let now = graph.seat.now();
    let read = move |portfolio: &Portfolio| {
        let rule = &portfolio.edition().analytics;
        if let Err(error) = of_numbers(rule, asked.granularity, asked.start, asked.end, now) {
            return Some(Err(error));
        }
        Some(Ok(match name.as_str() {
            "analytics" => messaging(portfolio, &asked, &question),
            "pricing_analytics" => prices(portfolio, &asked, &question),
            _ => conversations(portfolio, &asked, &question),
        }))
    };
    let told = graph.read(incoming, id, cell, read).await?;
    told.map_err(|error| range_error(&error))
}

pub(super) fn instant(seconds: u64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1_000))
}

/// A range that cannot be asked for names its parameter first.
pub(super) fn range_error(error: &RangeError) -> GraphError {
    GraphError::from_parts(100, None, format!("(#100) {error}"))
}

fn granularity(asked: wire::Granularity) -> Granularity {
    match asked {
        wire::Granularity::HalfHour => Granularity::HalfHour,
        wire::Granularity::Day => Granularity::Day,
        wire::Granularity::Month => Granularity::Month,
    }
}

fn messaging(portfolio: &Portfolio, asked: &Asked, question: &Question) -> Value {
    let types = &question.product_types;
    let wanted = |kind: Kind| {
        let is = |product: u64| types.contains(&product);
        match kind {
            Kind::RECEIVED => is(RECEIVED),
            kind if !kind.is_message() => false,
            _ if types.is_empty() => true,
            kind if kind.is_with() => is(WITH_TEMPLATE),
            _ => is(WITHOUT_TEMPLATE),
        }
    };
    let sums = portfolio.sums(asked, Apart::default(), wanted, |_| None);
    let points: Vec<MessagePoint> = sums
        .iter()
        .map(|((start, ..), sum)| MessagePoint {
            start: start.seconds(),
            end: asked.granularity.period(*start).1.seconds(),
            sent: sum.sent,
            delivered: sum.delivered,
        })
        .collect();
    let numbers: Vec<u64> = (portfolio.numbers_asked(asked).into_iter())
        .map(|(_, e164)| e164)
        .collect();
    wire::messaging(question, &numbers, &points)
}

/// What is told apart of number, country and kind.
fn apart(question: &Question) -> Apart {
    Apart {
        number: question.is_apart(Dimension::Phone),
        country: question.is_apart(Dimension::Country),
    }
}

fn is_wanted(listed: &[String], word: &str) -> bool {
    listed.is_empty() || listed.iter().any(|one| one == word)
}

fn prices(portfolio: &Portfolio, asked: &Asked, question: &Question) -> Value {
    let wanted = |kind: Kind| {
        let of = kind.price().filter(|_| kind.is_message());
        of.is_some_and(|(category, of)| {
            is_wanted(&question.categories, category.api_value())
                && is_wanted(&question.types, of.api_value())
        })
    };
    let by_tier = question.is_apart(Dimension::Tier);
    let (by_category, by_type) = (
        question.is_apart(Dimension::Category),
        question.is_apart(Dimension::Type) || by_tier,
    );
    let points = points(portfolio, asked, question, wanted, |kind| {
        keep(kind.price()?, by_category, by_type, true)
    });
    let shown = points.into_iter().map(|(about, sum, point)| {
        let price = about.3.and_then(Kind::price);
        PricePoint {
            volume: question.wants("VOLUME").then_some(sum.delivered),
            pricing_category: price
                .filter(|_| by_category)
                .map(|(category, _)| category.api_value()),
            pricing_type: price
                .filter(|_| question.is_apart(Dimension::Type))
                .map(|(_, of)| of.api_value()),
            // One tier for everything that is billed: volume does not lower the price here.
            tier: price
                .filter(|(_, of)| by_tier && *of == PriceType::Regular)
                .map(|_| "0:MAX"),
            ..point
        }
    });
    wire::priced(&shown.collect::<Vec<_>>())
}

fn conversations(portfolio: &Portfolio, asked: &Asked, question: &Question) -> Value {
    let direction = |kind: Kind| {
        if kind.is_with() {
            "BUSINESS_INITIATED"
        } else {
            "USER_INITIATED"
        }
    };
    let wanted = |kind: Kind| {
        let of = kind.price().filter(|_| kind.is_conversation());
        of.is_some_and(|(category, of)| {
            is_wanted(&question.categories, category.api_value())
                && is_wanted(&question.types, conversation_type(of))
                && is_wanted(&question.directions, direction(kind))
        })
    };
    let [by_category, by_type, by_direction] =
        [Dimension::Category, Dimension::Type, Dimension::Direction].map(|one| question.is_apart(one));
    let points = points(portfolio, asked, question, wanted, |kind| {
        keep(
            kind.price()?,
            by_category,
            by_type,
            kind.is_with() || !by_direction,
        )
    });
    let shown = points.into_iter().map(|(about, sum, point)| {
        let price = about.3.and_then(Kind::price);
        PricePoint {
            conversation: question.wants("CONVERSATION").then_some(sum.delivered),
            conversation_category: price
                .filter(|_| by_category)
                .map(|(category, _)| category.api_value()),
            conversation_type: price.filter(|_| by_type).map(|(_, of)| conversation_type(of)),
            conversation_direction: about.3.filter(|_| by_direction).map(direction),
            ..point
        }
    });
    wire::priced(&shown.collect::<Vec<_>>())
}

/// Of what is not told apart, one stands for all.
fn keep(
    (category, of): (PriceCategory, PriceType),
    by_category: bool,
    by_type: bool,
    with: bool,
) -> Option<Kind> {
    let category = if by_category {
        category
    } else {
        PriceCategory::Service
    };
    let of = if by_type { of } else { PriceType::Regular };
    Some(Kind::message(category, of, with))
}

fn conversation_type(of: PriceType) -> &'static str {
    match of {
        PriceType::FreeEntryPoint => "FREE_ENTRY_POINT",
        PriceType::Regular | PriceType::FreeCustomerService => "REGULAR",
    }
}

/// The sums with what both fields show of them: period, number, country and cost.
fn points(
    portfolio: &Portfolio,
    asked: &Asked,
    question: &Question,
    wanted: impl Fn(Kind) -> bool,
    kind: impl Fn(Kind) -> Option<Kind>,
) -> Vec<(About, Sums, PricePoint)> {
    let sums = portfolio.sums(asked, apart(question), wanted, kind);
    let point = |(about, sum): (About, Sums)| {
        let (start, number, region, _) = about;
        let phone = number.and_then(|ix| portfolio.number(ix));
        let country = region.and_then(|of| of.letters().map(str::to_owned));
        let point = PricePoint {
            start: start.seconds(),
            end: asked.granularity.period(start).1.seconds(),
            phone_number: phone.map(|of| of.e164.to_string()),
            country,
            cost: question.wants("COST").then(|| wire::amount(sum.micros)),
            ..PricePoint::default()
        };
        (about, sum, point)
    };
    sums.into_iter().map(point).collect()
}
