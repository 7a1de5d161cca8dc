//! Write files atomically, and only at the requested path.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the modules that may use the file system"
)]

use crate::error::Error;
use crate::safe_path;
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Write to a temporary file and rename it to the target, so that no process sees an incomplete file.
///
/// # Errors
/// When `safe_path::check_write_path` refuses the path, the folder cannot be made or the file cannot be written.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_atomic_in(None, path, bytes)
}

/// Write a file as `write_atomic` does; in addition, no part of the path inside `hub` may be a link.
///
/// # Errors
/// When `safe_path::check_write_path` refuses the path, the folder cannot be made or the file cannot be written.
pub fn write_atomic_in(hub: Option<&Path>, path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let unwritable = |source| Error::Unwritable {
        path: path.to_path_buf(),
        source,
    };
    let checked = safe_path::check_write_path(path, hub)?;
    let path = checked.as_path();
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(unwritable)?;
    // Pipes and devices (`/dev/stdout`) cannot be replaced; they are written through.
    if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
        std::fs::write(path, bytes).map_err(unwritable)?;
        log::debug!("wrote {} bytes to {}", bytes.len(), path.display());
        return Ok(());
    }
    let mut file = tempfile::Builder::new()
        .prefix(".chub-lint-")
        .tempfile_in(folder)
        .map_err(unwritable)?;
    file.write_all(bytes).map_err(unwritable)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Temporary files are private; an output file gets the normal permissions.
        let mode = std::fs::metadata(path).map_or(0o644, |m| m.permissions().mode());
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(mode))
            .map_err(unwritable)?;
    }
    file.persist(path).map_err(|error| unwritable(error.error))?;
    log::debug!("wrote {}, {} bytes", path.display(), bytes.len());
    Ok(())
}

/// Append lines to a file in one write, so that what several programs append at once is not mixed. The file is made when
/// it is missing.
///
/// # Errors
/// When `safe_path::check_write_path` refuses the path, the folder cannot be made or the file cannot be written.
pub fn append(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let unwritable = |source| Error::Unwritable {
        path: path.to_path_buf(),
        source,
    };
    let checked = safe_path::check_write_path(path, None)?;
    if let Some(folder) = checked.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let file = std::fs::OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(&checked);
    file.and_then(|mut file| {
        // A program that was killed while it wrote may have left an incomplete line, so start a new one.
        let mut last = [b'\n'];
        if file.seek(SeekFrom::End(0))? > 0 {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        match last {
            [b'\n'] => file.write_all(bytes),
            _ => file.write_all(&[b"\n", bytes].concat()),
        }
    })
    .map_err(unwritable)
}

/// Read a text file that the command line names, unless it is larger than a limit in bytes.
///
/// # Errors
/// When it cannot be read, is too large or is not UTF-8, or when `safe_path::check_read_path` refuses it.
pub fn read_text(path: &Path, most: u64) -> Result<String, Error> {
    safe_path::check_read_path(path)?;
    let unreadable = |source| Error::Unreadable {
        path: path.to_path_buf(),
        source,
    };
    let file = std::fs::File::open(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => Error::NoSuchPath(path.to_path_buf()),
        _ => unreadable(source),
    })?;
    let mut text = String::new();
    let read = file
        .take(most + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if read as u64 > most {
        return Err(Error::TooLarge {
            path: path.to_path_buf(),
            most,
        });
    }
    Ok(text)
}

/// Read standard input to its end, unless it is larger than a limit in bytes.
///
/// # Errors
/// When it cannot be read, or is too large.
pub fn read_stdin(most: u64) -> Result<Vec<u8>, Error> {
    let path = || Path::new("-").to_path_buf();
    let mut bytes = Vec::new();
    let read = std::io::stdin()
        .lock()
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes);
    let read = read.map_err(|source| Error::Unreadable { path: path(), source })?;
    if read as u64 > most {
        return Err(Error::TooLarge { path: path(), most });
    }
    Ok(bytes)
}

/// Read an untrusted file: it must be a regular file within a limit in bytes.
///
/// # Errors
/// When it cannot be read, is a link or a device, or is too large.
pub fn read_regular(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let metadata = std::fs::symlink_metadata(path)?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("is not a regular file"));
    }
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path)?
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if read as u64 > most {
        return Err(std::io::Error::other(format!("is larger than {most} bytes")));
    }
    Ok(bytes)
}

/// What a folder has under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderEntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, a pipe or a device.
    Other,
}

/// The entries of an untrusted folder, in no order; `None` when there are more than `most`. Links are not followed. Of
/// names that are not Unicode, what is not is replaced.
///
/// # Errors
/// When it cannot be read.
pub fn folder_entries(folder: &Path, most: usize) -> std::io::Result<Option<Vec<(String, FolderEntryKind)>>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        if found.len() == most {
            return Ok(None);
        }
        let entry = entry?;
        let kind = match entry.file_type()? {
            kind if kind.is_file() => FolderEntryKind::File,
            kind if kind.is_dir() => FolderEntryKind::Folder,
            _ => FolderEntryKind::Other,
        };
        found.push((entry.file_name().to_string_lossy().into_owned(), kind));
    }
    Ok(Some(found))
}

/// The length and date of a file.
pub type Stamp = (u64, Option<SystemTime>);
/// Those of files.
pub type Stamps = BTreeMap<PathBuf, Stamp>;

/// The length and date of a regular file.
#[must_use]
pub fn stamp(file: &Path) -> Option<Stamp> {
    let metadata = std::fs::symlink_metadata(file).ok()?;
    let stamp = (metadata.len(), metadata.modified().ok());
    metadata.is_file().then_some(stamp)
}

/// The length and date of each regular file below a folder, to see what changed; `None` when there are more than `most`,
/// or the folder cannot be read. Links are not followed, and folders with a dot in front of their name are skipped.
#[must_use]
pub fn stamps(folder: &Path, most: usize) -> Option<Stamps> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).ok()? {
            let Ok(entry) = entry else { continue };
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && !entry.file_name().as_encoded_bytes().starts_with(b".") {
                folders.push(entry.path());
            } else if kind.is_file()
                && let Ok(metadata) = entry.metadata()
            {
                found.insert(entry.path(), (metadata.len(), metadata.modified().ok()));
            }
            if found.len() + folders.len() > most {
                return None;
            }
        }
    }
    Some(found)
}

/// Remove a file.
///
/// # Errors
/// When `safe_path::check_write_path` refuses the path, or the file cannot be removed.
pub fn remove_file(path: &Path) -> Result<(), Error> {
    let checked = safe_path::check_write_path(path, None)?;
    log::debug!("removed {}", checked.display());
    std::fs::remove_file(&checked).map_err(|source| Error::Unwritable {
        path: path.to_path_buf(),
        source,
    })
}

/// Write a new file below `hub`. Returns `false` and changes nothing when the path exists, also as a link.
///
/// # Errors
/// When `safe_path::check_write_path` refuses the folder, the folder cannot be made or the file cannot be written.
pub fn write_new(hub: &Path, path: &Path, bytes: &[u8]) -> Result<bool, Error> {
    let unwritable = |source| Error::Unwritable {
        path: path.to_path_buf(),
        source,
    };
    let checked = safe_path::check_write_folder(path, Some(hub))?;
    let path = checked.as_path();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    // `create_new` never follows a link and never replaces.
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path);
    match file {
        Ok(mut file) => {
            file.write_all(bytes).map_err(unwritable)?;
            log::debug!("wrote {}, {} bytes", path.display(), bytes.len());
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(unwritable(error)),
    }
}
