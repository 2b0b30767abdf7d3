//! One portfolio run by hand: commands, time, and every event that came of it.

use decider::{CellId, Ctx, Decider, Millis, Stored, Timestamp};
use rulebook::edition::{EditionId, Limit};
use sender::ids::{AttemptId, MessageKey, PersonKey, PhoneNumberId, TemplateKey, TopicKey, WabaId};
use sender::mirror::Source;
use sender::policy::Policy;
use sender::portfolio::command::{
    AccountNews, Admit, News, NumberNews, Observe, Outcome, Progress, Said, Settle, StatusNews, TemplateNews,
    What,
};
use sender::portfolio::{Answer, Command, Event, Portfolio};
use sender::{Refusal, Sender, State};

pub(crate) const CELL: CellId = CellId(1);
pub(crate) const WABA: WabaId = WabaId(900);
pub(crate) const NUMBER: PhoneNumberId = PhoneNumberId(100);
pub(crate) const OTHER: PhoneNumberId = PhoneNumberId(101);

/// A portfolio with one number, a day after it was opened.
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    pub(crate) events: Vec<(Timestamp, Event)>,
}

impl World {
    /// Under the edition of the present day.
    pub(crate) fn new() -> Self {
        World::under(EditionId::PER_PORTFOLIO_2026)
    }

    /// Under any edition; its first day is over.
    pub(crate) fn under(edition: EditionId) -> Self {
        let mut world = World::fresh(edition);
        world.advance(Millis::DAY);
        world
    }

    /// Just opened.
    pub(crate) fn fresh(edition: EditionId) -> Self {
        let mut world = World {
            state: Sender::create(CELL),
            now: Timestamp::from_millis(1_790_000_000_000),
            events: Vec::new(),
        };
        world.done(Command::Open {
            name: "Shop".into(),
            edition: edition.number(),
        });
        world.add_number(NUMBER);
        world
    }

    pub(crate) fn add_number(&mut self, number: PhoneNumberId) {
        self.run(Command::AddNumber {
            waba: WABA,
            number,
            e164: 15_550_783_000 + number.0,
            brand: 0,
        });
    }

    pub(crate) fn portfolio(&self) -> &Portfolio {
        self.state.portfolio().expect("a portfolio's cell")
    }

    /// Runs one command now, after what is due.
    pub(crate) fn run(&mut self, command: Command) -> Answer {
        self.settle_due();
        let ctx = Ctx::new(7, CELL, self.events.len() as u64, self.now);
        let mut out = Vec::new();
        let answer = Sender::decide(&self.state, &sender::Command::Portfolio(command), &ctx, &mut out);
        self.apply(out);
        match answer {
            sender::Answer::Portfolio(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn done(&mut self, command: Command) {
        let told = format!("{command:?}");
        let answer = self.run(command);
        assert!(
            matches!(answer, Answer::Done | Answer::Unchanged),
            "{told}: {answer:?}"
        );
    }

    fn apply(&mut self, out: Vec<sender::Event>) {
        for event in out {
            Sender::evolve(&mut self.state, &event, self.now);
            if let sender::Event::Portfolio(event) = event {
                self.events.push((self.now, event));
            }
        }
    }

    /// Runs what is due now.
    fn settle_due(&mut self) {
        while let Some(due) = Sender::next_deadline(&self.state).filter(|due| *due <= self.now) {
            let now = core::mem::replace(&mut self.now, due);
            let ctx = Ctx::new(7, CELL, self.events.len() as u64, due);
            let mut out = Vec::new();
            Sender::tick(&self.state, &ctx, &mut out);
            assert!(!out.is_empty(), "a tick without an event");
            self.apply(out);
            self.now = now;
            let next = Sender::next_deadline(&self.state);
            assert!(next.is_none_or(|next| next >= due), "time runs backwards");
        }
    }

    pub(crate) fn advance(&mut self, span: Millis) {
        self.now = self.now + span;
        self.settle_due();
    }

    pub(crate) fn set(&mut self, change: impl FnOnce(&mut Policy)) {
        let mut policy = self.portfolio().policy.clone();
        change(&mut policy);
        self.done(Command::SetPolicy(Box::new(policy)));
    }

    pub(crate) fn admit(&mut self, admit: Admit) -> Answer {
        self.run(Command::Admit(admit))
    }

    /// A template of unknown category to a person.
    pub(crate) fn template(&mut self, to: u64) -> Answer {
        self.admit(template("sale", to))
    }

    /// A free-form message to a person.
    pub(crate) fn free(&mut self, to: u64) -> Answer {
        self.admit(free(to))
    }

    pub(crate) fn settle(&mut self, attempt: AttemptId, outcome: Outcome) {
        self.done(Command::Settle(Settle {
            attempt,
            outcome,
            answer: None,
        }));
    }

    /// Sends a template and has it taken.
    pub(crate) fn sent(&mut self, to: u64) -> AttemptId {
        let answer = self.template(to);
        let attempt = attempt(answer);
        self.settle(attempt, accepted(attempt));
        attempt
    }

    /// Tells a piece of news of this instant.
    pub(crate) fn hear(&mut self, source: Source, news: News) {
        let at = self.now;
        self.done(Command::Observe(Observe { source, at, news }));
    }

    /// A person writes to the number.
    pub(crate) fn wrote(&mut self, from: u64, said: Said) {
        self.hear(
            Source::Webhook,
            News::Inbound {
                number: NUMBER,
                from: person(from),
                also: None,
                said,
            },
        );
    }

    /// A status of an attempt comes.
    pub(crate) fn status(&mut self, attempt: AttemptId, progress: Progress, code: u32) {
        self.hear(
            Source::Webhook,
            News::Status(StatusNews {
                attempt: Some(attempt),
                progress,
                code,
                ..foreign(message(attempt), None)
            }),
        );
    }

    pub(crate) fn told(&mut self, fact: NumberNews) {
        self.hear(Source::Poll, News::Number { number: NUMBER, fact });
    }

    pub(crate) fn account(&mut self, fact: AccountNews) {
        self.hear(Source::Webhook, News::Account { waba: WABA, fact });
    }

    pub(crate) fn about(&mut self, template: &str, fact: TemplateNews) {
        let (waba, key) = (WABA, TemplateKey::of(template, "en_US"));
        self.hear(Source::Webhook, News::Template { waba, key, fact });
    }

    pub(crate) fn limit(&mut self, limit: Limit) {
        self.hear(
            Source::Webhook,
            News::Limit {
                number: NUMBER,
                limit,
            },
        );
    }

    /// How many events of a kind there were.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.events
            .iter()
            .filter(|(_, event)| event.name() == kind)
            .count()
    }

    pub(crate) fn used(&self) -> u32 {
        let portfolio = self.portfolio();
        let number = portfolio.number_of(NUMBER).expect("the number");
        portfolio
            .scope(portfolio.scope_of(number))
            .expect("its scope")
            .used(self.now)
    }

    /// Folds all events anew, from their stored bytes.
    pub(crate) fn replayed(&self) -> State {
        let mut state = Sender::create(CELL);
        for (at, event) in &self.events {
            let mut bytes = Vec::new();
            let event = sender::Event::Portfolio(event.clone());
            let (kind, version) = Sender::encode_event(&event, &mut bytes);
            let again = Sender::decode_event(kind, version, &bytes).expect("readable");
            assert_eq!(again, event);
            Sender::evolve(&mut state, &again, *at);
        }
        state
    }

    /// A replay and a snapshot give the very same state.
    pub(crate) fn check_stored(&self) {
        let digest = Sender::digest(&self.state);
        assert_eq!(Sender::digest(&self.replayed()), digest, "replay differs");
        let stored = Sender::encode_state(&self.state);
        let again = Sender::decode_state(CELL, &stored).expect("readable");
        assert_eq!(Sender::digest(&again), digest, "the snapshot differs");
        assert_eq!(Sender::encode_state(&again), stored, "the snapshot is not stable");
    }
}

pub(crate) fn person(e164: u64) -> PersonKey {
    PersonKey::phone(e164).expect("a phone number")
}

pub(crate) fn template(name: &str, to: u64) -> Admit {
    let key = TemplateKey::of(name, "en_US");
    Admit {
        what: What::Template { key, planned: None },
        ..free(to)
    }
}

pub(crate) fn free(to: u64) -> Admit {
    Admit {
        number: NUMBER,
        to: person(to),
        what: What::Free,
        text: 0,
        topic: TopicKey::NONE,
        key: None,
        elsewhere: false,
    }
}

#[track_caller]
pub(crate) fn attempt(answer: Answer) -> AttemptId {
    match answer {
        Answer::Admitted { attempt, .. } => attempt,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn message(attempt: AttemptId) -> MessageKey {
    MessageKey::of(&format!("wamid.{}", attempt.0))
}

pub(crate) fn accepted(attempt: AttemptId) -> Outcome {
    Outcome::Accepted {
        message: message(attempt),
        person: None,
        held: false,
    }
}

/// A status of a message that left.
pub(crate) fn foreign(message: MessageKey, to: Option<u64>) -> StatusNews {
    StatusNews {
        number: NUMBER,
        attempt: None,
        message,
        to: to.map(person),
        progress: Progress::Sent,
        code: 0,
        counts: None,
    }
}

/// Why a send did not go; `None` if it did.
pub(crate) fn refusal(answer: Answer) -> Option<Refusal> {
    match answer {
        Answer::Refused { refusal, .. } | Answer::Held { refusal, .. } => Some(refusal),
        Answer::Admitted { .. } => None,
        other => panic!("{other:?}"),
    }
}
