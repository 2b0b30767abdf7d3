//! A send: admitted or refused, in the order of the refusals' precedence.
//!
//! Account and number, then template, then recipient, then limit, then rates: what comes first is what is named.

use decider::{Ctx, Timestamp};
use rulebook::edition::{Blocks, ExceededAt};
use rulebook::policy::Gate;
use rulebook::refusal::Refusal;
use rulebook::service_window;
use rulebook::status::Status;
use rulebook::template::lifecycle::TemplateStatus;

use super::recipients::Sending;
use crate::ids::{ContactIx, MessageId, NumberIx, TemplateIx};
use crate::people;
use crate::portfolio::command::{Send, What};
use crate::portfolio::event::{Accepted, ContactSeen, Failed, Filtered, Held, Refused};
use crate::portfolio::messages::flag;
use crate::portfolio::number::Number;
use crate::portfolio::{Answer, Event, Portfolio};

/// A refusal with the facts of the case, made only when it is wanted.
pub(super) type No = (Refusal, String);

impl Portfolio {
    pub(super) fn send(&self, send: &Send, ctx: &Ctx, out: &mut Vec<Event>) -> Answer {
        let now = ctx.now;
        let number = match self.known(send.number) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        if let Some(code) = people::code_at_once(send.to) {
            return self.refuse_as_asked(send.number, number, code, now, out);
        }
        let contact = self.contact(send.to);
        match self.admit(number, send, contact, ctx) {
            Ok(admitted) => self.accept(number, send, contact, &admitted, now, out),
            Err((refusal, detail)) => {
                let known = contact.unwrap_or(ContactIx::NONE);
                if !number.refusals.is_known(known, refusal.number(), now) {
                    out.push(
                        Refused {
                            number: send.number,
                            contact: known,
                            refusal: refusal.number(),
                        }
                        .into(),
                    );
                }
                Answer::Refused { refusal, detail }
            }
        }
    }

    fn admit(
        &self,
        number: &Number,
        send: &Send,
        contact: Option<ContactIx>,
        ctx: &Ctx,
    ) -> Result<Admitted, No> {
        let now = ctx.now;
        if !self.misuse.is_empty() {
            self.within_misuse_cap(number, &send.what, now)?;
        }
        if number.gate.any(Gate::ACCOUNT) {
            self.past_gate(number, send, contact, now)?;
        }
        if !number.is_connected() {
            return Err(not_connected(number));
        }
        if number.raising.is_some() {
            self.is_up(number)?;
        }
        let template = self.sendable_template(number, &send.what)?;
        let misfit = match &send.what {
            What::Media(media) => self.check_media(media, now)?,
            What::Free | What::Template { .. } => None,
        };
        if send.to == number.e164 {
            return Err((
                Refusal::RecipientIsSender,
                "the recipient is the sending number itself".into(),
            ));
        }
        let inbound = contact.and_then(|contact| number.messages.last_inbound(contact));
        let in_window = service_window::open(inbound, now, self.rules.service_window);
        let later = if self.guarded {
            let to = send.to;
            let sending = Sending {
                number,
                to,
                contact,
                template,
                in_window,
            };
            self.recipient_allows(&sending, ctx)?
        } else {
            None
        };
        if in_window {
            self.within_rates(number, contact, now)?;
            return Ok(Admitted {
                template,
                business_initiated: false,
                fails: later.or(misfit),
                filtered: false,
            });
        }
        if template == TemplateIx::NONE {
            let no = Refusal::ReEngagement;
            if self.fails_at_once() {
                return Err((
                    no,
                    "more than 24 hours have passed since the recipient last wrote".into(),
                ));
            }
            return Ok(Admitted {
                template,
                business_initiated: false,
                fails: Some(no),
                filtered: false,
            });
        }
        let fails = self.within_limit(send.number, contact, now)?;
        let filtered = number.gate.any(Gate::QUALITY) && self.within_volume(number, ctx)?;
        self.within_rates(number, contact, now)?;
        Ok(Admitted {
            template,
            business_initiated: fails.is_none(),
            fails: later.or(fails),
            filtered,
        })
    }

    /// Whether errors that the platform reports by webhook come in the answer.
    pub(super) fn fails_at_once(&self) -> bool {
        self.settings.as_ref().is_some_and(|s| s.errors_at_once)
    }

    fn sendable_template(&self, number: &Number, what: &What) -> Result<TemplateIx, No> {
        let What::Template { key, parameters } = what else {
            return Ok(TemplateIx::NONE);
        };
        let found = self
            .template_named(number.waba, *key)
            .and_then(|ix| Some((ix, self.template(ix)?)));
        let Some((ix, template)) = found else {
            return Err((
                Refusal::TemplateNotFound,
                "there is no template of this name in this language".into(),
            ));
        };
        match template.status {
            TemplateStatus::Approved => {}
            TemplateStatus::Paused => return Err((Refusal::TemplatePaused, paused(template.paused_until))),
            TemplateStatus::Disabled => {
                return Err((Refusal::TemplateDisabled, "disabled for low quality".into()));
            }
            other => {
                let detail = format!("the template is not approved: {}", other.label());
                return Err((Refusal::TemplateNotApproved, detail));
            }
        }
        template
            .expected
            .check(parameters)
            .map_err(|mismatch| (mismatch.refusal(), mismatch.to_string()))?;
        Ok(ix)
    }

    /// L1, S7: nobody new while the limit is used up.
    fn within_limit(
        &self,
        number: NumberIx,
        contact: Option<ContactIx>,
        now: Timestamp,
    ) -> Result<Option<Refusal>, No> {
        let limits = &self.rules.limits;
        let Some(scope) = self.scope(self.scope_of(number)) else {
            return Ok(None);
        };
        let Some(people) = scope.limit(limits).people() else {
            return Ok(None);
        };
        let is_new = !contact.is_some_and(|contact| scope.in_use(limits, contact, now));
        let full = scope.is_used_up() || scope.used(limits, now) >= people;
        let blocked = full && (is_new || self.rules.restricted.blocks == Blocks::AllOutsideCsw);
        match (blocked, limits.exceeded.when) {
            (false, _) => Ok(None),
            (true, ExceededAt::Failed) => Ok(Some(Refusal::LimitUsedUp)),
            (true, ExceededAt::Once) => Err((
                Refusal::LimitUsedUp,
                format!("{people} people were written to in the last 24 hours"),
            )),
        }
    }

    fn accept(
        &self,
        number: &Number,
        send: &Send,
        contact: Option<ContactIx>,
        admitted: &Admitted,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let contact = contact.unwrap_or_else(|| {
            let contact = ContactIx(self.contacts.len() as u32);
            out.push(
                ContactSeen {
                    contact,
                    e164: send.to,
                }
                .into(),
            );
            contact
        });
        let message = MessageId {
            number: send.number,
            seq: number.messages.next_seq(),
        };
        let Admitted {
            template,
            business_initiated,
            fails,
            filtered,
        } = *admitted;
        let paced = fails.is_none() && template != TemplateIx::NONE;
        let held_by = paced.then(|| self.paces(template, now, out)).flatten();
        let held = held_by.is_some();
        out.push(
            Accepted {
                message,
                contact,
                template,
                business_initiated,
            }
            .into(),
        );
        if let Some(of) = held_by {
            out.push(Held { of, message }.into());
        }
        if filtered {
            out.push(Filtered { message }.into());
        }
        if let Some(refusal) = fails {
            out.push(
                Failed {
                    message,
                    code: self.graph_code(refusal),
                }
                .into(),
            );
        }
        // Nobody gets what is filtered.
        if !held && !filtered && fails.is_none() && (self.people.is_some() || people::is_magic(send.to)) {
            self.address(send.to, message, now, out);
        }
        // What fails in the same commit takes no room where failures give it back (L2).
        if business_initiated && !(fails.is_some() && self.rules.limits.failed_frees) {
            self.use_limit(send.number, contact, now, out);
        }
        Answer::Accepted {
            message,
            contact,
            fails,
            held,
            has_user_id: self.rules.recipients.user_ids,
        }
    }

    /// The code that the platform answers: for a used-up limit the edition says which (L9).
    pub fn graph_code(&self, refusal: Refusal) -> u32 {
        match refusal {
            Refusal::LimitUsedUp => self.rules.limits.exceeded.code,
            other => other.graph_code(),
        }
    }

    /// Marks a person's message as read by the business.
    pub(super) fn mark_read(&self, message: MessageId, out: &mut Vec<Event>) -> Answer {
        let record = self
            .number(message.number)
            .and_then(|n| n.messages.get(message.seq));
        match record {
            Some(record) if record.is(flag::INBOUND) => {
                if !record.is(flag::READ) {
                    out.push(crate::portfolio::event::MarkedRead { message }.into());
                }
                Answer::Done
            }
            _ => Answer::refused(
                Refusal::InvalidMessageId,
                "message_id does not name a message of a person",
            ),
        }
    }
}

/// What was admitted.
struct Admitted {
    template: TemplateIx,
    business_initiated: bool,
    fails: Option<Refusal>,
    /// It leaves and never arrives, for low quality (Q10).
    filtered: bool,
}

fn not_connected(number: &Number) -> No {
    let status = number.status(false);
    let refusal = match status {
        Status::Banned => Refusal::NumberBanned,
        Status::Migrated => Refusal::NumberMigrated,
        Status::Pending => Refusal::NumberPending,
        _ => Refusal::NumberNotRegistered,
    };
    (refusal, format!("the sending number is {}", status.label()))
}

fn paused(until: Option<Timestamp>) -> String {
    match until {
        Some(until) => format!("paused for low quality until {} (Unix seconds)", until.seconds()),
        None => "paused because of bad feedback on its first messages, until it is unpaused".into(),
    }
}
