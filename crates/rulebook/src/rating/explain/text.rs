//! An explanation in words: a few lines for a person.

use super::{Explanation, Rating};
use core::fmt::{self, Write};
use decider::Millis;

impl Explanation {
    /// The lines, each key under the name that `name` gives it.
    pub fn lines(&self, name: impl Fn(u64) -> String) -> Vec<String> {
        let mut lines = vec![self.headline(), self.belief()];
        lines.extend(self.kinds.iter().map(|kind| {
            let burst = if kind.burst { ", in a burst" } else { "" };
            format!(
                "  {} {}{burst}: {} of the harm",
                kind.count,
                kind.kind.label(),
                percent(kind.share)
            )
        }));
        lines.extend(self.keys.iter().map(|key| {
            format!(
                "  {}: {} delivered, {} of the harm",
                name(key.key),
                key.deliveries,
                percent(key.share)
            )
        }));
        lines.extend(self.days.iter().map(|day| {
            let when = if day.days_ago == 0 {
                "last 24 h".to_owned()
            } else {
                format!("{} d ago", day.days_ago)
            };
            let share = percent(day.share);
            format!(
                "  {when}: {} delivered, {} signals, {share} of the harm",
                day.deliveries, day.signals
            )
        }));
        lines.extend(self.prospects());
        lines
    }

    fn headline(&self) -> String {
        let mut text = format!(
            "{} for {}",
            self.standing.rating.label(),
            span(self.now.since(self.standing.since))
        );
        if let Some(reason) = self.standing.hold {
            let _ = write!(text, ", whatever the feedback, because of: {}", reason.label());
        }
        text
    }

    fn belief(&self) -> String {
        let mean = percent(self.assessment.mean());
        let mut text = format!(
            "{} delivered in {}; expected harm {mean} a message",
            self.assessment.deliveries,
            span(self.window)
        );
        for (rating, ppm, over) in &self.thresholds {
            let threshold = percent(f64::from(*ppm) * 1e-6);
            let _ = write!(
                text,
                "; {} over {threshold}: {} likely",
                rating.label(),
                percent(*over)
            );
        }
        text
    }

    fn prospects(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(missing) = self.outlook.known_after {
            lines.push(format!("known after {missing} more deliveries"));
        }
        if let Some((at, rating)) = self.outlook.better {
            lines.push(format!(
                "{} in {} if sending stops and nobody complains",
                rating.label(),
                span(at.since(self.now))
            ));
        } else if self.standing.hold.is_some() {
            lines.push("no better before the reason is removed".to_owned());
        }
        if let Some((blocks, rating)) = self.outlook.worse {
            lines.push(format!(
                "{} with {blocks} more blocks on messages of this hour",
                rating.label()
            ));
        } else if self.standing.rating != Rating::Red {
            lines.push("not worse with any number of blocks".to_owned());
        }
        lines
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines(|key| format!("key {key}")).join("\n"))
    }
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn span(span: Millis) -> String {
    let minutes = span.get() / Millis::MINUTE.get();
    match (minutes / 1_440, minutes % 1_440 / 60, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}
