//! The directory as it last was, for reading without asking the engine: tokens are looked up with every request.
//!
//! Promises: what it shows is durable; whoever has the answer to a directory command sees that command's effect.
//! Must not know: what is done with what is found.

use std::sync::{Arc, PoisonError, RwLock};

use platform::directory::Directory;

/// A shared, replaceable picture of the directory.
#[derive(Clone, Default)]
pub struct DirectoryView(Arc<RwLock<Arc<Directory>>>);

impl DirectoryView {
    /// The directory now. Holding on to it keeps the old picture.
    pub fn get(&self) -> Arc<Directory> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows another picture from now on.
    pub(crate) fn show(&self, directory: Directory) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(directory);
    }
}
