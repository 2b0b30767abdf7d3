//! Templates: submitted, reviewed, edited, deleted (T1 to T3, T6).

use rulebook::refusal::Refusal;
use rulebook::template::check::{self, Finding};
use rulebook::template::draft::{Category, TemplateDraft};
use rulebook::template::lifecycle::{Action, TemplateStatus};

use crate::ids::{TemplateIx, WabaIx};
use crate::portfolio::command::TemplateKey;
use crate::portfolio::event::{
    Decision, Notice, Noticed, TemplateCreated, TemplateDeleted, TemplateEdited, TemplateReviewed,
};
use crate::portfolio::template::Template;
use crate::portfolio::{Answer, Event, Portfolio};

impl Portfolio {
    pub(super) fn create_template(
        &self,
        waba: WabaIx,
        draft: &TemplateDraft,
        out: &mut Vec<Event>,
    ) -> Answer {
        if waba.index() >= self.wabas.len() {
            return Answer::Unknown("WABA");
        }
        if draft.category == Category::Utility && self.has_no_utility(waba) {
            let detail = "no utility templates while the account is restricted for misuse of the category";
            return Answer::refused(Refusal::CategoryMisuse, detail);
        }
        let findings = check::on_submission(draft);
        if !findings.is_empty() {
            return Answer::Findings(findings);
        }
        if self
            .template_named(waba, TemplateKey::of(&draft.name, &draft.language))
            .is_some()
        {
            let detail = format!("{} in {} exists already", draft.name, draft.language);
            return Answer::refused(Refusal::TemplateExists, detail);
        }
        out.push(
            TemplateCreated {
                waba,
                draft: Box::new(draft.clone()),
            }
            .into(),
        );
        Answer::Template(TemplateIx(self.templates.len() as u32))
    }

    pub(super) fn edit_template(
        &self,
        ix: TemplateIx,
        draft: &TemplateDraft,
        out: &mut Vec<Event>,
    ) -> Answer {
        let Some(template) = self.living(ix) else {
            return Answer::Unknown("template");
        };
        if let Err(illegal) = template.status.allows(Action::Edit) {
            return Answer::refused(illegal.refusal(), illegal.to_string());
        }
        if template.status == TemplateStatus::Approved && draft.category != template.draft.category {
            let detail = "the category of an approved template is fixed";
            return Answer::refused(Refusal::TemplateCategoryFixed, detail);
        }
        let findings = check::on_submission(draft);
        if !findings.is_empty() {
            return Answer::Findings(findings);
        }
        out.push(
            TemplateEdited {
                template: ix,
                draft: Box::new(draft.clone()),
            }
            .into(),
        );
        Answer::Template(ix)
    }

    pub(super) fn delete_template(
        &self,
        waba: WabaIx,
        name: &str,
        only: Option<TemplateIx>,
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
        out.extend(
            found
                .iter()
                .map(|(template, _)| TemplateDeleted { template: *template }.into()),
        );
        Answer::Done
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
