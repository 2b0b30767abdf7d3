//! Signatures over the exact bytes of a webhook, and comparing secrets without telling how far they agree.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The header of today.
pub const HEADER: &str = "X-Hub-Signature-256";
/// The older header, which some clients still read.
pub const HEADER_LEGACY: &str = "X-Hub-Signature";

/// The values of both headers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// For [`HEADER`]: `sha256=` and lower-case hex.
    pub sha256: String,
    /// For [`HEADER_LEGACY`]: `sha1=` and lower-case hex.
    pub sha1: String,
}

/// Signs the bytes of a body with the app's secret.
pub fn sign(app_secret: &[u8], body: &[u8]) -> Signature {
    Signature {
        sha256: hex(
            "sha256=",
            &keyed::<Hmac<Sha256>>(app_secret, body).finalize().into_bytes(),
        ),
        sha1: hex(
            "sha1=",
            &keyed::<Hmac<Sha1>>(app_secret, body).finalize().into_bytes(),
        ),
    }
}

/// True if `header`, the value of [`HEADER`] as it came, signs these bytes. Takes the same time wherever it differs.
pub fn verify(app_secret: &[u8], body: &[u8], header: &str) -> bool {
    let Some(digest) = header.trim().strip_prefix("sha256=").and_then(unhex) else {
        return false;
    };
    keyed::<Hmac<Sha256>>(app_secret, body)
        .verify_slice(&digest)
        .is_ok()
}

/// True if two secrets are the same; takes the same time wherever they differ.
pub fn same_secret(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

fn keyed<M: Mac + KeyInit>(key: &[u8], body: &[u8]) -> M {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(body);
    mac
}

fn hex(prefix: &str, bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(prefix.len() + 2 * bytes.len());
    text.push_str(prefix);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match *pair {
            [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
            _ => None,
        })
        .collect()
}
