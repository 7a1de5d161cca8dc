//! Why a file of a hub cannot be read from its server.

use crate::error::ModuleError;

/// Why a file of a hub cannot be read. No message contains a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the fields are what the texts name")]
pub enum HubFileError {
    /// Nothing of the hub is in the cache.
    #[error("hub `{0}`: it is not in the cache; run `chub-lint update {0}` without --offline")]
    NotCached(String),
    /// A page is not in the cache.
    #[error("hub `{hub}`: `{path}` is not in the cache; get it once without --offline")]
    PageNotCached { hub: String, path: String },
    /// The server gave no answer that can be used.
    #[error("hub `{hub}`: `{path}`: {why}")]
    NoAnswer { hub: String, path: String, why: String },
    /// The address is not that of a built tree.
    #[error(
        "hub `{0}`: the server has no registry.json; `url` must be the address of a folder that `chub-lint build` wrote"
    )]
    NoRegistry(String),
    /// The server does not have a file that the registry names.
    #[error(
        "hub `{hub}`: the server does not have `{path}`, which the registry names; run `chub-lint update {hub}`"
    )]
    Missing { hub: String, path: String },
    /// Something else than a registry or a manifest.
    #[error("hub `{hub}`: `{path}` is not used: {why}")]
    Invalid {
        hub: String,
        path: &'static str,
        why: String,
    },
    /// A registry that names a file elsewhere.
    #[error("hub `{hub}`: the registry names a file outside of the hub: `{path}`")]
    Outside { hub: String, path: String },
    /// A file with another hash than the manifest says.
    #[error(
        "hub `{hub}`: `{path}` is not used: it does not have the SHA-256 that manifest.json says; run `chub-lint update {hub}`, \
         or report it to the publisher of the hub"
    )]
    OtherHash { hub: String, path: String },
    /// A file that the manifest does not list.
    #[error("hub `{hub}`: `{path}` is not used: manifest.json does not list it")]
    NotListed { hub: String, path: String },
    /// More pages than one call reads.
    #[error("hub `{0}`: the entry has more than 500 files: name those that you need")]
    TooMany(String),
}

impl ModuleError for HubFileError {}
