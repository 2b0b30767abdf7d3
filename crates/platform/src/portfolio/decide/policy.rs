//! Violations of policy, what they bring, and what they are in the way of (H5).

use decider::Timestamp;
use rulebook::appeal::Outcome;
use rulebook::policy::{self, Gate, Step};
use rulebook::refusal::Refusal;
use rulebook::service_window;

use super::send::No;
use super::stamp;
use crate::ids::{ContactIx, NumberIx, WabaIx};
use crate::portfolio::command::{PolicyCommand, Send, What};
use crate::portfolio::event::{Blocked, Measure, Violated, ViolationEnded};
use crate::portfolio::number::Number;
use crate::portfolio::policy::{Standing, Violation};
use crate::portfolio::{Answer, Event, Portfolio};

/// As many violations, or appeals, as a moderator can want to record: bounds a looping client.
pub(super) const RECORDS_MAX: usize = 10_000;
/// Letters of a violation's type, and of a declared way.
pub(super) const CHARS_MAX: usize = 200;

impl Portfolio {
    pub(super) fn policy(&self, command: &PolicyCommand, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        match command {
            PolicyCommand::Violate {
                waba,
                number,
                kind,
                step,
            } => self.violate(*waba, *number, kind, *step, now, out),
            PolicyCommand::Reverse { violation } => self.reverse(*violation, out),
            PolicyCommand::AppealNumber { number, paths, .. } => {
                self.appeal_number(*number, paths.as_deref(), now, out)
            }
            PolicyCommand::AppealViolation { violation, .. } => self.appeal_violation(*violation, now, out),
            PolicyCommand::AppealTemplate { template, .. } => self.appeal_template(*template, now, out),
            PolicyCommand::DecideAppeal { appeal, granted } => {
                let outcome = if *granted {
                    Outcome::Granted
                } else {
                    Outcome::Refused
                };
                self.decide_appeal(*appeal, Some(outcome), now, out)
            }
            PolicyCommand::BeginTest { number, .. } => self.begin_test(*number, out),
            PolicyCommand::TesterReads { message, said } => self.tester_reads(*message, said, now, out),
            PolicyCommand::DeclarePaths { number, paths } => match self.known(*number) {
                Ok(known) => self.declare(*number, known, paths, out),
                Err(unknown) => unknown,
            },
        }
    }

    /// A violation is recorded, with what it brings.
    pub(super) fn violate(
        &self,
        waba: WabaIx,
        number: Option<NumberIx>,
        kind: &str,
        step: Option<Step>,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        if waba.index() >= self.wabas.len() {
            return Answer::Unknown("WABA");
        }
        if number.is_some_and(|ix| self.number(ix).is_none_or(|number| number.waba != waba)) {
            return Answer::Unknown("phone number");
        }
        let is_word = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        if kind.is_empty() || kind.len() > CHARS_MAX || !kind.chars().all(is_word) {
            let detail = format!("{kind:?} is no type of violation: it is made of A to Z, 0 to 9 and _");
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        if self.policy.violations.len() >= RECORDS_MAX {
            return Answer::refused(Refusal::InvalidParameter, "the portfolio has too many violations");
        }
        let rules = &self.rules.policy;
        let standing = self
            .policy
            .counting(waba)
            .map(|of| Timestamp::from_millis(of.at_ms));
        let step = step.unwrap_or_else(|| policy::step(rules, kind, standing, now));
        let violation = self.policy.violations.len() as u32;
        out.push(
            Violated {
                violation,
                waba,
                number,
                kind: kind.to_owned(),
                measure: measure(step, now),
                gate: policy::gate(rules, step),
            }
            .into(),
        );
        Answer::Violation(violation)
    }

    fn reverse(&self, violation: u32, out: &mut Vec<Event>) -> Answer {
        match self.violation(violation) {
            None => Answer::Unknown("violation"),
            Some(of) if of.standing == Standing::Reversed => {
                Answer::refused(Refusal::InvalidParameter, "the violation was taken back before")
            }
            Some(_) => {
                out.push(self.ended(violation, true));
                Answer::Done
            }
        }
    }

    pub(super) fn violation(&self, violation: u32) -> Option<&Violation> {
        self.policy.violations.get(violation as usize)
    }

    /// A violation blocks no longer; told with what others of its account still block.
    pub(super) fn ended(&self, violation: u32, reversed: bool) -> Event {
        let waba = self.violation(violation).map(|of| of.waba);
        let blocks = |(place, of): (u32, &Violation)| {
            let stands = Some(of.waba) == waba && of.standing == Standing::Stands;
            (place != violation && stands && !of.gate.is_open()).then_some(Blocked {
                gate: of.gate,
                until_ms: match of.measure {
                    Measure::Restriction { until_ms } => Some(until_ms),
                    _ => None,
                },
            })
        };
        ViolationEnded {
            violation,
            reversed,
            left: (0..).zip(&self.policy.violations).filter_map(blocks).collect(),
        }
        .into()
    }

    /// A restriction has lasted its time.
    pub(super) fn restriction_due(&self, violation: u32, out: &mut Vec<Event>) {
        out.push(self.ended(violation, false));
    }

    /// Whether a message goes though something is in the way of the account.
    pub(super) fn past_gate(
        &self,
        number: &Number,
        send: &Send,
        contact: Option<ContactIx>,
        now: Timestamp,
    ) -> Result<(), No> {
        let in_window = || {
            let inbound = contact.and_then(|contact| number.messages.last_inbound(contact));
            service_window::open(inbound, now, self.rules.service_window)
        };
        let template = matches!(send.what, What::Template { .. });
        let stopped = number
            .gate
            .any(Gate::MESSAGES.and(Gate::LOCKED).and(Gate::DISABLED))
            || (number.gate.any(Gate::TEMPLATES) && template)
            || (number.gate.any(Gate::BUSINESS_INITIATED) && !in_window());
        if stopped {
            Err(self.blocked(number.waba))
        } else {
            Ok(())
        }
    }

    /// Why nothing, or not this, may be sent by an account.
    pub fn blocked(&self, waba: WabaIx) -> (Refusal, String) {
        let Some(of) = self.policy.blocking(waba) else {
            return (
                Refusal::AccountPolicyBlocked,
                "the account is restricted".to_owned(),
            );
        };
        let kind = &of.kind;
        match of.measure {
            Measure::Restriction { until_ms } => {
                let until = Timestamp::from_millis(until_ms).seconds();
                let what = if of.gate.any(Gate::MESSAGES) {
                    "messages"
                } else if of.gate.any(Gate::TEMPLATES) {
                    "templates"
                } else {
                    "business-initiated messages"
                };
                let detail = format!("{what} are restricted for {kind} until {until} (Unix seconds)");
                (Refusal::AccountPolicyBlocked, detail)
            }
            Measure::Lock => (
                Refusal::AccountLocked,
                format!("the account is locked for {kind}"),
            ),
            Measure::Disable => (
                Refusal::AccountLocked,
                format!("the account is disabled for {kind}"),
            ),
            Measure::OffBoarding => (
                Refusal::AccountLocked,
                format!("the account was off-boarded for {kind}"),
            ),
            Measure::Warning => (
                Refusal::AccountPolicyBlocked,
                "the account is restricted".to_owned(),
            ),
        }
    }
}

fn measure(step: Step, now: Timestamp) -> Measure {
    match step {
        Step::Warning => Measure::Warning,
        Step::Restriction(span) => Measure::Restriction {
            until_ms: stamp(now + span),
        },
        Step::Lock => Measure::Lock,
        Step::Disable => Measure::Disable,
        Step::OffBoarding => Measure::OffBoarding,
    }
}

/// The step that brought a measure, taken at `at`.
pub(in crate::portfolio) fn step_of(measure: Measure, at: Timestamp) -> Step {
    match measure {
        Measure::Warning => Step::Warning,
        Measure::Restriction { until_ms } => Step::Restriction(Timestamp::from_millis(until_ms).since(at)),
        Measure::Lock => Step::Lock,
        Measure::Disable => Step::Disable,
        Measure::OffBoarding => Step::OffBoarding,
    }
}
