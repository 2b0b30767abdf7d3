//! The Manager in a real browser: every page on a telephone and on a desk, by keyboard, live, and without JavaScript.
//!
//! `cargo xtask test browser`, or `cargo test -p server --test browser -- --driver /usr/bin/chromedriver`; without
//! `--driver` nothing is tested. Screenshots of all pages are left under `target/browser/`.

#![expect(clippy::print_stdout, reason = "a test program tells how it ended")]

mod browser;
mod checks;
mod sandbox;
#[path = "../manager/story.rs"]
mod story;

use std::path::PathBuf;
use std::process::ExitCode;

use browser::{Browser, Driver};
use sandbox::Sandbox;

/// Widths of a telephone and of a desk, in pixels.
const WIDTHS: [u32; 2] = [360, 1_280];

fn main() -> ExitCode {
    let mut args = std::env::args();
    let driver = args.find(|arg| arg == "--driver").and_then(|_| args.next());
    let Some(driver) = driver else {
        println!("test result: ok. 0 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");
        return ExitCode::SUCCESS;
    };
    // Plain HTTP only, but the client wants to know who would do the rest. An error says that somebody chose before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let found = match runtime {
        Ok(runtime) => runtime.block_on(run(&driver)),
        Err(error) => vec![("runtime".to_owned(), Err(error.to_string()))],
    };
    let failed = found.iter().filter(|(_, outcome)| outcome.is_err()).count();
    for (name, outcome) in &found {
        match outcome {
            Ok(()) => println!("test {name} ... ok"),
            Err(problem) => println!("test {name} ... FAILED\n    {problem}"),
        }
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    let passed = found.len() - failed;
    println!("test result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A test and how it ended.
type Outcome = (String, Result<(), String>);

async fn run(driver: &str) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    if let Err(problem) = run_all(driver, &mut outcomes).await {
        outcomes.push(("browser".to_owned(), Err(problem)));
    }
    outcomes
}

async fn run_all(driver: &str, outcomes: &mut Vec<Outcome>) -> Result<(), String> {
    let sandbox = Sandbox::start().await?;
    let driver = Driver::start(driver).await?;
    let browser = driver.browser().await?;
    let pictures = pictures()?;
    for (name, path) in sandbox.pages().await? {
        let address = format!("{}{path}", sandbox.base);
        for width in WIDTHS {
            let checked = checks::fits(&browser, &address, width).await;
            outcomes.push((format!("{name}_fits_{width}"), checked));
            let file = pictures.join(format!("{name}-{width}.png"));
            browser.picture(&file).await?;
        }
        let reached = checks::keyboard(&browser, &address).await;
        outcomes.push((format!("{name}_by_keyboard"), reached));
    }
    dark(&browser, &sandbox, &pictures).await?;
    outcomes.push(("live".to_owned(), checks::live(&browser, &sandbox).await));
    let plain = checks::without_javascript(&browser, &sandbox).await;
    outcomes.push(("without_javascript".to_owned(), plain));
    browser.close().await?;
    Ok(())
}

async fn dark(browser: &Browser, sandbox: &Sandbox, pictures: &std::path::Path) -> Result<(), String> {
    browser.dark(true).await?;
    browser
        .open(
            &format!("{}/manager/numbers/{}", sandbox.base, sandbox.told.flagged),
            WIDTHS[1],
        )
        .await?;
    browser.picture(&pictures.join("dark.png")).await?;
    browser.dark(false).await
}

/// Where the screenshots go: a new folder beside what cargo builds.
fn pictures() -> Result<PathBuf, String> {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("browser");
    if dir.exists() {
        std::fs::remove_dir_all(&dir).map_err(|error| error.to_string())?;
    }
    std::fs::create_dir_all(&dir).map_err(|error| error.to_string())?;
    Ok(dir)
}
