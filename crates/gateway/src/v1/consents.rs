//! The registry of consents: who agreed to what, where, when, shown which words, with which proof, until when.
//!
//! Must not know: which sends need consent.

use axum::Json;
use axum::extract::State;
use decider::Timestamp;
use ledger::LedgerError;
use sender::consent::{Channel, Consent};
use sender::ids::{ContactIx, PersonKey, TopicKey};
use sender::lane::Lanes;
use sender::portfolio::Portfolio;
use sender::portfolio::command::{ConsentTexts, PeopleCommand, TEXT_CHARS_MAX};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Admin, With, portfolio};
use super::error::{Answered, Problem};
use super::input::{Asked, Input, person};
use super::page::{Page, Which};
use super::suppressions::{lanes, names};
use super::taken::{Taken, decide_each};
use crate::gateway::Gateway;

/// People who are looked at for one page: more would keep the thread that decides from others.
const LOOKED_AT_MAX: usize = 20_000;

/// Consents to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConsents {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// One to 10,000.
    data: Vec<NewConsent>,
}

/// A consent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConsent {
    /// A phone number with country code, or a business-scoped id.
    person: String,
    /// What it is for, such as `receipts`; everything of its lanes if nothing is said.
    topic: Option<String>,
    /// Some of `authentication`, `utility`, `marketing`; all of them if nothing is said.
    lanes: Option<Vec<String>>,
    /// Where it was given: `website`, `app`, `paper`, `phone`, `sms`, `email`, `whatsapp`, `store`, `point_of_sale`.
    channel: Option<String>,
    /// When it was given, in milliseconds since the Unix epoch; now if nothing is said.
    given_ms: Option<u64>,
    /// When it ends; never if nothing is said.
    ends_ms: Option<u64>,
    /// When the person took it back, if they did.
    withdrawn_ms: Option<u64>,
    /// The words that the person was shown.
    #[serde(default)]
    wording: String,
    /// The proof: a record, or a link to one.
    #[serde(default)]
    proof: String,
}

/// Records consents. Of two about the same topic and lanes the later counts; the same list again changes nothing. An entry
/// that cannot be used stops no other.
#[utoipa::path(post, path = "/consents", tag = "people", operation_id = "record_consents", request_body = NewConsents,
    responses((status = 200, body = Taken), (status = "4XX", body = Problem)))]
pub(super) async fn record(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Input(new): Input<NewConsents>,
) -> Answered<Taken> {
    let (_, cell) = portfolio(&gateway, &caller, new.portfolio.as_deref())?;
    let now = gateway.now();
    let taken = decide_each(&gateway, cell, &new.data, |item| agreed(item, now)).await;
    taken.map(Json)
}

fn agreed(item: &NewConsent, now: Timestamp) -> Result<PeopleCommand, Problem> {
    let channel = match item.channel.as_deref() {
        None => Channel::Unknown,
        Some(name) => {
            Channel::named(name).ok_or_else(|| Problem::invalid(format!("channel cannot be {name:?}")))?
        }
    };
    let long = |text: &str| text.chars().count() > TEXT_CHARS_MAX;
    if long(&item.wording) || long(&item.proof) {
        let what = format!("wording and proof have at most {TEXT_CHARS_MAX} characters: give a link");
        return Err(Problem::invalid(what));
    }
    let given = item.given_ms.unwrap_or(now.millis());
    let ends = item.ends_ms.map_or(Ok(0), |ms| seconds(ms, "ends_ms"))?;
    let consent = Consent::new(
        topic(item.topic.as_deref()),
        named(item.lanes.as_deref())?,
        channel,
        seconds(given, "given_ms")?,
    );
    let consent = match item.withdrawn_ms {
        Some(at) => consent.withdrawn(seconds(at, "withdrawn_ms")?),
        None => consent.until(ends),
    };
    Ok(PeopleCommand::Agree {
        person: person(&item.person)?,
        consent: consent.with_texts(&item.wording, &item.proof),
        topic: item.topic.clone().unwrap_or_default(),
        texts: ConsentTexts {
            wording: item.wording.clone(),
            proof: item.proof.clone(),
        },
    })
}

/// Consents to be taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWithdrawals {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// One to 10,000.
    data: Vec<NewWithdrawal>,
}

/// A consent that a person took back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWithdrawal {
    /// A phone number with country code, or a business-scoped id.
    person: String,
    /// For which topic; everything of the lanes if nothing is said.
    topic: Option<String>,
    /// Some of `authentication`, `utility`, `marketing`; all of them if nothing is said.
    lanes: Option<Vec<String>>,
    /// When, in milliseconds since the Unix epoch; now if nothing is said.
    at_ms: Option<u64>,
}

/// Notes that people took consents back.
#[utoipa::path(post, path = "/consents/withdraw", tag = "people", operation_id = "withdraw_consents", request_body = NewWithdrawals,
    responses((status = 200, body = Taken), (status = "4XX", body = Problem)))]
pub(super) async fn withdraw(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Input(new): Input<NewWithdrawals>,
) -> Answered<Taken> {
    let (_, cell) = portfolio(&gateway, &caller, new.portfolio.as_deref())?;
    let now = gateway.now();
    let withdrawn = |item: &NewWithdrawal| {
        Ok(PeopleCommand::Withdraw {
            person: person(&item.person)?,
            topic: topic(item.topic.as_deref()),
            lanes: named(item.lanes.as_deref())?,
            at: item.at_ms.map_or(now, Timestamp::from_millis),
        })
    };
    let taken = decide_each(&gateway, cell, &new.data, withdrawn).await;
    taken.map(Json)
}

/// A consent as it is recorded; the same as for recording it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConsentView {
    /// A phone number; `#` and 16 hexadecimal digits where only a business-scoped id is known.
    person: String,
    /// Null for everything of its lanes; `#` and 8 hexadecimal digits where the name is not known.
    topic: Option<String>,
    lanes: Vec<&'static str>,
    channel: &'static str,
    given_ms: u64,
    /// Null for never.
    ends_ms: Option<u64>,
    /// Null if it holds.
    withdrawn_ms: Option<u64>,
    /// The words that the person was shown; empty where they are not known.
    wording: String,
    proof: String,
}

/// Lists consents, with the words shown and the proof: what `POST` takes.
#[utoipa::path(get, path = "/consents", tag = "people", operation_id = "list_consents", params(Which),
    responses((status = 200, body = Page<ConsentView>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(gateway): State<Gateway>,
    With(caller): Admin,
    Asked(which): Asked<Which>,
) -> Answered<Page<ConsentView>> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let (from, limit) = (which.contact()?, which.limit());
    let read = move |portfolio: &Portfolio| page(portfolio, from, limit);
    let (found, next) = gateway.seat().query(cell, read).await?.unwrap_or_default();
    let tables = gateway.seat().tables();
    // Reading the texts blocks.
    let reading = tokio::task::spawn_blocking(move || {
        let view = |one: Found| one.view(|key| tables.content(cell.0, key));
        found.into_iter().map(view).collect::<Result<Vec<_>, _>>()
    });
    let data = reading
        .await
        .map_err(|error| Problem::internal(error.to_string()))??;
    Ok(Json(Page {
        data,
        after: next.map(|contact| contact.0.to_string()),
    }))
}

/// A consent, whose it is, and where its texts may stand.
struct Found {
    person: PersonKey,
    topic: Option<String>,
    consent: Consent,
    keys: Vec<u64>,
}

/// The consents of a page, and with whom the next one begins.
fn page(portfolio: &Portfolio, from: ContactIx, limit: usize) -> (Vec<Found>, Option<ContactIx>) {
    let mut found = Vec::new();
    for (looked, (contact, mut consents)) in portfolio.consents_from(from).enumerate() {
        if found.len() >= limit || looked >= LOOKED_AT_MAX {
            return (found, Some(contact));
        }
        let key = portfolio.people.e164(contact).and_then(PersonKey::phone);
        let Some(person) = key.or_else(|| portfolio.people.keys(contact).next()) else {
            continue;
        };
        consents.sort_unstable_by_key(|consent| (consent.given_s, consent.topic, consent.lanes().bits()));
        found.extend(consents.into_iter().map(|consent| Found {
            person,
            topic: name(portfolio, consent.topic),
            keys: portfolio.text_keys(contact, consent).collect(),
            consent,
        }));
    }
    (found, None)
}

fn name(portfolio: &Portfolio, topic: TopicKey) -> Option<String> {
    let known = portfolio.topics.get(&topic).cloned();
    (topic != TopicKey::NONE).then(|| known.unwrap_or_else(|| topic.to_text()))
}

impl Found {
    fn view(
        self,
        read: impl Fn(u64) -> Result<Option<Vec<u8>>, LedgerError>,
    ) -> Result<ConsentView, LedgerError> {
        let Found { consent, .. } = self;
        let mut texts = ConsentTexts::default();
        for key in self.keys {
            // Of people who are one, the texts of the consent that holds.
            let known = read(key)?.and_then(|bytes| ConsentTexts::of_content(&bytes));
            if let Some(known) =
                known.filter(|known| consent.with_texts(&known.wording, &known.proof) == consent)
            {
                texts = known;
            }
        }
        let ms = |seconds: u32| u64::from(seconds) * 1_000;
        let ends = (consent.ends_s > 0).then(|| ms(consent.ends_s));
        let (ends_ms, withdrawn_ms) = if consent.is_withdrawn() {
            (None, ends)
        } else {
            (ends, None)
        };
        Ok(ConsentView {
            person: self.person.to_text(),
            topic: self.topic,
            lanes: names(consent.lanes()),
            channel: consent.channel.name(),
            given_ms: ms(consent.given_s),
            ends_ms,
            withdrawn_ms,
            wording: texts.wording,
            proof: texts.proof,
        })
    }
}

fn topic(name: Option<&str>) -> TopicKey {
    name.filter(|name| !name.trim().is_empty())
        .map_or(TopicKey::NONE, TopicKey::of)
}

/// Lanes by name. Of replies no consent is asked, so they are none of them.
fn named(names: Option<&[String]>) -> Result<Lanes, Problem> {
    let lanes = lanes(names).filter(|lanes| !lanes.contains(sender::lane::Lane::Service));
    lanes.ok_or_else(|| Problem::invalid("lanes are authentication, utility and marketing"))
}

fn seconds(ms: u64, name: &str) -> Result<u32, Problem> {
    let seconds = u32::try_from(ms / 1_000);
    seconds.map_err(|_| Problem::invalid(format!("{name} lies too far ahead")))
}
