//! A business phone number as the platform sees it.

pub mod entries;
pub(crate) mod onboarding;
pub(crate) mod paths;
pub mod raise;
pub(crate) mod rates;
pub(crate) mod recipients;

pub mod tester;

use std::collections::{BTreeMap, BTreeSet};

use decider::{Timestamp, mix};
use rulebook::escalation::Path;
use rulebook::flag::Flag;
use rulebook::index::Index;
use rulebook::policy::Gate;
use rulebook::prefetch::prefetch;
use rulebook::rating::{Evidence, Rating, RatingParams, SendRate, Signal, Standing};
use rulebook::status::{NumberFacts, Stage, Status, shown};
use rulebook::throughput::Level;

use self::raise::Raising;
use self::tester::Tester;
use super::messages::Messages;
use super::policy::Throttle;
use super::refusals::RecentRefusals;
use crate::ids::{ContactIx, TemplateIx, WabaIx};

/// A number and everything that belongs to it alone.
#[derive(Debug)]
pub struct Number {
    /// The owner.
    pub waba: WabaIx,
    /// Digits with country code.
    pub e164: u64,
    /// The display name.
    pub verified_name: String,
    /// Stage and standing facts, but for flag and limit.
    pub facts: NumberFacts,
    /// Its messages.
    pub messages: Messages,
    /// Feedback of the window.
    pub evidence: Evidence,
    /// Harm by the template that it was charged to, for explanations.
    pub harm_by_template: BTreeMap<TemplateIx, Evidence>,
    /// The rating, and since when.
    pub standing: Standing,
    /// Sends by hour, to know a burst.
    pub rate: SendRate,
    /// The flag, while FLAGGED.
    pub flag: Option<Flag>,
    /// After a downgrade while still RED: harm on a message sent after this flags again (S4).
    pub lowered_at: Option<Timestamp>,
    /// Who has blocked it.
    pub blocked_by: BTreeSet<ContactIx>,
    /// Refusals of the last minute.
    pub refusals: RecentRefusals,
    /// Theoretical arrival times of the pair rate, where rates are enforced.
    pub pairs: Index<u32, u64>,
    /// Theoretical arrival time of the throughput, where rates are enforced; in microseconds.
    pub throughput: u64,
    /// What is in the way of its messages.
    pub gate: Gate,
    /// What low quality costs it.
    pub throttle: Throttle,
    /// How people reach a person, as the business declares.
    pub paths: Vec<Path>,
    /// The last tester who looked for a way to a person.
    pub tester: Option<Box<Tester>>,
    /// When it was registered last.
    pub onboarded: Option<Timestamp>,
    /// People who stopped its marketing or are blocked on it; `None` while there is nobody.
    pub recipients: Option<Box<recipients::Recipients>>,
    /// How fast it may be.
    pub level: Level,
    /// Where it is on its way to the high throughput; `None` while it is not.
    pub raising: Option<Box<Raising>>,
    /// People who came by a free entry point; `None` while there is nobody.
    pub entries: Option<Box<entries::Entries>>,
}

impl Number {
    /// A number that was just added: PENDING, its rating unknown.
    pub fn new(waba: WabaIx, e164: u64, verified_name: String, at: Timestamp) -> Self {
        Number {
            waba,
            e164,
            verified_name,
            facts: NumberFacts::default(),
            messages: Messages::default(),
            evidence: Evidence::default(),
            harm_by_template: BTreeMap::new(),
            standing: Standing {
                since: at,
                ..Standing::default()
            },
            rate: SendRate::default(),
            flag: None,
            lowered_at: None,
            blocked_by: BTreeSet::new(),
            refusals: RecentRefusals::default(),
            pairs: Index::new(),
            throughput: 0,
            gate: Gate::OPEN,
            throttle: Throttle::default(),
            paths: Vec::new(),
            tester: None,
            onboarded: None,
            recipients: None,
            level: Level::default(),
            raising: None,
            entries: None,
        }
    }

    /// The rating now.
    pub fn rating(&self) -> Rating {
        self.standing.rating
    }

    /// Whether it is registered and may take part at all.
    pub fn is_connected(&self) -> bool {
        is_connected(&self.facts) && !self.gate.any(Gate::DISABLED)
    }

    /// The status that is shown, by S10.
    pub fn status(&self, limit_used_up: bool) -> Status {
        shown(&NumberFacts {
            flagged: self.flag.is_some(),
            limit_used_up,
            banned: self.facts.banned || self.gate.any(Gate::DISABLED),
            ..self.facts
        })
    }

    /// Adds or replaces a signal in the evidence, of the number and for its explanation.
    pub fn harm(&mut self, message_at: Timestamp, template: TemplateIx, harm: &Harm) {
        let by_template = self.harm_by_template.entry(template).or_default();
        for evidence in [&mut self.evidence, by_template] {
            harm.apply(evidence, message_at);
        }
    }

    /// Forgets evidence that is older than the window.
    pub fn prune(&mut self, params: &RatingParams, now: Timestamp) {
        self.evidence.prune(now, params.window);
        self.harm_by_template.retain(|_, evidence| {
            evidence.prune(now, params.window);
            !evidence.is_empty()
        });
    }

    /// Asks for what every send of this number reads: see [`rulebook::prefetch`].
    pub(super) fn prefetch(&self) {
        prefetch(&self.e164);
        prefetch(&self.facts);
        prefetch(&self.messages);
        self.rate.prefetch();
    }

    /// Changes with every change.
    pub fn digest(&self) -> u64 {
        let flag = self.flag.as_ref().map_or(0, |flag| flag.since.millis());
        mix(self.messages.digest() ^ self.evidence.digest().rotate_left(7))
            ^ mix(flag ^ (u64::from(self.standing.rating as u8) << 56) ^ self.standing.since.millis())
            ^ mix(self.blocked_by.len() as u64 ^ self.throughput)
            ^ self.recipients_digest()
            ^ self.throttle_digest()
            ^ paths::digest(&self.paths)
            ^ self.tester.as_ref().map_or(0, |tester| tester.digest())
            ^ self.rates_digest()
            ^ self.raising_digest()
            ^ self.entries_digest()
    }
}

/// Whether a number with these facts is registered and may take part at all.
pub fn is_connected(facts: &NumberFacts) -> bool {
    facts.stage == Stage::Connected && !facts.banned && !facts.migrated && !facts.deleted
}

/// A signal as evidence.
#[derive(Clone, Copy, Debug)]
pub struct Harm {
    /// The signal.
    pub signal: Signal,
    /// The lighter one that it replaces, and whether that was weighed as part of a burst.
    pub replaces: Option<(Signal, bool)>,
    /// Whether the message was part of a burst.
    pub burst: bool,
    /// It refers to no message: it is held against the number itself.
    pub alone: bool,
}

impl Harm {
    /// Adds it to the evidence, at the age of the message that it refers to. One that refers to none brings an exposure
    /// of its own, but is no delivery: it makes no number known.
    pub fn apply(&self, evidence: &mut Evidence, message_at: Timestamp) {
        if self.alone {
            return evidence.harmed_without_message(message_at, self.signal);
        }
        if let Some((lighter, burst)) = self.replaces {
            evidence.unharmed(message_at, lighter, burst);
        }
        evidence.harmed(message_at, self.signal, self.burst);
    }
}
