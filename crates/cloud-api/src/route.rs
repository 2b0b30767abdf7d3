//! The route table of the Graph API, shared by both seats: (method, path, query) to a [`GraphCall`].
//!
//! Promises: with and without version, with and without trailing slash, and with `?method=`, a call is the same.
//! Must not know: what kind of object an id names, or whether it exists; the seat looks that up.

use core::fmt;

use crate::GraphError;
use crate::params::pairs;

/// An id as it stands in a path: 1 to 19 digits, no leading zero. Real ids and those of [`crate::GraphId`] alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u64);

impl NodeId {
    /// Reads digits; anything else is no id.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = (1..=19).contains(&text.len()) && !text.starts_with('0');
        if digits && fits {
            text.parse().ok().map(NodeId)
        } else {
            None
        }
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The methods that the Graph API knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// `GET`, also `HEAD`.
    Get,
    /// `POST`.
    Post,
    /// `DELETE`.
    Delete,
}

impl Method {
    /// Reads a method name, whatever its case.
    pub fn parse(text: &str) -> Option<Self> {
        let is = |name: &str| text.eq_ignore_ascii_case(name);
        if is("POST") {
            Some(Method::Post)
        } else if is("GET") || is("HEAD") {
            Some(Method::Get)
        } else {
            is("DELETE").then_some(Method::Delete)
        }
    }

    /// Lower case, as error texts have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "get",
            Method::Post => "post",
            Method::Delete => "delete",
        }
    }
}

/// What a request asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GraphCall {
    /// `POST /<phone>/messages`: a message, or mark-as-read; [`crate::parse_message`] says which.
    SendMessage {
        /// The sending number.
        phone: NodeId,
    },
    /// `POST /<phone>/marketing_messages`: as [`GraphCall::SendMessage`], for marketing templates only.
    SendMarketing {
        /// The sending number.
        phone: NodeId,
    },
    /// `GET /<waba>/message_templates`.
    ListTemplates {
        /// The account.
        waba: NodeId,
    },
    /// `POST /<waba>/message_templates`.
    CreateTemplate {
        /// The account.
        waba: NodeId,
    },
    /// `DELETE /<waba>/message_templates`.
    DeleteTemplates {
        /// The account.
        waba: NodeId,
    },
    /// `GET /<id>`: a template, number, account or app.
    GetNode {
        /// The object.
        id: NodeId,
    },
    /// `POST /<id>`: edits a template, or settings of a number or account.
    PostNode {
        /// The object.
        id: NodeId,
    },
    /// `POST /<template>/unpause`.
    UnpauseTemplate {
        /// The template.
        id: NodeId,
    },
    /// `GET /<waba>/phone_numbers`.
    ListPhoneNumbers {
        /// The account.
        waba: NodeId,
    },
    /// `POST /<phone>/register`.
    Register {
        /// The number.
        phone: NodeId,
    },
    /// `POST /<phone>/deregister`.
    Deregister {
        /// The number.
        phone: NodeId,
    },
    /// `/<waba>/subscribed_apps`.
    SubscribedApps {
        /// The account.
        waba: NodeId,
        /// List, subscribe (with or without an override), or unsubscribe.
        method: Method,
    },
    /// `/<app>/subscriptions`.
    AppSubscriptions {
        /// The app.
        app: NodeId,
        /// List, subscribe, or unsubscribe.
        method: Method,
    },
    /// `/<phone>/block_users`.
    BlockUsers {
        /// The number.
        phone: NodeId,
        /// List, block, unblock.
        method: Method,
    },
    /// A call of the Graph API that neither seat looks into: a gateway forwards it, a sandbox answers
    /// [`OtherCall::refusal`].
    Other(OtherCall),
}

/// See [`GraphCall::Other`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OtherCall {
    /// The method.
    pub method: Method,
    /// The object before the edge, if the path starts with one.
    pub node: Option<NodeId>,
    /// The path behind the object, without slashes at its ends; empty for the object itself.
    pub edge: String,
}

impl OtherCall {
    /// What a seat says that does not serve this call.
    pub fn refusal(&self) -> GraphError {
        match self.node {
            Some(node) if self.edge.is_empty() => {
                GraphError::unknown_object(self.method.as_str(), &node.to_string())
            }
            _ => GraphError::unknown_path(&self.edge),
        }
    }
}

/// Edges that exist on the platform and are not looked into here.
const OTHER_EDGES: [&str; 30] = [
    "assets",
    "assigned_users",
    "business_compliance_info",
    "calls",
    "client_whatsapp_business_accounts",
    "compare",
    "conversational_automation",
    "deprecate",
    "flows",
    "groups",
    "media",
    "message_history",
    "message_qrdls",
    "message_template_previews",
    "migrate_flows",
    "migrate_message_templates",
    "official_business_account",
    "owned_whatsapp_business_accounts",
    "publish",
    "request_code",
    "settings",
    "smb_app_data",
    "template_analytics",
    "uploads",
    "upsert_message_templates",
    "username",
    "verify_code",
    "whatsapp_business_encryption",
    "whatsapp_business_profile",
    "whatsapp_commerce_settings",
];

/// Paths that do not start with an object.
const ROOTS: [&str; 5] = [
    "debug_token",
    "me",
    "message_template_library",
    "oauth",
    "whatsapp_business",
];

/// Finds the call. `path` starts with or without a slash; `query` comes without `?`.
pub fn route(method: &str, path: &str, query: &str) -> Result<GraphCall, GraphError> {
    let (_, path) = split_version(path);
    let (first, edge) = path.split_once('/').unwrap_or((path, ""));
    let method = effective_method(method, query).ok_or_else(|| GraphError::unknown_object(method, first))?;
    match NodeId::parse(first) {
        Some(node) => route_edge(method, node, edge),
        None if first.is_empty() || first.starts_with("upload:") || ROOTS.contains(&first) => {
            Ok(GraphCall::Other(OtherCall {
                method,
                node: None,
                edge: path.to_owned(),
            }))
        }
        None if first.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(GraphError::unknown_object(method.as_str(), first))
        }
        None => Err(GraphError::unknown_path(path)),
    }
}

/// Takes the version (`v25.0`) off a path, if it has one, and the slashes at its ends.
pub fn split_version(path: &str) -> (Option<&str>, &str) {
    let path = path.trim_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let version = first.strip_prefix('v').and_then(|number| number.split_once('.'));
    match version {
        Some((major, minor)) if digits(major) && digits(minor) => (Some(first), rest.trim_matches('/')),
        _ => (None, path),
    }
}

fn effective_method(method: &str, query: &str) -> Option<Method> {
    // Most queries have no override; only those that might are decoded.
    if query.contains("method=") {
        let named = pairs(query).into_iter().find(|(name, _)| name == "method");
        if let Some(method) = named.and_then(|(_, text)| Method::parse(&text)) {
            return Some(method);
        }
    }
    Method::parse(method)
}

fn route_edge(method: Method, node: NodeId, edge: &str) -> Result<GraphCall, GraphError> {
    use Method::{Delete, Get, Post};
    let call = match (edge, method) {
        ("marketing_messages", Post) => GraphCall::SendMarketing { phone: node },
        ("messages", Post) => GraphCall::SendMessage { phone: node },
        ("", Get) => GraphCall::GetNode { id: node },
        ("", Post) => GraphCall::PostNode { id: node },
        ("message_templates", Get) => GraphCall::ListTemplates { waba: node },
        ("message_templates", Post) => GraphCall::CreateTemplate { waba: node },
        ("message_templates", Delete) => GraphCall::DeleteTemplates { waba: node },
        ("unpause", Post) => GraphCall::UnpauseTemplate { id: node },
        ("phone_numbers", Get) => GraphCall::ListPhoneNumbers { waba: node },
        ("register", Post) => GraphCall::Register { phone: node },
        ("deregister", Post) => GraphCall::Deregister { phone: node },
        ("subscribed_apps", _) => GraphCall::SubscribedApps { waba: node, method },
        ("block_users", _) => GraphCall::BlockUsers { phone: node, method },
        ("subscriptions", _) => GraphCall::AppSubscriptions { app: node, method },
        ("" | "phone_numbers", _) => other(method, node, edge),
        ("messages" | "marketing_messages" | "unpause" | "register" | "deregister", _) => {
            return Err(GraphError::unknown_object(method.as_str(), &node.to_string()));
        }
        ("message_templates/archive" | "message_templates/unarchive", Post) => other(method, node, edge),
        _ if OTHER_EDGES.contains(&edge.split('/').next().unwrap_or(edge)) => other(method, node, edge),
        _ => return Err(GraphError::unknown_path(edge)),
    };
    Ok(call)
}

fn other(method: Method, node: NodeId, edge: &str) -> GraphCall {
    GraphCall::Other(OtherCall {
        method,
        node: Some(node),
        edge: edge.to_owned(),
    })
}
