//! The seat's directory: which portfolio a phone number or an account belongs to, and the gateway's own tokens.
//!
//! One cell, [`DIRECTORY`]. Promises: a phone number and an account belong to one portfolio; a token is stored as its
//! hash only, and opens one portfolio or some numbers of it.
//! Must not know: what happens inside a portfolio, the tokens themselves, the platform's credentials.

mod decide;
mod event;
mod numbers;

use std::collections::BTreeMap;

use decider::{CellId, Timestamp, mix};
use serde::{Deserialize, Serialize};

use crate::ids::{PhoneNumberId, WabaId, hash};

pub use decide::decide;
pub use event::{Event, NumberClaimed, NumberReleased, PortfolioOpened, TokenCreated, TokenRevoked};
pub use numbers::Numbers;

/// The directory's cell. Portfolios are counted from 1.
pub const DIRECTORY: CellId = CellId(0);

/// A token of the gateway: counted from 0, in the order in which they were made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct TokenIx(pub u32);

/// What a token may do: bits. Names for them are the edge's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Rights(pub u8);

impl Rights {
    /// Whether all of `asked` are among them.
    pub const fn allow(self, asked: Rights) -> bool {
        self.0 & asked.0 == asked.0
    }
}

/// A token, without the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// SHA-256 of it.
    pub hash: [u8; 32],
    /// The portfolio that it opens; `None` for one that opens all.
    pub cell: Option<u64>,
    /// What it is for, in the words of whoever made it.
    pub label: String,
    /// The numbers that it may send from; empty for all of its portfolio.
    pub numbers: Vec<PhoneNumberId>,
    /// What it may do.
    pub rights: Rights,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_ms: u64,
    /// When it was revoked, likewise.
    pub revoked_ms: Option<u64>,
}

/// Where a phone number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The portfolio's cell.
    pub cell: u64,
    /// The number's account.
    pub waba: WabaId,
}

/// What somebody wants of the directory.
#[derive(Clone, Debug)]
pub enum Command {
    /// Takes a cell for a portfolio, or gives the one that has the name already.
    OpenPortfolio {
        /// Its name.
        name: String,
    },
    /// Notes whose a number and its account are. The same again is no error.
    ClaimNumber {
        /// The number.
        number: PhoneNumberId,
        /// Its account.
        waba: WabaId,
        /// The portfolio.
        cell: CellId,
    },
    /// Forgets a number.
    ReleaseNumber {
        /// The number.
        number: PhoneNumberId,
    },
    /// Makes a token.
    CreateToken {
        /// SHA-256 of it.
        hash: [u8; 32],
        /// The portfolio that it opens; `None` for all.
        cell: Option<CellId>,
        /// What it is for.
        label: String,
        /// The numbers that it may send from; empty for all.
        numbers: Vec<PhoneNumberId>,
        /// What it may do.
        rights: Rights,
    },
    /// Revokes a token for good.
    RevokeToken {
        /// Which.
        token: TokenIx,
    },
}

/// What the caller is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done, now or before.
    Done,
    /// The cell of a portfolio.
    Cell(CellId),
    /// A token was made.
    Token(TokenIx),
    /// It belongs to another portfolio.
    Taken {
        /// Which one.
        cell: CellId,
    },
    /// There is no such thing.
    Unknown(&'static str),
}

/// The state of the directory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Directory {
    /// Names of the portfolios; the first has cell 1.
    pub portfolios: Vec<String>,
    /// By number.
    pub numbers: Numbers,
    /// By account, as long as it has a number.
    pub wabas: BTreeMap<WabaId, u64>,
    /// All tokens, revoked ones included.
    pub tokens: Vec<Token>,
    by_hash: BTreeMap<[u8; 32], TokenIx>,
    digest: u64,
}

impl Directory {
    /// The cell of a portfolio.
    pub fn portfolio(&self, name: &str) -> Option<CellId> {
        let place = self.portfolios.iter().position(|known| known == name)?;
        Some(CellId(place as u64 + 1))
    }

    /// The token with this hash, unless it was revoked.
    pub fn token(&self, hash: &[u8; 32]) -> Option<(TokenIx, &Token)> {
        let ix = *self.by_hash.get(hash)?;
        let token = self.tokens.get(ix.0 as usize)?;
        token.revoked_ms.is_none().then_some((ix, token))
    }

    /// Differs when two directories differ.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// Applies one event.
    pub fn evolve(&mut self, event: &Event, at: Timestamp) {
        let mut bytes = Vec::new();
        event.write(&mut bytes);
        self.digest = mix(self.digest ^ hash(&[&bytes]) ^ at.millis());
        match event {
            Event::PortfolioOpened(e) => self.portfolios.push(e.name.clone()),
            Event::NumberClaimed(e) => {
                let place = Place {
                    cell: e.cell,
                    waba: e.waba,
                };
                self.numbers.insert(e.number, place);
                self.wabas.insert(e.waba, e.cell);
            }
            Event::NumberReleased(e) => self.release(e.number),
            Event::TokenCreated(e) => {
                self.by_hash.insert(e.hash, TokenIx(self.tokens.len() as u32));
                self.tokens.push(Token {
                    hash: e.hash,
                    cell: e.cell,
                    label: e.label.clone(),
                    numbers: e.numbers.clone(),
                    rights: e.rights,
                    created_ms: at.millis(),
                    revoked_ms: None,
                });
            }
            Event::TokenRevoked(e) => {
                if let Some(token) = self.tokens.get_mut(e.token.0 as usize) {
                    token.revoked_ms = Some(at.millis());
                }
            }
        }
    }

    fn release(&mut self, number: PhoneNumberId) {
        let Some(place) = self.numbers.remove(number) else {
            return;
        };
        if !self.numbers.values().any(|other| other.waba == place.waba) {
            self.wabas.remove(&place.waba);
        }
    }
}

#[cfg(test)]
mod tests {
    use decider::Ctx;

    use super::*;

    /// Runs commands one after another and compares the answers.
    fn check(commands: Vec<(Command, Answer)>) -> Directory {
        let mut directory = Directory::default();
        for (place, (command, expected)) in commands.into_iter().enumerate() {
            let ctx = Ctx::new(7, DIRECTORY, place as u64, Timestamp::from_millis(1));
            let mut events = Vec::new();
            let answer = decide(&directory, &command, &mut events);
            assert_eq!(answer, expected, "{command:?}");
            for event in &events {
                directory.evolve(event, ctx.now);
            }
        }
        directory
    }

    fn claim(number: u64, waba: u64, cell: u64) -> Command {
        Command::ClaimNumber {
            number: PhoneNumberId(number),
            waba: WabaId(waba),
            cell: CellId(cell),
        }
    }

    #[test]
    fn a_number_and_an_account_belong_to_one_portfolio() {
        let open = |name: &str| Command::OpenPortfolio { name: name.into() };
        let release = Command::ReleaseNumber {
            number: PhoneNumberId(10),
        };
        let directory = check(vec![
            (claim(10, 1, 1), Answer::Unknown("portfolio")),
            (open("a"), Answer::Cell(CellId(1))),
            (open("b"), Answer::Cell(CellId(2))),
            (open("a"), Answer::Cell(CellId(1))),
            (claim(10, 1, 1), Answer::Done),
            (claim(10, 1, 1), Answer::Done),
            (claim(10, 1, 2), Answer::Taken { cell: CellId(1) }),
            (claim(11, 1, 2), Answer::Taken { cell: CellId(1) }),
            (release.clone(), Answer::Done),
            (release, Answer::Unknown("phone number")),
            (claim(11, 1, 2), Answer::Done),
        ]);
        assert_eq!(directory.wabas, BTreeMap::from([(WabaId(1), 2)]));
        assert_eq!(directory.portfolio("b"), Some(CellId(2)));
    }

    #[test]
    fn a_revoked_token_opens_nothing() {
        let create = |byte, cell| Command::CreateToken {
            hash: [byte; 32],
            cell,
            label: "shop".into(),
            numbers: Vec::new(),
            rights: Rights(3),
        };
        let revoke = |token| Command::RevokeToken {
            token: TokenIx(token),
        };
        let directory = check(vec![
            (create(1, None), Answer::Token(TokenIx(0))),
            (create(1, None), Answer::Token(TokenIx(0))),
            (create(2, Some(CellId(1))), Answer::Unknown("portfolio")),
            (create(2, None), Answer::Token(TokenIx(1))),
            (revoke(0), Answer::Done),
            (revoke(0), Answer::Done),
            (revoke(2), Answer::Unknown("token")),
            (create(1, None), Answer::Unknown("token")),
        ]);
        assert!(directory.token(&[1; 32]).is_none());
        let (ix, token) = directory.token(&[2; 32]).expect("it is good");
        assert_eq!(ix, TokenIx(1));
        assert!(token.rights.allow(Rights(2)) && !token.rights.allow(Rights(4)));
    }
}
