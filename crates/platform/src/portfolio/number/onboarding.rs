//! When a number was registered last: `last_onboarded_time` of the Graph API.

use decider::Timestamp;

use crate::portfolio::snapshot::sections::{Section, write};

/// Stored: by number in order, milliseconds since the Unix epoch, 0 for never.
pub(crate) const SECTION: Section = Section {
    id: 1,
    version: 1,
    store: |portfolio| {
        let times: Vec<u64> = (portfolio.numbers.iter())
            .map(|number| number.onboarded.map_or(0, Timestamp::millis))
            .collect();
        times.iter().any(|&time| time != 0).then(|| write(&times))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|times: Vec<u64>| {
            for (number, time) in portfolio.numbers.iter_mut().zip(times) {
                number.onboarded = (time != 0).then(|| Timestamp::from_millis(time));
            }
        })),
        _ => None,
    },
};
