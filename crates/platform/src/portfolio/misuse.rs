//! Accounts that were found to send marketing as utility, and what follows for them.
//!
//! Promises: a portfolio in which nothing was found keeps an empty map.

use std::collections::BTreeMap;

use decider::{Timestamp, mix};
use rulebook::misuse::{Conduct, Step};
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;

use super::Portfolio;
use super::agenda::Due;
use super::event::{MisuseEnded, MisuseFound};
use crate::ids::{NumberIx, TemplateIx, WabaIx};
use crate::portfolio::snapshot::sections::{Section, write};

impl Portfolio {
    /// How far an account has come; `None`: nothing was ever found.
    pub fn conduct(&self, waba: WabaIx) -> Option<&Conduct> {
        self.misuse.get(&waba)
    }

    /// Whether an account may have no utility templates now.
    pub fn has_no_utility(&self, waba: WabaIx) -> bool {
        let of = |(other, conduct): (&WabaIx, &Conduct)| match conduct.step {
            Step::PortfolioRestricted => true,
            Step::Restricted => *other == waba,
            Step::Warned | Step::Capped => false,
        };
        self.misuse.iter().any(of)
    }

    pub(super) fn is_utility(&self, template: TemplateIx) -> bool {
        self.template(template)
            .is_some_and(|template| template.draft.category == Category::Utility)
    }

    pub(super) fn on_misuse_found(&mut self, e: &MisuseFound, at: Timestamp) {
        let before = self.misuse.remove(&e.waba);
        self.misuse.insert(e.waba, Conduct::at(before, e.step));
        let until = (e.until_ms != 0).then(|| Timestamp::from_millis(e.until_ms));
        self.agenda.set(Due::Misuse(e.waba.0), until);
        if e.step >= Step::Restricted {
            self.take_utility_away(e, at);
        }
    }

    /// All approved utility templates are marketing from now on, and stay so.
    fn take_utility_away(&mut self, e: &MisuseFound, at: Timestamp) {
        for template in &mut self.templates {
            let concerned = e.step == Step::PortfolioRestricted || template.waba == e.waba;
            let is_utility = template.draft.category == Category::Utility;
            if concerned && is_utility && template.status == TemplateStatus::Approved {
                template.draft.category = Category::Marketing;
                template.updated = at;
            }
        }
    }

    pub(super) fn on_misuse_ended(&mut self, e: &MisuseEnded) {
        if let Some(conduct) = self.misuse.get_mut(&e.waba) {
            conduct.end();
        }
        self.agenda.set(Due::Misuse(e.waba.0), None);
    }

    /// A message was accepted, and something was found once.
    pub(super) fn note_utility(&mut self, number: NumberIx, template: TemplateIx, at: Timestamp) {
        if !self.is_utility(template) {
            return;
        }
        let Some(waba) = self.number(number).map(|n| n.waba) else {
            return;
        };
        if let Some(conduct) = self.misuse.get_mut(&waba) {
            conduct.note(&self.rules.misuse, at);
        }
    }

    /// For [`Portfolio::digest`].
    pub(super) fn misuse_digest(&self) -> u64 {
        let fold = |digest, (waba, conduct): (&WabaIx, &Conduct)| {
            mix(digest ^ conduct.digest() ^ u64::from(waba.0) << 48)
        };
        self.misuse.iter().fold(0, fold)
    }
}

/// Stored: by account.
pub(crate) const SECTION: Section = Section {
    id: 35,
    version: 1,
    store: |portfolio| (!portfolio.misuse.is_empty()).then(|| write(&portfolio.misuse)),
    load: |portfolio, version, bytes| match version {
        1 => Some(
            postcard::from_bytes(bytes).map(|stored: BTreeMap<WabaIx, Conduct>| portfolio.misuse = stored),
        ),
        _ => None,
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::snapshot::sections::tests::check;
    use rulebook::edition::Edition;

    #[test]
    fn the_bytes_stay() {
        let rule = &Edition::named("2023-per-number").expect("known").misuse;
        check(&SECTION, 0, "01 03 01 00 01 80999d82a631", |portfolio| {
            let mut conduct = Conduct::at(None, Step::Capped);
            conduct.note(rule, Timestamp::from_millis(1_693_832_400_000));
            portfolio.misuse.insert(WabaIx(3), conduct);
        });
    }
}
