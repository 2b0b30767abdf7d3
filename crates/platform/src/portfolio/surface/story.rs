//! What happened around the messages, in words.

use crate::portfolio::surface::access::PinOutcome;
use crate::portfolio::{Event, Portfolio};

impl Portfolio {
    /// In words; empty for events of other subjects.
    pub(in crate::portfolio) fn describe_surface(&self, event: &Event) -> String {
        let n = |number| self.number_name(number);
        match event {
            Event::RegistrationCalled(e) => {
                let pin = match e.pin {
                    PinOutcome::NotAsked => "no PIN to check",
                    PinOutcome::Right => "the PIN is right",
                    PinOutcome::Wrong => "the PIN is wrong",
                };
                format!("{}: to be registered or deregistered, {pin}", n(e.number))
            }
            Event::PinSet(e) => format!("{}: a new PIN", n(e.number)),
            Event::CodeSent(e) => {
                let way = if e.voice { "a call" } else { "an SMS" };
                format!("{}: {way} told its owner a verification code", n(e.number))
            }
            Event::CodeEntered(e) if e.right => format!("{}: the code is right, verified", n(e.number)),
            Event::CodeEntered(e) => format!("{}: a wrong verification code", n(e.number)),
            Event::MediumStored(e) => {
                let from = if e.inbound { "a person's file" } else { "a file" };
                format!(
                    "{}: {from} of {} bytes stored as medium {}",
                    n(e.number),
                    e.size,
                    e.medium.0
                )
            }
            Event::MediumDeleted(e) => format!("medium {} deleted", e.medium.0),
            Event::ProfileSet(e) => format!("{}: a new profile", n(e.number)),
            Event::QrSaved(e) => format!("{}: a QR code with its text", n(e.number)),
            Event::QrDeleted(e) => format!("{}: a QR code less", n(e.number)),
            Event::SettingsSet(e) => format!("{}: new settings ({:?})", n(e.number), e.topic),
            Event::InsightsEnabled(e) => format!("account {} keeps insights", e.waba.0),
            _ => String::new(),
        }
    }
}
