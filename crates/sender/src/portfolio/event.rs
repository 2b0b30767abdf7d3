//! What happened to a portfolio: the only thing that is ever stored of it.
//!
//! Each event is the frozen struct of its (kind, version): it is never edited; a change adds a version. Frequent events
//! are `Copy`: dense ids and small integers, no text. A key of a person appears in [`ContactSeen`] only.

mod people;
mod sends;
mod setup;
mod told;

use stored::events;

pub use people::{ConsentTold, PersonAsked, PersonMissed, TakenOver, TopicNamed, WaysDeclared};
pub use sends::{Admitted, AttemptsLost, Declined, Settled, SettledAs};
pub use setup::{AccountAdded, ContactSeen, ContactsMerged, NumberAdded, Opened, PolicySet, TemplateSeen};
pub use told::{
    AccountFact, AccountTold, Alarm, Alarmed, By, ForeignSeen, IdentityChanged, InboundSeen, LimitTold,
    LogImported, NotBefore, NumberFact, NumberTold, OptOutTold, PersonErased, Progress, StatusSeen, StopSet,
    SuppressionSet, TemplateFact, TemplateTold,
};

events! {
    /// The portfolio began, or changed its name or edition.
    1001 v 1 Opened,
    /// It got an account.
    1002 v 1 AccountAdded,
    /// It got a number.
    1003 v 1 NumberAdded,
    /// A template became known.
    1004 v 1 TemplateSeen,
    /// The owner set the policy.
    1005 v 1 PolicySet,
    /// A person became known.
    1010 v 1 ContactSeen,
    /// Two identities turned out to be one person.
    1011 v 1 ContactsMerged,
    /// A send may go, once.
    1020 v 1 Admitted,
    /// A send was held or refused.
    1021 v 1 Declined,
    /// It became known what became of an attempt.
    1022 v 1 Settled,
    /// The deadline of attempts without an outcome passed.
    1023 v 1 AttemptsLost,
    /// A status of one of our messages came.
    1024 v 1 StatusSeen,
    /// Somebody else sent a message from one of our numbers.
    1025 v 1 ForeignSeen,
    /// A person wrote or called.
    1026 v 1 InboundSeen,
    /// Something was told about a number.
    1030 v 1 NumberTold,
    /// Something was told about a messaging limit.
    1031 v 1 LimitTold,
    /// Something was told about an account.
    1032 v 1 AccountTold,
    /// Something was told about a template.
    1033 v 1 TemplateTold,
    /// A person opted out, or in again.
    1040 v 1 OptOutTold,
    /// The platform asked to send a person no marketing before a time.
    1041 v 1 NotBefore,
    /// The person behind a number may be another: consents are suspended until one is renewed.
    1042 v 1 IdentityChanged,
    /// A person was put on the suppression list, or taken off.
    1043 v 1 SuppressionSet,
    /// A person was forgotten.
    1044 v 1 PersonErased,
    /// Sending was stopped or resumed.
    1045 v 1 StopSet,
    /// The log of what was sent before the gateway was there is complete.
    1046 v 1 LogImported,
    /// A person agreed to something, or took it back.
    1047 v 1 ConsentTold,
    /// A person asked for a person.
    1048 v 1 PersonAsked,
    /// Somebody of the business took over.
    1049 v 1 TakenOver,
    /// Somebody should look after something.
    1050 v 1 Alarmed,
    /// Nobody answered a request for a person in time.
    1051 v 1 PersonMissed,
    /// The ways to a person of a number were declared.
    1052 v 1 WaysDeclared,
    /// A topic of consents got its name.
    1053 v 1 TopicNamed,
}
