//! What a portfolio decides: one file a subject. Nothing here changes the state.

mod admit;
mod care;
mod consents;
mod consequences;
mod observe;
mod requests;
mod settle;
mod setup;

use decider::Ctx;

use super::event::{Alarm, Alarmed, ContactSeen};
use super::{Answer, Command, Portfolio};
use crate::ids::{ContactIx, PersonKey};
use crate::seat::Out;

impl Portfolio {
    /// Decides one command.
    pub(crate) fn decide(&self, command: &Command, ctx: &Ctx, out: &mut Out<'_>) -> Answer {
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
            Command::Settle(settle) => self.settle(settle, ctx.now, out),
            Command::Observe(observe) => self.observe(observe, ctx.now, out),
            Command::People(people) => self.care(people, ctx.now, out),
            Command::DeclareWays { number, ways } => self.declare_ways(*number, ways, out),
            Command::Stop(stop) => self.stop(stop, out),
            Command::ImportSends {
                number,
                sends,
                complete,
            } => self.import(*number, sends, *complete, ctx.now, out),
        }
    }

    /// Handles the deadline that is due at `ctx.now`.
    pub(crate) fn tick(&self, ctx: &Ctx, out: &mut Out<'_>) {
        if self.attempts_due().is_some_and(|due| due <= ctx.now) {
            self.give_up(ctx.now, out);
        } else if self.requests.next_deadline().is_some_and(|due| due <= ctx.now) {
            self.miss(out);
        } else if let Some(since) = self.waiting_since.filter(|_| self.silence_due().is_some()) {
            let alarm = Alarm::Silence(since);
            out.push(Alarmed { alarm }.into());
        }
    }

    /// The person of a key, who becomes known if need be.
    fn meet(&self, key: PersonKey, out: &mut Out<'_>) -> ContactIx {
        self.meet_among(key, &mut Vec::new(), out)
    }

    /// The same, where others have become known by the same command: `fresh`, in order.
    fn meet_among(&self, key: PersonKey, fresh: &mut Vec<PersonKey>, out: &mut Out<'_>) -> ContactIx {
        if let Some(contact) = self.people.find(key) {
            return contact;
        }
        let next = self.people.next().0;
        if let Some(place) = fresh.iter().position(|known| *known == key) {
            return ContactIx(next + place as u32);
        }
        let contact = ContactIx(next + fresh.len() as u32);
        fresh.push(key);
        out.push(ContactSeen { contact, key }.into());
        contact
    }
}
