//! A simulated month of one portfolio in process, on one core: 10 numbers, a million simulated people of
//! `people/example.toml`, two million messages, and everything that people do about them. Events are encoded as for
//! the ledger, and applied. Prints thread time, what happened, and bytes a person.
//!
//! `cargo bench -p platform --bench month [-- MESSAGES]`

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::collections::BTreeMap;

use decider::{CellId, Ctx, Decider, Millis, Stored, Timestamp, mix};
use platform::ids::{NumberIx, TemplateIx, WabaIx};
use platform::people::{Cast, EXAMPLE};
use platform::portfolio::command::{Open, Send, TemplateKey, TemplateOptions, What};
use platform::portfolio::event::{Decision, Settings};
use platform::portfolio::{Answer, Command, Event};
use platform::{Platform, State};
use rulebook::status::StageChange;
use rulebook::template::draft::{Category, Component, ParameterFormat, TemplateDraft, Text};
use rulebook::template::parameters::{Parameter, SentParameters};
use rustix::time::{ClockId, clock_gettime};

const CELL: CellId = CellId(1);
const NUMBERS: u16 = 10;
const DAYS: u64 = 30;
const TEMPLATES: [(&str, Category); 4] = [
    ("order_sent", Category::Utility),
    ("order_paid", Category::Utility),
    ("news", Category::Marketing),
    ("sale", Category::Marketing),
];

fn main() {
    let messages = std::env::args()
        .find_map(|arg| arg.parse().ok())
        .unwrap_or(2_000_000);
    let people: Vec<(u64, u64)> = Cast::read(EXAMPLE, 0)
        .map(|cast| {
            cast.groups()
                .map(|group| (group.first, group.size.into()))
                .collect()
        })
        .unwrap_or_default();
    let mut world = World::new();
    let begun = thread_ms();
    for day in 0..DAYS {
        world.day(day, messages / DAYS, &people);
    }
    let seconds = (thread_ms() - begun) / 1e3;
    world.report(messages, seconds);
}

/// Thread time in milliseconds.
fn thread_ms() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

struct World {
    state: State,
    start: Timestamp,
    sequence: u64,
    events: Vec<platform::Event>,
    bytes: Vec<u8>,
    stored: u64,
    counts: BTreeMap<&'static str, u64>,
    /// People who wrote and get an answer.
    to_answer: Vec<(NumberIx, u64)>,
    accepted: u64,
    refused: BTreeMap<&'static str, u64>,
}

impl World {
    fn new() -> Self {
        let mut world = World {
            state: Platform::create(CELL),
            // 2026-03-02T00:00:00Z, a Monday.
            start: Timestamp::from_millis(1_772_409_600_000),
            sequence: 0,
            events: Vec::new(),
            bytes: Vec::new(),
            stored: 0,
            counts: BTreeMap::new(),
            to_answer: Vec::new(),
            accepted: 0,
            refused: BTreeMap::new(),
        };
        world.set_up();
        world
    }

    fn set_up(&mut self) {
        let settings = Settings {
            edition: 1,
            overrides: "limits.start = 3".into(),
            transit: true,
            errors_at_once: true,
            enforce_rates: true,
            auto_review: false,
        };
        let name = "Month".to_owned();
        self.run(Command::Open(Box::new(Open { name, settings })), self.start);
        self.run(Command::AddWaba { name: "Month".into() }, self.start);
        for number in 0..NUMBERS {
            let add = Command::AddNumber {
                waba: WabaIx(0),
                e164: 491_700_000_000 + u64::from(number),
                verified_name: "Month".into(),
            };
            self.run(add, self.start);
            for change in [
                StageChange::NameApproved,
                StageChange::CertificateIssued,
                StageChange::Register,
            ] {
                let number = NumberIx(number);
                self.run(Command::Stage { number, change }, self.start);
            }
        }
        for (ix, (name, category)) in (0..).zip(TEMPLATES) {
            let create = Command::CreateTemplate {
                waba: WabaIx(0),
                draft: draft(name, category),
                options: TemplateOptions::default(),
            };
            self.run(create, self.start);
            let (template, decision) = (TemplateIx(ix), Decision::Approve);
            self.run(Command::Review { template, decision }, self.start);
        }
        let file = EXAMPLE.to_owned();
        self.run(Command::SetPeople { file, seed: 7 }, self.start);
    }

    /// A day's messages between 08:00 and 20:00 UTC, and answers to those who wrote.
    fn day(&mut self, day: u64, messages: u64, people: &[(u64, u64)]) {
        let first = self.start + Millis::days(day) + Millis::hours(8);
        let all: u64 = people.iter().map(|(_, size)| size).sum();
        for index in 0..messages {
            let now = first + Millis::new(Millis::hours(12).get() * index / messages);
            self.tick_until(now);
            let message = day * messages + index;
            let number = NumberIx((message % u64::from(NUMBERS)) as u16);
            if let Some((number, to)) = self.to_answer.pop() {
                self.send(number, to, What::Free, now);
                continue;
            }
            let to = person(people, mix(message) % all);
            let (name, _) = TEMPLATES[(mix(message ^ 1) % TEMPLATES.len() as u64) as usize];
            self.send(number, to, template(name), now);
        }
        self.tick_until(self.start + Millis::days(day + 1));
    }

    fn send(&mut self, number: NumberIx, to: u64, what: What, now: Timestamp) {
        let content = Vec::new();
        match self.run(
            Command::Send(Send {
                number,
                to,
                what,
                content,
            }),
            now,
        ) {
            Answer::Accepted { .. } => self.accepted += 1,
            Answer::Refused { refusal, .. } => *self.refused.entry(refusal.name()).or_default() += 1,
            _ => {}
        }
    }

    fn run(&mut self, command: Command, now: Timestamp) -> Answer {
        let ctx = Ctx::new(7, CELL, self.sequence, now);
        let command = platform::Command::Portfolio(command);
        let answer = Platform::decide(&self.state, &command, &ctx, &mut self.events);
        self.apply(now);
        match answer {
            platform::Answer::Portfolio(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    fn tick_until(&mut self, until: Timestamp) {
        while let Some(due) = Platform::next_deadline(&self.state).filter(|due| *due <= until) {
            let ctx = Ctx::new(7, CELL, self.sequence, due);
            Platform::tick(&self.state, &ctx, &mut self.events);
            self.apply(due);
        }
    }

    fn apply(&mut self, now: Timestamp) {
        let mut events = std::mem::take(&mut self.events);
        self.sequence += events.len() as u64;
        for event in events.drain(..) {
            self.bytes.clear();
            Platform::encode_event(&event, &mut self.bytes);
            self.stored += self.bytes.len() as u64;
            Platform::evolve(&mut self.state, &event, now);
            if let platform::Event::Portfolio(event) = event {
                *self.counts.entry(event.name()).or_default() += 1;
                if let (Event::Received(e), Some(portfolio)) = (&event, self.state.portfolio()) {
                    let phone = portfolio.phone_of(e.contact);
                    self.to_answer
                        .extend(phone.map(|phone| (e.message.number, phone)));
                }
            }
        }
        self.events = events;
    }

    fn report(&self, messages: u64, seconds: f64) {
        println!("{messages} messages in {DAYS} simulated days: {seconds:.1} s of one core");
        println!(
            "{} events, {:.1} bytes each, {:.2}M events/s",
            self.sequence,
            self.stored as f64 / self.sequence as f64,
            self.sequence as f64 / seconds / 1e6
        );
        println!("accepted {}, refused {:?}", self.accepted, self.refused);
        let told: Vec<String> = self
            .counts
            .iter()
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        println!("{}", told.join(", "));
        let Some(portfolio) = self.state.portfolio() else {
            return;
        };
        let ratings: Vec<&str> = portfolio.numbers.iter().map(|n| n.rating().label()).collect();
        let templates: Vec<&str> = portfolio.templates.iter().map(|t| t.rating().label()).collect();
        println!(
            "ratings: numbers {}, templates {}",
            ratings.join(" "),
            templates.join(" ")
        );
        let footprint = portfolio.footprint();
        let simulated = portfolio.people.as_ref().map_or(0, |people| people.heap_bytes());
        println!(
            "{} people written to: {:.1} B each in the contact table, {:.2} B each for being simulated ({simulated} B in all)",
            footprint.people,
            footprint.people_bytes as f64 / footprint.people.max(1) as f64,
            simulated as f64 / footprint.people.max(1) as f64,
        );
    }
}

/// The number of the `nth` of all people.
fn person(groups: &[(u64, u64)], mut nth: u64) -> u64 {
    for (first, size) in groups {
        if nth < *size {
            return first + nth;
        }
        nth -= size;
    }
    0
}

fn template(name: &str) -> What {
    What::Template {
        key: TemplateKey::of(name, "de"),
        parameters: SentParameters {
            body: vec![Parameter::text("Anna")],
            ..SentParameters::default()
        },
    }
}

fn draft(name: &str, category: Category) -> Box<TemplateDraft> {
    let body = Text {
        text: format!("Hallo {{{{1}}}}, hier ist {name} von heute."),
        samples: vec!["Anna".into()],
        ..Text::default()
    };
    Box::new(TemplateDraft {
        name: name.into(),
        language: "de".into(),
        category,
        parameter_format: ParameterFormat::Positional,
        components: vec![Component::Body(body)],
    })
}
