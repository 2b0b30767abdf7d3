//! The customer service window (rules L3 and T9, all editions: `service_window`): open for 24 h from the person's
//! last message or call. Inside it nothing counts towards the messaging limit and free-form messages go.
//!
//! Promises: open in [last inbound, last inbound + period). Whether a message counts is settled when it is
//! accepted, even if the window closes before it is delivered.
//! Must not know: limits, templates.

use decider::{Millis, Timestamp};

/// Whether the window is open at `now`. A person who never wrote or called has none.
pub fn open(last_inbound: Option<Timestamp>, now: Timestamp, period: Millis) -> bool {
    last_inbound.is_some_and(|last| last <= now && now < closes_at(last, period))
}

/// The first instant at which the window is closed again if the person stays silent.
pub fn closes_at(last_inbound: Timestamp, period: Millis) -> Timestamp {
    last_inbound + period
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_open_for_24_hours_to_the_millisecond() {
        let wrote = Timestamp::from_millis(1_700_000_000_000);
        // (ms after the person wrote, open)
        let rows = [
            (0, true),
            (1, true),
            (86_399_999, true),
            (86_400_000, false),
            (86_400_001, false),
        ];
        for (millis, expected) in rows {
            let now = wrote + Millis::new(millis);
            assert_eq!(open(Some(wrote), now, Millis::DAY), expected, "{millis} ms later");
        }
        assert!(!open(None, wrote, Millis::DAY), "nobody wrote");
        assert!(
            !open(Some(wrote), wrote.back(Millis::new(1)), Millis::DAY),
            "before the person wrote"
        );
        assert_eq!(closes_at(wrote, Millis::DAY), wrote + Millis::DAY);
    }
}
