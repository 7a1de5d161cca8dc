//! From evidence to one package, with a confidence and the reasons.

use super::Package;
use super::coverage::{Candidate, Choice, Confidence, Covered};
use crate::config::{PackageOverride, Settings};
use crate::document::{Document, FrontMatter, HubPath, Value};

/// The packages of a document.
#[must_use]
pub fn cover(document: &Document, settings: &Settings) -> Covered {
    let Some(front) = document.front() else {
        return Covered::default();
    };
    if let Some(covered) = from_front_matter(front) {
        return covered;
    }
    settings
        .packages
        .iter()
        .find_map(|row| from_row(row, &document.path))
        .unwrap_or_default()
}

fn explicit(packages: Vec<Package>, reason: &str) -> Covered {
    let candidates = packages
        .iter()
        .map(|package| Candidate {
            package: package.clone(),
            points: 100,
            reasons: vec![(100, reason.to_owned())],
        })
        .collect();
    let choice = if packages.is_empty() {
        Choice::None
    } else {
        Choice::Packages(packages)
    };
    Covered {
        choice,
        confidence: Confidence::Explicit,
        candidates,
        installs: Vec::new(),
    }
}

/// `metadata.package`: `pypi:NAME`, `npm:NAME`, `none`, or a list of them. The hub's builder ignores the key.
fn from_front_matter(front: &FrontMatter) -> Option<Covered> {
    let (_, node) = front.metadata("package")?;
    let texts: Vec<&str> = match &node.value {
        Value::String(text) => text.split(',').map(str::trim).collect(),
        Value::Sequence(items) => items.iter().filter_map(|item| item.as_str()).collect(),
        _ => return None,
    };
    let packages: Option<Vec<Package>> = texts
        .into_iter()
        .filter(|text| *text != "none")
        .map(|text| Package::parse(text).ok())
        .collect();
    Some(explicit(packages?, "`metadata.package` names it"))
}

/// A row of `[[package]]` whose path fits the document.
fn from_row(row: &PackageOverride, path: &HubPath) -> Option<Covered> {
    let name = matched(&row.path, path.in_hub())?;
    let packages: Option<Vec<Package>> = row
        .packages
        .iter()
        .map(|text| Package::parse(&text.replace("{name}", name)).ok())
        .collect();
    Some(explicit(packages?, "a `[[package]]` row of the config names it"))
}

/// What `{name}` stands for when a row's path, folder by folder, is the document's or one above it; empty when the
/// row has no `{name}`.
fn matched<'a>(row: &str, path: &'a str) -> Option<&'a str> {
    let mut name = "";
    let mut parts = path.split('/');
    for wanted in row.trim_end_matches('/').split('/') {
        let part = parts.next()?;
        match wanted.split_once("{name}") {
            Some((before, after)) => name = part.strip_prefix(before)?.strip_suffix(after)?,
            None if wanted == part => {}
            None => return None,
        }
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::matched;

    #[test]
    fn a_row_fits_the_folders_below_it() {
        assert_eq!(
            matched("acme/docs/{name}/python", "acme/docs/widget/python/DOC.md"),
            Some("widget")
        );
        assert_eq!(matched("acme/docs/", "acme/docs/widget/DOC.md"), Some(""));
        assert_eq!(matched("acme/docs/t-{name}", "acme/docs/widget/DOC.md"), None);
        assert_eq!(matched("acme/doc", "acme/docs/widget/DOC.md"), None);
    }
}
