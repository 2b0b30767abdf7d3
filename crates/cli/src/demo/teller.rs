//! How the story is told: one line an outcome, with simulated time, what, and why.
//!
//! Colours only on a terminal; without them the marks say the same. JSON lines for programs.

use std::fmt::Display;
use std::net::SocketAddr;

use anstyle::{AnsiColor, Style};
use serde_json::json;

/// Tells, and remembers whether every outcome was the expected one.
pub(crate) struct Teller {
    json: bool,
    outcomes: u32,
    unexpected: u32,
}

const TIME: Style = Style::new().dimmed();
const CHAPTER: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const WHY: Style = Style::new().italic();

impl Teller {
    pub(crate) fn new(json: bool) -> Self {
        Teller {
            json,
            outcomes: 0,
            unexpected: 0,
        }
    }

    /// A new chapter.
    pub(crate) fn chapter(&mut self, title: &str) {
        if self.json {
            print(&json!({"chapter": title}));
        } else {
            print(&format_args!("\n{CHAPTER}{title}{CHAPTER:#}"));
        }
    }

    /// An outcome: what was seen, whether it was the expected one, and why it came to be.
    pub(crate) fn outcome<T: PartialEq + Display>(
        &mut self,
        at_ms: i64,
        what: &str,
        seen: &T,
        wanted: &T,
        why: &str,
    ) {
        self.outcomes += 1;
        let expected = seen == wanted;
        self.unexpected += u32::from(!expected);
        let time = clock_text(at_ms);
        if self.json {
            let line = json!({"time": time, "what": what, "seen": seen.to_string(), "why": why,
                "expected": expected, "wanted": wanted.to_string()});
            return print(&line);
        }
        let (mark, style) = if expected { ("ok", GOOD) } else { ("!!", BAD) };
        let wanted = if expected {
            String::new()
        } else {
            format!(" (expected {wanted})")
        };
        print(&format_args!(
            "{TIME}{time}{TIME:#}  {style}{mark}{style:#}  {what}: {style}{seen}{style:#}{wanted}"
        ));
        if !why.is_empty() {
            print(&format_args!("{:24}{WHY}{why}{WHY:#}", ""));
        }
    }

    /// Whether there were outcomes, and all of them expected.
    pub(crate) fn all_expected(&self) -> bool {
        self.outcomes > 0 && self.unexpected == 0
    }

    /// The last lines.
    pub(crate) fn end(&self, address: SocketAddr, stay: bool) {
        let (outcomes, unexpected) = (self.outcomes, self.unexpected);
        if self.json {
            print(
                &json!({"outcomes": outcomes, "unexpected": unexpected, "base_url": format!("http://{address}")}),
            );
            return;
        }
        print(&format_args!("\n{outcomes} outcomes, {unexpected} unexpected"));
        if stay {
            print(&format_args!(
                "The sandbox stays: http://{address}/sandbox/v1/events?news=true shows what happened and why.\n\
                 Stop it with Ctrl-C."
            ));
        }
    }
}

fn print(line: &dyn Display) {
    anstream::println!("{line}");
}

/// Simulated time as people read it: `Mon 02 Mar 09:00:00`.
pub(crate) fn clock_text(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms)
        .map(|at| at.strftime("%a %d %b %H:%M:%S").to_string())
        .unwrap_or_else(|_| at_ms.to_string())
}
