//! Keys and tokens that the gateway makes for itself: the only place that draws from the operating system's randomness.
//!
//! Promises: a key file is made once, whole, and readable by its owner only; a token is known by its hash.
//! Must not know: what the keys protect.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The file of the gateway's key in its data directory.
const KEY_FILE: &str = "gateway.key";
/// The file of the first token in the data directory.
pub(crate) const TOKEN_FILE: &str = "local-token";
/// How every token begins, so that whoever finds one knows what it is.
const TOKEN_PREFIX: &str = "gst_";

/// The gateway's own key, from which others derive.
#[derive(Clone)]
pub(crate) struct Keys([u8; 32]);

impl Keys {
    /// Of a data directory, made if there is none; drawn anew without a directory.
    pub(crate) fn of(dir: Option<&Path>) -> io::Result<Keys> {
        let Some(dir) = dir else { return Ok(Keys(drawn()?)) };
        let path = dir.join(KEY_FILE);
        match std::fs::read(&path) {
            Ok(bytes) => bytes.try_into().map(Keys).map_err(|_| {
                let what = format!("{} does not hold a key of this program", path.display());
                io::Error::new(io::ErrorKind::InvalidData, what)
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = drawn()?;
                write_private(&path, &key)?;
                Ok(Keys(key))
            }
            Err(error) => Err(error),
        }
    }

    /// Names this installation in what goes upstream.
    pub(crate) fn installation(&self) -> u32 {
        let digest = self.derived("installation");
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    /// Everything that is drawn derives from it.
    pub(crate) fn seed(&self) -> u64 {
        let digest = self.derived("seed");
        digest[..8]
            .iter()
            .fold(0, |seed, byte| seed << 8 | u64::from(*byte))
    }

    /// Seals links to media.
    pub(crate) fn links(&self) -> [u8; 32] {
        self.derived("links")
    }

    fn derived(&self, purpose: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(purpose.as_bytes());
        hash.finalize().into()
    }
}

/// A new token.
pub(crate) fn new_token() -> io::Result<String> {
    Ok(format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(drawn()?)))
}

/// An idempotency key of an app as the seat keeps it: its own for each number.
pub(crate) fn idempotency(number: u64, key: &str) -> u128 {
    let digest = Sha256::new()
        .chain_update(number.to_be_bytes())
        .chain_update(key)
        .finalize();
    digest[..16]
        .iter()
        .fold(0, |key, byte| key << 8 | u128::from(*byte))
}

/// What a token is known by.
pub(crate) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Writes a file that only its owner can read, whole or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = path.with_extension("partial");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&partial, path)
}

#[expect(clippy::disallowed_methods, reason = "this is the place that draws keys")]
fn drawn() -> io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_its_owner() {
        let dir = tempfile::tempdir().expect("a directory");
        let first = Keys::of(Some(dir.path())).expect("a key");
        let again = Keys::of(Some(dir.path())).expect("the same key");
        assert_eq!((first.links(), first.seed()), (again.links(), again.seed()));
        assert_ne!(first.links(), Keys::of(None).expect("another").links());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join(KEY_FILE))
                .expect("the file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(dir.path().join(KEY_FILE), b"short").expect("written");
        assert!(Keys::of(Some(dir.path())).is_err());
    }

    #[test]
    fn tokens_differ() {
        let (one, other) = (new_token().expect("a token"), new_token().expect("another"));
        assert_ne!(one, other);
        assert_ne!(token_hash(&one), token_hash(&other));
        assert_eq!((one.len(), &one[..4]), (47, "gst_"));
    }
}
