//! A request as it came in, read to its end, and what its path names.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::request::Parts;
use cloud_api::route::split_version;
use cloud_api::{GraphError, GraphId, Kind, NodeId, Params, access_token};
use decider::CellId;
use platform::directory::{App, AppIx, DIRECTORY, Directory};
use platform::ids::{MediumIx, NumberIx, TemplateIx, WabaIx};

use crate::ids::app_id;

/// Larger than any template or message that the platform takes.
pub(super) const BODY_BYTES_MAX: usize = 1 << 20;
/// The largest file that the platform takes, and what is around it in a multipart body.
pub(super) const FILE_BYTES_MAX: usize = (100 << 20) + (64 << 10);

/// How a request came in; nothing said is plain HTTP.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Scheme {
    /// Plain.
    #[default]
    Http,
    /// Over TLS.
    Https,
}

/// One request of somebody who may make it.
pub(super) struct Incoming {
    parts: Parts,
    body: Bytes,
    /// The directory when the request came in.
    pub(super) directory: Arc<Directory>,
    /// Who calls.
    pub(super) app: AppIx,
    token: String,
}

impl Incoming {
    /// Reads the body, and finds out who calls. Whoever breaks off while sending hears no answer, so that what is left
    /// to be wrong with a body here is its size.
    pub(super) async fn read(
        parts: Parts,
        body: Body,
        directory: Arc<Directory>,
        bytes_max: usize,
    ) -> Result<Self, GraphError> {
        let too_large = || GraphError::body_too_large(bytes_max);
        let announced = parts
            .headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > bytes_max as u64) {
            return Err(too_large());
        }
        let body = to_bytes(body, bytes_max).await.map_err(|_| too_large())?;
        let mut incoming = Incoming {
            parts,
            body,
            directory,
            app: AppIx(0),
            token: String::new(),
        };
        if !incoming.is_public() {
            (incoming.app, incoming.token) = incoming.caller()?;
        }
        Ok(incoming)
    }

    pub(super) fn method(&self) -> &str {
        self.parts.method.as_str()
    }

    pub(super) fn path(&self) -> &str {
        self.parts.uri.path()
    }

    pub(super) fn query(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    pub(super) fn content_type(&self) -> Option<&str> {
        self.parts.headers.get(CONTENT_TYPE)?.to_str().ok()
    }

    /// The parameters of query and body.
    pub(super) fn params(&self) -> Result<Params, GraphError> {
        Params::merge(self.query(), self.content_type(), &self.body)
    }

    /// The absolute address of this call, without its query: what paging links begin with.
    pub(super) fn address(&self) -> String {
        format!("{}{}", self.base(), self.path())
    }

    /// Where this seat is to whoever calls, without a slash at the end.
    pub(super) fn base(&self) -> String {
        let scheme = match self.scheme() {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        format!("{scheme}://{}", self.host())
    }

    /// The name under which the caller found this seat.
    pub(super) fn host(&self) -> &str {
        let host = self.parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let authority = self.parts.uri.authority().map(|authority| authority.as_str());
        host.or(authority).unwrap_or("localhost")
    }

    /// How the request came in.
    pub(super) fn scheme(&self) -> Scheme {
        self.parts.extensions.get().copied().unwrap_or_default()
    }

    /// The token that the call was made with.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// The header of a piece of an upload.
    pub(super) fn file_offset(&self) -> Result<u32, GraphError> {
        let header = self.parts.headers.get("file_offset");
        let header = header.ok_or_else(|| GraphError::missing_parameter("file_offset"))?;
        let offset = header.to_str().ok().and_then(|text| text.trim().parse().ok());
        offset.ok_or_else(|| GraphError::invalid_parameter("file_offset", "must be a non-negative integer"))
    }

    /// What needs no token: exchanging an app's secret for one, and pictures that anybody may see.
    fn is_public(&self) -> bool {
        let (_, path) = split_version(self.path());
        path == "oauth/access_token"
            || path.starts_with("whatsapp_business/qr/")
            || path.starts_with("whatsapp_business/uploads/")
    }

    /// The app of the token, or the app itself by `<id>|<secret>`; and the token.
    fn caller(&self) -> Result<(AppIx, String), GraphError> {
        let header = self
            .parts
            .headers
            .get(AUTHORIZATION)
            .map(|header| header.to_str().unwrap_or_default());
        let token = match access_token(header, self.query()) {
            Some(token) => token,
            // A form or a JSON body may carry it too; what else is wrong with the body is said later.
            None => self
                .params()
                .ok()
                .and_then(|params| params.text("access_token").ok().flatten())
                .ok_or_else(GraphError::missing_token)?,
        };
        let by_token = self.directory.tokens.get(&token).copied();
        let app = by_token.or_else(|| app_of_secret(&self.directory, &token));
        app.map(|app| (app, token)).ok_or_else(GraphError::bad_token)
    }

    /// The error for an object that is not there, or not of the kind that this call needs.
    pub(super) fn unknown(&self, id: NodeId) -> GraphError {
        GraphError::unknown_object(self.method(), &id.to_string())
    }

    pub(super) fn waba(&self, id: NodeId) -> Result<(CellId, WabaIx), GraphError> {
        let (cell, index) = self.object(id, Kind::Waba)?;
        Ok((cell, WabaIx(u16::try_from(index).map_err(|_| self.unknown(id))?)))
    }

    pub(super) fn phone(&self, id: NodeId) -> Result<(CellId, NumberIx), GraphError> {
        let (cell, index) = self.object(id, Kind::Phone)?;
        Ok((
            cell,
            NumberIx(u16::try_from(index).map_err(|_| self.unknown(id))?),
        ))
    }

    pub(super) fn template(&self, id: NodeId) -> Result<(CellId, TemplateIx), GraphError> {
        self.object(id, Kind::Template)
            .map(|(cell, index)| (cell, TemplateIx(index)))
    }

    pub(super) fn medium(&self, id: NodeId) -> Result<(CellId, MediumIx), GraphError> {
        self.object(id, Kind::Media)
            .map(|(cell, index)| (cell, MediumIx(index)))
    }

    /// An app that the directory has.
    pub(super) fn app_named(&self, id: NodeId) -> Result<(AppIx, &App), GraphError> {
        let (cell, index) = self.object(id, Kind::App)?;
        let app = self
            .directory
            .apps
            .get(index as usize)
            .filter(|_| cell == DIRECTORY);
        app.map(|app| (AppIx(index), app)).ok_or_else(|| self.unknown(id))
    }

    /// The cell of a portfolio.
    pub(super) fn portfolio(&self, id: NodeId) -> Result<CellId, GraphError> {
        self.object(id, Kind::Portfolio).map(|(cell, _)| cell)
    }

    fn object(&self, id: NodeId, kind: Kind) -> Result<(CellId, u32), GraphError> {
        match GraphId::of_number(id.0) {
            Some(found) if found.kind() == kind => Ok((CellId(found.cell()), found.index())),
            _ => Err(self.unknown(id)),
        }
    }
}

/// `<app id>|<app secret>`, which apps use for calls about themselves.
pub(super) fn app_of_secret(directory: &Directory, token: &str) -> Option<AppIx> {
    let (id, secret) = token.split_once('|')?;
    let mut apps = (0..).map(AppIx).zip(&directory.apps);
    apps.find(|(app, of)| of.secret == secret && app_id(*app).to_string() == id)
        .map(|(app, _)| app)
}
