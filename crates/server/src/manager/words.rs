//! What stands on the screen: times, spans, counts, ratings and statuses as people read them.
//!
//! Promises: the platform's own words where it has any. Must not know: where the values come from.

use decider::{Millis, Timestamp};
use jiff::Timestamp as Instant;
use rulebook::rating::{BlockReason, Rating};
use rulebook::status::Status;
use rulebook::template::lifecycle::TemplateStatus;

use crate::v1::iso;

/// An instant, for a `<time>` element.
pub(super) struct When {
    /// For machines.
    pub(super) iso: String,
    /// For people, in UTC.
    pub(super) text: String,
}

impl When {
    /// As it is written.
    pub(super) fn plain(text: String) -> Self {
        When {
            iso: text.clone(),
            text,
        }
    }
}

/// To the second.
pub(super) fn when(at: Timestamp) -> When {
    When {
        iso: iso(at),
        text: formatted(at, "%-d %b %Y, %H:%M:%S"),
    }
}

/// Its day.
pub(super) fn day(at: Timestamp) -> String {
    formatted(at, "%-d %b")
}

fn formatted(at: Timestamp, format: &str) -> String {
    let millis = i64::try_from(at.millis()).unwrap_or(i64::MAX);
    Instant::from_millisecond(millis).map_or_else(|_| iso(at), |at| at.strftime(format).to_string())
}

/// The same of an instant as the control API writes it; `None` if it is none.
pub(super) fn when_read(iso: &str) -> Option<When> {
    let at: Instant = iso.parse().ok()?;
    let millis = u64::try_from(at.as_millisecond()).ok()?;
    Some(when(Timestamp::from_millis(millis)))
}

/// A sentence of the control API, its instants as people write them.
pub(super) fn sentence(text: &str) -> String {
    let word = |word: &str| {
        let (bare, end) = word.strip_suffix('.').map_or((word, ""), |bare| (bare, "."));
        when_read(bare).map_or_else(|| word.to_owned(), |at| format!("{}{end}", at.text))
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Why somebody blocks.
pub(super) fn reason(reason: BlockReason) -> &'static str {
    match reason {
        BlockReason::NoLongerNeeded => "No longer needed",
        BlockReason::DidntSignUp => "Did not sign up",
        BlockReason::Spam => "Spam",
        BlockReason::Offensive => "Offensive messages",
        BlockReason::OtpDidNotRequest => "Did not ask for this code",
        BlockReason::Other => "Other",
        BlockReason::NoReason => "Says nothing",
    }
}

/// How far off an instant is: `in 6 d 3 h`, `2 min ago`, `now`.
pub(super) fn off(at: Timestamp, now: Timestamp) -> String {
    match (span(at.since(now)), span(now.since(at))) {
        (Some(ahead), _) => format!("in {ahead}"),
        (None, Some(ago)) => format!("{ago} ago"),
        (None, None) => "now".to_owned(),
    }
}

/// The two largest units of a span; `None` below a second.
fn span(span: Millis) -> Option<String> {
    const UNITS: [(&str, u64); 4] = [
        ("d", Millis::DAY.get()),
        ("h", Millis::HOUR.get()),
        ("min", Millis::MINUTE.get()),
        ("s", Millis::SECOND.get()),
    ];
    let first = UNITS.iter().position(|(_, ms)| span.get() >= *ms)?;
    let (unit, ms) = UNITS[first];
    let mut text = format!("{} {unit}", span.get() / ms);
    if let Some((smaller, of)) = UNITS.get(first + 1)
        && span.get() % ms >= *of
    {
        text.push_str(&format!(" {} {smaller}", span.get() % ms / of));
    }
    Some(text)
}

/// With separators: `1,200`.
pub(super) fn count(value: impl Into<u64>) -> String {
    let digits = value.into().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A word in a colour of its own, with the reason behind it.
pub(super) struct Badge {
    /// What it says.
    pub(super) word: String,
    /// Its colour: `high`, `medium`, `low` or `plain`.
    pub(super) tone: &'static str,
    /// Shown on hover and on focus; empty for none.
    pub(super) why: Vec<String>,
}

impl Badge {
    /// Without a reason.
    pub(super) fn plain(word: &str, tone: &'static str) -> Self {
        Badge {
            word: word.to_owned(),
            tone,
            why: Vec::new(),
        }
    }
}

/// High, Medium, Low, or pending.
pub(super) fn quality(rating: Rating) -> Badge {
    let (word, tone) = match rating {
        Rating::Green => ("High", "high"),
        Rating::Yellow => ("Medium", "medium"),
        Rating::Red => ("Low", "low"),
        Rating::Unknown => ("Pending", "plain"),
    };
    Badge {
        word: word.to_owned(),
        tone,
        why: Vec::new(),
    }
}

/// A number's status.
pub(super) fn status(status: Status) -> Badge {
    let tone = match status {
        Status::Connected => "high",
        Status::Flagged | Status::Restricted | Status::RateLimited => "medium",
        Status::Banned => "low",
        _ => "plain",
    };
    Badge {
        word: sentence_case(status.label()),
        tone,
        why: Vec::new(),
    }
}

/// A template's status, with its quality while it is active.
pub(super) fn template_status(status: TemplateStatus, rating: Rating) -> Badge {
    let tone = match (status, rating) {
        (TemplateStatus::Approved, rating) => quality(rating).tone,
        (TemplateStatus::Paused, _) => "medium",
        (TemplateStatus::Rejected | TemplateStatus::Disabled, _) => "low",
        _ => "plain",
    };
    Badge {
        word: status.manager_label(rating).to_owned(),
        tone,
        why: Vec::new(),
    }
}

/// `RATE_LIMITED` becomes `Rate limited`.
pub(super) fn sentence_case(word: &str) -> String {
    let lower = word.replace('_', " ").to_lowercase();
    let mut letters = lower.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_counts_as_people_say_them() {
        let now = Timestamp::from_millis(1_772_442_000_000);
        let check = |ms: i64, expected: &str| {
            let at = Timestamp::from_millis(now.millis().saturating_add_signed(ms));
            assert_eq!(off(at, now), expected);
        };
        check(0, "now");
        check(999, "now");
        check(-1_000, "1 s ago");
        check(61_000, "in 1 min 1 s");
        check(3_600_000, "in 1 h");
        check(-(6 * 86_400_000 + 3 * 3_600_000 + 5), "6 d 3 h ago");
        assert_eq!(
            [0_u64, 999, 1_000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(sentence_case("RATE_LIMITED"), "Rate limited");
        assert_eq!(when(now).text, "2 Mar 2026, 09:00:00");
        assert_eq!(
            sentence("It is 2.5 % since 2026-03-02T09:00:00.5Z. No more."),
            "It is 2.5 % since 2 Mar 2026, 09:00:00. No more."
        );
    }
}
