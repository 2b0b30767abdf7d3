//! No two templates of an account with the same body and footer, but for authentication: the review rejects the later
//! one. Source: template review. Which of the platform's reasons it gives is assumed.

use super::{Finding, Part, TemplateDraft};
use crate::template::draft::{Category, Text};

/// Whether two templates have the same wording in the sense of the rule. The same name in another language is no twin.
pub fn same_wording(one: &TemplateDraft, other: &TemplateDraft) -> bool {
    let wording = |draft: &TemplateDraft| [draft.body().map(plain), draft.footer().map(plain)];
    let judged = |draft: &TemplateDraft| draft.category != Category::Authentication;
    judged(one) && judged(other) && one.name != other.name && wording(one) == wording(other)
}

/// The wording of another template.
pub fn duplicate_of(name: &str, language: &str) -> Finding {
    let message = format!("Body and footer have the wording of the template {name} ({language}).");
    Finding::rejected("duplicate", message, "Use that template, or change the wording.").in_part(Part::Body)
}

/// A text without regard to case and spaces.
fn plain(text: &Text) -> String {
    let words: Vec<String> = text.text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}
