//! Having the webhooks of an account come to the gateway.
//!
//! Must not know: what is in them.

use serde_json::json;

use crate::config::Config;
use crate::upstream::{Api, ApiError, Client, ClientError};

/// Why the webhooks of an account do not come.
#[derive(Debug, thiserror::Error)]
pub enum SubscribeError {
    /// The configuration lacks what is needed.
    #[error("{0}")]
    Configuration(&'static str),
    /// There is no client of the platform.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The platform refused, such as because the gateway did not answer its challenge.
    #[error("the platform says: {0}")]
    Platform(String),
}

impl From<ApiError> for SubscribeError {
    fn from(error: ApiError) -> Self {
        SubscribeError::Platform(error.to_string())
    }
}

/// Subscribes the app of the account's token to the account, with the gateway's address. The platform asks that address at
/// once whether it is willing. Gives the address.
pub async fn subscribe(config: &Config, account: u64) -> Result<String, SubscribeError> {
    let portfolio = config
        .portfolios
        .iter()
        .find(|portfolio| portfolio.accounts.iter().any(|known| known.id == account))
        .ok_or(SubscribeError::Configuration("the account is in no portfolio"))?;
    let base = config.public_url.as_deref().ok_or(SubscribeError::Configuration(
        "public_url is not set, so the gateway's address is not known",
    ))?;
    let app = portfolio.app.and_then(|app| config.apps.get(app));
    let app = app.ok_or(SubscribeError::Configuration("the portfolio names no app"))?;
    let verify = app.verify_token.as_ref().ok_or(SubscribeError::Configuration(
        "the app has no verify_token, so the platform's challenge cannot be answered",
    ))?;
    let address = format!("{base}/webhooks/{}", app.name);
    let client = Client::new(&config.upstream)?;
    let mut api = Api::new(&client, config, portfolio, Some(account));
    let body = json!({"override_callback_uri": address, "verify_token": verify.reveal()});
    api.post(&format!("/{account}/subscribed_apps"), &body).await?;
    Ok(address)
}
