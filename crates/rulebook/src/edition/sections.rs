//! The smaller sections of an edition.

use super::EditionError;
use super::choice::choices;
use super::read::Reader;
use crate::throughput::raise::Raise;
use decider::Millis;

/// The FLAGGED status (S4 to S6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flagged {
    /// From the start of FLAGGED to the instant at which the tier is lowered (S6: 604,800,000 ms).
    pub period: Millis,
    /// When a better rating ends it (S5).
    pub recovery: Recovery,
}

choices! {
    /// When a number that is no longer RED leaves FLAGGED.
    Recovery {
        /// In the commit in which the rating leaves RED.
        AtOnce = "at_once",
        /// At the end of the period.
        OnDay7 = "on_day_7",
        /// When the rating was not RED for seven days.
        GoodFor7Days = "good_for_7_days",
    }
}

/// The RESTRICTED status: the messaging limit is used up (S7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restricted {
    /// Which sends it blocks.
    pub blocks: Blocks,
    /// When it ends.
    pub end: RestrictedEnd,
}

choices! {
    /// Which sends RESTRICTED blocks. Replies always go.
    Blocks {
        /// Every send outside a customer service window.
        AllOutsideCsw = "all_outside_csw",
        /// Sends to people who are not in the window yet.
        NewRecipients = "new_recipients",
    }
}

choices! {
    /// When RESTRICTED ends.
    RestrictedEnd {
        /// As soon as a recipient leaves the window.
        Rolling = "rolling",
        /// A day after it began.
        StartPlusDay = "start_plus_day",
    }
}

/// Template pausing (T5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pausing {
    /// How long each instance pauses; the one after the last disables.
    pub ladder: Vec<Millis>,
    /// Time without RED after which the count starts again; `None`: never.
    pub reset_after: Option<Millis>,
}

/// Template review (T1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// From submission to the decision.
    pub delay: Millis,
}

/// How long simulated messages travel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transit {
    /// From acceptance to `sent`.
    pub sent: Millis,
    /// From acceptance to `delivered`.
    pub delivered: Millis,
}

/// How often notices may come (S8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notices {
    /// At most one mail and one notification about RESTRICTED in this span.
    pub restricted_every: Millis,
    /// Status webhooks of a number are gathered for this span.
    pub status_webhook_every: Millis,
    /// Whether a used-up limit, and room in it again, are told by webhook.
    pub restricted_webhook: bool,
}

/// How long single messages are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Messages {
    /// The rating window and a little more; later signals find only totals.
    pub retention: Millis,
}

/// Messages to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairRate {
    /// One message in this span.
    pub interval: Millis,
    /// So many may be borrowed from the future.
    pub burst: u32,
}

/// Messages of one number a second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throughput {
    /// Every number to begin with.
    pub standard: u32,
    /// Numbers that were raised.
    pub high: u32,
    /// Numbers shared with the phone app.
    pub coexistence: u32,
    /// When a number is raised by itself.
    pub raise: Raise,
}

impl Flagged {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Option<Self>, EditionError> {
        if !r.has("flagged") {
            return Ok(None);
        }
        Ok(Some(Flagged {
            period: r.span("flagged.period")?,
            recovery: r.choice("flagged.recovery")?,
        }))
    }
}

impl Restricted {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Restricted {
            blocks: r.choice("restricted.blocks")?,
            end: r.choice("restricted.end")?,
        })
    }
}

impl Pausing {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Pausing {
            ladder: r.spans("pausing.ladder")?,
            reset_after: r.span_or_never("pausing.reset_after")?,
        })
    }
}

impl Review {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Review {
            delay: r.millis("review.delay")?,
        })
    }
}

impl Transit {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        let transit = Transit {
            sent: r.millis("transit.sent")?,
            delivered: r.millis("transit.delivered")?,
        };
        r.require(
            transit.sent <= transit.delivered,
            "transit.delivered",
            "not before transit.sent",
        )?;
        Ok(transit)
    }
}

impl Notices {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Notices {
            restricted_every: r.millis("notices.restricted_every")?,
            status_webhook_every: r.millis("notices.status_webhook_every")?,
            restricted_webhook: r.bool("notices.restricted_webhook")?,
        })
    }
}

impl Messages {
    pub(super) fn read(r: &mut Reader<'_>, rating_window: Millis) -> Result<Self, EditionError> {
        Ok(Messages {
            retention: rating_window + r.millis("messages.beyond_rating_window")?,
        })
    }
}

impl PairRate {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(PairRate {
            interval: r.span("pair_rate.interval")?,
            burst: r.u32("pair_rate.burst")?,
        })
    }
}

impl Throughput {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Throughput {
            standard: r.u32("throughput.standard")?,
            high: r.u32("throughput.high")?,
            coexistence: r.u32("throughput.coexistence")?,
            raise: Raise::read(r)?,
        })
    }
}
