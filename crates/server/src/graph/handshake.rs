//! The handshake before webhooks go to an address: the address must answer a challenge.
//!
//! Promises: one request, bounded in time and size; no redirects, no proxies. Must not know: what the address is for.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cloud_api::GraphError;
use cloud_api::webhook::challenge::{challenge_address, check_answer};
use decider::mix;

/// The platform waits about as long.
const PATIENCE: Duration = Duration::from_secs(10);
/// A challenge is a number: more than this is no answer to it.
const ANSWER_BYTES_MAX: usize = 1_024;

/// Asks addresses to prove that they want webhooks.
pub(crate) struct Handshake {
    client: Result<reqwest::Client, reqwest::Error>,
    seed: u64,
    asked: AtomicU64,
}

impl Handshake {
    /// A client for challenges drawn from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        crate::serve::install_tls();
        let none = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(none)
            .no_proxy()
            .build();
        Handshake {
            client,
            seed,
            asked: AtomicU64::new(0),
        }
    }

    /// Whether `callback` answers a challenge that carries `verify_token`; else why not (error 2200).
    pub(crate) async fn check(&self, callback: &str, verify_token: &str) -> Result<(), GraphError> {
        let failed = |reason: &str| GraphError::challenge_failed(reason);
        let client = self.client.as_ref().map_err(|error| failed(&error.to_string()))?;
        let count = self.asked.fetch_add(1, Ordering::Relaxed);
        // Nine digits, as the platform's own.
        let challenge = mix(mix(self.seed ^ 0x6861_6e64) ^ count) % 1_000_000_000;
        let address = challenge_address(callback, challenge, verify_token);
        let mut answer = client
            .get(address)
            .send()
            .await
            .map_err(|error| failed(&reason(&error)))?;
        let mut body = Vec::new();
        while body.len() <= ANSWER_BYTES_MAX
            && let Some(chunk) = answer.chunk().await.map_err(|error| failed(&reason(&error)))?
        {
            body.extend_from_slice(&chunk);
        }
        check_answer(answer.status().as_u16(), &body, challenge).map_err(|reason| failed(&reason))
    }
}

/// In words that do not depend on the platform underneath.
fn reason(error: &reqwest::Error) -> String {
    let text = if error.is_builder() {
        "the address is not a valid URL"
    } else if error.is_timeout() {
        "the endpoint did not answer in time"
    } else if error.is_connect() {
        "the endpoint could not be reached"
    } else {
        "the connection broke before the answer was there"
    };
    text.to_owned()
}
