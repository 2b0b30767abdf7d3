//! The sections of an edition about what surrounds messages: registration and media.

use super::EditionError;
use super::limits::Limit;
use super::read::Reader;
use decider::Millis;

/// Registering numbers: PINs, codes, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Calls to register or deregister a number within `calls_within`.
    pub calls: u32,
    /// See `calls`.
    pub calls_within: Millis,
    /// Wrong PINs within `pin_guesses_within`.
    pub pin_guesses: u32,
    /// See `pin_guesses`.
    pub pin_guesses_within: Millis,
    /// From a wrong PIN to the next try, where rates are enforced.
    pub pin_pause: Millis,
    /// Codes sent, and wrong codes tried, within `codes_within`.
    pub codes: u32,
    /// See `codes`.
    pub codes_within: Millis,
    /// How long a code is good.
    pub code_lifetime: Millis,
    /// From the removal of a number to the registration of the same number.
    pub after_removal: Millis,
    /// Registered numbers of a portfolio (P12); `None`: any number.
    pub numbers: Option<u32>,
    /// The same of a verified business, or of one whose limit is `numbers_raised_from`.
    pub numbers_raised: u32,
    /// See `numbers_raised`: people in 24 hours.
    pub numbers_raised_from: u32,
}

/// Uploaded files: bytes by kind, and how long they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaLimits {
    /// Bytes of a picture.
    pub image: u32,
    /// Bytes of a film.
    pub video: u32,
    /// Bytes of sound.
    pub audio: u32,
    /// Bytes of any other file.
    pub document: u32,
    /// Bytes of a sticker that stands still.
    pub sticker: u32,
    /// Bytes of a sticker that moves.
    pub moving_sticker: u32,
    /// How long an upload is kept.
    pub kept: Millis,
    /// How long a file that a person sent is kept.
    pub kept_inbound: Millis,
    /// How long the address of a download is good.
    pub link_lifetime: Millis,
}

impl Registration {
    /// Whether so high a limit lifts the cap on registered numbers.
    pub fn is_raised_by(&self, limit: Limit) -> bool {
        limit
            .people()
            .is_none_or(|people| people >= self.numbers_raised_from)
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Registration {
            calls: r.u32("registration.calls")?,
            calls_within: r.span("registration.calls_within")?,
            pin_guesses: r.u32("registration.pin_guesses")?,
            pin_guesses_within: r.span("registration.pin_guesses_within")?,
            pin_pause: r.millis("registration.pin_pause")?,
            codes: r.u32("registration.codes")?,
            codes_within: r.span("registration.codes_within")?,
            code_lifetime: r.span("registration.code_lifetime")?,
            after_removal: r.millis("registration.after_removal")?,
            numbers: r.u32_or_never("registration.numbers")?,
            numbers_raised: r.u32("registration.numbers_raised")?,
            numbers_raised_from: r.u32("registration.numbers_raised_from")?,
        })
    }
}

impl MediaLimits {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(MediaLimits {
            image: r.u32("media.image")?,
            video: r.u32("media.video")?,
            audio: r.u32("media.audio")?,
            document: r.u32("media.document")?,
            sticker: r.u32("media.sticker")?,
            moving_sticker: r.u32("media.moving_sticker")?,
            kept: r.span("media.kept")?,
            kept_inbound: r.span("media.kept_inbound")?,
            link_lifetime: r.span("media.link_lifetime")?,
        })
    }
}
