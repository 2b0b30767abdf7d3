//! What happened to a portfolio: the only thing that is ever stored of it.
//!
//! Each event is the frozen struct of its (kind, version): it is never edited; a change adds a version. Frequent events
//! are `Copy`: dense ids and small integers, no text. A key of a person appears in [`ContactSeen`] only.

mod sends;
mod setup;

use stored::events;

pub use sends::{Admitted, AttemptsLost, Declined, Settled, SettledAs};
pub use setup::{AccountAdded, ContactSeen, ContactsMerged, NumberAdded, Opened, PolicySet, TemplateSeen};

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
}
