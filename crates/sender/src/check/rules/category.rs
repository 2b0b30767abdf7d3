//! 201: the declared category is not what the template looks like. Source: template categorisation (17 April 2026): what is
//! mixed or unclear is marketing; a utility template judged to be marketing is approved as marketing, and repeated
//! misuse ends in a cap; marketing or utility that carries codes is rejected.

use rulebook::template::check::{Part, Place};
use rulebook::template::draft::Category;

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::Subject;

pub(super) fn check(subject: &Subject<'_>, guess: Option<&Guess>, findings: &mut Vec<Finding>) {
    let (Some(declared), Some(guess)) = (subject.category(), guess) else {
        return;
    };
    // The platform writes authentication templates itself; their form is checked by 103.
    if declared == guess.category || declared == Category::Authentication {
        return;
    }
    let (severity, advice) = match guess.category {
        Category::Marketing => (
            Severity::Warning,
            "Take out what promotes and say what of the person's it is about, or submit it as MARKETING.",
        ),
        Category::Authentication => (
            Severity::Warning,
            "Submit it as AUTHENTICATION, with the platform's own text and one OTP button.",
        ),
        Category::Utility => (
            Severity::Advice,
            "Consider UTILITY: it has a price and limits of its own, and people who stopped offers still get it.",
        ),
    };
    let why: Vec<&str> = guess
        .reasons
        .iter()
        .take(2)
        .map(|reason| reason.what.as_str())
        .collect();
    let message = format!(
        "It is declared {} and looks like {}: {}.",
        declared.api_value(),
        guess.category.api_value(),
        why.join("; ")
    );
    let place = Place::whole(Part::Template);
    findings.push(subject.finding(Code::Category, severity, place, message, advice));
}
