//! What happened around the messages: PINs, codes, media, profiles, QR codes, settings. Frozen structs.

use serde::{Deserialize, Serialize};

use crate::ids::{MediumIx, MessageId, NumberIx, WabaIx};
use crate::portfolio::surface::access::PinOutcome;
use crate::portfolio::surface::pages::{Profile, Topic};

/// See [`super::Event::RegistrationCalled`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegistrationCalled {
    /// The number.
    pub number: NumberIx,
    /// What became of the PIN that came with it.
    pub pin: PinOutcome,
}

/// See [`super::Event::PinSet`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PinSet {
    /// The number.
    pub number: NumberIx,
    /// Drawn for this PIN.
    pub salt: [u64; 2],
    /// Of salt, number and PIN.
    pub hash: [u8; 32],
}

/// See [`super::Event::CodeSent`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeSent {
    /// The number.
    pub number: NumberIx,
    /// Six digits, worth nothing once its time is over.
    pub code: u32,
    /// By call, not by SMS.
    pub voice: bool,
    /// The last instant at which it is good, in milliseconds since the Unix epoch.
    pub until_ms: u64,
}

/// See [`super::Event::CodeEntered`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeEntered {
    /// The number.
    pub number: NumberIx,
    /// It was the code that was sent last, in time.
    pub right: bool,
}

/// See [`super::Event::MediumStored`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediumStored {
    /// The new id, always the next.
    pub medium: MediumIx,
    /// The number that it was uploaded to, or sent to.
    pub number: NumberIx,
    /// Its place in the rulebook's list of types.
    pub mime: u8,
    /// Bytes.
    pub size: u32,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// From a person.
    pub inbound: bool,
    /// The first instant at which it is no longer there, in milliseconds since the Unix epoch.
    pub until_ms: u64,
}

/// See [`super::Event::MediumDeleted`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediumDeleted {
    /// The file.
    pub medium: MediumIx,
}

/// See [`super::Event::ProfileSet`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileSet {
    /// The number.
    pub number: NumberIx,
    /// The whole profile as it is from now on.
    pub profile: Box<Profile>,
}

/// See [`super::Event::QrSaved`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QrSaved {
    /// The number.
    pub number: NumberIx,
    /// What it is called.
    pub code: u64,
    /// The text in the chat.
    pub text: String,
}

/// See [`super::Event::QrDeleted`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct QrDeleted {
    /// The number.
    pub number: NumberIx,
    /// What it was called.
    pub code: u64,
}

/// See [`super::Event::SettingsSet`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsSet {
    /// The number.
    pub number: NumberIx,
    /// Which settings.
    pub topic: Topic,
    /// All of them from now on, as JSON.
    pub json: String,
}

/// See [`super::Event::InsightsEnabled`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct InsightsEnabled {
    /// The account.
    pub waba: WabaIx,
}

/// See [`super::Event::SentAsMarketing`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentAsMarketing {
    /// The message, accepted with it.
    pub message: MessageId,
}
