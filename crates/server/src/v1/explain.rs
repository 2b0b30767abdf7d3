//! Why a rating is what it is: the figures, and which signals, templates and hours moved it.
//!
//! Must not know: how a rating follows from the figures; they are shown beside the thresholds that they are held to.

use decider::{CellId, Millis, Timestamp};
use platform::ids::{NumberIx, TemplateIx};
use platform::portfolio::Portfolio;
use rulebook::rating::{Evidence, Hour, Kind, RatingParams, Standing, assess, cohort};
use serde::Serialize;
use utoipa::ToSchema;

use super::page::iso;
use crate::ids::template_id;

/// Templates shown: those with the most harm.
const TEMPLATES_MAX: usize = 10;

/// Why a rating is what it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explanation {
    rating: String,
    /// When it last changed.
    since: String,
    /// Why it is RED by review; null if it is not.
    held: Option<String>,
    figures: Figures,
    /// Signals of the window, by kind.
    pub(crate) signals: Vec<SignalCount>,
    /// Of a number: whose messages drew the signals, the worst first; at most 10.
    pub(crate) templates: Vec<TemplateShare>,
    /// The hours whose messages drew signals, newest first.
    hours: Vec<HourShare>,
    /// The same in sentences.
    pub(crate) sentences: Vec<String>,
}

/// The figures that the rating follows from.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Figures {
    /// How far back feedback counts.
    window_hours: u64,
    /// Messages delivered in the window.
    deliveries: u64,
    /// Recipients reached, weighted by age.
    exposure: f64,
    /// Signals in units of a block, weighted by kind and age.
    harm: f64,
    /// The expected harm for each message, in percent.
    harm_percent: f64,
    /// YELLOW when the harm for each message is above this, with the certainty asked for.
    yellow_above_percent: f64,
    /// RED when the harm for each message is above this, with the certainty asked for.
    red_above_percent: f64,
    /// How certain it is that the harm is above the first, in percent.
    above_yellow_percent: f64,
    /// How certain it is that the harm is above the second, in percent.
    above_red_percent: f64,
    /// The certainty from which on the rating falls, in percent.
    certainty_percent: f64,
}

/// Signals of a kind.
#[derive(Debug, Serialize, ToSchema, PartialEq, Eq)]
pub(crate) struct SignalCount {
    #[schema(example = "blocked")]
    pub(crate) signal: String,
    pub(crate) count: u32,
}

/// What one template drew.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplateShare {
    /// Null for messages without a template.
    pub(crate) template_id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) signals: Vec<SignalCount>,
}

/// What the messages of one hour drew.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HourShare {
    /// When the hour began.
    hour: String,
    deliveries: u32,
    reads: u32,
    signals: Vec<SignalCount>,
}

/// Explains the rating of a number.
pub(crate) fn of_number(
    cell: CellId,
    portfolio: &Portfolio,
    ix: NumberIx,
    now: Timestamp,
) -> Option<Explanation> {
    let number = portfolio.number(ix)?;
    let params = &portfolio.edition().rating;
    let mut explanation = explain(params, &number.evidence, &number.standing, now);
    let mut templates: Vec<(u32, TemplateShare)> = number
        .harm_by_template
        .iter()
        .map(|(template, evidence)| share(cell, portfolio, *template, evidence, params, now))
        .filter(|(count, _)| *count > 0)
        .collect();
    templates.sort_by_key(|(count, _)| core::cmp::Reverse(*count));
    templates.truncate(TEMPLATES_MAX);
    if let Some((count, worst)) = templates.first() {
        let what = worst
            .name
            .as_ref()
            .map_or("messages without a template".to_owned(), |name| {
                format!(
                    "template {name} ({})",
                    worst.language.as_deref().unwrap_or_default()
                )
            });
        explanation
            .sentences
            .push(format!("Most signals ({count}) are about {what}."));
    }
    explanation.templates = templates.into_iter().map(|(_, share)| share).collect();
    Some(explanation)
}

/// Explains the rating of a template.
pub(crate) fn of_template(portfolio: &Portfolio, ix: TemplateIx, now: Timestamp) -> Option<Explanation> {
    let template = portfolio.template(ix)?;
    let params = &portfolio.edition().template_rating.belief;
    let mut explanation = explain(params, &template.evidence, &template.standing, now);
    let read = cohort(&portfolio.edition().template_rating, &template.evidence, now);
    if read.deliveries > 0 {
        let text = format!(
            "Of {} messages old enough to judge by, {} were read.",
            read.deliveries, read.reads
        );
        explanation.sentences.push(text);
    }
    if let Some(until) = template.paused_until {
        explanation
            .sentences
            .push(format!("It is paused until {}.", iso(until)));
    }
    if let Some((reason, why, what_to_do)) = &template.rejection {
        let why = why.trim_end_matches('.');
        explanation
            .sentences
            .push(format!("It was rejected as {reason}: {why}. {what_to_do}"));
    }
    Some(explanation)
}

fn explain(params: &RatingParams, evidence: &Evidence, standing: &Standing, now: Timestamp) -> Explanation {
    let figures = figures(params, evidence, standing, now);
    let signals = count(evidence.within(now, params.window));
    let hours = evidence.within(now, params.window).map(hour_share);
    Explanation {
        rating: standing.rating.label().to_owned(),
        since: iso(standing.since),
        held: standing.hold.map(|reason| reason.label().to_owned()),
        sentences: sentences(standing, &figures, &signals),
        figures,
        signals,
        templates: Vec::new(),
        hours: hours.filter(|hour| !hour.signals.is_empty()).collect(),
    }
}

fn hour_share(hour: &Hour) -> HourShare {
    HourShare {
        hour: iso(hour.start()),
        deliveries: hour.deliveries(),
        reads: hour.reads(),
        signals: count([hour].into_iter()),
    }
}

fn figures(params: &RatingParams, evidence: &Evidence, standing: &Standing, now: Timestamp) -> Figures {
    let belief = assess(params, evidence, standing, now);
    let percent = |ppm: u32| f64::from(ppm) / 10_000.0;
    Figures {
        window_hours: params.window.get() / Millis::HOUR.get(),
        deliveries: belief.deliveries,
        exposure: round(belief.exposure),
        harm: round(belief.harm),
        harm_percent: round(belief.mean() * 100.0),
        yellow_above_percent: percent(params.yellow_ppm),
        red_above_percent: percent(params.red_ppm),
        above_yellow_percent: round(belief.over(params.yellow_ppm) * 100.0),
        above_red_percent: round(belief.over(params.red_ppm) * 100.0),
        certainty_percent: percent(params.worse_ppm),
    }
}

fn sentences(standing: &Standing, figures: &Figures, signals: &[SignalCount]) -> Vec<String> {
    let mut sentences = vec![format!(
        "{} since {}.",
        standing.rating.label(),
        iso(standing.since)
    )];
    if let Some(reason) = standing.hold {
        sentences.push(format!(
            "RED by review, whatever the feedback: {}.",
            reason.label()
        ));
    }
    let drawn = match signals {
        [] => "nobody complained".to_owned(),
        some => some
            .iter()
            .map(|s| format!("{} {}", s.count, s.signal))
            .collect::<Vec<_>>()
            .join(", "),
    };
    sentences.push(format!(
        "Delivered in the last {} hours: {}; {drawn}.",
        figures.window_hours, figures.deliveries
    ));
    sentences.push(format!(
        "It is {} % certain that more than {} % of messages do harm (YELLOW from {} % on), and {} % that more than {} % do (RED).",
        figures.above_yellow_percent,
        figures.yellow_above_percent,
        figures.certainty_percent,
        figures.above_red_percent,
        figures.red_above_percent,
    ));
    sentences
}

fn share(
    cell: CellId,
    portfolio: &Portfolio,
    ix: TemplateIx,
    evidence: &Evidence,
    params: &RatingParams,
    now: Timestamp,
) -> (u32, TemplateShare) {
    let signals = count(evidence.within(now, params.window));
    let draft = portfolio.template(ix).map(|template| &template.draft);
    let share = TemplateShare {
        template_id: draft.map(|_| template_id(cell, ix).to_string()),
        name: draft.map(|draft| draft.name.clone()),
        language: draft.map(|draft| draft.language.clone()),
        signals,
    };
    (share.signals.iter().map(|signal| signal.count).sum(), share)
}

fn count<'a>(hours: impl Iterator<Item = &'a Hour>) -> Vec<SignalCount> {
    let mut counts = [0_u32; Kind::ALL.len()];
    for hour in hours {
        for (count, kind) in counts.iter_mut().zip(Kind::ALL) {
            *count += hour.harm(kind, false) + hour.harm(kind, true);
        }
    }
    let counts = counts.into_iter().zip(Kind::ALL).filter(|(count, _)| *count > 0);
    counts
        .map(|(count, kind)| SignalCount {
            signal: kind.label().to_owned(),
            count,
        })
        .collect()
}

/// To two places: more would only look exact.
fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
