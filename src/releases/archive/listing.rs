//! The files of a release as registries list them: pages of PyPI (PEP 503, 691, 700) and documents of npm.

use super::error::ArchiveError;
use crate::package::Package;
use crate::releases::checksum::Checksum;
use crate::releases::listed_file::ListedFile;
use crate::releases::pypi::{self, PageItems, Yanked};
use crate::releases::{UnknownReason, html, npm};
use pep440_rs::Version as Pep440;
use reqwest::Url;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt::{self, Formatter};
use std::str::FromStr;

/// The maximum number of files of the wanted versions of a package. The largest releases have 200.
const MAX_LISTED: usize = 5_000;
/// The maximum length of an address.
const MAX_ADDRESS_BYTES: usize = 8 << 10;

/// The files of some versions of a Python package.
pub(super) struct WantedFiles<'a> {
    package: &'a Package,
    /// The address of the page, which addresses are relative to.
    page: &'a Url,
    versions: &'a [Pep440],
    found: Vec<(Pep440, ListedFile)>,
}

#[derive(Deserialize)]
pub(super) struct JsonFile {
    filename: String,
    url: String,
    #[serde(default)]
    hashes: Hashes,
    #[serde(default)]
    size: Option<u64>,
    #[serde(default)]
    yanked: Yanked,
}

#[derive(Default, Deserialize)]
struct Hashes {
    #[serde(default)]
    sha256: Option<String>,
}

impl PageItems for WantedFiles<'_> {
    type File = JsonFile;

    fn file(&mut self, file: JsonFile) {
        let checksum = file.hashes.sha256.as_deref().and_then(Checksum::sha256_hex);
        self.add(
            file.filename,
            &file.url,
            checksum,
            file.size,
            file.yanked.0.is_some(),
        );
    }

    fn version(&mut self, _: &str) {}
}

impl WantedFiles<'_> {
    fn add(
        &mut self,
        name: String,
        address: &str,
        checksum: Option<Checksum>,
        size: Option<u64>,
        yanked: bool,
    ) {
        if self.found.len() >= MAX_LISTED || address.len() > MAX_ADDRESS_BYTES {
            return;
        }
        let version = pypi::version_of(self.package.name(), &name)
            .filter(|version| version.len() <= 100)
            .and_then(|version| Pep440::from_str(version).ok())
            .filter(|version| self.versions.contains(version));
        let (Some(version), Ok(mut url)) = (version, self.page.join(address)) else {
            return;
        };
        url.set_fragment(None);
        // A password in it would belong to another user.
        if !url.username().is_empty() || url.password().is_some() {
            return;
        }
        let file = ListedFile {
            name,
            url,
            checksum,
            size,
            yanked,
        };
        self.found.push((version, file));
    }
}

/// Read a page of PyPI: the files of the wanted versions, by version.
///
/// # Errors
/// When the page does not follow the protocol.
pub(super) fn pypi_files(
    package: &Package,
    page: &Url,
    content_type: &str,
    body: &[u8],
    versions: &[Pep440],
) -> Result<Vec<(Pep440, ListedFile)>, UnknownReason> {
    let mut files = WantedFiles {
        package,
        page,
        versions,
        found: Vec::new(),
    };
    if !pypi::read_json(&mut files, content_type, body)? {
        for file in html::files(pypi::page_text(body)?) {
            let digits = file.address.split_once("#sha256=").map(|(_, hash)| hash);
            let checksum = digits
                .and_then(|digits| digits.split('&').next())
                .and_then(Checksum::sha256_hex);
            files.add(file.name, &file.address, checksum, None, file.yanked.is_some());
        }
    }
    Ok(files.found)
}

/// The document of one version of an npm package.
#[derive(Default, Deserialize)]
struct NpmVersion {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    dist: Dist,
}

#[derive(Default, Deserialize)]
struct Dist {
    #[serde(default)]
    tarball: Option<String>,
    #[serde(default)]
    integrity: Option<String>,
    #[serde(default)]
    shasum: Option<String>,
}

/// Read the document of a version of npm: its tarball.
///
/// # Errors
/// When it is not such a document, or names no tarball.
pub(super) fn npm_file(
    package: &Package,
    version: &str,
    registry: &Url,
    body: &[u8],
) -> Result<ListedFile, ArchiveError> {
    tarball(package, version, registry, npm::json::<NpmVersion>(body)?)
}

/// Read a packument for the tarball of one version, where the registry has no documents of versions.
///
/// # Errors
/// When it is not such a document, does not have the version, or names no tarball.
pub(super) fn npm_file_in_packument(
    package: &Package,
    version: &str,
    registry: &Url,
    body: &[u8],
) -> Result<ListedFile, ArchiveError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let found = PackumentSeed(version)
        .deserialize(&mut reader)
        .map_err(|_| UnknownReason::Reply("not the JSON of an npm registry".to_owned()))?;
    tarball(package, version, registry, found.ok_or(ArchiveError::NoVersion)?)
}

fn tarball(
    package: &Package,
    version: &str,
    registry: &Url,
    document: NpmVersion,
) -> Result<ListedFile, ArchiveError> {
    let other = |text: &Option<String>, own: &str| text.as_ref().is_some_and(|text| text != own);
    if other(&document.name, package.name()) || other(&document.version, version) {
        return Err(UnknownReason::Reply("the document of another version".to_owned()).into());
    }
    let dist = document.dist;
    let address = dist.tarball.filter(|address| address.len() <= MAX_ADDRESS_BYTES);
    let url = address
        .and_then(|address| registry.join(&address).ok())
        .filter(|url| url.username().is_empty() && url.password().is_none())
        .ok_or(ArchiveError::NoFile)?;
    let integrity = dist.integrity.as_deref().and_then(Checksum::integrity);
    Ok(ListedFile {
        name: "package.tgz".to_owned(),
        url: through_registry(url, registry),
        checksum: integrity.or_else(|| dist.shasum.as_deref().and_then(Checksum::sha1_hex)),
        size: None,
        yanked: false,
    })
}

/// The address of a tarball as npm requests it: a mirror may repeat the addresses of the public registry, which its
/// users cannot reach (`replace-registry-host=npmjs`), and old documents have addresses without https.
fn through_registry(mut url: Url, registry: &Url) -> Url {
    const PUBLIC: &str = "registry.npmjs.org";
    if url.host_str() == Some(PUBLIC) && registry.host_str() != Some(PUBLIC) {
        let path = url.path().trim_start_matches('/');
        return registry.join(path).unwrap_or(url);
    }
    let same_host = url.host_str() == registry.host_str() && url.port().is_none();
    if same_host && url.scheme() == "http" && registry.scheme() == "https" {
        // It cannot fail between these two.
        let _ = url.set_scheme("https");
    }
    url
}

/// Reads the document of one version out of a packument, and skips the others.
#[derive(Clone, Copy)]
struct PackumentSeed<'a>(&'a str);

/// Reads `versions`.
struct VersionsSeed<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for PackumentSeed<'_> {
    type Value = Option<NpmVersion>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PackumentSeed<'_> {
    type Value = Option<NpmVersion>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a packument")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "versions" => found = map.next_value_seed(VersionsSeed(self.0))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

impl<'de> DeserializeSeed<'de> for VersionsSeed<'_> {
    type Value = Option<NpmVersion>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for VersionsSeed<'_> {
    type Value = Option<NpmVersion>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("versions")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == self.0 {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_page_in_both_forms() {
        let package = Package::parse("pypi:a-b").unwrap();
        let page = url("https://h/simple/a-b/");
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let read = |body: &str| {
            let wanted = [Pep440::from_str("1.0").unwrap()];
            pypi_files(&package, &page, "", body.as_bytes(), &wanted).unwrap()
        };
        let json = read(&format!(
            r#"{{"meta":{{"api-version":"1.1"}},"files":[
            {{"filename":"a_b-1.0-py3-none-any.whl","url":"../../f/a.whl","hashes":{{"sha256":"{hash}","md5":"0"}},"size":7,"yanked":"bad"}},
            {{"filename":"a_b-1.0.0.tar.gz","url":"https://files/a.tar.gz","hashes":{{}}}},
            {{"filename":"a_b-1.0.1.tar.gz","url":"https://files/a.tar.gz"}},
            {{"filename":"a_b-1.0.zip","url":"https://me:pw@files/a.zip"}}]}}"#
        ));
        let short: Vec<_> = json
            .iter()
            .map(|(_, f)| (f.url.as_str(), f.checksum.is_some(), f.size, f.yanked))
            .collect();
        assert_eq!(
            short,
            [
                ("https://h/f/a.whl", true, Some(7), true),
                ("https://files/a.tar.gz", false, None, false)
            ]
        );
        let html = read(&format!(
            "<a href='/f/a_b-1.0-py3-none-any.whl#sha256={hash}' data-yanked>x</a><a href=a_b-1.1.zip>y</a>"
        ));
        let short: Vec<_> = html
            .iter()
            .map(|(_, f)| (f.url.as_str(), f.checksum.is_some(), f.yanked))
            .collect();
        assert_eq!(short, [("https://h/f/a_b-1.0-py3-none-any.whl", true, true)]);
    }

    #[test]
    fn a_tarball_and_its_hash() {
        let package = Package::parse("npm:@a/b").unwrap();
        let registry = url("https://mirror/npm/");
        let document = r#"{"name":"@a/b","version":"1.0.0","dist":{"tarball":"https://registry.npmjs.org/@a/b/-/b-1.0.0.tgz",
            "shasum":"a9993e364706816aba3e25717850c26c9cd0d89d"}}"#;
        let file = npm_file(&package, "1.0.0", &registry, document.as_bytes()).unwrap();
        assert_eq!(file.url.as_str(), "https://mirror/npm/@a/b/-/b-1.0.0.tgz");
        assert!(file.checksum.unwrap().is_of(b"abc"));
        let packument =
            format!(r#"{{"name":"@a/b","versions":{{"0.9.0":[],"1.0.0":{document}}},"time":{{}}}}"#);
        assert_eq!(
            npm_file_in_packument(&package, "1.0.0", &registry, packument.as_bytes()).map(|f| f.url),
            Ok(file.url)
        );
        let missing = npm_file_in_packument(&package, "2.0.0", &registry, packument.as_bytes());
        assert_eq!(missing, Err(ArchiveError::NoVersion));
        for (wrong, at) in [
            ("1.0.1", document),
            ("1.0.0", "{}"),
            ("1.0.0", "[]"),
            ("1.0.0", "<html>"),
        ] {
            assert!(
                npm_file(&package, wrong, &registry, at.as_bytes()).is_err(),
                "{wrong} {at}"
            );
        }
    }

    #[test]
    fn tarballs_are_requested_as_npm_does() {
        let through = |from: &str, registry: &str| through_registry(url(from), &url(registry)).to_string();
        assert_eq!(
            through("https://registry.npmjs.org/a/-/a-1.tgz", "http://m:4873/"),
            "http://m:4873/a/-/a-1.tgz"
        );
        assert_eq!(
            through("http://registry.npmjs.org/a.tgz", "https://registry.npmjs.org/"),
            "https://registry.npmjs.org/a.tgz"
        );
        assert_eq!(
            through("https://cdn.example/a.tgz", "https://m/"),
            "https://cdn.example/a.tgz"
        );
    }
}
