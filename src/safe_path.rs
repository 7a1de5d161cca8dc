//! Resolve paths, and refuse symbolic links that a pull request may have added.
//!
//! Paths of the user are trusted where others cannot change them: a home or a `/tmp` that is a link works. But a git
//! repository, the working folder and the hub may hold files of a pull request. In these, no part of a path that is
//! written may be a symbolic link, and nothing is written to a `.git` folder, because git runs its hooks.
//!
//! Paths are resolved component by component in this module, because the system would follow links inside a repository
//! as well. The files of a pull request do not change during a run, so a check directly before the write is enough.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the modules that may use the file system"
)]

use crate::error::{Error, ModuleError};
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Component, Path, PathBuf};

/// The maximum number of links in one path, as in Linux.
const MAX_LINKS: usize = 40;

/// The real path of a file or folder to write. `hub` is one more folder whose content is untrusted.
///
/// # Errors
/// When a part of it inside a repository, the working folder or the hub is a symbolic link, or when it is in a `.git`
/// folder.
pub fn check_write_path(path: &Path, hub: Option<&Path>) -> Result<PathBuf, Error> {
    let held = GuardedFolders::new(hub);
    let mut refused = None;
    let walk = ResolvedPath::along(path, &mut |folder, link| {
        let refuse = held.holds(folder);
        if refuse {
            refused = Some(link.to_path_buf());
        }
        !refuse
    });
    if let Some(link) = refused {
        let path = path.to_path_buf();
        return Err(PlaceError::Link { path, link }.into());
    }
    let walk = walk.map_err(|source| Error::Unwritable {
        path: path.to_path_buf(),
        source,
    })?;
    if let Some(git) = walk.git {
        let path = path.to_path_buf();
        return Err(PlaceError::Git { path, git }.into());
    }
    // A pull request cannot hold a pipe or a device, but an unpacked archive can.
    let odd = std::fs::symlink_metadata(&walk.real).is_ok_and(|m| !m.is_file() && !m.is_dir());
    if odd && !walk.through && walk.real.parent().is_some_and(|folder| held.holds(folder)) {
        return Err(PlaceError::Odd(path.to_path_buf()).into());
    }
    Ok(walk.real)
}

/// The path of a new file. Its folder is checked as in `check_write_path`; the last component is not followed.
///
/// # Errors
/// As for `check_write_path`.
pub fn check_write_folder(path: &Path, hub: Option<&Path>) -> Result<PathBuf, Error> {
    let absolute = std::path::absolute(path).map_err(|source| Error::Unwritable {
        path: path.to_path_buf(),
        source,
    })?;
    let (Some(folder), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        return check_write_path(path, hub);
    };
    Ok(check_write_path(folder, hub)?.join(name))
}

/// Refuse to read a hub or file through a link that leads out of the repository (or the working folder) that contains
/// the link.
///
/// # Errors
/// When there is such a link.
pub fn check_read_path(path: &Path) -> Result<(), Error> {
    let held = GuardedFolders::new(None);
    let mut links = Vec::new();
    let walk = ResolvedPath::along(path, &mut |folder, link| {
        links.extend(held.nearest(folder).map(|root| (root, link.to_path_buf())));
        true
    });
    // A path that cannot be resolved cannot be read; the reader reports it.
    let Ok(walk) = walk else { return Ok(()) };
    match links
        .into_iter()
        .find(|(root, _)| !walk.real.starts_with(root) || walk.git.is_some())
    {
        Some((_, link)) => {
            let path = path.to_path_buf();
            Err(PlaceError::LeadsOut { path, link }.into())
        }
        None => Ok(()),
    }
}

/// The target of a symbolic link, resolved as far as it exists, with the rest normalised; `None` for a loop.
#[must_use]
pub fn link_target(link: &Path) -> Option<PathBuf> {
    let walk = ResolvedPath::along(link, &mut |_, _| true).ok()?;
    // A pipe below `/proc` has no path, and is outside of every folder.
    Some(if walk.through {
        std::fs::canonicalize(&walk.real).unwrap_or_else(|_| PathBuf::from("/"))
    } else {
        walk.real
    })
}

/// The root of the git repository that holds a folder.
#[must_use]
pub fn repository_root(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .find(|above| above.join(".git").exists())
        .map(Path::to_path_buf)
}

/// The first program of a name on the path that is outside of some folders. For example, npm adds `node_modules/.bin`
/// of the project to the path, where a pull request can add a program with any name.
#[must_use]
pub fn find_program(name: &str, checkouts: &[&Path]) -> Option<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .filter(|folder| folder.is_absolute())
        .map(|folder| canonicalize_or_keep(&folder).join(&name))
        .find(|program| is_program_outside(program, checkouts))
}

/// Whether a path leads to a file, and both are outside of some folders.
#[must_use]
pub fn is_program_outside(program: &Path, checkouts: &[&Path]) -> bool {
    let is_foreign = |path: &Path| {
        checkouts
            .iter()
            .map(|folder| canonicalize_or_keep(folder))
            // The working folder in a container may be `/`, which contains everything.
            .any(|checkout| checkout.parent().is_some() && path.starts_with(checkout))
    };
    program.is_file() && !is_foreign(program) && !is_foreign(&canonicalize_or_keep(program))
}

/// A path without links and dots; unchanged when it does not exist.
#[must_use]
pub fn canonicalize_or_keep(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Where a file is or will be: without links and dots, as far as its folders exist.
///
/// # Errors
/// When a folder that exists cannot be resolved.
pub fn canonicalize_future(path: &Path) -> std::io::Result<PathBuf> {
    let there = path.ancestors().find(|above| above.exists()).unwrap_or(path);
    let rest = path.strip_prefix(there).unwrap_or(Path::new(""));
    let real = std::fs::canonicalize(there)?;
    // `join` with nothing would add a slash.
    Ok(rest.components().fold(real, |path, part| path.join(part)))
}

/// Whether there is such a file.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Whether there is such a folder.
#[must_use]
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Whether there is such a file or folder.
#[must_use]
pub fn is_file_or_folder(path: &Path) -> bool {
    path.is_file() || path.is_dir()
}

/// Whether there is such a file, or a link, whatever it points at.
#[must_use]
pub fn exists_or_is_link(path: &Path) -> bool {
    path.is_file() || path.is_symlink()
}

/// Whether there is nothing at a path.
#[must_use]
pub fn is_missing(path: &Path) -> bool {
    path.symlink_metadata()
        .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

/// Remove `.` and `..` from a path without accessing the file system: links are not followed.
#[must_use]
pub fn normalize(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Why a path is refused.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// It leads into a `.git` folder.
    #[error("`{}`: cannot be written: `{}` belongs to git; name another place", .path.display(), .git.display())]
    Git {
        /// The path.
        path: PathBuf,
        /// The `.git` folder.
        git: PathBuf,
    },
    /// It is a pipe or a device.
    #[error(
        "`{}`: cannot be written: it is neither a file nor a folder; remove it or name another place", .0.display()
    )]
    Odd(PathBuf),
    /// It leads out of the repository.
    #[error(
        "`{}`: cannot be read: `{}` is a symbolic link that leads out of the repository; name what it leads to, or \
         remove the link",
        .path.display(),
        .link.display()
    )]
    LeadsOut {
        /// The path.
        path: PathBuf,
        /// The link in it.
        link: PathBuf,
    },
    /// A part of the path is a link that a pull request may have added.
    #[error(
        "`{}`: cannot be written: {} is a symbolic link inside the checkout; remove the link or name another place",
        .path.display(),
        if .link.ends_with(.path) { "it".to_owned() } else { format!("`{}`", .link.display()) }
    )]
    Link {
        /// The path.
        path: PathBuf,
        /// The link in it.
        link: PathBuf,
    },
}

impl ModuleError for PlaceError {}

/// The folders with untrusted content.
struct GuardedFolders {
    /// The real paths of the working folder and the hub. Git repositories are found in addition.
    folders: Vec<PathBuf>,
}

impl GuardedFolders {
    fn new(hub: Option<&Path>) -> Self {
        let cwd = std::env::current_dir().ok();
        let folders = cwd.iter().map(PathBuf::as_path).chain(hub);
        Self {
            folders: folders
                .filter_map(|folder| std::fs::canonicalize(folder).ok())
                // The working folder in a container may be `/`, which is not a checkout.
                .filter(|folder| folder.parent().is_some())
                .collect(),
        }
    }

    fn holds(&self, folder: &Path) -> bool {
        self.nearest(folder).is_some()
    }

    /// The repository that contains a folder, or else the untrusted folder that contains it.
    fn nearest(&self, folder: &Path) -> Option<PathBuf> {
        let real = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        let repository = real
            .ancestors()
            .find(|above| std::fs::symlink_metadata(above.join(".git")).is_ok());
        let mut others = self.folders.iter().map(PathBuf::as_path);
        repository
            .or_else(|| others.find(|root| real.starts_with(root)))
            .map(Path::to_path_buf)
    }
}

/// A resolved path.
struct ResolvedPath {
    real: PathBuf,
    /// The first `.git` in the path.
    git: Option<PathBuf>,
    /// Whether the last component is opened without resolving it, such as a pipe behind `/dev/stdout`.
    through: bool,
}

impl ResolvedPath {
    /// Resolve a path, which may not exist. `follow` is called for each link, with its folder.
    fn along(path: &Path, follow: &mut dyn FnMut(&Path, &Path) -> bool) -> io::Result<Self> {
        let mut walk = Self {
            real: PathBuf::new(),
            git: None,
            through: false,
        };
        let mut links = 0;
        let mut parts = VecDeque::new();
        queue(&std::path::absolute(path)?, &mut parts);
        while let Some(part) = parts.pop_front() {
            match part {
                PathPart::Root(root) => walk.real = root,
                PathPart::Up => {
                    walk.real.pop();
                }
                PathPart::Name(name) => {
                    let next = walk.real.join(&name);
                    if walk.git.is_none() && is_git(&name) {
                        walk.git = Some(next.clone());
                    }
                    let is_link = std::fs::symlink_metadata(&next).is_ok_and(|m| m.is_symlink());
                    if !is_link {
                        walk.real = next;
                        continue;
                    }
                    links += 1;
                    if links > MAX_LINKS || !follow(&walk.real, &next) {
                        return Err(io::Error::other("too many symbolic links"));
                    }
                    // The target of `/dev/stdout` may be a pipe, which has no path.
                    if parts.is_empty() && std::fs::metadata(&next).is_ok_and(|m| !m.is_file() && !m.is_dir())
                    {
                        walk.real = next;
                        walk.through = true;
                        break;
                    }
                    queue(&std::fs::read_link(&next)?, &mut parts);
                }
            }
        }
        Ok(walk)
    }
}

enum PathPart {
    Root(PathBuf),
    Up,
    Name(OsString),
}

/// Put the components of a path before those that are not yet resolved.
fn queue(path: &Path, parts: &mut VecDeque<PathPart>) {
    let mut root = PathBuf::new();
    let mut new = Vec::new();
    for component in path.components() {
        match component {
            Component::Prefix(_) | Component::RootDir => root.push(component),
            Component::CurDir => {}
            Component::ParentDir => new.push(PathPart::Up),
            Component::Normal(name) => new.push(PathPart::Name(name.to_owned())),
        }
    }
    if !root.as_os_str().is_empty() {
        new.insert(0, PathPart::Root(root));
    }
    for part in new.into_iter().rev() {
        parts.push_front(part);
    }
}

/// Whether a name is `.git`, also in another case or as a Windows short name.
fn is_git(name: &OsStr) -> bool {
    name.eq_ignore_ascii_case(".git") || name.eq_ignore_ascii_case("git~1")
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn scene() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(root.join("repo/.git")).unwrap();
        fs::create_dir_all(root.join("repo/real")).unwrap();
        fs::create_dir(root.join("outside")).unwrap();
        symlink("repo", root.join("alias")).unwrap();
        symlink("../outside", root.join("repo/out")).unwrap();
        symlink("repo/out", root.join("far")).unwrap();
        (folder, root)
    }

    #[test]
    fn links_above_a_repository_are_followed() {
        let (_keep, root) = scene();
        for (named, real) in [
            ("alias/real/new/file", "repo/real/new/file"),
            ("alias/real/../new", "repo/new"),
            ("outside/./file", "outside/file"),
            ("none/../outside/file", "outside/file"),
        ] {
            assert_eq!(
                check_write_path(&root.join(named), None).unwrap(),
                root.join(real)
            );
        }
    }

    #[test]
    fn links_inside_are_refused_however_they_are_reached() {
        let (_keep, root) = scene();
        symlink("../outside/none", root.join("repo/dangling")).unwrap();
        symlink("real", root.join("repo/near")).unwrap();
        for named in [
            "repo/out",
            "repo/out/file",
            "repo/out/../file",
            "repo/dangling",
            "repo/near/file",
            "alias/out/file",
            "far",
            "far/file",
            "outside/../repo/out/file",
        ] {
            let said = check_write_path(&root.join(named), None).unwrap_err().to_string();
            assert!(
                said.contains("is a symbolic link inside the checkout"),
                "{named}: {said}"
            );
        }
        // A hub that is not in a repository is checked as well.
        symlink("repo/real", root.join("outside/link")).unwrap();
        assert!(check_write_path(&root.join("outside/link/x"), None).is_ok());
        assert!(check_write_path(&root.join("outside/link/x"), Some(&root.join("outside"))).is_err());
    }

    #[test]
    fn git_folders_are_refused() {
        let (_keep, root) = scene();
        for named in [
            "repo/.git/hooks/post-checkout",
            "repo/.GIT/x",
            "repo/real/../.git",
            "alias/.git/config",
        ] {
            let said = check_write_path(&root.join(named), None).unwrap_err().to_string();
            assert!(said.contains("belongs to git"), "{named}: {said}");
        }
        assert!(check_write_path(&root.join("repo/.github/workflows/x.yml"), None).is_ok());
    }

    #[test]
    fn loops_end() {
        let (_keep, root) = scene();
        symlink("b", root.join("outside/a")).unwrap();
        symlink("a", root.join("outside/b")).unwrap();
        assert!(check_write_path(&root.join("outside/a/x"), None).is_err());
        assert_eq!(link_target(&root.join("outside/a")), None);
        symlink("/dev/zero", root.join("outside/zero")).unwrap();
        assert_eq!(
            link_target(&root.join("outside/zero")).unwrap(),
            Path::new("/dev/zero")
        );
        assert_eq!(
            link_target(&root.join("far/x/../y")).unwrap(),
            root.join("outside/y")
        );
    }

    #[test]
    fn what_is_read_may_be_a_link_that_stays_inside() {
        let (_keep, root) = scene();
        symlink("real", root.join("repo/near")).unwrap();
        symlink(".git/config", root.join("repo/config.md")).unwrap();
        for named in ["repo/near", "alias/near", "alias/real", "repo/none"] {
            assert!(check_read_path(&root.join(named)).is_ok(), "{named}");
        }
        for named in ["repo/out", "far", "alias/out/x", "repo/config.md"] {
            assert!(check_read_path(&root.join(named)).is_err(), "{named}");
        }
    }
}
