//! Two identities are one person.

use crate::portfolio::{Portfolio, event};

impl Portfolio {
    pub(super) fn on_merged(&mut self, e: &event::ContactsMerged) {
        let (from, into) = (self.people.survivor(e.from), self.people.survivor(e.into));
        let kept = self.people.get(into);
        let Some(gone) = self.people.merge(from, into) else {
            return;
        };
        let last = self.attempts.merge((from, gone.last), (into, kept.last));
        self.people.update(into, |person| person.last = last);
        for scope in &mut self.scopes {
            scope.window.merge(from.0, into.0);
        }
    }
}
