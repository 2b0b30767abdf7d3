//! Appeals of numbers, violations and templates, and how they are decided (H4, H6, T8).

use decider::Timestamp;
use rulebook::appeal::{self, Outcome};
use rulebook::escalation::Path;
use rulebook::policy;
use rulebook::rating::afresh;
use rulebook::refusal::Refusal;
use rulebook::template::lifecycle::{Action, TemplateStatus};

use super::policy::{RECORDS_MAX, step_of};
use super::stamp;
use crate::ids::{NumberIx, TemplateIx};
use crate::portfolio::event::{AppealDecided, AppealFiled, Cause, NumberHeld, Subject};
use crate::portfolio::number::Number;
use crate::portfolio::policy::Standing;
use crate::portfolio::{Answer, Event, Portfolio};

impl Portfolio {
    /// An appeal can be filed as soon as the number is flagged (H4).
    pub(super) fn appeal_number(
        &self,
        ix: NumberIx,
        paths: Option<&[Path]>,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let number = match self.known(ix) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        if !is_marked(number) {
            let detail =
                "the number is neither FLAGGED nor RED by review: there is nothing to appeal against";
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        let mut declared = Vec::new();
        if let Some(paths) = paths {
            match self.declare(ix, number, paths, &mut declared) {
                Answer::Done => {}
                refused => return refused,
            }
        }
        let answer = self.file(Subject::Number(ix), now, &mut declared);
        if matches!(answer, Answer::Appeal(_)) {
            out.append(&mut declared);
        }
        answer
    }

    pub(super) fn appeal_violation(&self, violation: u32, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        let Some(of) = self.violation(violation) else {
            return Answer::Unknown("violation");
        };
        let detail = match of.standing {
            Standing::Reversed => Some("the violation was taken back already"),
            Standing::Over if !of.gate.is_open() => Some("the restriction is over"),
            _ if !policy::is_appealable(
                &self.rules.policy,
                &of.kind,
                step_of(of.measure, Timestamp::from_millis(of.at_ms)),
            ) =>
            {
                Some("no appeal is heard against this violation: its restriction has to be waited for")
            }
            _ => None,
        };
        match detail {
            Some(detail) => Answer::refused(Refusal::InvalidParameter, detail),
            None => self.file(Subject::Violation(violation), now, out),
        }
    }

    /// A template that was rejected or disabled is appealed for (T8).
    pub(super) fn appeal_template(&self, ix: TemplateIx, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        let Some(template) = self.living(ix) else {
            return Answer::Unknown("template");
        };
        if let Err(illegal) = template.status.allows(Action::Appeal) {
            return Answer::refused(illegal.refusal(), illegal.to_string());
        }
        let subject = match template.status {
            TemplateStatus::Rejected => Subject::Rejection(ix),
            _ => Subject::Disabling(ix),
        };
        self.file(subject, now, out)
    }

    fn file(&self, subject: Subject, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        if let Some(open) = self.policy.open_appeal(subject) {
            let detail = format!("appeal {open} about this is open");
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        if self.policy.appeals.len() >= RECORDS_MAX {
            return Answer::refused(Refusal::InvalidParameter, "the portfolio has too many appeals");
        }
        let appeal = self.policy.appeals.len() as u32;
        let due = now + self.rules.policy.review;
        out.push(
            AppealFiled {
                appeal,
                subject,
                due_ms: stamp(due),
            }
            .into(),
        );
        Answer::Appeal(appeal)
    }

    /// An appeal is decided: as a moderator says, else by the rules.
    pub(super) fn decide_appeal(
        &self,
        appeal: u32,
        by_moderator: Option<Outcome>,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let Some(of) = self.policy.appeals.get(appeal as usize) else {
            return Answer::Unknown("appeal");
        };
        if of.decided.is_some() {
            return Answer::refused(Refusal::InvalidParameter, "the appeal was decided before");
        }
        let ruled = match of.subject {
            Subject::Number(ix) => self.rule_number(ix),
            Subject::Violation(violation) => self.rule_violation(violation),
            Subject::Rejection(ix) | Subject::Disabling(ix) => self.rule_template(ix),
        };
        // Nobody can take back what is no longer there.
        let outcome = match (ruled, by_moderator) {
            (Outcome::Moot, _) => Outcome::Moot,
            (ruled, said) => said.unwrap_or(ruled),
        };
        out.push(
            AppealDecided {
                appeal,
                outcome,
                by_moderator: by_moderator.is_some(),
            }
            .into(),
        );
        match (outcome, of.subject) {
            (Outcome::Granted, Subject::Number(ix)) => self.unmark(ix, now, out),
            (Outcome::Granted, Subject::Violation(violation)) => {
                out.push(self.ended(violation, true));
            }
            // The decision itself moves the template.
            (Outcome::Granted, Subject::Rejection(_) | Subject::Disabling(_))
            | (Outcome::Refused | Outcome::Moot, _) => {}
        }
        Answer::Done
    }

    fn rule_number(&self, ix: NumberIx) -> Outcome {
        let number = self.number(ix);
        let marked = number.is_some_and(is_marked);
        appeal::of_number(
            marked,
            number.and_then(|n| n.standing.hold),
            self.declared(Some(ix)),
        )
    }

    fn rule_violation(&self, violation: u32) -> Outcome {
        let Some(of) = self.violation(violation) else {
            return Outcome::Moot;
        };
        let open = of.standing == Standing::Stands || of.standing == Standing::Over && of.gate.is_open();
        appeal::of_violation(open, &of.kind, self.declared(of.number))
    }

    fn rule_template(&self, ix: TemplateIx) -> Outcome {
        let Some(template) = self.template(ix) else {
            return Outcome::Moot;
        };
        let requested = template.status == TemplateStatus::AppealRequested;
        let rejected = template.rejection.as_ref().map(|(reason, ..)| reason.as_str());
        appeal::of_template(requested, rejected, &self.findings(ix))
    }

    /// A number's mark is taken back: feedback alone rates it, and its flag ends without penalty.
    fn unmark(&self, ix: NumberIx, now: Timestamp, out: &mut Vec<Event>) {
        let Some(number) = self.number(ix) else { return };
        if number.standing.hold.is_some() {
            out.push(
                NumberHeld {
                    number: ix,
                    hold: None,
                }
                .into(),
            );
        }
        let rating = afresh(&self.rules.rating, &number.evidence, &number.standing, now);
        let before = out.len();
        if rating != number.rating() {
            self.rate_number(ix, &number.evidence, rating, Cause::Appeal, now, out);
        }
        let ended = out[before..]
            .iter()
            .any(|event| matches!(event, Event::FlagEnded(_)));
        if number.flag.is_some() && !ended {
            self.end_flag(ix, true, now, out);
        }
    }
}

/// FLAGGED, or RED by review.
fn is_marked(number: &Number) -> bool {
    number.flag.is_some() || number.standing.hold.is_some()
}
