//! The three exit codes.

use std::process::ExitCode;

/// How a run ended. The output format never changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to fix.
    Clean,
    /// Something to fix: a finding at or above `fail-on`, or a hub that does not build.
    Findings,
    /// The run itself failed: wrong usage, an unreadable config, a path that does not exist.
    Failed,
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
