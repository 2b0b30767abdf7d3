//! The handshake before webhooks go to an address: `hub.mode`, `hub.challenge`, `hub.verify_token`.

use crate::params::pairs;

/// A challenge, as the receiving side reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenge {
    /// What to answer, as the whole body, with status 200.
    pub challenge: String,
    /// What must equal the receiver's own; compare with [`super::signature::same_secret`].
    pub verify_token: String,
}

impl Challenge {
    /// Reads the query of a `GET`; `None` if it is no challenge.
    pub fn parse(query: &str) -> Option<Self> {
        let pairs = pairs(query);
        let value = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
        };
        value("hub.mode").filter(|mode| mode == "subscribe")?;
        Some(Challenge {
            challenge: value("hub.challenge")?,
            verify_token: value("hub.verify_token")?,
        })
    }
}

/// The address to `GET`: `callback` with the challenge behind whatever query it has.
pub fn challenge_address(callback: &str, challenge: u64, verify_token: &str) -> String {
    let number = challenge.to_string();
    let pairs = [
        ("hub.mode", "subscribe"),
        ("hub.challenge", &number),
        ("hub.verify_token", verify_token),
    ];
    // Pairs of text can always be written.
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    let callback = callback.split('#').next().unwrap_or(callback);
    let joint = if callback.contains('?') { '&' } else { '?' };
    format!("{callback}{joint}{query}")
}

/// Whether the answer to a challenge is the right one, else why not, as error 2200 says it.
pub fn check_answer(status: u16, body: &[u8], challenge: u64) -> Result<(), String> {
    if status != 200 {
        return Err(format!(
            "HTTP Status Code = {status}; HTTP Message = the endpoint must answer with 200"
        ));
    }
    if body.trim_ascii() != challenge.to_string().as_bytes() {
        return Err("the body of the answer is not the challenge".to_owned());
    }
    Ok(())
}
