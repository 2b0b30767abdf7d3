//! Beginning a portfolio, its numbers, its policy.

use rulebook::edition::{Edition, EditionId};

use crate::ids::{NumberIx, PhoneNumberId, WabaId, WabaIx};
use crate::policy::Policy;
use crate::portfolio::event::{AccountAdded, NumberAdded, Opened, PolicySet};
use crate::portfolio::{Answer, Portfolio};
use crate::seat::Out;

impl Portfolio {
    pub(super) fn open(&self, name: &str, edition: u16, out: &mut Out<'_>) -> Answer {
        let Ok(id) = EditionId::try_from(edition) else {
            return Answer::Unknown("edition");
        };
        // Whom each limit counts would be another: what was counted for one would be missing in the other.
        let scope = |edition: &Edition| edition.limits.scope;
        if !self.numbers.is_empty() && scope(Edition::builtin(id)) != scope(self.edition) {
            return Answer::Unknown("way to an edition whose limits have another scope");
        }
        let same = |known: &crate::portfolio::Settings| known.name == name && known.edition == edition;
        if !self.settings.as_ref().is_some_and(same) {
            let name = name.to_owned();
            out.push(Opened { name, edition }.into());
        }
        Answer::Done
    }

    pub(super) fn add_number(
        &self,
        waba: WabaId,
        number: PhoneNumberId,
        e164: u64,
        brand: u16,
        out: &mut Out<'_>,
    ) -> Answer {
        if let Some(known) = self.number_of(number) {
            return Answer::Number(known);
        }
        let (Ok(ix), Ok(next)) = (
            u16::try_from(self.numbers.len()),
            u16::try_from(self.accounts.len()),
        ) else {
            return Answer::Unknown("room for another number");
        };
        let account = self.waba_of(waba).unwrap_or_else(|| {
            out.push(AccountAdded { waba }.into());
            WabaIx(next)
        });
        let added = NumberAdded {
            waba: account,
            number,
            e164,
            brand,
        };
        out.push(added.into());
        Answer::Number(NumberIx(ix))
    }

    pub(super) fn set_policy(&self, policy: &Policy, out: &mut Out<'_>) -> Answer {
        if *policy != self.policy {
            let policy = Box::new(policy.clone());
            out.push(PolicySet { policy }.into());
        }
        Answer::Done
    }
}
