//! What the category of a template is taken to be, and why (page on template categorisation, 17 April 2026: a utility message is not promotional, and it is about
//! something that the person asked for, or essential; what is mixed or unclear is marketing).
//!
//! In order: a button that takes over a code, or words about one and no promotion, make it authentication; promotion or pressing makes it
//! marketing; something that the person did or asked for, or an alarm, makes it utility; what is left is marketing.

use rulebook::template::check::{Part, Place};
use rulebook::template::draft::{ButtonKind, Category};

use super::finding::{Guess, Reason};
use super::subject::Subject;
use crate::words::{Entries, Texts};

/// More reasons of a kind than this say nothing new.
const REASONS_OF_A_KIND: usize = 3;

/// What the category is taken to be; nothing if there is nothing to go by.
pub(super) fn of(subject: &Subject<'_>) -> Option<Guess> {
    use Category::{Authentication, Marketing, Utility};
    let codes = by_button(
        subject,
        ButtonKind::Otp,
        Authentication,
        "a button that takes over a code",
    );
    let mut coded = seen(
        subject,
        |lists| &lists.codes,
        Authentication,
        "about a one-time code",
    );
    let mut promoting = seen(subject, |lists| &lists.offers, Marketing, "promotion");
    promoting.extend(by_button(
        subject,
        ButtonKind::CopyCode,
        Marketing,
        "a button with a coupon",
    ));
    promoting.extend(by_part(subject));
    promoting.extend(seen(
        subject,
        |lists| &lists.urges,
        Marketing,
        "pressing or praising",
    ));
    let mut tied = seen(
        subject,
        |lists| &lists.transactions,
        Utility,
        "about something of the person's",
    );
    tied.extend(seen(subject, |lists| &lists.critical, Utility, "an alarm"));
    let reasons = |mut first: Vec<Reason>, others: Vec<Reason>| {
        first.extend(others);
        first
    };
    if !codes.is_empty() {
        coded.splice(0..0, codes);
        return guess(Authentication, coded);
    }
    if promoting.is_empty() && !coded.is_empty() {
        return guess(Authentication, reasons(coded, tied));
    }
    if !promoting.is_empty() {
        return guess(Marketing, reasons(promoting, tied));
    }
    if !tied.is_empty() {
        return guess(Utility, tied);
    }
    // Without lists for its language, nothing was looked for.
    subject.language?;
    let nothing = Reason {
        toward: Marketing,
        what: "nothing ties it to something that the person did or asked for".to_owned(),
        place: subject.spot(Place::whole(Part::Body)),
    };
    guess(Marketing, vec![nothing])
}

fn guess(category: Category, reasons: Vec<Reason>) -> Option<Guess> {
    Some(Guess { category, reasons })
}

/// Reasons from a list.
fn seen(subject: &Subject<'_>, list: fn(&Texts) -> &Entries, toward: Category, what: &str) -> Vec<Reason> {
    let hits = subject.hits(list).into_iter().take(REASONS_OF_A_KIND);
    let reason = hits.map(|(passage, hit)| Reason {
        toward,
        what: format!("{what}: \"{}\"", passage.excerpt(&hit.words)),
        place: subject.spot(passage.place(&hit.words)),
    });
    reason.collect()
}

fn by_button(subject: &Subject<'_>, kind: ButtonKind, toward: Category, what: &str) -> Vec<Reason> {
    let buttons = subject
        .buttons()
        .enumerate()
        .filter(|(_, button)| button.kind == kind);
    let reason = buttons.map(|(index, _)| Reason {
        toward,
        what: what.to_owned(),
        place: subject.spot(Place::whole(Part::Button(index))),
    });
    reason.collect()
}

/// Parts that only promotion has.
fn by_part(subject: &Subject<'_>) -> Option<Reason> {
    let promoting = |kind: &&str| matches!(*kind, "LIMITED_TIME_OFFER" | "CAROUSEL");
    let draft = subject.template?;
    let kind = draft
        .components
        .iter()
        .map(|part| part.api_value())
        .find(promoting)?;
    Some(Reason {
        toward: Category::Marketing,
        what: format!("a part of type {kind}"),
        place: subject.spot(Place::whole(Part::Template)),
    })
}
