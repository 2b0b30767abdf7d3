//! Templates after their approval: other categories and reviews of that (M6, M7), archival (M8).

use decider::Timestamp;
use rulebook::refusal::Refusal;
use rulebook::template::archival;
use rulebook::template::category;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;

use super::stamp;
use crate::ids::TemplateIx;
use crate::portfolio::command::CareCommand;
use crate::portfolio::event::{
    Archived, CategoryChanged, CategoryNoticed, CategoryReviewAsked, CategoryReviewed, Decision,
    TemplateReviewed, Unarchived, UseSeen,
};
use crate::portfolio::template::Template;
use crate::portfolio::{Answer, Event, Portfolio};

/// The platform's word for a rejection by category.
const INCORRECT_CATEGORY: &str = "INCORRECT_CATEGORY";
/// What a template is told that should be authentication. Such a rejection is not reviewed (platform-rules.md §6.8); it is
/// stored with these words and known by them, so that they stay as they are.
const SENDS_CODES: &str = "it sends codes, which only authentication templates may";

impl Portfolio {
    pub(super) fn care(&self, command: &CareCommand, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        let ix = command.template();
        let Some(template) = self.living(ix) else {
            return Answer::Unknown("template");
        };
        match command {
            CareCommand::Recategorise { correct, .. } => self.recategorise(ix, template, *correct, now, out),
            CareCommand::AskForReview { .. } => self.ask_for_review(ix, template, now, out),
            CareCommand::DecideReview { reversed, .. } => match template.category_review() {
                Some(_) => self.decide_review(ix, Some(*reversed), out),
                None => Answer::refused(
                    Refusal::InvalidParameter,
                    "nobody asked for a review of its category",
                ),
            },
            CareCommand::Archive { .. } => self.archive(ix, template, now, out),
            CareCommand::Unarchive { .. } => unarchive(ix, template, out),
        }
    }

    /// An approved template turns out to be in the wrong category.
    fn recategorise(
        &self,
        ix: TemplateIx,
        template: &Template,
        correct: Category,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let detail = if template.status != TemplateStatus::Approved {
            Some("only the category of an approved template is changed")
        } else if correct == template.draft.category {
            Some("the template is in this category already")
        } else {
            None
        };
        if let Some(detail) = detail {
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        let warned = self.conduct(template.waba).is_some();
        let Some(at) = category::changes_at(&self.rules.categories, warned, now) else {
            let detail = format!("edition {} changes no categories", self.rules.name());
            return Answer::refused(Refusal::InvalidParameter, detail);
        };
        if at <= now {
            self.change_category(ix, template, correct, out);
        } else {
            let at_ms = stamp(at);
            let from = template.draft.category;
            out.push(
                CategoryNoticed {
                    template: ix,
                    from,
                    correct,
                    at_ms,
                }
                .into(),
            );
        }
        Answer::Done
    }

    /// The moment that was told has come.
    pub(super) fn category_due(&self, ix: TemplateIx, out: &mut Vec<Event>) {
        if let Some(template) = self.template(ix)
            && let Some((correct, _)) = template.coming_category()
        {
            self.change_category(ix, template, correct, out);
        }
    }

    /// What should be authentication is not changed but rejected: such templates are made otherwise.
    fn change_category(&self, ix: TemplateIx, template: &Template, to: Category, out: &mut Vec<Event>) {
        if to == Category::Authentication {
            let decision = Decision::Reject {
                reason: INCORRECT_CATEGORY.to_owned(),
                explanation: SENDS_CODES.to_owned(),
                recommendation: "Create an authentication template.".to_owned(),
            };
            out.push(
                TemplateReviewed {
                    template: ix,
                    decision,
                    by_tester: false,
                }
                .into(),
            );
            return;
        }
        let from = template.draft.category;
        out.push(
            CategoryChanged {
                template: ix,
                from,
                to,
                reversed: false,
            }
            .into(),
        );
    }

    /// The business asks for a review of a category.
    fn ask_for_review(
        &self,
        ix: TemplateIx,
        template: &Template,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let rule = &self.rules.categories;
        if template.category_review().is_some() {
            return Answer::refused(Refusal::InvalidParameter, "a review of its category is open");
        }
        if self.has_no_utility(template.waba) {
            let detail = "no reviews of categories while the account is restricted for misuse of one";
            return Answer::refused(Refusal::CategoryMisuse, detail);
        }
        let why = template.rejection.as_ref();
        if why.is_some_and(|(_, explanation, _)| explanation == SENDS_CODES) {
            let detail = "what should be authentication is not reviewed: create an authentication template";
            return Answer::refused(Refusal::TemplateNotAppealable, detail);
        }
        let (of, status, since) = (
            template.draft.category,
            template.status,
            template.category_since(),
        );
        if !category::is_reviewable(rule, of, status, since, now) {
            let days = rule.review_within.get() / decider::Millis::DAY.get();
            let detail = format!(
                "a rejected template, or an approved one in MARKETING, can be reviewed within {days} days of its \
                 submission or change"
            );
            return Answer::refused(Refusal::TemplateNotAppealable, detail);
        }
        let due_ms = stamp(now + self.rules.policy.review);
        out.push(CategoryReviewAsked { template: ix, due_ms }.into());
        Answer::Done
    }

    /// A review is decided: as the tester says, else by its words.
    pub(super) fn decide_review(
        &self,
        ix: TemplateIx,
        by_tester: Option<bool>,
        out: &mut Vec<Event>,
    ) -> Answer {
        let Some(template) = self.template(ix) else {
            return Answer::Unknown("template");
        };
        let reversed = by_tester.unwrap_or_else(|| self.is_right(ix, template));
        let by_tester = by_tester.is_some();
        out.push(
            CategoryReviewed {
                template: ix,
                reversed,
                by_tester,
            }
            .into(),
        );
        if !reversed {
            return Answer::Done;
        }
        match (template.status, template.previous_category()) {
            (TemplateStatus::Rejected, _) => out.push(
                TemplateReviewed {
                    template: ix,
                    decision: Decision::Approve,
                    by_tester,
                }
                .into(),
            ),
            (TemplateStatus::Approved, Some(to)) if to != template.draft.category => out.push(
                CategoryChanged {
                    template: ix,
                    from: template.draft.category,
                    to,
                    reversed: true,
                }
                .into(),
            ),
            _ => {}
        }
        Answer::Done
    }

    /// Whether the words of a template go with what the business asked for.
    fn is_right(&self, ix: TemplateIx, template: &Template) -> bool {
        if template.status == TemplateStatus::Rejected {
            return self.findings(ix).is_empty();
        }
        let mut asked = template.draft.clone();
        match template.previous_category() {
            Some(before) => asked.category = before,
            None => return false,
        }
        category::judged(&asked) == asked.category
    }

    /// The business puts a template away.
    fn archive(&self, ix: TemplateIx, template: &Template, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        if self.rules.archival.after.is_none() {
            let detail = format!("edition {} has no archive", self.rules.name());
            return Answer::refused(Refusal::TemplateNotEditable, detail);
        }
        match archival::by_business(template.status) {
            Ok(()) => self.put_away(ix, true, now, out),
            Err(detail) => return Answer::refused(Refusal::TemplateNotEditable, detail),
        }
        Answer::Done
    }

    fn put_away(&self, ix: TemplateIx, by_business: bool, now: Timestamp, out: &mut Vec<Event>) {
        let until_ms = stamp(archival::deleted(&self.rules.archival, now));
        out.push(
            Archived {
                template: ix,
                until_ms,
                by_business,
            }
            .into(),
        );
    }

    /// A template may have been unused for too long; one that was put away is deleted.
    pub(super) fn archival_due(&self, ix: TemplateIx, now: Timestamp, out: &mut Vec<Event>) {
        let Some(template) = self.template(ix) else { return };
        if template.status == TemplateStatus::Archived {
            return self.delete(ix, template, false, now, out);
        }
        match archival::due(&self.rules.archival, template.used()) {
            Some(due) if due > now => out.push(
                UseSeen {
                    template: ix,
                    until_ms: stamp(due),
                }
                .into(),
            ),
            Some(_) if archival::is_archivable(template.status) => self.put_away(ix, false, now, out),
            // It is deleted, or waits for that: nothing is due any more.
            Some(_) | None => out.push(
                UseSeen {
                    template: ix,
                    until_ms: 0,
                }
                .into(),
            ),
        }
    }
}

fn unarchive(ix: TemplateIx, template: &Template, out: &mut Vec<Event>) -> Answer {
    match archival::can_unarchive(template.status) {
        Ok(()) => out.push(Unarchived { template: ix }.into()),
        Err(detail) => return Answer::refused(Refusal::TemplateNotEditable, detail),
    }
    Answer::Done
}
