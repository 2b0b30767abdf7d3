//! The people of a portfolio: who was written to, and whose service window is open.

use askama::Template;
use axum::extract::{Query, State};
use decider::Timestamp;
use platform::ids::ContactIx;
use platform::people::Listed;
use platform::portfolio::Portfolio;
use platform::portfolio::messages::flag;
use rulebook::service_window;
use serde::Deserialize;

use super::frame::{Frame, Tab};
use super::words::{Badge, When, count, off, when};
use super::{Failure, Manager, Page, View};
use crate::ids::user_id;

/// People of a page.
const PAGE: u32 = 50;
/// Numbers looked at for each person: nobody hears from more.
const NUMBERS_MAX: usize = 20;

#[derive(Template)]
#[template(path = "manager/people.html")]
pub(super) struct People {
    frame: Frame,
    portfolio: String,
    /// Simulated people.
    groups: Vec<GroupRow>,
    /// So many things are about to happen to messages, or to be done about them.
    expected: String,
    /// How many are known.
    known: String,
    asked: String,
    people: Vec<PersonRow>,
    /// Where older ones are.
    older: Option<String>,
}

/// A group of simulated people.
struct GroupRow {
    name: String,
    size: String,
    first: String,
    last: String,
}

/// A person in the list.
struct PersonRow {
    id: String,
    phone: String,
    written: Option<(When, String)>,
    wrote: Option<(When, String)>,
    window: Badge,
    blocks: Vec<String>,
}

/// Which people.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    /// A phone number.
    phone: String,
    before: String,
}

/// `GET /manager/people`: those who became known last come first.
pub(super) async fn page(
    view: View,
    State(manager): State<Manager>,
    Query(which): Query<Which>,
) -> Result<Page<People>, Failure> {
    let cell = view
        .cell(&manager)
        .ok_or_else(|| Failure::not_found("portfolio"))?;
    let now = manager.seat().now();
    let digits: String = which.phone.chars().filter(char::is_ascii_digit).collect();
    let before: Option<u32> = which.before.parse().ok();
    let read = move |portfolio: &Portfolio| {
        let known = portfolio.footprint().people as u32;
        let end = before.unwrap_or(known).min(known);
        let shown: Vec<u32> = match digits.parse() {
            Ok(e164) => portfolio
                .contact(e164)
                .map(|contact| contact.0)
                .into_iter()
                .collect(),
            Err(_) => (end.saturating_sub(PAGE)..end).rev().collect(),
        };
        let older = shown
            .last()
            .copied()
            .filter(|last| *last > 0 && shown.len() == PAGE as usize);
        let people = shown
            .iter()
            .filter_map(|ix| row(portfolio, ContactIx(*ix), now))
            .collect();
        (portfolio.name.clone(), crowd(portfolio), known, people, older)
    };
    let found = manager.seat().query(cell, read).await?;
    let (portfolio, (groups, expected), known, people, older) =
        found.ok_or_else(|| Failure::not_found("portfolio"))?;
    let chosen = view.chosen().unwrap_or_default();
    Ok(Page(People {
        frame: view.frame(&manager, "People", Tab::People),
        portfolio,
        groups,
        expected: count(expected as u64),
        known: count(known),
        asked: which.phone,
        people,
        older: older.map(|last| format!("/manager/people?portfolio={chosen}&before={last}")),
    }))
}

/// The simulated people of a portfolio by group, and how much is expected of them.
fn crowd(portfolio: &Portfolio) -> (Vec<GroupRow>, usize) {
    let people = portfolio.people.as_ref();
    let row = |group: Listed| GroupRow {
        name: group.name,
        size: count(group.size),
        first: format!("+{}", group.first),
        last: format!("+{}", group.last),
    };
    let cast = people.and_then(|people| people.cast());
    let groups = cast.map(|cast| cast.groups().map(row).collect());
    (
        groups.unwrap_or_default(),
        people.map_or(0, |people| people.pending()),
    )
}

/// `None` for people who were erased.
fn row(portfolio: &Portfolio, contact: ContactIx, now: Timestamp) -> Option<PersonRow> {
    let phone = portfolio.phone_of(contact)?;
    let (mut written, mut wrote): (Option<Timestamp>, Option<Timestamp>) = (None, None);
    let mut blocks = Vec::new();
    for number in portfolio.numbers.iter().take(NUMBERS_MAX) {
        let mut thread = number.messages.thread(contact);
        let last = thread.find(|(_, record)| !record.any(flag::INBOUND));
        written = written.max(last.map(|(_, record)| record.at()));
        wrote = wrote.max(number.messages.last_inbound(contact));
        if number.blocked_by.contains(&contact) {
            blocks.push(format!("+{}", number.e164));
        }
    }
    let shown = |at: Option<Timestamp>| at.map(|at| (when(at), off(at, now)));
    Some(PersonRow {
        id: user_id(portfolio.cell, contact).to_string(),
        phone: format!("+{phone}"),
        written: shown(written),
        wrote: shown(wrote),
        window: window(portfolio, wrote, now),
        blocks,
    })
}

/// The service window after the last word of a person.
pub(super) fn window(portfolio: &Portfolio, wrote: Option<Timestamp>, now: Timestamp) -> Badge {
    let period = portfolio.edition().service_window;
    let open = service_window::open(wrote, now, period);
    let end = wrote
        .filter(|_| open)
        .map(|wrote| service_window::closes_at(wrote, period));
    match end {
        Some(end) => Badge {
            word: "Open".to_owned(),
            tone: "high",
            why: vec![format!("Until {} ({}).", when(end).text, off(end, now))],
        },
        None => Badge {
            word: "Closed".to_owned(),
            tone: "plain",
            why: Vec::new(),
        },
    }
}
