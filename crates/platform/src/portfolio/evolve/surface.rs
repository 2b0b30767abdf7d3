//! What surrounds the messages.

use decider::Timestamp;

use crate::portfolio::Portfolio;
use crate::portfolio::event::{self, Event};
use crate::portfolio::surface::access::{Code, PinHash};
use crate::portfolio::surface::media::Medium;
use crate::portfolio::surface::pages::QrCode;

impl Portfolio {
    /// Applies an event of these subjects; no other is one of them.
    pub(super) fn on_surface(&mut self, event: &Event, at: Timestamp) {
        let limits = &self.rules.registration;
        let surface = &mut self.surface;
        match event {
            Event::RegistrationCalled(e) => surface.access_mut(e.number).on_called(e.pin, at, limits),
            Event::PinSet(e) => surface.access_mut(e.number).on_pin_set(PinHash {
                salt: e.salt,
                hash: e.hash,
            }),
            Event::CodeSent(e) => {
                let code = Code {
                    code: e.code,
                    voice: e.voice,
                    until_ms: e.until_ms,
                };
                surface.access_mut(e.number).on_code_sent(code, at, limits);
            }
            Event::CodeEntered(e) => surface.access_mut(e.number).on_code_entered(e.right, at, limits),
            Event::MediumStored(e) => surface.media.on_stored(stored(e), at),
            Event::MediumDeleted(e) => surface.media.on_deleted(e.medium),
            Event::ProfileSet(e) => surface.pages.on_profile_set(e.number, (*e.profile).clone()),
            Event::QrSaved(e) => {
                let (code, text) = (e.code, e.text.clone());
                surface.pages.on_qr_saved(e.number, QrCode { code, text });
            }
            Event::QrDeleted(e) => surface.pages.on_qr_deleted(e.number, e.code),
            Event::SettingsSet(e) => surface.pages.on_settings_set(e.number, e.topic, e.json.clone()),
            Event::InsightsEnabled(e) => surface.pages.on_insights_enabled(e.waba),
            _ => return,
        }
        surface.note(event);
    }
}

fn stored(e: &event::MediumStored) -> Medium {
    Medium {
        number: e.number,
        mime: e.mime,
        size: e.size,
        sha256: e.sha256,
        inbound: e.inbound,
        until_ms: e.until_ms,
        deleted: false,
    }
}
