//! What somebody wants of a portfolio. Small integers and hashes; what is kept of texts goes apart from the events.

mod news;

use decider::Timestamp;
use rulebook::escalation::Path;
use rulebook::template::draft::Category;
use serde::{Deserialize, Serialize};

use super::suppression::Suppression;
use crate::consent::Consent;
use crate::ids::{AttemptId, MessageKey, PersonKey, PhoneNumberId, TemplateKey, TopicKey, WabaId};
use crate::lane::Lanes;
use crate::person_requests::HandOver;
use crate::policy::Policy;
pub use news::{
    AccountNews, News, NumberNews, Observe, Progress, Restriction, Said, StatusNews, TemplateNews,
};

/// A command.
#[derive(Clone, Debug)]
pub enum Command {
    /// Begins the portfolio, or changes its name or edition.
    Open {
        /// Its name.
        name: String,
        /// The permanent number of the edition that the platform follows.
        edition: u16,
    },
    /// Adds a number, and its account. The same again is no error.
    AddNumber {
        /// Its account.
        waba: WabaId,
        /// Its id.
        number: PhoneNumberId,
        /// Its digits, with country code.
        e164: u64,
        /// Numbers of one brand share opt-outs, where policy says so.
        brand: u16,
    },
    /// Sets the owner's policy as a whole.
    SetPolicy(Box<Policy>),
    /// Asks whether a message may be sent now.
    Admit(Admit),
    /// Tells what became of an attempt.
    Settle(Settle),
    /// Tells a piece of news.
    Observe(Observe),
    /// Decides about a person.
    People(PeopleCommand),
    /// Declares the ways to a person of a number, all of them (H2); those that do not count are kept too.
    DeclareWays {
        /// Which number.
        number: PhoneNumberId,
        /// At most [`WAYS_MAX`].
        ways: Vec<Path>,
    },
    /// Stops sending, or resumes it.
    Stop(StopCommand),
    /// Tells what was sent before the gateway was there: in order of time, before the first send through it; then the
    /// count is exact, else only more cautious. At most 500 at once.
    ImportSends {
        /// From which number.
        number: PhoneNumberId,
        /// To whom and when: messages that counted towards the limit.
        sends: Vec<(PersonKey, Timestamp)>,
        /// The log of the last 24 hours is complete with this: the first day's share is no longer needed.
        complete: bool,
    },
}

/// Ways to a person that one number declares at most; there are nine kinds.
pub const WAYS_MAX: usize = 20;

/// Topics of a portfolio that have names at most: more than anybody tells apart.
pub const TOPICS_MAX: usize = 1_000;
/// The name of a topic is a word or two.
pub const TOPIC_BYTES_MAX: usize = 200;

/// Characters of the words shown, and of a proof, at most: longer texts are documents, to be linked to.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// The texts that belong to a consent; empty where there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentTexts {
    /// The words that the person was shown.
    pub wording: String,
    /// The proof: a record, a link to one.
    pub proof: String,
}

impl ConsentTexts {
    /// As they stand as content under [`crate::consent::content_key`].
    pub fn of_content(bytes: &[u8]) -> Option<Self> {
        stored::read(bytes).ok()
    }
}

/// A decision about a person.
#[derive(Clone, Debug)]
pub enum PeopleCommand {
    /// Puts a person on the suppression list.
    Suppress {
        /// Who.
        person: PersonKey,
        /// What for.
        suppression: Suppression,
    },
    /// Takes a person off the list.
    Unsuppress {
        /// Who.
        person: PersonKey,
    },
    /// A person said elsewhere that they do not want messages, or do again.
    OptOut {
        /// Who.
        person: PersonKey,
        /// Of which number.
        number: PhoneNumberId,
        /// Out, not in again.
        stopped: bool,
    },
    /// A person agreed to something, or agreed again. Of two words about the same, the later counts.
    Agree {
        /// Who.
        person: PersonKey,
        /// What.
        consent: Consent,
        /// The name of its topic, by which it is listed; empty where there is none.
        topic: String,
        /// The words shown and the proof, kept apart from the events until the consent has ended.
        texts: ConsentTexts,
    },
    /// A person took consent back.
    Withdraw {
        /// Who.
        person: PersonKey,
        /// For which topic; [`TopicKey::NONE`] for everything of the lanes.
        topic: TopicKey,
        /// In which lanes.
        lanes: Lanes,
        /// When.
        at: Timestamp,
    },
    /// Somebody of the business took over a chat with a person.
    TakeOver {
        /// Who asked.
        person: PersonKey,
        /// Whom they wrote to.
        number: PhoneNumberId,
        /// How.
        how: HandOver,
    },
    /// Forgets a person: no key leads to them any more. Their opt-outs are forgotten as well; whoever comes back is new.
    Erase {
        /// Who.
        person: PersonKey,
    },
}

/// Stops sending, or resumes it.
#[derive(Clone, Copy, Debug)]
pub struct StopCommand {
    /// What.
    pub what: StopWhat,
    /// In which lanes; `None` resumes. Replies are never stopped.
    pub lanes: Option<Lanes>,
}

/// What is stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StopWhat {
    /// Everything.
    Portfolio,
    /// What a number sends.
    Number(PhoneNumberId),
    /// What is sent with a template.
    Template(WabaId, TemplateKey),
}

/// A message that somebody wants to send.
#[derive(Clone, Debug)]
pub struct Admit {
    /// From which number.
    pub number: PhoneNumberId,
    /// To whom, as the app said it.
    pub to: PersonKey,
    /// What.
    pub what: What,
    /// All that the person will read, hashed by [`crate::ids::hash`]; 0 where that is not known.
    pub text: u64,
    /// What it is about, as far as the app says so.
    pub topic: TopicKey,
    /// The app's idempotency key, hashed.
    pub key: Option<u128>,
    /// The app sends it itself through somebody else; here it is only admitted, counted and settled.
    pub elsewhere: bool,
}

/// What is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// Anything that is no template.
    Free,
    /// A template.
    Template {
        /// Name and language, hashed.
        key: TemplateKey,
        /// The category that it had when the send was planned: if it became a costlier one, the send is held.
        planned: Option<Category>,
    },
}

/// What became of an attempt.
#[derive(Clone, Debug)]
pub struct Settle {
    /// The attempt.
    pub attempt: AttemptId,
    /// What became of it.
    pub outcome: Outcome,
    /// The platform's answer, as the app got it: kept for 24 h for whoever repeats the idempotency key. At most 4 KiB.
    pub answer: Option<Vec<u8>>,
}

/// What became of an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The platform took it.
    Accepted {
        /// Its message.
        message: MessageKey,
        /// Whom the platform says it went to (`contacts[0].wa_id`), if that is another key than the app's.
        person: Option<PersonKey>,
        /// It is held until feedback on others is known (`held_for_quality_assessment`).
        held: bool,
    },
    /// The platform definitely did not take it: it answered with an error.
    Refused {
        /// Its code.
        code: u32,
    },
    /// No answer came, or none that says either.
    Unknown,
}
