//! The seat's directory: apps, tokens, webhook subscriptions, the list of portfolios, and who holds which phone number.
//!
//! One cell, [`DIRECTORY`]. Promises: a phone number belongs to one portfolio at a time; a token names one app.
//! Must not know: what happens inside a portfolio. Tokens and secrets of the platform seat are test credentials
//! made from the seed; they are stored as they are, so that a restart can print them again.

mod decide;
mod event;
pub mod uploads;

use std::collections::BTreeMap;
use std::sync::Arc;

use decider::{CellId, Timestamp};
use serde::{Deserialize, Serialize};

pub use decide::decide;
pub use event::{
    AppCreated, CallbackSet, Event, NumberClaimed, NumberReleased, PortfolioReserved, Subscribed,
    TokenIssued, TokenRevoked, Unsubscribed, UploadBegun, UploadReceived,
};
use uploads::{Upload, Uploads};

/// The directory's cell. Portfolios are counted from 1.
pub const DIRECTORY: CellId = CellId(0);

/// An app: index into [`Directory::apps`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct AppIx(pub u32);

/// Where webhooks go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// The URL.
    pub url: String,
    /// The token of the verification handshake.
    pub verify_token: String,
}

/// An app that calls the Graph API and receives webhooks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct App {
    /// Its name.
    pub name: String,
    /// Signs its webhooks.
    pub secret: String,
    /// Its own callback, with the fields that it subscribed to.
    pub callback: Option<(Callback, Vec<String>)>,
}

/// What a subscription is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Subject {
    /// A WABA of a portfolio.
    Waba {
        /// The portfolio.
        cell: u64,
        /// The WABA.
        waba: u16,
    },
    /// A number of a portfolio: only a callback override.
    Number {
        /// The portfolio.
        cell: u64,
        /// The number.
        number: u16,
    },
}

/// What somebody wants of the directory.
#[derive(Clone, Debug)]
pub enum Command {
    /// Makes an app with a secret.
    CreateApp {
        /// Its name.
        name: String,
    },
    /// Makes a token for an app.
    IssueToken {
        /// The app.
        app: AppIx,
    },
    /// Takes a token back.
    RevokeToken {
        /// The token.
        token: String,
    },
    /// Sets or removes an app's own callback.
    SetCallback {
        /// The app.
        app: AppIx,
        /// The callback and the fields; `None` removes it.
        callback: Option<(Callback, Vec<String>)>,
    },
    /// Subscribes an app to a WABA, or sets the override of a subject; an empty override removes it.
    Subscribe {
        /// What for.
        subject: Subject,
        /// Which app.
        app: AppIx,
        /// Where to instead of the app's own callback.
        over: Option<Callback>,
    },
    /// Ends a subscription.
    Unsubscribe {
        /// What for.
        subject: Subject,
        /// Which app.
        app: AppIx,
    },
    /// Takes the next cell for a portfolio.
    ReservePortfolio {
        /// Its name.
        name: String,
    },
    /// Claims a phone number for a portfolio.
    ClaimNumber {
        /// Digits with country code.
        e164: u64,
        /// The portfolio.
        cell: u64,
    },
    /// Gives a phone number back.
    ReleaseNumber {
        /// Digits with country code.
        e164: u64,
    },
    /// Opens a session for a file.
    BeginUpload {
        /// Whose.
        app: AppIx,
        /// What the file is, as `image/png`.
        mime: String,
        /// Bytes that it will have.
        length: u32,
    },
    /// A piece of a file.
    ReceiveUpload {
        /// Which session.
        number: u32,
        /// Where the piece begins.
        offset: u32,
        /// Its bytes, kept apart from the events.
        bytes: Arc<[u8]>,
    },
}

/// What the caller of the directory is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Done,
    /// An app was made.
    App(AppIx),
    /// A token was made.
    Token(String),
    /// A cell was taken.
    Cell(CellId),
    /// A session was opened.
    Upload(u32),
    /// There is no such app, token, subscription or session.
    Unknown(&'static str),
    /// Not so; a lower-case fragment says why.
    Refused(&'static str),
    /// The number is another portfolio's.
    Taken {
        /// The holder.
        cell: u64,
    },
}

/// The directory's state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Directory {
    /// All apps.
    pub apps: Vec<App>,
    /// Token to app.
    pub tokens: BTreeMap<String, AppIx>,
    /// Who is subscribed to what, with the override.
    pub subscriptions: BTreeMap<Subject, BTreeMap<AppIx, Option<Callback>>>,
    /// Names of the portfolios: the first is cell 1.
    pub portfolios: Vec<String>,
    /// Phone number to the portfolio that holds it.
    pub numbers: BTreeMap<u64, u64>,
    /// Running digest of all events.
    pub digest: u64,
    /// Resumable uploads; stored behind the rest.
    #[serde(skip)]
    pub uploads: Uploads,
}

impl Directory {
    /// Applies one event.
    pub fn evolve(&mut self, event: &Event, at: Timestamp) {
        self.digest =
            decider::mix(self.digest ^ u64::from(event.kind().0) ^ ((self.tokens.len() as u64) << 32));
        match event {
            Event::AppCreated(e) => {
                self.apps.push(App {
                    name: e.name.clone(),
                    secret: e.secret.clone(),
                    callback: None,
                });
            }
            Event::TokenIssued(e) => {
                self.tokens.insert(e.token.clone(), e.app);
            }
            Event::TokenRevoked(e) => {
                self.tokens.remove(&e.token);
            }
            Event::CallbackSet(e) => {
                if let Some(app) = self.apps.get_mut(e.app.0 as usize) {
                    app.callback.clone_from(&e.callback);
                }
            }
            Event::Subscribed(e) => {
                self.subscriptions
                    .entry(e.subject)
                    .or_default()
                    .insert(e.app, e.over.clone());
            }
            Event::Unsubscribed(e) => {
                if let Some(apps) = self.subscriptions.get_mut(&e.subject) {
                    apps.remove(&e.app);
                }
            }
            Event::PortfolioReserved(e) => self.portfolios.push(e.name.clone()),
            Event::NumberClaimed(e) => {
                self.numbers.insert(e.e164, e.cell);
            }
            Event::NumberReleased(e) => {
                self.numbers.remove(&e.e164);
            }
            Event::UploadBegun(e) => {
                let upload = Upload {
                    number: e.number,
                    app: e.app,
                    mime: e.mime.clone(),
                    length: e.length,
                    received: 0,
                    pieces: 0,
                    until_ms: e.until_ms,
                };
                self.uploads.on_begun(upload, at);
            }
            Event::UploadReceived(e) => self.uploads.on_received(e.number, e.bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use decider::Ctx;

    /// Runs commands one after another and gives the answers.
    fn check(commands: Vec<(Command, Answer)>) -> Directory {
        let mut directory = Directory::default();
        let mut sequence = 0;
        for (command, expected) in commands {
            let ctx = Ctx::new(7, DIRECTORY, sequence, Timestamp::from_millis(1));
            let mut events = Vec::new();
            let answer = decide(&directory, &command, &ctx, &mut events);
            assert_eq!(answer, expected, "{command:?}");
            sequence += events.len() as u64;
            for event in &events {
                directory.evolve(event, ctx.now);
            }
        }
        directory
    }

    #[test]
    fn a_phone_number_belongs_to_one_portfolio() {
        let claim = |cell| Command::ClaimNumber {
            e164: 15_550_001,
            cell,
        };
        check(vec![
            (claim(1), Answer::Done),
            (claim(1), Answer::Done),
            (claim(2), Answer::Taken { cell: 1 }),
            (Command::ReleaseNumber { e164: 15_550_001 }, Answer::Done),
            (claim(2), Answer::Done),
        ]);
    }

    #[test]
    fn a_file_comes_in_pieces() {
        let begin = |app, length| Command::BeginUpload {
            app: AppIx(app),
            mime: "image/png".into(),
            length,
        };
        let piece = |number, offset, bytes| Command::ReceiveUpload {
            number,
            offset,
            bytes: vec![0; bytes].into(),
        };
        let directory = check(vec![
            (begin(0, 5), Answer::Unknown("app")),
            (Command::CreateApp { name: "a".into() }, Answer::App(AppIx(0))),
            (begin(0, 0), Answer::Refused("a file has 1 byte to 100 MB")),
            (begin(0, 5), Answer::Upload(0)),
            (begin(0, 1), Answer::Upload(1)),
            (piece(7, 0, 1), Answer::Unknown("upload")),
            (
                piece(0, 1, 1),
                Answer::Refused("the piece does not begin where the last one ended"),
            ),
            (piece(0, 0, 3), Answer::Done),
            (
                piece(0, 0, 3),
                Answer::Refused("the piece does not begin where the last one ended"),
            ),
            (piece(0, 3, 0), Answer::Refused("a piece has at least one byte")),
            (
                piece(0, 3, 3),
                Answer::Refused("the file is longer than was said"),
            ),
            (piece(0, 3, 2), Answer::Done),
            (piece(0, 5, 1), Answer::Refused("the file is complete")),
        ]);
        let upload = directory.uploads.get(0).expect("it is kept");
        assert!(upload.is_done());
        assert_eq!((upload.received, upload.pieces), (5, 2));
        assert!(!directory.uploads.get(1).expect("it is kept").is_done());
    }

    #[test]
    fn an_override_replaces_and_ends() {
        let subject = Subject::Waba { cell: 1, waba: 0 };
        let over = Some(Callback {
            url: "http://a".into(),
            verify_token: "t".into(),
        });
        let app = AppIx(0);
        let directory = check(vec![
            (
                Command::Subscribe {
                    subject,
                    app,
                    over: None,
                },
                Answer::Unknown("app"),
            ),
            (Command::CreateApp { name: "a".into() }, Answer::App(app)),
            (
                Command::Subscribe {
                    subject,
                    app,
                    over: over.clone(),
                },
                Answer::Done,
            ),
            (
                Command::Unsubscribe {
                    subject,
                    app: AppIx(3),
                },
                Answer::Unknown("subscription"),
            ),
        ]);
        assert_eq!(directory.subscriptions[&subject][&app], over);
        assert_eq!(directory.apps[0].secret.len(), 32);
    }
}
