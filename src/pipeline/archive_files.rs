//! The files of an archive, to read the symbols of a release from.

use crate::releases::Archive;
use crate::symbols::Files;
use std::sync::Arc;

/// The files of an archive.
#[derive(Clone)]
pub(super) struct ArchiveFiles(Arc<Archive>);

impl ArchiveFiles {
    pub fn new(archive: Archive) -> Self {
        Self(Arc::new(archive))
    }
}

impl Files for ArchiveFiles {
    fn names(&self) -> Vec<String> {
        self.0.names().map(str::to_owned).collect()
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        match self.0.read(name) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err("a file of the archive is gone".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}
