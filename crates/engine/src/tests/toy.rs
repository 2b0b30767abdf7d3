//! The toy that the engine runs in these tests: an account with timers, and commands that misbehave on purpose.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use decider::{CellId, Content, Ctx, Decider, Millis, Stored, Timestamp, Undecodable, mix};

pub(super) struct Toy;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) balance: i64,
    /// Amounts that come in later.
    pub(super) timers: BTreeMap<(u64, u64), i64>,
    trap: Option<(u64, Trap)>,
    pub(super) count: u64,
    hash: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trap {
    NoEvent = 1,
    DeadlineStays = 2,
    TickPanics = 3,
}

#[derive(Clone, Debug)]
pub(super) enum Command {
    Add(i64),
    /// Refused, without an event, if there is not so much.
    Take(i64),
    After(Millis, i64),
    Draw,
    Note(&'static str),
    Flood(usize),
    PanicInDecide,
    PanicInEvolve,
    SetTrap(Millis, Trap),
    /// An event whose effect differs each time it is applied.
    Wobble,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Added(i64),
    Scheduled { due: u64, amount: i64 },
    Fired { due: u64, number: u64 },
    Drawn(u64),
    Noted(u64),
    Poison,
    Trapped { due: u64, trap: Trap },
    Wobbled,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The balance and the number of events, this command's included.
    Done {
        balance: i64,
        count: u64,
    },
    Refused,
}

static WOBBLES: AtomicI64 = AtomicI64::new(0);

impl Decider for Toy {
    type State = Account;
    type Command = Command;
    type Event = Event;
    type Answer = Answer;

    fn create(_: CellId) -> Account {
        Account {
            balance: 0,
            timers: BTreeMap::new(),
            trap: None,
            count: 0,
            hash: 7,
        }
    }

    fn decide(state: &Account, command: &Command, ctx: &Ctx, out: &mut Vec<Event>) -> Answer {
        match command {
            Command::Add(amount) => out.push(Event::Added(*amount)),
            Command::Take(amount) if state.balance < *amount => return Answer::Refused,
            Command::Take(amount) => out.push(Event::Added(-amount)),
            Command::After(span, amount) => {
                let due = (ctx.now + *span).millis();
                out.push(Event::Scheduled { due, amount: *amount });
            }
            Command::Draw => out.push(Event::Drawn(ctx.draw(0))),
            Command::Note(_) => out.push(Event::Noted(ctx.draw(1))),
            Command::Flood(count) => out.extend(std::iter::repeat_n(Event::Added(1), *count)),
            Command::PanicInDecide => panic!("decide was told to"),
            Command::PanicInEvolve => out.extend([Event::Added(1_000_000), Event::Poison]),
            Command::SetTrap(span, trap) => {
                out.push(Event::Trapped {
                    due: (ctx.now + *span).millis(),
                    trap: *trap,
                });
            }
            Command::Wobble => out.push(Event::Wobbled),
        }
        let added: i64 = out
            .iter()
            .map(|event| {
                if let Event::Added(amount) = event {
                    *amount
                } else {
                    0
                }
            })
            .sum();
        Answer::Done {
            balance: state.balance + added,
            count: state.count + out.len() as u64,
        }
    }

    fn evolve(state: &mut Account, event: &Event, at: Timestamp) {
        state.count += 1;
        let mut bytes = Vec::new();
        let (kind, _) = Toy::encode_event(event, &mut bytes);
        state.hash = bytes
            .iter()
            .fold(mix(state.hash ^ u64::from(kind) ^ at.millis()), |h, b| {
                mix(h ^ u64::from(*b))
            });
        match event {
            Event::Added(amount) => state.balance += amount,
            Event::Scheduled { due, amount } => {
                state.timers.insert((*due, state.count), *amount);
            }
            Event::Fired { due, number } => {
                state.balance += state.timers.remove(&(*due, *number)).unwrap_or(0);
            }
            Event::Drawn(_) | Event::Noted(_) => {}
            Event::Poison => panic!("evolve was told to"),
            Event::Trapped { due, trap } => state.trap = Some((*due, *trap)),
            Event::Wobbled => state.hash ^= mix(WOBBLES.fetch_add(1, Ordering::Relaxed) as u64 + 1),
        }
    }

    fn next_deadline(state: &Account) -> Option<Timestamp> {
        let timer = state.timers.first_key_value().map(|((due, _), _)| *due);
        let trap = state.trap.map(|(due, _)| due);
        timer.into_iter().chain(trap).min().map(Timestamp::from_millis)
    }

    fn tick(state: &Account, ctx: &Ctx, out: &mut Vec<Event>) {
        if let Some((due, trap)) = state.trap.filter(|(due, _)| *due <= ctx.now.millis()) {
            match trap {
                Trap::NoEvent => {}
                Trap::DeadlineStays => out.push(Event::Trapped { due, trap }),
                Trap::TickPanics => panic!("tick was told to"),
            }
            return;
        }
        let due = |((due, number), _): (&(u64, u64), &i64)| Event::Fired {
            due: *due,
            number: *number,
        };
        let first = state.timers.first_key_value().map(|((due, _), _)| *due);
        out.extend(
            state
                .timers
                .iter()
                .take_while(|((due, _), _)| Some(*due) == first)
                .map(due),
        );
    }
}

impl Stored for Toy {
    fn encode_event(event: &Event, out: &mut Vec<u8>) -> (u16, u8) {
        let mut put = |values: &[u64]| values.iter().for_each(|value| crate::varint::put(out, *value));
        let kind = match event {
            Event::Added(amount) => {
                put(&[crate::varint::fold_sign(*amount)]);
                1
            }
            Event::Scheduled { due, amount } => {
                put(&[*due, crate::varint::fold_sign(*amount)]);
                2
            }
            Event::Fired { due, number } => {
                put(&[*due, *number]);
                3
            }
            Event::Drawn(value) => {
                put(&[*value]);
                4
            }
            Event::Noted(key) => {
                put(&[*key]);
                5
            }
            Event::Poison => 6,
            Event::Trapped { due, trap } => {
                put(&[*due, *trap as u64]);
                7
            }
            Event::Wobbled => 8,
        };
        (kind, 1)
    }

    fn decode_event(kind: u16, version: u8, mut bytes: &[u8]) -> Result<Event, Undecodable> {
        let mut take = || {
            crate::varint::take(&mut bytes).ok_or_else(|| Undecodable {
                reason: "a toy event is cut short".into(),
            })
        };
        match (kind, version) {
            (1, 1) => Ok(Event::Added(crate::varint::unfold_sign(take()?))),
            (2, 1) => Ok(Event::Scheduled {
                due: take()?,
                amount: crate::varint::unfold_sign(take()?),
            }),
            (3, 1) => Ok(Event::Fired {
                due: take()?,
                number: take()?,
            }),
            (4, 1) => Ok(Event::Drawn(take()?)),
            (5, 1) => Ok(Event::Noted(take()?)),
            (6, 1) => Ok(Event::Poison),
            (7, 1) => Ok(Event::Trapped {
                due: take()?,
                trap: trap(take()?)?,
            }),
            (8, 1) => Ok(Event::Wobbled),
            _ => Err(Undecodable {
                reason: format!("no toy event has kind {kind} version {version}"),
            }),
        }
    }

    fn encode_state(state: &Account) -> Vec<u8> {
        let mut out = vec![1];
        let mut put = |value| crate::varint::put(&mut out, value);
        let (due, trap) = state.trap.map_or((0, 0), |(due, trap)| (due, trap as u64));
        [
            crate::varint::fold_sign(state.balance),
            state.count,
            state.hash,
            due,
            trap,
        ]
        .into_iter()
        .for_each(&mut put);
        put(state.timers.len() as u64);
        for ((due, number), amount) in &state.timers {
            [*due, *number, crate::varint::fold_sign(*amount)]
                .into_iter()
                .for_each(&mut put);
        }
        out
    }

    fn decode_state(_: CellId, bytes: &[u8]) -> Result<Account, Undecodable> {
        let cut = || Undecodable {
            reason: "a toy state is cut short".into(),
        };
        let (1, mut rest) = bytes.split_first().map(|(v, rest)| (*v, rest)).ok_or_else(cut)? else {
            return Err(Undecodable {
                reason: "a toy state has a version that is not known".into(),
            });
        };
        let mut take = || crate::varint::take(&mut rest).ok_or_else(cut);
        let (balance, count, hash) = (crate::varint::unfold_sign(take()?), take()?, take()?);
        let (due, number) = (take()?, take()?);
        let trap = if number == 0 {
            None
        } else {
            Some((due, trap(number)?))
        };
        let mut timers = BTreeMap::new();
        for _ in 0..take()? {
            timers.insert((take()?, take()?), crate::varint::unfold_sign(take()?));
        }
        Ok(Account {
            balance,
            timers,
            trap,
            count,
            hash,
        })
    }

    fn digest(state: &Account) -> u64 {
        mix(state.hash ^ state.balance as u64)
    }

    fn content(_: &Account, command: &Command, event: &Event, at: Timestamp) -> Option<Content> {
        let (Command::Note(text), Event::Noted(key)) = (command, event) else {
            return None;
        };
        Some(Content {
            key: *key,
            bytes: text.as_bytes().to_vec(),
            expires: at + Millis::DAY,
        })
    }
}

fn trap(number: u64) -> Result<Trap, Undecodable> {
    let known = [Trap::NoEvent, Trap::DeadlineStays, Trap::TickPanics];
    let found = known.into_iter().find(|trap| *trap as u64 == number);
    found.ok_or_else(|| Undecodable {
        reason: format!("no trap has number {number}"),
    })
}
