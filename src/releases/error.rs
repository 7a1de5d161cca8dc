//! Errors in registry settings. No message holds a credential.

use crate::error::ModuleError;
use std::path::{Path, PathBuf};

/// An invalid setting, which stops the run before any request (exit code 2).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrySettingsError {
    /// An invalid base URL, or one that is not http(s).
    #[error("{from} is not a registry address: {why}; give one that starts with https:// or http://")]
    Url {
        /// The flag, the variable, or the file and line that it is from. The value is not shown, because it may hold a
        /// password.
        from: String,
        /// What is wrong with it.
        why: String,
    },
    /// An address in a file of the project that holds a user or a password.
    #[error(
        "{from} contains a user or a password, and a file of the project must not contain credentials; \
         keep them in your own .npmrc, pip.conf or netrc"
    )]
    Credential {
        /// The file and line, or the key of the config.
        from: String,
    },
    /// An address of a hub that cannot be one.
    #[error("hub `{name}`: `url` {why}")]
    Hub {
        /// The name of the hub.
        name: String,
        /// What the address must be.
        why: String,
    },
    /// `CHUB_LINT_CACHE_DIR` names a folder inside the checkout.
    #[error(
        "the variable CHUB_LINT_CACHE_DIR names {}, which is inside the checkout, where a change could write false \
         package data; move it out of the checkout",
        path.display()
    )]
    CacheInCheckout {
        /// The folder.
        path: PathBuf,
    },
    /// A settings file that exists but cannot be read.
    #[error("cannot read {}: {why}; make it readable, or remove it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason that the system gives.
        why: String,
    },
    /// A settings file that cannot be parsed.
    #[error("{}:{line}: {why}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What was expected.
        why: String,
    },
    /// A certificate file without a valid certificate.
    #[error("{from} names {}, which has no certificate in PEM form; point it at a CA bundle", path.display())]
    Certificates {
        /// The variable or setting.
        from: String,
        /// The file.
        path: PathBuf,
    },
    /// An invalid proxy address.
    #[error("{from} is not a proxy address; write it as http://HOST:PORT")]
    Proxy {
        /// The variable.
        from: String,
    },
}

impl ModuleError for RegistrySettingsError {}

impl RegistrySettingsError {
    /// The error for an existing file that cannot be read.
    pub(crate) fn unreadable(path: &Path, why: String) -> Self {
        Self::Unreadable {
            path: path.to_owned(),
            why,
        }
    }
}
