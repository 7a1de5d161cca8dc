//! What ignore files leave of a hub.

use super::{FileKind, Hub, discover};
use ignore::gitignore::Gitignore;
use ignore::{WalkBuilder, WalkState};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc;

/// What the ignore files leave, whether or not the hub is a git checkout; `None` when they leave everything. A
/// person's own global excludes do not count: a run must not depend on them.
pub fn unignored(root: &Path, hub: &Hub) -> Option<BTreeSet<String>> {
    if !ignores_something(root, hub) {
        return None;
    }
    let walk = WalkBuilder::new(root)
        .hidden(false)
        .require_git(false)
        .git_global(false)
        .git_exclude(false)
        .threads(rayon::current_num_threads())
        .filter_entry(|entry| entry.file_name() != ".git")
        .build_parallel();
    let (send, receive) = mpsc::channel();
    walk.run(|| {
        let send = send.clone();
        Box::new(move |entry| {
            let found = entry.ok().and_then(|entry| discover::inside(root, entry.path()));
            // The other end outlives the walk.
            let _ = found.map(|path| send.send(path));
            WalkState::Continue
        })
    });
    drop(send);
    Some(receive.into_iter().collect())
}

/// Whether any pattern of an ignore file in or above the hub fits anything in it. Most fit nothing, and then there is
/// no need to walk the hub again by their rules.
fn ignores_something(root: &Path, hub: &Hub) -> bool {
    const NAMES: [&str; 2] = [".gitignore", ".ignore"];
    let fits = |file: &Path, below: &str| {
        let (matcher, _) = Gitignore::new(file);
        let paths = hub.files.range(below.to_owned()..);
        !matcher.is_empty()
            && paths
                .take_while(|(path, _)| path.starts_with(below))
                .any(|(path, kind)| {
                    matcher
                        .matched(root.join(path), *kind == FileKind::Folder)
                        .is_ignore()
                })
    };
    let within = hub.files.keys().filter_map(|path| {
        let folder = NAMES.iter().find_map(|name| path.strip_suffix(name))?;
        (folder.is_empty() || folder.ends_with('/')).then_some((path, folder))
    });
    // One that is not there has no patterns.
    let mut above = root
        .ancestors()
        .flat_map(|above| NAMES.map(|name| above.join(name)));
    within
        .into_iter()
        .any(|(path, folder)| fits(&root.join(path), folder))
        || above.any(|file| fits(&file, ""))
}
