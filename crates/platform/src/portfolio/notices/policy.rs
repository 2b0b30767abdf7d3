//! What administrators are told of violations and appeals.

use decider::Timestamp;
use rulebook::appeal::Outcome;
use rulebook::policy::{Gate, is_appealable};
use rulebook::portfolio_pacing::VIOLATION;

use super::Notice;
use super::text::span;
use crate::ids::NumberIx;
use crate::portfolio::Portfolio;
use crate::portfolio::decide::policy::step_of;
use crate::portfolio::event::{AppealDecided, AppealFiled, Measure, Subject, Violated, ViolationEnded};

impl Portfolio {
    pub(super) fn violated(&self, e: &Violated, at: Timestamp) -> Option<Notice> {
        let waba = format!("WABA {}", self.waba_name(e.waba));
        let (subject, means) = match e.measure {
            Measure::Warning => (
                format!("{waba} is warned for {}", e.kind),
                "Nothing is restricted yet. Another violation may bring a restriction.".to_owned(),
            ),
            Measure::Restriction { until_ms } => {
                let time = span(Timestamp::from_millis(until_ms).since(at));
                let what = if e.gate.any(Gate::MESSAGES) {
                    "Messages of any kind, replies too, are blocked"
                } else if e.gate.any(Gate::TEMPLATES) {
                    "Templates are blocked"
                } else {
                    "Business-initiated messages are blocked, replies go on"
                };
                let means = if e.gate.any(Gate::CREATION) {
                    format!(
                        "Templates are blocked and none can be submitted for {time}, while the portfolio is reviewed."
                    )
                } else {
                    format!("{what}, and no numbers can be added, for {time}.")
                };
                (format!("{waba} is restricted for {time} for {}", e.kind), means)
            }
            Measure::Lock => (
                format!("{waba} is locked for {}", e.kind),
                "Nothing can be sent until an appeal is granted.".to_owned(),
            ),
            Measure::Disable => (
                format!("{waba} is disabled for {}", e.kind),
                "Its numbers send and receive nothing any more.".to_owned(),
            ),
            Measure::OffBoarding => (
                format!("{waba} is off the platform for {}", e.kind),
                "Its numbers send and receive nothing any more.".to_owned(),
            ),
        };
        let heard = is_appealable(&self.rules.policy, &e.kind, step_of(e.measure, at));
        let appeal = if heard {
            "Mend what led to it; if the decision itself is wrong, appeal."
        } else {
            "Mend what led to it; no appeal is heard against this violation."
        };
        let on = e
            .number
            .map_or_else(String::new, |number| format!(" on {}", self.number_name(number)));
        let reason = if e.kind == VIOLATION {
            "People complained about the first of many messages in a short time: those held back were dropped.".to_owned()
        } else {
            format!("A violation of policy was found{on}: {}.", e.kind)
        };
        Notice::new(subject, reason, format!("{means} {appeal}"))
    }

    pub(super) fn violation_ended(&self, e: &ViolationEnded) -> Option<Notice> {
        let name = self.violation_name(e.violation);
        let freed = if e.left.is_empty() {
            "What it blocked is free again"
        } else {
            "Other violations still restrict the account"
        };
        if e.reversed {
            return Notice::new(
                format!("{name} was taken back"),
                "The decision was reversed.",
                format!("{freed}. It counts no more."),
            );
        }
        Notice::new(
            format!("{name}: the restriction is over"),
            "It has lasted its time.",
            format!("{freed}. The violation still counts: the next one weighs more."),
        )
    }

    pub(super) fn appeal_filed(&self, e: &AppealFiled, at: Timestamp) -> Option<Notice> {
        let due = span(Timestamp::from_millis(e.due_ms).since(at));
        let advice = match e.subject {
            Subject::Number(_) if self.is_flagged(e.subject) => {
                "Until then the number stays as it is, and the flag's time runs on."
            }
            Subject::Rejection(_) | Subject::Disabling(_) => "Until then it can be neither sent nor edited.",
            Subject::Number(_) | Subject::Violation(_) => "Until then everything stays as it is.",
        };
        Notice::new(
            format!("{}: an appeal was filed", self.subject_name(e.subject)),
            "A review was requested.",
            format!("It is decided within {due}. {advice}"),
        )
    }

    pub(super) fn appeal_decided(&self, e: &AppealDecided) -> Option<Notice> {
        let subject = self.policy.appeals.get(e.appeal as usize)?.subject;
        let by = if e.by_moderator {
            "A moderator"
        } else {
            "The review"
        };
        let name = self.subject_name(subject);
        let (subject, reason, advice) = match (e.outcome, subject) {
            (Outcome::Granted, Subject::Number(_)) => (
                format!("{name}: the appeal was granted"),
                format!("{by} took the mark back."),
                "The number is rated by feedback alone again.",
            ),
            (Outcome::Granted, Subject::Violation(_)) => (
                format!("{name}: the appeal was granted"),
                format!("{by} reversed the decision."),
                "The violation counts no more.",
            ),
            (Outcome::Granted, Subject::Rejection(_) | Subject::Disabling(_)) => (
                format!("{name}: the appeal was granted"),
                format!("{by} reversed the decision."),
                "The template can be sent from now on; its quality is rated anew.",
            ),
            (Outcome::Refused, Subject::Rejection(_)) => (
                format!("{name}: the appeal was refused"),
                format!("{by} left the decision unchanged."),
                "Edit the template and submit it again.",
            ),
            (Outcome::Refused, Subject::Disabling(_)) => (
                format!("{name}: the appeal was refused"),
                format!("{by} left the decision unchanged."),
                "It cannot be sent any more. Submit a better template.",
            ),
            (Outcome::Refused, Subject::Number(_)) => (
                format!("{name}: the appeal was refused"),
                format!("{by} found neither a direct way to a person nor a mistake."),
                if self.is_flagged(subject) {
                    "The flag's time runs on. Mend what is wrong and appeal again."
                } else {
                    "Mend what is wrong and appeal again."
                },
            ),
            (Outcome::Refused, Subject::Violation(violation)) => (
                format!("{name}: the appeal was refused"),
                format!("{by} left the decision unchanged."),
                self.unchanged(violation),
            ),
            (Outcome::Moot, _) => (
                format!("{name}: the appeal is closed"),
                "What it was filed against is gone.".to_owned(),
                "Nothing has to be done.",
            ),
        };
        Notice::new(subject, reason, advice)
    }

    /// Why a number is throttled (Q10).
    pub(super) fn why_throttled(&self, ix: NumberIx) -> String {
        let after = self.rules.low_quality.throttled_after;
        match after.filter(|_| self.is_throttled_by_rules(ix)) {
            Some(after) => format!("Its quality rating was RED for {} without a break.", span(after)),
            None => "Reviewers throttled its volume.".to_owned(),
        }
    }

    /// What a throttled number still sends.
    pub(super) fn goes_throttled(&self, ix: NumberIx) -> String {
        let goes = match self.rules.low_quality.per_day {
            0 => "No business-initiated message goes".to_owned(),
            1 => "One business-initiated message goes in 24 hours".to_owned(),
            most => format!("{most} business-initiated messages go in 24 hours"),
        };
        let until = if self.is_throttled_by_rules(ix) {
            "until its rating leaves RED"
        } else {
            "until that is lifted"
        };
        format!("{goes} {until}; replies go on. Keep to what people asked for.")
    }

    fn is_throttled_by_rules(&self, ix: NumberIx) -> bool {
        self.number(ix).is_some_and(|number| number.throttle.by_rules)
    }

    /// What stays as it is after an appeal against a violation was refused.
    fn unchanged(&self, violation: u32) -> &'static str {
        match self
            .policy
            .violations
            .get(violation as usize)
            .map(|of| of.measure)
        {
            Some(Measure::Restriction { .. }) => "What is blocked stays blocked until the restriction ends.",
            Some(Measure::Lock) => "The account stays locked. Mend what led to it and appeal again.",
            Some(Measure::Disable | Measure::OffBoarding) => "The account stays closed.",
            Some(Measure::Warning) | None => "The violation still counts: the next one weighs more.",
        }
    }

    fn is_flagged(&self, subject: Subject) -> bool {
        match subject {
            Subject::Number(ix) => self.number(ix).is_some_and(|number| number.flag.is_some()),
            Subject::Violation(_) | Subject::Rejection(_) | Subject::Disabling(_) => false,
        }
    }
}
