//! Templates: submitted, reviewed, edited, paused, ended.

use decider::Timestamp;
use rulebook::appeal::Outcome;
use rulebook::rating::{Evidence, Standing};
use rulebook::template::lifecycle::TemplateStatus;

use crate::ids::TemplateIx;
use crate::portfolio::Portfolio;
use crate::portfolio::agenda::Due;
use crate::portfolio::event::{self, Decision, Subject};
use crate::portfolio::template::Template;
use crate::portfolio::template::upkeep::Reserved;

impl Portfolio {
    pub(super) fn on_template_created(&mut self, e: &event::TemplateCreated, at: Timestamp) {
        let template = Template::new(e.waba, (*e.draft).clone(), at);
        let ix = self.templates.len() as u32;
        self.by_key.insert((e.waba.0, template.key.0), ix);
        self.templates.push(template);
        self.use_template(TemplateIx(ix), at);
        self.expect_review(TemplateIx(ix), at);
    }

    pub(super) fn expect_review(&mut self, template: TemplateIx, at: Timestamp) {
        let auto = self.settings.as_ref().is_some_and(|s| s.auto_review);
        let due = auto.then(|| at + self.rules.review.delay);
        self.agenda.set(Due::Review(template.0), due);
    }

    pub(super) fn on_template_reviewed(&mut self, e: &event::TemplateReviewed, at: Timestamp) {
        self.agenda.set(Due::Review(e.template.0), None);
        self.forget_category(e.template);
        self.with_template(e.template, |t| {
            t.updated = at;
            match &e.decision {
                Decision::Approve => {
                    t.status = TemplateStatus::Approved;
                    t.rejection = None;
                    t.upkeep.approved = true;
                }
                Decision::Reject {
                    reason,
                    explanation,
                    recommendation,
                } => {
                    t.status = TemplateStatus::Rejected;
                    t.rejection = Some((reason.clone(), explanation.clone(), recommendation.clone()));
                }
            }
        });
        self.count_green(e.template);
    }

    pub(super) fn on_template_edited(&mut self, e: &event::TemplateEdited, at: Timestamp) {
        let Some(t) = self.templates.get_mut(e.template.index()) else {
            return;
        };
        if t.status == TemplateStatus::Approved {
            let longest = self.rules.templates.edits.iter().map(|quota| quota.span).max();
            let since = at.back(longest.unwrap_or_default());
            t.upkeep.edits.retain(|edit| *edit > since);
            t.upkeep.edits.push(at);
        }
        let fresh = Template::new(t.waba, (*e.draft).clone(), t.created);
        t.draft = fresh.draft;
        t.expected = fresh.expected;
        t.updated = at;
        if t.status == TemplateStatus::Paused {
            // An edit ends a pause once it is approved (T6): a new start, as at the end of any pause.
            t.paused_until = None;
            t.restart(at);
        }
        t.status = TemplateStatus::InReview;
        self.use_template(e.template, at);
        self.agenda.set(Due::Pause(e.template.0), None);
        self.pacing.set_paused(e.template, None);
        self.end_round(e.template, at);
        self.count_green(e.template);
        self.expect_review(e.template, at);
        self.look_for_upgrades_by_templates(at);
    }

    pub(super) fn on_name_reserved(&mut self, e: &event::NameReserved) {
        self.with_template(e.template, |t| {
            t.upkeep.reserved = Some(Reserved {
                until: Timestamp::from_millis(e.until_ms),
                every_language: e.every_language,
            });
        });
    }

    pub(super) fn on_template_deleted(&mut self, template: TemplateIx, at: Timestamp) {
        if let Some(t) = self.templates.get(template.index()) {
            self.by_key.remove((t.waba.0, t.key.0));
        }
        self.end_template(template, TemplateStatus::Deleted, at);
        self.forget_category(template);
        self.agenda.set(Due::Archival(template.0), None);
        self.agenda.set(Due::Deletion(template.0), None);
        self.look_for_upgrades_by_templates(at);
    }

    pub(super) fn end_template(&mut self, template: TemplateIx, status: TemplateStatus, at: Timestamp) {
        self.with_template(template, |t| {
            t.status = status;
            t.paused_until = None;
            t.updated = at;
        });
        self.agenda.set(Due::Pause(template.0), None);
        self.agenda.set(Due::Review(template.0), None);
        self.pacing.set_paused(template, None);
        self.count_green(template);
    }

    pub(super) fn on_template_paused(&mut self, e: &event::TemplatePaused, at: Timestamp) {
        let until = Timestamp::from_millis(e.until_ms);
        self.with_template(e.template, |t| {
            t.status = TemplateStatus::Paused;
            t.pauses = e.instance;
            t.paused_until = Some(until);
            t.updated = at;
        });
        self.agenda.set(Due::Pause(e.template.0), Some(until));
        self.note_trouble(e.template, at, true);
    }

    pub(super) fn on_template_unpaused(&mut self, template: TemplateIx, at: Timestamp) {
        self.with_template(template, |t| {
            t.status = TemplateStatus::Approved;
            t.paused_until = None;
            t.restart(at);
        });
        self.agenda.set(Due::Pause(template.0), None);
        self.look_for_upgrades_by_templates(at);
        self.pacing.set_paused(template, None);
        self.end_round(template, at);
        self.count_green(template);
    }

    pub(in crate::portfolio) fn on_template_appealed(&mut self, template: TemplateIx, at: Timestamp) {
        self.with_template(template, |t| {
            t.status = TemplateStatus::AppealRequested;
            t.updated = at;
        });
        self.use_template(template, at);
        self.count_green(template);
    }

    /// Granted: a new start. Refused: it is what it was.
    pub(in crate::portfolio) fn on_template_appeal_decided(
        &mut self,
        subject: Subject,
        outcome: Outcome,
        at: Timestamp,
    ) {
        let (template, before) = match subject {
            Subject::Rejection(template) => (template, TemplateStatus::Rejected),
            Subject::Disabling(template) => (template, TemplateStatus::Disabled),
            Subject::Number(_) | Subject::Violation(_) => return,
        };
        self.with_template(template, |t| match outcome {
            Outcome::Granted => {
                t.status = TemplateStatus::Approved;
                t.upkeep.approved = true;
                t.rejection = None;
                t.restart(at);
            }
            Outcome::Refused => {
                t.status = before;
                t.updated = at;
            }
            Outcome::Moot => {}
        });
        if outcome == Outcome::Granted {
            self.end_round(template, at);
        }
        self.count_green(template);
        self.look_for_upgrades_by_templates(at);
    }
}

impl Template {
    /// A new start: UNKNOWN, and only feedback on messages sent from here on counts (T5).
    fn restart(&mut self, at: Timestamp) {
        self.epoch = at;
        self.evidence = Evidence::default();
        self.standing = Standing {
            since: at,
            ..Standing::default()
        };
        self.updated = at;
    }
}
