//! What is behind the socket at the moment, and its replacement as a whole when the sandbox starts anew.

use std::sync::{Arc, PoisonError, RwLock, Weak};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, Response, StatusCode};
use axum::response::IntoResponse;
use tokio::sync::Mutex;
use tower::ServiceExt;

use super::ServeConfig;
use crate::graph::Graph;
use crate::hooks::{Hooks, HooksConfig, HooksError};
use crate::manager::{self, Manager};
use crate::origin::is_local;
use crate::v1::{self, Control, Reset};
use crate::{DefaultAccount, Image, Seat, Storage};

/// Holds what answers requests.
pub(super) struct Stage {
    live: RwLock<Arc<Live>>,
    config: ServeConfig,
    /// One start at a time.
    resetting: Mutex<()>,
}

/// A seat and everything that speaks for it.
pub(super) struct Live {
    seat: Seat,
    hooks: Hooks,
    graph: Graph,
    control: Router,
    manager: Manager,
    pages: Router,
}

impl Stage {
    pub(super) fn new(seat: Seat, config: ServeConfig) -> Result<Arc<Self>, HooksError> {
        let hooks = hooks(&seat, &config)?;
        let live = |stage: &Weak<Stage>| {
            let live = RwLock::new(Arc::new(Live::new(seat, hooks, stage)));
            Stage {
                live,
                config,
                resetting: Mutex::default(),
            }
        };
        Ok(Arc::new_cyclic(live))
    }

    /// What answers now.
    pub(super) fn now(&self) -> Arc<Live> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Forgets everything: a new seat from the same settings, or of an image, takes the place of the old one. An error
    /// changes nothing.
    async fn start_anew(self: Arc<Self>, image: Option<Image>) -> Result<DefaultAccount, String> {
        let turn = self.resetting.lock().await;
        let old = self.now();
        let config = old.seat.config().clone();
        let open = move || match image {
            Some(image) => Seat::open_image(config, image),
            None => Seat::open(config),
        };
        let opened = tokio::task::spawn_blocking(open).await;
        let seat = opened
            .map_err(|error| error.to_string())?
            .map_err(|error| error.to_string())?;
        let account = seat.first_start().await.map_err(|error| error.to_string())?;
        let hooks = hooks(&seat, &self.config).map_err(|error| error.to_string())?;
        let fresh = Arc::new(Live::new(seat, hooks, &Arc::downgrade(&self)));
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        old.end().await;
        drop(turn);
        Ok(account)
    }
}

impl Live {
    fn new(seat: Seat, hooks: Hooks, stage: &Weak<Stage>) -> Self {
        let ephemeral = matches!(seat.config().storage, Storage::Ephemeral);
        let reset = ephemeral.then(|| reset(Weak::clone(stage)));
        let control = Control::new(seat.clone(), hooks.clone(), reset);
        let manager = Manager::new(control.clone());
        Live {
            graph: Graph::new(seat.clone()),
            seat,
            hooks,
            control: v1::router(control),
            pages: manager::router(manager.clone()),
            manager,
        }
    }

    /// Nearly all requests are Graph calls: they take the short way.
    pub(super) async fn answer(&self, request: Request, on_loopback: bool) -> Response<Body> {
        match request.uri().path() {
            "/healthz" => "ok".into_response(),
            "/readyz" => self.ready().into_response(),
            path if on_loopback && is_owners(path) && !is_local(request.headers()) => rebound(),
            path if path.starts_with(v1::PREFIX) => answered(&self.control, request).await,
            path if manager::is_page(path) || is_home(&request) => answered(&self.pages, request).await,
            _ => self.graph.handle(request).await,
        }
    }

    /// Whether commands are decided: no cell was stopped, none is being read back.
    fn ready(&self) -> (StatusCode, &'static str) {
        let health = self.seat.engine().health();
        if health.stopped.is_empty() && health.rebuilding == 0 {
            (StatusCode::OK, "ready")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready: see the log")
        }
    }

    /// Ends what goes on as long as somebody looks on.
    pub(super) fn close(&self) {
        self.manager.close();
    }

    /// Ends webhooks, then the engine; what still waits for an answer gets one.
    pub(super) async fn end(&self) {
        self.close();
        self.hooks.stop().await;
        let engine = self.seat.engine().clone();
        if tokio::task::spawn_blocking(move || engine.shutdown())
            .await
            .is_err()
        {
            tracing::error!("the engine did not end in order");
        }
    }
}

fn hooks(seat: &Seat, config: &ServeConfig) -> Result<Hooks, HooksError> {
    Hooks::with_mail(seat, HooksConfig::default(), config.mail.as_ref())
}

/// What is for whoever owns the sandbox, not for its apps.
fn is_owners(path: &str) -> bool {
    path.starts_with(v1::PREFIX) || manager::is_page(path)
}

/// The answer to who calls this machine by a name of somebody else.
fn rebound() -> Response<Body> {
    let text = "This sandbox listens on loopback: call it as localhost or 127.0.0.1.\n";
    (StatusCode::MISDIRECTED_REQUEST, text).into_response()
}

/// What a browser asks for when only the host was typed. With a query, or posted, it is a Graph call: a list of ids, a batch.
fn is_home(request: &Request) -> bool {
    let uri = request.uri();
    request.method() == Method::GET && uri.path() == "/" && uri.query().is_none()
}

async fn answered(router: &Router, request: Request) -> Response<Body> {
    match router.clone().oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

fn reset(stage: Weak<Stage>) -> Reset {
    Arc::new(move |image| {
        let stage = stage.upgrade();
        Box::pin(async move {
            match stage {
                Some(stage) => stage.start_anew(image).await,
                None => Err("the server is stopping".to_owned()),
            }
        })
    })
}
