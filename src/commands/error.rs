//! The ways a command can fail that no other part can.

use crate::document::HubPath;
use crate::error::ModuleError;
use crate::fix::bump::BumpError;
use std::path::PathBuf;

/// Why a command does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// `cache` on a system without such a folder.
    #[error("this system has no cache folder; set CHUB_LINT_CACHE_DIR to a folder")]
    NoCacheFolder,
    /// `packages --write` with several hubs.
    #[error("--write takes one hub, since its paths are relative to the hub: name the content folder")]
    SeveralHubs,
    /// `packages --lock --symbols` with several hubs.
    #[error(
        "--lock with --symbols takes one hub, since each reads other parts of a release: name the content folder"
    )]
    SeveralHubsToLock,
    /// `packages --write` with a part of a hub.
    #[error("--write takes a whole hub: a part of it would leave out all other entries")]
    PartOfHub,
    /// `annotate` or `feedback` without a home folder.
    #[error("this user has no home folder; set CHUB_DIR to a folder")]
    NoClientFolder,
    /// Arguments of a command that a tool of `mcp` runs.
    #[error("{0}")]
    Arguments(String),
    /// `mcp` with two hubs of one name.
    #[error("two hubs are called `{0}`: name one of them, as in `other={0}`")]
    TwoSources(String),
    /// A name that no hub of the config has.
    #[error("no hub of the config is called `{0}`: name it in `[[sources]]`")]
    NoSource(String),
    /// `update` without hubs.
    #[error("no config at or above the working folder has `[[sources]]`: add one with `name` and `url`")]
    NoSources,
    /// `update --offline`.
    #[error("`update` asks servers: run it without --offline or CHUB_LINT_OFFLINE")]
    UpdateOffline,
    /// `update`, when servers do not answer.
    #[error("{0} not updated; the cached copies stay in use")]
    NotUpdated(String),
    /// `cache clean NAME` of a hub that is not in the cache.
    #[error("no hub called `{0}` is in the cache: `chub-lint cache status` lists them")]
    NoCachedHub(String),
    /// `bump` of a file that cannot be read.
    #[error("`{path}` {reason}")]
    Unread {
        /// The file.
        path: HubPath,
        /// Why, as the end of a sentence.
        reason: String,
    },
    /// `bump` of an entry that needs a person.
    #[error("`{path}` {source}; nothing was changed")]
    Bump {
        /// The entry.
        path: HubPath,
        /// Why.
        source: BumpError,
    },
    /// A flag of `bump` that is only for the newest releases.
    #[error("{0} needs `--to newest`")]
    NeedsNewest(&'static str),
    /// `bump` of nothing.
    #[error("no DOC.md or SKILL.md found")]
    NothingToBump,
    /// `baseline` with a config that names a file elsewhere.
    #[error(
        "`{}`: cannot be written: the config names a baseline outside of the repository; name one inside, or give the \
         config with `--config`",
        .0.display()
    )]
    BaselineOutside(PathBuf),
    /// `baseline --update` without one.
    #[error("`{}` does not exist: write it with `chub-lint baseline`", .0.display())]
    NoBaseline(PathBuf),
    /// `-` without a name for it.
    #[error(
        "`-` needs a name: add `--stdin-filename PATH`; it says whether the text is a DOC.md or a SKILL.md, and which \
         hub and settings it belongs to"
    )]
    NoStdinName,
    /// `-` beside other paths.
    #[error("standard input is checked alone: name either `-` or files and folders")]
    StdinAndPaths,
    /// `--watch` on files that the system cannot watch.
    #[error("--watch")]
    Watch(#[source] notify::Error),
    /// `--statistics` in a format that has no place for them.
    #[error("--statistics: write it with `--output text` or `--output json`")]
    StatisticsFormat,
    /// `--symbols=oldest:N` without a cache.
    #[error("--symbols=oldest:N keeps dates in the cache, which --locked does not use: remove one of them")]
    RotationLocked,
    /// `--fail-on-unchecked`.
    #[error("not checked: {0} (--fail-on-unchecked)")]
    Unchecked(String),
    /// An invalid moment for `build`.
    #[error("SOURCE_DATE_EPOCH is not a number of seconds since 1970")]
    Epoch,
}

impl ModuleError for CommandError {}
