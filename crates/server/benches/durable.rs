//! Durable decisions: `platform` through the engine into a data directory, with 1, 64 and 4,096 callers waiting.
//!
//! The baseline of the same run, taken right after the load with 64 callers: as many bytes as one of its commits had,
//! appended to a file whose blocks are there already, each append followed by `fdatasync`. Then the ledger is read
//! back into state, and the bytes of an event are counted.
//! The callers are one thread: each has one command under way, and sends the next when it has the answer.
//!
//! `cargo bench -p server --bench durable [-- SECONDS]`; the directory is made where temporary files are.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

#[path = "durable/callers.rs"]
mod callers;
#[path = "durable/counted.rs"]
mod counted;
#[path = "durable/world.rs"]
mod world;

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{Clock, Config, Engine, HistoryRange, replay};
use ledger::segments::{Options, SegmentLedger};
use ledger::{Ledger, LedgerReader};
use platform::Platform;

use callers::{Load, load};
use counted::{Counted, Counts};
use world::{NUMBERS, PORTFOLIOS};

const CALLERS: [usize; 3] = [1, 64, 4_096];
const RAW_FILE_BYTES: usize = 64 << 20;
const RAW_APPENDS: usize = 4_000;

fn main() {
    let seconds = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(4);
    let dir = tempfile::tempdir().expect("there is room for temporary files");
    let counts = Arc::new(Counts::default());
    let engine = open(dir.path(), &counts);
    world::fill(&engine);
    let mut rows = Vec::new();
    for callers in CALLERS {
        load(&engine, callers, Duration::from_millis(500));
        let row = Row::measure(
            &engine,
            &counts,
            callers,
            Duration::from_secs(seconds),
            dir.path(),
        );
        rows.push(row);
    }
    let events = engine
        .history(HistoryRange::default())
        .expect("the ledger is sound")
        .count();
    engine.shutdown();
    drop(engine);
    print(&rows);
    println!();
    read_back(dir.path(), &counts, events);
}

fn open(dir: &Path, counts: &Arc<Counts>) -> Engine<Platform> {
    let ledger = SegmentLedger::open(dir, Options::default()).expect("a new directory opens");
    let ledger = Counted::new(ledger, Arc::clone(counts));
    let config = Config {
        snapshot_on_shutdown: false,
        ..Config::default()
    };
    Engine::open(Box::new(ledger), Clock::system(), config).expect("an empty ledger opens")
}

struct Row {
    callers: usize,
    load: Load,
    commits: u64,
    commit_bytes: u64,
    /// The median append of as many bytes, right after.
    raw: Duration,
}

impl Row {
    fn measure(
        engine: &Engine<Platform>,
        counts: &Counts,
        callers: usize,
        span: Duration,
        dir: &Path,
    ) -> Row {
        let before = counts.get();
        let load = load(engine, callers, span);
        let after = counts.get();
        let commits = after.commits - before.commits;
        let commit_bytes = (after.bytes - before.bytes) / commits.max(1);
        Row {
            callers,
            load,
            commits,
            commit_bytes,
            raw: raw_append(dir, commit_bytes as usize),
        }
    }
}

/// The median time of an append of `bytes` with `fdatasync`.
fn raw_append(dir: &Path, bytes: usize) -> Duration {
    let path = dir.join("raw");
    let file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .read(true)
        .write(true)
        .open(&path);
    let file = file.expect("there is room for a file");
    let zeros = vec![0; 1 << 20];
    for at in (0..RAW_FILE_BYTES).step_by(zeros.len()) {
        file.write_all_at(&zeros, at as u64)
            .expect("there is room for a file");
    }
    file.sync_all().expect("the disk works");
    let block = vec![0xa5; bytes];
    let mut times = Vec::with_capacity(RAW_APPENDS);
    let mut at = 0;
    while times.len() < RAW_APPENDS && at + bytes <= RAW_FILE_BYTES {
        let begun = Instant::now();
        file.write_all_at(&block, at as u64)
            .expect("there is room for a file");
        file.sync_data().expect("the disk works");
        times.push(begun.elapsed());
        at += bytes;
    }
    std::fs::remove_file(path).expect("the file is ours");
    times.sort_unstable();
    times[times.len() / 2]
}

fn print(rows: &[Row]) {
    println!("{NUMBERS} numbers in {PORTFOLIOS} portfolios");
    println!(
        "callers   p50 of raw   raw p50   decisions/s    p50 us    p99 us   a commit: decisions     bytes   accepted"
    );
    for row in rows {
        let Load {
            answers,
            accepted,
            span,
            p50,
            p99,
        } = row.load;
        println!(
            "{:>7} {:>11.2}x {:>6.0} us {:>12.0} {:>10.0} {:>9.0} {:>22.1} {:>9} {:>8.0} %",
            row.callers,
            p50.as_secs_f64() / row.raw.as_secs_f64(),
            micros(row.raw),
            answers as f64 / span.as_secs_f64(),
            micros(p50),
            micros(p99),
            answers as f64 / row.commits as f64,
            row.commit_bytes,
            accepted as f64 / answers as f64 * 100.0,
        );
    }
}

fn read_back(dir: &Path, counts: &Counts, events: usize) {
    let begun = Instant::now();
    let ledger = SegmentLedger::open(dir, Options::default()).expect("the directory is sound");
    let opened = begun.elapsed();
    let reader: Arc<dyn LedgerReader> = ledger.reader();
    let bytes = counts.get().bytes;
    // Once to have the files in memory, then the one that counts.
    let mut span = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        replay::<Platform>(reader.as_ref()).expect("the ledger is sound");
        span = span.min(begun.elapsed());
    }
    let every = events as f64;
    println!(
        "replay into state {:.2}M events/s ({events} events in {:.2} s, best of 3); the directory opens in {:.2} s; {:.1} bytes on disk an event",
        every / span.as_secs_f64() / 1e6,
        span.as_secs_f64(),
        opened.as_secs_f64(),
        bytes as f64 / every,
    );
}

fn micros(span: Duration) -> f64 {
    span.as_secs_f64() * 1e6
}
