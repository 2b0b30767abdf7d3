//! One template: what it says, and why it stands where it stands.

use askama::Template;
use axum::extract::{Path, State};
use decider::Timestamp;
use platform::portfolio::Portfolio;
use platform::portfolio::template::Template as Of;
use rulebook::template::draft::{Component, Header};
use rulebook::template::lifecycle::Action;
use rulebook::template::{archival, category};

use super::facts::reasons;
use super::frame::{Frame, Tab};
use super::reviewing::REASONS;
use super::templates::{TemplateRow, row};
use super::words::{Badge, count, quality};
use super::{Failure, Manager, Page, View};
use crate::v1::{explain, ids};

#[derive(Template)]
#[template(path = "manager/template.html")]
pub(super) struct TemplatePage {
    frame: Frame,
    template: TemplateRow,
    parts: Vec<Part>,
    quality: Badge,
    sentences: Vec<String>,
    signals: Vec<(String, String)>,
    pauses: u8,
    reasons: [(&'static str, &'static str); 6],
    acts: Acts,
}

/// What can be done to it.
struct Acts {
    review: bool,
    archive: bool,
    unarchive: bool,
    ask: bool,
    decide: bool,
}

/// A part of a template as people see it.
struct Part {
    kind: &'static str,
    text: String,
}

/// `GET /manager/templates/{id}`.
pub(super) async fn page(
    State(manager): State<Manager>,
    view: View,
    Path(id): Path<String>,
) -> Result<Page<TemplatePage>, Failure> {
    let (cell, ix) = ids::template(&id)?;
    let now = manager.seat().now();
    let read = move |portfolio: &Portfolio| {
        let (template, shown) = (portfolio.template(ix)?, row(portfolio, ix, now)?);
        let explanation = explain::of_template(portfolio, ix, now)?;
        let parts = template.draft.components.iter().flat_map(parts).collect();
        Some((
            shown,
            parts,
            quality(template.rating()),
            explanation,
            template.pauses,
            acts(portfolio, template, now),
        ))
    };
    let found = manager.seat().query(cell, read).await?.flatten();
    let (template, parts, quality, explanation, pauses, acts) =
        found.ok_or_else(|| Failure::not_found("template"))?;
    let title = format!("Template {} ({})", template.name, template.language);
    let signal = |signal: explain::SignalCount| (signal.signal, count(signal.count));
    Ok(Page(TemplatePage {
        frame: view.at(cell).frame(&manager, title, Tab::Templates),
        template,
        parts,
        quality,
        sentences: reasons(&explanation),
        signals: explanation.signals.into_iter().map(signal).collect(),
        pauses,
        reasons: REASONS,
        acts,
    }))
}

fn acts(portfolio: &Portfolio, template: &Of, now: Timestamp) -> Acts {
    let rules = portfolio.edition();
    let (status, since) = (template.status, template.category_since());
    let open = template.category_review().is_some();
    let reviewable = category::is_reviewable(&rules.categories, template.draft.category, status, since, now);
    Acts {
        review: status.allows(Action::Review).is_ok(),
        archive: rules.archival.after.is_some() && archival::by_business(status).is_ok(),
        unarchive: archival::can_unarchive(status).is_ok(),
        ask: reviewable && !open,
        decide: open,
    }
}

fn parts(component: &Component) -> Vec<Part> {
    let one = |kind, text: &str| {
        vec![Part {
            kind,
            text: text.to_owned(),
        }]
    };
    match component {
        Component::Header(Header::Text(text)) => one("Header", &text.text),
        Component::Header(Header::Media(media, _)) => one("Header", &format!("{media:?}")),
        Component::Header(Header::Location) => one("Header", "Location"),
        Component::Header(Header::Other(format)) => one("Header", format),
        Component::Body(text) => one("Body", &text.text),
        Component::Footer(text) => one("Footer", &text.text),
        Component::Buttons(buttons) => buttons
            .iter()
            .map(|button| Part {
                kind: "Button",
                text: button.text.clone(),
            })
            .collect(),
        Component::Other(kind, _) => one("Part", kind),
    }
}
