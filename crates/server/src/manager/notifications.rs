//! What the administrators were told (S8): what happened, why, and what to do about it.

use askama::Template;
use axum::extract::State;
use decider::CellId;
use platform::portfolio::Portfolio;
use platform::portfolio::notices::is_notice;
use platform::{Event, portfolio};

use super::frame::{Frame, Tab};
use super::history::{News, Past};
use super::words::{When, when};
use super::{Failure, Manager, Page, View};

/// Notices on the page: the newest.
const SHOWN_MAX: usize = 200;

#[derive(Template)]
#[template(path = "manager/notifications.html")]
pub(super) struct Notifications {
    frame: Frame,
    notices: Vec<NoticeRow>,
}

/// A notice.
struct NoticeRow {
    at: When,
    portfolio: String,
    subject: String,
    reason: String,
    advice: String,
    /// Who was told by mail.
    told: Vec<String>,
}

/// `GET /manager/notifications`.
pub(super) async fn page(view: View, State(manager): State<Manager>) -> Result<Page<Notifications>, Failure> {
    let cells = view.cells(&manager);
    let look = move |past: &Past| {
        past.news(&cells, SHOWN_MAX, |news: &News| {
            of_portfolio(news).is_some_and(is_notice)
        })
    };
    let news = manager.history().look(look).await?;
    let mut placed = Vec::with_capacity(news.len());
    let mut cells: Vec<CellId> = news.iter().map(|news| news.cell).collect();
    cells.sort_unstable();
    cells.dedup();
    for cell in cells {
        let own: Vec<(usize, News)> = news
            .iter()
            .cloned()
            .enumerate()
            .filter(|(_, news)| news.cell == cell)
            .collect();
        let read = move |portfolio: &Portfolio| -> Vec<(usize, NoticeRow)> {
            own.iter()
                .filter_map(|(place, news)| Some((*place, row(portfolio, news)?)))
                .collect()
        };
        placed.extend(manager.seat().query(cell, read).await?.into_iter().flatten());
    }
    placed.sort_unstable_by_key(|(place, _)| *place);
    Ok(Page(Notifications {
        notices: placed.into_iter().map(|(_, row)| row).collect(),
        frame: view.frame(&manager, "Notifications", Tab::Notifications),
    }))
}

fn of_portfolio(news: &News) -> Option<&portfolio::Event> {
    match &news.event {
        Event::Portfolio(event) => Some(event),
        Event::Directory(_) => None,
    }
}

fn row(portfolio: &Portfolio, news: &News) -> Option<NoticeRow> {
    let notice = portfolio.notice(of_portfolio(news)?, news.at)?;
    Some(NoticeRow {
        at: when(news.at),
        portfolio: portfolio.name.clone(),
        subject: notice.subject,
        reason: notice.reason,
        advice: notice.advice,
        told: portfolio.told(news.at).map(|who| who.email.clone()).collect(),
    })
}
