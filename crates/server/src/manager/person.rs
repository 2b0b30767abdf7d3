//! One person: their conversation with each number, and what they can do.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Redirect;
use cloud_api::{Direction, UserId};
use decider::{CellId, Timestamp};
use platform::ids::{ContactIx, MessageId, NumberIx, TemplateIx, profile_key};
use platform::people::Mood;
use platform::portfolio::Portfolio;
use platform::portfolio::messages::{Record, flag};
use rulebook::rating::{BlockReason, Signal};
use serde::Deserialize;

use super::form::{Done, Form};
use super::frame::{Frame, Tab};
use super::people::window;
use super::words::{self, Badge, When, sentence_case, when};
use super::{Failure, Manager, Page, View};
use crate::content::MessageContent;
use crate::display_phone_number;
use crate::ids::{phone_id, wamid};
use crate::v1::{ids, inbound, messages, people};

#[derive(Template)]
#[template(path = "manager/person.html")]
pub(super) struct PersonPage {
    frame: Frame,
    id: String,
    /// What they call themselves.
    name: String,
    numbers: Vec<NumberChoice>,
    reasons: Vec<(&'static str, &'static str)>,
    conversations: Vec<Conversation>,
}

/// A number to write to.
struct NumberChoice {
    id: String,
    label: String,
}

/// What one number and the person have said to each other.
struct Conversation {
    number: String,
    window: Badge,
    /// What the person has done about the number.
    moods: Vec<&'static str>,
    messages: Vec<Said>,
}

/// A message.
struct Said {
    id: String,
    key: u64,
    inbound: bool,
    at: When,
    what: String,
    status: String,
    signal: Option<&'static str>,
    text: String,
}

/// `GET /manager/people/{id}`.
pub(super) async fn page(
    State(manager): State<Manager>,
    view: View,
    Path(id): Path<String>,
) -> Result<Page<PersonPage>, Failure> {
    let (cell, contact) = person(&id)?;
    let now = manager.seat().now();
    let read = move |portfolio: &Portfolio| {
        let phone = portfolio.phone_of(contact)?;
        let numbers: Vec<NumberIx> = (0..portfolio.numbers.len() as u16).map(NumberIx).collect();
        let choices = numbers.iter().filter_map(|ix| choice(portfolio, *ix)).collect();
        let conversations: Vec<_> = numbers
            .iter()
            .filter_map(|ix| conversation(portfolio, *ix, contact, now))
            .collect();
        Some((phone, choices, conversations))
    };
    let found = manager.seat().query(cell, read).await?.flatten();
    let (phone, numbers, mut conversations) = found.ok_or_else(|| Failure::not_found("person"))?;
    let name = texts(&manager, cell, contact, &mut conversations)?;
    let reasons = BlockReason::ALL.map(|reason| (reason.label(), words::reason(reason)));
    Ok(Page(PersonPage {
        frame: view
            .at(cell)
            .frame(&manager, format!("Person +{phone}"), Tab::People),
        id,
        name,
        numbers,
        reasons: reasons.into(),
        conversations,
    }))
}

fn person(id: &str) -> Result<(CellId, ContactIx), Failure> {
    let user = UserId::parse(id).ok_or_else(|| Failure::not_found("person"))?;
    Ok((CellId(user.cell()), ContactIx(user.contact())))
}

fn choice(portfolio: &Portfolio, ix: NumberIx) -> Option<NumberChoice> {
    let number = portfolio.number(ix).filter(|number| number.is_connected())?;
    Some(NumberChoice {
        id: phone_id(portfolio.cell, ix).to_string(),
        label: format!("{} {}", number.verified_name, display_phone_number(number.e164)),
    })
}

/// `None` if they never had anything to do with each other.
fn conversation(
    portfolio: &Portfolio,
    ix: NumberIx,
    contact: ContactIx,
    now: Timestamp,
) -> Option<Conversation> {
    let number = portfolio.number(ix)?;
    let messages: Vec<Said> = number
        .messages
        .thread(contact)
        .map(|(seq, record)| said(portfolio, MessageId { number: ix, seq }, record))
        .collect();
    let blocked = number.blocked_by.contains(&contact);
    (blocked || !messages.is_empty()).then(|| Conversation {
        number: format!("{} {}", number.verified_name, display_phone_number(number.e164)),
        window: window(portfolio, number.messages.last_inbound(contact), now),
        moods: moods(portfolio, (ix, contact), blocked),
        messages,
    })
}

/// What a person has done about a number and not taken back.
fn moods(
    portfolio: &Portfolio,
    (number, contact): (NumberIx, ContactIx),
    blocked: bool,
) -> Vec<&'static str> {
    let people = portfolio.people.as_ref();
    let mood = people.map(|people| people.mood(number, contact));
    let has = |done: fn(Mood) -> bool| mood.is_some_and(done);
    let all = [
        (blocked, "Blocked by this person"),
        (has(Mood::muted), "Muted by this person"),
        (has(Mood::archived), "Archived by this person"),
        (has(Mood::stopped), "Promotions stopped by this person"),
    ];
    all.into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, told)| told)
        .collect()
}

fn said(portfolio: &Portfolio, message: MessageId, record: &Record) -> Said {
    let inbound = record.any(flag::INBOUND);
    let direction = if inbound {
        Direction::Inbound
    } else {
        Direction::Outbound
    };
    let template = portfolio
        .template(record.template)
        .filter(|_| record.template != TemplateIx::NONE);
    let what = match template {
        Some(template) => format!("template {}", template.draft.name),
        None if record.any(flag::CALL) => "call".to_owned(),
        None => "message".to_owned(),
    };
    let signal = Signal::from_number(record.signal());
    Said {
        id: wamid(portfolio.cell, message, direction).to_string(),
        key: message.content_key(),
        inbound,
        at: when(record.at()),
        what,
        status: sentence_case(messages::status(record)),
        signal: signal.map(|signal| signal.kind().label()),
        text: String::new(),
    }
}

/// Reads what was written, while it is kept; the person's own name.
fn texts(
    manager: &Manager,
    cell: CellId,
    contact: ContactIx,
    conversations: &mut [Conversation],
) -> Result<String, Failure> {
    let tables = manager.seat().tables();
    let read = |key| tables.content(cell.0, key).map(Option::unwrap_or_default);
    for said in conversations.iter_mut().flat_map(|of| &mut of.messages) {
        let stored = read(said.key)?;
        let content = MessageContent::read(&stored);
        said.text = match content.body {
            Some(body) => body.into_owned(),
            None => content.params.join(" · "),
        };
    }
    let name = read(profile_key(contact))?;
    Ok(String::from_utf8(name).unwrap_or_default())
}

/// A message from the person.
#[derive(Deserialize)]
pub(super) struct Write {
    number: String,
    text: String,
}

/// `POST /manager/people/{id}/write`.
pub(super) async fn write(
    State(manager): State<Manager>,
    Path(id): Path<String>,
    Form(form): Form<Write>,
) -> Result<Redirect, Failure> {
    let (number, phone) = (ids::number(&form.number)?, phone(&manager, &id).await?);
    let words = inbound::NewInbound::text(form.text);
    inbound::writes(manager.control(), number, phone, words)
        .await
        .map(drop)?;
    Ok(Done::Wrote.back(&format!("/manager/people/{id}"), ""))
}

/// The person blocks a number.
#[derive(Deserialize)]
pub(super) struct Block {
    number: String,
    reason: String,
}

/// `POST /manager/people/{id}/block`.
pub(super) async fn block(
    State(manager): State<Manager>,
    Path(id): Path<String>,
    Form(form): Form<Block>,
) -> Result<Redirect, Failure> {
    let (number, phone) = (ids::number(&form.number)?, phone(&manager, &id).await?);
    people::blocks(manager.control(), number, phone, &form.reason).await?;
    Ok(Done::Blocked.back(&format!("/manager/people/{id}"), ""))
}

/// The person lets a number write again.
#[derive(Deserialize)]
pub(super) struct Unblock {
    number: String,
}

/// `POST /manager/people/{id}/unblock`.
pub(super) async fn unblock(
    State(manager): State<Manager>,
    Path(id): Path<String>,
    Form(form): Form<Unblock>,
) -> Result<Redirect, Failure> {
    let (number, phone) = (ids::number(&form.number)?, phone(&manager, &id).await?);
    people::unblocks(manager.control(), number, phone).await?;
    Ok(Done::Unblocked.back(&format!("/manager/people/{id}"), ""))
}

/// The phone number of a person.
async fn phone(manager: &Manager, id: &str) -> Result<u64, Failure> {
    let (cell, contact) = person(id)?;
    let phone = manager
        .seat()
        .query(cell, move |portfolio| portfolio.phone_of(contact));
    phone.await?.flatten().ok_or_else(|| Failure::not_found("person"))
}
