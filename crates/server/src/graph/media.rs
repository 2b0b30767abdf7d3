//! Media: uploaded to a number, described, downloaded with the token, deleted.

use std::sync::Arc;

use cloud_api::json::{SUCCESS, to_bytes};
use cloud_api::media::{MediaNode, MediaUpload, wrong_type};
use cloud_api::multipart::parts;
use cloud_api::{GraphError, GraphId, Kind, NodeId, Params};
use decider::CellId;
use platform::ids::{MediumIx, medium_key};
use platform::portfolio::command::{SurfaceCommand, Upload};
use platform::portfolio::surface::media::Medium;
use platform::portfolio::{self, Command, Portfolio};
use rulebook::media::{TYPES, type_of};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::request::Incoming;
use super::{Answer, Graph, Reply};
use crate::ids::{medium_id, phone_id};

/// Where bytes are.
const DOWNLOADS: &str = "whatsapp_business/attachments/";

/// `POST /<phone>/media`.
pub(super) async fn upload(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let content_type = incoming.content_type().unwrap_or_default();
    let parts = if content_type.starts_with("multipart/") {
        parts(content_type, incoming.body())?
    } else {
        Vec::new()
    };
    let MediaUpload { mime, bytes } = MediaUpload::of(&incoming.params()?, &parts)?;
    let mime = type_of(mime).ok_or_else(|| wrong_type(TYPES.iter().map(|(mime, _)| *mime), mime))?;
    let upload = Upload {
        number,
        mime,
        sha256: Sha256::digest(bytes).into(),
        inbound: false,
        bytes: Arc::from(bytes),
    };
    let command = Command::Surface(SurfaceCommand::StoreMedium(upload));
    match graph.decide(cell, command).await? {
        portfolio::Answer::Medium(medium) => {
            Ok(to_bytes(&json!({"id": medium_id(cell, medium).to_string()})))
        }
        other => Err(graph.refused(incoming, id, cell, other).await),
    }
}

/// `GET /<medium>`, perhaps only if it is of one number.
pub(super) async fn get(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, medium) = incoming.medium(id)?;
    let (file, lifetime) = known(graph, incoming, id).await?;
    let of = incoming.params()?.id("phone_number_id")?;
    if of.is_some_and(|of| of != phone_id(cell, file.number).into()) {
        return Err(incoming.unknown(id));
    }
    let until = graph.seat.now() + lifetime;
    let place = format!("mid={}&ext={}", medium_id(cell, medium), until.seconds());
    let hash = graph.links.sign(&place);
    let url = format!("{}/{DOWNLOADS}?{place}&hash={hash}", incoming.base());
    let node = MediaNode::new(id, url, file.mime(), &file.sha256, u64::from(file.size));
    Ok(to_bytes(&node))
}

/// `DELETE /<medium>`. Nothing else can be deleted by its id.
pub(super) async fn delete(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, medium) = incoming.medium(id)?;
    graph
        .carry_out(
            incoming,
            id,
            cell,
            Command::Surface(SurfaceCommand::DeleteMedium { medium }),
        )
        .await?;
    let tables = graph.seat.tables();
    let erased = tokio::task::spawn_blocking(move || tables.erase(cell.0, &[medium_key(medium)])).await;
    if !matches!(erased, Ok(Ok(_))) {
        tracing::warn!("the bytes of a deleted file stay until they expire");
    }
    Ok(SUCCESS.to_vec())
}

/// `GET` of the address that a node had: the bytes, while address and file are good.
pub(super) async fn download(graph: &Graph, incoming: &Incoming) -> Result<Reply, GraphError> {
    let gone = || GraphError {
        status: 404,
        ..GraphError::unknown_object("get", "0")
    };
    let params = Params::of_query(incoming.query());
    let text = |name: &str| Ok::<_, GraphError>(params.text(name)?.unwrap_or_default());
    let place = format!("mid={}&ext={}", text("mid")?, text("ext")?);
    let until = text("ext")?.parse::<u64>().unwrap_or(0);
    let good = graph.links.is_signed(&place, &text("hash")?) && graph.seat.now().seconds() <= until;
    let id = NodeId::parse(&text("mid")?).filter(|_| good).ok_or_else(gone)?;
    let (cell, medium) = incoming.medium(id).map_err(|_| gone())?;
    let (file, _) = known(graph, incoming, id).await.map_err(|_| gone())?;
    let bytes = bytes_of(graph, cell, medium).await?.ok_or_else(gone)?;
    Ok(Reply::File {
        mime: file.mime().to_owned(),
        bytes,
    })
}

/// A file that is there, and how long its addresses are good.
async fn known(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
) -> Result<(Medium, decider::Millis), GraphError> {
    let (cell, medium) = incoming.medium(id)?;
    let now = graph.seat.now();
    let read = move |portfolio: &Portfolio| {
        let file = portfolio.surface.media.get(medium, now)?.clone();
        Some((file, portfolio.edition().media.link_lifetime))
    };
    graph.read(incoming, id, cell, read).await
}

/// Reading up to 100 MB from the tables takes a while: on a thread that may wait.
async fn bytes_of(graph: &Graph, cell: CellId, medium: MediumIx) -> Result<Option<Vec<u8>>, GraphError> {
    let tables = graph.seat.tables();
    let read = tokio::task::spawn_blocking(move || tables.content(cell.0, medium_key(medium))).await;
    match read {
        Ok(Ok(bytes)) => Ok(bytes),
        _ => Err(GraphError::whatsapp(
            131_052,
            "The file cannot be read from the tables.",
        )),
    }
}

/// The file that a message names by its id, if it is one of this portfolio's.
pub(super) fn named(cell: CellId, id: &str) -> Option<MediumIx> {
    let id = GraphId::parse(id)?;
    (id.kind() == Kind::Media && id.cell() == cell.0).then(|| MediumIx(id.index()))
}
