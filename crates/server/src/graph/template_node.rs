//! A template as the wire shows it.

use cloud_api::NodeId;
use cloud_api::health::HealthStatus;
use cloud_api::phone::Quality;
use cloud_api::template::{Category, ParameterFormat, RejectedReason, TemplateNode, TemplateQuality};
use cloud_api::time::graph_time;
use decider::Timestamp;
use platform::directory::AppIx;
use platform::ids::TemplateIx;
use platform::portfolio::Portfolio;
use rulebook::template::draft as rules;
use rulebook::template::lifecycle::TemplateStatus;
use template_wire::{wire_category, wire_components};

use super::health;
use crate::ids::template_id;

/// The node of a template that was not deleted.
pub(super) fn template_node(
    portfolio: &Portfolio,
    ix: TemplateIx,
    app: AppIx,
    now: Timestamp,
) -> Option<TemplateNode> {
    let template = portfolio
        .template(ix)
        .filter(|template| template.status != TemplateStatus::Deleted)?;
    let id = template_id(portfolio.cell, ix);
    let mut health = vec![health::of_template(portfolio, ix)?];
    health.extend(health::others(portfolio, template.waba, app, now));
    let rejected = template
        .rejection
        .as_ref()
        .filter(|_| template.status == TemplateStatus::Rejected);
    let word = |category: rules::Category| Category::parse(category.api_value());
    Some(TemplateNode {
        id: NodeId::from(id),
        name: template.draft.name.clone(),
        language: template.draft.language.clone(),
        status: cloud_api::template::TemplateStatus::parse(template.status.api_value()),
        category: wire_category(&template.draft),
        parameter_format: ParameterFormat::parse(template.draft.parameter_format.api_value()),
        components: wire_components(&template.draft),
        quality_score: TemplateQuality {
            score: Quality::parse(template.rating().label()),
            date: template.standing.since.seconds(),
            reasons: Vec::new(),
        },
        rejected_reason: rejected.map_or(RejectedReason::None, |(reason, ..)| RejectedReason::parse(reason)),
        previous_category: template.previous_category().map(word),
        correct_category: template.coming_category().map(|(category, _)| word(category)),
        message_send_ttl_seconds: template.upkeep.ttl,
        library_template_name: None,
        last_updated_time: Some(graph_time(template.updated.seconds())),
        health_status: Some(HealthStatus::of(health)),
    })
}
