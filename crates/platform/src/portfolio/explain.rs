//! What an event means, in words: what happened and why, for people.
//!
//! Texts name numbers and templates as people know them; a person is named by the last four digits only.

use rulebook::policy::Gate;
use rulebook::rating::{Rating, Signal};
use rulebook::refusal::Refusal;

use super::decide::escalation::follows;
use super::event::{Cause, Decision, Event, Measure, Notice, Subject, Verdict, Why};
use super::messages::flag;
use super::{Portfolio, Rules};
use crate::ids::{ContactIx, NumberIx, ScopeIx, TemplateIx, WabaIx};

impl Portfolio {
    /// One line for people.
    pub fn describe(&self, event: &Event) -> String {
        let n = |number| self.number_name(number);
        let t = |template| self.template_name(template);
        match event {
            Event::Opened(e) => format!(
                "portfolio {} opened under edition {}",
                e.name,
                self.edition_name(e)
            ),
            Event::WabaAdded(e) => format!("WABA {} added", e.name),
            Event::NumberAdded(e) => format!("number +{} added as {}: PENDING", e.e164, e.verified_name),
            Event::Staged(e) => format!("{}: {}", n(e.number), e.change.name().replace('_', " ")),
            Event::ContactSeen(e) => format!("person {} is known from now on", self.person_name(e.contact)),
            Event::ContactsMerged(e) => {
                format!(
                    "person {} is person {}",
                    self.person_name(e.from),
                    self.person_name(e.into)
                )
            }
            Event::Accepted(e) => {
                let kind = if e.business_initiated {
                    "business-initiated"
                } else {
                    "service"
                };
                let what = if e.template == TemplateIx::NONE {
                    "message".into()
                } else {
                    t(e.template)
                };
                format!(
                    "{}: {kind} {what} to {} accepted",
                    n(e.message.number),
                    self.person_name(e.contact)
                )
            }
            Event::Received(e) => {
                let what = if e.call { "called" } else { "wrote" };
                let who = self.person_name(e.contact);
                format!(
                    "{who} {what} to {}: service window open for 24 h",
                    n(e.message.number)
                )
            }
            Event::SentThrough(e) => format!("{}: messages before {} have left", n(e.number), e.until),
            Event::DeliveredThrough(e) => {
                format!("{}: messages before {} have arrived", n(e.number), e.until)
            }
            Event::Delivered(e) => format!("{}: message {} arrived", n(e.message.number), e.message.seq),
            Event::Read(e) => format!("{}: message {} was read", n(e.message.number), e.message.seq),
            Event::Failed(e) => {
                format!(
                    "{}: message {} failed with {}",
                    n(e.message.number),
                    e.message.seq,
                    e.code
                )
            }
            Event::Refused(e) => {
                let why = Refusal::from_number(e.refusal).map_or("unknown reason", Refusal::title);
                format!(
                    "{}: a send to {} was refused: {why}",
                    n(e.number),
                    self.person_name(e.contact)
                )
            }
            Event::MarkedRead(e) => format!("{}: read message {}", n(e.message.number), e.message.seq),
            Event::Signalled(e) => self.describe_signal(e),
            Event::Unblocked(e) => format!("{} unblocked {}", self.person_name(e.contact), n(e.number)),
            Event::NumberRated(e) => {
                format!(
                    "{}: rating {} -> {} because {}",
                    n(e.number),
                    e.from.label(),
                    e.to.label(),
                    why(&e.why, &self.rules)
                )
            }
            Event::TemplateRated(e) => {
                format!(
                    "{}: rating {} -> {} because {}",
                    t(e.template),
                    e.from.label(),
                    e.to.label(),
                    why(&e.why, &self.rules)
                )
            }
            Event::NumberEvaluated(e) => format!("{}: rating looked at", n(e.number)),
            Event::TemplateEvaluated(e) => format!("{}: rating looked at", t(e.template)),
            Event::NumberHeld(e) => match e.hold {
                Some(reason) => format!("{}: RED by review: {}", n(e.number), reason.label()),
                None => format!("{}: the reviewers' RED was lifted", n(e.number)),
            },
            Event::Flagged(e) => format!(
                "{}: FLAGGED, the limit cannot rise; 7 days to recover",
                n(e.number)
            ),
            Event::FlagEnded(e) if e.recovered => format!("{}: recovered, CONNECTED again", n(e.number)),
            Event::FlagEnded(e) => format!(
                "{}: still RED at the deadline, CONNECTED again, one tier lower if there is one",
                n(e.number)
            ),
            Event::FlagExtended(e) => format!("{}: the flag's timer runs on", n(e.number)),
            Event::LimitReached(e) => {
                format!(
                    "{}: RESTRICTED, {} people in 24 h use up the limit; replies go on",
                    self.scope_name(e.scope),
                    e.used
                )
            }
            Event::LimitFreed(e) => format!("{}: the limit has room again", self.scope_name(e.scope)),
            Event::TierChanged(e) => self.describe_tier(e),
            Event::UpgradeExpected(e) => {
                format!(
                    "{}: enough people reached; the next tier waits for its time",
                    self.scope_name(e.scope)
                )
            }
            Event::Verified(e) => format!("portfolio {}: {}", self.name, e.path.text()),
            Event::AnalysisBegan(e) => {
                format!(
                    "{}: analysed for the first step because {}",
                    self.scope_name(e.scope),
                    e.path.text()
                )
            }
            Event::Analysed(e) => format!(
                "{}: the analysis for the first step ended: {}{}",
                self.scope_name(e.scope),
                e.outcome.name().replace('_', " "),
                if e.by_tester { ", by the tester" } else { "" }
            ),
            Event::UpgradeMissed(e) => format!("{}: no higher tier now", self.scope_name(e.scope)),
            Event::TemplateCreated(e) => {
                format!(
                    "template {} ({}) submitted: in review",
                    e.draft.name, e.draft.language
                )
            }
            Event::TemplateReviewed(e) => match &e.decision {
                Decision::Approve => format!("{}: approved", t(e.template)),
                Decision::Reject {
                    reason, explanation, ..
                } => {
                    format!("{}: rejected as {reason}: {explanation}", t(e.template))
                }
            },
            Event::TemplateEdited(e) => format!("{}: edited, in review again", t(e.template)),
            Event::TemplateDeleted(e) => format!("{}: deleted", t(e.template)),
            Event::TemplatePaused(e) => {
                format!("{}: paused for the {} time", t(e.template), ordinal(e.instance))
            }
            Event::TemplateUnpaused(e) => format!("{}: the pause is over, quality pending", t(e.template)),
            Event::TemplateDisabled(e) => format!("{}: disabled for good", t(e.template)),
            Event::MarketingStopped(e) => {
                format!(
                    "{} stopped marketing of {}",
                    self.person_name(e.contact),
                    n(e.number)
                )
            }
            Event::MarketingResumed(e) => {
                format!(
                    "{} takes marketing of {} again",
                    self.person_name(e.contact),
                    n(e.number)
                )
            }
            Event::UserBlocked(e) => {
                format!(
                    "{}: the business blocked {}",
                    n(e.number),
                    self.person_name(e.contact)
                )
            }
            Event::UserUnblocked(e) => {
                format!(
                    "{}: the business unblocked {}",
                    n(e.number),
                    self.person_name(e.contact)
                )
            }
            Event::ThroughputSet(e) => {
                format!("{}: throughput {} from now on", n(e.number), e.level.name())
            }
            Event::ThroughputExpected(e) if e.at_ms == 0 => {
                format!("{}: no higher throughput now", n(e.number))
            }
            Event::ThroughputExpected(e) => {
                format!(
                    "{}: all is there for a higher throughput, which waits for its time",
                    n(e.number)
                )
            }
            Event::ThroughputRaising(e) => {
                format!(
                    "{}: being raised to a higher throughput, sends nothing meanwhile",
                    n(e.number)
                )
            }
            Event::CameByEntryPoint(e) => format!(
                "{} came to {} by a free entry point",
                self.person_name(e.contact),
                n(e.message.number)
            ),
            Event::StatusTold(e) if e.restricted => {
                format!(
                    "{}: told by webhook that the limit is used up",
                    self.scope_name(e.scope)
                )
            }
            Event::StatusTold(e) => {
                format!(
                    "{}: told by webhook that the limit has room again",
                    self.scope_name(e.scope)
                )
            }
            Event::StatusQuiet(e) => {
                format!("{}: the limit is as it was last told", self.scope_name(e.scope))
            }
            Event::MisuseFound(e) => format!(
                "WABA {}: marketing was sent as utility; the account is {}",
                self.waba_name(e.waba),
                e.step.label()
            ),
            Event::MisuseEnded(e) => {
                format!("WABA {}: no longer {}", self.waba_name(e.waba), e.step.label())
            }
            Event::Noticed(e) => format!("administrators told: {}", self.describe_notice(e.notice)),
            Event::PathsDeclared(e) => {
                let kinds: Vec<&str> = e.paths.iter().map(|path| path.kind.label()).collect();
                format!("{}: declared ways to a person: {}", n(e.number), listed(&kinds))
            }
            Event::TestBegun(e) => format!("{}: a tester looks for a way to a person", n(e.number)),
            Event::TesterRead(e) => {
                let kinds: Vec<&str> = e.offered.iter().map(|kind| kind.label()).collect();
                let (offered, next) = (listed(&kinds), follows(e.follow));
                format!(
                    "{}: the tester was offered {offered}, and {next}",
                    n(e.message.number)
                )
            }
            Event::TestEnded(e) => match e.found {
                Some(kind) => format!(
                    "{}: the tester found a way to a person: {}",
                    n(e.number),
                    kind.label()
                ),
                None => format!("{}: the tester found no way to a person", n(e.number)),
            },
            Event::Violated(e) => self.describe_violation(e),
            Event::ViolationEnded(e) => {
                let what = if e.reversed {
                    "was taken back"
                } else {
                    "has brought its restriction, which is over"
                };
                format!("{}: {what}", self.violation_name(e.violation))
            }
            Event::AppealFiled(e) => format!(
                "appeal {} filed against {}",
                e.appeal,
                self.subject_name(e.subject)
            ),
            Event::AppealDecided(e) => {
                let by = if e.by_moderator {
                    "a moderator"
                } else {
                    "the rules"
                };
                let filed = self.policy.appeals.get(e.appeal as usize);
                let against = filed.map_or_else(String::new, |of| {
                    format!(" against {}", self.subject_name(of.subject))
                });
                format!("appeal {}{against}: {} by {by}", e.appeal, e.outcome.name())
            }
            Event::Filtered(e) => {
                format!(
                    "{}: message {} is filtered for low quality",
                    n(e.message.number),
                    e.message.seq
                )
            }
            Event::Throttled(e) => format!("{}: RED for too long, its volume is throttled", n(e.number)),
            Event::AdministratorsSet(e) => {
                let names: Vec<&str> = e.administrators.iter().map(|who| who.name.as_str()).collect();
                format!("administrators from now on: {}", names.join(", "))
            }
            Event::SentAsMarketing(e) => format!(
                "{}: message {} went by the interface for marketing",
                n(e.message.number),
                e.message.seq
            ),
            Event::RegistrationCalled(_)
            | Event::PinSet(_)
            | Event::CodeSent(_)
            | Event::CodeEntered(_)
            | Event::MediumStored(_)
            | Event::MediumDeleted(_)
            | Event::ProfileSet(_)
            | Event::QrSaved(_)
            | Event::QrDeleted(_)
            | Event::SettingsSet(_)
            | Event::InsightsEnabled(_) => self.describe_surface(event),
            Event::WatchSet(e) if e.watched => format!("portfolio {}: watched from now on", self.name),
            Event::WatchSet(_) => format!("portfolio {}: no longer watched", self.name),
            Event::PacingBegan(e) => format!("{}: paced, the first messages go", self.paced_name(e.of)),
            Event::Held(e) => format!(
                "{}: message {} is held until feedback on others is known",
                n(e.message.number),
                e.message.seq
            ),
            Event::PacingJudged(e) => self.describe_judgement(e),
            Event::HeldReleased(e) => format!(
                "{}: {} held messages have left",
                self.paced_name(e.of),
                e.messages.len()
            ),
            Event::HeldArrived(e) => format!(
                "{}: {} messages that were held have arrived",
                self.paced_name(e.of),
                e.messages.len()
            ),
            Event::HeldDropped(e) => format!(
                "{}: {} held messages failed with {}",
                self.paced_name(e.of),
                e.messages.len(),
                e.code
            ),
            Event::NameReserved(e) => format!(
                "{}: its name cannot be used before {} (Unix seconds){}",
                t(e.template),
                e.until_ms / 1_000,
                if e.every_language { ", in any language" } else { "" }
            ),
            Event::DeletionDeferred(e) => {
                format!("{}: deleted as soon as nothing of it is held", t(e.template))
            }
            Event::TtlSet(e) => match e.seconds {
                -1 => format!("{}: its messages may wait 30 days", t(e.template)),
                seconds => format!("{}: its messages may wait {seconds} s", t(e.template)),
            },
            Event::PacingPaused(e) => {
                format!("{}: paused by pacing until it is unpaused", t(e.template))
            }
            Event::MagicRefused(e) => {
                let n = n(e.number);
                format!("{n}: a send to a magic recipient was refused with {}", e.code)
            }
            Event::Apart(e) => format!(
                "{}: message {} does not arrive",
                n(e.message.number),
                e.message.seq
            ),
            Event::Expected(e) => {
                let (message, act) = (e.message, e.act.words());
                format!(
                    "{}: message {}: {act} {}",
                    n(message.number),
                    message.seq,
                    e.at_ms
                )
            }
            Event::Acted(e) => format!("{} of what was expected came to pass", e.count),
            Event::LinkFollowed(e) => {
                format!(
                    "{}: a link in message {} was followed",
                    n(e.message.number),
                    e.message.seq
                )
            }
            Event::Clicked(_)
            | Event::CategoryNoticed(_)
            | Event::CategoryChanged(_)
            | Event::CategoryReviewAsked(_)
            | Event::CategoryReviewed(_)
            | Event::Archived(_)
            | Event::Unarchived(_)
            | Event::UseSeen(_) => self.describe_upkeep(event),
            Event::PeopleSet(e) if e.file.is_empty() => "no simulated people from now on".to_owned(),
            Event::PeopleSet(_) => "simulated people from a file from now on".to_owned(),
        }
    }

    /// What is paced: a template, or all templates together.
    fn paced_name(&self, of: TemplateIx) -> String {
        if of == TemplateIx::NONE {
            "the portfolio".to_owned()
        } else {
            self.template_name(of)
        }
    }

    fn describe_judgement(&self, e: &super::event::PacingJudged) -> String {
        let of = self.paced_name(e.of);
        let held = self.pacing.held(e.of);
        match (e.verdict, e.by_time) {
            (Verdict::Drop, _) => format!("{of}: feedback is bad, the {held} held messages are dropped"),
            (Verdict::Release(_), false) => format!("{of}: feedback is good, held messages are released"),
            (Verdict::Release(_), true) => {
                format!("{of}: the time is over and feedback is not bad, held messages are released")
            }
        }
    }

    fn describe_violation(&self, e: &super::event::Violated) -> String {
        let brings = match e.measure {
            Measure::Warning => "a warning".to_owned(),
            Measure::Restriction { until_ms } if e.gate.any(Gate::MESSAGES) => {
                format!("no messages until {} (Unix seconds)", until_ms / 1_000)
            }
            Measure::Restriction { until_ms } if e.gate.any(Gate::TEMPLATES) => {
                format!("no templates until {} (Unix seconds)", until_ms / 1_000)
            }
            Measure::Restriction { until_ms } => {
                format!(
                    "no business-initiated messages until {} (Unix seconds)",
                    until_ms / 1_000
                )
            }
            Measure::Lock => "the account is locked".to_owned(),
            Measure::Disable => "the account is disabled".to_owned(),
            Measure::OffBoarding => "the account is off the platform".to_owned(),
        };
        let on = e
            .number
            .map_or_else(String::new, |number| format!(" on {}", self.number_name(number)));
        format!(
            "WABA {}: violation {} ({}){on}: {brings}",
            self.waba_name(e.waba),
            e.violation,
            e.kind
        )
    }

    pub(super) fn waba_name(&self, waba: WabaIx) -> String {
        self.wabas
            .get(waba.index())
            .cloned()
            .unwrap_or_else(|| waba.0.to_string())
    }

    pub(super) fn violation_name(&self, violation: u32) -> String {
        let found = self.policy.violations.get(violation as usize);
        found.map_or_else(
            || format!("violation {violation}"),
            |of| {
                format!(
                    "WABA {}: violation {violation} ({})",
                    self.waba_name(of.waba),
                    of.kind
                )
            },
        )
    }

    pub(super) fn subject_name(&self, subject: Subject) -> String {
        match subject {
            Subject::Number(number) => self.number_name(number),
            Subject::Violation(violation) => self.violation_name(violation),
            Subject::Rejection(template) | Subject::Disabling(template) => self.template_name(template),
        }
    }

    fn describe_signal(&self, e: &super::event::Signalled) -> String {
        let signal = Signal::from_number(e.signal).map_or("signal", |signal| signal.kind().label());
        let on = e.charged.map_or_else(
            || "the number itself".to_owned(),
            |seq| self.message_name(e.number, seq),
        );
        let weight = match (e.counts, e.burst) {
            (false, _) => "; adds nothing new",
            (true, true) => "; weighs more, as part of a burst",
            (true, false) => "",
        };
        format!(
            "{} {signal} {}, charged to {on}{weight}",
            self.person_name(e.contact),
            self.number_name(e.number)
        )
    }

    fn message_name(&self, number: NumberIx, seq: u32) -> String {
        let record = self.number(number).and_then(|n| n.messages.get(seq));
        match record {
            Some(record) if record.template != TemplateIx::NONE => {
                format!("message {seq} ({})", self.template_name(record.template))
            }
            Some(record) if record.is(flag::INBOUND) => format!("inbound message {seq}"),
            _ => format!("message {seq}"),
        }
    }

    fn describe_tier(&self, e: &super::event::TierChanged) -> String {
        let tiers = &self.rules.limits.tiers;
        let name = |ix: u8| {
            tiers
                .get(usize::from(ix))
                .map_or_else(String::new, |limit| limit.tier_name())
        };
        let scope = self.scope_name(e.scope);
        if e.to > e.from {
            format!(
                "{scope}: limit {} -> {}, {} people reached in 7 days",
                name(e.from),
                name(e.to),
                e.reached
            )
        } else {
            format!("{scope}: limit {} -> {}", name(e.from), name(e.to))
        }
    }

    fn describe_notice(&self, notice: Notice) -> String {
        match notice {
            Notice::RatingFell(n) => format!("the rating of {} fell", self.number_name(n)),
            Notice::Flagged(n) => format!("{} is FLAGGED", self.number_name(n)),
            Notice::FlagEnded(n, true) => format!("{} has recovered", self.number_name(n)),
            Notice::FlagEnded(n, false) => format!(
                "{} was not good again in time: its limit is one tier lower if there is one",
                self.number_name(n)
            ),
            Notice::Restricted(s) => format!("{} has used up its limit", self.scope_name(s)),
            Notice::Limit(s) => format!("the limit of {} changed", self.scope_name(s)),
            Notice::Template(t) => format!("{} changed its status", self.template_name(t)),
        }
    }

    fn edition_name(&self, e: &super::event::Opened) -> String {
        Rules::of(&e.settings).map_or_else(
            |_| e.settings.edition.to_string(),
            |rules| rules.name().to_owned(),
        )
    }

    pub(in crate::portfolio) fn number_name(&self, number: NumberIx) -> String {
        self.number(number)
            .map_or_else(|| format!("number {}", number.0), |n| format!("+{}", n.e164))
    }

    pub(super) fn template_name(&self, template: TemplateIx) -> String {
        self.template(template).map_or_else(
            || format!("template {}", template.0),
            |t| format!("template {} ({})", t.draft.name, t.draft.language),
        )
    }

    fn scope_name(&self, scope: ScopeIx) -> String {
        match self.rules.limits.scope {
            rulebook::edition::Scope::Number => self.number_name(NumberIx(scope.0)),
            rulebook::edition::Scope::Portfolio => "the portfolio".to_owned(),
        }
    }

    /// A person by the last four digits of their number.
    fn person_name(&self, contact: ContactIx) -> String {
        match self.phone_of(contact) {
            Some(e164) => format!("...{:04}", e164 % 10_000),
            None => "a stranger".to_owned(),
        }
    }
}

fn listed(words: &[&str]) -> String {
    if words.is_empty() {
        "none".to_owned()
    } else {
        words.join(", ")
    }
}

fn ordinal(instance: u8) -> &'static str {
    match instance {
        1 => "first",
        2 => "second",
        _ => "third",
    }
}

/// The figures behind a rating.
pub(super) fn why(why: &Why, rules: &Rules) -> String {
    let percent = |ppm: u32| f64::from(ppm) / 10_000.0;
    match why.cause {
        Cause::Review => "reviewers found a violation".to_owned(),
        Cause::Unpaused => "a pause ended and feedback starts anew".to_owned(),
        Cause::Engagement => "too few people read it".to_owned(),
        Cause::Appeal => "an appeal was granted: feedback alone counts again".to_owned(),
        Cause::Harm | Cause::Evidence | Cause::Hour => format!(
            "harm {:.1} in {:.0} recent messages (weighted); above {:.1} % with {:.1} % certainty, above {:.1} % with {:.1} %",
            why.harm_milli as f64 / 1_000.0,
            why.exposure_milli as f64 / 1_000.0,
            percent(rules.rating.yellow_ppm),
            percent(why.over_yellow_ppm),
            percent(rules.rating.red_ppm),
            percent(why.over_red_ppm),
        ),
    }
}

/// Whether people want to read of it: not the hourly looks and the moves of single messages.
pub fn is_news(event: &Event) -> bool {
    !matches!(
        event,
        Event::NumberEvaluated(_)
            | Event::TemplateEvaluated(_)
            | Event::SentThrough(_)
            | Event::DeliveredThrough(_)
            | Event::Delivered(_)
            | Event::Read(_)
            | Event::Accepted(_)
            | Event::ContactSeen(_)
            | Event::MarkedRead(_)
            | Event::PacingBegan(_)
            | Event::Held(_)
            | Event::HeldArrived(_)
            | Event::Apart(_)
            | Event::Expected(_)
            | Event::Acted(_)
            | Event::LinkFollowed(_)
            | Event::Clicked(_)
            | Event::UseSeen(_)
            | Event::StatusQuiet(_)
    ) && !matches!(event, Event::NumberRated(e) if e.from == Rating::Unknown && e.to == Rating::Unknown)
}
