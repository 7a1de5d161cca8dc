//! The old version in the text of an entry that is raised: install commands that pin it are changed, and every other
//! place is listed.

use crate::document::Document;
use crate::edit::Edit;
use crate::package::Package;
use crate::package::mapping::PackageMapping;
use crate::package::patterns::PackagePatterns;
use crate::package::resolution::ResolvedPackages;
use crate::package::resolve::{self, PackagePolicy};
use crate::package::version::Version;
use crate::text::Span;
use memchr::memmem;

/// The old and the new version of an entry, each a list as in `versions`.
#[derive(Clone, Copy, Debug)]
pub struct VersionChange<'a> {
    /// What the entry declared.
    pub old: &'a str,
    /// What it declares now.
    pub new: &'a str,
}

/// What happens to the old version in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RaisedPins {
    /// The edits, in order.
    pub edits: Vec<Edit>,
    /// The pins that they change: the place, the package, and its version before.
    pub changed: Vec<(u32, Package, String)>,
    /// The places that still have the old version, with what is written there.
    pub left: Vec<(u32, String)>,
}

/// The packages that an entry covers, by its own text.
#[must_use]
pub fn packages_of(entry: &Document) -> ResolvedPackages {
    resolve::resolve(
        entry,
        None,
        None,
        PackagePolicy {
            overrides: &[],
            mapping: &PackageMapping::default(),
            private: &PackagePatterns::default(),
        },
    )
}

/// Find the old version in the body of an entry or of a companion. An exact pin of a covered package is changed, when
/// the old and the new version are one each.
#[must_use]
pub fn raise(
    document: &Document,
    text: &ResolvedPackages,
    covered: &[Package],
    change: VersionChange<'_>,
) -> RaisedPins {
    let list = |text: &str| -> Vec<String> {
        let pieces = text.split(',').map(str::trim);
        pieces
            .filter(|piece| !piece.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (old, new) = (list(change.old), list(change.new));
    let mut raised = RaisedPins::default();
    let gone: Vec<&String> = old.iter().filter(|old| !new.contains(old)).collect();
    // Places that are decided: edited pins, and those of other packages, which have versions of their own.
    let others = text.installs.iter().filter(|i| !covered.contains(&i.package));
    let others = others.filter_map(|install| install.pin.as_ref());
    let mut decided: Vec<Span> = match covered {
        // Without a package, any of them may be its own.
        [] => Vec::new(),
        _ => others.map(|(_, span)| *span).collect(),
    };
    for install in text.installs.iter().filter(|i| covered.contains(&i.package)) {
        let Some((pinned, span)) = &install.pin else {
            continue;
        };
        let version = |text: &str| Version::parse(install.package.ecosystem(), text);
        let is_gone = |old: &&&String| **old == pinned || version(old).is_some_and(|v| v.is_written(pinned));
        if gone.iter().find(is_gone).is_none() || decided.contains(span) {
            continue;
        }
        if let ([_], [new], false) = (old.as_slice(), new.as_slice(), install.negative)
            && document.slice(*span) == pinned
        {
            raised.edits.push(Edit {
                span: *span,
                text: new.clone(),
            });
            let package = install.package.clone();
            raised.changed.push((span.start, package, pinned.clone()));
            decided.push(*span);
        } else if !gone.contains(&pinned) {
            // Spelled in another way, so that it is not found below.
            raised.left.push((span.start, pinned.clone()));
        }
    }
    for old in gone {
        for at in mentions(&document.text, document.body.start, old) {
            if !decided.iter().any(|span| span.start <= at && at < span.end) {
                raised.left.push((at, old.clone()));
            }
        }
    }
    raised.edits.sort_by_key(|edit| edit.span);
    raised.changed.sort();
    raised.left.sort();
    raised
}

/// Where a text has a version, and not a longer one that holds it. A number alone is no version that can be found.
fn mentions(text: &str, body: usize, version: &str) -> Vec<u32> {
    if !version.contains('.') {
        return Vec::new();
    }
    let in_body = text.get(body..).unwrap_or_default();
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "_+-".contains(c);
    memmem::find_iter(in_body.as_bytes(), version)
        .filter_map(|at| {
            let before = in_body.get(..at)?;
            let before = before.strip_suffix(['v', 'V']).unwrap_or(before);
            let mut after = in_body.get(at + version.len()..)?.chars();
            let next = after.next();
            let longer = next.is_some_and(goes_on)
                || next == Some('.') && after.next().is_some_and(|c| c.is_ascii_alphanumeric());
            let starts = !before.ends_with(|c: char| c.is_ascii_alphanumeric() || "._".contains(c));
            (starts && !longer).then(|| u32::try_from(body + at).ok())?
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;

    fn raised(body: &str, old: &str, new: &str) -> (String, Vec<(u32, String)>) {
        let text = format!(
            "---\nname: widget\nmetadata:\n  languages: python\n  package: \"pypi:widget\"\n---\n\n{body}"
        );
        let document = Document::new(HubPath::new("", "acme/docs/widget/DOC.md"), text);
        let resolved = packages_of(&document);
        let found = raise(
            &document,
            &resolved,
            resolved.packages(),
            VersionChange { old, new },
        );
        let text = super::super::apply(&document.text, &found.edits).unwrap();
        let start = u32::try_from(document.text.len() - body.len()).unwrap();
        let left = found.left.into_iter().map(|(at, text)| (at - start, text));
        (text[start as usize..].to_owned(), left.collect())
    }

    #[test]
    fn exact_pins_of_the_package_are_changed() {
        for (body, expected) in [
            (
                "```bash\npip install widget==2.1.0\n```\n",
                "```bash\npip install widget==2.2.0\n```\n",
            ),
            (
                "```bash\npip install 'widget[x]==2.1.0' other==2.1.0\n```\n",
                "```bash\npip install 'widget[x]==2.2.0' other==2.1.0\n```\n",
            ),
            (
                "```bash\npip install widget==2.1\n```\n",
                "```bash\npip install widget==2.2.0\n```\n",
            ),
        ] {
            assert_eq!(raised(body, "2.1.0", "2.2.0").0, expected);
        }
        for same in [
            "```bash\npip install widget>=2.1.0\n```\n",
            "```bash\npip install widget==1.0.0\n```\n",
            "Do not use:\n\n```bash\npip install widget==2.1.0\n```\n",
        ] {
            assert_eq!(raised(same, "2.1.0", "2.2.0").0, same);
        }
        let pinned = "```bash\npip install widget==2.1.0\n```\n";
        assert_eq!(raised(pinned, "2.1.0, 1.9.0", "2.2.0").0, pinned);
    }

    #[test]
    fn what_is_left_is_listed() {
        let body = "Since 2.1.0, v2.1.0 and 2.1.0.1, 12.1.0, 2.1.0-rc1; 2.1.0.\n";
        let places: Vec<u32> = raised(body, "2.1.0", "2.2.0")
            .1
            .into_iter()
            .map(|(at, _)| at)
            .collect();
        assert_eq!(places, [6, 14, 52]);
        assert!(raised("Version 2 of 3\n", "2", "3").1.is_empty());
    }
}
