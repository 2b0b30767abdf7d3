//! What follows from ratings: flags, pauses, notices (S4 to S6, T5).

use decider::Timestamp;
use rulebook::edition::Pausing;
use rulebook::flag::{self, Entry, FlagStep};
use rulebook::rating::{Assessment, Evidence, Rating, RatingParams, assess};
use rulebook::template::lifecycle::TemplateStatus;
use rulebook::template::pausing::{self, Pause};
use rulebook::tier;

use super::stamp;
use crate::ids::{NumberIx, TemplateIx};
use crate::portfolio::event::{
    Cause, FlagEnded, FlagExtended, Flagged, Notice, Noticed, NumberRated, TemplateDisabled, TemplatePaused,
    TemplateRated, Why,
};
use crate::portfolio::number::Number;
use crate::portfolio::template::Template;
use crate::portfolio::{Event, Portfolio};

impl Portfolio {
    /// A number's rating changes, with all that follows in the same commit.
    pub(super) fn rate_number(
        &self,
        ix: NumberIx,
        evidence: &Evidence,
        to: Rating,
        cause: Cause,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let Some(number) = self.number(ix) else { return };
        let from = number.rating();
        let why = why(
            cause,
            &self.rules.rating,
            &assess(&self.rules.rating, evidence, &number.standing, now),
        );
        out.push(
            NumberRated {
                number: ix,
                from,
                to,
                why,
            }
            .into(),
        );
        if to.is_worse_than(from) {
            out.push(
                Noticed {
                    notice: Notice::RatingFell(ix),
                }
                .into(),
            );
        }
        self.unthrottle(ix, to, out);
        self.judge_portfolio(to, now, out);
        let Some(rules) = &self.rules.flagged else { return };
        let recovered = |running| flag::on_rating(rules, running, to, now) == FlagStep::Recovered;
        match &number.flag {
            Some(running) if recovered(running) => self.end_flag(ix, true, now, out),
            None if flag::begins(number.is_connected(), to, Entry::TurnedRed) => self.flag_number(ix, out),
            Some(_) | None => {}
        }
    }

    /// A number is FLAGGED (S4).
    pub(super) fn flag_number(&self, ix: NumberIx, out: &mut Vec<Event>) {
        let tier = self.tier_of(ix);
        out.push(Flagged { number: ix, tier }.into());
        out.push(
            Noticed {
                notice: Notice::Flagged(ix),
            }
            .into(),
        );
    }

    /// Where the messaging limit of a number stands.
    pub(super) fn tier_of(&self, ix: NumberIx) -> u8 {
        self.scope(self.scope_of(ix)).map_or(0, |scope| scope.tier.index)
    }

    /// The flag comes to its deadline (S6).
    pub(super) fn flag_due(&self, ix: NumberIx, now: Timestamp, out: &mut Vec<Event>) {
        let Some((rules, number)) = self.rules.flagged.as_ref().zip(self.number(ix)) else {
            return;
        };
        let Some(running) = &number.flag else { return };
        match flag::at_deadline(rules, running, number.rating(), now) {
            FlagStep::Recovered => self.end_flag(ix, true, now, out),
            FlagStep::Lowered => self.end_flag(ix, false, now, out),
            FlagStep::Stay => out.push(FlagExtended { number: ix }.into()),
        }
    }

    pub(super) fn end_flag(&self, ix: NumberIx, recovered: bool, now: Timestamp, out: &mut Vec<Event>) {
        out.push(
            FlagEnded {
                number: ix,
                recovered,
                tier: self.tier_of(ix),
            }
            .into(),
        );
        out.push(
            Noticed {
                notice: Notice::FlagEnded(ix, recovered),
            }
            .into(),
        );
        if recovered {
            return;
        }
        let scope_ix = self.scope_of(ix);
        if let Some(scope) = self.scope(scope_ix) {
            let lower = tier::lowered(&self.rules.limits, usize::from(scope.tier.index));
            self.change_tier(scope_ix, lower, now, out);
        }
    }

    /// A template's rating changes; RED pauses or disables it in the same commit (T5).
    pub(super) fn rate_template(
        &self,
        ix: TemplateIx,
        evidence: &Evidence,
        to: Rating,
        cause: Cause,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let Some(template) = self.template(ix) else { return };
        let params = &self.rules.template_rating.belief;
        let why = why(cause, params, &assess(params, evidence, &template.standing, now));
        out.push(
            TemplateRated {
                template: ix,
                from: template.rating(),
                to,
                why,
            }
            .into(),
        );
        if self.judge_after_rating(ix, to, out) {
            return;
        }
        if to == Rating::Red && template.status == TemplateStatus::Approved {
            pause_template(&self.rules.pausing, ix, template, now, out);
        }
    }
}

fn pause_template(
    rules: &Pausing,
    ix: TemplateIx,
    template: &Template,
    now: Timestamp,
    out: &mut Vec<Event>,
) {
    match pausing::on_red(rules, template.pauses, template.last_red, now) {
        Pause::For { instance, until } => {
            out.push(
                TemplatePaused {
                    template: ix,
                    instance,
                    until_ms: stamp(until),
                }
                .into(),
            );
        }
        Pause::Disabled => out.push(TemplateDisabled { template: ix }.into()),
    }
    out.push(
        Noticed {
            notice: Notice::Template(ix),
        }
        .into(),
    );
}

/// The figures of an assessment as an event holds them.
fn why(cause: Cause, params: &RatingParams, assessment: &Assessment) -> Why {
    Why {
        cause,
        exposure_milli: milli(assessment.exposure),
        harm_milli: milli(assessment.harm),
        over_yellow_ppm: ppm(assessment.over(params.yellow_ppm)),
        over_red_ppm: ppm(assessment.over(params.red_ppm)),
    }
}

fn milli(value: f64) -> u64 {
    rounded(value * 1_000.0)
}

fn ppm(probability: f64) -> u32 {
    rounded(probability * 1_000_000.0) as u32
}

/// The nearest integer; negative and not-a-number become 0.
fn rounded(value: f64) -> u64 {
    (value + 0.5) as u64
}

/// Whether this number flags again at harm after a downgrade while still RED (S4).
pub(super) fn flags_again(number: &Number, message_at: Timestamp) -> bool {
    let entry = Entry::Harm {
        sent: message_at,
        lowered: number.lowered_at,
    };
    number.flag.is_none() && flag::begins(number.is_connected(), number.rating(), entry)
}
