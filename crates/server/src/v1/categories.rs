//! Categories of templates: the tester as the platform that finds one wrong, and as the reviewer whom a business asks.
//!
//! Must not know: what an edition makes of it.

use axum::Json;
use axum::extract::{Path, State};
use decider::CellId;
use platform::ids::TemplateIx;
use platform::portfolio::command::CareCommand;
use platform::portfolio::{Command, Portfolio};
use rulebook::template::draft::Category;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiResult, ErrorBody};
use super::input::{Input, word};
use super::page::iso;
use super::{Control, ids};

/// The category that a template should have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CorrectCategory {
    /// `marketing`, `utility` or `authentication`.
    #[schema(example = "marketing")]
    correct_category: String,
}

/// How a review ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CategoryDecision {
    /// The decision is taken back; else it stays.
    reversed: bool,
}

/// Where the category of a template stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CategoryState {
    /// The category now.
    category: String,
    /// The one before it was changed; null if it was not.
    previous_category: Option<String>,
    /// The one that it will have; null if none was told.
    correct_category: Option<String>,
    /// When it gets that.
    changes: Option<String>,
    /// When the review that the business asked for is decided by the rules; null if none is open.
    review_due: Option<String>,
    status: String,
}

/// The platform finds an approved template in the wrong category. By edition it is changed at once, or told before; what
/// should be authentication is rejected instead.
#[utoipa::path(post, path = "/templates/{template_id}/category", tag = "account", operation_id = "recategorise_template",
    params(("template_id" = String, Path)), request_body = CorrectCategory,
    responses((status = 200, body = CategoryState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn recategorise(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<CorrectCategory>,
) -> ApiResult<CategoryState> {
    let (cell, template) = ids::template(&id)?;
    let categories = [
        ("marketing", Category::Marketing),
        ("utility", Category::Utility),
        ("authentication", Category::Authentication),
    ];
    let correct = word(&new.correct_category, "correct_category", &categories)?;
    carry_out(&control, cell, CareCommand::Recategorise { template, correct }).await
}

/// The business asks for a review of a template's category. It is decided by the rules in due time, or by a moderator.
#[utoipa::path(post, path = "/templates/{template_id}/category-review", tag = "policy",
    operation_id = "ask_for_category_review", params(("template_id" = String, Path)),
    responses((status = 200, body = CategoryState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn ask(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<CategoryState> {
    let (cell, template) = ids::template(&id)?;
    carry_out(&control, cell, CareCommand::AskForReview { template }).await
}

/// A moderator decides the review of a template's category.
#[utoipa::path(post, path = "/templates/{template_id}/category-review/decide", tag = "policy",
    operation_id = "decide_category_review", params(("template_id" = String, Path)), request_body = CategoryDecision,
    responses((status = 200, body = CategoryState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn decide(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(CategoryDecision { reversed }): Input<CategoryDecision>,
) -> ApiResult<CategoryState> {
    let (cell, template) = ids::template(&id)?;
    carry_out(&control, cell, CareCommand::DecideReview { template, reversed }).await
}

/// Decides a command about one template, and tells where its category stands then.
pub(crate) async fn carry_out(
    control: &Control,
    cell: CellId,
    command: CareCommand,
) -> ApiResult<CategoryState> {
    control.carry_out(cell, Command::Care(command)).await?;
    let template = command.template();
    let read = move |portfolio: &Portfolio| state(portfolio, template);
    control.read(cell, "template", read).await.map(Json)
}

fn state(portfolio: &Portfolio, ix: TemplateIx) -> Option<CategoryState> {
    let template = portfolio.template(ix)?;
    let word = |category: Category| category.api_value().to_owned();
    let coming = template.coming_category();
    Some(CategoryState {
        category: word(template.draft.category),
        previous_category: template.previous_category().map(word),
        correct_category: coming.map(|(category, _)| word(category)),
        changes: coming.map(|(_, at)| iso(at)),
        review_due: template.category_review().map(iso),
        status: template.status.api_value().to_owned(),
    })
}
