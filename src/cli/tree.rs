//! The flags of the commands about the tree that clients read.

use crate::chub::build::recommend::Recommend;
use clap::Args;
use std::path::PathBuf;

/// The flags of `build`.
#[derive(Clone, Debug, Args)]
pub struct BuildArgs {
    /// The content folder: its top-level folders are the authors
    pub content: PathBuf,
    /// The output folder; defaults to `dist` in the content folder. It is replaced as a whole
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// The URL that the tree will be served from
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Write nothing; report only what is wrong
    #[arg(long)]
    pub validate_only: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
    /// Also write manifest.json: size and SHA-256 of every file
    #[arg(long)]
    pub manifest: bool,
    /// Do not build a hub in which `check` finds errors
    #[arg(long)]
    pub strict: bool,
    /// How the recommended version is chosen: as clients sort, or the highest release
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub recommend: Recommend,
}

/// The flags of `search`.
#[derive(Clone, Debug, Args)]
pub struct SearchArgs {
    /// The query; an id shows its entry, an empty query lists all entries
    #[arg(default_value = "")]
    pub query: String,
    /// A built tree or a content folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub folder: PathBuf,
    /// Only entries with all of these tags (comma-separated)
    #[arg(long)]
    pub tags: Option<String>,
    /// Only entries in this language
    #[arg(long)]
    pub lang: Option<String>,
    /// The maximum number of results
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The flags of `get`.
#[derive(Clone, Debug, Args)]
pub struct GetArgs {
    /// The id: author/name
    pub id: String,
    /// A built tree or a content folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub folder: PathBuf,
    /// The language; required for documents
    #[arg(long)]
    pub lang: Option<String>,
    /// The version; defaults to the recommended one
    #[arg(long)]
    pub version: Option<String>,
    /// Every file of the entry
    #[arg(long)]
    pub full: bool,
    /// These files of the entry (comma-separated)
    #[arg(long, value_name = "FILES")]
    pub file: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
