//! Paths of the command line without documents: a run that checked nothing must not look like a clean one.

use crate::document::is_markdown;
use crate::error::{Error, ModuleError};
use crate::hub::discover::{NamedPath, inside};
use crate::hub::{EXCLUDED_REASON, FileKind, Hub, IGNORED_REASON, MISNAMED_REASON, Skipped, join_path};
use std::fmt;
use std::path::{Path, PathBuf};

/// The most paths that an error names.
const MAX_NAMED: usize = 10;

/// The most reasons of one folder that name their pattern.
const MAX_PATTERNS: usize = 3;

/// The paths without a document, each with the reason.
#[derive(Debug, thiserror::Error)]
pub struct NothingToCheck {
    paths: Vec<(PathBuf, String)>,
    help: &'static str,
}

impl ModuleError for NothingToCheck {}

impl fmt::Display for NothingToCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [(path, reason)] = self.paths.as_slice() {
            write!(f, "`{}`: nothing to check: {reason}", path.display())?;
        } else {
            write!(f, "nothing to check in {} of the named paths:", self.paths.len())?;
            for (path, reason) in self.paths.iter().take(MAX_NAMED) {
                write!(f, "\n  `{}`: {reason}", path.display())?;
            }
            if let more @ 1.. = self.paths.len().saturating_sub(MAX_NAMED) {
                write!(f, "\n  and {more} more")?;
            }
        }
        write!(f, "\nhelp: {}", self.help)
    }
}

/// A hub that was read, with its folder.
type RootedHub<'a> = (&'a Path, &'a Hub);

/// Refuse named paths without a document.
pub(super) fn refuse(named: &[NamedPath], hubs: &[RootedHub<'_>]) -> Result<(), Error> {
    let empty: Vec<_> = named
        .iter()
        .filter(|path| !hubs.iter().any(|hub| holds_document(*hub, path)))
        .map(|path| (path.given.clone(), reason(path, hubs)))
        .collect();
    if empty.is_empty() {
        Ok(())
    } else {
        let is_misnamed = |(_, reason): &(PathBuf, String)| reason.ends_with(MISNAMED_REASON);
        let help = match empty.iter().all(is_misnamed) {
            true => "rename the file to `DOC.md` or `SKILL.md`",
            false => "name other paths, or use `--allow-empty` where this is expected",
        };
        Err(NothingToCheck { paths: empty, help }.into())
    }
}

/// Whether something at or below a path is checked: a document, a file in the place of one, a file that cannot be read, a link that leads out,
/// the registry of an author, or the manifest of a plugin.
fn holds_document((root, hub): RootedHub<'_>, path: &NamedPath) -> bool {
    let is_below = |in_hub: &str| root.join(in_hub).starts_with(&path.real);
    let documents = hub.documents().iter().map(|document| &document.path);
    let documents = documents.chain(hub.misnamed.iter().map(|misnamed| &misnamed.file.path));
    let unread = hub.unread.iter().map(|unread| &unread.path);
    let supplied = hub.supplied.iter().map(|registry| &registry.file.path);
    let manifests = hub.manifests.iter().map(|manifest| &manifest.file.path);
    let mut read = documents
        .chain(unread)
        .chain(supplied)
        .chain(manifests)
        .chain(hub.attachment_paths());
    let mut links = hub.files.iter().filter(|(_, kind)| **kind == FileKind::Escape);
    read.any(|path| is_below(path.path_in_hub())) || links.any(|(in_hub, _)| is_below(in_hub))
}

/// Why nothing at a path is checked.
fn reason(path: &NamedPath, hubs: &[RootedHub<'_>]) -> String {
    let is_folder = hubs.iter().any(|(root, hub)| {
        let in_hub = inside(root, &path.real);
        let kind = in_hub.as_deref().and_then(|in_hub| hub.files.get(in_hub));
        root.starts_with(&path.real) || kind == Some(&FileKind::Folder)
    });
    let skipped = skipped_below(path, hubs);
    match skipped.as_slice() {
        [] if is_folder => "the folder holds no `DOC.md` and no `SKILL.md`".to_owned(),
        [] => "it is no document of a hub: an entry is named `DOC.md` or `SKILL.md`".to_owned(),
        [one] if !is_folder => format!("it is {}", one.why()),
        all => {
            let mut reasons: Vec<String> = all.iter().map(|skipped| skipped.why()).collect();
            reasons.sort_unstable();
            reasons.dedup();
            if reasons.len() > MAX_PATTERNS {
                reasons = all.iter().map(|skipped| skipped.reason.to_owned()).collect();
                reasons.sort_unstable();
                reasons.dedup();
            }
            let files = crate::report::pluralize(all.len(), "file");
            let are = if all.len() == 1 { "is" } else { "are" };
            format!("the folder holds {files} that {are} {}", reasons.join(" or "))
        }
    }
}

/// The files at or below a path that were skipped; of a folder, only those that would be documents.
fn skipped_below<'a>(path: &NamedPath, hubs: &[RootedHub<'a>]) -> Vec<&'a Skipped> {
    let of_hub = |&(root, hub): &RootedHub<'a>| {
        let prefix = join_path(&hub.shown, "");
        hub.skipped.iter().filter(move |skipped| {
            let in_hub = skipped.path.strip_prefix(&prefix).unwrap_or(&skipped.path);
            let file = root.join(in_hub);
            let is_document = is_markdown(in_hub)
                && matches!(skipped.reason, EXCLUDED_REASON | IGNORED_REASON | MISNAMED_REASON);
            file == path.real || (is_document && file.starts_with(&path.real))
        })
    };
    hubs.iter().flat_map(of_hub).collect()
}
