//! What the rules decide on an appeal (H4, H6, T8; all editions: `policy.review` says when).
//!
//! Seed 003: an appeal can be filed as soon as the number is flagged, with information for the review. What the review can
//! see by itself is whether a way to a person is declared; behaviour is judged by the rating and by nothing else (Q5),
//! and whether content broke a policy only a moderator can say. A template's appeal comes with a sample of its use (T8; page on
//! template review: "Add sample"): where nothing but samples was missing, the sample mends it (assumed).
//!
//! Promises: the same facts give the same decision. Must not know: who files, what a decision brings.

use serde::{Deserialize, Serialize};

use crate::escalation::{self, Path};
use crate::rating::RedReason;
use crate::template::check::{Finding, Reason};

/// How an appeal ends. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Outcome {
    /// What it was filed against is taken back.
    Granted = 1,
    /// It stays.
    Refused = 2,
    /// There was nothing left to decide.
    Moot = 3,
}

impl Outcome {
    /// The name, in snake case.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Granted => "granted",
            Outcome::Refused => "refused",
            Outcome::Moot => "moot",
        }
    }
}

/// The appeal of a number that is held RED for `hold`, or only rated RED.
pub fn of_number(marked: bool, hold: Option<RedReason>, declared: &[Path]) -> Outcome {
    match hold {
        _ if !marked => Outcome::Moot,
        Some(RedReason::NoWayToPerson) => by_paths(declared),
        Some(RedReason::ProhibitedContent) | None => Outcome::Refused,
    }
}

/// The appeal against a violation; `declared` are the ways of the number that it was found on.
pub fn of_violation(stands: bool, kind: &str, declared: &[Path]) -> Outcome {
    match kind {
        _ if !stands => Outcome::Moot,
        escalation::VIOLATION => by_paths(declared),
        _ => Outcome::Refused,
    }
}

/// The appeal of a template with a sample of its use: `rejected` for this reason, else disabled; `findings` are what a review
/// would find today.
pub fn of_template(requested: bool, rejected: Option<&str>, findings: &[Finding]) -> Outcome {
    let well_formed = findings.iter().all(Finding::is_mended_by_sample);
    match rejected {
        _ if !requested => Outcome::Moot,
        Some(reason) if reason == Reason::InvalidFormat.api_value() && well_formed => Outcome::Granted,
        Some(_) | None => Outcome::Refused,
    }
}

fn by_paths(declared: &[Path]) -> Outcome {
    if escalation::is_valid(declared) {
        Outcome::Granted
    } else {
        Outcome::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escalation::PathKind;
    use crate::template::check::on_review;
    use crate::template::draft::{Category, Component, ParameterFormat, TemplateDraft, Text};

    #[test]
    fn a_valid_way_is_granted_and_behaviour_is_not_argued_with() {
        use Outcome::{Granted, Moot, Refused};
        let path = |kind| Path {
            kind,
            target: "x".to_owned(),
        };
        let (phone, help) = ([path(PathKind::PhoneCall)], [path(PathKind::HelpCentre)]);
        let no_way = Some(RedReason::NoWayToPerson);
        type Row<'a> = (bool, Option<RedReason>, &'a [Path], Outcome);
        let rows: [Row<'_>; 6] = [
            (true, no_way, &phone, Granted),
            (true, no_way, &help, Refused),
            (true, no_way, &[], Refused),
            (true, None, &phone, Refused),
            (true, Some(RedReason::ProhibitedContent), &phone, Refused),
            (false, None, &phone, Moot),
        ];
        for (marked, hold, declared, outcome) in rows {
            assert_eq!(
                of_number(marked, hold, declared),
                outcome,
                "{marked} {hold:?} {declared:?}"
            );
        }
        let rows: [(bool, &str, &[Path], Outcome); 4] = [
            (true, escalation::VIOLATION, &phone, Granted),
            (true, escalation::VIOLATION, &help, Refused),
            (true, "ALCOHOL", &phone, Refused),
            (false, "ALCOHOL", &phone, Moot),
        ];
        for (stands, kind, declared, outcome) in rows {
            assert_eq!(
                of_violation(stands, kind, declared),
                outcome,
                "{stands} {kind} {declared:?}"
            );
        }
    }

    #[test]
    fn a_sample_mends_what_lacks_one_and_nothing_else() {
        use Outcome::{Granted, Moot, Refused};
        let rejected = |body: &str, samples: &[&str]| on_review(&draft(body, samples));
        let (well_formed, format) = ("Hello {{1}}, your order is on its way.", Some("INVALID_FORMAT"));
        let touching = "Hello {{1}}{{2}}, your order is on its way to you.";
        // (requested, why it was rejected, what a review finds today, outcome)
        let rows = [
            (true, format, rejected(well_formed, &["Ann"]), Granted),
            (true, format, rejected(well_formed, &[]), Granted),
            (true, format, rejected(touching, &["Ann", "Lee"]), Refused),
            (true, Some("SCAM"), rejected(well_formed, &["Ann"]), Refused),
            (true, None, rejected(well_formed, &["Ann"]), Refused),
            (false, format, rejected(well_formed, &["Ann"]), Moot),
        ];
        for (requested, reason, findings, outcome) in rows {
            assert_eq!(
                of_template(requested, reason, &findings),
                outcome,
                "{requested} {reason:?} {findings:?}"
            );
        }
        assert!(!rejected(well_formed, &[]).is_empty(), "it lacks a sample");
    }

    fn draft(body: &str, samples: &[&str]) -> TemplateDraft {
        let text = Text {
            text: body.to_owned(),
            samples: samples.iter().map(|sample| (*sample).to_owned()).collect(),
            ..Text::default()
        };
        TemplateDraft {
            name: "order_update".to_owned(),
            language: "en_US".to_owned(),
            category: Category::Utility,
            parameter_format: ParameterFormat::Positional,
            components: vec![Component::Body(text)],
        }
    }
}
