//! The three exit codes.

use crate::config::file::FailOn;
use crate::diagnostic::Severity;
use crate::error::Error;
use std::io;
use std::process::ExitCode;

/// The result of a run. The output format never changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// No findings that fail the run.
    Clean,
    /// A finding at or above `fail-on`, or a hub that does not build.
    Findings,
    /// The run itself failed: wrong usage, an unreadable config, a path that does not exist.
    Failed,
}

impl Exit {
    /// The exit code of a run whose most severe finding is `worst`. Findings at or above `least` fail the run.
    #[must_use]
    pub fn from_severity(worst: Option<Severity>, least: Option<Severity>) -> Self {
        match (worst, least) {
            (Some(worst), Some(least)) if worst >= least => Self::Findings,
            _ => Self::Clean,
        }
    }
}

impl FailOn {
    /// The least severity that fails a run; `None` when no severity does.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}

/// The result of writing to standard output. A reader that stops early (`chub-lint | head`) is not a failure.
///
/// # Errors
/// When the output failed for another reason.
pub fn ignore_broken_pipe(result: io::Result<()>) -> Result<(), Error> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Output(error)),
        _ => Ok(()),
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::from(0),
            Exit::Findings => Self::from(1),
            Exit::Failed => Self::from(2),
        }
    }
}
