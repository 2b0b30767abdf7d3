//! The window under load: decisions a second on one core, bytes a pair, and the longest 64 decisions in a row.
//!
//! A decision is what a send outside the service window asks of the window: is the person in use, is there room, and
//! then the note. Every pair is new, and for each one that comes another leaves the 7 days: the dearest case.
//! The baseline of the same run is the least that any exact window must do: one growing hash map and a queue, for
//! one span, without failures, tiers or merges.
//! `cargo bench -p rulebook --bench window`; without `--bench` only the smallest size runs, as a test.

use std::collections::VecDeque;
use std::time::Instant;

use decider::{Millis, Timestamp};
use foldhash::fast::FixedState;
use rulebook::window::{Counting, Window};

const START: u64 = 1_700_000_000_000;
const DAY: u64 = 86_400_000;
const CHUNK: u64 = 64;

fn main() {
    let full = std::env::args().any(|arg| arg == "--bench");
    let sizes: &[(u64, u64)] = match full {
        true => &[
            (1, 10_000),
            (1, 1_000_000),
            (1, 10_000_000),
            (1_000, 1_000_000),
            (1_000, 10_000_000),
        ],
        false => &[(1, 10_000)],
    };
    let mut report = String::from(
        "what     scopes  live pairs   ns each   M decisions/s   bytes a pair   64: p99.9 us   max us   a day later\n",
    );
    for &(windows, pairs) in sizes {
        let decisions = if full { 2_000_000 } else { 10_000 };
        report.push_str(&measure::<Baseline>("baseline", windows, pairs, decisions));
        report.push_str(&measure::<Window>("window", windows, pairs, decisions));
    }
    report.push_str(&same_person_daily(if full { 1_000_000 } else { 10_000 }));
    std::io::Write::write_all(&mut std::io::stdout(), report.as_bytes()).expect("standard output is open");
}

/// What is measured: one scope.
trait Scope {
    fn new() -> Self;
    fn decide(&mut self, person: u32, now: u64);
    fn heap_bytes(&self) -> usize;
}

impl Scope for Window {
    fn new() -> Self {
        Window::new(Millis::DAY, Millis::days(7))
    }

    fn decide(&mut self, person: u32, now: u64) {
        let now = Timestamp::from_millis(START + now);
        if self.in_use(person, now, Counting::Accepted) || self.used(now, Counting::Accepted) < 100_000_000 {
            self.note(person, now);
        }
    }

    fn heap_bytes(&self) -> usize {
        Window::heap_bytes(self)
    }
}

/// The last stamp of each person, and a queue of stamps.
struct Baseline {
    last: hashbrown::HashMap<u32, u32, FixedState>,
    queue: VecDeque<(u32, u32)>,
}

impl Scope for Baseline {
    fn new() -> Self {
        Baseline {
            last: hashbrown::HashMap::with_hasher(FixedState::with_seed(1)),
            queue: VecDeque::new(),
        }
    }

    fn decide(&mut self, person: u32, now: u64) {
        let now = now as u32;
        if self.last.contains_key(&person) || self.last.len() < 100_000_000 {
            self.last.insert(person, now);
            self.queue.push_back((person, now));
        }
        while let Some(&(person, stamp)) = self.queue.front() {
            if u64::from(stamp) + 7 * DAY > u64::from(now) {
                break;
            }
            if self.last.get(&person) == Some(&stamp) {
                self.last.remove(&person);
            }
            self.queue.pop_front();
        }
    }

    fn heap_bytes(&self) -> usize {
        self.last.allocation_size() + self.queue.capacity() * 8
    }
}

/// The load: decision `i` in the order of time.
struct Load<S> {
    scopes: Vec<S>,
    pairs: u64,
    next: u64,
    /// Milliseconds by which time jumped.
    jumped: u64,
}

impl<S: Scope> Load<S> {
    fn decide(&mut self) {
        let count = self.scopes.len() as u64;
        let index = self.next;
        self.next += 1;
        // A full period over 2^25 people spreads them as strangers to the cache.
        let person = ((index / count).wrapping_mul(0x9e37_79b1) & 0x1ff_ffff) as u32;
        let now = self.jumped + index * 7 * DAY / self.pairs;
        self.scopes[(index % count) as usize].decide(person, now);
    }

    /// Runs `decisions` in chunks; gives the nanoseconds of each chunk.
    #[expect(clippy::disallowed_methods, reason = "this measures")]
    fn run(&mut self, decisions: u64) -> Vec<u64> {
        let mut chunks = Vec::with_capacity((decisions / CHUNK) as usize + 1);
        for _ in 0..decisions / CHUNK {
            let before = Instant::now();
            for _ in 0..CHUNK {
                self.decide();
            }
            chunks.push(before.elapsed().as_nanos() as u64);
        }
        chunks
    }
}

fn measure<S: Scope>(name: &str, scopes: u64, pairs: u64, decisions: u64) -> String {
    let fresh: Vec<S> = (0..scopes).map(|_| S::new()).collect();
    let mut load = Load {
        scopes: fresh,
        pairs,
        next: 0,
        jumped: 0,
    };
    let filling = load.run(pairs);
    let bytes: usize = load.scopes.iter().map(S::heap_bytes).sum();
    let mut steady = load.run(decisions);
    load.jumped = DAY;
    let jump = load.run(decisions.min(1_000_000));
    let worst = filling.iter().chain(&steady).max().copied().unwrap_or(0) as f64 / 1e3;
    let after_jump = jump.iter().max().copied().unwrap_or(0) as f64 / 1e3;
    steady.sort_unstable();
    let at = |share: f64| steady[((steady.len() - 1) as f64 * share) as usize] as f64;
    // The median is what a decision costs; the mean has the other programs of the machine in it.
    let each = at(0.5) / CHUNK as f64;
    format!(
        "{name:<8} {scopes:>6} {pairs:>10} {each:>9.0} {:>15.1} {:>14.1} {:>12.0} {worst:>8.0} {after_jump:>12.0}\n",
        1e3 / each,
        bytes as f64 / pairs as f64,
        at(0.999) / 1e3,
    )
}

/// A pair costs more when the same person is written to again and again: each message is an entry.
fn same_person_daily(people: u64) -> String {
    let mut window = <Window as Scope>::new();
    for day in 0..7 {
        for person in 0..people {
            window.note(
                person as u32,
                Timestamp::from_millis(START + day * DAY + person * DAY / people),
            );
        }
    }
    let bytes = Scope::heap_bytes(&window) as f64 / people as f64;
    format!("{people} people written to once a day for 7 days: {bytes:.1} bytes a pair\n")
}
