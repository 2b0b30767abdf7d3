//! Accounts (WABAs), portfolios and apps as nodes.

use cloud_api::account::{AppNode, BusinessInfo, WabaNode};
use cloud_api::fields::{Fields, NodeType, select};
use cloud_api::health::HealthStatus;
use cloud_api::json::to_bytes;
use cloud_api::paging::PageRequest;
use cloud_api::phone::Tier;
use cloud_api::{GraphError, NodeId};
use decider::{Timestamp, mix};
use platform::directory::AppIx;
use platform::ids::WabaIx;
use platform::portfolio::command::SurfaceCommand;
use platform::portfolio::{Command, Portfolio};
use rulebook::policy::Gate;
use serde_json::json;

use super::ask::page_of;
use super::request::Incoming;
use super::{Answer, Graph, analytics, health, numbers, subscriptions, templates};
use crate::ids::{app_id, portfolio_id, waba_id};

/// Accounts of a page at most.
const PAGE_MAX: usize = 100;

/// Fields of a portfolio: its name, and the limit that its numbers share where they do.
const BUSINESS_NODE: NodeType = NodeType {
    name: "Business",
    defaults: &["name"],
    on_request: &["whatsapp_business_manager_messaging_limit"],
};

/// `GET /<waba>`.
pub(super) async fn get_waba(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, waba) = incoming.waba(id)?;
    let fields = Fields::of(&incoming.params()?)?;
    let (app, now) = (incoming.app, graph.seat.now());
    let read = move |portfolio: &Portfolio| waba_node(portfolio, waba, app, now);
    let node = graph.read(incoming, id, cell, read).await?;
    let mut shown = node.select(fields.as_ref())?;
    for field in fields.iter().flat_map(Fields::iter) {
        let list = match field.name.as_str() {
            "phone_numbers" => numbers::inside(graph, incoming, id, field).await?,
            "message_templates" => templates::inside(graph, incoming, id, field).await?,
            "subscribed_apps" => subscriptions::inside(incoming, cell, waba)?,
            "analytics" | "conversation_analytics" | "pricing_analytics" => {
                analytics::inside(graph, incoming, id, field).await?
            }
            _ => continue,
        };
        shown[field.name.as_str()] = list;
    }
    Ok(to_bytes(&shown))
}

/// `POST /<waba>`: insights, which once they are on stay on.
pub(super) async fn change_waba(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, waba) = incoming.waba(id)?;
    let name = "is_enabled_for_insights";
    match incoming.params()?.text(name)?.as_deref() {
        Some("true" | "1") => {
            let command = Command::Surface(SurfaceCommand::EnableInsights { waba });
            graph.carry_out(incoming, id, cell, command).await?;
            Ok(to_bytes(&json!({"id": id.to_string()})))
        }
        Some("false" | "0") => Err(GraphError::from_parts(
            100,
            Some(200_006),
            "(#100) Template insights cannot be disabled once they are enabled.",
        )),
        Some(_) => Err(GraphError::invalid_parameter(name, "must be a boolean")),
        None => Err(GraphError::missing_parameter(name)),
    }
}

/// `GET /<portfolio>/owned_whatsapp_business_accounts`; `client_...` is empty: nobody shares accounts in this sandbox.
pub(super) async fn of_portfolio(graph: &Graph, incoming: &Incoming, id: NodeId, edge: &str) -> Answer {
    let cell = incoming.portfolio(id)?;
    let params = incoming.params()?;
    let (page, fields) = (PageRequest::of(&params, PAGE_MAX)?, Fields::of(&params)?);
    let (app, owned, now) = (incoming.app, edge.starts_with("owned"), graph.seat.now());
    let read = move |portfolio: &Portfolio| -> Option<Vec<WabaNode>> {
        let count = if owned { portfolio.wabas.len() } else { 0 };
        let all = (0..).map(WabaIx).take(count);
        Some(
            all.filter_map(|waba| waba_node(portfolio, waba, app, now))
                .collect(),
        )
    };
    let nodes = graph.read(incoming, id, cell, read).await?;
    let list = page_of(
        incoming,
        page,
        fields.as_ref(),
        &nodes,
        |node| node.id,
        WabaNode::select,
    )?;
    Ok(to_bytes(&list))
}

fn waba_node(portfolio: &Portfolio, waba: WabaIx, app: AppIx, now: Timestamp) -> Option<WabaNode> {
    let name = portfolio.wabas.get(waba.index())?.clone();
    let id = NodeId::from(waba_id(portfolio.cell, waba));
    let gate = portfolio.policy.gate(waba);
    Some(WabaNode {
        name,
        timezone_id: "1".to_owned(),
        message_template_namespace: namespace(id),
        currency: "USD".to_owned(),
        account_review_status: if gate.is_open() { "APPROVED" } else { "RESTRICTED" }.to_owned(),
        business_verification_status: if is_verified(portfolio) {
            "verified"
        } else {
            "not_verified"
        }
        .to_owned(),
        ownership_type: "SELF".to_owned(),
        status: if gate.any(Gate::DISABLED) {
            "DISABLED"
        } else {
            "ACTIVE"
        }
        .to_owned(),
        owner_business_info: BusinessInfo {
            id: portfolio_id(portfolio.cell).into(),
            name: portfolio.name.clone(),
        },
        whatsapp_business_manager_messaging_limit: shared_tier(portfolio),
        is_enabled_for_insights: portfolio.surface.pages.has_insights(waba),
        health_status: HealthStatus::of(health::others(portfolio, waba, app, now).into()),
        id,
    })
}

/// Whether the business is verified. Where limits begin past the first step, whoever sends is.
pub(super) fn is_verified(portfolio: &Portfolio) -> bool {
    portfolio.verification.business() || !portfolio.edition().limits.has_first_step()
}

fn shared_tier(portfolio: &Portfolio) -> Option<Tier> {
    portfolio
        .shared_limit()
        .map(|limit| Tier::parse(&limit.tier_name()))
}

/// A namespace in the platform's form, from the id.
fn namespace(id: NodeId) -> String {
    let (high, low) = (mix(id.0), mix(mix(id.0)));
    let group = |value: u64, shift: u32| value >> shift & 0xffff;
    format!(
        "{:08x}_{:04x}_{:04x}_{:04x}_{:012x}",
        high >> 32,
        group(high, 16),
        group(high, 0),
        group(low, 48),
        low & 0xffff_ffff_ffff
    )
}

/// `GET /<portfolio>`.
pub(super) async fn get_portfolio(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let cell = incoming.portfolio(id)?;
    let fields = Fields::of(&incoming.params()?)?;
    let read = |portfolio: &Portfolio| Some((portfolio.name.clone(), shared_tier(portfolio)));
    let (name, tier) = graph.read(incoming, id, cell, read).await?;
    let mut node = json!({"id": id.to_string(), "name": name});
    if let Some(tier) = tier {
        node["whatsapp_business_manager_messaging_limit"] = json!(tier);
    }
    Ok(to_bytes(&select(&node, fields.as_ref(), &BUSINESS_NODE)?))
}

/// `GET /<app>`.
pub(super) fn get_app(incoming: &Incoming, id: NodeId) -> Answer {
    let fields = Fields::of(&incoming.params()?)?;
    Ok(to_bytes(
        &app_node(incoming, incoming.app_named(id)?.0)?.select(fields.as_ref())?,
    ))
}

/// An app that the directory has.
pub(super) fn app_node(incoming: &Incoming, app: AppIx) -> Result<AppNode, GraphError> {
    let id = NodeId::from(app_id(app));
    let (_, named) = incoming.app_named(id)?;
    Ok(AppNode {
        id,
        name: named.name.clone(),
    })
}
