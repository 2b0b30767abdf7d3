//! Templates after their approval: other categories, archival.

use decider::Timestamp;
use rulebook::template::archival;
use rulebook::template::lifecycle::TemplateStatus;

use crate::ids::TemplateIx;
use crate::portfolio::Portfolio;
use crate::portfolio::agenda::Due;
use crate::portfolio::event;

impl Portfolio {
    pub(super) fn on_category_noticed(&mut self, e: &event::CategoryNoticed) {
        let at = Timestamp::from_millis(e.at_ms);
        self.with_template(e.template, |t| t.care.coming = Some((e.correct, e.at_ms)));
        self.agenda.set(Due::Category(e.template.0), Some(at));
    }

    pub(super) fn on_category_changed(&mut self, e: &event::CategoryChanged, at: Timestamp) {
        self.with_template(e.template, |t| {
            t.draft.category = e.to;
            t.care.coming = None;
            t.care.changed = (!e.reversed).then_some((e.from, at.millis()));
            t.updated = at;
        });
        self.agenda.set(Due::Category(e.template.0), None);
    }

    pub(super) fn on_category_review_asked(&mut self, e: &event::CategoryReviewAsked) {
        self.with_template(e.template, |t| t.care.review = Some(e.due_ms));
        self.agenda.set(
            Due::CategoryReview(e.template.0),
            Some(Timestamp::from_millis(e.due_ms)),
        );
    }

    pub(super) fn on_category_reviewed(&mut self, e: &event::CategoryReviewed) {
        self.with_template(e.template, |t| t.care.review = None);
        self.agenda.set(Due::CategoryReview(e.template.0), None);
    }

    /// What was coming is off: the template is judged anew, or is gone.
    pub(super) fn forget_category(&mut self, template: TemplateIx) {
        self.with_template(template, |t| (t.care.coming, t.care.review) = (None, None));
        self.agenda.set(Due::Category(template.0), None);
        self.agenda.set(Due::CategoryReview(template.0), None);
    }

    /// A template is used: submitted, edited, appealed for, taken out. A send only leaves its stamp.
    pub(in crate::portfolio) fn use_template(&mut self, template: TemplateIx, at: Timestamp) {
        let due = archival::due(&self.rules.archival, at);
        if due.is_some() {
            self.with_template(template, |t| t.care.used = at.millis());
        }
        self.agenda.set(Due::Archival(template.0), due);
    }

    pub(super) fn on_use_seen(&mut self, e: &event::UseSeen) {
        let until = (e.until_ms != 0).then(|| Timestamp::from_millis(e.until_ms));
        self.agenda.set(Due::Archival(e.template.0), until);
    }

    pub(super) fn on_archived(&mut self, e: &event::Archived, at: Timestamp) {
        let before = self.template(e.template).map(|t| t.status);
        self.end_template(e.template, TemplateStatus::Archived, at);
        self.forget_category(e.template);
        self.with_template(e.template, |t| {
            t.care.archived = before.map(|before| (before, e.until_ms));
        });
        self.agenda.set(
            Due::Archival(e.template.0),
            Some(Timestamp::from_millis(e.until_ms)),
        );
        self.look_for_upgrades_by_templates(at);
    }

    /// It is what it was; a pause is over meanwhile, and what waited for a review or appeal is approved.
    pub(super) fn on_unarchived(&mut self, template: TemplateIx, at: Timestamp) {
        self.with_template(template, |t| {
            let before = t.care.archived.take().map(|(before, _)| before);
            t.status = match before {
                Some(kept @ (TemplateStatus::Rejected | TemplateStatus::Disabled)) => kept,
                _ => TemplateStatus::Approved,
            };
            t.updated = at;
        });
        self.use_template(template, at);
        self.count_green(template);
    }
}
