//! What a portfolio decides: one file a subject. Nothing here changes the state.

mod admit;
mod settle;
mod setup;

use decider::Ctx;

use super::event::ContactSeen;
use super::{Answer, Command, Event, Portfolio};
use crate::ids::{ContactIx, PersonKey};

impl Portfolio {
    /// Decides one command.
    pub fn decide(&self, command: &Command, ctx: &Ctx, out: &mut Vec<Event>) -> Answer {
        if let Command::Open { name, edition } = command {
            return self.open(name, *edition, out);
        }
        if self.settings.is_none() {
            return Answer::Unknown("portfolio");
        }
        match command {
            Command::Open { .. } => Answer::Done,
            Command::AddNumber {
                waba,
                number,
                e164,
                brand,
            } => self.add_number(*waba, *number, *e164, *brand, out),
            Command::SetPolicy(policy) => self.set_policy(policy, out),
            Command::Admit(admit) => self.admit(admit, ctx.now, out),
            Command::Settle(settle) => self.settle(settle, out),
        }
    }

    /// Handles the deadline that is due at `ctx.now`.
    pub fn tick(&self, ctx: &Ctx, out: &mut Vec<Event>) {
        if self.attempts_due().is_some_and(|due| due <= ctx.now) {
            self.give_up(ctx.now, out);
        }
    }

    /// The person of a key, who becomes known if need be.
    fn meet(&self, key: PersonKey, out: &mut Vec<Event>) -> ContactIx {
        if let Some(contact) = self.people.find(key) {
            return contact;
        }
        let contact = self.people.next();
        out.push(ContactSeen { contact, key }.into());
        contact
    }
}
