//! Memory that is asked for before it is read.
//!
//! Promises: nothing is read and nothing is waited for; leaving it out changes no result, only the time that it takes.
//! Must not know: what the memory holds.

/// Asks for the cache line in which `value` begins. A core has a few dozen such requests under way at once, where a read
/// that misses soon holds up everything after it.
#[inline]
pub fn prefetch<T>(value: &T) {
    prefetch_index::prefetch_index(core::slice::from_ref(value), 0);
}
