//! A phone number as the Manager shows it: status, quality and limit, each with its reason.

use decider::Timestamp;
use platform::ids::NumberIx;
use platform::portfolio::Portfolio;
use platform::portfolio::number::Number;
use rulebook::edition::Scope;
use rulebook::flag;
use rulebook::status::Stage;

use super::chart::meter;
use super::words::{self, Badge, count, off, when};
use crate::display_phone_number;
use crate::ids::phone_id;
use crate::v1::explain::{Explanation, of_number};

/// A number in a list.
pub(super) struct NumberFacts {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) phone: String,
    pub(super) waba: String,
    pub(super) status: Badge,
    pub(super) quality: Badge,
    pub(super) limit: LimitFacts,
    /// Messages a second; `None` while it is not connected.
    pub(super) throughput: Option<String>,
}

/// A messaging limit and its use.
pub(super) struct LimitFacts {
    /// How many people.
    pub(super) people: String,
    /// Whom it counts together: empty for the number alone.
    pub(super) shared: &'static str,
    /// What is used and left, in words.
    pub(super) used: String,
    /// The same as a bar; empty for an unlimited number.
    pub(super) meter: String,
}

/// All numbers of a portfolio that were not removed.
pub(super) fn numbers(portfolio: &Portfolio, now: Timestamp) -> Vec<NumberFacts> {
    let all = 0..portfolio.numbers.len() as u16;
    all.filter_map(|ix| number(portfolio, NumberIx(ix), now))
        .collect()
}

/// One number, unless it was removed.
pub(super) fn number(portfolio: &Portfolio, ix: NumberIx, now: Timestamp) -> Option<NumberFacts> {
    let number = portfolio.number(ix).filter(|number| !number.facts.deleted)?;
    Some(NumberFacts {
        id: phone_id(portfolio.cell, ix).to_string(),
        name: number.verified_name.clone(),
        phone: display_phone_number(number.e164),
        waba: portfolio
            .wabas
            .get(number.waba.index())
            .cloned()
            .unwrap_or_default(),
        status: status(portfolio, ix, number, now)?,
        quality: Badge {
            why: reasons(&of_number(portfolio.cell, portfolio, ix, now)?),
            ..words::quality(number.rating())
        },
        limit: limit(portfolio, ix, now)?,
        throughput: number
            .is_connected()
            .then(|| count(number.level.per_second(&portfolio.edition().throughput))),
    })
}

/// Why a rating is what it is, in sentences.
pub(super) fn reasons(explanation: &Explanation) -> Vec<String> {
    explanation
        .sentences
        .iter()
        .map(|text| words::sentence(text))
        .collect()
}

fn status(portfolio: &Portfolio, ix: NumberIx, number: &Number, now: Timestamp) -> Option<Badge> {
    let scope = portfolio.scope(portfolio.scope_of(ix))?;
    let edition = portfolio.edition();
    let mut badge = words::status(number.status(scope.is_used_up()));
    let facts = &number.facts;
    let mut tell = |holds: bool, why: String| {
        if holds {
            badge.why.push(why);
        }
    };
    tell(facts.banned, "The number is banned.".to_owned());
    tell(
        facts.migrated,
        "The number was moved to another account.".to_owned(),
    );
    tell(
        facts.stage == Stage::Pending && !facts.name_approved,
        "Its display name is not approved.".to_owned(),
    );
    tell(
        facts.stage == Stage::Pending && !facts.certificate,
        "It has no certificate.".to_owned(),
    );
    tell(
        facts.linked_elsewhere,
        "It is linked to another account.".to_owned(),
    );
    tell(
        facts.stage == Stage::Offline,
        "Name and certificate are there; it is not registered.".to_owned(),
    );
    if let Some(frees) = scope.frees_at(&edition.limits, edition.restricted.end, now) {
        let back = format!("{} ({})", when(frees).text, off(frees, now));
        tell(
            true,
            format!("The messaging limit is used up; the next message goes at {back}. Replies go on."),
        );
    }
    if let Some((running, rules)) = number.flag.as_ref().zip(edition.flagged.as_ref()) {
        let end = flag::deadline(rules, running);
        let since = when(running.since).text;
        let until = format!("{} ({})", when(end).text, off(end, now));
        tell(
            true,
            format!(
                "Flagged since {since} for low quality: the limit cannot rise. Still low at {until}, it is lowered."
            ),
        );
    }
    Some(badge)
}

fn limit(portfolio: &Portfolio, ix: NumberIx, now: Timestamp) -> Option<LimitFacts> {
    let scope = portfolio.scope(portfolio.scope_of(ix))?;
    let limits = &portfolio.edition().limits;
    let (limit, used) = (scope.limit(limits), scope.used(limits, now));
    let shared = match limits.scope {
        Scope::Number => "",
        Scope::Portfolio => "shared by the portfolio",
    };
    Some(match limit.people() {
        Some(people) => LimitFacts {
            people: count(people),
            shared,
            used: format!(
                "{} of {} used, {} left",
                count(used),
                count(people),
                count(limit.left(used).unwrap_or_default())
            ),
            meter: meter(used, people),
        },
        None => LimitFacts {
            people: "Unlimited".to_owned(),
            shared,
            used: format!("{} used", count(used)),
            meter: String::new(),
        },
    })
}
