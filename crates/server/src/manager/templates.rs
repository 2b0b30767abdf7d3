//! The templates of all portfolios: status with quality, pauses and their end, rejections.

use askama::Template;
use axum::extract::State;
use decider::Timestamp;
use platform::portfolio::Portfolio;
use rulebook::template::lifecycle::TemplateStatus;

use super::frame::{Frame, Tab};
use super::words::{self, Badge, When, off, sentence_case, when};
use super::{Failure, Manager, Page, View};
use crate::ids::template_id;
use platform::ids::TemplateIx;

/// Templates shown of a portfolio that was chosen: the newest.
const SHOWN_MAX: usize = 500;
/// The same of each where all are shown.
const SHOWN_TOGETHER: usize = 50;

#[derive(Template)]
#[template(path = "manager/templates.html")]
pub(super) struct Templates {
    frame: Frame,
    portfolios: Vec<Group>,
}

struct Group {
    name: String,
    templates: Vec<TemplateRow>,
    /// More than are shown.
    more: usize,
}

/// A template in a list.
pub(super) struct TemplateRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) language: String,
    pub(super) category: String,
    pub(super) waba: String,
    pub(super) status: Badge,
    pub(super) updated: When,
}

/// `GET /manager/templates`.
pub(super) async fn page(view: View, State(manager): State<Manager>) -> Result<Page<Templates>, Failure> {
    let now = manager.seat().now();
    let cells = view.cells(&manager);
    let most = if cells.len() > 1 {
        SHOWN_TOGETHER
    } else {
        SHOWN_MAX
    };
    let read = move |portfolio: &Portfolio| {
        let all = (0..portfolio.templates.len() as u32).rev();
        let mut living = all.filter_map(|ix| row(portfolio, TemplateIx(ix), now));
        Group {
            name: portfolio.name.clone(),
            templates: living.by_ref().take(most).collect(),
            more: living.count(),
        }
    };
    Ok(Page(Templates {
        portfolios: manager.read(&cells, read).await?,
        frame: view.frame(&manager, "Templates", Tab::Templates),
    }))
}

/// One template, unless it was deleted.
pub(super) fn row(portfolio: &Portfolio, ix: TemplateIx, now: Timestamp) -> Option<TemplateRow> {
    let template = portfolio
        .template(ix)
        .filter(|template| template.status != TemplateStatus::Deleted)?;
    let mut status = words::template_status(template.status, template.rating());
    if let Some(until) = template.paused_until {
        let end = format!("{} ({})", when(until).text, off(until, now));
        status.why.push(format!("Paused for low quality until {end}."));
    }
    if let (TemplateStatus::Rejected, Some((reason, why, todo))) = (template.status, &template.rejection) {
        status
            .why
            .push(format!("{}: {why} {todo}", sentence_case(reason)));
    }
    if let Some(until) = template.deleted_at() {
        let end = format!("{} ({})", when(until).text, off(until, now));
        status.why.push(format!(
            "Put away; deleted at {end} unless it is taken out again."
        ));
    }
    if let Some((category, at)) = template.coming_category() {
        let moment = format!("{} ({})", when(at).text, off(at, now));
        let category = category.api_value().to_lowercase();
        status.why.push(format!(
            "It belongs to category {category}, and is changed at {moment}."
        ));
    }
    let draft = &template.draft;
    Some(TemplateRow {
        id: template_id(portfolio.cell, ix).to_string(),
        name: draft.name.clone(),
        language: draft.language.clone(),
        category: format!("{:?}", draft.category),
        waba: portfolio
            .wabas
            .get(template.waba.index())
            .cloned()
            .unwrap_or_default(),
        status,
        updated: when(template.updated),
    })
}
