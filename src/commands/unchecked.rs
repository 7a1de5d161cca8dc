//! Say which packages were not checked, and fail the run if that is asked for.

use super::CommandError;
use crate::error::Error;
use crate::pipeline::{Workspace, count_packages};
use crate::report::{NotChecked, PackageCounts, pluralize};
use crate::safe_text;
use std::io::{self, Write};

/// Write to standard error what registries did not answer, whatever the formats of the reports are. With `fail`, any
/// package that was not checked is an error.
///
/// # Errors
/// With `fail`, when packages were not checked.
pub fn tell(not_checked: &NotChecked, fail: bool) -> Result<(), Error> {
    let count = not_checked.unchecked_packages();
    if fail && count > 0 {
        let phrases: Vec<_> = not_checked
            .packages_by_reason()
            .into_iter()
            .map(|(reason, count)| format!("{}: {reason}", pluralize(count, "package")))
            .collect();
        return Err(CommandError::Unchecked(phrases.join("; ")).into());
    }
    for phrase in not_checked.registry_trouble() {
        let line = format!("warning: not checked: {phrase}");
        let _ = writeln!(io::stderr(), "{}", safe_text::escape_log_line(&line));
    }
    Ok(())
}

/// [`tell`] about the packages of some hubs.
///
/// # Errors
/// As [`tell`].
pub fn tell_of(workspaces: &[Workspace], fail: bool) -> Result<(), Error> {
    let mut not_checked = NotChecked::default();
    let mut counts = PackageCounts::default();
    for releases in workspaces.iter().filter_map(Workspace::releases) {
        count_packages(releases, &mut counts, &mut not_checked);
    }
    tell(&not_checked, fail)
}
