//! What a portfolio decides: one file a subject. Nothing here changes the state.

mod appeals;
mod care;
pub(super) mod escalation;
mod first_step;
mod limits;
mod low_quality;
mod misuse;
mod notices;
mod numbers;
mod pacing;
mod people;
pub(super) mod policy;
mod portfolio_pacing;
mod raise;
mod rates;
mod ratings;
mod reactions;
mod recipients;
mod send;
pub(super) mod signals;
mod submission;
mod surface;
mod templates;
mod tick;

use decider::{Ctx, Timestamp};

use super::{Answer, Command, Event, Portfolio, Rules};
use crate::ids::NumberIx;
use crate::portfolio::event::{Opened, WabaAdded};
use crate::portfolio::number::Number;
use rulebook::refusal::Refusal;

impl Portfolio {
    /// Decides one command.
    pub fn decide(&self, command: &Command, ctx: &Ctx, out: &mut Vec<Event>) -> Answer {
        let now = ctx.now;
        if self.settings.is_none() && !matches!(command, Command::Open(_)) {
            return Answer::Unknown("portfolio");
        }
        match command {
            Command::Open(open) => self.open(open, out),
            Command::AddWaba { name } => {
                out.push(WabaAdded { name: name.clone() }.into());
                Answer::Waba(crate::ids::WabaIx(self.wabas.len() as u16))
            }
            Command::AddNumber {
                waba,
                e164,
                verified_name,
            } => self.add_number(*waba, *e164, verified_name, out),
            Command::Stage { number, change } => self.stage(*number, *change, out),
            Command::Send(send) => self.send(send, ctx, out),
            Command::Marketing(send) => self.send_marketing(send, ctx, out),
            Command::MarkRead { message } => self.mark_read(*message, out),
            Command::CreateTemplate { waba, draft, options } => {
                self.create_template(*waba, draft, options, now, out)
            }
            Command::EditTemplate {
                template,
                draft,
                options,
            } => self.edit_template(*template, draft, options, now, out),
            Command::DeleteTemplate { waba, name, only } => {
                self.delete_template(*waba, name, *only, now, out)
            }
            Command::Unpause { template } => self.unpause(*template, now, out),
            Command::Review { template, decision } => self.review(*template, decision, true, out),
            Command::Inbound(inbound) => self.inbound(inbound, now, out),
            Command::Call { number, from } => self.call(*number, *from, out),
            Command::Feedback { message, feedback } => self.feedback(*message, *feedback, now, out),
            Command::Person { number, e164, act } => self.person(*number, *e164, *act, now, out),
            Command::Recipient(command) => self.recipient(*command, now, out),
            Command::SetPeople { file, seed } => self.set_people(file, *seed, out),
            Command::FromAd(inbound) => self.by_entry_point(inbound, now, out),
            Command::SetThroughput { number, level } => self.set_throughput(*number, *level, out),
            Command::FindMisuse { waba } => self.find_misuse(*waba, now, out),
            Command::Verify { path } => self.verify(*path, out),
            Command::DecideFirstStep { number, outcome } => {
                self.decide_first_step(*number, *outcome, now, out)
            }
            Command::SetWatch { watched } => self.set_watch(*watched, out),
            Command::Care(command) => self.care(command, now, out),
            Command::MergeContacts { from, into } => self.merge_contacts(*from, *into, out),
            Command::SetAdministrators { administrators } => self.set_administrators(administrators, out),
            Command::Surface(command) => self.surface(command, ctx, out),
            Command::Policy(command) => self.policy(command, now, out),
            Command::Moderate { number, hold } => self.moderate(*number, *hold, now, out),
        }
    }

    /// Handles the earliest deadline, which is due now.
    pub fn tick(&self, ctx: &Ctx, out: &mut Vec<Event>) {
        if let Some((at, due)) = self.agenda.first()
            && at <= ctx.now
        {
            self.on_due(due, ctx.now, out);
        }
    }

    fn open(&self, open: &super::command::Open, out: &mut Vec<Event>) -> Answer {
        if self.settings.is_some() {
            return Answer::refused(Refusal::InvalidParameter, "this portfolio was opened already");
        }
        if let Err(error) = Rules::of(&open.settings) {
            return Answer::refused(Refusal::InvalidParameter, error.to_string());
        }
        out.push(
            Opened {
                name: open.name.clone(),
                settings: open.settings.clone(),
            }
            .into(),
        );
        Answer::Done
    }

    fn known(&self, number: NumberIx) -> Result<&Number, Answer> {
        self.number(number)
            .filter(|n| !n.facts.deleted)
            .ok_or(Answer::Unknown("phone number"))
    }
}

/// An instant as the events hold it.
fn stamp(at: Timestamp) -> u64 {
    at.millis()
}
