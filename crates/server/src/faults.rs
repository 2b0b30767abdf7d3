//! Faults on purpose: rules that make calls of the Graph API or webhooks go wrong, counted so that the same calls in the
//! same order meet the same faults.
//!
//! Rules live with the process: they are no part of the history, and gone after a restart or a fresh start.
//! Promises: where there is no rule, nothing is paid but a look at a flag. Must not know: HTTP, deliveries.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cloud_api::route::split_version;
use decider::mix;
use platform::pattern::Pattern;

/// A million.
const WHOLE: u64 = 1_000_000;
/// What overtakes a reordered webhook comes within so long.
const REORDER: Duration = Duration::from_secs(1);

/// What a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Calls of the Graph API: of a method, to a path without its version and leading slash; `None` for any.
    Calls {
        /// In capitals.
        method: Option<String>,
        /// Such as `*/messages`.
        path: Option<Pattern>,
    },
    /// Webhooks of a field; `None` for any.
    Webhooks {
        /// Such as `messages` or `template_*`.
        field: Option<Pattern>,
    },
}

/// Which of those that a rule is about it makes go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Each.
    Always,
    /// The first so many.
    Next(u64),
    /// Each so-manieth.
    Every(u64),
    /// Drawn for each.
    AtRandom {
        /// In millionths.
        ppm: u32,
        /// The draws derive from it.
        seed: u64,
    },
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A call is answered with this Graph error code, and does nothing.
    Error(u32),
    /// A call's token is said to have expired.
    ExpiredToken,
    /// A call is answered later, by real time.
    Latency(Duration),
    /// A call does what it should, and is not answered for so long; then with a gateway's time-out.
    TimeOut(Duration),
    /// A webhook is never posted.
    Lose,
    /// A webhook is posted later, by real time; those behind it overtake it.
    Late(Duration),
    /// A webhook is posted so many times more.
    Duplicate(u32),
    /// A webhook changes places with those behind it.
    Reorder,
}

impl Fault {
    /// Whether it happens to calls, rather than to webhooks.
    pub fn is_of_calls(self) -> bool {
        matches!(
            self,
            Fault::Error(_) | Fault::ExpiredToken | Fault::Latency(_) | Fault::TimeOut(_)
        )
    }
}

/// A rule and how often it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Counted from 1.
    pub id: u64,
    /// What it is about.
    pub about: About,
    /// Which of them.
    pub when: When,
    /// What goes wrong.
    pub fault: Fault,
    /// So many calls or webhooks it was about.
    pub seen: u64,
    /// So many of them went wrong.
    pub fired: u64,
}

impl Rule {
    /// One more that the rule is about: does it go wrong?
    fn fires(&mut self) -> bool {
        self.seen += 1;
        let fires = match self.when {
            When::Always => true,
            When::Next(count) => self.fired < count,
            When::Every(count) => count > 0 && self.seen.is_multiple_of(count),
            When::AtRandom { ppm, seed } => {
                let draw = u128::from(mix(mix(seed) ^ self.seen)) * u128::from(WHOLE);
                ((draw >> 64) as u64) < u64::from(ppm)
            }
        };
        self.fired += u64::from(fires);
        fires
    }
}

/// What happens to one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallFaults {
    /// Before anything else.
    pub(crate) latency: Duration,
    /// Instead of doing anything.
    pub(crate) error: Option<Broken>,
    /// Instead of an answer, after this.
    pub(crate) time_out: Option<Duration>,
}

/// How a call is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Code(u32),
    ExpiredToken,
}

/// What happens to one webhook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct HookFaults {
    pub(crate) lost: bool,
    pub(crate) late: Duration,
    pub(crate) copies: u32,
}

/// The rules in force. Clones are handles to the same ones.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    any: AtomicBool,
    rules: Mutex<Rules>,
}

#[derive(Debug, Default)]
struct Rules {
    given: u64,
    list: Vec<Rule>,
}

impl Faults {
    /// Adds a rule and gives its id.
    pub fn add(&self, about: About, when: When, fault: Fault) -> u64 {
        let mut rules = self.rules();
        rules.given += 1;
        let id = rules.given;
        rules.list.push(Rule {
            id,
            about,
            when,
            fault,
            seen: 0,
            fired: 0,
        });
        self.0.any.store(true, Ordering::Release);
        id
    }

    /// Takes a rule away; `false` if there is none of this id.
    pub fn remove(&self, id: u64) -> bool {
        let mut rules = self.rules();
        let before = rules.list.len();
        rules.list.retain(|rule| rule.id != id);
        self.0.any.store(!rules.list.is_empty(), Ordering::Release);
        rules.list.len() < before
    }

    /// Takes all rules away; says how many there were.
    pub fn clear(&self) -> usize {
        let mut rules = self.rules();
        self.0.any.store(false, Ordering::Release);
        std::mem::take(&mut rules.list).len()
    }

    /// The rules, in the order in which they were added.
    pub fn list(&self) -> Vec<Rule> {
        self.rules().list.clone()
    }

    /// What goes wrong with this call. The first rule that refuses it, or lets it time out, counts; latencies add up.
    pub(crate) fn of_call(&self, method: &str, path: &str) -> CallFaults {
        let mut faults = CallFaults::default();
        let path = split_version(path).1.trim_matches('/');
        let is_about = |about: &About| match about {
            About::Calls {
                method: wanted,
                path: pattern,
            } => {
                wanted.as_deref().is_none_or(|wanted| wanted == method)
                    && pattern.as_ref().is_none_or(|pattern| pattern.fits(path))
            }
            About::Webhooks { .. } => false,
        };
        self.each(is_about, |fault| match fault {
            Fault::Error(code) => faults.error = faults.error.or(Some(Broken::Code(code))),
            Fault::ExpiredToken => faults.error = faults.error.or(Some(Broken::ExpiredToken)),
            Fault::Latency(span) => faults.latency += span,
            Fault::TimeOut(span) => faults.time_out = faults.time_out.or(Some(span)),
            Fault::Lose | Fault::Late(_) | Fault::Duplicate(_) | Fault::Reorder => {}
        });
        faults
    }

    /// What goes wrong with this webhook.
    pub(crate) fn of_webhook(&self, field: &str) -> HookFaults {
        let mut faults = HookFaults::default();
        let is_about = |about: &About| match about {
            About::Webhooks { field: pattern } => pattern.as_ref().is_none_or(|pattern| pattern.fits(field)),
            About::Calls { .. } => false,
        };
        self.each(is_about, |fault| match fault {
            Fault::Lose => faults.lost = true,
            Fault::Late(span) => faults.late += span,
            Fault::Reorder => faults.late += REORDER,
            Fault::Duplicate(copies) => faults.copies += copies,
            Fault::Error(_) | Fault::ExpiredToken | Fault::Latency(_) | Fault::TimeOut(_) => {}
        });
        faults
    }

    fn each(&self, is_about: impl Fn(&About) -> bool, mut apply: impl FnMut(Fault)) {
        if !self.0.any.load(Ordering::Acquire) {
            return;
        }
        for rule in &mut self.rules().list {
            if is_about(&rule.about) && rule.fires() {
                apply(rule.fault);
            }
        }
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.0.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Option<Pattern> {
        Pattern::new(text)
    }

    /// Which of twelve calls go wrong, by their number.
    fn check(when: When) -> Vec<usize> {
        let faults = Faults::default();
        let (method, path) = (None, pattern("*/messages"));
        faults.add(About::Calls { method, path }, when, Fault::Error(4));
        let broken = |_: &usize| faults.of_call("POST", "/v25.0/1/messages").error.is_some();
        (1..=12).filter(broken).collect()
    }

    #[test]
    fn when_is_counted() {
        assert_eq!(check(When::Always), (1..=12).collect::<Vec<_>>());
        assert_eq!(check(When::Next(2)), [1, 2]);
        assert_eq!(check(When::Every(5)), [5, 10]);
        let drawn = check(When::AtRandom {
            ppm: 400_000,
            seed: 7,
        });
        assert_eq!(
            drawn,
            check(When::AtRandom {
                ppm: 400_000,
                seed: 7
            })
        );
        assert_ne!(
            drawn,
            check(When::AtRandom {
                ppm: 400_000,
                seed: 8
            })
        );
        assert!((2..=9).contains(&drawn.len()), "{drawn:?}");
        assert!(check(When::AtRandom { ppm: 0, seed: 7 }).is_empty());
    }

    #[test]
    fn a_rule_is_about_what_it_says() {
        let faults = Faults::default();
        let post = Some("POST".to_owned());
        let calls = |method, path| About::Calls { method, path };
        faults.add(
            calls(post, pattern("*/messages")),
            When::Always,
            Fault::ExpiredToken,
        );
        faults.add(
            calls(None, None),
            When::Always,
            Fault::Latency(Duration::from_millis(5)),
        );
        let field = pattern("template_*");
        faults.add(About::Webhooks { field }, When::Always, Fault::Duplicate(2));
        for (method, path, expired) in [
            ("POST", "/v25.0/1/messages", true),
            ("POST", "/1/messages/", true),
            ("GET", "/1/messages", false),
            ("POST", "/1/media", false),
        ] {
            let found = faults.of_call(method, path);
            let error = expired.then_some(Broken::ExpiredToken);
            assert_eq!(
                (found.error, found.latency.as_millis()),
                (error, 5),
                "{method} {path}"
            );
        }
        let copies = |field: &str| faults.of_webhook(field).copies;
        assert_eq!((copies("template_category_update"), copies("messages")), (2, 0));
        assert!(faults.remove(2) && !faults.remove(2));
        assert_eq!(
            (faults.list().len(), faults.clear(), faults.list().len()),
            (2, 2, 0)
        );
        assert_eq!(faults.of_call("POST", "/1/messages"), CallFaults::default());
    }
}
