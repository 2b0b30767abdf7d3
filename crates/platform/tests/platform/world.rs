//! One portfolio run by hand: commands, time, and every event that came of it.

use decider::{CellId, Ctx, Decider, Millis, Stored, Timestamp};
use platform::ids::{MessageId, NumberIx, TemplateIx, WabaIx};
use platform::portfolio::command::TemplateOptions;
use platform::portfolio::command::{Feedback, Open, Send, TemplateKey, What};
use platform::portfolio::event::{Decision, Settings};
use platform::portfolio::{Answer, Command, Event, Portfolio};
use platform::{Platform, State};
use rulebook::edition::EditionId;
use rulebook::rating::Rating;
use rulebook::refusal::Refusal;
use rulebook::status::{StageChange, Status};
use rulebook::template::draft::{Category, Component, ParameterFormat, TemplateDraft, Text};
use rulebook::template::parameters::{Parameter, SentParameters};

pub(crate) const CELL: CellId = CellId(1);
pub(crate) const NUMBER: NumberIx = NumberIx(0);
pub(crate) const TEMPLATE: TemplateIx = TemplateIx(0);

/// Nothing is ever paced: for histories that are not about pacing.
const UNPACED: &str = "pacing.template.first = \"never\"\npacing.portfolio.first = \"never\"\n";

/// A portfolio with one connected number and one approved template.
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    pub(crate) events: Vec<(Timestamp, Event)>,
}

pub(crate) fn settings(overrides: &str) -> Settings {
    Settings {
        edition: 1,
        overrides: overrides.to_owned(),
        transit: true,
        errors_at_once: true,
        enforce_rates: false,
        auto_review: true,
    }
}

impl World {
    /// With nothing in it.
    pub(crate) fn empty() -> Self {
        World {
            state: Platform::create(CELL),
            now: Timestamp::from_millis(1_690_000_000_000),
            events: Vec::new(),
        }
    }

    /// Ready to send, under edition 2023 with some values replaced; without pacing.
    pub(crate) fn with(overrides: &str) -> Self {
        World::under(EditionId::PER_NUMBER_2023, overrides)
    }

    /// Ready to send, under any edition with some values replaced; without pacing.
    pub(crate) fn under(edition: EditionId, overrides: &str) -> Self {
        World::opened(Settings {
            edition: edition.number(),
            ..settings(&format!("{UNPACED}{overrides}"))
        })
    }

    /// Ready to send, under edition 2023 with some values replaced.
    pub(crate) fn paced(overrides: &str) -> Self {
        World::opened(settings(overrides))
    }

    /// Without pacing, and messages travel by the tester's word only.
    pub(crate) fn manual(overrides: &str) -> Self {
        World::opened(Settings {
            transit: false,
            ..settings(&format!("{UNPACED}{overrides}"))
        })
    }

    /// Ready to send.
    pub(crate) fn opened(settings: Settings) -> Self {
        let mut world = World::empty();
        world.done(Command::Open(Box::new(Open {
            name: "Shop".into(),
            settings,
        })));
        world.run(Command::AddWaba { name: "Shop".into() });
        world.add_number(15_550_783_881);
        world.add_template("sale", "Hello {{1}}, our sale begins today.");
        world
    }

    pub(crate) fn add_number(&mut self, e164: u64) -> NumberIx {
        let answer = self.run(Command::AddNumber {
            waba: WabaIx(0),
            e164,
            verified_name: "Shop".into(),
        });
        let Answer::Number(number) = answer else {
            panic!("{answer:?}")
        };
        for change in [
            StageChange::NameApproved,
            StageChange::CertificateIssued,
            StageChange::Register,
        ] {
            self.done(Command::Stage { number, change });
        }
        number
    }

    pub(crate) fn add_template(&mut self, name: &str, body: &str) -> TemplateIx {
        self.add_draft(draft(name, body))
    }

    /// Submits a template.
    pub(crate) fn add_draft_in_review(&mut self, draft: Box<TemplateDraft>) -> TemplateIx {
        let answer = self.run(Command::CreateTemplate {
            waba: WabaIx(0),
            draft,
            options: TemplateOptions::default(),
        });
        match answer {
            Answer::Template(template) => template,
            other => panic!("{other:?}"),
        }
    }

    /// Submits a template and approves it.
    pub(crate) fn add_draft(&mut self, draft: Box<TemplateDraft>) -> TemplateIx {
        let template = self.add_draft_in_review(draft);
        self.done(Command::Review {
            template,
            decision: Decision::Approve,
        });
        template
    }

    pub(crate) fn portfolio(&self) -> &Portfolio {
        self.state.portfolio().expect("a portfolio's cell")
    }

    /// Runs one command now, after what is due.
    pub(crate) fn run(&mut self, command: Command) -> Answer {
        self.settle();
        let ctx = Ctx::new(7, CELL, self.events.len() as u64, self.now);
        let mut out = Vec::new();
        let answer = Platform::decide(
            &self.state,
            &platform::Command::Portfolio(command),
            &ctx,
            &mut out,
        );
        self.apply(out);
        self.settle();
        match answer {
            platform::Answer::Portfolio(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn done(&mut self, command: Command) {
        let told = format!("{command:?}");
        let answer = self.run(command);
        assert!(matches!(answer, Answer::Done), "{told}: {answer:?}");
    }

    fn apply(&mut self, out: Vec<platform::Event>) {
        for event in out {
            Platform::evolve(&mut self.state, &event, self.now);
            if let platform::Event::Portfolio(event) = event {
                self.events.push((self.now, event));
            }
        }
    }

    /// Runs what is due now.
    fn settle(&mut self) {
        while let Some(due) = Platform::next_deadline(&self.state).filter(|due| *due <= self.now) {
            let now = core::mem::replace(&mut self.now, due);
            let ctx = Ctx::new(7, CELL, self.events.len() as u64, due);
            let mut out = Vec::new();
            Platform::tick(&self.state, &ctx, &mut out);
            assert!(
                !out.is_empty(),
                "a tick without an event: {:?}",
                self.portfolio().agenda.first()
            );
            self.apply(out);
            self.now = now;
            let next = Platform::next_deadline(&self.state);
            assert!(next.is_none_or(|next| next >= due), "time went backwards");
        }
    }

    pub(crate) fn advance(&mut self, span: Millis) {
        let target = self.now + span;
        while let Some(due) = Platform::next_deadline(&self.state).filter(|due| *due <= target) {
            self.now = due.max(self.now);
            self.settle();
        }
        self.now = target;
    }

    pub(crate) fn send(&mut self, to: u64) -> Answer {
        self.send_from(NUMBER, to, "sale")
    }

    pub(crate) fn send_from(&mut self, number: NumberIx, to: u64, template: &str) -> Answer {
        let key = TemplateKey::of(template, "en_US");
        let parameters = SentParameters {
            body: vec![Parameter::text("Anna")],
            ..SentParameters::default()
        };
        let what = What::Template { key, parameters };
        self.run(Command::Send(Send {
            number,
            to,
            what,
            content: Vec::new(),
        }))
    }

    pub(crate) fn reply(&mut self, to: u64) -> Answer {
        self.run(Command::Send(Send {
            number: NUMBER,
            to,
            what: What::Free,
            content: Vec::new(),
        }))
    }

    /// Sends the template to so many people, one after another from `first`; the messages.
    pub(crate) fn broadcast(&mut self, first: u64, people: u64) -> Vec<MessageId> {
        (first..first + people)
            .map(|to| match self.send(to) {
                Answer::Accepted { message, .. } => message,
                other => panic!("{to}: {other:?}"),
            })
            .collect()
    }

    pub(crate) fn feedback(&mut self, message: MessageId, feedback: Feedback) {
        self.done(Command::Feedback { message, feedback });
    }

    pub(crate) fn status(&self) -> Status {
        let portfolio = self.portfolio();
        let used_up = portfolio
            .scope(portfolio.scope_of(NUMBER))
            .is_some_and(|scope| scope.is_used_up());
        portfolio.number(NUMBER).expect("the number").status(used_up)
    }

    pub(crate) fn rating(&self) -> Rating {
        self.portfolio().number(NUMBER).expect("the number").rating()
    }

    pub(crate) fn tier(&self) -> u8 {
        let portfolio = self.portfolio();
        portfolio
            .scope(portfolio.scope_of(NUMBER))
            .expect("the scope")
            .tier
            .index
    }

    pub(crate) fn count(&self, of: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|(_, event)| of(event)).count()
    }

    /// Folds all events anew, from their stored bytes.
    pub(crate) fn replayed(&self) -> State {
        let mut state = Platform::create(CELL);
        for (at, event) in &self.events {
            let mut bytes = Vec::new();
            let event = platform::Event::Portfolio(event.clone());
            let (kind, version) = Platform::encode_event(&event, &mut bytes);
            let again = Platform::decode_event(kind, version, &bytes).expect("readable");
            assert_eq!(again, event);
            Platform::evolve(&mut state, &again, *at);
        }
        state
    }
}

/// A marketing template with a body of one placeholder.
pub(crate) fn draft(name: &str, body: &str) -> Box<TemplateDraft> {
    let text = Text {
        text: body.to_owned(),
        samples: vec!["Anna".to_owned()],
        ..Text::default()
    };
    Box::new(TemplateDraft {
        name: name.to_owned(),
        language: "en_US".to_owned(),
        category: Category::Marketing,
        parameter_format: ParameterFormat::Positional,
        components: vec![Component::Body(text)],
    })
}

/// The refusal of an answer.
pub(crate) fn refusal(answer: &Answer) -> Option<Refusal> {
    match answer {
        Answer::Refused { refusal, .. } => Some(*refusal),
        _ => None,
    }
}
