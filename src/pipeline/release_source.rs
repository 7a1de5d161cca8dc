//! Read what documents use of a release from its archive.

use super::archive_files::ArchiveFiles;
use super::declarations;
use crate::document::Document;
use crate::package::Package;
use crate::releases::{Archive, ArchiveRequest, PackageIndex};
use crate::symbols::{self, Files, Release, SymbolUse};

/// The uses of each document in order, or why the release could not be read.
pub(super) type UsesByDocument = Result<Vec<Vec<SymbolUse>>, String>;

pub(super) fn find(release: &Release, documents: &[&Document]) -> UsesByDocument {
    let found = documents
        .iter()
        .map(|document| symbols::uses(document, release))
        .collect();
    match release.read_error() {
        Some(reason) => Err(reason),
        None => Ok(found),
    }
}

/// What a release is read from.
pub(super) struct ReleaseSource {
    files: ArchiveFiles,
    /// The declarations, when another package has them.
    declarations: Option<ArchiveFiles>,
}

impl From<Archive> for ReleaseSource {
    fn from(archive: Archive) -> Self {
        Self {
            files: ArchiveFiles::new(archive),
            declarations: None,
        }
    }
}

/// Get the archives of some releases, with their declarations where these are elsewhere.
pub(super) fn archives(
    requests: &[ArchiveRequest],
    index: &dyn PackageIndex,
) -> Vec<Result<ReleaseSource, String>> {
    let files: Vec<Result<ArchiveFiles, String>> = index
        .archives(requests)
        .into_iter()
        .map(|archive| archive.map(ArchiveFiles::new).map_err(|error| error.to_string()))
        .collect();
    let declarations = declarations::of(requests, &files, index);
    files
        .into_iter()
        .zip(declarations)
        .map(|(files, declarations)| {
            Ok(ReleaseSource {
                files: files?,
                declarations: declarations?,
            })
        })
        .collect()
}

/// Read a release as far as the documents need it; also the table for the next time.
pub(super) fn read(
    package: &Package,
    source: ReleaseSource,
    before: Option<&[u8]>,
    documents: &[&Document],
) -> (Vec<u8>, UsesByDocument) {
    let files: Box<dyn Files> = Box::new(source.files);
    let mut release = match before {
        Some(table) => match Release::from_table(package, table, Some(files)) {
            Some(release) => release,
            None => {
                return (
                    Vec::new(),
                    Err("a stored table is damaged; run `chub-lint cache clean`".to_owned()),
                );
            }
        },
        None => Release::new(package, files),
    };
    if let Some(files) = source.declarations {
        release.add_types(Box::new(files));
    }
    let found = find(&release, documents);
    (release.to_table(), found)
}
