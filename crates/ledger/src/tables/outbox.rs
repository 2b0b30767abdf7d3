//! The outbox: deliveries to be made outside, each with a stable id, in one queue a target.
//!
//! Promises: a delivery with an id that was seen before is not stored again; a pending delivery stays until it is
//! settled; queues do not hold up each other.
//! Must not know: how a delivery is made, or what its payload is.

use rusqlite::types::Type;
use rusqlite::{Row, Transaction, params};

use super::cursors::{self, Cursor};
use super::row::{RowCrc, expect_crc, time};
use super::{Tables, maybe};
use crate::LedgerError;

pub(super) const SELECT: &str = "SELECT seq, id, queue, created_ms, due_ms, attempts, state, payload, last_outcome, \
     settled_ms, crc FROM outbox";

/// A delivery to be put into the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// Stable: the same effect of the same event has the same id, however often it is derived.
    pub id: String,
    /// The target.
    pub queue: String,
    /// When it was derived, milliseconds since the Unix epoch.
    pub created_ms: u64,
    /// When the first attempt is due, milliseconds since the Unix epoch.
    pub due_ms: u64,
    /// The bytes to deliver; the owner's own format.
    pub payload: Vec<u8>,
}

/// A delivery in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number, ascending in the order of insertion over all queues.
    pub seq: u64,
    /// Its stable id.
    pub id: String,
    /// The target.
    pub queue: String,
    /// When it was derived, milliseconds since the Unix epoch.
    pub created_ms: u64,
    /// When the next attempt is due, milliseconds since the Unix epoch.
    pub due_ms: u64,
    /// Attempts made.
    pub attempts: u32,
    /// What became of it.
    pub state: DeliveryState,
    /// The bytes to deliver.
    pub payload: Vec<u8>,
    /// How the last attempt ended, for people; `None` before the first.
    pub last_outcome: Option<String>,
    /// When it was settled, milliseconds since the Unix epoch; `None` while pending.
    pub settled_ms: Option<u64>,
}

/// What became of a delivery. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Waits for its next attempt.
    Pending = 0,
    /// Delivered.
    Done = 1,
    /// Given up.
    Abandoned = 2,
}

/// Which deliveries to list, newest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Deliveries<'a> {
    /// Of this queue only.
    pub queue: Option<&'a str>,
    /// In this state only.
    pub state: Option<DeliveryState>,
    /// With a `seq` below this one: the last one of the page before.
    pub before: Option<u64>,
    /// At most so many.
    pub max: u32,
}

/// How many deliveries are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// [`DeliveryState::Pending`].
    pub pending: u64,
    /// [`DeliveryState::Done`].
    pub done: u64,
    /// [`DeliveryState::Abandoned`].
    pub abandoned: u64,
}

/// How an attempt at a delivery ended, for [`Tables::record`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which delivery.
    pub id: String,
    /// For people.
    pub outcome: String,
    /// What follows.
    pub then: Then,
}

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing: it was delivered.
    Done,
    /// Nothing: it is given up.
    Abandoned,
    /// Another attempt, due at this time in milliseconds since the Unix epoch.
    Again(u64),
}

impl Tables {
    /// Moves cursors and stores the deliveries that the move led to, in one transaction. Deliveries whose id is
    /// known are skipped; returns how many were new.
    pub fn advance(&self, moved: &[Cursor], deliveries: &[NewDelivery]) -> Result<usize, LedgerError> {
        self.writing("moving cursors", |transaction| {
            cursors::save(transaction, moved)?;
            insert(transaction, deliveries)
        })
    }

    /// Pending deliveries that are due at `now_ms`, of one queue or of all, the longest due first.
    pub fn due(&self, queue: Option<&str>, now_ms: u64, max: u32) -> Result<Vec<Delivery>, LedgerError> {
        let of_queue = if queue.is_some() {
            "queue = ?3 AND"
        } else {
            "?3 IS NULL AND"
        };
        let sql =
            format!("{SELECT} WHERE {of_queue} state = 0 AND due_ms <= ?1 ORDER BY due_ms, seq LIMIT ?2");
        self.reading("reading due deliveries", |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let found = statement.query_map(params![time(now_ms), max, queue], read)?;
            found.collect()
        })
    }

    /// The queues in which something is due at `now_ms`, in order of name.
    pub fn due_queues(&self, now_ms: u64) -> Result<Vec<String>, LedgerError> {
        let sql = "SELECT DISTINCT queue FROM outbox WHERE state = 0 AND due_ms <= ?1 ORDER BY queue";
        self.reading("reading due queues", |connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let found = statement.query_map([time(now_ms)], |row| row.get(0))?;
            found.collect()
        })
    }

    /// When the next delivery is due, milliseconds since the Unix epoch; `None` if none is pending.
    pub fn next_due(&self) -> Result<Option<u64>, LedgerError> {
        self.reading("reading the next due time", |connection| {
            let mut statement =
                connection.prepare_cached("SELECT MIN(due_ms) FROM outbox WHERE state = 0")?;
            let due: Option<i64> = statement.query_row([], |row| row.get(0))?;
            Ok(due.map(i64::cast_unsigned))
        })
    }

    /// Records the last attempt of a delivery, which is [`DeliveryState::Done`] or [`DeliveryState::Abandoned`] now.
    /// `false` if there is no such delivery, or it is settled already.
    pub fn settle(
        &self,
        id: &str,
        state: DeliveryState,
        outcome: &str,
        now_ms: u64,
    ) -> Result<bool, LedgerError> {
        self.change(id, |delivery| {
            let open = delivery.state == DeliveryState::Pending && state != DeliveryState::Pending;
            delivery.state = state;
            delivery.attempts += 1;
            delivery.last_outcome = Some(outcome.to_owned());
            delivery.settled_ms = Some(now_ms.min(i64::MAX as u64));
            open
        })
    }

    /// Records an attempt that failed; the next is due at `due_ms`. `false` if there is no such pending delivery.
    pub fn postpone(&self, id: &str, due_ms: u64, outcome: &str) -> Result<bool, LedgerError> {
        self.change(id, |delivery| {
            delivery.due_ms = due_ms.min(i64::MAX as u64);
            delivery.attempts += 1;
            delivery.last_outcome = Some(outcome.to_owned());
            delivery.state == DeliveryState::Pending
        })
    }

    /// Records attempts at pending deliveries in one transaction; those of others are left out.
    pub fn record(&self, attempts: &[Attempt], now_ms: u64) -> Result<(), LedgerError> {
        self.writing("recording deliveries", |transaction| {
            for attempt in attempts {
                let found = find(transaction, &attempt.id)?;
                if let Some(delivery) = found.filter(|found| found.state == DeliveryState::Pending) {
                    update(transaction, &delivery.after(attempt, now_ms))?;
                }
            }
            Ok(())
        })
    }

    /// How many pending deliveries were never attempted.
    pub fn untried(&self) -> Result<u64, LedgerError> {
        self.reading("counting deliveries", |connection| {
            let sql = "SELECT COUNT(*) FROM outbox WHERE state = 0 AND attempts = 0";
            connection.query_row(sql, [], |row| row.get(0).map(i64::cast_unsigned))
        })
    }

    /// Makes a delivery pending again, due at `due_ms`; its attempts and last outcome stay. `false` if it is unknown.
    pub fn deliver_again(&self, id: &str, due_ms: u64) -> Result<bool, LedgerError> {
        self.change(id, |delivery| {
            delivery.state = DeliveryState::Pending;
            delivery.settled_ms = None;
            delivery.due_ms = due_ms.min(i64::MAX as u64);
            true
        })
    }

    /// One delivery by its id.
    pub fn delivery(&self, id: &str) -> Result<Option<Delivery>, LedgerError> {
        self.reading("reading a delivery", |connection| find(connection, id))
    }

    /// A page of the delivery log, newest first.
    pub fn deliveries(&self, page: Deliveries<'_>) -> Result<Vec<Delivery>, LedgerError> {
        let sql = format!(
            "{SELECT} WHERE seq < ?1 AND (?2 IS NULL OR queue = ?2) AND (?3 IS NULL OR state = ?3)
             ORDER BY seq DESC LIMIT ?4"
        );
        let before = page.before.map_or(i64::MAX, time);
        let state = page.state.map(|state| state as i64);
        self.reading("listing deliveries", |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let found = statement.query_map(params![before, page.queue, state, page.max], read)?;
            found.collect()
        })
    }

    /// How many deliveries are in each state.
    pub fn counts(&self) -> Result<Counts, LedgerError> {
        self.reading("counting deliveries", |connection| {
            let mut statement =
                connection.prepare_cached("SELECT state, COUNT(*) FROM outbox GROUP BY state")?;
            let mut rows = statement.query([])?;
            let mut counts = Counts::default();
            while let Some(row) = rows.next()? {
                let number = row.get::<_, i64>(1)?.cast_unsigned();
                match state_of(row.get(0)?)? {
                    DeliveryState::Pending => counts.pending = number,
                    DeliveryState::Done => counts.done = number,
                    DeliveryState::Abandoned => counts.abandoned = number,
                }
            }
            Ok(counts)
        })
    }

    /// Drops deliveries settled before `before_ms`; returns how many. Their ids are forgotten: a cursor moved
    /// back behind them would derive them anew.
    pub fn purge_settled(&self, before_ms: u64) -> Result<usize, LedgerError> {
        self.writing("purging settled deliveries", |transaction| {
            transaction.execute("DELETE FROM outbox WHERE settled_ms < ?1", [time(before_ms)])
        })
    }

    fn change(&self, id: &str, apply: impl FnOnce(&mut Delivery) -> bool) -> Result<bool, LedgerError> {
        self.writing("recording a delivery", |transaction| {
            let Some(mut delivery) = find(transaction, id)? else {
                return Ok(false);
            };
            if !apply(&mut delivery) {
                return Ok(false);
            }
            update(transaction, &delivery)?;
            Ok(true)
        })
    }
}

impl Delivery {
    fn after(mut self, attempt: &Attempt, now_ms: u64) -> Self {
        self.attempts += 1;
        self.last_outcome = Some(attempt.outcome.clone());
        let settled = match attempt.then {
            Then::Done => Some(DeliveryState::Done),
            Then::Abandoned => Some(DeliveryState::Abandoned),
            Then::Again(due_ms) => {
                self.due_ms = due_ms.min(i64::MAX as u64);
                None
            }
        };
        if let Some(state) = settled {
            self.state = state;
            self.settled_ms = Some(now_ms.min(i64::MAX as u64));
        }
        self
    }
}

fn find(connection: &rusqlite::Connection, id: &str) -> rusqlite::Result<Option<Delivery>> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
    maybe(statement.query_row([id], read))
}

fn insert(transaction: &Transaction<'_>, deliveries: &[NewDelivery]) -> rusqlite::Result<usize> {
    let sql = "INSERT INTO outbox (id, queue, created_ms, due_ms, attempts, state, payload, crc)
        VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?6) ON CONFLICT (id) DO NOTHING";
    let mut statement = transaction.prepare_cached(sql)?;
    let mut new = 0;
    for delivery in deliveries {
        let NewDelivery {
            id,
            queue,
            created_ms,
            due_ms,
            payload,
        } = delivery;
        let (created, due) = (time(*created_ms), time(*due_ms));
        let crc = crc(id, queue, [created, due, 0, 0], payload, None, None);
        new += statement.execute(params![id, queue, created, due, payload, crc])?;
    }
    Ok(new)
}

fn update(transaction: &Transaction<'_>, delivery: &Delivery) -> rusqlite::Result<()> {
    let sql = "UPDATE outbox SET due_ms = ?2, attempts = ?3, state = ?4, last_outcome = ?5, settled_ms = ?6, crc = ?7
        WHERE seq = ?1";
    transaction.prepare_cached(sql)?.execute(params![
        time(delivery.seq),
        time(delivery.due_ms),
        delivery.attempts,
        delivery.state as i64,
        delivery.last_outcome,
        delivery.settled_ms.map(time),
        crc_of(delivery),
    ])?;
    Ok(())
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
    let delivery = Delivery {
        seq: number(0)?,
        id: row.get(1)?,
        queue: row.get(2)?,
        created_ms: number(3)?,
        due_ms: number(4)?,
        attempts: row.get(5)?,
        state: state_of(row.get(6)?)?,
        payload: row.get(7)?,
        last_outcome: row.get(8)?,
        settled_ms: row.get::<_, Option<i64>>(9)?.map(i64::cast_unsigned),
    };
    expect_crc(row.get(10)?, crc_of(&delivery), || {
        format!("delivery {}", delivery.id)
    })?;
    Ok(delivery)
}

fn state_of(number: i64) -> rusqlite::Result<DeliveryState> {
    match number {
        0 => Ok(DeliveryState::Pending),
        1 => Ok(DeliveryState::Done),
        2 => Ok(DeliveryState::Abandoned),
        other => Err(rusqlite::Error::FromSqlConversionFailure(
            0,
            Type::Integer,
            Box::new(super::row::Mismatch(format!("a delivery in state {other}"))),
        )),
    }
}

fn crc_of(delivery: &Delivery) -> i64 {
    let Delivery {
        id,
        queue,
        payload,
        last_outcome,
        settled_ms,
        ..
    } = delivery;
    let numbers = [
        time(delivery.created_ms),
        time(delivery.due_ms),
        delivery.attempts.into(),
        delivery.state as i64,
    ];
    crc(
        id,
        queue,
        numbers,
        payload,
        last_outcome.as_deref(),
        settled_ms.map(time),
    )
}

/// `numbers` are created, due, attempts, state. The sequence number is not in it: it is given after the checksum.
fn crc(
    id: &str,
    queue: &str,
    numbers: [i64; 4],
    payload: &[u8],
    last_outcome: Option<&str>,
    settled: Option<i64>,
) -> i64 {
    let crc = RowCrc::default().bytes(id.as_bytes()).bytes(queue.as_bytes());
    let crc = numbers.into_iter().fold(crc, RowCrc::int).bytes(payload);
    // -1 marks "none": no length and no time is negative.
    let crc = match last_outcome {
        Some(outcome) => crc.bytes(outcome.as_bytes()),
        None => crc.int(-1),
    };
    crc.int(settled.unwrap_or(-1)).done()
}
