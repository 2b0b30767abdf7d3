//! Random histories: sends, answers that come late or never, webhooks, crashes and the clock in any interleaving. The
//! limit is never exceeded, nothing is handed out twice for one key, no reply is refused for a broadcast's sake, and
//! replay equals state.

mod platform;

use std::collections::BTreeMap;

use decider::{Decider, Millis, Stored, Timestamp};
use platform::{Fate, Platform};
use proptest::prelude::*;
use rulebook::edition::{EditionId, Limit};
use rulebook::rating::Rating;
use rulebook::template::draft::Category;
use sender::ids::{AttemptId, MessageKey};
use sender::lane::Lanes;
use sender::mirror::Source;
use sender::policy::Caution;
use sender::portfolio::command::{
    Admit, News, NumberNews, Outcome, PeopleCommand, Progress, Said, StatusNews, StopCommand, StopWhat,
    TemplateNews,
};
use sender::portfolio::{Answer, Command};
use sender::{Refusal, Sender};

use crate::world::{CELL, NUMBER, World, foreign, free, message, person, template};

const FIRST: u64 = 15_550_001_000;
/// Some people have a second form of their number, which the platform knows to be the same.
const VARIANT: u64 = 1_000_000;

#[derive(Clone, Debug)]
enum Step {
    Send {
        to: u64,
        variant: bool,
        what: u8,
        key: Option<u8>,
        fate: Fate,
    },
    Inbound(u64, u8),
    Foreign(u64),
    Status(u8, u8),
    Advance(u64),
    Limit(usize),
    Rating(usize),
    Stop(bool),
    Erase(u64),
    /// A person has another number, or may have.
    Changed(u64, u64),
    Crash(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0_u64..9;
    let fate = (0_u64..8_000, 0_u64..20_000, 0_u8..8).prop_map(|(arrives, answers, kind)| match kind {
        0 => Fate::lost(arrives * 6),
        1 => Fate::refused(arrives, answers, 131_056),
        2 => Fate::refused(arrives, answers, 131_049),
        _ => Fate::accepted(arrives, answers),
    });
    let send = (
        who.clone(),
        prop::bool::weighted(0.2),
        0_u8..5,
        prop::option::weighted(0.4, 0_u8..6),
        fate,
    );
    let span = prop_oneof![
        0_u64..2_000,
        0_u64..120_000,
        Just(3_600_000),
        prop::sample::select(vec![86_329_999_u64, 86_400_000, 86_470_000, 20_000_000]),
    ];
    prop_oneof![
        8 => send.prop_map(|(to, variant, what, key, fate)| Step::Send { to, variant, what, key, fate }),
        2 => (who.clone(), 0_u8..4).prop_map(|(from, said)| Step::Inbound(from, said)),
        1 => who.clone().prop_map(Step::Foreign),
        3 => (0_u8..12, 0_u8..4).prop_map(|(which, progress)| Step::Status(which, progress)),
        4 => span.prop_map(Step::Advance),
        1 => (0_usize..3).prop_map(Step::Limit),
        1 => (0_usize..4).prop_map(Step::Rating),
        1 => any::<bool>().prop_map(Step::Stop),
        1 => who.clone().prop_map(Step::Erase),
        1 => (who.clone(), who).prop_map(|(was, is)| Step::Changed(was, is)),
        1 => any::<bool>().prop_map(Step::Crash),
    ]
}

/// The gateway's portfolio, a platform, and what must not happen.
struct Story {
    world: World,
    platform: Platform,
    /// By key: the attempt that it led to, and when.
    keys: BTreeMap<u8, (AttemptId, Timestamp)>,
    attempts: Vec<AttemptId>,
    foreign: u64,
}

impl Story {
    fn begin(edition: EditionId) -> Story {
        let mut world = World::under(edition);
        for (name, category) in [
            ("code", Category::Authentication),
            ("notice", Category::Utility),
            ("sale", Category::Marketing),
        ] {
            world.about(name, TemplateNews::Category(category));
        }
        world.set(|policy| {
            policy.enforce_rates = false;
            policy.repetition_ms = 0;
            policy.caution = Caution::Off;
        });
        world.limit(Limit::People(4));
        Story {
            platform: Platform::new(edition, 4),
            world,
            keys: BTreeMap::new(),
            attempts: Vec::new(),
            foreign: 0,
        }
    }

    fn run(&mut self, step: &Step) {
        match step {
            Step::Send {
                to,
                variant,
                what,
                key,
                fate,
            } => self.send(*to, *variant, *what, *key, *fate),
            Step::Inbound(from, said) => {
                if self.platform.is_dead(*from) {
                    return;
                }
                let said = [Said::Nothing, Said::Nothing, Said::Stop, Said::Start][usize::from(*said)];
                self.platform.inbound(*from, self.world.now);
                self.world.wrote(FIRST + from, said);
            }
            Step::Foreign(to) => self.foreign(*to),
            Step::Status(which, progress) => self.status(*which, *progress),
            Step::Advance(span) => self.advance(Millis::new(*span)),
            Step::Limit(which) => {
                let people = [4, 2, 6][*which];
                self.platform.set_limit(people);
                // Later than what was told before.
                self.world.now = self.world.now + Millis::new(1);
                self.world.limit(Limit::People(people));
            }
            Step::Rating(which) => self.world.told(NumberNews::Rating(Rating::ALL[*which])),
            Step::Stop(stop) => self.world.done(Command::Stop(StopCommand {
                what: StopWhat::Portfolio,
                lanes: stop.then_some(Lanes::TEMPLATES),
            })),
            Step::Erase(who) => {
                self.world.run(Command::People(PeopleCommand::Erase {
                    person: person(FIRST + who),
                }));
            }
            Step::Changed(was, is) => {
                // Nobody can leave a number that nobody has, or take one that somebody has.
                if self.platform.is_dead(*was) || (was != is && !self.platform.changed(*was, *is)) {
                    return;
                }
                let (was, is) = (person(FIRST + was), person(FIRST + is));
                self.world
                    .hear(Source::Webhook, News::IdentityChanged { was, is });
            }
            Step::Crash(from_snapshot) => self.crash(*from_snapshot),
        }
    }

    fn send(&mut self, to: u64, variant: bool, what: u8, key: Option<u8>, fate: Fate) {
        let e164 = FIRST + to + if variant { VARIANT } else { 0 };
        let admit = match what {
            0 | 1 => free(e164),
            2 => template("code", e164),
            3 => template("notice", e164),
            _ => template("sale", e164),
        };
        let is_free = what < 2;
        let answer = self.world.admit(Admit {
            key: key.map(u128::from),
            ..admit
        });
        self.check_reply(is_free, e164, answer);
        match answer {
            Answer::Admitted { attempt, counts, .. } => {
                self.check_key(key, attempt);
                self.attempts.push(attempt);
                assert!(!(is_free && counts), "a reply counts nothing");
                self.platform.expect(attempt, to, !is_free, self.world.now, fate);
            }
            Answer::Repeated { attempt, .. } => {
                let known = key.and_then(|key| self.keys.get(&key));
                assert_eq!(
                    known.map(|(known, _)| *known),
                    Some(attempt),
                    "another attempt than then"
                );
            }
            Answer::Held { .. } | Answer::Refused { .. } => {}
            other => panic!("{other:?}"),
        }
    }

    /// Invariant 6.
    fn check_reply(&self, is_free: bool, e164: u64, answer: Answer) {
        let (Answer::Held { refusal, .. } | Answer::Refused { refusal, .. }) = answer else {
            return;
        };
        let portfolio = self.world.portfolio();
        let contact = portfolio.person(person(e164));
        let number = portfolio.number_of(NUMBER).expect("the number");
        let last = contact.and_then(|contact| {
            let row = portfolio.people.get(contact);
            // A number that the person no longer has: nobody answers there.
            let own = portfolio.people.own_id(contact, person(e164)) == contact;
            portfolio
                .people
                .last_inbound(contact, &row, number)
                .filter(|_| own)
        });
        let open = last.is_some_and(|last| last + Millis::DAY > self.world.now + Millis::MINUTE);
        let broadcast = [
            Refusal::Stopped,
            Refusal::IncidentOpen,
            Refusal::LimitUsedUp,
            Refusal::RoomReserved,
            Refusal::FirstDay,
            Refusal::FactsStale,
        ];
        assert!(
            !(open || is_free) || !broadcast.contains(&refusal),
            "{refusal:?} inside a window"
        );
        assert!(!is_free, "a reply is refused for {refusal:?}");
    }

    fn check_key(&mut self, key: Option<u8>, attempt: AttemptId) {
        assert!(
            !self.attempts.contains(&attempt),
            "an attempt is handed out twice"
        );
        let Some(key) = key else { return };
        if let Some((_, at)) = self.keys.insert(key, (attempt, self.world.now)) {
            let age = self.world.now.since(at);
            assert!(age >= Millis::DAY, "a key led to two attempts within {age:?}");
        }
    }

    fn foreign(&mut self, to: u64) {
        if !self.platform.foreign(to, self.world.now) {
            return;
        }
        self.foreign += 1;
        let status = StatusNews {
            counts: Some(true),
            ..foreign(MessageKey(1_000_000 + self.foreign), Some(FIRST + to))
        };
        self.world.hear(Source::Webhook, News::Status(status));
    }

    /// The webhook of what the platform knows about one of the last attempts; it may be late, or the second of its kind.
    fn status(&mut self, which: u8, progress: u8) {
        let place = self.attempts.len().checked_sub(1 + usize::from(which));
        let Some(attempt) = place.map(|place| self.attempts[place]) else {
            return;
        };
        let progress = [
            Progress::Sent,
            Progress::Delivered,
            Progress::Read,
            Progress::Failed,
        ][usize::from(progress)];
        if self.platform.progress(attempt, progress, self.world.now) {
            let code = if progress == Progress::Failed { 131_026 } else { 0 };
            self.world.status(attempt, progress, code);
        }
    }

    /// Lets time pass, and in it happen what is under way.
    fn advance(&mut self, span: Millis) {
        let target = self.world.now + span;
        while let Some(at) = self.platform.next().filter(|at| *at <= target) {
            self.world.advance(at.since(self.world.now));
            if let Some((attempt, outcome)) = self.platform.happens(at) {
                self.answer(attempt, outcome);
            }
        }
        self.world.advance(target.since(self.world.now));
    }

    fn answer(&mut self, attempt: AttemptId, answered: platform::Answered) {
        let outcome = match answered {
            platform::Answered::Accepted(who) => Outcome::Accepted {
                message: message(attempt),
                person: Some(person(FIRST + who)),
                held: false,
            },
            platform::Answered::Refused(code) => Outcome::Refused { code },
        };
        self.world.settle(attempt, outcome);
    }

    /// The process ends and comes back: from a snapshot, or from the events alone.
    fn crash(&mut self, from_snapshot: bool) {
        let digest = Sender::digest(&self.world.state);
        self.world.state = if from_snapshot {
            let stored = Sender::encode_state(&self.world.state);
            Sender::decode_state(CELL, &stored).expect("readable")
        } else {
            self.world.replayed()
        };
        assert_eq!(
            Sender::digest(&self.world.state),
            digest,
            "it came back different"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_the_interleaving_the_invariants_hold(
        steps in prop::collection::vec(step(), 1..160),
        edition in prop::sample::select(EditionId::all().collect::<Vec<_>>()),
    ) {
        let mut story = Story::begin(edition);
        for step in &steps {
            story.run(step);
            let our_count = story.world.used();
            let theirs = story.platform.used(story.world.now);
            prop_assert!(theirs <= our_count, "the platform counts {theirs}, we {our_count}, after {step:?}");
        }
        prop_assert_eq!(story.platform.surprises, 0, "the platform refused somebody new");
        story.world.check_stored();
        let deadline = Sender::next_deadline(&story.world.state);
        prop_assert!(deadline.is_none_or(|due| due > story.world.now));
    }
}
