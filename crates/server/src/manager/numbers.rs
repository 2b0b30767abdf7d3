//! The phone numbers of all portfolios: status, quality, limit and throughput side by side (S9, B11).

use askama::Template;
use axum::extract::State;

use super::facts::{self, NumberFacts};
use super::frame::{Frame, Tab};
use super::{Failure, Manager, Page, View};

#[derive(Template)]
#[template(path = "manager/numbers.html")]
pub(super) struct Numbers {
    frame: Frame,
    portfolios: Vec<Group>,
}

struct Group {
    name: String,
    edition: String,
    numbers: Vec<NumberFacts>,
}

/// `GET /manager/numbers`.
pub(super) async fn page(view: View, State(manager): State<Manager>) -> Result<Page<Numbers>, Failure> {
    let now = manager.seat().now();
    let read = move |portfolio: &platform::portfolio::Portfolio| Group {
        name: portfolio.name.clone(),
        edition: portfolio.edition().name().to_owned(),
        numbers: facts::numbers(portfolio, now),
    };
    Ok(Page(Numbers {
        portfolios: manager.read(&view.cells(&manager), read).await?,
        frame: view.frame(&manager, "Phone numbers", Tab::Numbers),
    }))
}
