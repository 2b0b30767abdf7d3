//! Templates submitted and edited (T1, T3): how many, how often, under which names, with which content.

use decider::Timestamp;
use rulebook::policy::Gate;
use rulebook::refusal::Refusal;
use rulebook::template::check;
use rulebook::template::draft::{Category, TemplateDraft};
use rulebook::template::lifecycle::{Action, TemplateStatus};
use rulebook::template::{category, quota, ttl};

use crate::ids::{TemplateIx, WabaIx};
use crate::portfolio::command::{TemplateKey, TemplateOptions};
use crate::portfolio::event::{TemplateCreated, TemplateEdited, TtlSet};
use crate::portfolio::number::Number;
use crate::portfolio::template::Template;
use crate::portfolio::{Answer, Event, Portfolio};

impl Portfolio {
    pub(super) fn create_template(
        &self,
        waba: WabaIx,
        draft: &TemplateDraft,
        options: &TemplateOptions,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        if waba.index() >= self.wabas.len() {
            return Answer::Unknown("WABA");
        }
        let draft = &self.as_taken(draft, options);
        let allowed = self
            .may_submit(waba, draft.category)
            .and_then(|()| self.within_caps(waba, now))
            .and_then(|()| self.name_is_free(waba, draft, now))
            .and_then(|()| self.well_formed(draft, options));
        if let Err(no) = allowed {
            return no;
        }
        let template = TemplateIx(self.templates.len() as u32);
        out.push(
            TemplateCreated {
                waba,
                draft: Box::new(draft.clone()),
            }
            .into(),
        );
        out.extend(ttl_set(template, options, None));
        Answer::Template(template)
    }

    pub(super) fn edit_template(
        &self,
        ix: TemplateIx,
        draft: &TemplateDraft,
        options: &TemplateOptions,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) -> Answer {
        let Some(template) = self.living(ix) else {
            return Answer::Unknown("template");
        };
        let allowed = self
            .may_be_edited(template, draft, now)
            .and_then(|()| self.may_submit(template.waba, draft.category))
            .and_then(|()| self.well_formed(draft, options));
        if let Err(no) = allowed {
            return no;
        }
        out.push(
            TemplateEdited {
                template: ix,
                draft: Box::new(draft.clone()),
            }
            .into(),
        );
        out.extend(ttl_set(ix, options, template.upkeep.ttl));
        Answer::Template(ix)
    }

    /// A template in the category that it is taken in.
    fn as_taken(&self, draft: &TemplateDraft, options: &TemplateOptions) -> TemplateDraft {
        let category = category::submitted(&self.rules.categories, draft, options.allow_category_change);
        TemplateDraft {
            category,
            ..draft.clone()
        }
    }

    /// No templates while the portfolio is reviewed (P14); no utility templates while the account is restricted for misuse of the category (R12).
    fn may_submit(&self, waba: WabaIx, category: Category) -> Result<(), Answer> {
        if self.policy.gate(waba).any(Gate::CREATION) {
            let (refusal, detail) = self.blocked(waba);
            return Err(Answer::refused(
                refusal,
                format!("no templates can be submitted: {detail}"),
            ));
        }
        if category == Category::Utility && self.has_no_utility(waba) {
            let detail = "no utility templates while the account is restricted for misuse of the category";
            return Err(Answer::refused(Refusal::CategoryMisuse, detail));
        }
        Ok(())
    }

    /// How many templates an account may have.
    pub fn template_cap(&self) -> u32 {
        let named = |n: &Number| n.facts.name_approved && !n.facts.deleted && !n.facts.migrated;
        let rules = &self.rules.templates;
        if self.verification.business() && self.numbers.iter().any(named) {
            rules.cap_verified
        } else {
            rules.cap
        }
    }

    fn within_caps(&self, waba: WabaIx, now: Timestamp) -> Result<(), Answer> {
        let own = || self.templates.iter().filter(move |t| t.waba == waba);
        let count = own().filter(|t| t.status != TemplateStatus::Deleted).count();
        let cap = self.template_cap();
        if count >= cap as usize {
            let detail = format!("the account has {count} templates, at most {cap} are allowed");
            return Err(Answer::refused(Refusal::TemplateCap, detail));
        }
        // Templates stand in the order in which they were submitted.
        let submitted = own().rev().map(|t| t.created);
        quota::allows(&self.rules.templates.creations, submitted, now)
            .map_err(|used_up| Answer::refused(Refusal::TemplateCreationRate, used_up.to_string()))
    }

    /// No other template has the name in this language, nor had a deleted one that was approved (for a time).
    fn name_is_free(&self, waba: WabaIx, draft: &TemplateDraft, now: Timestamp) -> Result<(), Answer> {
        let TemplateDraft { name, language, .. } = draft;
        if self
            .template_named(waba, TemplateKey::of(name, language))
            .is_some()
        {
            let detail = format!("{name} in {language} exists already");
            return Err(Answer::refused(Refusal::TemplateExists, detail));
        }
        let own = self.templates.iter().filter(|t| t.waba == waba);
        match own.filter_map(|t| t.reserves(name, language, now)).max() {
            None => Ok(()),
            Some(until) => {
                let until = until.seconds();
                let detail = format!("{name} in {language} is reserved until {until} (Unix seconds)");
                Err(Answer::refused(Refusal::TemplateNameReserved, detail))
            }
        }
    }

    /// Content and time to live can be had.
    fn well_formed(&self, draft: &TemplateDraft, options: &TemplateOptions) -> Result<(), Answer> {
        let findings = check::on_submission(draft);
        if !findings.is_empty() {
            return Err(Answer::Findings(findings));
        }
        let Some(seconds) = options.ttl else { return Ok(()) };
        ttl::check(&self.rules.templates.ttl, draft.category, seconds)
            .map_err(|wrong| Answer::refused(Refusal::TemplateTtl, wrong.to_string()))
    }

    fn may_be_edited(
        &self,
        template: &Template,
        draft: &TemplateDraft,
        now: Timestamp,
    ) -> Result<(), Answer> {
        if let Err(illegal) = template.status.allows(Action::Edit) {
            return Err(Answer::refused(illegal.refusal(), illegal.to_string()));
        }
        if template.status != TemplateStatus::Approved {
            return Ok(());
        }
        for quota in &self.rules.templates.edits {
            quota::allows(quota, template.upkeep.edits.iter().rev().copied(), now).map_err(|used_up| {
                let detail = format!("an approved template was edited too often: {used_up}");
                Answer::refused(Refusal::TemplateNotEditable, detail)
            })?;
        }
        if draft.category != template.draft.category {
            let detail = "the category of an approved template is fixed";
            return Err(Answer::refused(Refusal::TemplateCategoryFixed, detail));
        }
        Ok(())
    }
}

/// The time to live that was asked for, where it is another than `before`.
fn ttl_set(template: TemplateIx, options: &TemplateOptions, before: Option<i64>) -> Option<Event> {
    let seconds = options.ttl.filter(|_| options.ttl != before)?;
    Some(TtlSet { template, seconds }.into())
}
