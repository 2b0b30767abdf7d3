//! 113 and 212: another template of the account has the same wording, or nearly. The review rejects the first; the second
//! confuses who manages them, and people see the same message twice.

use std::collections::BTreeSet;

use rulebook::template::check::{self, Part, Place, duplicate_of, same_wording};
use rulebook::template::draft::TemplateDraft;

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::Subject;
use super::format;
use crate::words::words;

/// So many words in a row are compared.
const RUN: usize = 3;
/// Bodies with fewer words are alike by chance.
const WORDS_MIN: usize = 8;
/// Of all runs of both, so many in a hundred are in both: from here on people see no difference (assumed).
const NEAR_PERCENT: usize = 70;

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    let Some(draft) = subject.template else { return };
    let mine = runs(draft);
    let others = subject.around.others.iter();
    for other in others.filter(|other| other.name != draft.name) {
        if same_wording(draft, other) {
            let found: check::Finding = duplicate_of(&other.name, &other.language);
            findings.push(format::told(subject, found));
        } else if other.language == draft.language && are_near(&mine, &runs(other)) {
            let message = format!("The body says nearly what the template {} says.", other.name);
            let advice = "Use one template with a placeholder where the two differ.";
            let place = Place::whole(Part::Body);
            findings.push(subject.finding(Code::NearDuplicate, Severity::Warning, place, message, advice));
        }
    }
}

/// Every run of words of the body.
fn runs(draft: &TemplateDraft) -> BTreeSet<Vec<String>> {
    let text = draft.body().map_or("", |body| body.text.as_str());
    let words: Vec<String> = words(text).into_iter().map(|word| word.text).collect();
    if words.len() < WORDS_MIN {
        return BTreeSet::new();
    }
    words.windows(RUN).map(<[String]>::to_vec).collect()
}

fn are_near(one: &BTreeSet<Vec<String>>, other: &BTreeSet<Vec<String>>) -> bool {
    let both = one.intersection(other).count();
    let all = one.len() + other.len() - both;
    all > 0 && both * 100 >= all * NEAR_PERCENT
}
