//! Why fixed files could not be written.

use crate::error::ModuleError;
use std::path::PathBuf;

/// Why files could not be fixed.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Another program changed one of them.
    #[error("`{}` changed while it was being fixed; nothing was written to it", .0.display())]
    Changed(PathBuf),
    /// Some could not be written.
    #[error("{failed} of {of} files could not be fixed:{list}")]
    Some {
        /// How many.
        failed: usize,
        /// Of how many.
        of: usize,
        /// A line for each of them, and for each that was written.
        list: String,
    },
}

impl ModuleError for SaveError {}
