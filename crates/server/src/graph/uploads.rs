//! Resumable uploads of an app: for headers of templates and pictures of profiles (cloud-api-wire.md §2.8).
//!
//! A session is named `upload:<number and app>?sig=...`, a finished file by a handle `4::...`; both are signed, and nothing is
//! stored for them but the pieces. Must not know: what a handle is used for.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud_api::json::to_bytes;
use cloud_api::route::split_version;
use cloud_api::{GraphError, Method, NodeId, Params};
use platform::directory::uploads::{Upload, piece_key};
use platform::directory::{self, DIRECTORY};
use serde_json::json;

use super::refusals::unanswered;
use super::request::Incoming;
use super::{Answer, Graph, Reply};
use crate::ids::app_id;

/// How handles begin; the number is the platform's own.
const HANDLE: &str = "4::";

/// `POST /<app>/uploads`.
pub(super) async fn begin(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (app, _) = incoming.app_named(id)?;
    let params = incoming.params()?;
    let length = params
        .integer("file_length")?
        .ok_or_else(|| GraphError::missing_parameter("file_length"))?;
    let mime = params.required("file_type")?;
    let known = [
        "image/jpeg",
        "image/jpg",
        "image/png",
        "video/mp4",
        "application/pdf",
    ];
    if !known.contains(&mime.as_str()) {
        let why = format!("must be one of {{{}}} - got {mime:?}", known.join(", "));
        return Err(GraphError::invalid_parameter("file_type", &why));
    }
    let command = directory::Command::BeginUpload {
        app,
        mime,
        length: u32::try_from(length).unwrap_or(u32::MAX),
    };
    match directory_answer(graph, command).await? {
        directory::Answer::Upload(number) => {
            let name = session_name(number);
            let id = format!("upload:{name}?sig={}", graph.links.sign(&name));
            Ok(to_bytes(&json!({ "id": id })))
        }
        directory::Answer::Refused(why) => Err(refused("file_length", why)),
        _ => Err(incoming.unknown(id)),
    }
}

/// `POST` and `GET` of a session.
pub(super) async fn session(graph: &Graph, incoming: &Incoming, name: &str, method: Method) -> Answer {
    let upload = session_of(graph, incoming, name)?;
    let told = |received: u32| to_bytes(&json!({"id": format!("upload:{name}"), "file_offset": received}));
    let offset = match method {
        Method::Get => return Ok(told(upload.received)),
        Method::Post => incoming.file_offset()?,
        Method::Delete => return Err(no_session(incoming, name)),
    };
    let command = directory::Command::ReceiveUpload {
        number: upload.number,
        offset,
        bytes: Arc::from(incoming.body()),
    };
    match directory_answer(graph, command).await? {
        directory::Answer::Done => {}
        directory::Answer::Refused(why) => return Err(refused("file_offset", why)),
        _ => return Err(no_session(incoming, name)),
    }
    let view = graph.seat.view();
    match view.uploads.get(upload.number) {
        Some(upload) if upload.is_done() => Ok(to_bytes(&json!({"h": handle_of(graph, upload)}))),
        Some(upload) => Ok(told(upload.received)),
        None => Err(no_session(incoming, name)),
    }
}

/// The session that a name and its signature stand for.
fn session_of(graph: &Graph, incoming: &Incoming, name: &str) -> Result<Upload, GraphError> {
    let signature = Params::of_query(incoming.query())
        .text("sig")?
        .unwrap_or_default();
    let number = read_session(name).filter(|_| graph.links.is_signed(name, &signature));
    let upload = number.and_then(|number| incoming.directory.uploads.get(number).cloned());
    upload
        .filter(|upload| upload.until_ms > graph.seat.now().millis())
        .ok_or_else(|| no_session(incoming, name))
}

fn session_name(number: u32) -> String {
    URL_SAFE_NO_PAD.encode(format!("1:attachment:{number}"))
}

fn read_session(name: &str) -> Option<u32> {
    let bytes = URL_SAFE_NO_PAD.decode(name).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.strip_prefix("1:attachment:")?.parse().ok()
}

/// The handle of a finished file: its type, a signature, when it is forgotten, whose it is, and which session.
fn handle_of(graph: &Graph, upload: &Upload) -> String {
    let mime = URL_SAFE_NO_PAD.encode(&upload.mime);
    let rest = format!(
        "e:{}:{}:{}",
        upload.until_ms / 1_000,
        app_id(upload.app),
        upload.number
    );
    let signature = graph.links.sign(&format!("{mime}:{rest}"));
    format!("{HANDLE}{mime}:{signature}:{rest}")
}

/// The file of a handle, if this seat gave it out and the file is still kept.
fn upload_of(graph: &Graph, directory: &directory::Directory, handle: &str) -> Option<Upload> {
    let number = handle.rsplit(':').next()?.parse().ok()?;
    let upload = directory.uploads.get(number)?;
    let good =
        upload.is_done() && upload.until_ms > graph.seat.now().millis() && handle_of(graph, upload) == handle;
    good.then(|| upload.clone())
}

/// Where the file of a handle can be seen, if it is one of ours.
pub(super) fn address(graph: &Graph, incoming: &Incoming, handle: &str) -> Option<String> {
    let upload = upload_of(graph, &incoming.directory, handle)?;
    let number = upload.number;
    let signature = graph.links.sign(&format!("uploads/{number}"));
    Some(format!(
        "{}/whatsapp_business/uploads/{number}?sig={signature}",
        incoming.base()
    ))
}

/// The file at such an address; anybody who has it may see it.
pub(super) async fn file(graph: &Graph, incoming: &Incoming, number: &str) -> Option<Reply> {
    let signature = Params::of_query(incoming.query()).text("sig").ok()??;
    if !graph.links.is_signed(&format!("uploads/{number}"), &signature) {
        return None;
    }
    let upload = incoming.directory.uploads.get(number.parse().ok()?)?.clone();
    let tables = graph.seat.tables();
    let read = move || {
        let piece = |piece| {
            tables
                .content(DIRECTORY.0, piece_key(upload.number, piece))
                .ok()?
        };
        let pieces: Option<Vec<Vec<u8>>> = (0..upload.pieces).map(piece).collect();
        Some((pieces?.concat(), upload.mime))
    };
    let (bytes, mime) = tokio::task::spawn_blocking(read).await.ok()??;
    Some(Reply::File { mime, bytes })
}

async fn directory_answer(
    graph: &Graph,
    command: directory::Command,
) -> Result<directory::Answer, GraphError> {
    graph
        .seat
        .directory(command)
        .await
        .map_err(|error| unanswered(&error))
}

fn refused(name: &str, why: &str) -> GraphError {
    GraphError::invalid_parameter(name, &format!("cannot be taken: {why}"))
}

fn no_session(incoming: &Incoming, name: &str) -> GraphError {
    let shown: String = name.chars().take(60).collect();
    GraphError::unknown_object(incoming.method(), &format!("upload:{}", split_version(&shown).1))
}
