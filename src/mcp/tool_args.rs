//! The arguments of the tools. The texts are what a model reads of them.

use crate::chub::client::feedback::{Label, Rating};
use crate::chub::client::rank::EntryKind;
use schemars::JsonSchema;
use serde::Deserialize;

/// The arguments of `chub_search`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(super) struct SearchArgs {
    /// Search query. Omit to list all entries.
    pub query: Option<String>,
    /// Comma-separated tag filter (e.g. "openai,chat")
    pub tags: Option<String>,
    /// Filter by language (e.g. "python", "js")
    pub lang: Option<String>,
    /// Max results (default 20)
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<usize>,
}

/// The arguments of `chub_get`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(super) struct GetArgs {
    /// Entry ID (e.g. "openai/chat", "stripe/api"). Use source:id for disambiguation.
    pub id: String,
    /// Language variant (e.g. "python", "js"). Required for docs.
    pub lang: Option<String>,
    /// Specific version (e.g. "1.52.0"). Defaults to recommended.
    pub version: Option<String>,
    /// Fetch all files, not just the entry point (default false)
    pub full: Option<bool>,
    /// Fetch a specific file by path (e.g. "references/streaming.md")
    pub file: Option<String>,
}

/// The arguments of `chub_list`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(super) struct ListArgs {
    /// Comma-separated tag filter
    pub tags: Option<String>,
    /// Filter by language
    pub lang: Option<String>,
    /// Max entries (default 50)
    #[schemars(range(min = 1, max = 500))]
    pub limit: Option<usize>,
}

/// The arguments of `chub_annotate`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(super) struct AnnotateArgs {
    /// Entry ID to annotate (e.g. "openai/chat"). Required unless using list mode.
    pub id: Option<String>,
    /// Annotation text to save. Omit to read the existing annotation.
    pub note: Option<String>,
    /// Remove the annotation of this entry (default false)
    pub clear: Option<bool>,
    /// List all annotations (default false). When true, id is not needed.
    pub list: Option<bool>,
}

/// Documents or skills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum EntryType {
    /// A document.
    Doc,
    /// A skill.
    Skill,
}

impl From<EntryType> for EntryKind {
    fn from(kind: EntryType) -> Self {
        match kind {
            EntryType::Doc => Self::Doc,
            EntryType::Skill => Self::Skill,
        }
    }
}

/// The arguments of `chub_feedback`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(super) struct FeedbackArgs {
    /// Entry ID to rate (e.g. "openai/chat")
    pub id: String,
    /// Thumbs up or down
    pub rating: Rating,
    /// Optional comment explaining the rating
    pub comment: Option<String>,
    /// Entry type. Auto-detected if omitted.
    #[serde(rename = "type")]
    pub kind: Option<EntryType>,
    /// Language variant rated
    pub lang: Option<String>,
    /// Version rated
    pub version: Option<String>,
    /// Specific file rated
    pub file: Option<String>,
    /// Structured feedback labels
    pub labels: Option<Vec<Label>>,
}

/// The arguments of `check`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(super) struct CheckArgs {
    /// The path of a file of a hub, or of a folder. With `text`: where the text will be saved, for example
    /// content/acme/docs/widget/python/DOC.md; the file need not exist.
    pub path: String,
    /// Check this text in place of the file on the disk.
    pub text: Option<String>,
}

/// The arguments of `fix`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(super) struct FixArgs {
    /// The path of a file of a hub. With `text`: where the text will be saved.
    pub path: String,
    /// Fix this text in place of the file on the disk; the fixed text is returned and nothing is written.
    pub text: Option<String>,
    /// Also apply fixes that need review (default false)
    #[serde(rename = "unsafe")]
    pub also_unsafe: Option<bool>,
    /// Write the fixed file (default false: show the diff). Cannot be used with `text`.
    pub write: Option<bool>,
}

/// The arguments of `explain`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(super) struct ExplainArgs {
    /// The id of a rule, as findings name it (e.g. stale-version)
    pub rule: String,
}

/// The arguments of `packages` and `outdated`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(super) struct PathArgs {
    /// A file or folder of a hub. Omit for all hubs of this server.
    pub path: Option<String>,
}

/// A registry of packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
// Models see this name in the schemas.
#[schemars(rename = "Registry")]
pub(super) enum RegistryArg {
    /// The Python Package Index.
    Pypi,
    /// The npm registry.
    Npm,
}

impl RegistryArg {
    /// The language of its entries, as a folder and `metadata.languages` name it.
    pub fn language(self) -> &'static str {
        match self {
            Self::Pypi => "python",
            Self::Npm => "javascript",
        }
    }

    /// As packages are written: `pypi:requests`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Pypi => "pypi",
            Self::Npm => "npm",
        }
    }
}

/// The arguments of `symbols`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(super) struct SymbolsArgs {
    /// The registry of the package
    pub registry: RegistryArg,
    /// The package, as it is installed (e.g. "requests", "@scope/name")
    pub package: String,
    /// The release. Defaults to the newest one.
    pub version: Option<String>,
    /// The names to look up. For Python the import path: "requests.Session.mount". For npm the export and its members:
    /// "createClient", "Client.connect", "default.create".
    #[schemars(length(min = 1, max = 50))]
    pub names: Vec<String>,
}

/// The arguments of `new_entry`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(super) struct NewEntryArgs {
    /// The registry of the package
    pub registry: RegistryArg,
    /// The package, as it is installed
    pub package: String,
    /// One sentence that says what an agent can do with the entry, up to 200 characters
    pub description: String,
    /// The folder of the author in the hub (e.g. "acme")
    pub author: String,
    /// The name of the entry (default: the name of the package without its scope)
    pub name: Option<String>,
    /// Comma-separated tags
    pub tags: Option<String>,
    /// Who writes it (default "community")
    pub source: Option<EntrySource>,
}

/// Who an entry is from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum EntrySource {
    /// The publisher of the package.
    Official,
    /// Who keeps the hub.
    Maintainer,
    /// Anybody.
    #[default]
    Community,
}

impl EntrySource {
    /// As `metadata.source` is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Maintainer => "maintainer",
            Self::Community => "community",
        }
    }
}
