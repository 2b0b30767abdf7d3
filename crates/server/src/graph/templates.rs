//! Templates: created, listed, read, edited, deleted.

use std::collections::BTreeSet;

use cloud_api::fields::{Field, Fields};
use cloud_api::json::{SUCCESS, to_bytes};
use cloud_api::paging::PageRequest;
use cloud_api::template::{
    CreateTemplate, DeleteTemplates, EditTemplate, Summary, TemplateFilter, TemplateNode, created, edited,
};
use cloud_api::{GraphError, NodeId};
use decider::CellId;
use platform::ids::{TemplateIx, WabaIx};
use platform::portfolio::command::TemplateOptions;
use platform::portfolio::{self, Command, Portfolio};
use rulebook::refusal::Refusal;
use rulebook::template::draft::TemplateDraft;
use rulebook::template::lifecycle::{Action, TemplateStatus};
use serde_json::Value;
use template_wire::{category_of, components_of, draft_of, format_of, wire_category};

use super::ask::{page_inside, page_of};
use super::refusals::{error_of, sentence};
use super::request::Incoming;
use super::template_node::template_node;
use super::{Answer, Graph};
use crate::ids::template_id;

/// Templates of a page at most; the platform takes larger pages than of numbers.
const PAGE_MAX: usize = 1_000;

/// `POST /<waba>/message_templates`.
pub(super) async fn create(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, waba) = incoming.waba(id)?;
    let request = CreateTemplate::of(incoming.params()?)?;
    if request.components.is_empty() {
        let name = "library_template_name";
        return Err(GraphError::invalid_parameter(
            name,
            "is not served here: send components",
        ));
    }
    let options = TemplateOptions {
        ttl: request.message_send_ttl_seconds,
        allow_category_change: request.allow_category_change,
    };
    let draft = draft_of(request);
    let command = Command::CreateTemplate {
        waba,
        draft: Box::new(draft),
        options,
    };
    match graph.decide(cell, command).await? {
        portfolio::Answer::Template(ix) => {
            let status = cloud_api::template::TemplateStatus::Pending;
            // It may have been taken in another category than it was asked for.
            let read = move |portfolio: &Portfolio| Some(wire_category(&portfolio.template(ix)?.draft));
            let category = graph.read(incoming, id, cell, read).await?;
            Ok(to_bytes(&created(
                template_id(cell, ix).into(),
                &status,
                &category,
            )))
        }
        other => Err(graph.refused(incoming, id, cell, other).await),
    }
}

/// `GET /<waba>/message_templates`.
pub(super) async fn list(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, waba) = incoming.waba(id)?;
    let params = incoming.params()?;
    let page = PageRequest::of(&params, PAGE_MAX)?;
    let fields = Fields::of(&params)?;
    let filter = TemplateFilter::of(&params)?;
    let (all, cap) = nodes_of(graph, incoming, id, cell, waba).await?;
    let found: Vec<TemplateNode> = all.iter().filter(|node| filter.matches(node)).cloned().collect();
    let mut answer = page_of(
        incoming,
        page,
        fields.as_ref(),
        &found,
        |node| node.id,
        TemplateNode::select,
    )?;
    answer.summary = summary(&all, found.len(), cap).select(&params)?;
    Ok(to_bytes(&answer))
}

/// The list inside its account: `message_templates.limit(2){id}`.
pub(super) async fn inside(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    field: &Field,
) -> Result<Value, GraphError> {
    let (cell, waba) = incoming.waba(id)?;
    let (nodes, _) = nodes_of(graph, incoming, id, cell, waba).await?;
    page_inside(
        incoming,
        id,
        field,
        PAGE_MAX,
        &nodes,
        |node| node.id,
        TemplateNode::select,
    )
}

/// The templates of an account, and how many it may have.
async fn nodes_of(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    cell: CellId,
    waba: WabaIx,
) -> Result<(Vec<TemplateNode>, u32), GraphError> {
    let (app, now) = (incoming.app, graph.seat.now());
    let read = move |portfolio: &Portfolio| -> Option<(Vec<TemplateNode>, u32)> {
        portfolio.wabas.get(waba.index())?;
        let templates = (0..).map(TemplateIx).zip(&portfolio.templates);
        let own = templates.filter(|(_, template)| template.waba == waba);
        let nodes = own.filter_map(|(ix, _)| template_node(portfolio, ix, app, now));
        Some((nodes.collect(), portfolio.template_cap()))
    };
    graph.read(incoming, id, cell, read).await
}

fn summary(all: &[TemplateNode], found: usize, cap: u32) -> Summary {
    let languages: BTreeSet<&str> = all.iter().map(|node| node.language.as_str()).collect();
    let names: BTreeSet<&str> = all.iter().map(|node| node.name.as_str()).collect();
    Summary {
        total_count: found as u64,
        message_template_count: all.len() as u64,
        message_template_limit: cap.into(),
        are_translations_complete: names.len() * languages.len() == all.len(),
    }
}

/// `GET /<template>`.
pub(super) async fn get(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, ix) = incoming.template(id)?;
    let fields = Fields::of(&incoming.params()?)?;
    let (app, now) = (incoming.app, graph.seat.now());
    let read = move |portfolio: &Portfolio| template_node(portfolio, ix, app, now);
    let node = graph.read(incoming, id, cell, read).await?;
    Ok(to_bytes(&node.select(fields.as_ref())?))
}

/// `POST /<template>`: what is given replaces what was there.
pub(super) async fn edit(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, template) = incoming.template(id)?;
    let request = EditTemplate::of(incoming.params()?)?;
    let (mut draft, _) = living(graph, incoming, id).await?;
    if let Some(components) = request.components {
        draft.components = components_of(components);
    }
    if let Some(category) = request.category {
        draft.category = category_of(&category);
    }
    if let Some(format) = request.parameter_format {
        draft.parameter_format = format_of(&format);
    }
    let answer = to_bytes(&edited(id, &draft.name, &wire_category(&draft)));
    let command = Command::EditTemplate {
        template,
        draft: Box::new(draft),
        options: TemplateOptions {
            ttl: request.message_send_ttl_seconds,
            ..TemplateOptions::default()
        },
    };
    match graph.decide(cell, command).await? {
        portfolio::Answer::Template(_) => Ok(answer),
        other => Err(graph.refused(incoming, id, cell, other).await),
    }
}

/// A template that was not deleted.
async fn living(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
) -> Result<(TemplateDraft, TemplateStatus), GraphError> {
    let (cell, ix) = incoming.template(id)?;
    let read = move |portfolio: &Portfolio| {
        let template = portfolio
            .template(ix)
            .filter(|t| t.status != TemplateStatus::Deleted)?;
        Some((template.draft.clone(), template.status))
    };
    graph.read(incoming, id, cell, read).await
}

/// `DELETE /<waba>/message_templates`: all languages of a name, one, or a list of ids (all or none).
pub(super) async fn delete(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, waba) = incoming.waba(id)?;
    let commands = match DeleteTemplates::of(&incoming.params()?)? {
        DeleteTemplates::ByName(name) => vec![Command::DeleteTemplate {
            waba,
            name,
            only: None,
        }],
        DeleteTemplates::One { name, id: one } => {
            let only = in_cell(incoming, cell, one)?;
            vec![Command::DeleteTemplate {
                waba,
                name,
                only: Some(only),
            }]
        }
        DeleteTemplates::Bulk(ids) => {
            let mut commands = Vec::with_capacity(ids.len());
            for one in ids {
                let only = in_cell(incoming, cell, one)?;
                let name = deletable(graph, incoming, one).await?;
                commands.push(Command::DeleteTemplate {
                    waba,
                    name,
                    only: Some(only),
                });
            }
            commands
        }
    };
    for command in commands {
        graph.carry_out(incoming, id, cell, command).await?;
    }
    Ok(SUCCESS.to_vec())
}

/// The template of an id, if it is of this portfolio.
fn in_cell(incoming: &Incoming, cell: CellId, id: NodeId) -> Result<TemplateIx, GraphError> {
    match incoming.template(id) {
        Ok((of, ix)) if of == cell => Ok(ix),
        _ => Err(error_of(
            Refusal::TemplateUnknown,
            &format!("there is no template with the id {id}"),
        )),
    }
}

/// The name of a template that may be deleted.
async fn deletable(graph: &Graph, incoming: &Incoming, id: NodeId) -> Result<String, GraphError> {
    let (draft, status) = living(graph, incoming, id).await?;
    status
        .allows(Action::Delete)
        .map_err(|illegal| error_of(illegal.refusal(), &illegal.to_string()))?;
    Ok(draft.name)
}

/// `POST /<template>/unpause`: ends a pause by pacing; a quality pause ends by itself (T6).
pub(super) async fn unpause(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, template) = incoming.template(id)?;
    match graph.decide(cell, Command::Unpause { template }).await? {
        portfolio::Answer::Done => Ok(SUCCESS.to_vec()),
        portfolio::Answer::Refused { detail, .. } => {
            let reason = sentence(&detail);
            Ok(to_bytes(&serde_json::json!({"success": false, "reason": reason})))
        }
        other => Err(graph.refused(incoming, id, cell, other).await),
    }
}
