//! People: who is one person, who wants nothing, who is forgotten.

use decider::Timestamp;

use crate::mirror::Fact;
use crate::portfolio::people::flag;
use crate::portfolio::{Portfolio, event};

impl Portfolio {
    pub(super) fn on_merged(&mut self, e: &event::ContactsMerged) {
        let (from, into) = (self.people.survivor(e.from), self.people.survivor(e.into));
        let kept = self.people.get(into);
        let changed = kept.is(flag::CHANGED) || self.people.get(from).is(flag::CHANGED);
        if changed {
            // What was written from another number opens no window for this one.
            self.people.forget_inbound(from);
        }
        let Some(gone) = self.people.merge(from, into) else {
            return;
        };
        let last = self.attempts.merge((from, gone.last), (into, kept.last));
        let first = self.consents.merge(gone.consents, kept.consents);
        self.people.update(into, |person| {
            person.last = last;
            person.consents = first;
        });
        self.requests.merge(from, into);
        // Of a person whose number changed both stay counted until that is over: see `People::own_id`.
        if !changed {
            for scope in &mut self.scopes {
                scope.window.merge(from.0, into.0);
            }
        }
        self.opt_outs.merge(from, into);
        // Of two places on the list the one that lasts longer stays.
        if let Some(theirs) = self.suppressions.remove(&from) {
            let ends = |until: Option<u64>| until.unwrap_or(u64::MAX);
            let kept = self.suppressions.entry(into).or_insert(theirs);
            if ends(theirs.until_ms) > ends(kept.until_ms) {
                *kept = theirs;
            }
        }
        if let Some(at_s) = self.changes.remove(&from) {
            let known = self.changes.entry(into).or_insert(at_s);
            *known = at_s.max(*known);
        }
    }

    pub(super) fn on_opt_out(&mut self, e: &event::OptOutTold) {
        let at = Timestamp::from_millis(e.by.at_ms);
        let fact = Fact::new(e.out, e.by.source, at);
        self.opt_outs.learn((e.contact, e.number, e.how), fact);
        let any = self.opt_outs.of(e.contact).next().is_some();
        self.set_flag(e.contact, flag::OPTED_OUT, any);
    }

    pub(super) fn on_consent(&mut self, e: &event::ConsentTold) {
        let first = self.people.get(e.contact).consents;
        let first = self.consents.put(first, e.consent);
        self.people.update(e.contact, |person| person.consents = first);
    }

    pub(super) fn on_not_before(&mut self, e: &event::NotBefore) {
        self.people.update(e.contact, |person| {
            person.not_before = person.not_before.max(e.until_s)
        });
    }

    pub(super) fn on_identity_changed(&mut self, e: &event::IdentityChanged) {
        self.changes.insert(e.contact, e.at_s);
        self.people.forget_inbound(e.contact);
        self.set_flag(e.contact, flag::CHANGED, true);
    }

    pub(super) fn on_suppression(&mut self, e: &event::SuppressionSet) {
        match e.suppression {
            Some(suppression) => self.suppressions.insert(e.contact, suppression),
            None => self.suppressions.remove(&e.contact),
        };
        self.set_flag(e.contact, flag::SUPPRESSED, e.suppression.is_some());
    }

    pub(super) fn on_erased(&mut self, e: &event::PersonErased) {
        let gone = self.people.erase(e.contact);
        self.consents.drop_all(gone.consents);
        self.requests.erase(e.contact);
        self.opt_outs.erase(e.contact);
        self.suppressions.remove(&e.contact);
        self.changes.remove(&e.contact);
    }

    fn set_flag(&mut self, contact: crate::ids::ContactIx, bit: u16, set: bool) {
        self.people.update(contact, |person| {
            person.flags = if set {
                person.flags | bit
            } else {
                person.flags & !bit
            };
        });
    }
}
