//! Long answers: written on a thread that may block, sent as they come.
//!
//! Promises: memory for a few chunks; whoever hangs up ends the writing; an error cuts the answer off, so that half of it
//! is not taken for all. Must not know: what is written.

use std::io::{self, Write};

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::sync::mpsc;

/// Bytes sent at once.
const CHUNK: usize = 64 << 10;
/// Chunks written and not sent.
const AHEAD: usize = 4;

/// A body of what `write` writes.
pub(super) fn body<E: std::error::Error>(
    what: &'static str,
    write: impl FnOnce(&mut dyn Write) -> Result<(), E> + Send + 'static,
) -> Body {
    let (to, mut chunks) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut out = Chunks {
            to,
            chunk: Vec::with_capacity(CHUNK),
        };
        if let Err(error) = write(&mut out) {
            tracing::warn!(%error, "{what} was not written to its end");
            // Whoever listens has hung up, or hears of it.
            let _ = out.to.blocking_send(Err(io::Error::other(error.to_string())));
        }
    });
    Body::from_stream(stream::poll_fn(move |context| chunks.poll_recv(context)))
}

struct Chunks {
    to: mpsc::Sender<io::Result<Bytes>>,
    chunk: Vec<u8>,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.chunk.extend_from_slice(bytes);
        if self.chunk.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
        let sent = self.to.blocking_send(Ok(chunk.into()));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}
