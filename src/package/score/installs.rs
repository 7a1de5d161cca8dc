//! What a document installs, sorted by candidate: each command is looked at once, not once for each of them.

use super::{CandidateScore, is_installer};
use crate::package::evidence::{Evidence, ManagerAction, RequestedPackage};
use crate::package::{Ecosystem, Package};
use std::collections::{BTreeMap, BTreeSet};

/// A place that installs or requires a package.
#[derive(Clone, Copy)]
struct InstallSite<'a> {
    found: &'a RequestedPackage,
    by: InstallSource,
}

/// What installs or requires a package.
#[derive(Clone, Copy)]
enum InstallSource {
    /// A command in a code block.
    Command {
        action: ManagerAction,
        /// Whether it is the first install.
        first: bool,
        /// Whether the package is the first that it names, apart from what merely installs others.
        subject: bool,
    },
    /// A command in back-ticks.
    Inline(ManagerAction),
    /// A row of a dependency table.
    Table,
}

impl InstallSite<'_> {
    fn is_uninstall(&self) -> bool {
        matches!(
            self.by,
            InstallSource::Command {
                action: ManagerAction::Uninstall,
                ..
            } | InstallSource::Inline(ManagerAction::Uninstall)
        )
    }
}

/// What a document installs.
pub(super) struct Installs<'a> {
    /// For each candidate in order, where something asks for it.
    seen: Vec<Vec<InstallSite<'a>>>,
    /// The first two packages of each registry that it installs.
    installed: BTreeMap<Ecosystem, Vec<&'a Package>>,
}

impl<'a> Installs<'a> {
    /// Sort what a document says by some packages, which are in order.
    pub(super) fn from_evidence(evidence: &'a Evidence<'_>, packages: &[Package]) -> Self {
        let mut installs = Self {
            seen: vec![Vec::new(); packages.len()],
            installed: BTreeMap::new(),
        };
        // The registries from which a command above installed something.
        let mut begun = BTreeSet::new();
        for command in &evidence.commands {
            let mut subjects: BTreeMap<Ecosystem, &RequestedPackage> = BTreeMap::new();
            for found in command.packages.iter().filter(|f| !is_installer(&f.package)) {
                subjects.entry(found.package.ecosystem()).or_insert(found);
            }
            for found in &command.packages {
                let ecosystem = found.package.ecosystem();
                let by = InstallSource::Command {
                    action: command.action,
                    first: !begun.contains(&ecosystem),
                    subject: subjects
                        .get(&ecosystem)
                        .is_some_and(|subject| subject.package == found.package),
                };
                installs.add(packages, InstallSite { found, by });
            }
            if command.action == ManagerAction::Install {
                let counting = subjects.iter().filter(|(_, subject)| !subject.negative);
                begun.extend(counting.map(|(ecosystem, _)| *ecosystem));
            }
        }
        for command in &evidence.inline {
            let by = InstallSource::Inline(command.action);
            for found in &command.packages {
                installs.add(packages, InstallSite { found, by });
            }
        }
        for found in &evidence.tables {
            installs.add(
                packages,
                InstallSite {
                    found,
                    by: InstallSource::Table,
                },
            );
        }
        installs
    }

    fn add(&mut self, packages: &[Package], seen: InstallSite<'a>) {
        let package = &seen.found.package;
        if !seen.is_uninstall() && !seen.found.negative && !is_installer(package) {
            let installed = self.installed.entry(package.ecosystem()).or_default();
            if installed.len() < 2 && !installed.contains(&package) {
                installed.push(package);
            }
        }
        if let Ok(at) = packages.binary_search(package)
            && let Some(of_package) = self.seen.get_mut(at)
        {
            of_package.push(seen);
        }
    }

    /// The versions that a candidate is asked for at, by its place among the candidates.
    pub(super) fn versions(&self, candidate: usize) -> impl Iterator<Item = &'a str> {
        self.of_candidate(candidate)
            .iter()
            .filter(|seen| !seen.is_uninstall())
            .filter_map(|seen| seen.found.spec.as_ref())
            .map(|(version, _, _)| version.as_str())
    }

    fn of_candidate(&self, candidate: usize) -> &[InstallSite<'a>] {
        self.seen.get(candidate).map(Vec::as_slice).unwrap_or_default()
    }

    /// Score how a candidate is installed, given its index. `own` is whether the document has the name of the
    /// candidate.
    pub(super) fn score(&self, candidate: usize, own: bool, tally: &mut CandidateScore) {
        let package = tally.candidate.package.clone();
        let mut best: Option<(i32, &str)> = None;
        let mut better = |points: i32, reason: &'static str| {
            if best.is_none_or(|(most, _)| points > most) {
                best = Some((points, reason));
            }
        };
        let (mut positive, mut negative, mut removed, mut listed) = (false, false, false, false);
        for InstallSite { found, by } in self.of_candidate(candidate) {
            match by {
                InstallSource::Command { action, .. }
                    if found.negative || *action == ManagerAction::Uninstall =>
                {
                    negative = true;
                    removed |= *action == ManagerAction::Uninstall;
                }
                InstallSource::Command {
                    action,
                    first,
                    subject,
                } => {
                    positive = true;
                    match action {
                        ManagerAction::Weak => better(4, "a command runs or downloads it"),
                        _ if is_installer(&package) && !own => {
                            better(2, "a tool that installs other packages");
                        }
                        _ if own => better(22, "installed, and the document has this name"),
                        _ if *first && *subject => better(22, "the first package installed"),
                        _ if *first => better(14, "installed by the first command"),
                        _ => better(8, "installed by a later command"),
                    }
                }
                InstallSource::Inline(_) if found.negative => negative = true,
                InstallSource::Inline(_) => {
                    positive = true;
                    better(4, "a command in the text installs it");
                }
                InstallSource::Table => listed |= !found.negative,
            }
        }
        if let Some((points, reason)) = best {
            tally.add(points, reason);
            tally.installed = true;
            tally.strong += usize::from(points >= 22);
        }
        if listed {
            tally.add(8, "a dependency table lists it");
            tally.installed = true;
            positive = true;
        }
        let installed = self.installed.get(&package.ecosystem());
        let others = installed.is_some_and(|installed| installed.iter().any(|other| **other != package));
        if others && !positive && !negative && !tally.tied && !tally.named {
            tally.add(-40, "never installed, though others are");
        }
        if negative && !positive && !tally.tied {
            tally.add(-40, "only named where the text warns against it");
        } else if removed {
            tally.add(-6, "a command removes it");
        }
    }
}
