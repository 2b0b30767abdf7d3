//! What stands around every page: where one is, what time it is, whose portfolios are shown.

use axum::extract::FromRequestParts;
use axum::extract::Query;
use axum::http::request::Parts;
use decider::CellId;
use serde::Deserialize;

use super::words::{When, when};
use super::{Failure, Manager};
use crate::ids::portfolio_id;
use crate::v1::ids;

/// Portfolios shown together at most: one more is chosen by its name.
const TOGETHER: usize = 50;

/// The tabs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Numbers,
    Volumes,
    Templates,
    Notifications,
    Appeals,
    People,
    Events,
    Webhooks,
    Mails,
    Faults,
    Clock,
}

impl Tab {
    const ALL: [(Tab, &'static str, &'static str); 11] = [
        (Tab::Numbers, "Phone numbers", "/manager/numbers"),
        (Tab::Volumes, "Volumes", "/manager/volumes"),
        (Tab::Templates, "Templates", "/manager/templates"),
        (Tab::Notifications, "Notifications", "/manager/notifications"),
        (Tab::Appeals, "Restrictions and appeals", "/manager/appeals"),
        (Tab::People, "People", "/manager/people"),
        (Tab::Events, "Events", "/manager/events"),
        (Tab::Webhooks, "Webhooks", "/manager/webhooks"),
        (Tab::Mails, "Mail", "/manager/mails"),
        (Tab::Faults, "Faults", "/manager/faults"),
        (Tab::Clock, "Clock", "/manager/clock"),
    ];
}

/// What is around a page.
pub(super) struct Frame {
    pub(super) title: String,
    pub(super) links: Vec<Link>,
    /// The page of its tab: where one comes by choosing another portfolio.
    pub(super) home: &'static str,
    pub(super) now: When,
    /// How the clock runs.
    pub(super) pace: String,
    pub(super) portfolios: Vec<Named>,
    /// What was done by the form that led here.
    pub(super) done: Option<&'static str>,
}

/// A tab.
pub(super) struct Link {
    pub(super) name: &'static str,
    pub(super) address: String,
    pub(super) here: bool,
}

/// A portfolio to choose.
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) chosen: bool,
}

/// The query of a page.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    portfolio: String,
    done: String,
}

/// Which portfolios a page is about, and what was done before it.
pub(super) struct View {
    /// The one that was chosen.
    chosen: Option<CellId>,
    done: Option<&'static str>,
}

impl FromRequestParts<Manager> for View {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, manager: &Manager) -> Result<Self, Failure> {
        let Query(asked) = Query::<Asked>::try_from_uri(&parts.uri).unwrap_or_default();
        let chosen = match asked.portfolio.as_str() {
            "" => None,
            id => Some(ids::portfolio(id)?),
        };
        if chosen.is_some_and(|cell| !manager.cells().contains(&cell.0)) {
            return Err(Failure::not_found("portfolio"));
        }
        let done = super::form::Done::told(&asked.done);
        Ok(View { chosen, done })
    }
}

impl View {
    /// The same of one portfolio: that of the thing that the page is about.
    pub(super) fn at(self, cell: CellId) -> Self {
        View {
            chosen: Some(cell),
            ..self
        }
    }

    /// The portfolios that are shown: the chosen one, or the first.
    pub(super) fn cells(&self, manager: &Manager) -> Vec<CellId> {
        match self.chosen {
            Some(cell) => vec![cell],
            None => manager.cells().take(TOGETHER).map(CellId).collect(),
        }
    }

    /// The one portfolio that is shown where only one can be.
    pub(super) fn cell(&self, manager: &Manager) -> Option<CellId> {
        self.cells(manager).first().copied()
    }

    /// The id of the chosen portfolio.
    pub(super) fn chosen(&self) -> Option<String> {
        self.chosen.map(|cell| portfolio_id(cell).to_string())
    }

    /// What goes behind an address to stay with the chosen portfolio.
    pub(super) fn query(&self) -> String {
        let query = |cell| format!("?portfolio={}", portfolio_id(cell));
        self.chosen.map_or_else(String::new, query)
    }

    pub(super) fn frame(&self, manager: &Manager, title: impl Into<String>, here: Tab) -> Frame {
        let directory = manager.seat().view();
        let named = |(cell, name): (u64, &String)| Named {
            id: portfolio_id(CellId(cell)).to_string(),
            name: name.clone(),
            chosen: self.chosen == Some(CellId(cell)),
        };
        let portfolios: Vec<Named> = (1..).zip(&directory.portfolios).map(named).collect();
        let link = |(tab, name, address): (Tab, &'static str, &str)| Link {
            name,
            address: format!("{address}{}", self.query()),
            here: tab == here,
        };
        let home = Tab::ALL.into_iter().find(|(tab, ..)| *tab == here);
        Frame {
            title: title.into(),
            home: home.map_or(super::PREFIX, |(.., address)| address),
            links: Tab::ALL.into_iter().map(link).collect(),
            now: when(manager.seat().now()),
            pace: pace(manager),
            portfolios,
            done: self.done,
        }
    }
}

/// How the clock runs, in words.
pub(super) fn pace(manager: &Manager) -> String {
    let clock = manager.seat().clock();
    match clock.speed() {
        _ if !clock.is_virtual() => "the system's clock".to_owned(),
        0.0 => "stands still".to_owned(),
        1.0 => "runs".to_owned(),
        speed => format!("runs {speed} times as fast"),
    }
}
