//! Addresses that say for themselves what they are for and how long they are good: downloads, upload sessions, handles.
//!
//! Promises: only what this seat signed is taken; nothing is stored for an address. Must not know: what is behind it.

use cloud_api::webhook::signature::{same_secret, sign};
use decider::mix;

/// Apart from the other draws of the seat.
const LINKS: u64 = 0x006c_696e_6b73;
/// Characters of a signature in an address: 128 bits.
const CHARS: usize = 32;

/// Signs addresses for one seat.
pub(super) struct Links {
    key: [u8; 32],
}

impl Links {
    pub(super) fn new(seed: u64) -> Self {
        let mut key = [0; 32];
        for (at, word) in key.chunks_mut(8).enumerate() {
            word.copy_from_slice(&mix(mix(seed ^ LINKS) ^ at as u64).to_le_bytes());
        }
        Links { key }
    }

    /// The signature of a text.
    pub(super) fn sign(&self, text: &str) -> String {
        let signed = sign(&self.key, text.as_bytes()).sha256;
        let hex = signed.rsplit('=').next().unwrap_or_default();
        hex.chars().take(CHARS).collect()
    }

    /// Whether a signature is that of a text.
    pub(super) fn is_signed(&self, text: &str, signature: &str) -> bool {
        same_secret(&self.sign(text), signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_signed_is_taken() {
        let (links, other) = (Links::new(7), Links::new(8));
        let signature = links.sign("a");
        assert_eq!(signature.len(), CHARS);
        for (links, text, given, taken) in [
            (&links, "a", signature.as_str(), true),
            (&links, "b", &signature, false),
            (&links, "a", "", false),
            (&other, "a", &signature, false),
        ] {
            assert_eq!(links.is_signed(text, given), taken, "{text} {given}");
        }
    }
}
