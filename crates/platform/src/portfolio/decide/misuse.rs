//! Misuse of the utility category: found, ended, and what it stops (platform-rules.md §6.8).

use decider::Timestamp;
use rulebook::misuse::found;
use rulebook::refusal::Refusal;

use super::send::No;
use super::stamp;
use crate::ids::WabaIx;
use crate::portfolio::command::What;
use crate::portfolio::event::{MisuseEnded, MisuseFound};
use crate::portfolio::number::Number;
use crate::portfolio::{Answer, Event, Portfolio};

impl Portfolio {
    /// Another utility template of an account turned out to be marketing.
    pub(super) fn find_misuse(&self, waba: WabaIx, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        if waba.index() >= self.wabas.len() {
            return Answer::Unknown("WABA");
        }
        if !self.rules.misuse.ladder {
            let detail = format!(
                "edition {} does not punish misuse of categories",
                self.rules.name()
            );
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        let (step, until) = found(self.conduct(waba), &self.rules.misuse, now);
        let until_ms = until.map_or(0, stamp);
        out.push(MisuseFound { waba, step, until_ms }.into());
        Answer::Done
    }

    /// A cap or a restriction comes to its end.
    pub(super) fn misuse_due(&self, waba: WabaIx, out: &mut Vec<Event>) {
        if let Some(conduct) = self.conduct(waba) {
            let step = conduct.step;
            out.push(MisuseEnded { waba, step }.into());
        }
    }

    /// 131064: the account has sent as many utility messages as it may. Asked only where something was found.
    pub(super) fn within_misuse_cap(&self, number: &Number, what: &What, now: Timestamp) -> Result<(), No> {
        let What::Template { key, .. } = what else {
            return Ok(());
        };
        let Some(conduct) = self.conduct(number.waba) else {
            return Ok(());
        };
        let utility = self
            .template_named(number.waba, *key)
            .is_some_and(|template| self.is_utility(template));
        if !utility || conduct.admits(&self.rules.misuse, now) {
            return Ok(());
        }
        let detail = format!(
            "utility messages of this account are capped at {} in 24 hours after misuse of the category",
            self.rules.misuse.cap
        );
        Err((Refusal::CategoryMisuse, detail))
    }
}
