//! Numbers, templates and people become known. Frozen structs.

use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, PersonKey, PhoneNumberId, TemplateKey, WabaId, WabaIx};
use crate::policy::Policy;

/// See [`super::Event::Opened`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Its name.
    pub name: String,
    /// The permanent number of the edition.
    pub edition: u16,
}

/// See [`super::Event::AccountAdded`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountAdded {
    /// The platform's id.
    pub waba: WabaId,
}

/// See [`super::Event::NumberAdded`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberAdded {
    /// Its account.
    pub waba: WabaIx,
    /// The platform's id.
    pub number: PhoneNumberId,
    /// Its digits, with country code.
    pub e164: u64,
    /// Its brand.
    pub brand: u16,
}

/// See [`super::Event::TemplateSeen`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateSeen {
    /// Its account.
    pub waba: WabaIx,
    /// Name and language, hashed.
    pub key: TemplateKey,
}

/// See [`super::Event::PolicySet`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicySet {
    /// The whole policy.
    pub policy: Box<Policy>,
}

/// See [`super::Event::ContactSeen`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactSeen {
    /// The new id, always the next.
    pub contact: ContactIx,
    /// Whom it names.
    pub key: PersonKey,
}

/// See [`super::Event::ContactsMerged`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactsMerged {
    /// This id
    pub from: ContactIx,
    /// is that person.
    pub into: ContactIx,
}
