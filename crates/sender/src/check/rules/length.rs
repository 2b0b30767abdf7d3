//! 105 of a message, and 213: longer than people read (B8: short informational messages). Source: body of 1,024
//! characters, of 550 in some formats of marketing (template components; notice of 27 March 2025); a text message of 4,096.

use rulebook::template::check::{Part, Place};

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::Subject;

/// What a text message may have at most.
const MESSAGE_MAX: usize = 4_096;
/// Longer than this is cut short, or not taken, in some formats.
const LONG: usize = 550;

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    let Some(body) = subject.body() else { return };
    let length = body.text.chars().count();
    let place = Place::whole(Part::Body);
    if subject.template.is_none() && length > MESSAGE_MAX {
        let message = format!("The text has {length} characters; at most {MESSAGE_MAX} are allowed.");
        findings.push(subject.finding(Code::Lengths, Severity::Error, place, message, "Shorten it."));
    } else if length > LONG {
        let message = format!("The body has {length} characters; above {LONG} some formats cut it short.");
        let advice = "Say the one thing that matters and link to the rest.";
        findings.push(subject.finding(Code::LongText, Severity::Advice, place, message, advice));
    }
}
