//! Where a link in a document leads.

use super::{FileKind, Hub};
use crate::document::{HubPath, join_normal};
use percent_encoding::percent_decode_str;

/// What a link points at, without checking whether it exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// Outside of the hub: it has a scheme or a host.
    Elsewhere,
    /// From the root of a site, of which a hub has none.
    SiteAbsolute,
    /// A path inside the hub, with its anchor.
    Inside {
        /// The path inside the hub; the document's own for a bare anchor.
        path: String,
        /// What follows `#`, percent-decoded.
        anchor: Option<String>,
    },
    /// Above the hub.
    Above,
}

impl LinkTarget {
    /// Read the target of a link as a browser does: RFC 3986, section 5.
    #[must_use]
    pub fn parse(from: &HubPath, target: &str) -> Self {
        let target = target.trim();
        if has_scheme(target) || target.starts_with("//") {
            return Self::Elsewhere;
        }
        let (path, anchor) = match target.split_once('#') {
            Some((path, anchor)) => (
                path,
                Some(percent_decode_str(anchor).decode_utf8_lossy().into_owned()),
            ),
            None => (target, None),
        };
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let anchor = anchor.filter(|anchor| !(query.contains("plain=1") && is_line(anchor)));
        if path.is_empty() {
            return Self::Inside {
                path: from.path_in_hub().to_owned(),
                anchor,
            };
        }
        if path.starts_with('/') {
            return Self::SiteAbsolute;
        }
        let decoded = percent_decode_str(path).decode_utf8_lossy();
        match join_normal([from.folder(), &decoded]) {
            Some(path) => Self::Inside { path, anchor },
            None => Self::Above,
        }
    }
}

/// Whether an anchor is one of lines, `L5` or `L5-L10`, which GitHub's view of the source has.
fn is_line(anchor: &str) -> bool {
    anchor.strip_prefix('L').is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, 'L' | 'C' | '-'))
    })
}

/// `scheme:`, RFC 3986 section 3.1.
fn has_scheme(target: &str) -> bool {
    target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

impl Hub {
    /// What is at a path inside the hub, if anything.
    #[must_use]
    pub fn file_kind(&self, in_hub: &str) -> Option<FileKind> {
        self.files.get(in_hub).copied()
    }

    /// The files in a folder and below it, as paths inside the hub, in order.
    pub fn files_below<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a str, FileKind)> {
        let below = super::join_path(folder, "");
        self.files
            .range(below.clone()..)
            .take_while(move |(path, _)| path.starts_with(&below))
            .map(|(path, kind)| (path.as_str(), *kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_as_browsers_do() {
        let from = HubPath::new("content", "a/docs/b/DOC.md");
        let inside = |path: &str, anchor: Option<&str>| LinkTarget::Inside {
            path: path.to_owned(),
            anchor: anchor.map(str::to_owned),
        };
        for (target, expected) in [
            ("https://x.y/z", LinkTarget::Elsewhere),
            ("mailto:a@b.c", LinkTarget::Elsewhere),
            ("//host/x", LinkTarget::Elsewhere),
            ("/wiki/x", LinkTarget::SiteAbsolute),
            ("#a%20b", inside("a/docs/b/DOC.md", Some("a b"))),
            ("./r/x%20y.md?plain=1#z", inside("a/docs/b/r/x y.md", Some("z"))),
            ("r/x.md?plain=1#L5", inside("a/docs/b/r/x.md", None)),
            ("r/x.md?plain=1#L5C2-L10", inside("a/docs/b/r/x.md", None)),
            ("r/x.md?plain=1#Lists", inside("a/docs/b/r/x.md", Some("Lists"))),
            ("r/x.md#L5", inside("a/docs/b/r/x.md", Some("L5"))),
            ("../c/DOC.md", inside("a/docs/c/DOC.md", None)),
            ("../../../../x", LinkTarget::Above),
            ("100%", inside("a/docs/b/100%", None)),
            ("%e9%", inside("a/docs/b/\u{fffd}%", None)),
        ] {
            assert_eq!(LinkTarget::parse(&from, target), expected, "{target}");
        }
    }
}
