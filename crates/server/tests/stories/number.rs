//! A business phone number and the people it writes to: what each can do, in one word.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Value, json};

use super::world::{Happened, World, text};

/// Business phone numbers follow each other from here.
const NUMBERS: u64 = 15_550_100_000;

/// People are numbered from here.
const PEOPLE: u64 = 15_551_000_000;

/// Answers that a send is refused with.
pub(crate) const LIMIT_USED_UP: u64 = 131_048;
pub(crate) const WINDOW_CLOSED: u64 = 131_047;
pub(crate) const ACCOUNT_RESTRICTED: u64 = 368;
pub(crate) const ACCOUNT_LOCKED: u64 = 131_031;
pub(crate) const TEMPLATE_UNKNOWN: u64 = 132_001;
pub(crate) const TEMPLATE_PAUSED: u64 = 132_015;
pub(crate) const TEMPLATE_DISABLED: u64 = 132_016;

/// The id of an accepted message, or the code of the refusal.
pub(crate) type Sent = Result<String, u64>;

/// A business phone number.
#[derive(Clone)]
pub(crate) struct Number {
    world: World,
    portfolio: String,
    pub(crate) id: String,
    /// As events name it.
    pub(crate) name: String,
}

/// A new number of an account, in the order in which the world's numbers are made.
pub(crate) fn connected(world: &World, portfolio: &str, waba: &str) -> Number {
    let digits = (NUMBERS + world.next()).to_string();
    let body = json!({"phone_number": digits, "verified_name": "Lucky Shrub"});
    let id = text(
        &world.control(&format!("/wabas/{waba}/numbers"), &body),
        "phone_number_id",
    );
    world.control(&format!("/numbers/{id}/certificate"), &json!({}));
    let name = format!("+{digits}");
    let number = Number {
        world: world.clone(),
        portfolio: portfolio.to_owned(),
        id,
        name,
    };
    number.register();
    number
}

impl Number {
    pub(crate) fn register(&self) {
        let body = json!({"messaging_product": "whatsapp", "pin": "123456"});
        let answer = self.world.graph(&format!("{}/register", self.id), &body);
        assert_eq!(answer["success"], true, "{answer}");
    }

    pub(crate) fn deregister(&self) {
        let answer = self.world.graph(&format!("{}/deregister", self.id), &json!({}));
        assert_eq!(answer["success"], true, "{answer}");
    }

    /// Sends a template to one person.
    pub(crate) fn send(&self, template: &str, person: u64) -> Sent {
        let (path, body) = self.template_message(template, person);
        outcome(&self.world.graph(&path, &body))
    }

    /// Sends a template to one person: its id, and whether it goes (`accepted`) or is held.
    #[track_caller]
    pub(crate) fn sent(&self, template: &str, person: u64) -> (String, String) {
        let (path, body) = self.template_message(template, person);
        let message = self.world.graph(&path, &body)["messages"][0].clone();
        (text(&message, "id"), text(&message, "message_status"))
    }

    /// How far messages came, and how many of them.
    pub(crate) fn progress(&self, messages: &[String]) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for message in messages {
            let status = text(&self.world.look(&format!("/messages/{message}")), "status");
            *counts.entry(status).or_default() += 1;
        }
        counts
    }

    /// Sends a template to people in no particular order; all are accepted.
    #[track_caller]
    pub(crate) fn broadcast(&self, template: &str, people: Range<u64>) -> Vec<String> {
        let messages = people
            .map(|person| self.template_message(template, person))
            .collect();
        let answers = self.world.graph_all(messages);
        answers
            .iter()
            .map(|answer| outcome(answer).expect("accepted"))
            .collect()
    }

    /// Sends free text, as a reply.
    pub(crate) fn reply(&self, person: u64) -> Sent {
        let body = json!({"messaging_product": "whatsapp", "to": phone(person), "type": "text",
            "text": {"body": "It arrives tomorrow."}});
        outcome(&self.world.graph(&format!("{}/messages", self.id), &body))
    }

    fn template_message(&self, template: &str, person: u64) -> (String, Value) {
        let body = json!({"messaging_product": "whatsapp", "to": phone(person), "type": "template", "template": {
            "name": template, "language": {"code": "en_US"},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": "Anna"}]}]}});
        (format!("{}/messages", self.id), body)
    }

    /// Answers whoever wrote last, by their phone number.
    pub(crate) fn answers(&self, phone: &str, says: &str) {
        let body =
            json!({"messaging_product": "whatsapp", "to": phone, "type": "text", "text": {"body": says}});
        let answer = self.world.graph(&format!("{}/messages", self.id), &body);
        outcome(&answer).unwrap_or_else(|code| panic!("{says}: {code}"));
    }

    /// A person writes to this number.
    pub(crate) fn hears_from(&self, person: u64) {
        let body = json!({"from": phone(person), "text": "Where is my order?", "name": "Anna"});
        self.world
            .control(&format!("/numbers/{}/inbound", self.id), &body);
    }

    /// A person calls.
    pub(crate) fn is_called_by(&self, person: u64) {
        let body = json!({"from": phone(person)});
        self.world.control(&format!("/numbers/{}/call", self.id), &body);
    }

    /// Messages are read by the people who got them.
    pub(crate) fn are_read<'a>(&self, messages: impl Iterator<Item = &'a String>) {
        let read: Vec<Value> = messages
            .map(|message| json!({"message": message, "signal": "read"}))
            .collect();
        let taken = self.world.control("/feedback", &json!(read));
        assert_eq!(taken["taken"], read.len(), "{taken}");
    }

    /// The person who got a message `block`s or `report`s as spam.
    pub(crate) fn resented(&self, message: &str, signal: &str) {
        let body = json!({"signal": signal, "reason": "SPAM"});
        self.world
            .control(&format!("/messages/{message}/feedback"), &body);
    }

    /// A message cannot be delivered.
    pub(crate) fn fails(&self, message: &str, code: u32) {
        let body = json!({"signal": "fail", "code": code});
        self.world
            .control(&format!("/messages/{message}/feedback"), &body);
    }

    /// Status, rating and limit, as the phone-numbers tab shows them (S9): its own limit, or the one it shares.
    pub(crate) fn shown(&self) -> [String; 3] {
        let (own, shared) = (
            "messaging_limit_tier",
            "whatsapp_business_manager_messaging_limit",
        );
        let fields = format!("status,quality_rating,{own},{shared}");
        let node = self.world.node(&self.id, &fields);
        let limit = if node[own].is_null() { shared } else { own };
        ["status", "quality_rating", limit].map(|field| text(&node, field))
    }

    pub(crate) fn status(&self) -> String {
        let [status, ..] = self.shown();
        status
    }

    pub(crate) fn rating(&self) -> String {
        let [_, rating, _] = self.shown();
        rating
    }

    pub(crate) fn tier(&self) -> String {
        let [.., tier] = self.shown();
        tier
    }

    /// How many people are in use now (L8).
    pub(crate) fn used(&self) -> u64 {
        self.limit("used")
    }

    /// How many people may be in use.
    pub(crate) fn allowed(&self) -> u64 {
        self.limit("people")
    }

    fn limit(&self, figure: &str) -> u64 {
        let facts = self.world.look(&format!("/numbers/{}", self.id));
        facts["messaging_limit"][figure]
            .as_u64()
            .unwrap_or_else(|| panic!("no {figure} in {facts}"))
    }

    /// Why its rating is what it is.
    pub(crate) fn explained(&self) -> Value {
        self.world.look(&format!("/numbers/{}/explain", self.id))
    }

    /// What happened to this number, of one kind.
    pub(crate) fn events(&self, kind: &str) -> Vec<Happened> {
        self.world.events(&self.portfolio, kind, &self.name)
    }

    /// The last of [`Number::events`].
    #[track_caller]
    pub(crate) fn event(&self, kind: &str) -> Happened {
        self.events(kind)
            .pop()
            .unwrap_or_else(|| panic!("no {kind} of {}", self.name))
    }

    /// When administrators were told about this number (e-mail and notification), with `what` in it.
    pub(crate) fn notices(&self, what: &str) -> Vec<u64> {
        let told = self.world.notices(&self.portfolio);
        let about = |(_, subject): &(u64, String)| subject.contains(&self.name) && subject.contains(what);
        told.into_iter().filter(about).map(|(at, _)| at).collect()
    }
}

fn phone(person: u64) -> String {
    (PEOPLE + person).to_string()
}

fn outcome(answer: &Value) -> Sent {
    match (
        answer["messages"][0]["id"].as_str(),
        answer["error"]["code"].as_u64(),
    ) {
        (Some(id), None) => Ok(id.to_owned()),
        (None, Some(code)) => Err(code),
        _ => panic!("neither accepted nor refused: {answer}"),
    }
}
