//! Templates: reviewed and deleted (T1 to T3).

use decider::Timestamp;
use rulebook::refusal::Refusal;
use rulebook::template::category;
use rulebook::template::check::{self, Finding};
use rulebook::template::lifecycle::{Action, TemplateStatus};

use crate::ids::{TemplateIx, WabaIx};
use crate::portfolio::event::{
    Decision, DeletionDeferred, NameReserved, Notice, Noticed, TemplateDeleted, TemplateReviewed,
};
use crate::portfolio::template::Template;
use crate::portfolio::{Answer, Event, Portfolio};

impl Portfolio {
    pub(super) fn delete_template(
        &self,
        waba: WabaIx,
        name: &str,
        only: Option<TemplateIx>,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let named = |ix: TemplateIx, t: &Template| {
            t.waba == waba
                && t.draft.name == name
                && t.status != TemplateStatus::Deleted
                && only.is_none_or(|o| o == ix)
        };
        let found: Vec<(TemplateIx, &Template)> = self
            .templates
            .iter()
            .enumerate()
            .map(|(ix, template)| (TemplateIx(ix as u32), template))
            .filter(|(ix, template)| named(*ix, template))
            .collect();
        if found.is_empty() {
            return Answer::refused(
                Refusal::TemplateUnknown,
                format!("there is no template named {name}"),
            );
        }
        for (_, template) in &found {
            if let Err(illegal) = template.status.allows(Action::Delete) {
                return Answer::refused(illegal.refusal(), illegal.to_string());
            }
        }
        for (ix, template) in &found {
            self.delete(*ix, template, only.is_none(), now, out);
        }
        Answer::Done
    }

    /// One language. What is still held goes first; the name of one that was approved is reserved for a time.
    pub(super) fn delete(
        &self,
        ix: TemplateIx,
        template: &Template,
        every_language: bool,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) {
        out.push(if self.waits(ix) {
            DeletionDeferred { template: ix }.into()
        } else {
            TemplateDeleted { template: ix }.into()
        });
        if template.upkeep.approved {
            let until = now + self.rules.templates.name_reserved;
            out.push(
                NameReserved {
                    template: ix,
                    until_ms: until.millis(),
                    every_language,
                }
                .into(),
            );
        }
    }

    pub(super) fn review(
        &self,
        ix: TemplateIx,
        decision: &Decision,
        by_tester: bool,
        out: &mut Vec<Event>,
    ) -> Answer {
        let Some(template) = self.living(ix) else {
            return Answer::Unknown("template");
        };
        if let Err(illegal) = template.status.allows(Action::Review) {
            return Answer::refused(illegal.refusal(), illegal.to_string());
        }
        out.push(
            TemplateReviewed {
                template: ix,
                decision: decision.clone(),
                by_tester,
            }
            .into(),
        );
        out.push(
            Noticed {
                notice: Notice::Template(ix),
            }
            .into(),
        );
        Answer::Done
    }

    /// The rules decide a review: format, samples, lengths, and wording that another template has already.
    pub(super) fn reviewed_by_rules(&self, ix: TemplateIx) -> Decision {
        let findings = self.findings(ix);
        match findings.first() {
            None => Decision::Approve,
            Some(first) => Decision::Reject {
                reason: first.reason().to_owned(),
                explanation: joined(&findings, |f| f.message.clone()),
                recommendation: joined(&findings, |f| f.recommendation.clone()),
            },
        }
    }

    /// What a review finds wrong with a template today.
    pub(super) fn findings(&self, ix: TemplateIx) -> Vec<Finding> {
        let Some(template) = self.template(ix) else {
            return Vec::new();
        };
        let mut findings = check::on_review(&template.draft);
        let twin = self.templates.iter().enumerate().find(|(other, t)| {
            *other != ix.index()
                && t.waba == template.waba
                && t.status == TemplateStatus::Approved
                && check::same_wording(&t.draft, &template.draft)
        });
        if let Some((_, twin)) = twin {
            findings.push(check::duplicate_of(&twin.draft.name, &twin.draft.language));
        }
        if category::is_wrong(&self.rules.categories, &template.draft) {
            findings.push(check::wrong_category(category::judged(&template.draft)));
        }
        findings
    }

    pub(super) fn living(&self, ix: TemplateIx) -> Option<&Template> {
        self.template(ix)
            .filter(|template| template.status != TemplateStatus::Deleted)
    }
}

fn joined(findings: &[Finding], text: impl Fn(&Finding) -> String) -> String {
    findings.iter().map(text).collect::<Vec<_>>().join("; ")
}
