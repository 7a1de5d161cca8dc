//! The old version in the text of an entry that is raised: the places that change with it, and every other place, which
//! is listed.

use crate::document::Document;
use crate::edit::{Edit, FixError, apply};
use crate::package::Package;
use crate::package::mapping::PackageMapping;
use crate::package::patterns::PackagePatterns;
use crate::package::resolution::ResolvedPackages;
use crate::package::resolve::{self, PackagePolicy};
use crate::package::version::Version;
use crate::rules::pins::{RaisedPlace, raised_places};
use crate::text::Span;
use memchr::memmem;
use std::collections::BTreeSet;

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
    /// The places that change, in order.
    pub changed: Vec<RaisedPlace>,
    /// The places that still have the old version, with what is written there.
    pub left: Vec<(u32, String)>,
}

impl RaisedPins {
    /// The edits, in order.
    #[must_use]
    pub fn edits(&self) -> Vec<Edit> {
        let edits = self.changed.iter().map(|place| Edit {
            span: place.span,
            text: place.new.clone(),
        });
        edits.collect()
    }
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

/// Find the old version in the body of an entry or of a companion. The places that `raised_places` knows are changed, when
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
    if let ([old], [new], false) = (old.as_slice(), new.as_slice(), gone.is_empty()) {
        raised.changed = raised_places(document, &text.installs, covered, old, new);
    }
    // Places that are already decided: those, and pins of other packages, which have other versions.
    let mut decided: BTreeSet<Span> = raised.changed.iter().map(|place| place.span).collect();
    // Without a package, any of them may be its own.
    if !covered.is_empty() {
        let others = text.installs.iter().filter(|i| !covered.contains(&i.package));
        let versions = others.flat_map(|install| install.pin.iter().chain(&install.range));
        decided.extend(versions.map(|(_, span)| *span));
    }
    for install in text.installs.iter().filter(|i| covered.contains(&i.package)) {
        let Some((pinned, span)) = install.pin.as_ref().filter(|(_, span)| !decided.contains(span)) else {
            continue;
        };
        let version = |text: &str| Version::parse(install.package.ecosystem(), text);
        let is_old = |old: &&String| version(old).is_some_and(|v| v.is_written(pinned));
        // A pin with another spelling of the version, which the text search below does not find.
        if !gone.contains(&pinned) && gone.iter().any(is_old) {
            raised.left.push((span.start, pinned.clone()));
        }
    }
    for old in gone {
        for at in mentions(&document.text, document.body.start, old) {
            let before = decided
                .range(
                    ..=Span {
                        start: at,
                        end: u32::MAX,
                    },
                )
                .next_back();
            if before.is_none_or(|span| span.end <= at) {
                raised.left.push((at, old.clone()));
            }
        }
    }
    raised.left.sort();
    raised
}

/// The text of a companion of an entry that covers these packages, with the old version changed in it.
///
/// # Errors
/// When the edits do not fit each other.
pub fn raise_companion(
    companion: &Document,
    covered: &[Package],
    change: VersionChange<'_>,
) -> Result<(String, RaisedPins), FixError> {
    let raised = raise(companion, &packages_of(companion), covered, change);
    Ok((apply(&companion.text, &raised.edits())?, raised))
}

/// Where a text has a version, and not a longer one that holds it. A single number is too ambiguous to be found.
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
        let text = super::super::apply(&document.text, &found.edits()).unwrap();
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
