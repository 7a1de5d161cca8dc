//! The numbers of a run: what was checked, and what was not and why.

use super::Workspace;
use crate::hub::EXCLUDED_REASON;
use crate::releases::{PackageLookup, PackageLookups, ReleaseOrigin, UnknownReason};
use crate::report::not_checked::{IN_HOUSE_REASON, NO_PACKAGE_REASON, NOT_IN_ROTATION_REASON};
use crate::report::{NotChecked, PackageCounts, PackageStatus, RunSummary};
use crate::safe_text;
use crate::suppress::{Findings, SuppressedBy};
use std::collections::BTreeSet;

/// Count what was checked, what was not, and what was suppressed.
#[must_use]
pub fn summarise(workspaces: &[Workspace], findings: &Findings) -> RunSummary {
    let mut summary = RunSummary::default();
    for hidden in &findings.hidden {
        *match hidden.by {
            SuppressedBy::Allow => &mut summary.suppressed.allow,
            SuppressedBy::Baseline => &mut summary.suppressed.baseline,
            SuppressedBy::Paths => &mut summary.suppressed.paths,
        } += hidden.diagnostic.count();
    }
    let not_checked = &mut summary.not_checked;
    for workspace in workspaces {
        let Workspace { hub, settings, .. } = workspace;
        summary.documents += hub.focused().count();
        summary.files += hub.focused_attachments().count();
        summary.code_blocks += hub
            .focused()
            .map(|document| document.body.code_blocks.len())
            .sum::<usize>();
        summary.symbols.add(&workspace.symbols.checks);
        summary.skipped.extend(hub.opened_skips());
        not_checked
            .rules
            .extend(settings.off.iter().map(|id| (*id).to_owned()));
        for reason in hub.focused_skips() {
            *not_checked.documents.entry(reason.to_owned()).or_default() += 1;
        }
        for reason in hub.attachment_skips() {
            *not_checked.files.entry(reason.to_owned()).or_default() += 1;
        }
        for document in hub.focused() {
            let snippets = document.checked_snippets();
            let counts = snippets.map(|snippets| snippets.unchecked_counts(&document.text));
            for (reason, count) in counts.into_iter().flatten() {
                *not_checked.blocks.entry(reason).or_default() += count;
            }
        }
        count_symbols(workspace, not_checked);
        count_packages_of(workspace, &mut summary.packages, not_checked);
    }
    summary
}

/// Count the documents whose symbols were not compared with a release, by reason.
fn count_symbols(workspace: &Workspace, not_checked: &mut NotChecked) {
    if workspace.symbols.not_in_rotation > 0 {
        *not_checked
            .symbols
            .entry(NOT_IN_ROTATION_REASON.to_owned())
            .or_default() += workspace.symbols.not_in_rotation;
    }
    for (reason, count) in &workspace.symbols.passed_over {
        *not_checked.symbols.entry((*reason).to_owned()).or_default() += count;
    }
    for (_, symbols) in workspace.symbols.checks.iter() {
        let sides = symbols.declared.iter().chain(&symbols.newest);
        let reasons: BTreeSet<&String> = sides.filter_map(|side| side.uses.as_ref().err()).collect();
        for reason in reasons {
            let reason = safe_text::escape(reason).into_owned();
            *not_checked.symbols.entry(reason).or_default() += 1;
        }
    }
}

/// Count the packages of a hub, and record why some are not checked.
pub fn count_packages_of(workspace: &Workspace, counts: &mut PackageCounts, not_checked: &mut NotChecked) {
    if let Some(releases) = &workspace.releases {
        count_packages(releases, counts, not_checked);
    }
    count_unasked(workspace, counts, not_checked);
}

/// Record the packages that no registry was asked about, because of the config or of what documents say.
fn count_unasked(workspace: &Workspace, counts: &PackageCounts, not_checked: &mut NotChecked) {
    let Workspace {
        hub,
        settings,
        coverage,
        ..
    } = workspace;
    let excluded = &settings.options.freshness.exclude;
    let documents = hub.focused().chain(hub.focused_attachments());
    for covered in documents.filter_map(|document| coverage.get(&document.path)) {
        let installs = covered.installs.iter().filter(|install| !install.negative);
        let in_none = installs.filter(|_| covered.says_none());
        let in_none = in_none.map(|install| (&install.package, NO_PACKAGE_REASON));
        let in_house = covered.in_house.iter().map(|package| (package, IN_HOUSE_REASON));
        for (package, reason) in in_none.chain(in_house) {
            let name = package.to_string();
            if !counts.known.contains_key(&name) {
                not_checked.add_unasked(name, reason);
            }
        }
        let installs = covered.installs.iter().map(|install| &install.package);
        for package in covered.packages().iter().chain(installs) {
            if excluded.matches(package) {
                not_checked
                    .packages
                    .insert(package.to_string(), EXCLUDED_REASON.to_owned());
            }
        }
    }
}

/// Count known packages, and record why others are not known. A package that several hubs use is counted once, and is
/// known if it is known for one of them.
pub fn count_packages(releases: &PackageLookups, counts: &mut PackageCounts, not_checked: &mut NotChecked) {
    for (package, release, origin) in releases.iter() {
        let name = package.to_string();
        let known = match (release, origin) {
            (PackageLookup::Unknown(reason), _) => {
                if !counts.known.contains_key(&name) {
                    not_checked.packages.insert(name.clone(), reason_words(reason));
                }
                PackageStatus::Unknown
            }
            (_, ReleaseOrigin::Registry) => PackageStatus::Checked,
            (_, ReleaseOrigin::Fallback { .. } | ReleaseOrigin::Cache { .. } | ReleaseOrigin::Lock) => {
                PackageStatus::Cached
            }
        };
        match origin.fallback() {
            Some(why) if counts.known.get(&name) != Some(&PackageStatus::Checked) => {
                let why = safe_text::escape(&why).into_owned();
                not_checked.not_refreshed.insert(name.clone(), why);
            }
            _ if known == PackageStatus::Checked => {
                not_checked.not_refreshed.remove(&name);
            }
            _ => {}
        }
        if known != PackageStatus::Unknown {
            not_checked.packages.remove(&name);
        }
        counts.add(name, known);
    }
}

/// The reason as text that is safe to print.
#[must_use]
pub fn reason_words(reason: &UnknownReason) -> String {
    safe_text::escape(&reason.to_string()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::not_checked::is_unasked;

    #[test]
    fn only_what_was_not_asked_is_no_trouble() {
        for (reason, is_trouble) in [
            (UnknownReason::Offline, false),
            (UnknownReason::NotLocked, false),
            (UnknownReason::Private, false),
            (UnknownReason::Timeout, true),
            (UnknownReason::Budget, true),
            (UnknownReason::Connection("cannot connect".to_owned()), true),
            (UnknownReason::Status(503), true),
            (UnknownReason::Reply("not JSON".to_owned()), true),
            (UnknownReason::TooLarge, true),
        ] {
            let text = reason_words(&reason);
            assert_eq!(!is_unasked(&text), is_trouble, "{text}");
        }
    }
}
