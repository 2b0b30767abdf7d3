//! Mails to administrators: to whom, about what, how often they were tried, and how that ended.

use askama::Template;
use axum::extract::{Query, State};
use ledger::{Deliveries, DeliveryState};
use serde::Deserialize;

use super::frame::{Frame, Tab};
use super::words::{Badge, When, when_read};
use super::{Failure, Manager, Page, View};
use crate::notify::QUEUE;
use crate::v1::mails::{MailShown, shown};

/// Mails of a page.
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "manager/mails.html")]
pub(super) struct Mails {
    frame: Frame,
    states: Vec<Choice>,
    mails: Vec<Row>,
    /// Where older ones are.
    older: Option<String>,
}

/// A state to choose.
struct Choice {
    word: &'static str,
    label: &'static str,
    chosen: bool,
}

/// A mail.
struct Row {
    id: String,
    to: String,
    subject: String,
    text: String,
    state: Badge,
    attempts: u32,
    created: When,
    outcome: String,
}

/// Which mails.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    state: String,
    before: String,
}

const STATES: [(&str, &str, Option<DeliveryState>); 4] = [
    ("", "All", None),
    ("pending", "Pending", Some(DeliveryState::Pending)),
    ("delivered", "Taken by the mail server", Some(DeliveryState::Done)),
    ("abandoned", "Given up", Some(DeliveryState::Abandoned)),
];

/// `GET /manager/mails`.
pub(super) async fn page(
    view: View,
    State(manager): State<Manager>,
    Query(which): Query<Which>,
) -> Result<Page<Mails>, Failure> {
    let (word, _, state) = STATES
        .into_iter()
        .find(|(word, ..)| *word == which.state)
        .unwrap_or(STATES[0]);
    let found = manager.hooks().deliveries(Deliveries {
        queue: Some(QUEUE),
        state,
        before: which.before.parse().ok(),
        max: PAGE,
    })?;
    let last = found.last().filter(|_| found.len() == PAGE as usize);
    let older = last.map(|last| format!("/manager/mails?state={word}&before={}", last.seq));
    let states = STATES.map(|(known, label, _)| Choice {
        word: known,
        label,
        chosen: known == word,
    });
    Ok(Page(Mails {
        frame: view.frame(&manager, "Mail", Tab::Mails),
        states: states.into(),
        mails: found.into_iter().filter_map(shown).map(row).collect(),
        older,
    }))
}

fn row(mail: MailShown) -> Row {
    let found = STATES.iter().find(|(word, ..)| *word == mail.state);
    let tone = match mail.state.as_str() {
        "delivered" => "high",
        "abandoned" => "low",
        _ => "medium",
    };
    let due = mail
        .due
        .map(|due| format!("Next attempt at {due}."))
        .filter(|_| mail.attempts > 0);
    Row {
        to: format!("{} <{}>", mail.name, mail.email),
        subject: mail.subject,
        text: mail.text,
        state: Badge {
            word: found.map_or("", |(_, label, _)| label).to_owned(),
            tone,
            why: due.into_iter().collect(),
        },
        attempts: mail.attempts,
        created: when_read(&mail.created).unwrap_or_else(|| When::plain(mail.created)),
        outcome: mail.last_outcome.unwrap_or_default(),
        id: mail.mail_id,
    }
}
