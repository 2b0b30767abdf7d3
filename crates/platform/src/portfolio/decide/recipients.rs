//! What stands against writing to one person, and what people and the business settle between them.
//!
//! In the order of precedence: the person's country, a block by the business, marketing stopped by the person, an
//! experiment, too much marketing (platform-rules.md §8).

use decider::Ctx;
use rulebook::edition::MarketingCounted;
use rulebook::rating::Signal;
use rulebook::refusal::Refusal;
use rulebook::template::draft::Category;
use rulebook::{experiment, per_user};

use super::send::No;
use crate::ids::{ContactIx, NumberIx, TemplateIx};
use crate::portfolio::command::RecipientCommand;
use crate::portfolio::event::{MarketingResumed, MarketingStopped, UserBlocked, UserUnblocked};
use crate::portfolio::number::Number;
use crate::portfolio::{Answer, Event, Portfolio};
use decider::Timestamp;
use rulebook::service_window;

/// People that a number can block, by the platform's page on blocking.
const BLOCKED_MAX: usize = 64_000;

/// A send as far as the rules about its recipient look at it.
pub(super) struct Sending<'a> {
    /// From which number.
    pub(super) number: &'a Number,
    /// To whom.
    pub(super) to: u64,
    /// The same, if known.
    pub(super) contact: Option<ContactIx>,
    /// With which template, or none.
    pub(super) template: TemplateIx,
    /// Inside an open customer service window.
    pub(super) in_window: bool,
}

impl Portfolio {
    /// Whether the person may be written to. `Ok(Some(...))`: accepted, and fails later for this reason.
    /// Asked only where anything stands against anybody.
    pub(super) fn recipient_allows(&self, sending: &Sending<'_>, ctx: &Ctx) -> Result<Option<Refusal>, No> {
        if self.rules.recipients.blocked.hold(sending.to) {
            let detail = "the business may not message people in that country";
            return Err((Refusal::RecipientCountry, detail.into()));
        }
        if sending
            .contact
            .is_some_and(|contact| sending.number.has_blocked(contact))
        {
            let detail = "this number has blocked the person: unblock them first";
            return Err((Refusal::RecipientBlocked, detail.into()));
        }
        let template = self.template(sending.template);
        if template.is_none_or(|template| template.draft.category != Category::Marketing) {
            return Ok(None);
        }
        let Some((refusal, detail)) = self.against_marketing(sending, ctx) else {
            return Ok(None);
        };
        if self.settings.as_ref().is_some_and(|s| s.errors_at_once) {
            return Err((refusal, detail.into()));
        }
        Ok(Some(refusal))
    }

    fn against_marketing(&self, sending: &Sending<'_>, ctx: &Ctx) -> Option<(Refusal, &'static str)> {
        let rules = &self.rules.recipients;
        let &Sending {
            number, to, contact, ..
        } = sending;
        if contact.is_some_and(|contact| number.is_stopped_by(contact)) {
            return Some((
                Refusal::OptedOut,
                "the person has stopped marketing of this number",
            ));
        }
        if !sending.in_window
            && !self.is_free(number, contact, ctx)
            && experiment::takes_part(ctx.world, to, rules.experiment_ppm)
        {
            return Some((
                Refusal::InExperiment,
                "the person is part of an experiment without marketing",
            ));
        }
        if rules.marketing_paused.hold(to) {
            return Some((
                Refusal::PerUserCap,
                "people in that country get no marketing templates",
            ));
        }
        if sending.in_window || rules.per_user.counts == MarketingCounted::Never {
            return None;
        }
        self.over_the_cap(number, to, contact, ctx)
    }

    /// A free entry point is open: the experiment leaves out whom the business must answer.
    fn is_free(&self, number: &Number, contact: Option<ContactIx>, ctx: &Ctx) -> bool {
        contact.is_some_and(|contact| {
            number
                .free_since(contact, &self.rules.entry_point, ctx.now)
                .is_some()
        })
    }

    fn over_the_cap(
        &self,
        number: &Number,
        to: u64,
        contact: Option<ContactIx>,
        ctx: &Ctx,
    ) -> Option<(Refusal, &'static str)> {
        let rule = &self.rules.recipients.per_user;
        if rule.excluded.hold(to) || rule.excluded.hold(number.e164) {
            return None;
        }
        if contact.is_some_and(|contact| self.marketing.is_shut_off(number.waba, contact, ctx.now)) {
            return Some((Refusal::PerUserCap, "tried again too often: shut off for a day"));
        }
        let taken = contact.map_or_else(per_user::Taken::default, |contact| self.marketing.taken(contact));
        let full = taken.counts(rule, ctx.now)
            && taken.is_full(rule, per_user::others(ctx.world, to, ctx.now, rule), ctx.now);
        full.then_some((Refusal::PerUserCap, "the person has had enough marketing today"))
    }

    pub(super) fn recipient(
        &self,
        command: RecipientCommand,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let (RecipientCommand::Block { number: ix, e164 } | RecipientCommand::Unblock { number: ix, e164 }) =
            command;
        let number = match self.known(ix) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        let contact = self.contact(e164);
        match command {
            RecipientCommand::Block { .. } => match self.may_block(number, e164, contact, now) {
                Ok(Some(contact)) => out.push(UserBlocked { number: ix, contact }.into()),
                Ok(None) => {}
                Err((refusal, detail)) => return Answer::Refused { refusal, detail },
            },
            RecipientCommand::Unblock { .. } => {
                if let Some(contact) = contact.filter(|contact| number.has_blocked(*contact)) {
                    out.push(UserUnblocked { number: ix, contact }.into());
                }
            }
        }
        Answer::Done
    }

    /// Whom to block; `None` if they are blocked already.
    fn may_block(
        &self,
        number: &Number,
        e164: u64,
        contact: Option<ContactIx>,
        now: Timestamp,
    ) -> Result<Option<ContactIx>, No> {
        if e164 == number.e164 {
            return Err((Refusal::RecipientIsSender, "a number cannot block itself".into()));
        }
        if contact.is_some_and(|contact| number.has_blocked(contact)) {
            return Ok(None);
        }
        let inbound = contact.and_then(|contact| number.messages.last_inbound(contact));
        let Some(contact) = contact.filter(|_| service_window::open(inbound, now, self.rules.service_window))
        else {
            let detail = "the person has not written in the last 24 hours";
            return Err((Refusal::ReEngagement, detail.into()));
        };
        let blocked = number
            .recipients
            .as_ref()
            .map_or(0, |people| people.blocked.len());
        if blocked >= BLOCKED_MAX {
            let detail = format!("the number has blocked {BLOCKED_MAX} people already");
            return Err((Refusal::BlocklistFull, detail));
        }
        Ok(Some(contact))
    }

    /// A person stops marketing of a number. It weighs as an opt-out against the last message that reached them.
    pub(super) fn stop_marketing(
        &self,
        ix: NumberIx,
        number: &Number,
        contact: ContactIx,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        if !self.rules.recipients.opt_out {
            return self.no_such_control();
        }
        if number.is_stopped_by(contact) {
            return Answer::Done;
        }
        out.push(MarketingStopped { number: ix, contact }.into());
        let since = now.back(self.rules.rating.blame);
        if let Some(charged) = number.messages.charged(contact, since) {
            self.charge(ix, contact, Signal::OptOut, Some(charged), now, out);
        }
        Answer::Done
    }

    /// A person lets marketing of a number come again.
    pub(super) fn resume_marketing(
        &self,
        ix: NumberIx,
        number: &Number,
        contact: ContactIx,
        out: &mut Vec<Event>,
    ) -> Answer {
        if !self.rules.recipients.opt_out {
            return self.no_such_control();
        }
        if number.is_stopped_by(contact) {
            out.push(MarketingResumed { number: ix, contact }.into());
        }
        Answer::Done
    }

    fn no_such_control(&self) -> Answer {
        let detail = format!(
            "under edition {} people cannot stop or resume marketing through the platform",
            self.rules.name()
        );
        Answer::refused(Refusal::InvalidParameter, detail)
    }
}
