//! What a business wants around its messages: PINs and codes, media, profiles, QR codes, settings.

use core::fmt;
use std::sync::Arc;

use crate::ids::{MediumIx, NumberIx, WabaIx};
use crate::portfolio::surface::access::Pin;
use crate::portfolio::surface::pages::{Profile, Topic};

/// One wish of these subjects.
#[derive(Clone, Debug)]
pub enum SurfaceCommand {
    /// Registers a number with its PIN, which is set if there is none.
    Register {
        /// The number.
        number: NumberIx,
        /// Its PIN.
        pin: Pin,
    },
    /// Takes a number off.
    Deregister {
        /// The number.
        number: NumberIx,
    },
    /// Sets or changes a PIN.
    SetPin {
        /// The number.
        number: NumberIx,
        /// The new PIN.
        pin: Pin,
    },
    /// Sends a code to the owner of a number.
    RequestCode {
        /// The number.
        number: NumberIx,
        /// By call, not by SMS.
        voice: bool,
    },
    /// The owner tells the code.
    VerifyCode {
        /// The number.
        number: NumberIx,
        /// What they told.
        code: u32,
    },
    /// Stores a file.
    StoreMedium(Upload),
    /// Deletes a file.
    DeleteMedium {
        /// The file.
        medium: MediumIx,
    },
    /// Replaces the profile of a number.
    SetProfile {
        /// The number.
        number: NumberIx,
        /// The whole profile.
        profile: Box<Profile>,
    },
    /// Makes a QR code, or changes the text of one.
    SaveQr {
        /// The number.
        number: NumberIx,
        /// Which one; `None` makes a new one.
        code: Option<u64>,
        /// The text in the chat.
        text: String,
    },
    /// Deletes a QR code.
    DeleteQr {
        /// The number.
        number: NumberIx,
        /// Which one.
        code: u64,
    },
    /// Replaces settings of a number.
    SetSettings {
        /// The number.
        number: NumberIx,
        /// Which settings.
        topic: Topic,
        /// All of them, as JSON.
        json: String,
    },
    /// Lets an account keep insights; this cannot be undone.
    EnableInsights {
        /// The account.
        waba: WabaIx,
    },
}

/// A file that comes in.
#[derive(Clone)]
pub struct Upload {
    /// The number that it is for.
    pub number: NumberIx,
    /// Its place in the rulebook's list of types.
    pub mime: u8,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// From a person.
    pub inbound: bool,
    /// Its bytes, kept apart from the events.
    pub bytes: Arc<[u8]>,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Upload {
            number, mime, bytes, ..
        } = self;
        write!(f, "Upload({number:?}, type {mime}, {} bytes)", bytes.len())
    }
}
