//! Quality rating of numbers and templates, from the feedback of the people written to.

mod params;

pub use params::{Burst, Engagement, Prior, RatingParams, TemplateRatingParams, Weights};
