//! The other files of a skill: scripts, settings and data, which agents run and read. Text is read once, in parallel.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the modules that may use the file system"
)]

use super::decode::MAX_DOCUMENT_BYTES;
use super::plugin::ManifestKind;
use super::{
    BINARY_REASON, FileKind, Hub, INSTALLED_REASON, LARGE_REASON, Skipped, TOO_MANY_REASON, UNREADABLE_REASON,
};
use crate::chub::build::content::REGISTRY_FILE;
use crate::document::{Document, HubPath, is_markdown};
use crate::timing::Timer;
use rayon::prelude::*;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The most attachments of a hub that are read.
const MAX_FILES: usize = 20_000;
/// The most bytes of text that are kept for the attachments of a hub.
const MAX_TOTAL: u64 = 128 << 20;
/// How much of a file decides whether it is text, as for git.
const HEAD: u64 = 8 << 10;
/// Folders that package managers and interpreters write, below that of a skill. Folders of git are not part of a skill.
const INSTALLED: [&str; 4] = ["node_modules", "__pycache__", ".venv", "venv"];

/// Whether a path is below a folder of git.
fn is_of_git(in_hub: &str) -> bool {
    in_hub.split('/').any(|part| part == ".git")
}

/// The files of skills that are not Markdown: a pair of path and, for one that is not read, why not. `why_skipped` is
/// asked about the others.
#[must_use]
pub fn choose(
    hub: &Hub,
    why_skipped: impl Fn(&str) -> Option<&'static str>,
) -> Vec<(HubPath, Option<&'static str>)> {
    let mut chosen = Vec::new();
    for (in_hub, kind) in &hub.files {
        let is_file = matches!(kind, FileKind::File | FileKind::Symlink);
        if !is_file || is_markdown(in_hub) || is_of_git(in_hub) || is_read_otherwise(in_hub) {
            continue;
        }
        let path = HubPath::new(&hub.shown, in_hub);
        let Some(folder) = hub.skill_folder(&path) else {
            continue;
        };
        let below = in_hub.get(folder.len()..).unwrap_or_default();
        let is_installed = below.split('/').any(|part| INSTALLED.contains(&part));
        let reason = why_skipped(in_hub).or(is_installed.then_some(INSTALLED_REASON));
        chosen.push((path, reason));
    }
    chosen
}

/// Whether a file that is not Markdown has special rules: the registry of an author, and manifests.
fn is_read_otherwise(in_hub: &str) -> bool {
    let is_registry = in_hub
        .split_once('/')
        .is_some_and(|(_, rest)| rest == REGISTRY_FILE);
    is_registry || ManifestKind::of_path(in_hub).is_some()
}

/// What the head of a file says.
enum Head {
    /// A text that is read as a whole.
    Whole(String),
    /// A text that is longer, with its length.
    Longer(u64),
    Skipped(&'static str),
}

/// Read the files of a hub that are still to be read and are reported on. `resolve` gives the real path of a link that
/// may be followed.
pub fn read(root: &Path, hub: &mut Hub, resolve: impl Fn(&Path) -> Option<PathBuf> + Sync) {
    let timer = Timer::start();
    let paths = std::mem::take(&mut hub.unread_attachments);
    let mut paths: Vec<HubPath> = paths.into_iter().filter(|path| hub.in_focus(path)).collect();
    let over = paths.split_off(paths.len().min(MAX_FILES));
    let place = |path: &HubPath| {
        let file = root.join(path.path_in_hub());
        match hub.files.get(path.path_in_hub()) {
            Some(FileKind::File) => Some(file),
            _ => resolve(&file),
        }
    };
    let heads: Vec<Head> = paths
        .par_iter()
        .map(|path| place(path).map_or(Head::Skipped(UNREADABLE_REASON), |file| read_head(&file)))
        .collect();
    // In order of path, so that the same files are read on every machine.
    let mut left = MAX_TOTAL;
    let heads: Vec<Head> = heads
        .into_iter()
        .map(|head| {
            let length = match &head {
                Head::Whole(text) => text.len() as u64,
                Head::Longer(length) => *length,
                Head::Skipped(_) => return head,
            };
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => return Head::Skipped(TOO_MANY_REASON),
            }
            head
        })
        .collect();
    let texts: Vec<Result<String, &'static str>> = paths
        .par_iter()
        .zip(heads)
        .map(|(path, head)| match head {
            Head::Whole(text) => Ok(text),
            Head::Longer(length) => place(path)
                .ok_or(UNREADABLE_REASON)
                .and_then(|file| read_text(&file, length)),
            Head::Skipped(reason) => Err(reason),
        })
        .collect();
    for (path, text) in paths.into_iter().zip(texts) {
        match text {
            Ok(text) => hub.attachments.push(Document::attachment(path, text)),
            Err(reason) => skip(hub, &path, reason),
        }
    }
    for path in over {
        skip(hub, &path, TOO_MANY_REASON);
    }
    hub.attachments
        .sort_by(|a, b| a.path.path_in_hub().cmp(b.path.path_in_hub()));
    hub.skipped.sort();
    if !hub.attachments.is_empty() {
        log::debug!("other files of skills: {} read in {timer}", hub.attachments.len());
    }
}

fn skip(hub: &mut Hub, path: &HubPath, reason: &'static str) {
    hub.skipped.push(Skipped {
        path: path.as_str().to_owned(),
        reason,
        pattern: None,
    });
}

/// Read the begin of a file.
fn read_head(path: &Path) -> Head {
    let read = || -> io::Result<(u64, Vec<u8>)> {
        let (file, length) = open_regular(path)?;
        let mut head = Vec::with_capacity(usize::try_from(length.min(HEAD)).unwrap_or(0));
        file.take(HEAD).read_to_end(&mut head)?;
        Ok((length, head))
    };
    let Ok((length, head)) = read() else {
        return Head::Skipped(UNREADABLE_REASON);
    };
    if memchr::memchr(0, &head).is_some() {
        return Head::Skipped(BINARY_REASON);
    }
    if length > MAX_DOCUMENT_BYTES {
        return Head::Skipped(LARGE_REASON);
    }
    if length > HEAD {
        return Head::Longer(length);
    }
    String::from_utf8(head).map_or(Head::Skipped(BINARY_REASON), Head::Whole)
}

/// Read a text of a known length. What was added to it in the meantime is not read.
fn read_text(path: &Path, length: u64) -> Result<String, &'static str> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    let read = open_regular(path).and_then(|(file, _)| file.take(length).read_to_end(&mut bytes));
    if read.is_err() {
        return Err(UNREADABLE_REASON);
    }
    if memchr::memchr(0, &bytes).is_some() {
        return Err(BINARY_REASON);
    }
    String::from_utf8(bytes).map_err(|_| BINARY_REASON)
}

/// Open a regular file, with its length: a pipe would never end.
fn open_regular(path: &Path) -> io::Result<(File, u64)> {
    let metadata = fs::symlink_metadata(path)?;
    match metadata.is_file() {
        true => Ok((File::open(path)?, metadata.len())),
        false => Err(io::Error::other("is not a regular file")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_skills_are_chosen() {
        let mut hub = Hub::default();
        for path in [
            "skills/x/SKILL.md",
            "skills/x/.git/config",
            "skills/x/data/a.json",
            "skills/x/node_modules/b/c.js",
            "skills/x/references/d.md",
            "skills/x/run.py",
            "skills/y.py",
            "skills/z/DOC.md",
            "skills/z/e.py",
        ] {
            hub.files.insert(path.to_owned(), FileKind::File);
        }
        let chosen = choose(&hub, |path| path.ends_with(".json").then_some("excluded"));
        let chosen: Vec<_> = chosen
            .iter()
            .map(|(path, reason)| (path.as_str(), *reason))
            .collect();
        let expected = [
            ("skills/x/data/a.json", Some("excluded")),
            ("skills/x/node_modules/b/c.js", Some(INSTALLED_REASON)),
            ("skills/x/run.py", None),
        ];
        assert_eq!(chosen, expected);
    }
}
