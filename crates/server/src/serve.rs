//! One socket for everything: the Graph API, and below `/sandbox/v1` the control API.
//!
//! Promises: stops in order: no new connections, requests under way are answered, what hangs is cut off.
//! Must not know: what is behind the paths.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::serve::ListenerExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{Seat, graph};

/// How long requests that are under way may take once the server stops.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// A running server.
#[must_use = "dropping it stops the server without waiting"]
pub struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
    seat: Seat,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, answers what is under way, then ends the engine.
    pub async fn stop(self) {
        let Running {
            stop, mut task, seat, ..
        } = self;
        // Nobody listens any more if the server has ended by itself.
        let _ = stop.send(());
        if tokio::time::timeout(STOP_PATIENCE, &mut task).await.is_err() {
            tracing::warn!("requests were still under way and are cut off");
            task.abort();
        }
        let ended = tokio::task::spawn_blocking(move || seat.engine().shutdown());
        if ended.await.is_err() {
            tracing::error!("the engine did not end in order");
        }
    }
}

/// Serves the seat on a listener, in the background.
pub fn serve(seat: Seat, listener: TcpListener) -> io::Result<Running> {
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel();
    let router = router(seat.clone());
    // Answers are small and written whole: waiting for more to send only delays them.
    let listener = listener.tap_io(|stream: &mut TcpStream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let server = axum::serve(listener, router).with_graceful_shutdown(async {
        // Also when the handle was dropped.
        let _ = stopped.await;
    });
    let task = tokio::spawn(server.into_future());
    Ok(Running {
        address,
        stop,
        task,
        seat,
    })
}

/// Everything that is served.
pub fn router(seat: Seat) -> Router {
    let health = Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .with_state(seat.clone());
    graph::router(seat).merge(health)
}

/// Whether commands are decided: no cell was stopped, none is being read back.
async fn ready(State(seat): State<Seat>) -> (StatusCode, &'static str) {
    let health = seat.engine().health();
    if health.stopped.is_empty() && health.rebuilding == 0 {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready: see the log")
    }
}

/// Chooses the cryptography of all TLS connections of this process; later calls change nothing.
pub(crate) fn install_tls() {
    // An error says that it was chosen before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
