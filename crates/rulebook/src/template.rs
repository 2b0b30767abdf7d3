//! Message templates: what a business submits, how it is checked, where it stands in its life, when it is paused,
//! when its messages are held, how often it may be changed, how long its messages live, and what a send must give for
//! its placeholders.

pub mod archival;
pub mod category;
pub mod check;
pub mod draft;
pub mod lifecycle;
pub mod pacing;
pub mod parameters;
pub mod pausing;
pub mod placeholder;
pub mod quota;
pub mod ttl;
