//! How often an app may call.

use super::EditionError;
use super::read::Reader;

/// Calls of the Graph API other than messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Management {
    /// Calls of an app in an hour, for each account.
    pub calls: u32,
    /// The same for an account with a registered number.
    pub calls_active: u32,
}

impl Management {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Management {
            calls: r.u32("management.calls")?,
            calls_active: r.u32("management.calls_active")?,
        })
    }
}
