//! The rules of the check: one a file, in the order of their codes.

mod category;
mod emoji;
mod format;
mod greeting;
mod language;
mod length;
mod links;
mod open_ended;
mod person;
mod repetition;
mod shouting;
mod tone;
mod twins;
mod way_out;

use super::finding::{Finding, Guess};
use super::subject::Subject;

/// A rule: reads the subject, and adds what it finds.
type Rule = fn(&Subject<'_>, Option<&Guess>, &mut Vec<Finding>);

/// Every rule.
pub(super) const ALL: [Rule; 14] = [
    format::check,
    twins::check,
    category::check,
    greeting::check,
    open_ended::check,
    tone::check,
    shouting::check,
    links::check,
    way_out::check,
    person::check,
    repetition::check,
    length::check,
    emoji::check,
    language::check,
];
