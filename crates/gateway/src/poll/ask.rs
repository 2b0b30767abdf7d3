//! The questions themselves, page by page.
//!
//! Promises: a missing field is absent, never a default; bounded pages. Must not know: who wants to know.

use serde::Deserialize;

use crate::alarms::Name;
use crate::gateway::Gateway;
use crate::upstream::{Api, ApiError};

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

/// Asks about an account's numbers and templates.
pub(crate) async fn ask(gateway: &Gateway, portfolio: usize, waba: u64) -> Result<Asked, ApiError> {
    let config = gateway.config();
    let of = config.portfolios.get(portfolio);
    let of = of.ok_or(ApiError::Unanswered("there is no such portfolio"))?;
    let mut api = Api::new(gateway.client(), config, of, Some(waba));
    let asked = lists(&mut api, waba).await;
    let alarms = gateway.alarms();
    match &asked {
        Err(error) if error.is_token_refused() => {
            let what = format!("the platform does not accept the token of {}", of.name);
            alarms.raise(Name::TokenRefused, &of.name, what, gateway.now());
        }
        Ok(_) => alarms.clear(Name::TokenRefused, &of.name),
        Err(_) => {}
    }
    asked
}

async fn lists(api: &mut Api<'_>, waba: u64) -> Result<Asked, ApiError> {
    let fields = "id,display_phone_number,status,quality_rating,throughput,\
                  whatsapp_business_manager_messaging_limit";
    let target = format!("/{waba}/phone_numbers?fields={fields}&limit=100");
    let numbers = api.list(&target).await?;
    let fields = "name,language,status,category,quality_score";
    let target = format!("/{waba}/message_templates?fields={fields}&limit=100");
    let templates = api.list(&target).await?;
    Ok(Asked {
        numbers,
        templates,
        calls: api.calls,
    })
}
