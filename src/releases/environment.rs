//! The user's world as pip, uv and npm see it: variables, home, working folder. One door, so that tests hand in
//! their own.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place of this module that reads the environment and the settings files"
)]

use super::error::SettingsError;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Settings files are small; a larger one is a mistake or an attack.
const FILE_LIMIT: u64 = 1 << 20;

/// Environment variables, home and working folder, gathered once.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    home: Option<PathBuf>,
    cwd: PathBuf,
    process: bool,
}

/// Values of variables are not shown: some are tokens.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("variables", &self.variables.len())
            .field("cwd", &self.cwd)
            .finish_non_exhaustive()
    }
}

impl Environment {
    /// What this process sees, including machine-wide settings files and the system's proxies.
    #[must_use]
    pub fn of_process() -> Self {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            variables,
            home: etcetera::home_dir().ok(),
            cwd: std::env::current_dir().unwrap_or_default(),
            process: true,
        }
    }

    /// A world of one's own: these variables and folders, no machine-wide settings file, no system proxy.
    pub fn new<N, V>(variables: impl IntoIterator<Item = (N, V)>, home: Option<PathBuf>, cwd: PathBuf) -> Self
    where
        N: Into<String>,
        V: Into<String>,
    {
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self {
            variables,
            home,
            cwd,
            process: false,
        }
    }

    /// A variable; an empty one counts as unset, as pip, uv and npm have it.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The first of some variables that is set.
    pub(crate) fn first_var(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.var(name))
    }

    /// Every variable, in order of name.
    pub(crate) fn vars(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// The user's home folder.
    pub(crate) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// The working folder.
    pub(crate) fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// Whether this is the real process, whose machine-wide settings count too.
    pub(crate) fn is_process(&self) -> bool {
        self.process
    }

    /// The platform's folder for caches.
    pub(crate) fn cache_home(&self) -> Option<PathBuf> {
        use etcetera::BaseStrategy;
        if self.process {
            return etcetera::choose_base_strategy().ok().map(|s| s.cache_dir());
        }
        self.var("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| self.home().map(|home| home.join(".cache")))
    }

    /// Read a settings file; `None` when there is none.
    pub(crate) fn read(&self, path: &Path) -> Result<Option<String>, SettingsError> {
        Ok(match self.read_bytes(path)? {
            None => None,
            Some(bytes) => Some(
                String::from_utf8(bytes)
                    .map_err(|_| SettingsError::unreadable(path, "it is not UTF-8 text".to_owned()))?,
            ),
        })
    }

    /// Read a file of at most a megabyte; `None` when there is none.
    pub(crate) fn read_bytes(&self, path: &Path) -> Result<Option<Vec<u8>>, SettingsError> {
        self.read_up_to(path, FILE_LIMIT)
    }

    /// Read a file of at most `limit` bytes; `None` when there is none.
    pub(crate) fn read_up_to(&self, path: &Path, limit: u64) -> Result<Option<Vec<u8>>, SettingsError> {
        let path = &self.cwd.join(path);
        let file = match std::fs::File::open(path) {
            Ok(file) => file,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(SettingsError::unreadable(path, error.kind().to_string())),
        };
        let mut bytes = Vec::new();
        file.take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| SettingsError::unreadable(path, error.kind().to_string()))?;
        if bytes.len() as u64 > limit {
            return Err(SettingsError::unreadable(
                path,
                format!("it is larger than {limit} bytes"),
            ));
        }
        Ok(Some(bytes))
    }

    /// Whether a file or folder is there.
    pub(crate) fn has(&self, path: &Path) -> bool {
        self.cwd.join(path).exists()
    }

    /// The files of a folder, sorted; none when it cannot be read.
    pub(crate) fn files_in(&self, folder: &Path) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.cwd.join(folder))
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.is_file())
            .collect();
        files.sort();
        files
    }
}
