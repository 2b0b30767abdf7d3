//! How often apps call: every call but messages and media is counted for its app and the account that it is about.
//!
//! Promises: exact to the minute over a rolling hour, in the seat's own time; a call that is refused is not counted. The
//! headers tell the share that is used (processor and total time are not measured: they follow the calls). Refused
//! only where the portfolio enforces rates. Counts live with the process.
//! Must not know: what a call does.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use cloud_api::route::split_version;
use cloud_api::{GraphError, GraphId, Kind};
use decider::{CellId, Timestamp};
use platform::directory::AppIx;
use platform::ids::{NumberIx, TemplateIx, WabaIx};
use platform::portfolio::Portfolio;
use platform::portfolio::event::Settings;
use platform::portfolio::number::Number;
use rulebook::edition::{Edition, EditionId};

use super::Graph;
use super::request::Incoming;
use crate::ids::waba_id;

/// Minutes of the span in which calls are counted.
const SPAN: u64 = 60;
/// Idle counters are looked for when there are so many: far more apps and accounts than one sandbox has.
const COUNTERS_MAX: usize = 4_096;
/// Edges whose calls have limits of their own.
const APART: [&str; 3] = ["messages", "marketing_messages", "media"];

/// Calls of an app: about an account, or about none.
type Key = (AppIx, Option<(CellId, WabaIx)>);

/// All counters.
pub(super) struct Usage {
    /// The limit of an app's calls about no account.
    of_app: Limit,
    counters: Mutex<BTreeMap<Key, Calls>>,
}

/// The calls of the last hour, by minute.
#[derive(Default)]
struct Calls {
    minutes: VecDeque<(u64, u32)>,
    total: u32,
}

/// What headers tell.
pub(super) struct Told {
    /// The app's calls about no account, in hundredths of what is allowed.
    app: u32,
    account: Option<Account>,
}

struct Account {
    waba: GraphId,
    /// In hundredths of what is allowed.
    used: u32,
    /// Minutes until a call goes again; 0 if it goes now.
    regained_in: u64,
}

/// How many calls an hour may have.
#[derive(Clone, Copy)]
struct Limit {
    calls: u32,
    enforced: bool,
}

impl Calls {
    fn in_last_hour(&mut self, minute: u64) -> u32 {
        while let Some((_, count)) = self
            .minutes
            .front()
            .copied()
            .filter(|(old, _)| old + SPAN <= minute)
        {
            self.total -= count;
            self.minutes.pop_front();
        }
        self.total
    }

    fn note(&mut self, minute: u64) {
        self.total += 1;
        match self.minutes.back_mut() {
            Some((newest, count)) if *newest == minute => *count += 1,
            _ => self.minutes.push_back((minute, 1)),
        }
    }

    /// Minutes until fewer than `calls` are counted.
    fn regained_in(&self, minute: u64, calls: u32) -> u64 {
        let mut left = self.total;
        for (old, count) in &self.minutes {
            if left < calls {
                break;
            }
            left -= count;
            if left < calls {
                return (old + SPAN).saturating_sub(minute);
            }
        }
        0
    }
}

impl Usage {
    /// Nothing was called yet. `defaults` are those of portfolios without settings of their own; the seat has checked
    /// their values.
    pub(super) fn new(defaults: &Settings) -> Self {
        let edition = EditionId::try_from(defaults.edition).map(Edition::builtin);
        let own = |edition: &Edition| edition.with_overrides(&defaults.overrides).ok();
        let calls = edition.ok().and_then(own).map(|edition| edition.management.calls);
        Usage {
            of_app: Limit {
                calls: calls.unwrap_or(u32::MAX),
                enforced: defaults.enforce_rates,
            },
            counters: Mutex::default(),
        }
    }

    /// Counts a call about an account, or about none; the error if it is one too many.
    fn count(
        &self,
        app: AppIx,
        about: Option<(CellId, WabaIx, Limit)>,
        now: Timestamp,
    ) -> (Told, Result<(), GraphError>) {
        let minute = now.seconds() / 60;
        let limit = about.map_or(self.of_app, |(.., limit)| limit);
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() >= COUNTERS_MAX {
            counters.retain(|_, calls| calls.in_last_hour(minute) > 0);
        }
        let key = about.map(|(cell, waba, _)| (cell, waba));
        let calls = counters.entry((app, key)).or_default();
        let refused = limit.enforced && calls.in_last_hour(minute) >= limit.calls;
        if !refused {
            calls.note(minute);
        }
        let account = key.map(|(cell, waba)| Account {
            waba: waba_id(cell, waba),
            used: share(calls.in_last_hour(minute), limit.calls),
            regained_in: calls.regained_in(minute, limit.calls),
        });
        let by_app = counters
            .get_mut(&(app, None))
            .map(|calls| calls.in_last_hour(minute));
        let told = Told {
            app: share(by_app.unwrap_or_default(), self.of_app.calls),
            account,
        };
        let verdict = if refused {
            Err(too_many(key.is_some()))
        } else {
            Ok(())
        };
        (told, verdict)
    }
}

fn share(calls: u32, allowed: u32) -> u32 {
    (u64::from(calls) * 100 / u64::from(allowed.max(1))) as u32
}

fn too_many(of_account: bool) -> GraphError {
    let error = if of_account {
        GraphError::from_parts(
            80_007,
            Some(2_446_079),
            "(#80007) There have been too many calls to this WhatsApp Business account. Wait a bit and try again.",
        )
    } else {
        GraphError::from_parts(4, None, "(#4) Application request limit reached")
    };
    GraphError {
        is_transient: Some(true),
        ..error
    }
}

impl Graph {
    /// Counts a call that has a limit; `None` for one that has none here.
    pub(super) async fn count(&self, incoming: &Incoming) -> Option<(Told, Result<(), GraphError>)> {
        let (_, path) = split_version(incoming.path());
        let (node, edge) = path.split_once('/').unwrap_or((path, ""));
        // A batch is counted by its items, and what needs no token is nobody's.
        if node.is_empty() || incoming.token().is_empty() || APART.contains(&edge) {
            return None;
        }
        let about = match GraphId::parse(node) {
            Some(id) if id.kind() == Kind::Media => return None,
            Some(id) => self.limit_of(id).await,
            None => None,
        };
        Some(self.usage.count(incoming.app, about, self.seat.now()))
    }

    /// The account that an object belongs to, and the limit of calls about it.
    async fn limit_of(&self, id: GraphId) -> Option<(CellId, WabaIx, Limit)> {
        let (cell, index) = (CellId(id.cell()), id.index());
        let of = move |portfolio: &Portfolio| {
            let small = u16::try_from(index).ok();
            let waba = match id.kind() {
                Kind::Waba => WabaIx(small?),
                Kind::Phone => portfolio.number(NumberIx(small?))?.waba,
                Kind::Template => portfolio.template(TemplateIx(index))?.waba,
                _ => return None,
            };
            portfolio.wabas.get(waba.index())?;
            let rule = &portfolio.edition().management;
            let active = |number: &Number| number.waba == waba && number.is_connected();
            let active = portfolio.numbers.iter().any(active);
            let enforced = portfolio.settings.as_ref().is_some_and(|s| s.enforce_rates);
            let calls = if active { rule.calls_active } else { rule.calls };
            Some((cell, waba, Limit { calls, enforced }))
        };
        // A seat that cannot answer will say so to the call itself.
        self.find(cell, of).await.ok().flatten()
    }
}

impl Told {
    /// Writes the headers.
    pub(super) fn write(&self, headers: &mut HeaderMap) {
        let used = self.app;
        let app = format!(r#"{{"call_count":{used},"total_cputime":{used},"total_time":{used}}}"#);
        put(headers, "x-app-usage", &app);
        if let Some(Account {
            waba,
            used,
            regained_in,
        }) = &self.account
        {
            let account = format!(
                r#"{{"{waba}":[{{"type":"whatsapp_business_management","call_count":{used},"total_cputime":{used},"total_time":{used},"estimated_time_to_regain_access":{regained_in}}}]}}"#
            );
            put(headers, "x-business-use-case-usage", &account);
        }
    }
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_over_a_rolling_hour() {
        let mut calls = Calls::default();
        // (minute, calls made, counted then, minutes until fewer than three are counted)
        let rows = [
            (0, 2, 2, 0),
            (10, 1, 3, 50),
            (20, 1, 4, 40),
            (59, 0, 4, 1),
            (60, 0, 2, 0),
            (70, 0, 1, 0),
            (80, 0, 0, 0),
        ];
        for (minute, made, counted, regained) in rows {
            (0..made).for_each(|_| calls.note(minute));
            assert_eq!(calls.in_last_hour(minute), counted, "minute {minute}");
            assert_eq!(calls.regained_in(minute, 3), regained, "minute {minute}");
        }
    }
}
