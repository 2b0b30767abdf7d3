//! The error object of the Graph API, and who gets which.
//!
//! Promises: `message`, `type`, `code` and `fbtrace_id` are always there; `error_data` only where the platform sends
//! it (WhatsApp errors, and 100 on `/messages`). Clients key on `code`; the HTTP status follows the platform's table.
//! Must not know: why a send was refused. Rules name a code, this module gives it its shape.

mod codes;

use std::borrow::Cow;

use serde::Serialize;

pub use codes::{http_status, title};

/// Which family an error belongs to: the `type` of the error object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `OAuthException`: nearly everything.
    OAuth,
    /// `GraphMethodException`: an object or edge that is not there.
    GraphMethod,
}

/// One error of the Graph API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct GraphError {
    /// The only stable key (0 to 200000-odd).
    pub code: u32,
    /// `error_subcode`: management calls only.
    pub subcode: Option<u32>,
    /// `type`.
    pub kind: ErrorKind,
    /// `message`, with its `(#code) ` where the platform has one.
    pub message: Cow<'static, str>,
    /// `error_data.details`; `None` leaves `error_data` out.
    pub details: Option<Box<str>>,
    /// `error_user_title` and `error_user_msg`: management calls only.
    pub user: Option<Box<UserText>>,
    /// `is_transient`: management calls only.
    pub is_transient: Option<bool>,
    /// What the answer holds beside the error, such as the outcomes of a call about many people.
    pub beside: Option<Box<serde_json::Map<String, serde_json::Value>>>,
    /// HTTP status.
    pub status: u16,
}

/// What a management error tells the person in front of a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserText {
    /// `error_user_title`.
    pub title: String,
    /// `error_user_msg`.
    pub message: String,
}

impl GraphError {
    /// Any error from its parts; the status is the platform's for this code.
    pub fn from_parts(code: u32, subcode: Option<u32>, message: impl Into<Cow<'static, str>>) -> Self {
        GraphError {
            code,
            subcode,
            kind: ErrorKind::OAuth,
            message: message.into(),
            details: None,
            user: None,
            is_transient: None,
            beside: None,
            status: http_status(code),
        }
    }

    /// A WhatsApp error: the platform's own title for `code`, and `details` in `error_data`.
    pub fn whatsapp(code: u32, details: &str) -> Self {
        Self::from_parts(code, None, format!("(#{code}) {}", title(code))).with_details(details)
    }

    /// A failure of a management call on templates or numbers: 100 and a subcode, with text for a person.
    pub fn management(subcode: u32, title: &str, message: &str) -> Self {
        let user = UserText {
            title: title.to_owned(),
            message: message.to_owned(),
        };
        GraphError {
            user: Some(Box::new(user)),
            is_transient: Some(false),
            ..Self::from_parts(100, Some(subcode), "Invalid parameter")
        }
    }

    /// No token came with the call.
    pub fn missing_token() -> Self {
        Self::from_parts(104, None, "An access token is required to request this resource.")
    }

    /// The token is not known or no longer valid; see [`GraphError::www_authenticate`].
    pub fn bad_token() -> Self {
        Self::from_parts(
            190,
            None,
            "Invalid OAuth access token - Cannot parse access token",
        )
    }

    /// The token was good once; see [`GraphError::www_authenticate`].
    pub fn expired_token() -> Self {
        let message = "Error validating access token: Session has expired. The session ended some time ago.";
        Self::from_parts(190, Some(463), message)
    }

    /// The token is good, but may not do this.
    pub fn permission_denied() -> Self {
        Self::from_parts(
            10,
            None,
            "(#10) Application does not have permission for this action",
        )
    }

    /// The object does not exist, or the token may not see it, or it cannot do this. `method` is the HTTP method.
    pub fn unknown_object(method: &str, id: &str) -> Self {
        let method = method.to_ascii_lowercase();
        let message = format!(
            "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
             permissions, or does not support this operation. Please read the Graph API documentation at \
             https://developers.facebook.com/docs/graph-api"
        );
        GraphError {
            kind: ErrorKind::GraphMethod,
            ..Self::from_parts(100, Some(33), message)
        }
    }

    /// Nothing is served at `path`.
    pub fn unknown_path(path: &str) -> Self {
        Self::from_parts(
            2500,
            None,
            format!("Unknown path components: /{}", path.trim_start_matches('/')),
        )
    }

    /// `fields=` names something that a node of this type does not have.
    pub fn unknown_field(field: &str, node_type: &str) -> Self {
        let message =
            format!("(#100) Tried accessing nonexisting field ({field}) on node type ({node_type})");
        Self::from_parts(100, None, message)
    }

    /// A parameter that must be there is not.
    pub fn missing_parameter(name: &str) -> Self {
        Self::from_parts(100, None, format!("(#100) The parameter {name} is required."))
    }

    /// A parameter has a wrong type or value; `why` goes on after its name: `must be a string`.
    pub fn invalid_parameter(name: &str, why: &str) -> Self {
        Self::from_parts(100, None, format!("(#100) Param {name} {why}."))
    }

    /// A part of a message is missing (131008); `details` names it.
    pub fn missing_value(details: &str) -> Self {
        Self::whatsapp(131_008, details)
    }

    /// A part of a message has a value that cannot be (131009); `details` names it.
    pub fn bad_value(details: &str) -> Self {
        Self::whatsapp(131_009, details)
    }

    /// A message type that is not known, or not served here.
    pub fn unsupported_type(name: &str) -> Self {
        Self::whatsapp(
            131_051,
            &format!("Message type {name:?} is not supported (parameter type)."),
        )
    }

    /// The body is larger than `limit` bytes.
    pub fn body_too_large(limit: usize) -> Self {
        let message = format!("(#100) The request body is too large: at most {limit} bytes.");
        GraphError {
            status: 413,
            ..Self::from_parts(100, None, message)
        }
    }

    /// The body is not JSON; `reason` says where it breaks.
    pub fn broken_json(reason: &str) -> Self {
        Self::from_parts(
            100,
            None,
            format!("(#100) The request body is not valid JSON: {reason}."),
        )
    }

    /// The endpoint of an app did not answer the challenge; `reason` such as `HTTP Status Code = 403`.
    pub fn challenge_failed(reason: &str) -> Self {
        let message = format!("(#2200) Callback verification failed with the following errors: {reason}");
        Self::from_parts(2200, None, message)
    }

    /// The same error with `error_data.details`.
    pub fn with_details(mut self, details: &str) -> Self {
        self.details = Some(details.into());
        self
    }

    /// The value of the `WWW-Authenticate` header: on 190 only.
    pub fn www_authenticate(&self) -> Option<String> {
        // Header values are ASCII without quotes inside; the messages of 190 are this crate's own.
        (self.code == 190).then(|| {
            let message = self.message.replace('"', "'");
            format!("OAuth \"Facebook Platform\" \"invalid_token\" \"{message}\"")
        })
    }

    /// The body of the answer.
    pub fn body(&self, fbtrace_id: &str) -> Vec<u8> {
        let object = ErrorObject {
            message: &self.message,
            kind: match self.kind {
                ErrorKind::OAuth => "OAuthException",
                ErrorKind::GraphMethod => "GraphMethodException",
            },
            code: self.code,
            error_subcode: self.subcode,
            is_transient: self.is_transient,
            error_user_title: self.user.as_ref().map(|user| user.title.as_str()),
            error_user_msg: self.user.as_ref().map(|user| user.message.as_str()),
            error_data: self.details.as_deref().map(|details| ErrorData {
                messaging_product: "whatsapp",
                details,
            }),
            fbtrace_id,
        };
        crate::json::to_bytes(&ErrorBody {
            beside: self.beside.as_deref(),
            error: object,
        })
    }
}

/// A trace id in the platform's form from 64 bits that differ from answer to answer.
pub fn fbtrace_id(draw: u64) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(draw.to_be_bytes());
    format!("A{text}")
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    #[serde(flatten)]
    beside: Option<&'a serde_json::Map<String, serde_json::Value>>,
    error: ErrorObject<'a>,
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    message: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_subcode: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_transient: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_user_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_user_msg: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_data: Option<ErrorData<'a>>,
    fbtrace_id: &'a str,
}

#[derive(Serialize)]
struct ErrorData<'a> {
    messaging_product: &'a str,
    details: &'a str,
}
