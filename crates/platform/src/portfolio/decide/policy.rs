//! Violations of policy, appeals, and what low quality costs (H4 to H6, Q10).

use decider::{Ctx, Timestamp};
use rulebook::appeal::{self, Outcome};
use rulebook::escalation::Path;
use rulebook::low_quality;
use rulebook::policy::{self, Gate, Step};
use rulebook::rating::{Rating, afresh};
use rulebook::refusal::Refusal;
use rulebook::service_window;
use rulebook::status::{StageChange, apply};
use rulebook::template::lifecycle::{Action, TemplateStatus};

use super::send::No;
use super::stamp;
use crate::ids::{ContactIx, NumberIx, TemplateIx, WabaIx};
use crate::portfolio::command::{PolicyCommand, Send, What};
use crate::portfolio::event::{
    AppealDecided, AppealFiled, Blocked, Cause, Measure, NumberHeld, PathsDeclared, Staged, Subject,
    Throttled, Violated, ViolationEnded,
};
use crate::portfolio::number::Number;
use crate::portfolio::policy::{Standing, Violation};
use crate::portfolio::{Answer, Event, Portfolio};

/// As many as a moderator can want to record: bounds a looping client.
const RECORDS_MAX: usize = 10_000;
/// Letters of a violation's type, and of a declared way.
const CHARS_MAX: usize = 200;
/// Ways to a person of one number.
const PATHS_MAX: usize = 20;
/// Which of a command's draws decides whether its message is filtered.
const FILTER_DRAW: u64 = 40;

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

    fn violation(&self, violation: u32) -> Option<&Violation> {
        self.policy.violations.get(violation as usize)
    }

    /// A violation blocks no longer; told with what others of its account still block.
    fn ended(&self, violation: u32, reversed: bool) -> Event {
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

    /// The ways to a person of a number.
    pub(super) fn declared(&self, number: Option<NumberIx>) -> &[Path] {
        let number = number.and_then(|ix| self.number(ix));
        number.map_or(&[], |number| &number.paths)
    }

    fn declare(&self, ix: NumberIx, number: &Number, paths: &[Path], out: &mut Vec<Event>) -> Answer {
        if paths.len() > PATHS_MAX {
            let detail = format!("a number has at most {PATHS_MAX} ways to a person");
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        let too_long = |path: &&Path| {
            path.target.chars().count() > CHARS_MAX || path.target.chars().any(char::is_control)
        };
        if let Some(path) = paths.iter().find(too_long) {
            let detail = format!(
                "where {} leads cannot be that long, nor on several lines",
                path.kind.label()
            );
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        if number.paths != paths {
            out.push(
                PathsDeclared {
                    number: ix,
                    paths: paths.to_vec(),
                }
                .into(),
            );
        }
        Answer::Done
    }

    /// An appeal can be filed as soon as the number is flagged (H4).
    fn appeal_number(
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

    fn appeal_violation(&self, violation: u32, now: Timestamp, out: &mut Vec<Event>) -> Answer {
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
    fn appeal_template(&self, ix: TemplateIx, now: Timestamp, out: &mut Vec<Event>) -> Answer {
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

    /// The number was RED without a break for so long that it is throttled (Q10).
    pub(super) fn low_quality_due(&self, ix: NumberIx, out: &mut Vec<Event>) {
        let Some(number) = self.number(ix) else { return };
        out.push(Throttled { number: ix }.into());
        let change = StageChange::RateLimit;
        if apply(&number.facts, change).is_ok() {
            out.push(
                Staged {
                    number: ix,
                    change,
                    tier: self.tier_of(ix),
                }
                .into(),
            );
        }
    }

    /// A number that the rules throttled is no longer RED.
    pub(super) fn unthrottle(&self, ix: NumberIx, to: Rating, out: &mut Vec<Event>) {
        let Some(number) = self.number(ix) else { return };
        let change = StageChange::RateLimitLifted;
        if number.throttle.by_rules && to != Rating::Red && apply(&number.facts, change).is_ok() {
            out.push(
                Staged {
                    number: ix,
                    change,
                    tier: self.tier_of(ix),
                }
                .into(),
            );
        }
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

    /// Whether a business-initiated message of a number of low quality goes, and if so, whether it is filtered (Q10).
    pub(super) fn within_volume(&self, number: &Number, ctx: &Ctx) -> Result<bool, No> {
        let rules = &self.rules.low_quality;
        if number.facts.rate_limited && number.throttle.volume.sent(ctx.now) >= rules.per_day {
            let detail = match rules.per_day {
                0 => "business-initiated messages are suspended because of low quality".to_owned(),
                most => format!(
                    "{most} business-initiated messages were sent in 24 hours, as many as its quality allows"
                ),
            };
            return Err((Refusal::QualityLimited, detail));
        }
        Ok(number.rating() == Rating::Red && low_quality::is_filtered(rules, ctx.draw(FILTER_DRAW)))
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

/// FLAGGED, or RED by review.
fn is_marked(number: &Number) -> bool {
    number.flag.is_some() || number.standing.hold.is_some()
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
