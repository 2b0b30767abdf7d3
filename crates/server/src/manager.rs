//! The Manager: pages in the manner of WhatsApp Manager, below `/manager`.
//!
//! HTML from the server, one file a page; our own style sheet and charts; a few lines of script that redraw a page when
//! something has changed, and nothing else that needs a script. Like the control API it asks for no token: whoever
//! reaches the sandbox's socket owns it.
//! Promises: pages only look; what changes something is a form, and only forms of these pages are heard (`form`).
//! Must not know: the rules, and how anything is stored.

mod answer;
mod appeals;
mod assets;
mod chart;
mod clock;
mod events;
mod facts;
mod faults;
mod filing;
mod form;
mod frame;
mod history;
mod live;
mod mails;
mod notifications;
mod number;
mod numbers;
mod people;
mod person;
mod reviewing;
mod template;
mod templates;
mod volumes;
mod webhooks;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};
use decider::CellId;
use platform::portfolio::Portfolio;
use tokio::sync::watch;

use crate::Seat;
use crate::hooks::Hooks;
use crate::v1::Control;
use answer::{Failure, Page};
use frame::View;
use history::History;

/// Where the Manager is.
pub const PREFIX: &str = "/manager";

/// What every page needs. Clones are handles to the same one.
#[derive(Clone)]
pub struct Manager(Arc<Inner>);

struct Inner {
    control: Control,
    history: History,
    closing: watch::Sender<bool>,
}

impl Manager {
    /// The Manager of what a control API controls.
    pub fn new(control: Control) -> Self {
        let history = History::new(control.seat().engine());
        let closing = watch::Sender::new(false);
        Manager(Arc::new(Inner {
            control,
            history,
            closing,
        }))
    }

    /// Ends live updates, so that no open page holds up the end of the server.
    pub(crate) fn close(&self) {
        self.0.closing.send_replace(true);
    }

    fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    fn control(&self) -> &Control {
        &self.0.control
    }

    fn seat(&self) -> &Seat {
        self.0.control.seat()
    }

    fn hooks(&self) -> &Hooks {
        self.0.control.hooks()
    }

    fn history(&self) -> &History {
        &self.0.history
    }

    /// The cells of all portfolios.
    fn cells(&self) -> std::ops::RangeInclusive<u64> {
        1..=self.seat().view().portfolios.len() as u64
    }

    /// Reads each of these portfolios, in their order.
    async fn read<T, F>(&self, cells: &[CellId], read: F) -> Result<Vec<T>, Failure>
    where
        F: Fn(&Portfolio) -> T + Clone + Send + 'static,
        T: Send + 'static,
    {
        let mut all = Vec::with_capacity(cells.len());
        for cell in cells {
            all.extend(self.seat().query(*cell, read.clone()).await?);
        }
        Ok(all)
    }
}

/// Whether a path is one of the Manager's.
pub(crate) fn is_page(path: &str) -> bool {
    let rest = path.strip_prefix(PREFIX);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The Manager's pages.
pub fn router(manager: Manager) -> Router {
    Router::new()
        .route("/", get(async || Redirect::to(PREFIX)))
        .route(PREFIX, get(numbers::page))
        .route("/manager/numbers", get(numbers::page))
        .route("/manager/numbers/{id}", get(number::page))
        .route("/manager/templates", get(templates::page))
        .route("/manager/volumes", get(volumes::page))
        .route("/manager/templates/review", post(reviewing::review))
        .route("/manager/templates/care", post(reviewing::care))
        .route("/manager/templates/{id}", get(template::page))
        .route("/manager/notifications", get(notifications::page))
        .route("/manager/appeals", get(appeals::page))
        .route("/manager/appeals/number", post(filing::of_number))
        .route("/manager/appeals/violation", post(filing::of_violation))
        .route("/manager/appeals/template", post(filing::of_template))
        .route("/manager/appeals/decide", post(filing::decide))
        .route("/manager/appeals/reverse", post(filing::reverse))
        .route("/manager/appeals/violate", post(filing::violate))
        .route("/manager/people", get(people::page))
        .route("/manager/people/{id}", get(person::page))
        .route("/manager/people/{id}/write", post(person::write))
        .route("/manager/people/{id}/block", post(person::block))
        .route("/manager/people/{id}/unblock", post(person::unblock))
        .route("/manager/events", get(events::page))
        .route("/manager/mails", get(mails::page))
        .route("/manager/faults", get(faults::page).post(faults::add))
        .route("/manager/faults/remove", post(faults::remove))
        .route("/manager/webhooks", get(webhooks::page))
        .route("/manager/webhooks/redeliver", post(webhooks::redeliver))
        .route("/manager/clock", get(clock::page))
        .route("/manager/clock/advance", post(clock::advance))
        .route("/manager/clock/speed", post(clock::speed))
        .route("/manager/live", get(live::stream))
        .route("/manager/manager.css", get(assets::css))
        .route("/manager/live.js", get(assets::js))
        .route("/manager/icon.svg", get(assets::icon))
        .fallback(async || Failure::not_found("page"))
        .with_state(manager)
}
