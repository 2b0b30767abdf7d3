//! Numbers: added, registered, taken off (S1 to S4).

use rulebook::flag::{self, Entry};
use rulebook::policy::Gate;
use rulebook::refusal::Refusal;
use rulebook::status::{StageChange, apply};

use crate::ids::{NumberIx, WabaIx};
use crate::portfolio::event::{NumberAdded, Staged};
use crate::portfolio::number::is_connected;
use crate::portfolio::{Answer, Event, Portfolio};

/// More numbers than any portfolio on the platform has; keeps indices in 16 bits.
const NUMBERS_MAX: usize = 10_000;

/// Which refusal an illegal change is.
fn refusal_of(change: StageChange) -> Refusal {
    match change {
        StageChange::Register => Refusal::NumberNotVerified,
        StageChange::Deregister => Refusal::NumberNotRegistered,
        _ => Refusal::InvalidParameter,
    }
}

impl Portfolio {
    pub(super) fn add_number(
        &self,
        waba: WabaIx,
        e164: u64,
        verified_name: &str,
        out: &mut Vec<Event>,
    ) -> Answer {
        if waba.index() >= self.wabas.len() {
            return Answer::Unknown("WABA");
        }
        if self.policy.gate(waba).any(Gate::NUMBERS) {
            let (refusal, detail) = self.blocked(waba);
            return Answer::refused(refusal, format!("no numbers can be added: {detail}"));
        }
        if self.numbers.iter().any(|n| n.e164 == e164 && !n.facts.deleted) {
            return Answer::refused(
                Refusal::InvalidParameter,
                "the portfolio has this phone number already",
            );
        }
        if self.numbers.len() >= NUMBERS_MAX {
            return Answer::refused(
                Refusal::InvalidParameter,
                "the portfolio has 10,000 phone numbers",
            );
        }
        out.push(
            NumberAdded {
                waba,
                e164,
                verified_name: verified_name.to_owned(),
            }
            .into(),
        );
        Answer::Number(NumberIx(self.numbers.len() as u16))
    }

    pub(super) fn stage(&self, ix: NumberIx, change: StageChange, out: &mut Vec<Event>) -> Answer {
        let number = match self.known(ix) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        let after = match apply(&number.facts, change) {
            Ok(after) => after,
            Err(illegal) => return Answer::refused(refusal_of(change), illegal.to_string()),
        };
        if after == number.facts {
            return Answer::Done;
        }
        if change == StageChange::Register
            && let Err(no) = self.within_number_cap()
        {
            return no;
        }
        let was_connected = number.is_connected();
        let tier = self.tier_of(ix);
        out.push(
            Staged {
                number: ix,
                change,
                tier,
            }
            .into(),
        );
        let connects = !was_connected && is_connected(&after);
        if connects
            && flag::begins(true, number.rating(), Entry::BecameConnected)
            && number.flag.is_none()
            && self.rules.flagged.is_some()
        {
            self.flag_number(ix, out);
        }
        Answer::Done
    }
}
