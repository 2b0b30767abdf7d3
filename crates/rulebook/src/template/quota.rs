//! How often something may be done in a span of time: edits of an approved template (1 in 24 h and 10 in 30 days; platform
//! pages on managing templates) and submissions of an account (100 an hour; templates overview). Values in `templates`.
//!
//! Promises: exact to the millisecond; what happened a whole span ago counts no longer.

use decider::Timestamp;

use crate::edition::Quota;

/// A quota is used up. Displays as a lower-case fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{most} in {} h are allowed, the next at {} (Unix seconds)", .span_hours, .next.seconds())]
pub struct UsedUp {
    /// How many are allowed.
    pub most: u32,
    /// In so many hours.
    pub span_hours: u64,
    /// When the next is allowed.
    pub next: Timestamp,
}

/// Whether one more is allowed now, after those of `earlier`, the newest first.
pub fn allows(quota: &Quota, earlier: impl Iterator<Item = Timestamp>, now: Timestamp) -> Result<(), UsedUp> {
    let mut counted = earlier.take_while(|at| now.since(*at) < quota.span);
    let used_up = |next| UsedUp {
        most: quota.most,
        span_hours: quota.span.get() / decider::Millis::HOUR.get(),
        next,
    };
    match (quota.most as usize).checked_sub(1) {
        // The one that has to leave the span first is the `most`th from the newest.
        Some(place) => counted
            .nth(place)
            .map_or(Ok(()), |at| Err(used_up(at + quota.span))),
        None => Err(used_up(Timestamp::MAX)),
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
    fn so_many_in_a_span_and_the_next_when_the_oldest_has_left_it() {
        let (day, month) = (Millis::DAY, Millis::days(30));
        let ten: Vec<Millis> = (1..=10).map(|days| Millis::days(days * 2)).collect();
        // (most, span, spans since earlier ones, newest first; ms until the next)
        let rows: [(u32, Millis, &[Millis], Option<u64>); 7] = [
            (1, day, &[], None),
            (1, day, &[Millis::new(86_399_999)], Some(1)),
            (1, day, &[Millis::new(86_400_000)], None),
            (10, month, &ten[..9], None),
            (10, month, &ten, Some(10 * 86_400_000)),
            (2, day, &[Millis::HOUR, Millis::hours(30)], None),
            (0, day, &[], Some(u64::MAX)),
        ];
        for (most, span, ago, expected) in rows {
            let quota = Quota { most, span };
            let earlier = ago.iter().map(|ago| start().back(*ago));
            let got = allows(&quota, earlier, start()).map_err(|used_up| used_up.next);
            let expected = match expected {
                None => Ok(()),
                Some(u64::MAX) => Err(Timestamp::MAX),
                Some(ms) => Err(start() + Millis::new(ms)),
            };
            assert_eq!(got, expected, "{most} in {span:?} after {ago:?}");
        }
    }
}
