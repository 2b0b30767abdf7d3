//! What the platform, or somebody who runs the gateway, tells: one command a piece of news. The same news twice, and in
//! any order, leave the same state; news about what is not known are dropped.

use decider::Timestamp;
use rulebook::edition::Limit;
use rulebook::rating::Rating;
use rulebook::status::Status;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;
use rulebook::throughput::Level;

use crate::ids::{AttemptId, MessageKey, PersonKey, PhoneNumberId, TemplateKey, WabaId};
use crate::mirror::Source;
pub use crate::portfolio::account::Restriction;
pub use crate::portfolio::event::Progress;

/// A piece of news.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observe {
    /// Who says so.
    pub source: Source,
    /// For which instant: the platform's, where it gives one. What lies ahead is taken for now.
    pub at: Timestamp,
    /// What.
    pub news: News,
}

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum News {
    /// About a number.
    Number {
        /// Which.
        number: PhoneNumberId,
        /// What.
        fact: NumberNews,
    },
    /// About the messaging limit. A limit that cannot be read is no news: leave it out.
    Limit {
        /// One of the numbers that it is the limit of; any of the portfolio where the limit is shared.
        number: PhoneNumberId,
        /// The limit.
        limit: Limit,
    },
    /// About an account.
    Account {
        /// Which.
        waba: WabaId,
        /// What.
        fact: AccountNews,
    },
    /// About a template.
    Template {
        /// Its account.
        waba: WabaId,
        /// Name and language, hashed.
        key: TemplateKey,
        /// What.
        fact: TemplateNews,
    },
    /// What became of a message: a status webhook.
    Status(StatusNews),
    /// A person wrote or called.
    Inbound {
        /// To which number.
        number: PhoneNumberId,
        /// Who: the phone number, where it is known.
        from: PersonKey,
        /// The same person's business-scoped id, where both are told.
        also: Option<PersonKey>,
        /// What the words of it ask for.
        said: Said,
    },
    /// A message was sent from a number by somebody else (`smb_message_echoes`).
    Echo {
        /// From which number.
        number: PhoneNumberId,
        /// To whom.
        to: PersonKey,
        /// The message.
        message: MessageKey,
    },
    /// A person stopped or resumed marketing in WhatsApp itself (`user_preferences`).
    Preference {
        /// Of which number.
        number: PhoneNumberId,
        /// Who.
        person: PersonKey,
        /// Stopped, not resumed.
        stopped: bool,
    },
    /// Two keys name one person.
    SamePerson {
        /// This key
        key: PersonKey,
        /// is that person; the canonical one.
        of: PersonKey,
    },
    /// A person has another number from now on, or a number may have another person: consents are suspended until one
    /// is renewed.
    IdentityChanged {
        /// Who it was.
        was: PersonKey,
        /// Who it is; the same key where only the person behind it may be another.
        is: PersonKey,
    },
}

/// About a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumberNews {
    /// Its status.
    Status(Status),
    /// Its rating.
    Rating(Rating),
    /// How fast it may be.
    Level(Level),
    /// The throttling that a 131048 brought is over.
    ThrottleOver,
}

/// About an account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AccountNews {
    /// Disabled or locked, or no longer.
    Disabled(bool),
    /// Restricted, until a time if that is told.
    Restricted(Restriction, Option<Timestamp>),
    /// No longer restricted.
    Lifted(Restriction),
    /// Trouble with the payment, or no longer.
    Payment(bool),
}

/// About a template.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TemplateNews {
    /// Its status; of a pause, its end, if that is told.
    Status(TemplateStatus, Option<Timestamp>),
    /// Its rating.
    Quality(Rating),
    /// Its category.
    Category(Category),
    /// Its owner agrees to the category that it has now.
    CategoryAgreed,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StatusNews {
    /// From which number.
    pub number: PhoneNumberId,
    /// The attempt that our callback data names.
    pub attempt: Option<AttemptId>,
    /// The message.
    pub message: MessageKey,
    /// To whom.
    pub to: Option<PersonKey>,
    /// How far it came.
    pub progress: Progress,
    /// Why it failed; 0 for none.
    pub code: u32,
    /// Whether it counts towards the limit, as far as `pricing` says (`service`, `free_customer_service`: it does not).
    pub counts: Option<bool>,
}

/// What the words of a person ask for, as the edge understood them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Said {
    /// Nothing in particular.
    #[default]
    Nothing,
    /// To be left alone.
    Stop,
    /// To get messages again.
    Start,
    /// To talk to a person.
    Person,
}
