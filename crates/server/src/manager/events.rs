//! The feed of events: what happened and why, newest first.

use askama::Template;
use axum::extract::{Query, State};
use decider::{CellId, Timestamp};
use platform::directory::DIRECTORY;
use platform::{Event, portfolio};
use serde::Deserialize;

use super::frame::{Frame, Tab};
use super::history::{News, Past};
use super::words::{When, when};
use super::{Failure, Manager, Page, View};
use crate::v1::events::{in_words, kind};

/// Events of a page.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "manager/events.html")]
pub(super) struct Events {
    frame: Frame,
    kinds: Vec<Kind>,
    /// The chosen portfolio.
    portfolio: Option<String>,
    events: Vec<Told>,
    /// Where older ones are.
    older: Option<String>,
}

/// An event in words.
pub(super) struct Told {
    pub(super) at: When,
    pub(super) portfolio: String,
    pub(super) kind: &'static str,
    pub(super) text: String,
}

/// A kind of event to choose.
struct Kind {
    word: &'static str,
    label: &'static str,
    chosen: bool,
}

/// Which events.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    about: String,
    before: String,
}

const ABOUT: [(&str, &str); 7] = [
    ("", "Everything"),
    ("ratings", "Ratings and flags"),
    ("limits", "Limits"),
    ("templates", "Templates"),
    ("people", "People and messages"),
    ("policy", "Policy and appeals"),
    ("accounts", "Accounts and apps"),
];

/// `GET /manager/events`.
pub(super) async fn page(
    view: View,
    State(manager): State<Manager>,
    Query(which): Query<Which>,
) -> Result<Page<Events>, Failure> {
    let mut cells = view.cells(&manager);
    let portfolio = view.chosen();
    if portfolio.is_none() {
        cells.push(DIRECTORY);
    }
    let before = read_place(&which.before);
    let known = ABOUT.iter().find(|(word, _)| *word == which.about);
    let about = known.map_or("", |(word, _)| word);
    let wanted = move |news: &News| {
        before.is_none_or(|before| news.place() < before)
            && (about.is_empty() || about == subject(&news.event))
    };
    let look = move |past: &Past| past.news(&cells, PAGE + 1, wanted);
    let mut news = manager.history().look(look).await?;
    let more = news.len() > PAGE;
    news.truncate(PAGE);
    let last = news.last().map(News::place).filter(|_| more);
    let older = last.map(|(at, cell, sequence)| {
        let place = format!("{}.{}.{sequence}", at.millis(), cell.0);
        let portfolio = portfolio.as_deref().unwrap_or_default();
        format!("/manager/events?about={about}&portfolio={portfolio}&before={place}")
    });
    let kinds = ABOUT.map(|(word, label)| Kind {
        word,
        label,
        chosen: about == word,
    });
    Ok(Page(Events {
        frame: view.frame(&manager, "Events", Tab::Events),
        kinds: kinds.into(),
        portfolio,
        events: told(&manager, news).await?,
        older,
    }))
}

/// News in words.
pub(super) async fn told(manager: &Manager, news: Vec<News>) -> Result<Vec<Told>, Failure> {
    let places: Vec<(Timestamp, CellId)> = news.iter().map(|news| (news.at, news.cell)).collect();
    let events: Vec<(CellId, Event)> = news.into_iter().map(|news| (news.cell, news.event)).collect();
    let texts = in_words(manager.seat(), &events).await?;
    let directory = manager.seat().view();
    let name = |cell: CellId| {
        let ix = usize::try_from(cell.0).ok()?.checked_sub(1)?;
        directory.portfolios.get(ix).cloned()
    };
    Ok(places
        .into_iter()
        .zip(&events)
        .zip(texts)
        .map(|(((at, cell), (_, event)), text)| Told {
            at: when(at),
            portfolio: name(cell).unwrap_or_default(),
            kind: kind(event),
            text,
        })
        .collect())
}

/// What an event is about, by the words of [`ABOUT`].
fn subject(event: &Event) -> &'static str {
    use portfolio::Event as Of;
    let Event::Portfolio(event) = event else {
        return "accounts";
    };
    match event {
        Of::NumberRated(_)
        | Of::NumberHeld(_)
        | Of::Flagged(_)
        | Of::FlagEnded(_)
        | Of::FlagExtended(_)
        | Of::Filtered(_)
        | Of::Throttled(_) => "ratings",
        Of::Violated(_)
        | Of::ViolationEnded(_)
        | Of::AppealFiled(_)
        | Of::AppealDecided(_)
        | Of::MisuseFound(_)
        | Of::MisuseEnded(_)
        | Of::WatchSet(_)
        | Of::PathsDeclared(_)
        | Of::TestBegun(_)
        | Of::TesterRead(_)
        | Of::TestEnded(_) => "policy",
        Of::LimitReached(_)
        | Of::LimitFreed(_)
        | Of::TierChanged(_)
        | Of::ThroughputSet(_)
        | Of::ThroughputExpected(_)
        | Of::ThroughputRaising(_)
        | Of::AnalysisBegan(_)
        | Of::Analysed(_)
        | Of::UpgradeExpected(_)
        | Of::UpgradeMissed(_) => "limits",
        Of::TemplateRated(_)
        | Of::TemplateCreated(_)
        | Of::TemplateReviewed(_)
        | Of::TemplateEdited(_)
        | Of::TemplateDeleted(_)
        | Of::TemplatePaused(_)
        | Of::TemplateUnpaused(_)
        | Of::TemplateDisabled(_)
        | Of::PacingJudged(_)
        | Of::PacingPaused(_)
        | Of::CategoryNoticed(_)
        | Of::CategoryChanged(_)
        | Of::CategoryReviewAsked(_)
        | Of::CategoryReviewed(_)
        | Of::Archived(_)
        | Of::Unarchived(_)
        | Of::HeldReleased(_)
        | Of::HeldDropped(_) => "templates",
        Of::Received(_)
        | Of::Failed(_)
        | Of::Refused(_)
        | Of::Signalled(_)
        | Of::Unblocked(_)
        | Of::MarketingStopped(_)
        | Of::MarketingResumed(_)
        | Of::UserBlocked(_)
        | Of::UserUnblocked(_)
        | Of::CameByEntryPoint(_)
        | Of::MagicRefused(_)
        | Of::Acted(_)
        | Of::LinkFollowed(_)
        | Of::Clicked(_)
        | Of::MediumStored(_)
        | Of::MediumDeleted(_)
        | Of::SentAsMarketing(_) => "people",
        _ => "accounts",
    }
}

fn read_place(text: &str) -> Option<(Timestamp, CellId, u64)> {
    let parts: Vec<u64> = text.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [at, cell, sequence] = parts[..] else {
        return None;
    };
    Some((Timestamp::from_millis(at), CellId(cell), sequence))
}
