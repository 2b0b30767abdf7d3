//! What happened, as far as pages show more of it than the present: counted by day, and the last news.
//!
//! Read from the ledger when a page asks, from where the last page stopped; nobody pays for it who opens no page.
//! Promises: bounded memory a portfolio; what a page shows holds everything that was durable when it was asked for.
//! Must not know: how it is shown.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use decider::{CellId, Millis, Timestamp};
use engine::{Engine, FollowError, Recorded, Subscription};
use platform::ids::{NumberIx, ScopeIx};
use platform::portfolio::explain::is_news;
use platform::{Event, Platform, portfolio};
use rulebook::rating::{Kind, Rating, Signal};

use super::Failure;

/// Days kept: as many as charts show.
pub(super) const DAYS: usize = 30;
/// News kept of a portfolio: some pages of them.
const NEWS_MAX: usize = 2_000;
/// Changes of one rating or limit kept: more than the worst number has in [`DAYS`].
const CHANGES_MAX: usize = 1_000;
/// Events read in one go.
const AT_ONCE: usize = 4_096;

/// The history of a seat.
#[derive(Clone)]
pub(super) struct History(Arc<Mutex<Reading>>);

struct Reading {
    follower: Subscription<Platform>,
    past: Past,
}

/// What is known, by portfolio.
#[derive(Default)]
pub(super) struct Past(BTreeMap<CellId, CellPast>);

/// What is known of one portfolio, or of the directory.
#[derive(Default)]
pub(super) struct CellPast {
    numbers: BTreeMap<NumberIx, NumberPast>,
    /// Changes of the limits, by scope.
    tiers: BTreeMap<u16, VecDeque<TierStep>>,
    news: VecDeque<News>,
}

/// What is known of one number.
#[derive(Default)]
pub(super) struct NumberPast {
    /// The first that was heard of it.
    pub(super) since: Timestamp,
    days: BTreeMap<u64, Day>,
    /// Its ratings: from when, what it was before, what it became.
    ratings: VecDeque<(Timestamp, Rating, Rating)>,
}

/// A change of a limit.
#[derive(Clone, Copy)]
pub(super) struct TierStep {
    pub(super) at: Timestamp,
    /// What it was until then: an index into the edition's tiers.
    pub(super) from: u8,
}

/// Counts of one day (UTC).
#[derive(Clone, Copy, Default)]
pub(super) struct Day {
    /// Sent outside a service window.
    pub(super) initiated: u32,
    /// Sent inside one.
    pub(super) service: u32,
    /// Written by people.
    pub(super) received: u32,
    /// Signals, by [`Kind`], on the day on which they came.
    pub(super) signals: [u32; Kind::ALL.len()],
}

/// Something that people want to read of.
#[derive(Clone)]
pub(super) struct News {
    pub(super) at: Timestamp,
    pub(super) cell: CellId,
    pub(super) sequence: u64,
    pub(super) event: Event,
}

impl History {
    pub(super) fn new(engine: &Engine<Platform>) -> Self {
        let (follower, past) = (engine.watch(), Past::default());
        History(Arc::new(Mutex::new(Reading { follower, past })))
    }

    /// Reads up to what is durable now, then looks. Reading blocks, so it is done elsewhere.
    pub(super) async fn look<T, F>(&self, look: F) -> Result<T, Failure>
    where
        F: FnOnce(&Past) -> T + Send + 'static,
        T: Send + 'static,
    {
        let reading = Arc::clone(&self.0);
        let looked = tokio::task::spawn_blocking(move || {
            let mut reading = reading.lock().unwrap_or_else(PoisonError::into_inner);
            reading.read_up().map(|()| look(&reading.past))
        });
        let told = |error: &dyn std::error::Error| Failure::internal(error.to_string());
        looked
            .await
            .map_err(|error| told(&error))?
            .map_err(|error| told(&error))
    }
}

impl Reading {
    fn read_up(&mut self) -> Result<(), FollowError> {
        loop {
            let events = self.follower.poll(AT_ONCE)?;
            if events.is_empty() {
                return Ok(());
            }
            events.into_iter().for_each(|event| self.past.take(event));
        }
    }
}

impl Past {
    /// What is known of a number.
    pub(super) fn number(&self, cell: CellId, number: NumberIx) -> Option<&NumberPast> {
        self.0.get(&cell)?.numbers.get(&number)
    }

    /// The changes of a scope's limit, oldest first.
    pub(super) fn tiers(&self, cell: CellId, scope: ScopeIx) -> impl Iterator<Item = TierStep> + '_ {
        let tiers = self.0.get(&cell).and_then(|past| past.tiers.get(&scope.0));
        tiers.into_iter().flatten().copied()
    }

    /// The last `most` news of these portfolios, newest first.
    pub(super) fn news(&self, cells: &[CellId], most: usize, wanted: impl Fn(&News) -> bool) -> Vec<News> {
        let of_cells = cells.iter().filter_map(|cell| self.0.get(cell));
        let mut news: Vec<&News> = of_cells
            .flat_map(|past| past.news.iter().rev().filter(|news| wanted(news)).take(most))
            .collect();
        news.sort_by_key(|news| std::cmp::Reverse(news.place()));
        news.into_iter().take(most).cloned().collect()
    }

    fn take(&mut self, recorded: Recorded<Platform>) {
        let past = self.0.entry(recorded.cell).or_default();
        if let Event::Portfolio(event) = &recorded.event {
            past.count(event, recorded.at);
        }
        let is_news = match &recorded.event {
            Event::Portfolio(event) => is_news(event),
            Event::Directory(_) => true,
        };
        if is_news {
            push(&mut past.news, News::of(recorded), NEWS_MAX);
        }
    }
}

impl CellPast {
    fn count(&mut self, event: &portfolio::Event, at: Timestamp) {
        use portfolio::Event as Of;
        match event {
            Of::Staged(e) => {
                self.number(e.number, at);
            }
            Of::Accepted(e) => self.day(e.message.number, at, |day| {
                if e.business_initiated {
                    day.initiated += 1;
                } else {
                    day.service += 1;
                }
            }),
            Of::Received(e) => self.day(e.message.number, at, |day| day.received += 1),
            Of::Signalled(e) => {
                if let Some(signal) = Signal::from_number(e.signal) {
                    self.day(e.number, at, |day| day.signals[signal.kind() as usize] += 1);
                }
            }
            Of::NumberRated(e) => {
                push(
                    &mut self.number(e.number, at).ratings,
                    (at, e.from, e.to),
                    CHANGES_MAX,
                );
            }
            Of::TierChanged(e) => {
                let from = e.from;
                push(
                    self.tiers.entry(e.scope.0).or_default(),
                    TierStep { at, from },
                    CHANGES_MAX,
                );
            }
            _ => {}
        }
    }

    fn number(&mut self, number: NumberIx, at: Timestamp) -> &mut NumberPast {
        self.numbers.entry(number).or_insert_with(|| NumberPast {
            since: at,
            ..NumberPast::default()
        })
    }

    fn day(&mut self, number: NumberIx, at: Timestamp, change: impl FnOnce(&mut Day)) {
        let days = &mut self.number(number, at).days;
        change(days.entry(day_of(at)).or_default());
        while days.len() > DAYS {
            days.pop_first();
        }
    }
}

impl NumberPast {
    /// The counts of a day.
    pub(super) fn day(&self, day: u64) -> Day {
        self.days.get(&day).copied().unwrap_or_default()
    }

    /// The worst rating of a day: the one that it began with, or one that it changed to.
    pub(super) fn rating(&self, day: u64) -> Rating {
        // Before the first change that is still kept it was what that change began with.
        let mut worst = self.ratings.front().map(|(_, before, _)| *before);
        for (at, _, rating) in &self.ratings {
            match day_of(*at) {
                at if at < day => worst = Some(*rating),
                at if at == day => {
                    let known = worst.filter(|worst| *worst != Rating::Unknown);
                    worst = known
                        .filter(|worst| !rating.is_worse_than(*worst))
                        .or(Some(*rating));
                }
                _ => break,
            }
        }
        worst.unwrap_or_default()
    }
}

impl News {
    /// Its place in the order of time.
    pub(super) fn place(&self) -> (Timestamp, CellId, u64) {
        (self.at, self.cell, self.sequence)
    }

    fn of(recorded: Recorded<Platform>) -> Self {
        News {
            at: recorded.at,
            cell: recorded.cell,
            sequence: recorded.sequence,
            event: recorded.event,
        }
    }
}

/// The day of an instant, counted from the epoch.
pub(super) fn day_of(at: Timestamp) -> u64 {
    at.millis() / Millis::DAY.get()
}

fn push<T>(list: &mut VecDeque<T>, item: T, most: usize) {
    list.push_back(item);
    if list.len() > most {
        list.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_shows_its_worst_rating() {
        let at = |hours: u64| Timestamp::from_millis(20_000 * Millis::DAY.get()) + Millis::hours(hours);
        let past = NumberPast {
            ratings: VecDeque::from([
                (at(20), Rating::Unknown, Rating::Green),
                (at(30), Rating::Green, Rating::Red),
                (at(40), Rating::Red, Rating::Yellow),
                (at(60), Rating::Yellow, Rating::Green),
                (at(100), Rating::Green, Rating::Unknown),
            ]),
            ..NumberPast::default()
        };
        let found: Vec<Rating> = (0..7).map(|day| past.rating(19_999 + day)).collect();
        let expected = [
            Rating::Unknown,
            Rating::Green,
            Rating::Red,
            Rating::Yellow,
            Rating::Green,
            Rating::Green,
            Rating::Unknown,
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn before_the_first_change_that_is_kept_it_was_what_that_began_with() {
        let at = Timestamp::from_millis(20_000 * Millis::DAY.get());
        let past = NumberPast {
            ratings: VecDeque::from([(at, Rating::Green, Rating::Yellow)]),
            ..NumberPast::default()
        };
        let found = [19_990, 20_000, 20_001].map(|day| past.rating(day));
        assert_eq!(found, [Rating::Green, Rating::Yellow, Rating::Yellow]);
    }
}
