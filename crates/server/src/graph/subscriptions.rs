//! Which apps hear of what, and where: subscriptions of WABAs with their overrides, and an app's own callback.

use std::collections::BTreeMap;

use cloud_api::account::AppSubscription;
use cloud_api::json::to_bytes;
use cloud_api::phone::WebhookOverride;
use cloud_api::{GraphError, Method, NodeId, Params};
use decider::CellId;
use platform::directory::{self, App, AppIx, Callback, Subject};
use platform::ids::WabaIx;
use platform::portfolio::Portfolio;
use serde_json::{Value, json};

use super::accounts::app_node;
use super::request::Incoming;
use super::{Answer, DEFAULT_VERSION, Graph};

/// `/<waba>/subscribed_apps`.
pub(super) async fn of_waba(graph: &Graph, incoming: &Incoming, id: NodeId, method: Method) -> Answer {
    let (cell, waba) = incoming.waba(id)?;
    let known = move |portfolio: &Portfolio| portfolio.wabas.get(waba.index()).map(drop);
    graph.read(incoming, id, cell, known).await?;
    let subject = Subject::Waba {
        cell: cell.0,
        waba: waba.0,
    };
    let app = incoming.app;
    let command = match method {
        Method::Get => return subscribed(incoming, subject),
        Method::Delete => directory::Command::Unsubscribe { subject, app },
        Method::Post => {
            let over = override_of(graph, &incoming.params()?).await?;
            directory::Command::Subscribe { subject, app, over }
        }
    };
    graph.change_directory(command).await
}

/// The override that a request asks for, once its address has answered the challenge; none removes it.
async fn override_of(graph: &Graph, params: &Params) -> Result<Option<Callback>, GraphError> {
    match WebhookOverride::of(params, "")? {
        WebhookOverride::Remove => Ok(None),
        WebhookOverride::Set { uri, verify_token } => {
            graph.handshake.check(&uri, &verify_token).await?;
            Ok(Some(Callback {
                url: uri,
                verify_token,
            }))
        }
    }
}

fn subscribed(incoming: &Incoming, subject: Subject) -> Answer {
    Ok(to_bytes(&list(incoming, subject)?))
}

/// The list inside its account.
pub(super) fn inside(incoming: &Incoming, cell: CellId, waba: WabaIx) -> Result<Value, GraphError> {
    let (cell, waba) = (cell.0, waba.0);
    list(incoming, Subject::Waba { cell, waba })
}

fn list(incoming: &Incoming, subject: Subject) -> Result<Value, GraphError> {
    let none = BTreeMap::new();
    let apps = incoming.directory.subscriptions.get(&subject).unwrap_or(&none);
    let item = |(app, over): (&AppIx, &Option<Callback>)| -> Result<Value, GraphError> {
        Ok(app_node(incoming, *app)?.subscribed(over.as_ref().map(|callback| callback.url.as_str())))
    };
    let data: Result<Vec<Value>, GraphError> = apps.iter().map(item).collect();
    Ok(json!({ "data": data? }))
}

/// `/<app>/subscriptions`.
pub(super) async fn of_app(graph: &Graph, incoming: &Incoming, id: NodeId, method: Method) -> Answer {
    let (app, named) = incoming.app_named(id)?;
    let callback = match method {
        Method::Get => {
            return Ok(to_bytes(
                &json!({ "data": own(named).into_iter().collect::<Vec<_>>() }),
            ));
        }
        Method::Post => {
            let AppSubscription {
                callback_url: url,
                verify_token,
                fields,
            } = AppSubscription::of(&incoming.params()?)?;
            graph.handshake.check(&url, &verify_token).await?;
            Some((Callback { url, verify_token }, fields))
        }
        Method::Delete => rest(named, &incoming.params()?.list("fields")?),
    };
    graph
        .change_directory(directory::Command::SetCallback { app, callback })
        .await
}

/// An app's own callback as it is shown.
fn own(app: &App) -> Option<Value> {
    let (callback, fields) = app.callback.as_ref()?;
    let shown = AppSubscription {
        callback_url: callback.url.clone(),
        verify_token: callback.verify_token.clone(),
        fields: fields.clone(),
    };
    Some(shown.item(DEFAULT_VERSION))
}

/// What is left of an app's own callback without these fields; nothing if none are named, or none is left.
fn rest(app: &App, without: &[String]) -> Option<(Callback, Vec<String>)> {
    let (callback, mut fields) = app.callback.clone()?;
    fields.retain(|field| !without.contains(field));
    (!without.is_empty() && !fields.is_empty()).then_some((callback, fields))
}
