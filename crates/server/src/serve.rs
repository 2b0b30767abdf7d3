//! One socket for everything: the Graph API, below `/sandbox/v1` the control API, below `/manager` pages, and whether the
//! server is well.
//!
//! Promises: stops in order: no new connections, requests under way are answered, what hangs is cut off, then webhooks
//! and engine end. A sandbox that keeps no data can start anew behind the same socket.
//! Must not know: what is behind the paths.

mod stage;
mod tls;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::ServiceExt;
use axum::extract::Request;
use axum::serve::{IncomingStream, ListenerExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Seat;
use crate::graph::Scheme;
use crate::notify::MailConfig;
use stage::Stage;
use tls::Doors;

pub use tls::{Tls, TlsError};

/// How long requests that are under way may take once the server stops.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// A running server.
#[must_use = "dropping it stops the server without waiting"]
pub struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
    stage: Arc<Stage>,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, answers what is under way, then ends webhooks and engine.
    pub async fn stop(self) {
        let Running {
            stop,
            mut task,
            stage,
            ..
        } = self;
        // Nobody listens any more if the server has ended by itself.
        let _ = stop.send(());
        if tokio::time::timeout(STOP_PATIENCE, &mut task).await.is_err() {
            tracing::warn!("requests were still under way and are cut off");
            task.abort();
        }
        stage.now().end().await;
    }
}

/// What a server does beside answering.
#[derive(Clone, Default)]
pub struct ServeConfig {
    /// Answers both plainly and over TLS; `None`: plainly only.
    pub tls: Option<Tls>,
    /// Through which server administrators get mail; `None`: they get none.
    pub mail: Option<MailConfig>,
}

/// Serves the seat on a listener, in the background.
pub fn serve(seat: Seat, listener: TcpListener) -> io::Result<Running> {
    serve_with(seat, listener, ServeConfig::default())
}

/// The same, with what is not the usual.
pub fn serve_with(seat: Seat, listener: TcpListener, config: ServeConfig) -> io::Result<Running> {
    let address = listener.local_addr()?;
    let tls = config.tls.clone();
    let stage = Stage::new(seat, config).map_err(io::Error::other)?;
    let on_loopback = address.ip().is_loopback();
    let (stop, stopped) = oneshot::channel();
    let closing = Arc::clone(&stage);
    let stopped = async move {
        // Also when the handle was dropped.
        let _ = stopped.await;
        closing.now().close();
    };
    let behind = Arc::clone(&stage);
    let service = move |scheme: Scheme| {
        let behind = Arc::clone(&behind);
        tower::service_fn(move |mut request: Request| {
            if scheme == Scheme::Https {
                request.extensions_mut().insert(scheme);
            }
            let live = behind.now();
            async move { Ok::<_, Infallible>(live.answer(request, on_loopback).await) }
        })
    };
    let task = match tls {
        None => {
            // Answers are small and written whole: waiting for more to send only delays them.
            let listener = listener.tap_io(|stream: &mut TcpStream| {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection keeps its delay");
                }
            });
            let server = axum::serve(listener, service(Scheme::Http).into_make_service());
            tokio::spawn(server.with_graceful_shutdown(stopped).into_future())
        }
        Some(tls) => {
            let of_door = tower::service_fn(move |door: IncomingStream<'_, Doors>| {
                let scheme = if door.io().is_tls() {
                    Scheme::Https
                } else {
                    Scheme::Http
                };
                std::future::ready(Ok::<_, Infallible>(service(scheme)))
            });
            let server = axum::serve(Doors::new(listener, tls)?, of_door);
            tokio::spawn(server.with_graceful_shutdown(stopped).into_future())
        }
    };
    Ok(Running {
        address,
        stop,
        task,
        stage,
    })
}

/// Chooses the cryptography of all TLS connections of this process; later calls change nothing.
pub(crate) fn install_tls() {
    // An error says that it was chosen before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
