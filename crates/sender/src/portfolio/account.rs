//! A WhatsApp Business Account, as far as its owner knows it: what stops sending from all of its numbers.

use decider::{Timestamp, mix};
use serde::{Deserialize, Serialize};

use super::number::fact_digest;
use crate::ids::WabaId;
use crate::mirror::Known;

/// What an account may not do for a while. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Restriction {
    /// Send templates (`RESTRICTED_BIZ_INITIATED_MESSAGING`).
    BusinessInitiated = 0,
    /// Answer (`RESTRICTED_CUSTOMER_INITIATED_MESSAGING`).
    Replies = 1,
    /// Send more than a few utility templates (`RATE_LIMITED_UTILITY_TEMPLATE_MESSAGING`, 131064).
    UtilityVolume = 2,
    /// Anything: what is not told more exactly (368).
    Everything = 3,
}

impl Restriction {
    /// All of them.
    pub const ALL: [Restriction; 4] = [
        Restriction::BusinessInitiated,
        Restriction::Replies,
        Restriction::UtilityVolume,
        Restriction::Everything,
    ];
}

/// The end of a restriction that is over.
pub const LIFTED: u64 = 0;
/// The end of a restriction whose end nobody told.
pub const NO_END: u64 = u64::MAX;

/// What is known of an account.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The platform's id.
    pub id: WabaId,
    /// Disabled or locked.
    pub disabled: Known<bool>,
    /// By restriction: its end, in milliseconds since the Unix epoch; [`LIFTED`], or [`NO_END`].
    pub restricted: [Known<u64>; Restriction::ALL.len()],
    /// Trouble with the payment.
    pub payment: Known<bool>,
}

impl Account {
    /// An account of which nothing is known yet.
    pub fn new(id: WabaId) -> Self {
        Account {
            id,
            disabled: Known::default(),
            restricted: [Known::default(); Restriction::ALL.len()],
            payment: Known::default(),
        }
    }

    /// Whether a restriction is in force, and until when, if that was told.
    pub fn restriction(&self, restriction: Restriction, now: Timestamp) -> Option<Option<Timestamp>> {
        let end = self.restricted[restriction as usize].value()?;
        let until = (end != NO_END).then(|| Timestamp::from_millis(end));
        until.is_none_or(|until| now < until).then_some(until)
    }

    pub(super) fn digest(&self) -> u64 {
        let facts = self.restricted.iter().map(fact_digest);
        let all = facts.chain([fact_digest(&self.disabled), fact_digest(&self.payment)]);
        all.fold(mix(self.id.0), |digest, part| mix(digest ^ part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mirror::{Fact, Source};

    #[test]
    fn a_restriction_ends_at_its_time_or_when_it_is_lifted() {
        let at = Timestamp::from_millis;
        // (told for an instant, its end, now, in force until)
        let rows = [
            (10, NO_END, 1_000_000, Some(None)),
            (10, 500, 499, Some(Some(at(500)))),
            (10, 500, 500, None),
            (10, LIFTED, 11, None),
        ];
        for (told, end, now, expected) in rows {
            let mut account = Account::new(WabaId(1));
            account.restricted[0].learn(Fact::new(end, Source::Webhook, at(told)));
            assert_eq!(
                account.restriction(Restriction::BusinessInitiated, at(now)),
                expected
            );
            assert_eq!(account.restriction(Restriction::Replies, at(now)), None);
        }
    }
}
