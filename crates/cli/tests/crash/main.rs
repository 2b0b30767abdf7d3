//! Kills the sandbox with SIGKILL at random moments under load, again and again, and looks at what is left: everything
//! acknowledged is there, nothing is there twice, the state equals the replay. While it lives it must be ready. Then the
//! same with the gateway ([`gateway`]).
//!
//! `cargo test -p cli --test crash -- [--kills N] [--binary PATH] [--seed N]`; without `--kills` three times.

#![expect(clippy::print_stdout, reason = "a test program tells how it ended")]

mod child;
mod evidence;
mod gateway;
mod load;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use decider::mix;

use child::Child;
use evidence::Evidence;
use load::Load;

pub(crate) struct Options {
    kills: u64,
    binary: String,
    seed: u64,
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(problem) => {
            println!("{problem}");
            return ExitCode::from(2);
        }
    };
    // Plain HTTP only, but the client wants to know who would do the rest.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let stories = runtime.block_on(async {
        [
            ("nothing_acknowledged_is_lost_or_doubled", run(&options).await),
            ("crash_anywhere_sends_at_most_once", in_front(&options).await),
        ]
    });
    let failed = stories.iter().filter(|(_, told)| told.is_err()).count();
    for (name, told) in &stories {
        match told {
            Ok(told) => println!("test {name} ... ok\n{told}"),
            Err(problem) => println!("test {name} ... FAILED\n{problem} (seed {})", options.seed),
        }
    }
    let (word, passed) = (if failed == 0 { "ok" } else { "FAILED" }, stories.len() - failed);
    println!("test result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out");
    ExitCode::from(u8::from(failed > 0))
}

async fn in_front(options: &Options) -> Result<String, String> {
    let dir = tempfile::tempdir().map_err(|error| error.to_string())?;
    gateway::crash_anywhere_sends_at_most_once(options, dir.path()).await
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        kills: 3,
        binary: env!("CARGO_BIN_EXE_goodstanding").to_owned(),
        seed: 20_261_122,
    };
    let mut args = std::env::args().skip(1);
    while let Some(flag) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{flag} needs a value"));
        let number = |text: String| text.parse().map_err(|_| format!("{text} is not a number"));
        match flag.as_str() {
            "--kills" => options.kills = number(value()?)?,
            "--seed" => options.seed = number(value()?)?,
            "--binary" => options.binary = value()?,
            // What `cargo test` hands to every test program.
            _ => {}
        }
    }
    Ok(options)
}

async fn run(options: &Options) -> Result<String, String> {
    let dir = tempfile::tempdir().map_err(|error| error.to_string())?;
    let data = dir.path().join("data");
    let load = Load::default();
    let mut accepted = 0;
    for round in 0..options.kills {
        let mut child = Child::start(&options.binary, dir.path(), &data).await?;
        let kill_after = Duration::from_millis(5 + mix(options.seed ^ round) % 250);
        load.run_until(&child, kill_after).await;
        child.kill()?;
        load.was_ready()
            .map_err(|problem| format!("before kill {round}: {problem}"))?;
        let read = data.clone();
        // Reading an engine blocks: not on the thread of the runtime.
        let found = tokio::task::spawn_blocking(move || Evidence::read(&read))
            .await
            .map_err(|error| error.to_string())?
            .map_err(|problem| format!("after kill {round}: {problem}"))?;
        found
            .check(&load)
            .map_err(|problem| format!("after kill {round}: {problem}"))?;
        accepted = found.accepted();
    }
    if load.acknowledged() == 0 {
        return Err("no send was acknowledged: the load did not reach the sandbox".into());
    }
    Ok(format!(
        "{} kills, {} sends begun, {} acknowledged, {accepted} in the ledger; none lost, none twice, state equals replay",
        options.kills,
        load.begun(),
        load.acknowledged(),
    ))
}

/// How long anything may take that is not load.
const PATIENCE: Duration = Duration::from_secs(60);

#[expect(clippy::disallowed_methods, reason = "waits for a real process")]
fn now() -> Instant {
    Instant::now()
}
