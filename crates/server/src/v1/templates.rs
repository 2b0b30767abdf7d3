//! Templates: the tester as reviewer, and why a template stands where it stands.

use axum::Json;
use axum::extract::{Path, State};
use platform::portfolio::event::Decision;
use platform::portfolio::{Command, Portfolio};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult, ErrorBody};
use super::explain::{Explanation, of_template};
use super::input::{Input, word};
use super::{Control, ids};

/// A review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReview {
    /// `approve` or `reject`.
    decision: String,
    /// Of a rejection: the platform's reason, `INVALID_FORMAT` if nothing is said.
    reason: Option<String>,
    /// Of a rejection: what is wrong.
    explanation: Option<String>,
    /// Of a rejection: what to do about it.
    recommendation: Option<String>,
}

/// What a template came to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TemplateReviewed {
    status: String,
}

/// Decides the review of a template now.
#[utoipa::path(post, path = "/templates/{template_id}/review", tag = "account", operation_id = "review_template",
    params(("template_id" = String, Path)), request_body = NewReview,
    responses((status = 200, body = TemplateReviewed), (status = "4XX", body = ErrorBody)))]
pub(super) async fn review(
    State(control): State<Control>,
    Path(id): Path<String>,
    Input(new): Input<NewReview>,
) -> ApiResult<TemplateReviewed> {
    let (cell, template) = ids::template(&id)?;
    let decision = decision(new)?;
    control
        .carry_out(cell, Command::Review { template, decision })
        .await?;
    let read = move |portfolio: &Portfolio| {
        let template = portfolio.template(template)?;
        Some(template.status.api_value().to_owned())
    };
    Ok(Json(TemplateReviewed {
        status: control.read(cell, "template", read).await?,
    }))
}

fn decision(new: NewReview) -> Result<Decision, ApiError> {
    if word(&new.decision, "decision", &[("approve", true), ("reject", false)])? {
        return Ok(Decision::Approve);
    }
    let or = |given: Option<String>, otherwise: &str| given.unwrap_or_else(|| otherwise.to_owned());
    Ok(Decision::Reject {
        reason: or(new.reason, "INVALID_FORMAT").to_ascii_uppercase(),
        explanation: or(new.explanation, "the reviewer decided so"),
        recommendation: or(new.recommendation, "Change the template and submit it again."),
    })
}

/// Explains the rating of a template: figures, signals, hours, a pause, a rejection.
#[utoipa::path(get, path = "/templates/{template_id}/explain", tag = "history", operation_id = "explain_template",
    params(("template_id" = String, Path)),
    responses((status = 200, body = Explanation), (status = "4XX", body = ErrorBody)))]
pub(super) async fn explain(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> ApiResult<Explanation> {
    let (cell, template) = ids::template(&id)?;
    let now = control.seat().now();
    let read = move |portfolio: &Portfolio| of_template(portfolio, template, now);
    control.read(cell, "template", read).await.map(Json)
}
