//! Say which packages were not checked, and fail the run if that is asked for.

use super::CommandError;
use crate::error::Error;
use crate::pipeline::{Workspace, count_packages_of};
use crate::report::{NotChecked, PackageCounts};
use crate::safe_text;
use std::io::{self, Write};

/// Write to standard error what registries did not answer, whatever the formats of the reports are. With `fail`, any
/// package that was not checked is an error.
///
/// # Errors
/// With `fail`, when packages were not checked.
pub fn report(not_checked: &NotChecked, fail: bool) -> Result<(), Error> {
    for phrase in not_checked
        .registry_trouble()
        .iter()
        .filter(|_| !is_failed(not_checked, fail))
    {
        let line = format!("warning: not checked: {phrase}");
        let _ = writeln!(io::stderr(), "{}", safe_text::escape_log_line(&line));
    }
    match is_failed(not_checked, fail) {
        true => Err(CommandError::Unchecked(not_checked.unchecked_phrases().join("; ")).into()),
        false => Ok(()),
    }
}

fn is_failed(not_checked: &NotChecked, fail: bool) -> bool {
    fail && not_checked.unchecked() > 0
}

/// [`report`] about the packages of some hubs.
///
/// # Errors
/// As [`report`].
pub fn report_workspaces(workspaces: &[Workspace], fail: bool) -> Result<(), Error> {
    report(&collect(workspaces), fail)
}

/// Whether something was not checked that was not left out by choice.
#[must_use]
pub fn has_unchecked(workspaces: &[Workspace]) -> bool {
    collect(workspaces).unchecked() > 0
}

/// The error of [`report_workspaces`], without the warnings.
///
/// # Errors
/// With `fail`, when packages were not checked.
pub fn fail_if_asked(workspaces: &[Workspace], fail: bool) -> Result<(), Error> {
    let not_checked = collect(workspaces);
    match is_failed(&not_checked, fail) {
        true => report(&not_checked, fail),
        false => Ok(()),
    }
}

fn collect(workspaces: &[Workspace]) -> NotChecked {
    let mut not_checked = NotChecked::default();
    let mut counts = PackageCounts::default();
    for workspace in workspaces {
        count_packages_of(workspace, &mut counts, &mut not_checked);
    }
    not_checked
}
