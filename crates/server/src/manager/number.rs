//! One phone number: its standing and the last 30 days of it in charts.

use askama::Template;
use axum::extract::{Path, State};
use decider::{Millis, Timestamp};
use platform::ids::NumberIx;
use platform::portfolio::Portfolio;
use rulebook::rating::{Kind, Rating};

use super::chart::{self, Chart, Level, Series};
use super::facts::{self, NumberFacts};
use super::frame::{Frame, Tab};
use super::history::{DAYS, Day, NumberPast, Past, TierStep, day_of};
use super::words::{self, When, count, off, sentence_case, when};
use super::{Failure, Manager, Page, View};
use crate::v1::{explain, ids, numbers};

/// The colours of signals, from the lightest kind to the heaviest.
const SIGNALS: [&str; Kind::ALL.len()] = ["s1", "s2", "s3", "s4", "s5", "s6"];
const MESSAGES: [Series; 3] = [
    Series {
        label: "business-initiated",
        tone: "accent",
    },
    Series {
        label: "replies inside the service window",
        tone: "s2",
    },
    Series {
        label: "from people",
        tone: "s1",
    },
];

#[derive(Template)]
#[template(path = "manager/number.html")]
pub(super) struct NumberPage {
    frame: Frame,
    number: NumberFacts,
    sentences: Vec<String>,
    templates: Vec<Blamed>,
    due: Vec<Due>,
    charts: Vec<Chart>,
}

/// A template whose messages drew signals.
struct Blamed {
    id: Option<String>,
    name: String,
    signals: String,
}

/// Something that happens by itself.
struct Due {
    what: String,
    at: When,
    off: String,
}

/// What the portfolio says of the number.
struct Present {
    number: NumberFacts,
    explanation: explain::Explanation,
    due: Vec<numbers::Deadline>,
    scope: platform::ids::ScopeIx,
    tier: u8,
    tiers: Vec<String>,
}

/// `GET /manager/numbers/{id}`.
pub(super) async fn page(
    State(manager): State<Manager>,
    view: View,
    Path(id): Path<String>,
) -> Result<Page<NumberPage>, Failure> {
    let (cell, ix) = ids::number(&id)?;
    let now = manager.seat().now();
    let read = move |portfolio: &Portfolio| present(portfolio, ix, now);
    let found = manager.seat().query(cell, read).await?.flatten();
    let present = found.ok_or_else(|| Failure::not_found("phone number"))?;
    let (scope, tier, tiers) = (present.scope, present.tier, present.tiers);
    let draw = move |past: &Past| {
        let steps: Vec<TierStep> = past.tiers(cell, scope).collect();
        charts(past.number(cell, ix), &steps, (tier, &tiers), now)
    };
    let charts = manager.history().look(draw).await?;
    let title = format!("{} {}", present.number.name, present.number.phone);
    Ok(Page(NumberPage {
        frame: view.at(cell).frame(&manager, title, Tab::Numbers),
        number: present.number,
        templates: present.explanation.templates.iter().map(blamed).collect(),
        sentences: facts::reasons(&present.explanation),
        due: present.due.iter().map(|due| due_at(due, now)).collect(),
        charts,
    }))
}

fn present(portfolio: &Portfolio, ix: NumberIx, now: Timestamp) -> Option<Present> {
    let scope = portfolio.scope_of(ix);
    let tiers = &portfolio.edition().limits.tiers;
    Some(Present {
        number: facts::number(portfolio, ix, now)?,
        explanation: explain::of_number(portfolio.cell, portfolio, ix, now)?,
        due: numbers::deadlines(portfolio, ix),
        scope,
        tier: portfolio.scope(scope)?.tier.index,
        tiers: tiers
            .iter()
            .map(|limit| limit.people().map_or("Unlimited".to_owned(), count))
            .collect(),
    })
}

fn blamed(share: &explain::TemplateShare) -> Blamed {
    let signals: Vec<String> = share
        .signals
        .iter()
        .map(|signal| format!("{} {}", count(signal.count), signal.signal))
        .collect();
    Blamed {
        id: share.template_id.clone(),
        name: match (&share.name, &share.language) {
            (Some(name), Some(language)) => format!("{name} ({language})"),
            _ => "messages without a template".to_owned(),
        },
        signals: signals.join(", "),
    }
}

fn due_at(due: &numbers::Deadline, now: Timestamp) -> Due {
    let at = Timestamp::from_millis(due.at_ms);
    Due {
        what: sentence_case(&due.what),
        at: when(at),
        off: off(at, now),
    }
}

fn charts(
    past: Option<&NumberPast>,
    steps: &[TierStep],
    (tier, tiers): (u8, &[String]),
    now: Timestamp,
) -> Vec<Chart> {
    let today = day_of(now);
    let days: Vec<u64> = (0..DAYS as u64)
        .rev()
        .map(|ago| today.saturating_sub(ago))
        .collect();
    let begin = |day: u64| Timestamp::from_millis(day * Millis::DAY.get());
    let names: Vec<String> = days.iter().map(|day| words::day(begin(*day))).collect();
    let known = |day: &u64| past.filter(|past| day_of(past.since) <= *day);
    let counts: Vec<Day> = days
        .iter()
        .map(|day| known(day).map_or_else(Day::default, |past| past.day(*day)))
        .collect();

    let rated = |day: &u64| known(day).map(|past| level_of(past.rating(*day)));
    let ratings: Vec<Option<usize>> = days.iter().map(rated).collect();
    let signals = Kind::ALL.map(|kind| Series {
        label: kind.label(),
        tone: SIGNALS[kind as usize],
    });
    let drawn: Vec<Vec<u32>> = counts.iter().map(|day| day.signals.to_vec()).collect();
    let sent: Vec<Vec<u32>> = counts
        .iter()
        .map(|day| vec![day.initiated, day.service, day.received])
        .collect();
    let limit = |day: &u64| known(day).map(|_| usize::from(tier_on(steps, tier, begin(*day + 1))));
    let limits: Vec<Option<usize>> = days.iter().map(limit).collect();
    let level = |label: &String| Level {
        label: label.clone(),
        tone: "accent",
    };
    vec![
        chart::steps(
            "Quality by day (the worst of each)",
            "Quality",
            &names,
            &quality_levels(),
            &ratings,
        ),
        chart::bars("Signals by kind", &names, &signals, &drawn),
        chart::bars("Messages by day", &names, &MESSAGES, &sent),
        chart::steps(
            "Messaging limit by day",
            "People in 24 hours",
            &names,
            &tiers.iter().map(level).collect::<Vec<_>>(),
            &limits,
        ),
    ]
}

/// From the lowest.
fn quality_levels() -> [Level; 4] {
    [Rating::Unknown, Rating::Red, Rating::Yellow, Rating::Green].map(|rating| {
        let badge = words::quality(rating);
        Level {
            label: badge.word,
            tone: badge.tone,
        }
    })
}

fn level_of(rating: Rating) -> usize {
    match rating {
        Rating::Unknown => 0,
        Rating::Red => 1,
        Rating::Yellow => 2,
        Rating::Green => 3,
    }
}

/// The tier at the end of a day; `now` is the one in force.
fn tier_on(steps: &[TierStep], now: u8, end: Timestamp) -> u8 {
    let after = steps.iter().find(|step| step.at >= end);
    after.map_or(now, |step| step.from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_a_day_is_the_one_that_it_ends_with() {
        let at = |hours: u64| Timestamp::from_millis(0) + Millis::hours(hours);
        let step = |hours, from| TierStep { at: at(hours), from };
        let steps = [step(30, 0), step(70, 1), step(71, 2)];
        let ends: Vec<u8> = (1..5).map(|day| tier_on(&steps, 1, at(day * 24))).collect();
        assert_eq!(ends, [0, 1, 1, 1]);
    }
}
