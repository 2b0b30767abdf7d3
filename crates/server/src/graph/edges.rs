//! Calls that only this seat looks into: a gateway forwards them as they are.

use cloud_api::route::OtherCall;
use cloud_api::settings::SettingsTopic;
use cloud_api::{Method, NodeId};

use super::request::Incoming;
use super::{
    Answer, Graph, Reply, accounts, archive, batch, insights, library, media, profile, qr, registration,
    settings, tokens, uploads,
};

type Replied = Result<Reply, cloud_api::GraphError>;

/// Answers a call, or says that it is not served.
pub(super) async fn answer(graph: &Graph, incoming: &Incoming, call: &OtherCall) -> Replied {
    match call.node {
        Some(id) => of_node(graph, incoming, call, id).await.map(Reply::Json),
        None => of_root(graph, incoming, call).await,
    }
}

async fn of_node(graph: &Graph, incoming: &Incoming, call: &OtherCall, id: NodeId) -> Answer {
    use Method::{Delete, Get, Post};
    let (edge, rest) = call.edge.split_once('/').unwrap_or((&call.edge, ""));
    if let Some(topic) = SettingsTopic::of_edge(edge).filter(|_| rest.is_empty()) {
        return match call.method {
            Get => settings::get(graph, incoming, id, topic).await,
            Post => settings::change(graph, incoming, id, topic).await,
            Delete => Err(call.refusal()),
        };
    }
    match (edge, call.method) {
        ("", Delete) => media::delete(graph, incoming, id).await,
        ("request_code", Post) => registration::request_code(graph, incoming, id).await,
        ("verify_code", Post) => registration::verify_code(graph, incoming, id).await,
        ("media", Post) => media::upload(graph, incoming, id).await,
        ("whatsapp_business_profile", Get) => profile::get(graph, incoming, id).await,
        ("whatsapp_business_profile", Post) => profile::change(graph, incoming, id).await,
        ("message_qrdls", Get) => qr::get(graph, incoming, id, rest).await,
        ("message_qrdls", Post) => qr::save(graph, incoming, id, rest).await,
        ("message_qrdls", Delete) => qr::delete(graph, incoming, id, rest).await,
        ("owned_whatsapp_business_accounts" | "client_whatsapp_business_accounts", Get) => {
            accounts::of_portfolio(graph, incoming, id, edge).await
        }
        ("template_analytics", Get) => insights::of_account(graph, incoming, id).await,
        ("message_templates", Post) if rest == "archive" => archive::call(graph, incoming, id, false).await,
        ("message_templates", Post) if rest == "unarchive" => archive::call(graph, incoming, id, true).await,
        ("compare", Get) => insights::compare(graph, incoming, id).await,
        ("uploads", Post) => uploads::begin(graph, incoming, id).await,
        _ => Err(call.refusal()),
    }
}

async fn of_root(graph: &Graph, incoming: &Incoming, call: &OtherCall) -> Replied {
    use Method::{Get, Post};
    match (call.edge.as_str(), call.method) {
        ("", Post) => batch::answer(graph, incoming).await.map(Reply::Json),
        ("debug_token", Get) => tokens::debug(incoming).map(Reply::Json),
        ("oauth/access_token", Get | Post) => tokens::exchange(incoming).map(Reply::Json),
        ("message_template_library", Get) => library::list(incoming).map(Reply::Json),
        ("whatsapp_business/attachments", Get) => media::download(graph, incoming).await,
        (path, method) => {
            if let Some(session) = path.strip_prefix("upload:") {
                return uploads::session(graph, incoming, session, method)
                    .await
                    .map(Reply::Json);
            }
            if let Some(picture) = path.strip_prefix("whatsapp_business/qr/") {
                return qr::picture(graph, picture).await.ok_or_else(|| call.refusal());
            }
            if let Some(file) = path.strip_prefix("whatsapp_business/uploads/") {
                return uploads::file(graph, incoming, file)
                    .await
                    .ok_or_else(|| call.refusal());
            }
            Err(call.refusal())
        }
    }
}
