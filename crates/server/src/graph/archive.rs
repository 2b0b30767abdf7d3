//! Putting templates away and taking them out again: `POST /<waba>/message_templates/archive` and `.../unarchive`.
//!
//! Promises: each template of a call is decided by itself; those that cannot be are told with the reason.
//! Must not know: which can be.

use cloud_api::json::to_bytes;
use cloud_api::{GraphError, NodeId};
use platform::portfolio::command::CareCommand;
use platform::portfolio::{Answer as Decided, Command, Portfolio};
use serde_json::{Map, Value, json};

use super::refusals::sentence;
use super::request::Incoming;
use super::{Answer, Graph};

/// Templates of one call at most (page on template archival).
const IDS_MAX: usize = 100;

/// Puts away, or takes out.
pub(super) async fn call(graph: &Graph, incoming: &Incoming, id: NodeId, out: bool) -> Answer {
    let (cell, waba) = incoming.waba(id)?;
    let ids = incoming.params()?.ids("hsm_ids")?;
    if ids.is_empty() {
        return Err(GraphError::missing_parameter("hsm_ids"));
    }
    if ids.len() > IDS_MAX {
        let why = format!("must name at most {IDS_MAX} templates");
        return Err(GraphError::invalid_parameter("hsm_ids", &why));
    }
    // An account that is not there is told before anything else.
    graph
        .read(incoming, id, cell, move |portfolio: &Portfolio| {
            portfolio.wabas.get(waba.index()).map(drop)
        })
        .await?;
    let (mut done, mut failed) = (Vec::new(), Map::new());
    for one in ids {
        match decide(graph, incoming, (cell, waba), one, out).await? {
            Ok(()) => done.push(Value::from(one.to_string())),
            Err(why) => {
                failed.insert(one.to_string(), why.into());
            }
        }
    }
    let name = if out {
        "unarchived_templates"
    } else {
        "archived_templates"
    };
    Ok(to_bytes(&json!({name: done, "failed_templates": failed})))
}

async fn decide(
    graph: &Graph,
    incoming: &Incoming,
    (cell, waba): (decider::CellId, platform::ids::WabaIx),
    id: NodeId,
    out: bool,
) -> Result<Result<(), String>, GraphError> {
    let unknown = || Ok(Err("Template does not exist".to_owned()));
    let template = match incoming.template(id) {
        Ok((of, ix)) if of == cell => ix,
        _ => return unknown(),
    };
    let own = move |portfolio: &Portfolio| {
        portfolio
            .template(template)
            .filter(|of| of.waba == waba)
            .map(drop)
    };
    if graph.find(cell, own).await?.is_none() {
        return unknown();
    }
    let command = if out {
        CareCommand::Unarchive { template }
    } else {
        CareCommand::Archive { template }
    };
    match graph.decide(cell, Command::Care(command)).await? {
        Decided::Done => Ok(Ok(())),
        Decided::Refused { detail, .. } => Ok(Err(sentence(&detail).trim_end_matches('.').to_owned())),
        _ => unknown(),
    }
}
