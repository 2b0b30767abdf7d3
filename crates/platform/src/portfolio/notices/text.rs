//! What a notice says: one place for all words of mails and notifications.
//!
//! Promises: subject, reason and advice follow from the event and from names that do not change; each change of a
//! rating, status, limit, template, restriction or appeal has its notice, and nothing else has one.
//! Must not know: who reads it, how it is laid out.

use std::borrow::Cow;

use decider::{Millis, Timestamp};
use rulebook::edition::{RestrictedEnd, Scope};
use rulebook::first_step::Outcome;
use rulebook::rating::Rating;
use rulebook::status::StageChange;

use crate::ids::{NumberIx, ScopeIx};
use crate::portfolio::Portfolio;
use crate::portfolio::event::{self, Cause, Decision, Event, Why};
use crate::portfolio::explain::why;

/// What administrators are told about one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened: a line that begins with what it happened to.
    pub subject: String,
    /// Why, in sentences.
    pub reason: String,
    /// What it means, and what to do, in sentences.
    pub advice: String,
}

impl Notice {
    pub(super) fn new(subject: String, reason: impl Into<String>, advice: impl Into<String>) -> Option<Self> {
        Some(Notice {
            subject,
            reason: reason.into(),
            advice: advice.into(),
        })
    }

    /// All of it as plain text.
    pub fn text(&self) -> String {
        let Notice {
            subject,
            reason,
            advice,
        } = self;
        format!("{subject}.\n\nWhy: {reason}\n\nWhat now: {advice}")
    }
}

/// Whether an event may have a notice at all: asked of every event, so it must be cheap.
pub fn is_notice(event: &Event) -> bool {
    match event {
        Event::NumberRated(e) => changed(e.from, e.to),
        Event::TemplateRated(e) => changed(e.from, e.to),
        Event::Analysed(e) => e.outcome != Outcome::Approved,
        Event::Noticed(e) => matches!(e.notice, event::Notice::Restricted(_)),
        Event::Staged(_)
        | Event::Flagged(_)
        | Event::FlagEnded(_)
        | Event::TierChanged(_)
        | Event::TemplateReviewed(_)
        | Event::TemplatePaused(_)
        | Event::PacingPaused(_)
        | Event::TemplateUnpaused(_)
        | Event::TemplateDisabled(_)
        | Event::Violated(_)
        | Event::ViolationEnded(_)
        | Event::AppealFiled(_)
        | Event::AppealDecided(_)
        | Event::MisuseFound(_)
        | Event::MisuseEnded(_)
        | Event::CategoryNoticed(_)
        | Event::CategoryChanged(_)
        | Event::CategoryReviewed(_)
        | Event::Archived(_) => true,
        _ => false,
    }
}

/// That a rating is known at last, or no longer, is neither a drop nor a recovery.
fn changed(from: Rating, to: Rating) -> bool {
    to.is_worse_than(from) || (to.is_better_than(from) && to != Rating::Unknown)
}

impl Portfolio {
    /// What the administrators are told of an event of `at`; `None` if it is no matter for them.
    pub fn notice(&self, event: &Event, at: Timestamp) -> Option<Notice> {
        if !is_notice(event) {
            return None;
        }
        match event {
            Event::NumberRated(e) => self.number_rated(e),
            Event::TemplateRated(e) => self.template_rated(e),
            Event::Staged(e) => Notice::new(self.staged(e), self.staged_why(e), self.staged_advice(e)),
            Event::Flagged(e) => self.flagged(e),
            Event::FlagEnded(e) => self.flag_ended(e),
            Event::Noticed(event::Noticed {
                notice: event::Notice::Restricted(scope),
            }) => self.used_up(*scope),
            Event::TierChanged(e) => self.tier_changed(e),
            Event::Analysed(e) => self.analysed_notice(e),
            Event::TemplateReviewed(e) => self.reviewed(e),
            Event::TemplatePaused(e) => self.paused(e, at),
            Event::PacingPaused(e) => Notice::new(
                format!(
                    "{} is paused until it is unpaused",
                    self.template_name(e.template)
                ),
                "Feedback on its first messages was bad; those that were held back have been dropped.",
                "Look at whom it was sent to and what it says; edit it, or unpause it five minutes later at the earliest.",
            ),
            Event::TemplateUnpaused(e) => Notice::new(
                format!("{} is active again", self.template_name(e.template)),
                "The pause is over.",
                "Its quality is judged anew, by messages sent from now on; another RED pauses it for longer, or disables \
                 it.",
            ),
            Event::TemplateDisabled(e) => Notice::new(
                format!("{} is disabled", self.template_name(e.template)),
                "Its quality was low again after its last pause.",
                "It cannot be sent any more. Appeal with an example of use, or submit a better template.",
            ),
            Event::Violated(e) => self.violated(e, at),
            Event::ViolationEnded(e) => self.violation_ended(e),
            Event::AppealFiled(e) => self.appeal_filed(e, at),
            Event::AppealDecided(e) => self.appeal_decided(e),
            Event::MisuseFound(e) => self.misuse_found(e, at),
            Event::MisuseEnded(e) => self.misuse_ended(e),
            Event::CategoryNoticed(e) => self.category_noticed(e),
            Event::CategoryChanged(e) => self.category_changed(e),
            Event::CategoryReviewed(e) => self.category_reviewed(e),
            Event::Archived(e) => self.archived(e),
            _ => None,
        }
    }

    fn number_rated(&self, e: &event::NumberRated) -> Option<Notice> {
        let (subject, fell) = moved(&self.number_name(e.number), e.from, e.to);
        let hold = self.number(e.number).and_then(|number| number.standing.hold);
        let reason = match hold.filter(|_| e.why.cause == Cause::Review) {
            Some(hold) => format!("Reviewers found a violation: {}.", hold.label()),
            None => self.rating_reason(&e.why),
        };
        let advice = if fell {
            "Stop promotions and broadcasts, go on answering people, and look at what was sent of late: the number's \
             insights tell which signals and templates moved the rating."
        } else {
            "Resume what was stopped in small steps."
        };
        Notice::new(subject, reason, advice)
    }

    /// Why a rating is what it is, for people who do not know its figures.
    fn rating_reason(&self, figures: &Why) -> String {
        if !matches!(figures.cause, Cause::Harm | Cause::Evidence | Cause::Hour) {
            return sentence(&why(figures, &self.rules));
        }
        let percent = |ppm: u32| f64::from(ppm) / 10_000.0;
        format!(
            "Blocks, reports and the like weigh {:.1} in about {:.0} recent messages. That this is more than the {:.1} % of YELLOW \
             is {:.1} % certain, more than the {:.1} % of RED {:.1} %.",
            figures.harm_milli as f64 / 1_000.0,
            figures.exposure_milli as f64 / 1_000.0,
            percent(self.rules.rating.yellow_ppm),
            percent(figures.over_yellow_ppm),
            percent(self.rules.rating.red_ppm),
            percent(figures.over_red_ppm),
        )
    }

    fn template_rated(&self, e: &event::TemplateRated) -> Option<Notice> {
        let (subject, fell) = moved(&self.template_name(e.template), e.from, e.to);
        let advice = if fell {
            "Send it to fewer people, or edit it: a template that reaches RED is paused, and disabled in the end."
        } else {
            "Nothing has to be done."
        };
        Notice::new(subject, self.rating_reason(&e.why), advice)
    }

    fn staged(&self, e: &event::Staged) -> String {
        let name = self.number_name(e.number);
        let now = match e.change {
            StageChange::NameApproved => return format!("The display name of {name} is approved"),
            StageChange::CertificateIssued => return format!("The certificate of {name} is issued"),
            StageChange::LinkedElsewhere => "is PENDING: it is linked to another account",
            StageChange::Released => "is no longer linked to another account",
            StageChange::Register => "is CONNECTED",
            StageChange::Deregister => "is OFFLINE",
            StageChange::Ban => "is BANNED",
            StageChange::Unban => "is no longer BANNED",
            StageChange::Migrate => "is MIGRATED to another account",
            StageChange::Delete => "is DELETED",
            StageChange::RateLimit => "is RATE_LIMITED",
            StageChange::RateLimitLifted => "is no longer RATE_LIMITED",
        };
        format!("{name} {now}")
    }

    fn staged_why(&self, e: &event::Staged) -> Cow<'static, str> {
        let why = match e.change {
            StageChange::NameApproved => "The display name follows the guidelines.",
            StageChange::CertificateIssued => "The number was verified.",
            StageChange::LinkedElsewhere => "Another account uses this phone number.",
            StageChange::Released => "The other account has let go of it.",
            StageChange::Register => "It was registered.",
            StageChange::Deregister => "It was deregistered, or its connection is gone.",
            StageChange::Ban => "It broke a policy.",
            StageChange::Unban => "The ban was lifted.",
            StageChange::Migrate | StageChange::Delete => "It was asked for.",
            StageChange::RateLimit => return self.why_throttled(e.number).into(),
            StageChange::RateLimitLifted => "Its volume is no longer throttled.",
        };
        why.into()
    }

    fn staged_advice(&self, e: &event::Staged) -> Cow<'static, str> {
        let advice = match e.change {
            StageChange::NameApproved | StageChange::CertificateIssued | StageChange::Released => {
                "With an approved name, a certificate and no link to another account it can be registered."
            }
            StageChange::LinkedElsewhere => "Remove it from the other account first.",
            StageChange::Register | StageChange::Unban | StageChange::RateLimitLifted => {
                "It can send within its limit."
            }
            StageChange::Deregister => "It sends and receives nothing until it is registered again.",
            StageChange::Ban => "It sends and receives nothing. Appeal if this is wrong.",
            StageChange::Migrate => "Send through the account that it belongs to now.",
            StageChange::Delete => "Nothing has to be done.",
            StageChange::RateLimit => return self.goes_throttled(e.number).into(),
        };
        advice.into()
    }

    fn flagged(&self, e: &event::Flagged) -> Option<Notice> {
        let hold = self.number(e.number).and_then(|number| number.standing.hold);
        let reason = match hold {
            Some(hold) => format!("Its quality rating is RED by review: {}.", hold.label()),
            None => "Its quality rating is RED: people block or report what it sends.".to_owned(),
        };
        let period = self
            .rules
            .flagged
            .as_ref()
            .map_or(Millis::ZERO, |rules| rules.period);
        let advice = format!(
            "Its limit ({}) cannot rise while it is FLAGGED. Should the rating still be RED in {}, the limit falls by one \
             tier. An appeal can be filed at once, with whatever helps the review.",
            self.tier_name(e.tier),
            span(period)
        );
        Notice::new(
            format!("{} is FLAGGED", self.number_name(e.number)),
            reason,
            advice,
        )
    }

    fn flag_ended(&self, e: &event::FlagEnded) -> Option<Notice> {
        let name = self.number_name(e.number);
        if e.recovered {
            let advice = "Its limit is what it was and may rise again. Resume in small steps.";
            return Notice::new(
                format!("{name} has recovered"),
                "Its quality rating left RED in time.",
                advice,
            );
        }
        let advice = "It is CONNECTED again. While the rating is RED, new harm flags it again.";
        let subject =
            format!("{name} was not good again in time: its limit is one tier lower if there is one");
        Notice::new(
            subject,
            "Its quality rating was still RED at the deadline.",
            advice,
        )
    }

    fn used_up(&self, scope: ScopeIx) -> Option<Notice> {
        let people = self
            .scope(scope)
            .and_then(|of| of.limit(&self.rules.limits).people());
        let reason = match people {
            Some(people) => format!(
                "{people} people were written to within {}.",
                span(self.rules.limits.window)
            ),
            None => "The limit was reached.".to_owned(),
        };
        let advice = match self.rules.restricted.end {
            RestrictedEnd::Rolling => {
                "Replies go on. Room returns person by person as the time of each runs out."
            }
            RestrictedEnd::StartPlusDay => "Replies go on. RESTRICTED ends a day after it began.",
        };
        Notice::new(
            format!("{} has used up its limit", self.scope_title(scope)),
            reason,
            advice,
        )
    }

    fn tier_changed(&self, e: &event::TierChanged) -> Option<Notice> {
        let scope = self.scope_title(e.scope);
        let (from, to) = (self.tier_name(e.from), self.tier_name(e.to));
        if e.to > e.from {
            let window = span(self.rules.limits.upgrade.window);
            let reason = if e.from == 0 && self.rules.limits.has_first_step() {
                "The quality was found good enough for the next tier.".to_owned()
            } else {
                format!("{} people were reached in {window} in good quality.", e.reached)
            };
            return Notice::new(
                format!("{scope}: the limit rose from {from} to {to}"),
                reason,
                "Scale in small steps.",
            );
        }
        let subject = format!("{scope}: the limit fell from {from} to {to}");
        Notice::new(
            subject,
            "Its quality was low for too long.",
            "It rises again by good quality and use.",
        )
    }

    fn reviewed(&self, e: &event::TemplateReviewed) -> Option<Notice> {
        let name = self.template_name(e.template);
        match &e.decision {
            Decision::Approve => {
                let subject = format!("{name} was approved");
                Notice::new(
                    subject,
                    "It follows the guidelines.",
                    "It can be sent from now on.",
                )
            }
            Decision::Reject {
                reason,
                explanation,
                recommendation,
            } => {
                let why = if explanation.is_empty() {
                    format!("{reason}.")
                } else {
                    format!("{reason}: {}", sentence(explanation))
                };
                let advice = if recommendation.is_empty() {
                    "Correct it and submit it again, with clear examples.".to_owned()
                } else {
                    sentence(recommendation)
                };
                Notice::new(format!("{name} was rejected"), why, advice)
            }
        }
    }

    fn paused(&self, e: &event::TemplatePaused, at: Timestamp) -> Option<Notice> {
        let pause = Timestamp::from_millis(e.until_ms).since(at);
        let subject = format!("{} is paused for {}", self.template_name(e.template), span(pause));
        let advice = "It cannot be sent until then. Edit it, or wait: each further RED pauses it for longer, and disables it \
             in the end.";
        Notice::new(subject, "Its quality is low.", advice)
    }

    fn tier_name(&self, tier: u8) -> String {
        let limit = self.rules.limits.tiers.get(usize::from(tier));
        limit.map_or_else(String::new, |limit| limit.tier_name())
    }

    pub(super) fn scope_title(&self, scope: ScopeIx) -> String {
        match self.rules.limits.scope {
            Scope::Number => self.number_name(NumberIx(scope.0)),
            Scope::Portfolio => format!("Portfolio {}", self.name),
        }
    }
}

/// A rating that moved, and whether it fell.
fn moved(name: &str, from: Rating, to: Rating) -> (String, bool) {
    let fell = to.is_worse_than(from);
    let verb = if fell { "fell" } else { "rose" };
    let (from, to) = (from.label(), to.label());
    (
        format!("{name}: the quality rating {verb} from {from} to {to}"),
        fell,
    )
}

/// A fragment as a sentence.
fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let mut text: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    text.push_str(letters.as_str());
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// A span in the largest unit that divides it: `3 hours`, `1 day`, `90 minutes`.
pub(super) fn span(span: Millis) -> String {
    let units = [
        (Millis::DAY, "day"),
        (Millis::HOUR, "hour"),
        (Millis::MINUTE, "minute"),
        (Millis::SECOND, "second"),
    ];
    let fitting = units
        .into_iter()
        .find(|(unit, _)| span >= *unit && span.get().is_multiple_of(unit.get()));
    let (unit, name) = fitting.unwrap_or((Millis::new(1), "millisecond"));
    let count = span.get() / unit.get();
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_their_largest_unit() {
        for (span_of, told) in [
            (Millis::days(7), "7 days"),
            (Millis::hours(24), "1 day"),
            (Millis::hours(3), "3 hours"),
            (Millis::minutes(90), "90 minutes"),
            (Millis::new(1_001), "1001 milliseconds"),
        ] {
            assert_eq!(span(span_of), told);
        }
    }
}
