//! The world of one story: a sandbox whose clock the story moves, and what it says that happened.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use decider::Timestamp;
use serde_json::{Value, json};

use super::http::{Http, Request};
use super::shop::RULES_2023;
use crate::smtp::MailServer;
use server::notify::MailConfig;

pub(crate) const SECOND: u64 = 1_000;
pub(crate) const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;
pub(crate) const WEEK: u64 = 7 * DAY;

/// Monday, 4 September 2023, 13:00 UTC.
pub(crate) const START: u64 = 1_693_832_400_000;

/// Handles to the same world.
#[derive(Clone)]
pub(crate) struct World(Rc<Inner>);

struct Inner {
    http: Http,
    server: Option<MailServer>,
    /// By portfolio.
    events: RefCell<BTreeMap<String, ReadSoFar>>,
    drawn: Cell<u64>,
}

/// Events that need not be read again: those of full pages, and where the next page begins.
#[derive(Default)]
struct ReadSoFar {
    events: Vec<Happened>,
    after: Option<String>,
}

/// What happened, in the sandbox's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Happened {
    /// Milliseconds since the Unix epoch.
    pub(crate) at: u64,
    pub(crate) kind: String,
    pub(crate) text: String,
}

impl World {
    /// Under the rules of 2023, where a shop does not ask for others.
    pub(crate) fn new() -> Self {
        World::of(1, 1)
    }

    /// With a seed and a number of engine shards.
    pub(crate) fn of(seed: u64, shards: usize) -> Self {
        World::at(seed, shards, None)
    }

    /// Administrators get mail through this server.
    pub(crate) fn mailing(server: MailServer) -> Self {
        World::at(1, 1, Some(server))
    }

    fn at(seed: u64, shards: usize, server: Option<MailServer>) -> Self {
        let mail = server.as_ref().map(|server| {
            MailConfig::new(&server.url(), None, "alerts@shop.example").expect("it can be used")
        });
        let http = Http::start(RULES_2023, Timestamp::from_millis(START), seed, shards, mail);
        World(Rc::new(Inner {
            http,
            server,
            events: RefCell::default(),
            drawn: Cell::new(0),
        }))
    }

    /// 1, 2, 3 ...
    pub(crate) fn next(&self) -> u64 {
        self.0.drawn.set(self.0.drawn.get() + 1);
        self.0.drawn.get()
    }

    /// What the default account's app calls with; drawn from the seed.
    pub(crate) fn token(&self) -> &str {
        self.0.http.token()
    }

    /// A Graph call, whatever comes of it.
    pub(crate) fn graph(&self, path: &str, body: &Value) -> Value {
        self.0.http.post(&format!("/v25.0/{path}"), body)
    }

    /// Many Graph calls in no particular order.
    pub(crate) fn graph_all(&self, requests: Vec<Request>) -> Vec<Value> {
        let versioned = requests
            .into_iter()
            .map(|(path, body)| (format!("/v25.0/{path}"), body));
        self.0.http.post_all(versioned.collect())
    }

    /// Fields of a node.
    pub(crate) fn node(&self, id: &str, fields: &str) -> Value {
        sound(self.0.http.get(&format!("/v25.0/{id}?fields={fields}")), id)
    }

    /// A control call that must succeed.
    pub(crate) fn control(&self, path: &str, body: &Value) -> Value {
        sound(self.0.http.post(&format!("/sandbox/v1{path}"), body), path)
    }

    /// A control call, whatever comes of it.
    pub(crate) fn try_control(&self, path: &str, body: &Value) -> Value {
        self.0.http.post(&format!("/sandbox/v1{path}"), body)
    }

    /// A control reading that must succeed.
    pub(crate) fn look(&self, path: &str) -> Value {
        sound(self.0.http.get(&format!("/sandbox/v1{path}")), path)
    }

    pub(crate) fn now(&self) -> u64 {
        self.look("/clock")["now_ms"].as_u64().expect("the time")
    }

    pub(crate) fn advance(&self, ms: u64) {
        self.control("/clock/advance", &json!({"by_ms": ms}));
    }

    /// Moves the clock to an instant that has not been passed.
    pub(crate) fn advance_to(&self, at: u64) {
        let now = self.now();
        let by = at
            .checked_sub(now)
            .unwrap_or_else(|| panic!("{at} is before {now}"));
        self.advance(by);
    }

    /// Lets hours pass until something holds; gives up after `at_most` ms.
    pub(crate) fn advance_until(&self, at_most: u64, holds: impl Fn() -> bool) {
        for _ in 0..at_most / HOUR {
            if holds() {
                return;
            }
            self.advance(HOUR);
        }
        assert!(holds(), "it does not come true within {} h", at_most / HOUR);
    }

    /// What happened so far in a portfolio: of one kind, to the number or template that its text names.
    pub(crate) fn events(&self, portfolio: &str, kind: &str, about: &str) -> Vec<Happened> {
        let mut all = self.0.events.borrow_mut();
        let known = all.entry(portfolio.to_owned()).or_default();
        let of = format!("news=true&portfolio={portfolio}");
        let last = loop {
            let (page, next) = self.page(&of, known.after.as_deref());
            let page: Vec<Happened> = page.iter().map(happened).collect();
            if next.is_none() {
                break page;
            }
            known.events.extend(page);
            known.after = next;
        };
        let wanted = |e: &&Happened| e.kind == kind && e.text.contains(about);
        known.events.iter().chain(&last).filter(wanted).cloned().collect()
    }

    /// Everything that happened, small moves included, as the sandbox exports it.
    pub(crate) fn export(&self) -> Vec<Value> {
        let (mut all, mut after) = self.page("", None);
        while after.is_some() {
            let (page, next) = self.page("", after.as_deref());
            all.extend(page);
            after = next;
        }
        all
    }

    /// The subjects of all mails that were taken, once every mail was tried.
    pub(crate) fn mailed(&self) -> Vec<String> {
        self.control("/clock/advance", &json!({"by_ms": 0, "wait": "webhooks"}));
        let server = self.0.server.as_ref().expect("a mail server");
        server.mails().iter().map(|mail| mail.field("Subject")).collect()
    }

    /// What the administrators of a portfolio were told: when, and the subject.
    pub(crate) fn notices(&self, portfolio: &str) -> Vec<(u64, String)> {
        let page = self.look(&format!("/notices?limit=1000&portfolio={portfolio}"));
        let notices = page["data"]
            .as_array()
            .unwrap_or_else(|| panic!("no notices in {page}"));
        let told = |notice: &Value| {
            (
                notice["time_ms"].as_u64().expect("a time"),
                text(notice, "subject"),
            )
        };
        notices.iter().map(told).collect()
    }

    /// A page of events, and where the next begins unless it was the last.
    fn page(&self, what: &str, after: Option<&str>) -> (Vec<Value>, Option<String>) {
        let page = self.look(&format!(
            "/events?limit=1000&{what}&after={}",
            after.unwrap_or_default()
        ));
        let events = page["data"]
            .as_array()
            .unwrap_or_else(|| panic!("no events in {page}"))
            .clone();
        (events, page["after"].as_str().map(str::to_owned))
    }
}

fn happened(event: &Value) -> Happened {
    let at = event["time_ms"]
        .as_u64()
        .unwrap_or_else(|| panic!("no time in {event}"));
    Happened {
        at,
        kind: text(event, "kind"),
        text: text(event, "text"),
    }
}

#[track_caller]
fn sound(answer: Value, what: &str) -> Value {
    assert!(answer.get("error").is_none(), "{what}: {answer}");
    answer
}

/// A text of an answer.
#[track_caller]
pub(crate) fn text(answer: &Value, key: &str) -> String {
    answer[key]
        .as_str()
        .unwrap_or_else(|| panic!("no {key} in {answer}"))
        .to_owned()
}
