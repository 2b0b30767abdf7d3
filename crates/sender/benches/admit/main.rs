//! An admission in process, on one core: one portfolio, up to 1,000,000 people in the window, its events applied. Beside
//! it, in the same run, the least that any exact answer must touch ([`baseline`]). Prints decisions a second, alone and
//! with the settling of each attempt, the worst chunk of 64, and bytes. Times are thread times.
//!
//! `cargo bench -p sender --bench admit [-- PEOPLE ... [--decisions N]]`

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

mod baseline;

use std::hint::black_box;

use baseline::Baseline;
use decider::{CellId, Ctx, Decider, LOOK_AHEAD_COMMANDS, Millis, Timestamp, mix};
use rulebook::edition::Limit;
use rulebook::template::draft::Category;
use rustix::time::{ClockId, clock_gettime};
use sender::ids::{MessageKey, PersonKey, PhoneNumberId, TemplateKey, TopicKey, WabaId};
use sender::mirror::Source;
use sender::policy::Policy;
use sender::portfolio::command::{Admit, News, Observe, Outcome, Settle, TemplateNews, What};
use sender::portfolio::{Answer, Command};
use sender::{Sender, State};

const CELL: CellId = CellId(1);
const WABA: WabaId = WabaId(1);
const NUMBER: PhoneNumberId = PhoneNumberId(1);
const FIRST: u64 = 15_550_000_000;
const DECISIONS: usize = 2_000_000;
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
        sizes = vec![10_000, 100_000, 1_000_000];
    }
    println!("    people   of baseline   baseline   admitted/s   with settling   worst 64   p99.9 64");
    for people in sizes {
        let mut world = World::filled(people);
        let bare = world.run(decisions, false, World::note);
        let run = world.run(decisions, true, World::admit);
        let settled = world.run(decisions / 2, true, World::admit_and_settle);
        println!(
            "{people:>10} {:>12.2}x {:>9.2}M {:>11.2}M {:>14.2}M {:>8.3}ms {:>8.3}ms",
            run.rate / bare.rate,
            bare.rate / 1e6,
            run.rate / 1e6,
            settled.rate / 1e6,
            run.worst_ms,
            run.p999_ms,
        );
    }
}

/// Thread time in milliseconds.
fn thread_ms() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

struct World {
    state: State,
    baseline: Baseline,
    now: Timestamp,
    sequence: u64,
    people: u64,
    next: u64,
    /// Simulated microseconds between commands, so that what comes in replaces what expires.
    step_us: u64,
    carry_us: u64,
    events: Vec<sender::Event>,
}

struct Run {
    rate: f64,
    worst_ms: f64,
    p999_ms: f64,
}

impl World {
    /// Everybody was written to once within the last day.
    fn filled(people: u64) -> Self {
        let mut world = World {
            state: Sender::create(CELL),
            baseline: Baseline::default(),
            now: Timestamp::from_millis(1_790_000_000_000),
            sequence: 0,
            people,
            next: 0,
            step_us: Millis::DAY.get() * 1_000 / people.max(100_000),
            carry_us: 0,
            events: Vec::new(),
        };
        world.set_up();
        for person in 0..people {
            world.baseline.know(FIRST + person, person as u32);
            let command = world.command(person);
            world.decide(&command);
            world.baseline.send(FIRST + person, world.now);
            world.pass();
        }
        world
    }

    fn set_up(&mut self) {
        let policy = Policy {
            enforce_rates: false,
            caution: sender::policy::Caution::Off,
            silence_ms: 0,
            first_day_permille: 1_000,
            ..Policy::default()
        };
        let key = TemplateKey::of("sale", "en_US");
        let told = |news| {
            Command::Observe(Observe {
                source: Source::Poll,
                at: Timestamp::from_millis(1_790_000_000_000),
                news,
            })
        };
        for command in [
            Command::Open {
                name: "Bench".into(),
                edition: 3,
            },
            Command::AddNumber {
                waba: WABA,
                number: NUMBER,
                e164: 15_550_783_881,
                brand: 0,
            },
            Command::SetPolicy(Box::new(policy)),
            told(News::Limit {
                number: NUMBER,
                limit: Limit::People(u32::MAX - 1),
            }),
            told(News::Template {
                waba: WABA,
                key,
                fact: TemplateNews::Category(Category::Marketing),
            }),
        ] {
            self.decide(&sender::Command::Portfolio(command));
        }
    }

    /// Of ten, seven are templates, two replies, one a template with an idempotency key.
    fn command(&self, person: u64) -> sender::Command {
        let kind = mix(person ^ 99) % 10;
        let what = if (7..9).contains(&kind) {
            What::Free
        } else {
            What::Template {
                key: TemplateKey::of("sale", "en_US"),
                planned: None,
            }
        };
        sender::Command::Portfolio(Command::Admit(Admit {
            number: NUMBER,
            to: PersonKey(FIRST + person),
            what,
            text: mix(self.sequence ^ person),
            topic: TopicKey::NONE,
            key: (kind == 9).then(|| u128::from(mix(self.sequence ^ person))),
            elsewhere: false,
        }))
    }

    fn decide(&mut self, command: &sender::Command) -> sender::Answer {
        let ctx = Ctx::new(7, CELL, self.sequence, self.now);
        let mut events = core::mem::take(&mut self.events);
        let answer = Sender::decide(&self.state, command, &ctx, &mut events);
        self.sequence += events.len() as u64;
        for event in events.drain(..) {
            Sender::evolve(&mut self.state, &event, self.now);
        }
        self.events = events;
        // Nobody waits for an answer here: what is due is done.
        while Sender::next_deadline(&self.state).is_some_and(|due| due <= self.now) {
            let mut events = Vec::new();
            Sender::tick(&self.state, &ctx, &mut events);
            for event in &events {
                Sender::evolve(&mut self.state, event, self.now);
            }
        }
        answer
    }

    fn pass(&mut self) {
        self.carry_us += self.step_us;
        self.now = self.now + Millis::new(self.carry_us / 1_000);
        self.carry_us %= 1_000;
    }

    /// As the engine does before it decides.
    fn look_ahead(&self, few: &[(u64, sender::Command)]) {
        decider::look_ahead::<Sender>(few.iter().map(|(_, command)| Some((&self.state, command))));
    }

    /// Sends to people in no order, in batches; if `looks_ahead`, each is looked at beforehand.
    fn run(
        &mut self,
        decisions: usize,
        looks_ahead: bool,
        mut one: impl FnMut(&mut World, u64, &sender::Command),
    ) -> Run {
        let mut chunks = Vec::with_capacity(decisions / CHUNK + 1);
        let mut total = 0.0;
        for _ in 0..decisions / CHUNK {
            let wishes: Vec<(u64, sender::Command)> = (0..CHUNK)
                .map(|_| {
                    self.next += 1;
                    let person = mix(self.next) % self.people;
                    (person, self.command(person))
                })
                .collect();
            let begun = thread_ms();
            for few in wishes.chunks(LOOK_AHEAD_COMMANDS) {
                if looks_ahead {
                    self.look_ahead(few);
                }
                for (person, command) in few {
                    one(self, *person, command);
                    self.pass();
                }
            }
            let took = thread_ms() - begun;
            total += took;
            chunks.push(took);
        }
        chunks.sort_unstable_by(f64::total_cmp);
        Run {
            rate: (decisions / CHUNK * CHUNK) as f64 / total * 1e3,
            worst_ms: chunks.last().copied().unwrap_or_default(),
            p999_ms: chunks
                .get(chunks.len() * 999 / 1_000)
                .copied()
                .unwrap_or_default(),
        }
    }

    fn note(&mut self, person: u64, _: &sender::Command) {
        black_box(self.baseline.send(FIRST + person, self.now));
    }

    fn admit(&mut self, _: u64, command: &sender::Command) {
        black_box(self.decide(command));
    }

    fn admit_and_settle(&mut self, _: u64, command: &sender::Command) {
        let sender::Answer::Portfolio(Answer::Admitted { attempt, .. }) = self.decide(command) else {
            return;
        };
        let settle = Settle {
            attempt,
            outcome: Outcome::Accepted {
                message: MessageKey(mix(attempt.0) | 1),
                person: None,
                held: false,
            },
            answer: None,
        };
        self.decide(&sender::Command::Portfolio(Command::Settle(settle)));
    }
}
