//! What a run did not check, and which findings are suppressed, so that a clean run does not hide them.

use super::pluralize;
use crate::hub::EXCLUDED_REASON;
use crate::lang::{NO_PARSER_REASON, ON_REQUEST_REASON};
use crate::safe_text;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Why a package was not checked, when a user or a document chose that.
const CHOSEN_REASONS: [&str; 4] = [
    EXCLUDED_REASON,
    NO_PACKAGE_REASON,
    IN_HOUSE_REASON,
    PRIVATE_REASON,
];

/// Whether no registry was asked about a package, for this reason.
#[must_use]
pub fn is_unasked(reason: &str) -> bool {
    is_chosen(reason) || ["offline, and not in the cache", "not in the lock file"].contains(&reason)
}

/// Why a private package was not checked.
const PRIVATE_REASON: &str = "private, and no private registry is configured for it";

/// What a run did not check. `merge` sums those of the parts of a hub.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotChecked {
    /// The rules that are off only because of the config.
    pub rules: BTreeSet<String>,
    /// Documents that were skipped, by reason.
    pub documents: BTreeMap<String, usize>,
    /// Other files of skills that were not read, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, usize>,
    /// Code blocks that were not checked, by reason.
    pub blocks: BTreeMap<String, usize>,
    /// Documents whose symbols were not compared with a release, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub symbols: BTreeMap<String, usize>,
    /// Packages that were not checked, with the reason.
    pub packages: BTreeMap<String, String>,
    /// Packages that were checked with an old reply, because their registry gave none, with the reason.
    pub not_refreshed: BTreeMap<String, String>,
}

/// Why the symbols of an entry are not looked at: it has no code for it.
pub const NO_CODE_REASON: &str = "no code in a language whose symbols are checked";
/// Why the symbols of an entry are not looked at: its package, or what the registry has of it.
pub const NO_RELEASE_REASON: &str = "no release of its package is known";

/// Why no registry was asked about a package that an entry with `package: none` installs.
pub const NO_PACKAGE_REASON: &str = "installed only by entries with `package: none`";
/// Why the symbols of an entry were not checked with `--symbols=oldest:N`.
pub const NOT_IN_ROTATION_REASON: &str = "not in this rotation";
/// Why no registry was asked about the package of an entry.
pub const IN_HOUSE_REASON: &str = "installed only from a private registry that the text names";

/// How many findings are suppressed, by what suppresses them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SuppressedCounts {
    /// `[[allow]]` in the config, and allows in comments.
    pub allow: usize,
    /// The baseline.
    pub baseline: usize,
    /// `[[paths]]` in the config: rules that are off for some files.
    pub paths: usize,
}

impl NotChecked {
    /// Whether everything was checked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Add what another part of the run did not check. The file of a part is untrusted, so its texts are made safe.
    pub fn add(&mut self, other: Self) {
        let safe = |raw: &str| safe_text::escape(raw).into_owned();
        self.rules.extend(other.rules.iter().map(|rule| safe(rule)));
        let symbols = other.symbols.into_iter();
        let symbols = symbols.map(|(reason, count)| (safe(&reason), count)).collect();
        for (sums, counts) in [
            (&mut self.documents, other.documents),
            (&mut self.files, other.files),
            (&mut self.blocks, other.blocks),
            (&mut self.symbols, symbols),
        ] {
            for (reason, count) in counts {
                let sum = sums.entry(reason).or_default();
                *sum = sum.saturating_add(count);
            }
        }
        for (name, reason) in other.packages {
            match safe(&reason) {
                weak if is_weak(&weak) => self.add_unasked(name, &weak),
                reason => {
                    self.packages.insert(name, reason);
                }
            }
        }
        let others = other.not_refreshed.into_iter();
        self.not_refreshed
            .extend(others.map(|(name, reason)| (name, safe(&reason))));
    }

    /// Record a package that no registry was asked about because of what a document says. The reasons of other
    /// documents, which asked about it, have precedence.
    pub fn add_unasked(&mut self, package: String, reason: &str) {
        let written = self.packages.entry(package).or_insert_with(|| reason.to_owned());
        if is_weak(written) && reason < written.as_str() {
            reason.clone_into(written);
        }
    }

    /// How many packages were not checked, by reason.
    #[must_use]
    pub fn packages_by_reason(&self) -> BTreeMap<&str, usize> {
        by_reason(&self.packages)
    }

    /// How many packages were not checked although no one chose to leave them out: a registry gave no answer, or they
    /// are not in the cache or the lock file.
    #[must_use]
    pub fn unchecked_packages(&self) -> usize {
        self.packages.values().filter(|reason| !is_chosen(reason)).count()
    }

    /// How many packages, and entries whose symbols were not looked at, `--fail-on-unchecked` counts.
    #[must_use]
    pub fn unchecked(&self) -> usize {
        // The counts of parts that are merged may be anything.
        self.failed_symbols()
            .fold(self.unchecked_packages(), |sum, (_, count)| {
                sum.saturating_add(*count)
            })
    }

    /// What [`NotChecked::unchecked`] counts, a phrase for each reason.
    #[must_use]
    pub fn unchecked_phrases(&self) -> Vec<String> {
        let unchecked = self.packages_by_reason().into_iter();
        let mut phrases = package_phrases(unchecked.filter(|(reason, _)| !is_chosen(reason)));
        phrases.extend(self.failed_symbols().map(symbol_phrase));
        phrases
    }

    /// The documents whose symbols were not compared, because something could not be read.
    fn failed_symbols(&self) -> impl Iterator<Item = (&String, &usize)> {
        let others = [NO_CODE_REASON, NO_RELEASE_REASON, NOT_IN_ROTATION_REASON];
        let symbols = self.symbols.iter();
        symbols.filter(move |(reason, _)| !others.contains(&reason.as_str()))
    }

    /// What registries did not answer, as phrases: "2 packages: the registry answered 503". Packages that were not asked
    /// about, because the user chose so, are not among them.
    #[must_use]
    pub fn registry_trouble(&self) -> Vec<String> {
        let failed = self.packages_by_reason().into_iter();
        let failed = failed.filter(|(reason, _)| !is_unasked(reason));
        let mut phrases = package_phrases(failed);
        phrases.extend(self.not_refreshed_phrases());
        phrases
    }

    fn not_refreshed_phrases(&self) -> impl Iterator<Item = String> {
        let reasons = by_reason(&self.not_refreshed).into_iter();
        reasons.map(|(reason, count)| format!("newer releases of {}: {reason}", pluralize(count, "package")))
    }

    /// The packages that were not checked, a phrase for each reason.
    #[must_use]
    pub fn package_phrases(&self) -> Vec<String> {
        package_phrases(self.packages_by_reason())
    }

    /// Each kind as a phrase: "2 rules off by the config: bad-date, bad-name".
    #[must_use]
    pub fn phrases(&self) -> Vec<String> {
        let mut phrases = Vec::new();
        if !self.rules.is_empty() {
            let names: Vec<&str> = self.rules.iter().take(MAX_NAMES).map(String::as_str).collect();
            let more = if self.rules.len() > MAX_NAMES { ", ..." } else { "" };
            phrases.push(format!(
                "{} off by the config: {}{more}",
                pluralize(self.rules.len(), "rule"),
                names.join(", ")
            ));
        }
        for (reason, count) in &self.documents {
            phrases.push(format!("{} {reason}", pluralize(*count, "document")));
        }
        for (reason, count) in &self.files {
            phrases.push(format!("{} of skills: {reason}", pluralize(*count, "file")));
        }
        phrases.extend(self.block_phrases());
        phrases.extend(self.package_phrases());
        phrases.extend(self.not_refreshed_phrases());
        phrases.extend(self.symbols.iter().map(symbol_phrase));
        phrases
    }
}

/// "symbols of 1 document: `libs` does not exist".
fn symbol_phrase((reason, count): (&String, &usize)) -> String {
    format!("symbols of {}: {reason}", pluralize(*count, "document"))
}

impl NotChecked {
    /// The code blocks that were not checked, a phrase for each reason. Reasons that end with a language share one.
    fn block_phrases(&self) -> Vec<String> {
        let mut phrases = Vec::new();
        let mut languages: BTreeMap<&str, (usize, Vec<&str>)> = BTreeMap::new();
        for (reason, count) in &self.blocks {
            let prefix = [NO_PARSER_REASON, ON_REQUEST_REASON]
                .into_iter()
                .find_map(|prefix| Some((prefix, reason.strip_prefix(prefix)?)));
            if let Some((prefix, language)) = prefix {
                let (sum, names) = languages.entry(prefix).or_default();
                *sum = sum.saturating_add(*count);
                names.push(language);
            } else {
                phrases.push(format!("{}: {reason}", pluralize(*count, "code block")));
            }
        }
        for (prefix, (sum, names)) in languages {
            let more = if names.len() > MAX_NAMES { ", ..." } else { "" };
            let names: Vec<&str> = names.into_iter().take(MAX_NAMES).collect();
            phrases.push(format!(
                "{}: {prefix}{}{more}",
                pluralize(sum, "code block"),
                names.join(", ")
            ));
        }
        phrases
    }
}

/// Whether a user or a document chose that a package is not checked.
fn is_chosen(reason: &str) -> bool {
    CHOSEN_REASONS.contains(&reason)
}

/// Numbers of packages with their reason: "2 packages: the registry answered 503".
fn package_phrases<'a>(reasons: impl IntoIterator<Item = (&'a str, usize)>) -> Vec<String> {
    let reasons = reasons.into_iter();
    reasons
        .map(|(reason, count)| format!("{}: {reason}", pluralize(count, "package")))
        .collect()
}

/// Whether a reason comes from what a document says.
fn is_weak(reason: &str) -> bool {
    [NO_PACKAGE_REASON, IN_HOUSE_REASON].contains(&reason)
}

/// How many packages have each reason.
fn by_reason(reasons: &BTreeMap<String, String>) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for reason in reasons.values() {
        *counts.entry(reason.as_str()).or_default() += 1;
    }
    counts
}

/// The maximum number of rules that a phrase lists.
const MAX_NAMES: usize = 5;

impl SuppressedCounts {
    /// Whether no finding is suppressed.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Add those of another part of the run.
    pub fn add(&mut self, other: Self) {
        self.allow = self.allow.saturating_add(other.allow);
        self.baseline = self.baseline.saturating_add(other.baseline);
        self.paths = self.paths.saturating_add(other.paths);
    }

    /// Each kind as a phrase: "2 by allows".
    #[must_use]
    pub fn phrases(self) -> Vec<String> {
        let kinds = [
            (self.allow, "by allows"),
            (self.baseline, "by the baseline"),
            (self.paths, "by `[[paths]]`"),
        ];
        let some = kinds.into_iter().filter(|(count, _)| *count > 0);
        some.map(|(count, by)| format!("{count} {by}")).collect()
    }
}
