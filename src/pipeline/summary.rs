//! The numbers of a run: what was checked, and what was not and why.

use super::Workspace;
use crate::document::Document;
use crate::hub::EXCLUDED_REASON;
use crate::releases::{Release, ReleaseOrigin, Releases, UnknownReason};
use crate::report::{NotChecked, PackageCounts, PackageStatus, RunSummary};
use crate::rules::freshness;
use crate::safe_text;
use crate::suppress::{Findings, SuppressedBy};

/// Count what was checked, what was not, and what was suppressed.
#[must_use]
pub fn summarise(workspaces: &[Workspace], findings: &Findings) -> RunSummary {
    let mut summary = RunSummary::default();
    for hidden in &findings.hidden {
        *match hidden.by {
            SuppressedBy::Allow => &mut summary.suppressed.allow,
            SuppressedBy::Baseline => &mut summary.suppressed.baseline,
            SuppressedBy::Paths => &mut summary.suppressed.paths,
        } += 1;
    }
    let not_checked = &mut summary.not_checked;
    for workspace in workspaces {
        let Workspace {
            hub,
            settings,
            coverage,
            ..
        } = workspace;
        summary.documents += hub.focused().count();
        summary.code_blocks += hub
            .focused()
            .map(|document| document.body.code_blocks.len())
            .sum::<usize>();
        summary.skipped.extend(hub.opened_skips());
        not_checked
            .rules
            .extend(settings.off.iter().map(|id| (*id).to_owned()));
        for reason in hub.focused_skips() {
            *not_checked.documents.entry(reason.to_owned()).or_default() += 1;
        }
        for samples in hub.focused().filter_map(Document::checked_snippets) {
            for (reason, count) in samples.unchecked_counts() {
                let reason = reason.reason().to_owned();
                *not_checked.blocks.entry(reason).or_default() += count;
            }
        }
        if let Some(releases) = &workspace.releases {
            count_packages(releases, &mut summary.packages, not_checked);
        }
        let covered = hub.focused().filter_map(|document| coverage.get(&document.path));
        let packages = covered.flat_map(|covered| {
            let installs = covered.installs.iter().map(|install| &install.package);
            covered.packages().iter().chain(installs)
        });
        for package in
            packages.filter(|package| freshness::is_listed(&settings.options.freshness.exclude, package))
        {
            not_checked
                .packages
                .insert(package.to_string(), EXCLUDED_REASON.to_owned());
        }
    }
    summary
}

/// Count known packages, and record why others are not known. A package that several hubs use is counted once, and is
/// known if it is known for one of them.
pub fn count_packages(releases: &Releases, counts: &mut PackageCounts, not_checked: &mut NotChecked) {
    for (package, release, origin) in releases.iter() {
        let name = package.to_string();
        let known = match (release, origin) {
            (Release::Unknown(reason), _) => {
                if !counts.known.contains_key(&name) {
                    not_checked.packages.insert(name.clone(), reason_words(reason));
                }
                PackageStatus::Unknown
            }
            (_, ReleaseOrigin::Registry) => PackageStatus::Checked,
            (_, ReleaseOrigin::Cache { .. } | ReleaseOrigin::Lock) => PackageStatus::Cached,
        };
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
