//! Pausing of templates (rules T5 and T6, all editions: `pausing`): each RED pauses, 3 h first, then 6 h, and the next
//! disables.
//!
//! Promises: each instance needs evidence of its own, from messages sent after the last pause; the count survives
//! edits, and starts again only after `reset_after` without RED. Must not know: how a rating comes about.

use decider::Timestamp;

use crate::edition::Pausing;

/// What RED does to a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pause {
    /// It is paused.
    For {
        /// Which pause it is, from 1.
        instance: u8,
        /// A send at this instant goes again.
        until: Timestamp,
    },
    /// It is disabled for good.
    Disabled,
}

/// A template's rating becomes RED after `pauses` pauses; `last_red` is the last RED before this one.
pub fn on_red(rules: &Pausing, pauses: u8, last_red: Option<Timestamp>, now: Timestamp) -> Pause {
    let forgiven = match (rules.reset_after, last_red) {
        (Some(span), Some(last_red)) => now.since(last_red) >= span,
        _ => false,
    };
    let pauses = if forgiven { 0 } else { pauses };
    match rules.ladder.get(usize::from(pauses)) {
        Some(&span) => Pause::For {
            instance: pauses + 1,
            until: now + span,
        },
        None => Pause::Disabled,
    }
}

/// Whether feedback on a message sent at `sent` counts towards the next instance, when the last pause ended at
/// `restarted` (T5). Late feedback on older messages still counts for the number.
pub fn counts(sent: Timestamp, restarted: Timestamp) -> bool {
    sent >= restarted
}

/// Whether a pause is over: a send at the end instant is admitted.
pub fn is_over(until: Timestamp, now: Timestamp) -> bool {
    now >= until
}

/// The title that the platform's webhook gives an instance.
pub fn webhook_title(instance: u8) -> &'static str {
    match instance {
        1 => "FIRST_PAUSE",
        2 => "SECOND_PAUSE",
        _ => "RATE_LIMITING_PAUSE",
    }
}

#[cfg(test)]
mod tests {
    use decider::Millis;

    use super::*;

    fn start() -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000)
    }

    #[test]
    fn three_hours_then_six_then_disabled() {
        let never = Pausing {
            ladder: vec![Millis::hours(3), Millis::hours(6)],
            reset_after: None,
        };
        let after_30_days = Pausing {
            reset_after: Some(Millis::days(30)),
            ..never.clone()
        };
        let month = 30 * 86_400_000;
        let paused = |instance, millis| Pause::For {
            instance,
            until: start() + Millis::new(millis),
        };
        // (rules, pauses so far, ms since the last RED, outcome)
        let rows = [
            (&never, 0, None, paused(1, 10_800_000)),
            (&never, 1, Some(10_800_000), paused(2, 21_600_000)),
            (&never, 2, Some(21_600_000), Pause::Disabled),
            (&never, 2, Some(10 * month), Pause::Disabled),
            (&after_30_days, 1, Some(month - 1), paused(2, 21_600_000)),
            (&after_30_days, 1, Some(month), paused(1, 10_800_000)),
            (&after_30_days, 2, Some(month - 1), Pause::Disabled),
            (&after_30_days, 2, Some(month), paused(1, 10_800_000)),
        ];
        for (rules, pauses, ago, outcome) in rows {
            let last_red = ago.map(|millis| start().back(Millis::new(millis)));
            assert_eq!(
                on_red(rules, pauses, last_red, start()),
                outcome,
                "{pauses} pauses, RED {ago:?} ms ago"
            );
        }
    }

    #[test]
    fn the_end_instant_belongs_to_the_time_after_the_pause() {
        for (millis, after) in [
            (0, false),
            (10_799_999, false),
            (10_800_000, true),
            (10_800_001, true),
        ] {
            let (now, until) = (start() + Millis::new(millis), start() + Millis::hours(3));
            assert_eq!(is_over(until, now), after, "{millis} ms after the start");
            assert_eq!(counts(now, until), after, "{millis} ms after the start");
        }
    }
}
