//! Whether a message may be sent now.

use decider::{Millis, Timestamp};

use crate::ids::{
    AttemptId, ContactIx, DecisionId, NumberIx, PhoneNumberId, TemplateIx, TemplateKey, WabaIx,
};
use crate::lane::Lane;
use crate::portfolio::admission::{Case, Objection, Sent};
use crate::portfolio::answer::Known;
use crate::portfolio::attempts::{Record, flag};
use crate::portfolio::command::{Admit, What};
use crate::portfolio::event::{Admitted, Declined, TemplateSeen};
use crate::portfolio::number::Number;
use crate::portfolio::scope::Scope;
use crate::portfolio::{Answer, Portfolio};
use crate::refusal::Refusal;
use crate::seat::Out;

impl Portfolio {
    pub(super) fn admit(&self, admit: &Admit, now: Timestamp, out: &mut Out<'_>) -> Answer {
        if let Some(attempt) = admit.key.and_then(|key| self.attempts.keys.get(key, now)) {
            let outcome = self.attempts.get(attempt).map_or(Known::Unknown, known);
            return Answer::Repeated { attempt, outcome };
        }
        let Some(from) = self.sends_from(admit.number) else {
            return refused(Refusal::NumberUnknown);
        };
        if !admit.to.is_valid() {
            return refused(Refusal::RecipientInvalid);
        }
        let contact = self.meet(admit.to, out);
        let case = self.case(admit, from, contact, now, out);
        match case.objection() {
            None => self.allow(&case, admit, out),
            Some(objection) => self.decline(&case, objection, out),
        }
    }

    /// A number, and whom its limit counts.
    fn sends_from(&self, number: PhoneNumberId) -> Option<(NumberIx, &Number, &Scope)> {
        let ix = self.number_of(number)?;
        Some((ix, self.number(ix)?, self.scope(self.scope_of(ix))?))
    }

    /// All that decides about a send.
    fn case<'a>(
        &'a self,
        admit: &Admit,
        (number, of, scope): (NumberIx, &'a Number, &'a Scope),
        contact: ContactIx,
        now: Timestamp,
        out: &mut Out<'_>,
    ) -> Case<'a> {
        let person = self.people.get(contact);
        let (template_ix, template) = match admit.what {
            What::Free => (TemplateIx::NONE, None),
            What::Template { key, planned } => {
                let ix = self.find_template(of.waba, key, out);
                let known = self.template(ix);
                (ix, Some(Sent { known, planned }))
            }
        };
        let counted = self.people.own_id(contact, admit.to);
        let window = self.open_window((contact, counted), &person, number, now);
        Case {
            portfolio: self,
            now,
            number: (number, of),
            scope,
            to: admit.to,
            contact,
            person,
            counted,
            lane: template.map_or(Lane::Service, |sent| {
                Lane::of_template(sent.known.and_then(|known| known.category.value()))
            }),
            reply: template.is_none() || self.stays_open(window, now),
            template,
            template_ix,
            topic: admit.topic,
            text: if admit.text == 0 {
                0
            } else {
                (admit.text as u32).max(1)
            },
            window,
        }
    }

    pub(super) fn find_template(&self, waba: WabaIx, key: TemplateKey, out: &mut Out<'_>) -> TemplateIx {
        self.template_of(waba, key).unwrap_or_else(|| {
            out.push(TemplateSeen { waba, key }.into());
            TemplateIx(self.templates.len() as u32)
        })
    }

    fn allow(&self, case: &Case<'_>, admit: &Admit, out: &mut Out<'_>) -> Answer {
        let admitted = Admitted {
            decision: self.next_decision(),
            attempt: self.attempts.next(),
            number: case.number.0,
            contact: case.counted,
            template: case.template_ix,
            lane: case.lane,
            topic: case.topic,
            text: case.text,
            key: admit.key,
            elsewhere: admit.elsewhere,
            facts: case.facts(),
        };
        out.push(admitted.into());
        Answer::Admitted {
            decision: admitted.decision,
            attempt: admitted.attempt,
            lane: admitted.lane,
            contact: case.contact,
            counts: admitted.facts.counts,
        }
    }

    fn decline(&self, case: &Case<'_>, Objection { refusal, until }: Objection, out: &mut Out<'_>) -> Answer {
        let bound = case.now + Millis::new(self.policy.hold_max_ms);
        let held = until.filter(|until| refusal.retryable() && *until <= bound);
        let (number, of) = case.number;
        let known = of.refusals.get(case.contact, refusal, case.now);
        let decision = known.unwrap_or_else(|| self.next_decision());
        if known.is_none() {
            let declined = Declined {
                decision,
                number,
                contact: case.contact,
                template: case.template_ix,
                lane: case.lane,
                topic: case.topic,
                refusal: refusal.number(),
                until_ms: until.map(Timestamp::millis),
                held: held.is_some(),
                facts: case.facts(),
            };
            out.push(declined.into());
        }
        match held {
            Some(until) => Answer::Held {
                decision,
                refusal,
                until,
            },
            None => Answer::Refused {
                decision: Some(decision),
                refusal,
                until,
            },
        }
    }

    fn next_decision(&self) -> DecisionId {
        DecisionId(self.decisions + 1)
    }

    /// What is known of an attempt; `None` if there was none.
    pub fn outcome(&self, attempt: AttemptId) -> Option<Known> {
        match self.attempts.get(attempt) {
            Some(record) => Some(known(record)),
            None => self.attempts.was_made(attempt).then_some(Known::Unknown),
        }
    }
}

fn refused(refusal: Refusal) -> Answer {
    Answer::Refused {
        decision: None,
        refusal,
        until: None,
    }
}

fn known(record: &Record) -> Known {
    if record.any(flag::ACCEPTED) {
        Known::Accepted
    } else if record.any(flag::REFUSED) {
        Known::Refused { code: record.code }
    } else if record.any(flag::UNKNOWN | flag::LOST) {
        Known::Unknown
    } else {
        Known::Pending
    }
}
