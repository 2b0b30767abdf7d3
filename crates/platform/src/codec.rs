//! Stored forms, as both seats make them. Golden files hold the bytes of every version.

pub(crate) use stored::{events, write};
