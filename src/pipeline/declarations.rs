//! The type declarations of npm packages that do not include any: DefinitelyTyped publishes those of `x` as
//! `@types/x`, where the first numbers of the version are those of the package (see "How do Definitely Typed package
//! versions relate to versions of the corresponding library?" in DefinitelyTyped's README).

use super::archive_files::ArchiveFiles;
use crate::package::stubs;
use crate::package::{Ecosystem, Package};
use crate::releases::{
    self, ArchiveError, ArchiveRequest, LookupRequest, PackageIndex, PackageLookups, PublishedPackage,
};
use crate::symbols::Release;
use semver::Version;
use std::collections::{BTreeMap, BTreeSet};

/// The files of the declarations, when another package has them; else why nothing is known about that.
pub(super) type Declarations = Result<Option<ArchiveFiles>, String>;

/// Get the declarations of releases that have none, in the order of the requests.
pub(super) fn of(
    requests: &[ArchiveRequest],
    archives: &[Result<ArchiveFiles, String>],
    index: &dyn PackageIndex,
) -> Vec<Declarations> {
    let wanted: Vec<Option<Package>> = requests
        .iter()
        .zip(archives)
        .map(|(request, archive)| {
            let types = types_package(&request.package)?;
            let files = Box::new(archive.as_ref().ok()?.clone());
            Release::new(&request.package, files)
                .lacks_types()
                .then_some(types)
        })
        .collect();
    let mut versions: BTreeMap<&Package, Vec<String>> = BTreeMap::new();
    for (request, types) in requests.iter().zip(&wanted) {
        if let Some(types) = types {
            versions.entry(types).or_default().push(request.version.clone());
        }
    }
    if versions.is_empty() {
        return requests.iter().map(|_| Ok(None)).collect();
    }
    let questions: Vec<LookupRequest> = versions
        .into_iter()
        .map(|(types, versions)| LookupRequest {
            package: types.clone(),
            versions,
        })
        .collect();
    let answers = index.look_up(&questions);
    let chosen: Vec<Result<Option<ArchiveRequest>, String>> = requests
        .iter()
        .zip(&wanted)
        .map(|(request, types)| choose(types.as_ref(), &request.version, &answers))
        .collect();
    get(chosen, index)
}

/// The release that has the declarations of a version.
fn choose(
    types: Option<&Package>,
    version: &str,
    answers: &PackageLookups,
) -> Result<Option<ArchiveRequest>, String> {
    let Some(types) = types else { return Ok(None) };
    match answers.get(types) {
        Some(releases::PackageLookup::Published(published)) => {
            Ok(fitting(published, version).map(|version| ArchiveRequest {
                package: types.clone(),
                version,
            }))
        }
        Some(releases::PackageLookup::Missing) => Ok(None),
        Some(releases::PackageLookup::Unknown(reason)) => Err(format!("{types}: {reason}")),
        None => Err(format!("{types}: not looked up")),
    }
}

/// Get the archives that were chosen. Two releases of a package often share one release of its declarations.
fn get(chosen: Vec<Result<Option<ArchiveRequest>, String>>, index: &dyn PackageIndex) -> Vec<Declarations> {
    let requests: BTreeSet<ArchiveRequest> = chosen.iter().flatten().flatten().cloned().collect();
    let requests: Vec<ArchiveRequest> = requests.into_iter().collect();
    let archives = index.archives(&requests).into_iter();
    let archives: BTreeMap<&ArchiveRequest, Declarations> = requests
        .iter()
        .zip(archives)
        .map(|(request, archive)| {
            let files = match archive {
                Ok(archive) => Ok(Some(ArchiveFiles::new(archive))),
                Err(ArchiveError::Unknown(reason)) => Err(format!("{}: {reason}", request.package)),
                // Without the declarations, only the release itself is read.
                Err(error) => {
                    log::debug!("{} {}: {error}", request.package, request.version);
                    Ok(None)
                }
            };
            (request, files)
        })
        .collect();
    chosen
        .into_iter()
        .map(|chosen| match chosen? {
            Some(request) => archives.get(&request).cloned().unwrap_or(Ok(None)),
            None => Ok(None),
        })
        .collect()
}

/// The package of declarations that a registry may be asked about. `None` for a scoped package: the scope may have a
/// private registry, and other registries must not see its names.
fn types_package(package: &Package) -> Option<Package> {
    if package.ecosystem() != Ecosystem::Npm || package.scope().is_some() {
        return None;
    }
    stubs::types_package(package)
}

/// The newest declarations for a version: of the same major version, and below 1.0 of the same minor version.
fn fitting(published: &PublishedPackage, version: &str) -> Option<String> {
    let wanted = Version::parse(version).ok()?;
    let fits = |one: &Version| {
        one.pre.is_empty() && one.major == wanted.major && (one.major > 0 || one.minor == wanted.minor)
    };
    let listed = published.versions.iter().map(|listed| listed.version.as_str());
    listed
        .chain(published.newest.as_deref())
        .filter_map(|text| Some((Version::parse(text).ok()?, text)))
        .filter(|(one, _)| fits(one))
        .max_by(|a, b| a.0.cmp(&b.0))
        .map(|(_, text)| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::releases::PublishedVersion;

    #[test]
    fn declarations_are_of_the_same_major_version() {
        let listed = |version: &&str| PublishedVersion {
            version: (*version).to_owned(),
            ..PublishedVersion::default()
        };
        let published = PublishedPackage {
            newest: Some("5.0.1".to_owned()),
            versions: ["0.3.1", "0.4.0", "4.17.20", "4.17.21"]
                .iter()
                .map(listed)
                .collect(),
            ..PublishedPackage::default()
        };
        let of = |version: &str| fitting(&published, version);
        assert_eq!(of("4.18.2").as_deref(), Some("4.17.21"));
        assert_eq!(of("0.3.9").as_deref(), Some("0.3.1"));
        assert_eq!(of("0.5.0"), None);
        assert_eq!(of("6.0.0"), None);
        assert_eq!(of("latest"), None);
    }

    #[test]
    fn a_scope_keeps_its_names() {
        let package = |name: &str| Package::new(Ecosystem::Npm, name).expect("a name");
        assert_eq!(types_package(&package("@acme/kit")), None);
        assert_eq!(types_package(&package("kit")), Some(package("@types/kit")));
    }
}
