//! The only place that draws from the operating system's randomness.
//!
//! Everything else derives from the seat's seed, so that the same seed gives the same history.

/// A seed for a seat that was given none.
#[expect(clippy::disallowed_methods, reason = "this is the place that draws keys")]
pub fn random_seed() -> Result<u64, getrandom::Error> {
    getrandom::u64()
}
