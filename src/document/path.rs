//! The path of a file in a hub.

use std::fmt;
use std::sync::Arc;

/// A path with forward slashes, in two forms: relative to the repository root, for output, and
/// relative to the hub (`author/docs/entry/python/DOC.md`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HubPath {
    shown: Arc<str>,
    /// Bytes of `shown` before the part inside the hub.
    hub: usize,
}

impl HubPath {
    /// A path from the hub's own shown path (empty, or without a closing slash) and the path inside the hub.
    #[must_use]
    pub fn new(hub: &str, inside: &str) -> Self {
        if hub.is_empty() {
            return Self {
                shown: inside.into(),
                hub: 0,
            };
        }
        Self {
            shown: format!("{hub}/{inside}").into(),
            hub: hub.len() + 1,
        }
    }

    /// As users see it: relative to the repository root.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// Relative to the hub.
    #[must_use]
    pub fn path_in_hub(&self) -> &str {
        &self.shown[self.hub..]
    }

    /// The hub's own shown path; empty when it is the repository root.
    #[must_use]
    pub fn hub(&self) -> &str {
        self.shown[..self.hub].trim_end_matches('/')
    }

    /// The first folder in the hub: the author. `None` for a file at the hub's root.
    #[must_use]
    pub fn author(&self) -> Option<&str> {
        self.path_in_hub().split_once('/').map(|(author, _)| author)
    }

    /// The folders between the author and the file, outermost first.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let folder = self.folder();
        folder.split('/').filter(|part| !part.is_empty()).skip(1)
    }

    /// The folder inside the hub, without a closing slash; empty at the root.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.path_in_hub()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
    }

    /// The file name.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.path_in_hub()
            .rsplit_once('/')
            .map_or(self.path_in_hub(), |(_, name)| name)
    }

    /// Another file of the same hub.
    #[must_use]
    pub fn sibling(&self, inside: &str) -> Self {
        Self::new(self.hub(), inside)
    }
}

impl fmt::Display for HubPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for HubPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HubPath({} | {})", self.hub(), self.path_in_hub())
    }
}

/// Join paths, without `.`, `..` and empty parts; `None` when the result is above where the first one begins.
#[must_use]
pub fn join_normal<'a>(paths: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in paths.into_iter().flat_map(|path| path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a file is Markdown by its name: `.md` or `.markdown`, in any case.
#[must_use]
pub fn is_markdown(path: &str) -> bool {
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.'));
    extension.is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_paths_stay_where_they_begin() {
        let joined = |paths: [&str; 2]| join_normal(paths);
        assert_eq!(joined(["a/b", "../c//./d/"]).as_deref(), Some("a/c/d"));
        assert_eq!(joined(["", "a/.."]).as_deref(), Some(""));
        assert_eq!(joined(["a", "../../a"]), None);
    }

    #[test]
    fn a_path_knows_its_parts() {
        let path = HubPath::new("content", "acme/docs/widget/python/DOC.md");
        assert_eq!(path.as_str(), "content/acme/docs/widget/python/DOC.md");
        assert_eq!(path.author(), Some("acme"));
        assert_eq!(path.folders().collect::<Vec<_>>(), ["docs", "widget", "python"]);
        assert_eq!(
            (path.folder(), path.file_name()),
            ("acme/docs/widget/python", "DOC.md")
        );
        assert_eq!(path.sibling("b/SKILL.md").as_str(), "content/b/SKILL.md");
        assert_eq!(HubPath::new("", "DOC.md").author(), None);
    }
}
