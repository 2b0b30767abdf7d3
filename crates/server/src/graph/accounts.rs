//! Accounts (WABAs), portfolios and apps as nodes.

use cloud_api::account::{AppNode, BusinessInfo, WabaNode};
use cloud_api::fields::{Fields, NodeType, select};
use cloud_api::health::HealthStatus;
use cloud_api::json::to_bytes;
use cloud_api::phone::Tier;
use cloud_api::{GraphError, NodeId};
use decider::mix;
use platform::directory::AppIx;
use platform::ids::WabaIx;
use platform::portfolio::Portfolio;
use serde_json::json;

use super::request::Incoming;
use super::{Answer, Graph, health};
use crate::ids::{app_id, portfolio_id, waba_id};

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
    let app = incoming.app;
    let read = move |portfolio: &Portfolio| waba_node(portfolio, waba, app);
    let node = graph.read(incoming, id, cell, read).await?;
    Ok(to_bytes(&node.select(fields.as_ref())?))
}

fn waba_node(portfolio: &Portfolio, waba: WabaIx, app: AppIx) -> Option<WabaNode> {
    let name = portfolio.wabas.get(waba.index())?.clone();
    let id = NodeId::from(waba_id(portfolio.cell, waba));
    Some(WabaNode {
        name,
        timezone_id: "1".to_owned(),
        message_template_namespace: namespace(id),
        currency: "USD".to_owned(),
        account_review_status: "APPROVED".to_owned(),
        business_verification_status: "verified".to_owned(),
        ownership_type: "SELF".to_owned(),
        status: "ACTIVE".to_owned(),
        owner_business_info: BusinessInfo {
            id: portfolio_id(portfolio.cell).into(),
            name: portfolio.name.clone(),
        },
        whatsapp_business_manager_messaging_limit: shared_tier(portfolio),
        is_enabled_for_insights: false,
        health_status: HealthStatus::of(health::others(portfolio.cell, waba, app).into()),
        id,
    })
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
