//! The first step at work: what a portfolio has verified, and where each limit is on its way off the lowest tier.
//!
//! Promises: a limit that is past its first step, or needs none, keeps nothing of it.
//! Must not know: which path leads on, what an analysis comes to (`rulebook::first_step`).

use decider::{Timestamp, mix};
use rulebook::first_step::{FirstStep, Outcome, Path};
use rulebook::window::{Window, WindowParts};
use serde::{Deserialize, Serialize};

use super::Portfolio;
use super::agenda::Due;
use super::event::{Analysed, AnalysisBegan, Verified};
use super::number::is_connected;
use super::scope::Scope;
use super::snapshot::sections::{Section, write};
use crate::ids::{ContactIx, NumberIx, ScopeIx};

/// What a portfolio has verified: a set of [`Path`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification(u8);

impl Verification {
    /// Whether this path was taken.
    pub fn has(self, path: Path) -> bool {
        self.0 & path.bit() != 0
    }

    /// Whether the business is verified, by whomever.
    pub fn business(self) -> bool {
        self.has(Path::Business) || self.has(Path::Partner)
    }

    /// What was verified, in the order of the paths.
    pub fn iter(self) -> impl Iterator<Item = Path> {
        Path::ALL.into_iter().filter(move |path| self.has(*path))
    }

    pub(super) fn bits(self) -> u8 {
        self.0
    }
}

/// Where a limit is on its way off the lowest tier.
#[derive(Debug)]
pub struct Progress {
    /// People reached with good templates, for the path by volume.
    reached: Window,
    /// Paths that led to an analysis.
    pub(super) analysed: u8,
    /// The analysis under way, and when the rules decide.
    pub analysis: Option<(Path, Timestamp)>,
    /// How the last analysis ended.
    pub last: Option<Outcome>,
}

impl Progress {
    pub(super) fn new(rules: &FirstStep) -> Self {
        Progress {
            reached: Window::new(rules.window, rules.window),
            analysed: 0,
            analysis: None,
            last: None,
        }
    }

    /// How many people were reached with good templates.
    pub fn reached(&self, now: Timestamp) -> u32 {
        self.reached.reached(now)
    }

    fn is_new(&self) -> bool {
        self.reached.is_empty() && self.analysed == 0 && self.analysis.is_none() && self.last.is_none()
    }

    pub(super) fn merge(&mut self, from: ContactIx, into: ContactIx) {
        // Nobody to be merged leaves no trace.
        if !self.reached.is_empty() {
            self.reached.merge(from.0, into.0);
        }
    }

    pub(super) fn digest(&self) -> u64 {
        let due = self.analysis.map_or(0, |(path, due)| due.millis() ^ path as u64);
        mix(self.reached.digest() ^ due)
            ^ mix(u64::from(self.analysed) ^ (self.last.map_or(9, |last| last as u64) << 8))
    }
}

impl Portfolio {
    /// The path that has a scope analysed next, if there is one.
    pub(super) fn next_path(&self, ix: ScopeIx, now: Timestamp) -> Option<Path> {
        let rules = &self.rules.limits.first_step;
        let progress = self.scope(ix)?.first.as_ref()?;
        let connected = self
            .numbers_of(ix)
            .any(|n| self.number(n).is_some_and(|n| is_connected(&n.facts)));
        if progress.analysis.is_some() || !connected {
            return None;
        }
        let taken = |path: Path| match path {
            Path::Volume => progress.reached(now) >= rules.recipients,
            verified => self.verification.has(verified),
        };
        Path::ALL
            .into_iter()
            .find(|path| taken(*path) && rules.leads_on(*path, progress.analysed, progress.last))
    }

    /// Has a scope analysed at once if a path was taken.
    pub(super) fn expect_first_step(&mut self, ix: ScopeIx, at: Timestamp) {
        let waits = |scope: &Scope| scope.first.as_ref().is_some_and(|first| first.analysis.is_none());
        if self.scope(ix).is_some_and(waits) {
            let due = self.next_path(ix, at).map(|_| at);
            self.agenda.set(Due::FirstStep(ix.0), due);
        }
    }

    pub(super) fn on_verified(&mut self, e: &Verified, at: Timestamp) {
        self.verification.0 |= e.path.bit();
        for ix in 0..self.scopes.len() as u16 {
            self.expect_first_step(ScopeIx(ix), at);
        }
    }

    pub(super) fn on_analysis_began(&mut self, e: &AnalysisBegan) {
        let due = Timestamp::from_millis(e.due_ms);
        if let Some(progress) = self.progress_mut(e.scope) {
            progress.analysis = Some((e.path, due));
            progress.analysed |= e.path.bit();
        }
        self.agenda.set(Due::FirstStep(e.scope.0), Some(due));
    }

    pub(super) fn on_analysed(&mut self, e: &Analysed, at: Timestamp) {
        let fresh = Progress::new(&self.rules.limits.first_step);
        if let Some(progress) = self.progress_mut(e.scope) {
            progress.analysis = None;
            progress.last = Some(e.outcome);
            // Whom the analysis was about does not lead to another.
            if e.path == Some(Path::Volume) {
                progress.reached = fresh.reached;
            }
        }
        self.agenda.set(Due::FirstStep(e.scope.0), None);
        if e.outcome != Outcome::Approved {
            self.expect_first_step(e.scope, at);
        }
    }

    /// A business-initiated message arrived: it counts for the path by volume if its template is good.
    pub(super) fn count_first_step(&mut self, number: NumberIx, seq: u32, at: Timestamp) {
        let ix = self.scope_of(number);
        if self.scope(ix).is_none_or(|scope| scope.first.is_none()) {
            return;
        }
        let record = self.number(number).and_then(|n| n.messages.get(seq)).copied();
        let template = record.and_then(|record| self.template(record.template));
        let counts = template.is_some_and(|t| self.rules.limits.first_step.counts(t.rating()));
        if let (true, Some(record), Some(progress)) = (counts, record, self.progress_mut(ix)) {
            progress.reached.note(record.contact.0, at);
            self.expect_first_step(ix, at);
        }
    }

    fn progress_mut(&mut self, ix: ScopeIx) -> Option<&mut Progress> {
        self.scopes.get_mut(ix.index())?.first.as_deref_mut()
    }
}

/// One scope as stored: people, paths analysed, the analysis under way, the last outcome.
type ProgressV1 = (WindowParts, u8, Option<(Path, u64)>, Option<Outcome>);

/// Stored: by scope in order, unless all are as they begin.
pub(crate) const SECTION: Section = Section {
    id: 72,
    version: 1,
    store: |portfolio| {
        let limits = &portfolio.rules.limits;
        let begins = |scope: &Scope| match &scope.first {
            Some(progress) => progress.is_new(),
            None => !Scope::begins_with_first_step(limits, scope.tier.index),
        };
        if portfolio.scopes.iter().all(begins) {
            return None;
        }
        let stored = |scope: &Scope| -> Option<ProgressV1> {
            let Progress {
                reached,
                analysed,
                analysis,
                last,
            } = scope.first.as_deref()?;
            let analysis = analysis.map(|(path, due)| (path, due.millis()));
            Some((reached.to_parts(), *analysed, analysis, *last))
        };
        let all: Vec<Option<ProgressV1>> = portfolio.scopes.iter().map(stored).collect();
        Some(write(&all))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|all: Vec<Option<ProgressV1>>| {
            let read = |(reached, analysed, analysis, last): ProgressV1| {
                let analysis = analysis.map(|(path, due)| (path, Timestamp::from_millis(due)));
                let reached = Window::from_parts(&reached);
                Box::new(Progress {
                    reached,
                    analysed,
                    analysis,
                    last,
                })
            };
            for (scope, stored) in portfolio.scopes.iter_mut().zip(all) {
                scope.first = stored.map(read);
            }
        })),
        _ => None,
    },
};

/// Stored: what was verified.
pub(crate) const VERIFIED: Section = Section {
    id: 73,
    version: 1,
    store: |portfolio| {
        (portfolio.verification != Verification::default()).then(|| write(&portfolio.verification))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|stored| portfolio.verification = stored)),
        _ => None,
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::snapshot::sections::tests::check;
    use rulebook::edition::{Edition, EditionId};

    #[test]
    fn what_was_verified_is_stored() {
        check(&VERIFIED, 0, "05", |portfolio| {
            portfolio.verification.0 = Path::Business.bit() | Path::Identity.bit();
        });
    }

    #[test]
    fn progress_is_stored() {
        let rules = &Edition::builtin(EditionId::PER_NUMBER_2024).limits.first_step;
        let hex = "02 00 01 8090fbd309 8090fbd309 00 80999d82a631 01 01 05 00 00 00 80999d82a631 eae498e8ac909c9851 \
                   08 01 03 e0eda082a631 01 01";
        check(&SECTION, 2, hex, |portfolio| {
            let mut progress = Progress::new(rules);
            progress
                .reached
                .note(5, Timestamp::from_millis(1_693_832_400_000));
            progress.analysed = Path::Volume.bit();
            progress.analysis = Some((Path::Volume, Timestamp::from_millis(1_693_832_460_000)));
            progress.last = Some(Outcome::Deferred);
            portfolio.scopes[1].first = Some(Box::new(progress));
        });
    }
}
