//! Quality rating of numbers and templates, from the feedback of the people written to.
//!
//! Promises: the state is integers; each event costs O(1), a judgement as many steps as the window has hours; silence
//! never worsens a rating. Must not know: people, messages, what follows from a change.

mod belief;
mod burst;
mod engagement;
mod evidence;
mod explain;
mod params;
mod signal;
mod stamp;
mod standing;

pub use belief::{Assessment, assess};
pub use burst::SendRate;
pub use engagement::{Cohort, after_template_delivery, cohort, template_hourly};
pub use evidence::{Evidence, Hour};
pub use explain::{DayShare, Explanation, KeyShare, KindShare, Outlook, explain};
pub use params::{Burst, Engagement, Prior, RatingParams, TemplateRatingParams, Weights};
pub use signal::{BlockReason, Kind, ReportReason, Signal, heavier};
pub use standing::{Hourly, Peak, Rating, RedReason, Standing, after_delivery, after_harm, hourly};

#[cfg(test)]
mod tests;
