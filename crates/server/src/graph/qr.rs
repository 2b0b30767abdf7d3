//! QR codes and short links of a number, and their pictures.

mod picture;

use cloud_api::fields::Fields;
use cloud_api::json::to_bytes;
use cloud_api::qr::{QrImage, SaveQr, code_text, deep_link, image_asked, qr_node, read_code};
use cloud_api::{GraphError, GraphId, Kind, NodeId};
use decider::CellId;
use platform::ids::NumberIx;
use platform::portfolio::command::SurfaceCommand;
use platform::portfolio::surface::pages::QrCode;
use platform::portfolio::{self, Command, Portfolio};
use serde_json::json;

use super::profile::living;
use super::request::Incoming;
use super::{Answer, Graph, Reply};

/// `GET /<phone>/message_qrdls[/<code>]`.
pub(super) async fn get(graph: &Graph, incoming: &Incoming, id: NodeId, code: &str) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let params = incoming.params()?;
    let image = image_asked(Fields::of(&params)?.as_ref())?;
    let only = match code {
        "" => params.text("code")?,
        code => Some(code.to_owned()),
    };
    let all = codes_of(graph, cell, number)
        .await?
        .ok_or_else(|| incoming.unknown(id))?;
    let shown = |qr: &QrCode| {
        let text = code_text(qr.code);
        let wanted = only.as_ref().is_none_or(|only| *only == text);
        let url = image.map(|image| picture_url(incoming, id, &text, image));
        wanted.then(|| qr_node(&text, &qr.text, url.as_deref()))
    };
    let data: Vec<_> = all.iter().filter_map(shown).collect();
    if let (Some(code), true) = (&only, data.is_empty()) {
        return Err(no_code(code));
    }
    Ok(to_bytes(&json!({ "data": data })))
}

/// `POST /<phone>/message_qrdls[/<code>]`: a new one, or another text for one.
pub(super) async fn save(graph: &Graph, incoming: &Incoming, id: NodeId, code: &str) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let SaveQr {
        code: named,
        text,
        image,
    } = SaveQr::of(&incoming.params()?)?;
    let named = named.or_else(|| (!code.is_empty()).then(|| code.to_owned()));
    let code = named
        .as_deref()
        .map(|named| read_code(named).ok_or_else(|| no_code(named)))
        .transpose()?;
    let command = SurfaceCommand::SaveQr {
        number,
        code,
        text: text.clone(),
    };
    match graph.decide(cell, Command::Surface(command)).await? {
        portfolio::Answer::Qr(code) => {
            let name = code_text(code);
            let url = image.map(|image| picture_url(incoming, id, &name, image));
            Ok(to_bytes(&qr_node(&name, &text, url.as_deref())))
        }
        portfolio::Answer::Unknown("QR code") => Err(no_code(&named.unwrap_or_default())),
        other => Err(graph.refused(incoming, id, cell, other).await),
    }
}

/// `DELETE /<phone>/message_qrdls/<code>`.
pub(super) async fn delete(graph: &Graph, incoming: &Incoming, id: NodeId, code: &str) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    let code = read_code(code).ok_or_else(|| no_code(code))?;
    let there = codes_of(graph, cell, number)
        .await?
        .ok_or_else(|| incoming.unknown(id))?;
    if there.iter().all(|qr| qr.code != code) {
        return Err(no_code(&code_text(code)));
    }
    graph
        .carry_out(
            incoming,
            id,
            cell,
            Command::Surface(SurfaceCommand::DeleteQr { number, code }),
        )
        .await
}

async fn codes_of(graph: &Graph, cell: CellId, number: NumberIx) -> Result<Option<Vec<QrCode>>, GraphError> {
    let read = move |portfolio: &Portfolio| {
        living(portfolio, number)?;
        Some(portfolio.surface.pages.qr_codes(number).to_vec())
    };
    graph.find(cell, read).await
}

fn no_code(code: &str) -> GraphError {
    let shown: String = code.chars().take(40).collect();
    GraphError::invalid_parameter(
        "code",
        &format!("does not name a QR code of this number - got {shown:?}"),
    )
}

fn picture_url(incoming: &Incoming, id: NodeId, code: &str, image: QrImage) -> String {
    format!(
        "{}/whatsapp_business/qr/{id}/{code}.{}",
        incoming.base(),
        image.extension()
    )
}

/// The picture of a QR code that is there; anybody may see it. `path` is `<phone>/<code>.<png or svg>`.
pub(super) async fn picture(graph: &Graph, path: &str) -> Option<Reply> {
    let (phone, file) = path.split_once('/')?;
    let (code, extension) = file.split_once('.')?;
    let image = QrImage::of_extension(extension)?;
    let phone = GraphId::parse(phone).filter(|id| id.kind() == Kind::Phone)?;
    let number = NumberIx(u16::try_from(phone.index()).ok()?);
    let wanted = read_code(code)?;
    let there = codes_of(graph, CellId(phone.cell()), number).await.ok()??;
    there.iter().find(|qr| qr.code == wanted)?;
    let bytes = picture::of(&deep_link(code), image)?;
    Some(Reply::File {
        mime: image.mime().to_owned(),
        bytes,
    })
}
