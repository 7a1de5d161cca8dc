//! The ways a run can fail. A finding is not an error.

use crate::report::safe;
use crate::safety::secret;
use std::io;
use std::path::PathBuf;

/// Why a run failed. Each text says what, where and, when it is not plain, what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path on the command line that is not there.
    #[error("`{}`: no such file or folder", .0.display())]
    NoSuchPath(PathBuf),
    /// A folder that cannot be read at all.
    #[error("`{}`: cannot be read: {source}", .path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The config file is wrong; the text is a rendered snippet that points at the key.
    #[error("{0}")]
    Config(String),
    /// Something on the command line that the parser of arguments cannot check.
    #[error("{0}")]
    Usage(String),
    /// Output that could not be written.
    #[error("`{}`: cannot be written: {source}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Standard output broke for another reason than a closed pipe.
    #[error("standard output: {0}")]
    Output(io::Error),
}

impl Error {
    /// The whole as people see it: nothing in it acts on a terminal or in a log, credentials are masked, and it begins
    /// with `error`, as a rendered snippet does. A path may have line breaks in it, so that each line is made
    /// harmless.
    #[must_use]
    pub fn shown(&self) -> String {
        let text = self.to_string();
        let text = secret::masked(&text);
        let lines: Vec<_> = text.lines().map(safe::line).collect();
        let prefix = if text.starts_with("error") { "" } else { "error: " };
        format!("{prefix}{}", lines.join("\n"))
    }
}
