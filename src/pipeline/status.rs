//! Each entry with its package, compared with the newest release: what `packages` and `outdated` list.

use super::{Workspace, reason_words};
use crate::document::{Document, DocumentKind};
use crate::package::Package;
use crate::package::distance::{VersionDistance, VersionStep, format_age};
use crate::package::resolution::{PackageChoice, ResolvedPackages};
use crate::releases::PackageLookup;
use crate::rule::Context;
use crate::rules::freshness;
use crate::symbols::{EntrySymbols, Verdict};
use jiff::civil::Date;

/// One entry and one package of it.
#[derive(Clone, Debug)]
pub struct StatusRow<'a> {
    /// The entry.
    pub document: &'a Document,
    /// What it covers, with the candidates.
    pub covered: &'a ResolvedPackages,
    /// The package; `None` when it covers none, or when it cannot be determined.
    pub package: Option<&'a Package>,
    /// The declared versions as written.
    pub declared: String,
    /// The newest release that counts.
    pub newest: Option<String>,
    /// Its day.
    pub newest_date: Option<Date>,
    /// The result of the comparison.
    pub status: Status,
    /// What the code uses of the package, when that was checked.
    pub symbols: Option<RowSymbols<'a>>,
    /// `metadata.updated-on`. It is only shown.
    pub updated_on: String,
}

/// The symbols of an entry, and what they say about its version.
#[derive(Clone, Debug)]
pub struct RowSymbols<'a> {
    /// The symbols.
    pub symbols: &'a EntrySymbols,
    /// The verdict.
    pub verdict: Verdict<'a>,
}

/// How an entry compares with the newest release of its package.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// The newest.
    Fresh,
    /// Behind.
    Behind(VersionDistance),
    /// Ahead of the registry.
    Ahead,
    /// The declared version was never published.
    Unpublished,
    /// There is no such package.
    Missing,
    /// The config excludes the package.
    Excluded,
    /// The config names the source of the package, and no registry is asked about it.
    OwnSource,
    /// Nothing to compare: no version, or no release.
    Nothing,
    /// Not checked, and why.
    NotChecked(String),
    /// The entry covers no package.
    NoPackage,
    /// The package that it covers cannot be determined.
    Unresolved,
}

impl Status {
    /// One word for programs.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Behind(_) => "behind",
            Self::Ahead => "ahead",
            Self::Unpublished => "unpublished",
            Self::Missing => "missing",
            Self::Excluded => "excluded",
            Self::OwnSource => "own-source",
            Self::Nothing => "nothing-to-compare",
            Self::NotChecked(_) => "not-checked",
            Self::NoPackage => "no-package",
            Self::Unresolved => "unresolved",
        }
    }

    /// A comment.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Behind(distance) => distance.to_string(),
            Self::Unpublished => "this version was never published".to_owned(),
            Self::Missing => "the package does not exist".to_owned(),
            Self::Excluded => "excluded by the config".to_owned(),
            Self::OwnSource => "compared with its source, which the config names".to_owned(),
            Self::Nothing => "nothing to compare".to_owned(),
            Self::NotChecked(why) => format!("not checked: {why}"),
            Self::NoPackage => "covers no package".to_owned(),
            Self::Unresolved => "cannot determine".to_owned(),
            Self::Fresh | Self::Ahead => self.as_str().to_owned(),
        }
    }

    /// How far behind in words, without the time between the two releases, which has its own column.
    #[must_use]
    pub fn distance(&self) -> String {
        let Self::Behind(distance) = self else {
            return self.describe();
        };
        distance
            .to_string()
            .replace(&format!(", {} newer", self.age()), "")
            .replace(" newer", "")
    }

    /// How far behind, to sort by: the kind of step, how many of them, and the days.
    #[must_use]
    pub fn sort_key(&self) -> (u8, u64, i64) {
        let Self::Behind(distance) = self else {
            return (0, 0, 0);
        };
        let days = distance.days.unwrap_or(0);
        let count = |n: u64| distance.counted.map_or(n, |count| count as u64);
        match distance.step {
            VersionStep::Major(n) => (5, count(n), days),
            VersionStep::Minor(n) if distance.is_breaking() => (4, count(n), days),
            VersionStep::Calendar | VersionStep::Scheme => (3, 0, days),
            VersionStep::Minor(n) => (2, count(n), days),
            VersionStep::Patch(n) => (1, count(n), days),
            VersionStep::Prerelease | VersionStep::Same | VersionStep::Ahead => (1, 0, days),
        }
    }

    /// The time between the two releases, in words; empty when it is not known.
    #[must_use]
    pub fn age(&self) -> String {
        match self {
            Self::Behind(distance) => distance
                .days
                .filter(|days| *days > 0)
                .map_or_else(String::new, format_age),
            _ => String::new(),
        }
    }
}

/// The rows of a hub's entries to report on, in order of path.
#[must_use]
pub fn status_rows(workspace: &Workspace) -> Vec<StatusRow<'_>> {
    let documents = workspace.hub().focused();
    let documents = documents.filter(|document| document.kind == DocumentKind::Doc);
    documents
        .flat_map(|document| rows_of(workspace, document))
        .collect()
}

/// The rows of one entry: one for each of its packages, or one without a package.
#[must_use]
pub fn rows_of<'a>(workspace: &'a Workspace, document: &'a Document) -> Vec<StatusRow<'a>> {
    let Some(covered) = workspace.coverage().get(&document.path) else {
        return Vec::new();
    };
    let context = workspace.context();
    let updated_on = document
        .front_matter()
        .and_then(|front| front.metadata("updated-on"))
        .and_then(|(_, node)| node.as_str())
        .unwrap_or_default();
    let row = StatusRow {
        document,
        covered,
        package: None,
        declared: freshness::declared_texts(document).join(", "),
        newest: None,
        newest_date: None,
        status: match covered.choice {
            PackageChoice::None => Status::NoPackage,
            _ => Status::Unresolved,
        },
        symbols: None,
        updated_on: updated_on.to_owned(),
    };
    if covered.packages().is_empty() {
        return vec![row];
    }
    let of_package = |package| {
        let mut row = one(&row, package, workspace, &context);
        let checked = workspace.symbols().get(&document.path);
        let checked = checked.filter(|symbols| symbols.package == *package);
        row.symbols = checked.map(|symbols| RowSymbols {
            symbols,
            verdict: Verdict::new(symbols, matches!(row.status, Status::Behind(_))),
        });
        row
    };
    covered.packages().iter().map(of_package).collect()
}

fn one<'a>(
    row: &StatusRow<'a>,
    package: &'a Package,
    workspace: &'a Workspace,
    context: &Context<'a>,
) -> StatusRow<'a> {
    let mut row = row.clone();
    row.package = Some(package);
    let options = &workspace.settings().options;
    if options.is_unasked(package) {
        row.status = match options.freshness.exclude.matches(package) {
            true => Status::Excluded,
            false => Status::OwnSource,
        };
        return row;
    }
    let Some(releases) = workspace.releases() else {
        row.status = Status::NotChecked("not looked up".to_owned());
        return row;
    };
    match releases.get(package) {
        None => row.status = Status::NotChecked("not looked up".to_owned()),
        Some(PackageLookup::Missing) => row.status = Status::Missing,
        Some(PackageLookup::Unknown(reason)) => row.status = Status::NotChecked(reason_words(reason)),
        Some(PackageLookup::Published(published)) => {
            if let Some(newest) = freshness::newest(package, published, context) {
                row.newest = Some(newest.version.as_str().to_owned());
                row.newest_date = newest.date;
            }
            let verdict = freshness::version_claims(row.document, releases, context)
                .iter()
                .filter(|subject| subject.package == package)
                .find_map(|subject| freshness::freshness(subject, context));
            row.status = match verdict {
                None => Status::Nothing,
                Some(verdict) if verdict.published == Some(false) => Status::Unpublished,
                Some(verdict) => match verdict.distance.step {
                    VersionStep::Same => Status::Fresh,
                    VersionStep::Ahead => Status::Ahead,
                    _ => Status::Behind(verdict.distance),
                },
            };
        }
    }
    row
}
