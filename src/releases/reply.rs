//! What a registry's reply says, without a client: the half of the door to the network that reads untrusted bytes.

use super::{Published, Reason, Version, npm, pypi};
use crate::package::{Ecosystem, Package};

/// The most versions of one package. The packages with the most have half of it.
pub(crate) const VERSIONS: usize = 20_000;
/// The most bytes of text that are kept of one package: versions, messages, tags. The largest have an eighth of it.
pub(crate) const TEXT: usize = 4 << 20;
/// The most memory for the facts of one run. A hub of ten thousand packages needs most of it.
pub(crate) const FACTS: usize = 128 << 20;

/// About how much memory the facts of a package take.
pub(crate) fn size(published: &Published) -> usize {
    text(published) + (published.versions.len() + published.dist_tags.len()) * (size_of::<Version>() + 16)
}

fn text(published: &Published) -> usize {
    let len = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let versions = published.versions.iter();
    let versions: usize = versions
        .map(|v| v.version.len() + len(&v.yanked) + len(&v.deprecated))
        .sum();
    let tags: usize = published.dist_tags.iter().map(|(a, b)| a.len() + b.len()).sum();
    versions + tags + len(&published.newest) + len(&published.deprecated)
}

/// Refuse more than any package has.
pub(super) fn bounded(published: Published) -> Result<Published, Reason> {
    let large = published.versions.len() > VERSIONS
        || published.dist_tags.len() > VERSIONS
        || text(&published) > TEXT;
    match large {
        true => Err(Reason::TooLarge),
        false => Ok(published),
    }
}

/// Read the body of a reply about a package: PyPI's simple index in JSON (PEP 691) or HTML (PEP 503), or npm's
/// packument. `Ok(None)` means that the package was unpublished.
///
/// # Errors
/// The reply is not what the protocol promises.
pub fn read(package: &Package, content_type: &str, body: &[u8]) -> Result<Option<Published>, Reason> {
    match package.ecosystem() {
        Ecosystem::PyPi => pypi::read(package, content_type, body).map(Some),
        Ecosystem::Npm => npm::read(package, body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_registry_is_read_in_its_own_form() {
        let read = |package: &str, body: &str| {
            let package = Package::parse(package).expect("a package");
            read(&package, "", body.as_bytes()).map(|found| found.and_then(|p| p.newest))
        };
        let page =
            r#"{"meta":{"api-version":"1.1"},"versions":["1.0"],"files":[{"filename":"widget-1.0.tar.gz"}]}"#;
        assert_eq!(read("pypi:widget", page), Ok(Some("1.0".to_owned())));
        let packument = r#"{"dist-tags":{"latest":"2.0.0"},"versions":{"2.0.0":{}}}"#;
        assert_eq!(read("npm:widget", packument), Ok(Some("2.0.0".to_owned())));
        assert!(read("pypi:widget", packument).is_err() && read("npm:widget", "<html>").is_err());
    }
}
