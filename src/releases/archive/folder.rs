//! A folder of sources, as a private package is developed in.

use super::error::ArchiveError;
use super::limits::{MAX_DEPTH, MAX_FILES, MAX_MEMBER_BYTES};
use super::name;
use crate::fsio::{self, FolderEntryKind};
use crate::safe_path;
use std::io;
use std::path::{Path, PathBuf};

/// Folders with the sources of others, or with none.
const LEFT_OUT: &[&str] = &["__pycache__", "node_modules", "venv", "site-packages"];

/// A folder whose files were listed.
pub(super) struct SourceFolder {
    root: PathBuf,
}

fn unreadable(error: &io::Error) -> ArchiveError {
    ArchiveError::Unreadable(error.to_string())
}

impl SourceFolder {
    /// The folder, and the names of its files in no order.
    ///
    /// # Errors
    /// When it cannot be read, has a link where sources could be, or is over a limit.
    pub(super) fn open(root: &Path) -> Result<(Self, Vec<String>), ArchiveError> {
        safe_path::check_read_path(root).map_err(|error| ArchiveError::Unreadable(error.to_string()))?;
        let mut names = Vec::new();
        let mut seen = 0;
        let mut open = vec![String::new()];
        while let Some(folder) = open.pop() {
            let entries = fsio::folder_entries(&root.join(&folder), MAX_FILES - seen.min(MAX_FILES));
            for (file, kind) in entries
                .map_err(|error| unreadable(&error))?
                .ok_or(ArchiveError::TooManyFiles)?
            {
                seen += 1;
                if file.starts_with('.')
                    || (kind == FolderEntryKind::Folder && LEFT_OUT.contains(&file.as_str()))
                {
                    continue;
                }
                let name = match folder.is_empty() {
                    true => file,
                    false => format!("{folder}/{file}"),
                };
                match kind {
                    FolderEntryKind::Folder if name.split('/').count() >= MAX_DEPTH => {
                        return Err(ArchiveError::LongName);
                    }
                    FolderEntryKind::Folder => open.push(name),
                    FolderEntryKind::File => names.extend(name::check(name.as_bytes())?),
                    FolderEntryKind::Other => name::check_link(name.as_bytes())?,
                }
            }
        }
        Ok((
            Self {
                root: root.to_owned(),
            },
            names,
        ))
    }

    /// Read a file of the list.
    ///
    /// # Errors
    /// When it is too large, or not a regular file any more.
    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, ArchiveError> {
        fsio::read_regular(&self.root.join(name), MAX_MEMBER_BYTES).map_err(|error| unreadable(&error))
    }
}
