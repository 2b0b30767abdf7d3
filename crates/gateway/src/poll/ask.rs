//! The questions themselves, page by page.
//!
//! Promises: a missing field is absent, never a default; bounded pages. Must not know: who wants to know.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::alarms::Name;
use crate::gateway::Gateway;
use crate::graph::bearer;

/// Pages of one list: ten thousand numbers, or templates.
const PAGES_MAX: usize = 100;
/// A page of a hundred templates is far below.
const PAGE_BYTES_MAX: usize = 8 << 20;

/// What the platform said about an account.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) numbers: Vec<Number>,
    pub(crate) templates: Vec<Template>,
    /// Calls that it took.
    pub(crate) calls: u32,
}

/// A phone number as the platform lists it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Number {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) display_phone_number: String,
    pub(crate) status: Option<String>,
    pub(crate) quality_rating: Option<String>,
    pub(crate) whatsapp_business_manager_messaging_limit: Option<String>,
    pub(crate) throughput: Option<Throughput>,
}

/// See [`Number::throughput`].
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Throughput {
    pub(crate) level: Option<String>,
}

/// A template as the platform lists it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Template {
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) status: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) quality_score: Option<Score>,
}

/// See [`Template::quality_score`].
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Score {
    pub(crate) score: Option<String>,
}

impl Number {
    /// Its digits, with country code.
    pub(crate) fn digits(&self) -> Option<u64> {
        let digits: String = self
            .display_phone_number
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        digits.parse().ok()
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    #[error("{0}")]
    Unanswered(&'static str),
    #[error("HTTP {status}: {message}")]
    Refused { status: u16, message: String },
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
}

/// Asks about an account's numbers and templates.
pub(crate) async fn ask(gateway: &Gateway, portfolio: usize, waba: u64) -> Result<Asked, AskError> {
    let mut calls = 0;
    let fields = "id,display_phone_number,status,quality_rating,throughput,\
                  whatsapp_business_manager_messaging_limit";
    let path = format!("/{waba}/phone_numbers?fields={fields}&limit=100");
    let numbers = list(gateway, portfolio, waba, &path, &mut calls).await?;
    let path =
        format!("/{waba}/message_templates?fields=name,language,status,category,quality_score&limit=100");
    let templates = list(gateway, portfolio, waba, &path, &mut calls).await?;
    Ok(Asked {
        numbers,
        templates,
        calls,
    })
}

async fn list<T: DeserializeOwned>(
    gateway: &Gateway,
    portfolio: usize,
    waba: u64,
    path: &str,
    calls: &mut u32,
) -> Result<Vec<T>, AskError> {
    #[derive(Deserialize)]
    struct Page<T> {
        data: Vec<T>,
        paging: Option<Paging>,
    }
    #[derive(Deserialize)]
    struct Paging {
        cursors: Option<Cursors>,
        next: Option<String>,
    }
    #[derive(Deserialize)]
    struct Cursors {
        after: Option<String>,
    }
    let mut all = Vec::new();
    let mut after = String::new();
    for _ in 0..PAGES_MAX {
        *calls += 1;
        let page = get(gateway, portfolio, waba, &format!("{path}{after}")).await?;
        let page: Page<T> =
            serde_json::from_slice(&page).map_err(|error| AskError::Unreadable(error.to_string()))?;
        all.extend(page.data);
        let next = page
            .paging
            .filter(|paging| paging.next.is_some())
            .and_then(|paging| paging.cursors?.after);
        match next {
            Some(cursor) => {
                let pair = serde_urlencoded::to_string([("after", cursor)]).unwrap_or_default();
                after = format!("&{pair}");
            }
            None => break,
        }
    }
    Ok(all)
}

/// One call with the platform's token; the body of a good answer.
pub(crate) async fn get(
    gateway: &Gateway,
    portfolio: usize,
    waba: u64,
    target: &str,
) -> Result<Vec<u8>, AskError> {
    let token = gateway
        .token(portfolio, Some(waba))
        .ok_or(AskError::Unanswered("there is no token"))?;
    let mut request = Request::get(target)
        .body(Body::empty())
        .map_err(|error| AskError::Unreadable(error.to_string()))?;
    let authorization = bearer(token).map_err(|_| AskError::Unanswered("the token cannot be used"))?;
    request.headers_mut().insert(AUTHORIZATION, authorization);
    let answer = gateway
        .client()
        .call(request)
        .await
        .map_err(|failure| AskError::Unanswered(failure.reason()))?;
    let status = answer.status();
    let subject = gateway
        .config()
        .portfolios
        .get(portfolio)
        .map_or("", |portfolio| portfolio.name.as_str());
    if status.as_u16() == 401 {
        let what = format!("the platform does not accept the token of {subject}");
        gateway
            .alarms()
            .raise(Name::TokenRefused, subject, what, gateway.now());
    } else if status.is_success() {
        gateway.alarms().clear(Name::TokenRefused, subject);
    }
    let body = to_bytes(answer.into_body(), PAGE_BYTES_MAX).await;
    let body = body.map_err(|error| AskError::Unreadable(error.to_string()))?;
    if status.is_success() {
        return Ok(body.to_vec());
    }
    let told: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let message = told["error"]["message"]
        .as_str()
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect();
    Err(AskError::Refused {
        status: status.as_u16(),
        message,
    })
}
