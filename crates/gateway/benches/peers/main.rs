//! The gateway beside what one would put in its place, each in a process of its own and in the same run: nginx as a plain
//! reverse proxy ([`proxied`]), Redis and PostgreSQL for the decision ([`shared`]); and how many decisions a second it makes
//! durable ([`admissions`]). `cargo xtask setup peers` installs the others.
//!
//! `cargo bench -p gateway --bench peers -- proxied|admissions|shared [SECONDS [RUNS]]`

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

mod admissions;
mod admit;
mod child;
mod load;
mod postgres;
mod proxied;
mod redis;
mod seat;
mod shared;
mod upstream;

use std::path::Path;
use std::time::Duration;

/// As the program itself has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        ["serve", "upstream", _] => return upstream::serve(),
        ["serve", "gateway", upstream, kept, edition, dir] => {
            return seat::serve(upstream, kept, edition, Path::new(dir));
        }
        _ => {}
    }
    let mut numbers = words.iter().filter_map(|word| word.parse().ok());
    let (seconds, runs) = (numbers.next().unwrap_or(5), numbers.next().unwrap_or(3));
    let span = Duration::from_secs(seconds);
    // Whatever else the machine does is not to be measured; only root may ask for that.
    let _ = rustix::process::nice(-15);
    for (name, measure) in [
        ("proxied", proxied::measure as fn(Duration, u64)),
        ("admissions", admissions::measure),
        ("shared", shared::measure),
    ] {
        let named = |word: &&str| ["proxied", "admissions", "shared"].contains(word);
        if words.contains(&name) || !words.iter().any(named) {
            println!("\n== {name}");
            // On a thread of its own: what it says of cores ends with it.
            std::thread::scope(|scope| scope.spawn(|| measure(span, runs)).join())
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    }
}
