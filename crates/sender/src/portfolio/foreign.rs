//! Who was written to by somebody else from our numbers lately: so that the second status of a message, or the same
//! webhook again, is no news.
//!
//! Promises: holds everybody of the last 24 hours; forgets the others now and then, all at once, whenever their number
//! has doubled, which is a constant each.
//! Must not know: the window, which counts them.

use std::collections::BTreeMap;

use decider::{Millis, Timestamp, mix};
use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, ScopeIx};

/// As long as the platform counts anybody, and a little.
const KEPT: Millis = Millis::hours(25);
/// So few are not worth looking through.
const SPARE: usize = 64;

/// By limit and person: for which instant, in milliseconds since the Unix epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Foreign {
    latest: BTreeMap<(ScopeIx, ContactIx), u64>,
    /// How many were left when they were looked through last.
    left: usize,
    digest: u64,
}

impl Foreign {
    /// Whether nothing as late was told of this person.
    pub fn is_news(&self, scope: ScopeIx, contact: ContactIx, at: Timestamp) -> bool {
        let known = self.latest.get(&(scope, contact));
        known.is_none_or(|known| *known < at.millis())
    }

    /// Somebody was written to.
    pub fn note(&mut self, scope: ScopeIx, contact: ContactIx, at: Timestamp) {
        let latest = self.latest.entry((scope, contact)).or_default();
        *latest = at.millis().max(*latest);
        self.digest = mix(self.digest ^ at.millis() ^ (u64::from(contact.0) << 16) ^ u64::from(scope.0));
        if self.latest.len() > 2 * self.left + SPARE {
            let kept = at.back(KEPT).millis();
            self.latest.retain(|_, at| *at >= kept);
            self.left = self.latest.len();
        }
    }

    /// Whether nobody was ever written to.
    pub fn is_empty(&self) -> bool {
        self.digest == 0
    }

    /// Differs when what was told differs.
    pub fn digest(&self) -> u64 {
        self.digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_long_gone_is_forgotten_and_nobody_else() {
        let mut foreign = Foreign::default();
        let at = |hours| Timestamp::from_millis(1_790_000_000_000) + Millis::hours(hours);
        for contact in 0..65 {
            foreign.note(ScopeIx(0), ContactIx(contact), at(u64::from(contact)));
        }
        assert_eq!(foreign.latest.len(), 26, "those of the last 25 hours");
        assert!(!foreign.is_news(ScopeIx(0), ContactIx(64), at(64)));
        assert!(foreign.is_news(ScopeIx(0), ContactIx(64), at(65)));
        assert!(foreign.is_news(ScopeIx(1), ContactIx(64), at(64)));
        assert!(foreign.is_news(ScopeIx(0), ContactIx(0), at(0)));
    }
}
