//! The values that a rating is made with.

use crate::edition::EditionError;
use crate::edition::Reader;
use decider::Millis;

/// How the rating of a number is made from feedback (Q1 to Q7). Rates in millionths (`_ppm`), weights in
/// thousandths (`_milli`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingParams {
    /// How far back evidence counts (Q3).
    pub window: Millis,
    /// Age at which evidence weighs half.
    pub half_life: Millis,
    /// How long feedback on the last messages is awaited: evidence does not age so long after them.
    pub late_feedback: Millis,
    /// Harm for each message above which the rating is YELLOW.
    pub yellow_ppm: u32,
    /// Harm for each message above which the rating is RED.
    pub red_ppm: u32,
    /// Probability of being over a threshold at which the rating worsens.
    pub worse_ppm: u32,
    /// Probability of being over the lowered threshold at which it betters.
    pub better_ppm: u32,
    /// The share of a threshold below which the belief must fall for the better.
    pub margin_ppm: u32,
    /// The shortest time from one change to one for the better.
    pub dwell: Millis,
    /// UNKNOWN is left after so many deliveries in the window.
    pub known_after: u32,
    /// A block is charged to the last business-initiated message delivered within this span.
    pub blame: Millis,
    /// Further messages to the same person within this span of one that added exposure add none; at most the window.
    pub exposure_every: Millis,
    /// What is believed without evidence.
    pub prior: Prior,
    /// Harm of each kind of signal.
    pub weights: Weights,
    /// What counts as an unusual burst (Q7).
    pub burst: Burst,
}

/// What is believed without evidence, and how firmly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prior {
    /// Harm for each message.
    pub mean_ppm: u32,
    /// The least weight, in messages.
    pub exposure: u32,
    /// Share of the peak of exposure that the prior weighs, where that is more.
    pub peak_share_ppm: u32,
    /// The span in which the peak halves.
    pub peak_halving: Millis,
}

/// Harm of each kind of signal, in thousandths of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    /// A block.
    pub block_milli: u32,
    /// A block because of spam, or because the person did not sign up.
    pub unwanted_block_milli: u32,
    /// A report.
    pub report_milli: u32,
    /// An opt-out.
    pub opt_out_milli: u32,
    /// A muted chat.
    pub mute_milli: u32,
    /// An archived chat.
    pub archive_milli: u32,
}

/// An hour of unusually many messages, and what harm in it weighs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Burst {
    /// Times the 95th percentile of the number's own hours.
    pub times: u32,
    /// And at least so many messages.
    pub at_least: u32,
    /// Factor on the weight of harm on such messages, in thousandths.
    pub weight_milli: u32,
}

/// How the rating of a template is made: as a number's, and from engagement (T4, T10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRatingParams {
    /// From feedback.
    pub belief: RatingParams,
    /// From reads.
    pub engagement: Engagement,
}

/// How many messages should be read (T10, Q8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engagement {
    /// A smaller share of read messages is low engagement: YELLOW.
    pub floor_ppm: u32,
    /// A share of the floor below which it is RED.
    pub red_share_ppm: u32,
    /// How old messages must be before it counts whether they were read; at most half the window, so that in a short
    /// one there are any so old.
    pub cohort_age: Millis,
    /// How sure it must be that the share is below.
    pub certainty_ppm: u32,
}

impl RatingParams {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        let window = r.span("rating.window")?;
        let params = RatingParams {
            window,
            half_life: r.span("rating.half_life")?,
            late_feedback: r.millis("rating.late_feedback")?,
            yellow_ppm: r.ppm("rating.yellow")?,
            red_ppm: r.ppm("rating.red")?,
            worse_ppm: r.ppm("rating.worse_certainty")?,
            better_ppm: r.ppm("rating.better_certainty")?,
            margin_ppm: r.ppm("rating.better_margin")?,
            dwell: r.millis("rating.dwell")?,
            known_after: r.u32("rating.known_after")?,
            blame: r.span("rating.blame")?,
            exposure_every: r.span("rating.exposure_every")?.min(window),
            prior: Prior::read(r)?,
            weights: Weights::read(r)?,
            burst: Burst::read(r)?,
        };
        r.require(
            params.yellow_ppm < params.red_ppm,
            "rating.red",
            "above rating.yellow",
        )?;
        r.require(
            params.worse_ppm > params.better_ppm,
            "rating.worse_certainty",
            "above rating.better_certainty",
        )?;
        let whole_hours = params.window.get().is_multiple_of(Millis::HOUR.get());
        r.require(whole_hours, "rating.window", "a span of whole hours")?;
        Ok(params)
    }
}

impl Prior {
    fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        let prior = Prior {
            mean_ppm: r.ppm("rating.prior.mean")?,
            exposure: r.u32("rating.prior.exposure")?,
            peak_share_ppm: r.ppm("rating.prior.peak_share")?,
            peak_halving: r.span("rating.prior.peak_halving")?,
        };
        r.require(prior.mean_ppm > 0, "rating.prior.mean", "above 0")?;
        r.require(prior.exposure > 0, "rating.prior.exposure", "above 0")?;
        Ok(prior)
    }
}

impl Weights {
    fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Weights {
            block_milli: r.permille("rating.weights.block")?,
            unwanted_block_milli: r.permille("rating.weights.unwanted_block")?,
            report_milli: r.permille("rating.weights.report")?,
            opt_out_milli: r.permille("rating.weights.opt_out")?,
            mute_milli: r.permille("rating.weights.mute")?,
            archive_milli: r.permille("rating.weights.archive")?,
        })
    }
}

impl Burst {
    fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Burst {
            times: r.u32("rating.burst.times")?,
            at_least: r.u32("rating.burst.at_least")?,
            weight_milli: r.permille("rating.burst.weight")?,
        })
    }
}

impl TemplateRatingParams {
    pub(crate) fn read(r: &mut Reader<'_>, belief: &RatingParams) -> Result<Self, EditionError> {
        Ok(TemplateRatingParams {
            belief: belief.clone(),
            engagement: Engagement {
                floor_ppm: r.ppm("template_rating.engagement.floor")?,
                red_share_ppm: r.ppm("template_rating.engagement.red_share")?,
                cohort_age: r
                    .millis("template_rating.engagement.cohort_age")?
                    .min(Millis::new(belief.window.get() / 2)),
                certainty_ppm: r.ppm("template_rating.engagement.certainty")?,
            },
        })
    }
}
