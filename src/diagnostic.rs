//! What a rule found: plain data, with byte spans.

use crate::document::HubPath;
use crate::edit::Edit;
use crate::package::Package;
use crate::package::distance::VersionLag;
use crate::text::Span;

/// How bad a finding is. The order is from least to most severe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails a run by default.
    Note,
    /// Probably wrong.
    Warning,
    /// Wrong: the build breaks, an agent cannot fetch the entry, or what it reads is not true.
    Error,
}

impl Severity {
    /// The word users see and write.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is, after the settings were applied.
    pub severity: Severity,
    /// The file.
    pub path: HubPath,
    /// The place, in bytes of the file.
    pub span: Span,
    /// One sentence without a full stop: what is wrong, with the values.
    pub message: String,
    /// A word or two under the carets.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that belong to it: the other duplicate, the opening bracket.
    pub related: Vec<Related>,
    /// An edit that fixes it.
    pub fix: Option<Fix>,
    /// The symbol that it is about, for the rules about symbols.
    pub symbol: Option<Box<SymbolNote>>,
    /// How many findings of the rule in the file were left out after this one. The message has the number.
    pub more: usize,
    /// How far the document is behind a package, when that is what the finding is about.
    pub behind: Option<BehindPackage>,
}

/// How far a document is behind a package. The baseline compares it, and not the wording of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BehindPackage {
    /// The package.
    pub package: Package,
    /// The declared version.
    pub declared: String,
    /// The distance to the newest release.
    pub lag: VersionLag,
}

/// The symbol that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymbolNote {
    /// The symbol: `Users.get_user`.
    pub symbol: String,
    /// The package.
    pub package: String,
    /// The version of the release that does not have it.
    pub release: String,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The file, which need not be the finding's.
    pub path: HubPath,
    /// The place.
    pub span: Span,
    /// Why it matters.
    pub message: String,
}

/// A way to fix a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, as an order: "quote the value".
    pub title: String,
    /// Whether `--fix` applies it or only `--fix --unsafe-fixes`.
    pub safety: Applicability,
    /// Edits of the finding's own file that belong together.
    pub edits: Vec<Edit>,
}

/// Whether a fix may be applied without a person looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// The meaning stays the same or becomes correct.
    Safe,
    /// Needs review: the claim of the document changes.
    Unsafe,
}
