//! Parse the reply of a registry, without a client: packument.rs and npm.rs for npm, pypi.rs for PyPI. The input is untrusted.

use super::{PublishedPackage, UnknownReason, npm, pypi};
use crate::package::{Ecosystem, Package};

/// Parse the body of a reply about a package: PyPI's simple index in JSON (PEP 691) or HTML (PEP 503), or npm's
/// packument. `Ok(None)` means that the package was unpublished.
///
/// # Errors
/// When the reply does not follow the protocol.
pub fn parse(
    package: &Package,
    content_type: &str,
    body: &[u8],
) -> Result<Option<PublishedPackage>, UnknownReason> {
    match package.ecosystem() {
        Ecosystem::PyPi => pypi::parse(package, content_type, body).map(Some),
        Ecosystem::Npm => npm::parse(package, body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_registry_is_read_in_its_own_form() {
        let read = |package: &str, body: &str| {
            let package = Package::parse(package).expect("a package");
            parse(&package, "", body.as_bytes()).map(|found| found.and_then(|p| p.newest))
        };
        let page =
            r#"{"meta":{"api-version":"1.1"},"versions":["1.0"],"files":[{"filename":"widget-1.0.tar.gz"}]}"#;
        assert_eq!(read("pypi:widget", page), Ok(Some("1.0".to_owned())));
        let packument = r#"{"dist-tags":{"latest":"2.0.0"},"versions":{"2.0.0":{}}}"#;
        assert_eq!(read("npm:widget", packument), Ok(Some("2.0.0".to_owned())));
        assert!(read("pypi:widget", packument).is_err() && read("npm:widget", "<html>").is_err());
    }
}
