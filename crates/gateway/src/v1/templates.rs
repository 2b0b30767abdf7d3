//! Templates: what the platform told about them.

use axum::Json;
use axum::extract::State;
use sender::portfolio::Portfolio;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{Reader, With, portfolio};
use super::error::{Answered, Problem};
use super::input::Asked;
use super::numbers::{FactView, fact};
use super::page::{Page, Which};
use crate::gateway::Gateway;
use crate::words;

/// A template: one name in one language of one account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TemplateView {
    /// The platform's id of its account.
    waba: String,
    /// Null while no poll has told it.
    name: Option<String>,
    language: Option<String>,
    /// How sends with it are treated.
    #[schema(example = "utility")]
    lane: &'static str,
    status: Option<FactView>,
    quality: Option<FactView>,
    category: Option<FactView>,
}

/// Lists the templates of a portfolio that were told or sent.
#[utoipa::path(get, path = "/templates", tag = "mirror", operation_id = "list_templates", params(Which),
    responses((status = 200, body = Page<TemplateView>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Asked(which): Asked<Which>,
) -> Answered<Page<TemplateView>> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let (from, limit) = (which.from()?, which.limit());
    let read = move |portfolio: &Portfolio| {
        let templates = portfolio.templates.iter().skip(from).take(limit + 1);
        let waba = |ix: usize| portfolio.accounts.get(ix).map(|account| account.id.0);
        templates
            .map(|template| (template.clone(), waba(template.waba.index())))
            .collect::<Vec<_>>()
    };
    let found = gateway.seat().query(cell, read).await?.unwrap_or_default();
    let views = found.into_iter().map(|(template, waba)| {
        let named = gateway.names().get(template.key);
        let (name, language) = named.unzip();
        TemplateView {
            waba: waba.unwrap_or_default().to_string(),
            name,
            language,
            lane: template.lane().name(),
            status: fact(&template.status, |standing| {
                words::of_template_status(standing.status)
            }),
            quality: fact(&template.quality, words::of_rating),
            category: fact(&template.category, words::of_category),
        }
    });
    Ok(Json(Page::of(views.collect(), from, limit)))
}
