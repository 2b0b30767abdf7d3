//! The full admission decision in process, on one core: 1,000 numbers, up to 1,000,000 people, mixed outcomes, events
//! applied. Beside it, in the same run, the least that any exact answer must touch ([`baseline`]). Prints decisions a
//! second for each number of live pairs, the worst chunk of 64, and bytes. Times are thread times.
//!
//! `cargo bench -p platform --bench decide [-- PAIRS ... [--decisions N]]`

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

mod baseline;

use std::hint::black_box;

use baseline::Baseline;
use decider::{CellId, Ctx, Decider, LOOK_AHEAD_COMMANDS, Millis, Timestamp, mix};
use platform::ids::{ContactIx, MessageId, NumberIx, ScopeIx, TemplateIx, WabaIx};
use platform::portfolio::command::TemplateOptions;
use platform::portfolio::command::{Inbound, Open, Send, TemplateKey, What};
use platform::portfolio::event::{Accepted, ContactSeen, Decision, Settings, TemplatePaused, TierChanged};
use platform::portfolio::{Answer, Command, Event};
use platform::{Platform, State};
use rulebook::status::StageChange;
use rulebook::template::draft::{Category, Component, ParameterFormat, TemplateDraft, Text};
use rulebook::template::parameters::{Parameter, SentParameters};
use rustix::time::{ClockId, clock_gettime};

const CELL: CellId = CellId(1);
const NUMBERS: u64 = 1_000;
const PEOPLE: u64 = 1_000_000;
const FIRST: u64 = 15_550_000_000;
const DECISIONS: usize = 4_000_000;
const CHUNK: usize = 64;

fn main() {
    let mut decisions = DECISIONS;
    let mut sizes = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--decisions" => decisions = args.next().and_then(|n| n.parse().ok()).unwrap_or(decisions),
            other => sizes.extend(other.parse::<u64>().ok()),
        }
    }
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000, 1_000_000, 10_000_000];
    }
    println!(
        "live pairs   of baseline   baseline   decisions/s   of smallest   worst 64   p99.9 64   after a day's jump   bytes/pair"
    );
    let mut smallest = None;
    let mut last = String::new();
    for pairs in sizes {
        let mut world = World::filled(pairs);
        let bare = world.run(decisions, World::note);
        world.next = 0;
        let run = world.run(decisions, World::send);
        world.now = world.now + Millis::DAY;
        let jump = world.run(decisions / 8, World::send);
        let first = *smallest.get_or_insert(run.rate);
        let live = world.live_pairs();
        let footprint = world
            .state
            .portfolio()
            .map(|portfolio| portfolio.footprint())
            .unwrap_or_default();
        println!(
            "{:>10} {:>12.2}x {:>9.2}M {:>12.2}M {:>12.2}x {:>8.3}ms {:>8.3}ms {:>17.3}ms {:>12.1}",
            live,
            run.rate / bare.rate,
            bare.rate / 1e6,
            run.rate / 1e6,
            run.rate / first,
            run.worst_ms,
            run.p999_ms,
            jump.worst_ms,
            footprint.pairs_bytes as f64 / live.max(1) as f64,
        );
        last = format!(
            "a person {:.1} B (contact table), a message {:.1} B (record and thread); outcomes: {}",
            footprint.people_bytes as f64 / footprint.people.max(1) as f64,
            footprint.messages_bytes as f64 / footprint.messages.max(1) as f64,
            world.outcomes(),
        );
    }
    println!("\nat the last size: {last}");
}

/// Thread time in milliseconds.
fn thread_ms() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

struct World {
    state: State,
    now: Timestamp,
    sequence: u64,
    events: Vec<platform::Event>,
    baseline: Baseline,
    pairs: u64,
    people: u64,
    next: u64,
    /// Simulated microseconds between commands, so that what comes in replaces what expires.
    step_us: u64,
    carry_us: u64,
    accepted: u64,
    refused: [u64; 4],
}

/// Number, person, and the command.
type Wish = (u16, u64, platform::Command);

struct Run {
    rate: f64,
    worst_ms: f64,
    p999_ms: f64,
}

impl World {
    /// `pairs` pairs of number and person, each written to once.
    fn filled(pairs: u64) -> Self {
        let week_us = Millis::days(7).get() * 1_000;
        let mut world = World {
            state: Platform::create(CELL),
            now: Timestamp::from_millis(1_690_000_000_000),
            sequence: 0,
            events: Vec::new(),
            baseline: Baseline::new(NUMBERS),
            pairs,
            people: people_of(pairs),
            next: 0,
            step_us: week_us / pairs.max(1_000_000),
            carry_us: 0,
            accepted: 0,
            refused: [0; 4],
        };
        world.set_up();
        let people = world.people;
        for person in 0..people {
            world.baseline.know(FIRST + person, person as u32);
            world.apply(
                ContactSeen {
                    contact: ContactIx(person as u32),
                    e164: FIRST + person,
                }
                .into(),
            );
        }
        let mut sent = vec![0_u32; NUMBERS as usize];
        for pair in 0..pairs {
            let number = (pair % NUMBERS) as u16;
            let person = person_of(pair, people);
            let seq = &mut sent[usize::from(number)];
            let message = MessageId {
                number: NumberIx(number),
                seq: *seq,
            };
            *seq += 1;
            let (contact, template) = (ContactIx(person as u32), TemplateIx(0));
            world.apply(
                Accepted {
                    message,
                    contact,
                    template,
                    business_initiated: true,
                }
                .into(),
            );
            world.baseline.send(number, FIRST + person, world.now);
            world.pass();
        }
        world.open_windows();
        world
    }

    fn apply(&mut self, event: Event) {
        Platform::evolve(&mut self.state, &platform::Event::Portfolio(event), self.now);
        self.sequence += 1;
    }

    fn pass(&mut self) {
        self.carry_us += self.step_us;
        self.now = self.now + Millis::new(self.carry_us / 1_000);
        self.carry_us %= 1_000;
    }

    fn set_up(&mut self) {
        let settings = Settings {
            edition: 1,
            overrides: "limits.start = 2".into(),
            transit: false,
            errors_at_once: true,
            enforce_rates: false,
            auto_review: false,
        };
        self.decide(
            &Command::Open(Box::new(Open {
                name: "Bench".into(),
                settings,
            }))
            .into_seat(),
        );
        self.decide(&Command::AddWaba { name: "Bench".into() }.into_seat());
        for number in 0..NUMBERS {
            let add = Command::AddNumber {
                waba: WabaIx(0),
                e164: 491_700_000_000 + number,
                verified_name: "B".into(),
            };
            self.decide(&add.into_seat());
            for change in [
                StageChange::NameApproved,
                StageChange::CertificateIssued,
                StageChange::Register,
            ] {
                self.decide(
                    &Command::Stage {
                        number: NumberIx(number as u16),
                        change,
                    }
                    .into_seat(),
                );
            }
        }
        for name in ["good", "paused"] {
            self.decide(
                &Command::CreateTemplate {
                    waba: WabaIx(0),
                    draft: draft(name),
                    options: TemplateOptions::default(),
                }
                .into_seat(),
            );
        }
        for template in [TemplateIx(0), TemplateIx(1)] {
            self.decide(
                &Command::Review {
                    template,
                    decision: Decision::Approve,
                }
                .into_seat(),
            );
        }
        let until_ms = u64::MAX;
        self.apply(
            TemplatePaused {
                template: TemplateIx(1),
                instance: 1,
                until_ms,
            }
            .into(),
        );
        // One number in twenty is on the lowest tier, and soon at its limit.
        for number in (0..NUMBERS as u16).step_by(20) {
            self.apply(
                TierChanged {
                    scope: ScopeIx(number),
                    from: 2,
                    to: 0,
                    reached: 0,
                }
                .into(),
            );
        }
    }

    /// One person in a thousand writes to each number.
    fn open_windows(&mut self) {
        for writer in 0..NUMBERS {
            let inbound = Inbound {
                number: NumberIx(writer as u16),
                from: FIRST + writer % self.people,
                reply_to: None,
                content: Vec::new(),
                profile: String::new(),
            };
            self.decide(&Command::Inbound(Box::new(inbound)).into_seat());
        }
    }

    /// The next command: 70 % templates, 12 % replies in an open window, 8 % to a paused template, 5 % with the wrong
    /// parameters, 5 % free-form without a window.
    fn command(&mut self) -> Wish {
        let draw = mix(self.next ^ 0xbe9c);
        self.next += 1;
        let pair = draw % self.pairs;
        let number = NumberIx((pair % NUMBERS) as u16);
        let person = FIRST + person_of(pair, self.people);
        let template = |name: &str, parameters: usize| What::Template {
            key: TemplateKey::of(name, "en_US"),
            parameters: SentParameters {
                body: (0..parameters).map(|_| Parameter::text("Anna")).collect(),
                ..SentParameters::default()
            },
        };
        let (to, what) = match draw >> 32 & 0xff {
            0..179 => (person, template("good", 1)),
            179..210 => (FIRST + u64::from(number.0) % self.people, What::Free),
            210..230 => (person, template("paused", 1)),
            230..243 => (person, template("good", 2)),
            _ => (person, What::Free),
        };
        let content = Vec::new();
        let send = Send {
            number,
            to,
            what,
            content,
        };
        (number.0, to, Command::Send(send).into_seat())
    }

    /// As the engine decides what is waiting: a look ahead, then one after the other.
    fn send(&mut self, commands: &[Wish]) {
        decider::look_ahead::<Platform>(
            commands
                .iter()
                .map(|(_, _, command)| Some((&self.state, command))),
        );
        for (_, _, command) in commands {
            let answer = self.decide(command);
            self.count(&black_box(answer));
            self.pass();
        }
    }

    fn note(&mut self, commands: &[Wish]) {
        for (number, to, _) in commands {
            black_box(self.baseline.send(*number, *to, self.now));
            self.pass();
        }
    }

    fn decide(&mut self, command: &platform::Command) -> platform::Answer {
        let ctx = Ctx::new(7, CELL, self.sequence, self.now);
        self.events.clear();
        let answer = Platform::decide(&self.state, command, &ctx, &mut self.events);
        for event in &self.events {
            Platform::evolve(&mut self.state, event, self.now);
        }
        self.sequence += self.events.len() as u64;
        while Platform::next_deadline(&self.state).is_some_and(|due| due <= self.now) {
            self.events.clear();
            Platform::tick(&self.state, &ctx, &mut self.events);
            for event in &self.events {
                Platform::evolve(&mut self.state, event, self.now);
            }
        }
        answer
    }

    /// Commands are made a chunk at a time while the clock stands: they come from a parser, not out of cold memory.
    fn run(&mut self, decisions: usize, decide: fn(&mut Self, &[Wish])) -> Run {
        let mut chunks = Vec::with_capacity(decisions / CHUNK);
        let mut commands = Vec::with_capacity(CHUNK);
        for _ in 0..decisions / CHUNK {
            commands.clear();
            commands.extend((0..CHUNK).map(|_| self.command()));
            let begun = thread_ms();
            for some in commands.chunks(LOOK_AHEAD_COMMANDS) {
                decide(self, some);
            }
            chunks.push(thread_ms() - begun);
        }
        let total: f64 = chunks.iter().sum();
        chunks.sort_by(f64::total_cmp);
        Run {
            rate: (decisions / CHUNK * CHUNK) as f64 / total * 1e3,
            worst_ms: chunks.last().copied().unwrap_or(0.0),
            p999_ms: chunks[chunks.len() * 999 / 1_000],
        }
    }

    fn count(&mut self, answer: &platform::Answer) {
        use rulebook::refusal::Refusal;
        match answer {
            platform::Answer::Portfolio(Answer::Accepted { .. }) => self.accepted += 1,
            platform::Answer::Portfolio(Answer::Refused { refusal, .. }) => {
                let kind = match refusal {
                    Refusal::LimitUsedUp => 0,
                    Refusal::TemplatePaused => 1,
                    Refusal::TemplateParameterCount => 2,
                    _ => 3,
                };
                self.refused[kind] += 1;
            }
            _ => {}
        }
    }

    /// Pairs of number and person with a counted message in the last 7 days.
    fn live_pairs(&self) -> u64 {
        let scopes = (0..NUMBERS as u16).filter_map(|ix| self.state.portfolio()?.scope(ScopeIx(ix)));
        scopes
            .map(|scope| u64::from(scope.window.reached(self.now)))
            .sum()
    }

    fn outcomes(&self) -> String {
        let total = (self.accepted + self.refused.iter().sum::<u64>()) as f64 / 100.0;
        let share = |count: u64| count as f64 / total;
        let [limit, paused, parameters, window] = self.refused.map(share);
        format!(
            "accepted {:.0} %, limit used up {limit:.0} %, template paused {paused:.0} %, parameters {parameters:.0} %, \
             window closed {window:.0} %",
            share(self.accepted)
        )
    }
}

/// The person of a pair: every number writes to people of its own choice.
fn person_of(pair: u64, people: u64) -> u64 {
    mix(pair / NUMBERS * 7_919 + pair % NUMBERS) % people
}

/// Ten pairs a person, up to a million people.
fn people_of(pairs: u64) -> u64 {
    (pairs / 10).clamp(1_000, PEOPLE)
}

fn draft(name: &str) -> Box<TemplateDraft> {
    let text = format!("Hello {{{{1}}}}, this is the {name} offer of today.");
    let body = Text {
        text,
        samples: vec!["Anna".into()],
        ..Text::default()
    };
    Box::new(TemplateDraft {
        name: name.into(),
        language: "en_US".into(),
        category: Category::Utility,
        parameter_format: ParameterFormat::Positional,
        components: vec![Component::Body(body)],
    })
}

trait IntoSeat {
    fn into_seat(self) -> platform::Command;
}

impl IntoSeat for Command {
    fn into_seat(self) -> platform::Command {
        platform::Command::Portfolio(self)
    }
}
