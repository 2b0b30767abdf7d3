//! Categories of templates (all editions: `categories`): what a template is by its words, what becomes of one that is
//! submitted in another category, and of one that is approved and turns out to be in another: a notice, then the
//! change, at once for an account that was warned of misuse; what should be authentication is rejected instead. A
//! business may ask for a review of it.
//! Source: platform-rules.md §6.8 (page on template categories, 14 November 2025 and 17 April 2026). By which words the
//! platform judges is not published: the short list here is assumed, and so is what a review decides by it.
//!
//! Promises: pure; the same words are judged alike whatever their case. Must not know: who noticed it, notices.

use decider::{Millis, Timestamp};

use super::draft::{Category, Component, Header, TemplateDraft};
use super::lifecycle::TemplateStatus;
use crate::analytics::Granularity;
use crate::edition::{Categories, CategoryNotice, Submitted};

/// Words of promotion. A utility template is free of them.
const PROMOTION: [&str; 14] = [
    "% off",
    "bargain",
    "buy now",
    "clearance",
    "coupon",
    "discount",
    "free gift",
    "limited time",
    "promo code",
    "promotion",
    "sale",
    "shop now",
    "special offer",
    "voucher",
];

/// What only authentication templates may send.
const AUTHENTICATION: [&str; 5] = [
    "login code",
    "one-time code",
    "one-time password",
    "security code",
    "verification code",
];

/// The category of a template by its words: the one that it was submitted in, unless they speak against it.
pub fn judged(draft: &TemplateDraft) -> Category {
    if draft.category == Category::Authentication {
        return draft.category;
    }
    let text = words(draft);
    let holds = |list: &[&str]| list.iter().any(|phrase| is_in(&text, phrase));
    if holds(&AUTHENTICATION) {
        Category::Authentication
    } else if holds(&PROMOTION) {
        Category::Marketing
    } else {
        draft.category
    }
}

/// All that people read of it, in lower case.
fn words(draft: &TemplateDraft) -> String {
    let mut text = String::new();
    for component in &draft.components {
        match component {
            Component::Header(Header::Text(part)) | Component::Body(part) | Component::Footer(part) => {
                text.push_str(&part.text);
            }
            Component::Buttons(buttons) => {
                for button in buttons {
                    text.push_str(&button.text);
                    text.push('\n');
                }
            }
            Component::Header(_) | Component::Other(..) => {}
        }
        text.push('\n');
    }
    text.to_lowercase()
}

/// Whether a phrase stands in a text as whole words.
fn is_in(text: &str, phrase: &str) -> bool {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(phrase).any(|(at, _)| {
        let starts_with_letter = is_letter(phrase.chars().next());
        let before = text[..at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        !(is_letter(after) || starts_with_letter && is_letter(before))
    })
}

/// In which category a template is taken that was asked for in one and is another by its words. What stays wrong is
/// rejected by its review.
pub fn submitted(rule: &Categories, draft: &TemplateDraft, allow_change: bool) -> Category {
    let by_words = judged(draft);
    let changes = match rule.submitted {
        Submitted::AsJudged => true,
        Submitted::AsAllowed => allow_change,
    };
    if rule.judged && changes && by_words != Category::Authentication {
        by_words
    } else {
        draft.category
    }
}

/// Whether a review finds the template in the wrong category.
pub fn is_wrong(rule: &Categories, draft: &TemplateDraft) -> bool {
    rule.judged && judged(draft) != draft.category
}

/// When an approved template that turned out to be in the wrong category is changed; `None`: nobody changes it.
/// `warned`: its account was found to misuse the utility category before.
pub fn changes_at(rule: &Categories, warned: bool, now: Timestamp) -> Option<Timestamp> {
    if warned && rule.warned_at_once {
        return Some(now);
    }
    match rule.notice {
        CategoryNotice::Never => None,
        CategoryNotice::Day => Some(now + Millis::DAY),
        CategoryNotice::Month => Some(Granularity::Month.period(now).1),
    }
}

/// Whether a business may ask for a review of a template's category, `since` it was submitted or changed.
pub fn is_reviewable(
    rule: &Categories,
    category: Category,
    status: TemplateStatus,
    since: Timestamp,
    now: Timestamp,
) -> bool {
    let eligible = match status {
        TemplateStatus::Rejected => category != Category::Authentication,
        TemplateStatus::Approved => category == Category::Marketing,
        _ => false,
    };
    eligible && now.since(since) <= rule.review_within
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;
    use crate::template::draft::{ParameterFormat, Text};

    fn draft(category: Category, body: &str) -> TemplateDraft {
        let text = Text {
            text: body.to_owned(),
            ..Text::default()
        };
        TemplateDraft {
            name: "t".to_owned(),
            language: "en".to_owned(),
            category,
            parameter_format: ParameterFormat::Positional,
            components: vec![Component::Body(text)],
        }
    }

    fn rule(edition: &str, overrides: &str) -> Categories {
        let edition = Edition::named(edition).unwrap();
        edition.with_overrides(overrides).unwrap().categories
    }

    #[test]
    fn judged_by_whole_words() {
        use Category::{Authentication, Marketing, Utility};
        let rows = [
            (Utility, "Your order {{1}} is on its way.", Utility),
            (
                Utility,
                "Your order is on its way. 20% off the next one!",
                Marketing,
            ),
            (Utility, "Our SALE begins, {{1}}.", Marketing),
            (
                Utility,
                "Your wholesale order is ready, with resale papers.",
                Utility,
            ),
            (Utility, "Sales tax was added to invoice {{1}}.", Utility),
            (Marketing, "Your order {{1}} is on its way.", Marketing),
            (Utility, "Your verification code is {{1}}.", Authentication),
            (Marketing, "Your one-time password: {{1}}", Authentication),
            (Authentication, "{{1}} is your verification code.", Authentication),
        ];
        for (asked, body, expected) in rows {
            assert_eq!(judged(&draft(asked, body)), expected, "{body}");
        }
    }

    #[test]
    fn taken_as_judged_or_as_allowed() {
        use Category::{Marketing, Utility};
        let sale = draft(Utility, "Our sale begins, {{1}}.");
        // (edition, allow_category_change; taken as, rejected by the review)
        let rows = [
            ("2023-per-number", false, Utility, true),
            ("2023-per-number", true, Marketing, false),
            ("2024-per-number", true, Marketing, false),
            ("2026-per-portfolio", false, Marketing, false),
        ];
        for (edition, allow, taken, wrong) in rows {
            let rule = rule(edition, "");
            let category = submitted(&rule, &sale, allow);
            assert_eq!(category, taken, "{edition}");
            let kept = TemplateDraft {
                category,
                ..sale.clone()
            };
            assert_eq!(is_wrong(&rule, &kept), wrong, "{edition}");
        }
        let code = draft(Utility, "Your verification code is {{1}}.");
        let newest = rule("2026-per-portfolio", "");
        assert_eq!(submitted(&newest, &code, true), Utility);
        assert!(is_wrong(&newest, &code));
        assert!(!is_wrong(
            &rule("2023-per-number", "categories.judged = false"),
            &sale
        ));
    }

    #[test]
    fn changed_after_a_day_a_month_or_at_once() {
        // 2024-08-15T12:00:00Z, the day after it, and 2024-09-01.
        let now = Timestamp::from_millis(1_723_723_200_000);
        let (day, month) = (now + Millis::DAY, Timestamp::from_millis(1_725_148_800_000));
        let rows = [
            ("2023-per-number", "", false, Some(month)),
            ("2024-per-number", "", true, Some(month)),
            ("2026-per-portfolio", "", false, Some(day)),
            ("2026-per-portfolio", "", true, Some(now)),
            ("2026-per-portfolio", "categories.notice = \"never\"", false, None),
        ];
        for (edition, overrides, warned, expected) in rows {
            let got = changes_at(&rule(edition, overrides), warned, now);
            assert_eq!(got, expected, "{edition} {overrides} {warned}");
        }
    }

    #[test]
    fn reviews_are_for_some_and_for_60_days() {
        use TemplateStatus::{Approved, Paused, Rejected};
        let rule = rule("2026-per-portfolio", "");
        let since = Timestamp::from_millis(1_776_384_000_000);
        let rows = [
            (Category::Marketing, Approved, 60, true),
            (Category::Marketing, Approved, 61, false),
            (Category::Utility, Approved, 1, false),
            (Category::Utility, Rejected, 1, true),
            (Category::Authentication, Rejected, 1, false),
            (Category::Marketing, Paused, 1, false),
        ];
        for (category, status, days, allowed) in rows {
            let got = is_reviewable(&rule, category, status, since, since + Millis::days(days));
            assert_eq!(got, allowed, "{category:?} {status:?} after {days} days");
        }
    }
}
