//! One socket for everything: the Graph API, webhooks, media, the native API, health and metrics.
//!
//! Promises: stops in order: no new connections, requests under way are answered, what is in flight is settled, then
//! relay and engine end. Must not know: what is behind the paths.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::ServiceExt;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use axum::serve::ListenerExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::gateway::Gateway;
use crate::metrics::Levels;
use crate::wire::links;
use crate::{follow, graph, hooks, v1};

/// How long what is under way may take once the gateway stops: longer than most upstream calls.
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// A running gateway with its socket.
#[must_use = "dropping it stops the gateway without waiting"]
pub struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
    gateway: Gateway,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is behind the socket.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// Takes no more connections, answers what is under way, settles what is in flight, then ends relay and engine.
    pub async fn stop(self) {
        let Running {
            stop,
            mut task,
            gateway,
            ..
        } = self;
        gateway.close();
        // Nobody listens any more if the server has ended by itself.
        let _ = stop.send(());
        if tokio::time::timeout(STOP_PATIENCE, &mut task).await.is_err() {
            tracing::warn!("requests were still under way and are cut off");
            task.abort();
        }
        gateway.settle(STOP_PATIENCE).await;
        gateway.end().await;
    }
}

/// Serves a gateway on a listener, in the background.
pub fn serve(gateway: Gateway, listener: TcpListener) -> io::Result<Running> {
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel();
    let stopped = async move {
        // Also when the handle was dropped.
        let _ = stopped.await;
    };
    let native = v1::router(gateway.clone());
    let behind = gateway.clone();
    let service = tower::service_fn(move |request: Request| {
        let (gateway, native) = (behind.clone(), native.clone());
        async move { Ok::<_, Infallible>(answer(&gateway, native, request).await) }
    });
    // Answers are small and written whole: waiting for more to send only delays them.
    let listener = listener.tap_io(|stream: &mut TcpStream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let server = axum::serve(listener, service.into_make_service());
    let task = tokio::spawn(server.with_graceful_shutdown(stopped).into_future());
    Ok(Running {
        address,
        stop,
        task,
        gateway,
    })
}

/// Nearly all requests are Graph calls: they take the short way.
async fn answer(gateway: &Gateway, native: axum::Router, request: Request) -> Response<Body> {
    match request.uri().path() {
        "/healthz" => return "ok".into_response(),
        "/readyz" => return ready(gateway).into_response(),
        "/metrics" => return metrics(gateway).await,
        _ => {}
    }
    follow::catch_up(gateway).await;
    match request.uri().path() {
        path if path.starts_with(v1::PREFIX) => v1::answer(native, request).await,
        path if path.starts_with(hooks::PREFIX) => hooks::handle(gateway, request).await,
        path if path.starts_with(links::MEDIA) => graph::media::handle(gateway, request).await,
        _ => graph::handle(gateway, request).await,
    }
}

/// Whether commands are decided: no cell was stopped, none is being read back.
fn ready(gateway: &Gateway) -> (StatusCode, &'static str) {
    let health = gateway.seat().engine().health();
    if health.stopped.is_empty() && health.rebuilding == 0 && !gateway.closing() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready: see the log")
    }
}

async fn metrics(gateway: &Gateway) -> Response<Body> {
    let relay = gateway.relay().clone();
    let counts = tokio::task::spawn_blocking(move || relay.counts()).await;
    let (pending, dead_letters) = counts.ok().and_then(Result::ok).unwrap_or_default();
    let health = gateway.seat().engine().health();
    let text = gateway.metrics().text(Levels {
        under_way: gateway.sends_under_way() as u64,
        pending,
        dead_letters,
        waiting: health.queue_depth as u64,
        stopped: health.stopped.len() as u64,
    });
    (
        [(
            CONTENT_TYPE,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        )],
        text,
    )
        .into_response()
}
