//! Templates: reviewed, paused, disabled, deleted, rated.

use cloud_api::phone::Quality;
use cloud_api::template::{Category, RejectedReason};
use cloud_api::webhook::template::{DisableInfo, OtherInfo, PauseTitle, RejectionInfo, TemplateEvent};
use decider::{Millis, Timestamp};
use platform::ids::TemplateIx;
use platform::portfolio::Portfolio;
use platform::portfolio::event::{
    CategoryChanged, CategoryNoticed, Decision, Subject, TemplatePaused, TemplateRated, TemplateReviewed,
};
use platform::portfolio::template::Rejection;
use rulebook::appeal::Outcome;
use rulebook::template::draft as rules;

use super::{Change, Draft};

/// A template as webhooks name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::hooks) struct Named {
    pub(in crate::hooks) template: TemplateIx,
    pub(in crate::hooks) name: String,
    pub(in crate::hooks) language: String,
}

/// A template moved to another status.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::hooks) struct TemplateStatus {
    pub(in crate::hooks) of: Named,
    pub(in crate::hooks) category: Category,
    pub(in crate::hooks) event: TemplateEvent,
    /// `None` when it is scheduled for deletion.
    pub(in crate::hooks) reason: Option<RejectedReason>,
    pub(in crate::hooks) other_info: Option<OtherInfo>,
    pub(in crate::hooks) disable_info: Option<DisableInfo>,
    pub(in crate::hooks) rejection_info: Option<RejectionInfo>,
}

/// A template's rating changed.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::hooks) struct TemplateQuality {
    pub(in crate::hooks) of: Named,
    pub(in crate::hooks) from: Quality,
    pub(in crate::hooks) to: Quality,
}

/// A template's category changed, or will.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::hooks) struct TemplateCategory {
    pub(in crate::hooks) of: Named,
    pub(in crate::hooks) previous: Option<Category>,
    pub(in crate::hooks) now: Category,
    /// What it will be, and when, in seconds since the Unix epoch.
    pub(in crate::hooks) coming: Option<(Category, u64)>,
}

/// What it will be is told before it is done; `new_category` is the present one until then.
pub(super) fn category_noticed(portfolio: &Portfolio, e: &CategoryNoticed, out: &mut Vec<Draft>) {
    let coming = Some((e.correct, Timestamp::from_millis(e.at_ms).seconds()));
    category(portfolio, e.template, (None, e.from, coming), out);
}

pub(super) fn category_changed(portfolio: &Portfolio, e: &CategoryChanged, out: &mut Vec<Draft>) {
    category(portfolio, e.template, (Some(e.from), e.to, None), out);
}

/// Before; now; what is coming, and when.
type Categories = (
    Option<rules::Category>,
    rules::Category,
    Option<(rules::Category, u64)>,
);

fn category(
    portfolio: &Portfolio,
    ix: TemplateIx,
    (previous, now, coming): Categories,
    out: &mut Vec<Draft>,
) {
    let Some(template) = portfolio.template(ix) else {
        return;
    };
    let word = |category: rules::Category| Category::parse(category.api_value());
    let change = TemplateCategory {
        of: named(ix, template),
        previous: previous.map(word),
        now: word(now),
        coming: coming.map(|(category, at)| (word(category), at)),
    };
    out.push(Draft {
        item: 0,
        waba: template.waba,
        number: None,
        change: Change::TemplateCategory(change),
    });
}

pub(super) fn archived(portfolio: &Portfolio, template: TemplateIx, out: &mut Vec<Draft>) {
    status(portfolio, template, TemplateEvent::Archived, out, |_| {});
}

pub(super) fn unarchived(portfolio: &Portfolio, template: TemplateIx, out: &mut Vec<Draft>) {
    status(portfolio, template, TemplateEvent::Unarchived, out, |_| {});
}

pub(super) fn reviewed(portfolio: &Portfolio, e: &TemplateReviewed, out: &mut Vec<Draft>) {
    match &e.decision {
        Decision::Approve => status(portfolio, e.template, TemplateEvent::Approved, out, |_| {}),
        Decision::Reject {
            reason,
            explanation,
            recommendation,
        } => {
            let why = (reason.clone(), explanation.clone(), recommendation.clone());
            rejected(portfolio, e.template, &why, out);
        }
    }
}

fn rejected(
    portfolio: &Portfolio,
    template: TemplateIx,
    (reason, explanation, recommendation): &Rejection,
    out: &mut Vec<Draft>,
) {
    status(portfolio, template, TemplateEvent::Rejected, out, |status| {
        let reason = RejectedReason::parse(reason);
        let explained = reason == RejectedReason::InvalidFormat;
        status.reason = Some(reason);
        status.rejection_info = explained.then(|| RejectionInfo {
            reason: explanation.clone(),
            recommendation: recommendation.clone(),
        });
    });
}

pub(super) fn paused(portfolio: &Portfolio, e: &TemplatePaused, at: Timestamp, out: &mut Vec<Draft>) {
    let hours = Timestamp::from_millis(e.until_ms).since(at).get() / Millis::HOUR.get();
    let (title, cause) = match e.instance {
        1 => (PauseTitle::FirstPause, "was found to have low quality"),
        _ => (PauseTitle::SecondPause, "continued to have low quality"),
    };
    let description = format!(
        "Your WhatsApp message template has been paused for {hours} hours because it {cause}. \
         Feedback of recipients, such as blocks and reports, led to this."
    );
    status(portfolio, e.template, TemplateEvent::Paused, out, |status| {
        status.other_info = Some(OtherInfo { title, description });
    });
}

/// Paused by pacing. That its title is RATE_LIMITING_PAUSE is assumed: no source says which pause has that name.
pub(super) fn paced(portfolio: &Portfolio, template: TemplateIx, out: &mut Vec<Draft>) {
    status(portfolio, template, TemplateEvent::Paused, out, |status| {
        let description =
            "Your WhatsApp message template has been paused because its first messages received \
                           negative feedback. The messages that were held back have been dropped. Unpause it \
                           when you have improved it."
                .to_owned();
        status.other_info = Some(OtherInfo {
            title: PauseTitle::RateLimitingPause,
            description,
        });
    });
}

pub(super) fn unpaused(portfolio: &Portfolio, template: TemplateIx, out: &mut Vec<Draft>) {
    status(portfolio, template, TemplateEvent::Approved, out, |status| {
        let description =
            "Your WhatsApp message template is active again; its quality is rated anew.".to_owned();
        status.other_info = Some(OtherInfo {
            title: PauseTitle::Unpause,
            description,
        });
    });
}

pub(super) fn disabled(portfolio: &Portfolio, template: TemplateIx, at: Timestamp, out: &mut Vec<Draft>) {
    status(portfolio, template, TemplateEvent::Disabled, out, |status| {
        let description = "Your WhatsApp message template has been disabled because it repeatedly received \
                           negative feedback. It cannot be sent any more."
            .to_owned();
        status.other_info = Some(OtherInfo {
            title: PauseTitle::Disabled,
            description,
        });
        status.disable_info = Some(DisableInfo {
            disable_date: at.seconds(),
        });
    });
}

pub(super) fn appealed(portfolio: &Portfolio, template: TemplateIx, out: &mut Vec<Draft>) {
    status(portfolio, template, TemplateEvent::InAppeal, out, |_| {});
}

/// How an appeal ended. That the end of one is told as REINSTATED or as what the template was before is assumed.
pub(super) fn appeal_decided(
    portfolio: &Portfolio,
    (appeal, subject, outcome): (u32, Subject, Outcome),
    at: Timestamp,
    out: &mut Vec<Draft>,
) {
    let Some(template) = subject.template() else {
        return;
    };
    match (outcome, subject) {
        (Outcome::Granted, _) => status(portfolio, template, TemplateEvent::Reinstated, out, |_| {}),
        (Outcome::Refused, Subject::Disabling(_)) => disabled(portfolio, template, at, out),
        (Outcome::Refused, _) => {
            let why = portfolio.policy.contested.get(&appeal).cloned();
            rejected(portfolio, template, &why.unwrap_or_default(), out);
        }
        (Outcome::Moot, _) => {}
    }
}

/// Scheduled for deletion: messages are still held.
pub(super) fn deletion_deferred(portfolio: &Portfolio, template: TemplateIx, out: &mut Vec<Draft>) {
    let event = TemplateEvent::PendingDeletion;
    status(portfolio, template, event, out, |status| status.reason = None);
}

pub(super) fn deleted(portfolio: &Portfolio, template: TemplateIx, out: &mut Vec<Draft>) {
    status(portfolio, template, TemplateEvent::Deleted, out, |_| {});
}

pub(super) fn rated(portfolio: &Portfolio, e: &TemplateRated, out: &mut Vec<Draft>) {
    let Some(template) = portfolio.template(e.template).filter(|_| e.from != e.to) else {
        return;
    };
    let quality = TemplateQuality {
        of: named(e.template, template),
        from: Quality::parse(e.from.label()),
        to: Quality::parse(e.to.label()),
    };
    out.push(Draft {
        item: 0,
        waba: template.waba,
        number: None,
        change: Change::TemplateQuality(quality),
    });
}

fn status(
    portfolio: &Portfolio,
    ix: TemplateIx,
    event: TemplateEvent,
    out: &mut Vec<Draft>,
    fill: impl FnOnce(&mut TemplateStatus),
) {
    let Some(template) = portfolio.template(ix) else {
        return;
    };
    let mut status = TemplateStatus {
        of: named(ix, template),
        category: Category::parse(template.draft.category.api_value()),
        event,
        reason: Some(RejectedReason::None),
        other_info: None,
        disable_info: None,
        rejection_info: None,
    };
    fill(&mut status);
    out.push(Draft {
        item: 0,
        waba: template.waba,
        number: None,
        change: Change::TemplateStatus(status),
    });
}

fn named(ix: TemplateIx, template: &platform::portfolio::template::Template) -> Named {
    let draft = &template.draft;
    Named {
        template: ix,
        name: draft.name.clone(),
        language: draft.language.clone(),
    }
}

#[cfg(test)]
mod tests {
    use decider::CellId;
    use platform::ids::WabaIx;
    use platform::portfolio::event::{AppealDecided, AppealFiled, Event, TemplateCreated};

    use super::*;
    use crate::hooks::draft::drafts;

    /// The reader may come late: by then the template was edited, and approved or rejected for another reason.
    #[test]
    fn a_refused_appeal_is_told_the_same_much_later() {
        let (template, at) = (TemplateIx(0), Timestamp::from_millis(1_772_528_406_000));
        let review = |decision| {
            Event::from(TemplateReviewed {
                template,
                decision,
                by_tester: false,
            })
        };
        let reject = |reason: &str| {
            review(Decision::Reject {
                reason: reason.into(),
                explanation: String::new(),
                recommendation: String::new(),
            })
        };
        let refused = Event::from(AppealDecided {
            appeal: 0,
            outcome: Outcome::Refused,
            by_moderator: true,
        });
        let draft = rules::TemplateDraft {
            name: "order_update".into(),
            language: "en_US".into(),
            category: rules::Category::Utility,
            parameter_format: rules::ParameterFormat::default(),
            components: Vec::new(),
        };
        let created = TemplateCreated {
            waba: WabaIx(0),
            draft: Box::new(draft),
        };
        let filed = AppealFiled {
            appeal: 0,
            subject: Subject::Rejection(template),
            due_ms: at.millis(),
        };
        let mut portfolio = Portfolio::new(CellId(1));
        for event in [created.into(), reject("SCAM"), filed.into(), refused.clone()] {
            portfolio.evolve(&event, at);
        }
        let told = drafts(&portfolio, &refused, at);
        assert!(
            matches!(&told[..], [Draft { change: Change::TemplateStatus(status), .. }]
            if status.reason == Some(RejectedReason::Scam))
        );
        for event in [review(Decision::Approve), reject("ABUSIVE_CONTENT")] {
            portfolio.evolve(&event, at);
            assert_eq!(drafts(&portfolio, &refused, at), told);
        }
    }
}
