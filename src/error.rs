//! The ways a run can fail, and the one place that writes them. A finding is not an error.

use crate::safe_text;
use crate::secret;
use std::io;
use std::path::PathBuf;

/// Why a run failed. Each text says what, where and, when it is not plain, what to do; a source says why.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path on the command line that is not there.
    #[error("`{}`: no such file or folder", .0.display())]
    NoSuchPath(PathBuf),
    /// A file or folder that cannot be read at all.
    #[error("`{}`: cannot be read", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file that is too large to be what it should be.
    #[error("`{}` is larger than {most} bytes", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes.
        most: u64,
    },
    /// Output that could not be written.
    #[error("`{}`: cannot be written", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Standard output broke for another reason than a closed pipe.
    #[error("standard output")]
    Output(#[source] io::Error),
    /// An error of one part of the program.
    #[error(transparent)]
    Module(Box<dyn std::error::Error + Send + Sync>),
}

/// The errors of one part. Each part implements it for its own, so that `?` makes an [`Error`] of them and this module
/// imports none.
pub trait ModuleError: std::error::Error + Send + Sync + 'static {}

impl<E: ModuleError> From<E> for Error {
    fn from(error: E) -> Self {
        Self::Module(Box::new(error))
    }
}

impl Error {
    /// The text with its sources, unescaped. It is not safe to print.
    #[must_use]
    pub fn text(&self) -> String {
        with_sources(self)
    }

    /// The whole as people see it: nothing in it acts on a terminal or in a log, credentials are masked, and it begins
    /// with `error`, as a rendered snippet does. A path may have line breaks in it, so that each line is made
    /// harmless.
    #[must_use]
    pub fn render(&self) -> String {
        let text = self.text();
        let text = secret::mask_secrets(&text);
        let lines: Vec<_> = text.lines().map(safe_text::escape_log_line).collect();
        let prefix = if text.starts_with("error") { "" } else { "error: " };
        format!("{prefix}{}", lines.join("\n"))
    }
}

/// The text of an error and those of its sources. Some errors have the text of their source in their own: it is not
/// repeated.
#[must_use]
pub fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    for source in std::iter::successors(error.source(), |source| source.source()) {
        let source = source.to_string();
        if !text.contains(&source) {
            text.push_str(": ");
            text.push_str(&source);
        }
    }
    text
}
