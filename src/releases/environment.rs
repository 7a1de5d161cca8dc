//! The user's environment as pip, uv and npm see it: variables, home, working folder. Everything is read through one
//! type, so that tests can replace it.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place of this module that reads the environment and the settings files"
)]

use super::error::RegistrySettingsError;
use crate::safe_path::normalize;
#[cfg(unix)]
use rustix::fs::OFlags;
use std::collections::BTreeMap;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The maximum size of a settings file. A larger one is a mistake or an attack.
const FILE_LIMIT: u64 = 1 << 20;

/// Environment variables, home and working folder, read once.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    home: Option<PathBuf>,
    cwd: PathBuf,
    hub: Option<PathBuf>,
    process: bool,
}

/// The owner of a settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SettingsOwner {
    /// The user's or the machine's: it may hold secrets and expand variables.
    User,
    /// It is part of the tree that is checked, so it is untrusted. It may only name registries.
    Project,
}

/// Names of entries that mark the top folder of a checkout.
const MARKS: [&str; 4] = [".git", ".hg", ".jj", ".svn"];

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
    /// The environment of this process, including machine-wide settings files and the proxies of the system.
    #[must_use]
    pub fn from_process() -> Self {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            variables,
            home: etcetera::home_dir().ok().filter(|home| home.is_absolute()),
            cwd: std::env::current_dir().unwrap_or_default(),
            hub: None,
            process: true,
        }
    }

    /// A separate environment: these variables and folders, no machine-wide settings file, no system proxy.
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
            hub: None,
            process: false,
        }
    }

    /// The same environment, for a hub in this folder. The checkout around the hub belongs to the project, too.
    #[must_use]
    pub fn for_hub(mut self, folder: &Path) -> Self {
        self.hub = Some(folder.to_owned());
        self
    }

    /// A variable; an empty one counts as unset, as in pip, uv and npm.
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
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// The working folder.
    pub(crate) fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// Whether this is the environment of the process, for which machine-wide settings are read too.
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
            .filter(|folder| folder.is_absolute())
            .or_else(|| self.home().map(|home| home.join(".cache")))
    }

    /// Read a settings file; `None` when it does not exist.
    pub(crate) fn read(&self, path: &Path) -> Result<Option<String>, RegistrySettingsError> {
        self.read_owned(path, SettingsOwner::User)
    }

    /// Read a settings file of the user or the project; `None` when it does not exist.
    pub(crate) fn read_owned(
        &self,
        path: &Path,
        owner: SettingsOwner,
    ) -> Result<Option<String>, RegistrySettingsError> {
        Ok(match self.bytes(path, FILE_LIMIT, owner)? {
            None => None,
            Some(bytes) => {
                Some(String::from_utf8(bytes).map_err(|_| {
                    RegistrySettingsError::unreadable(path, "it is not UTF-8 text".to_owned())
                })?)
            }
        })
    }

    /// Read a file of at most a megabyte; `None` when it does not exist.
    pub(crate) fn read_bytes(&self, path: &Path) -> Result<Option<Vec<u8>>, RegistrySettingsError> {
        self.bytes(path, FILE_LIMIT, SettingsOwner::User)
    }

    /// Read a file of at most `limit` bytes; `None` when it does not exist.
    pub(crate) fn read_up_to(
        &self,
        path: &Path,
        limit: u64,
    ) -> Result<Option<Vec<u8>>, RegistrySettingsError> {
        self.bytes(path, limit, SettingsOwner::User)
    }

    fn bytes(
        &self,
        path: &Path,
        limit: u64,
        owner: SettingsOwner,
    ) -> Result<Option<Vec<u8>>, RegistrySettingsError> {
        let path = &self.cwd.join(path);
        let unreadable = |why: String| RegistrySettingsError::unreadable(path, why);
        let file = match open_regular(path, owner == SettingsOwner::User) {
            Ok(file) => file,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                return Err(unreadable(error.to_string()));
            }
            Err(error) => return Err(unreadable(error.kind().to_string())),
        };
        let mut bytes = Vec::new();
        file.take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(error.kind().to_string()))?;
        if bytes.len() as u64 > limit {
            return Err(unreadable(format!("it is larger than {limit} bytes")));
        }
        Ok(Some(bytes))
    }

    /// The owner of a settings file in a folder that a variable names. When the home folder is itself a checkout, its
    /// files belong to the user, as in npm.
    pub(crate) fn owner_of(&self, path: &Path) -> SettingsOwner {
        let own = |root: &Path| self.home().is_some_and(|home| real(home) == real(root));
        let roots = self.checkouts();
        match roots.iter().any(|root| !own(root) && self.is_below(path, root)) {
            true => SettingsOwner::Project,
            false => SettingsOwner::User,
        }
    }

    /// Whether a path is in the checkout of the working folder or of the hub, or resolves to a path in it or through
    /// it.
    pub(crate) fn is_in_checkout(&self, path: &Path) -> bool {
        self.checkouts().iter().any(|root| self.is_below(path, root))
    }

    fn is_below(&self, path: &Path, root: &Path) -> bool {
        let path = normalize(&self.cwd.join(path));
        let real_root = real(root);
        [normalize(root), real_root.clone()]
            .iter()
            .any(|root| path.starts_with(root))
            || real(&path).starts_with(real_root)
    }

    /// The top folders of the checkouts that the working folder and the hub are in. Without a mark of a version control
    /// system, it is the folder itself, unless the home folder is in it.
    fn checkouts(&self) -> Vec<PathBuf> {
        let starts = std::iter::once(&self.cwd).chain(&self.hub);
        starts
            .filter(|start| start.is_absolute())
            .filter_map(|start| {
                top(start).or_else(|| {
                    let holds_home = self.home().is_some_and(|home| home.starts_with(start));
                    (!holds_home).then(|| start.clone())
                })
            })
            .collect()
    }

    /// Whether a file or folder exists.
    pub(crate) fn exists(&self, path: &Path) -> bool {
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

/// The top folder of the checkout around a folder. The mark of a submodule or a linked work tree is a file; then the
/// checkout around it is used, if there is one.
fn top(start: &Path) -> Option<PathBuf> {
    let mut found = None;
    for folder in start.ancestors() {
        for mark in MARKS {
            if let Ok(data) = std::fs::symlink_metadata(folder.join(mark)) {
                found = Some(folder.to_owned());
                if data.is_dir() {
                    return found;
                }
            }
        }
    }
    found
}

/// The real path, as far as it exists.
fn real(path: &Path) -> PathBuf {
    for folder in path.ancestors() {
        if let Ok(found) = std::fs::canonicalize(folder) {
            let rest = path.strip_prefix(folder).unwrap_or(Path::new(""));
            return normalize(&found.join(rest));
        }
    }
    normalize(path)
}

/// Open a regular file without blocking: a pipe is refused before it is opened. The null device is an empty file. With
/// `links`, a link to a file is accepted.
///
/// # Errors
/// As for [`File::open`]; `InvalidInput` when it is not a regular file.
pub(super) fn open_regular(path: &Path, links: bool) -> io::Result<File> {
    let refused = |why: &str| io::Error::new(ErrorKind::InvalidInput, why);
    if !links && std::fs::symlink_metadata(path)?.is_symlink() {
        return Err(refused("it is a symbolic link"));
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        if !links {
            flags |= OFlags::NOFOLLOW;
        }
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    let data = file.metadata()?;
    if data.is_file() || is_null_device(&data) {
        return Ok(file);
    }
    Err(refused("it is not a regular file"))
}

#[cfg(unix)]
fn is_null_device(data: &Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    data.file_type().is_char_device()
        && std::fs::metadata("/dev/null").is_ok_and(|null| null.rdev() == data.rdev())
}

#[cfg(not(unix))]
fn is_null_device(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_the_checkout_is_found_however_it_is_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("repo");
        for below in ["repo/.git", "repo/part/sub", "other"] {
            std::fs::create_dir_all(folder.path().join(below)).expect("writable");
        }
        std::fs::write(root.join("part/.git"), "gitdir: x").expect("writable");
        let env = Environment::new([("A", "b")], None, root.join("part/sub"));
        for path in ["cache", "..", "../../cache", "../../../repo/x/y"] {
            assert!(env.is_in_checkout(Path::new(path)), "{path}");
        }
        for path in ["../../../other", "../../../repo-2/cache", "/"] {
            assert!(!env.is_in_checkout(Path::new(path)), "{path}");
        }
        #[cfg(unix)]
        {
            let link = |to: &Path, from: &Path| std::os::unix::fs::symlink(to, from).expect("writable");
            link(&root, &folder.path().join("other/in"));
            link(&folder.path().join("other"), &root.join("out"));
            assert!(env.is_in_checkout(&folder.path().join("other/in/cache")));
            assert!(env.is_in_checkout(&root.join("out/cache")));
        }
        let elsewhere = Environment::new([("A", "b")], None, folder.path().join("other"));
        assert!(!elsewhere.is_in_checkout(&root.join("cache")));
        assert!(
            elsewhere
                .for_hub(&root.join("part"))
                .is_in_checkout(&root.join("cache"))
        );
    }

    #[test]
    fn a_home_that_is_a_checkout_stays_the_users() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir_all(folder.path().join(".git")).expect("writable");
        let owner = |home: &str| {
            let home = folder.path().join(home);
            let env = Environment::new([("A", "b")], Some(home.clone()), folder.path().join("hub"));
            env.owner_of(&home.join(".npmrc"))
        };
        assert_eq!(
            (owner(""), owner("inner")),
            (SettingsOwner::User, SettingsOwner::Project)
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_regular_files_are_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("file"), "x").expect("writable");
        std::os::unix::fs::symlink("file", path("link")).expect("writable");
        rustix::fs::mkfifoat(rustix::fs::CWD, path("pipe"), 0o600.into()).expect("writable");
        let env = Environment::new([("A", "b")], None, folder.path().to_owned());
        let read = |name: &str, owner| {
            env.read_owned(Path::new(name), owner)
                .map_err(|error| error.to_string())
        };
        assert_eq!(read("file", SettingsOwner::Project), Ok(Some("x".to_owned())));
        assert_eq!(read("link", SettingsOwner::User), Ok(Some("x".to_owned())));
        assert_eq!(read("/dev/null", SettingsOwner::User), Ok(Some(String::new())));
        assert_eq!(read("none", SettingsOwner::Project), Ok(None));
        for (name, owner, why) in [
            ("link", SettingsOwner::Project, "symbolic link"),
            ("pipe", SettingsOwner::User, "not a regular file"),
            ("pipe", SettingsOwner::Project, "not a regular file"),
            ("/dev/zero", SettingsOwner::User, "not a regular file"),
            ("/dev/zero", SettingsOwner::Project, "not a regular file"),
        ] {
            let error = read(name, owner).expect_err(name);
            assert!(error.contains(why), "{name}: {error}");
        }
    }
}
