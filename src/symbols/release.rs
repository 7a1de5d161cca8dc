//! One release of a package, whatever its ecosystem.

use super::files::Files;
use super::{javascript, python};
use crate::package::{Ecosystem, Package};

/// One release of a package. It belongs to one thread.
pub enum Release {
    /// Of PyPI.
    Python(Box<python::Release>),
    /// Of npm.
    JavaScript(Box<javascript::Release>),
}

impl Release {
    /// The modules of a wheel, sdist or tarball.
    #[must_use]
    pub fn new(package: &Package, files: Box<dyn Files>) -> Self {
        match package.ecosystem() {
            Ecosystem::PyPi => Self::Python(Box::new(python::Release::new(files))),
            Ecosystem::Npm => {
                let release = javascript::Release::new(package.name(), files);
                Self::JavaScript(Box::new(release))
            }
        }
    }

    /// The modules that were read before, and the files for those that were not.
    #[must_use]
    pub fn from_table(package: &Package, table: &[u8], files: Option<Box<dyn Files>>) -> Option<Self> {
        match package.ecosystem() {
            Ecosystem::PyPi => {
                let release = python::Release::from_table(table, files)?;
                Some(Self::Python(Box::new(release)))
            }
            Ecosystem::Npm => {
                let release = javascript::Release::from_table(package.name(), table, files)?;
                Some(Self::JavaScript(Box::new(release)))
            }
        }
    }

    /// Whether it has no type declarations, so that `@types/NAME` may have them.
    #[must_use]
    pub fn lacks_types(&self) -> bool {
        match self {
            Self::Python(_) => false,
            Self::JavaScript(release) => release.lacks_types(),
        }
    }

    /// Take the declarations of `@types/NAME`, before the first look-up.
    pub fn add_types(&mut self, files: Box<dyn Files>) {
        if let Self::JavaScript(release) = self {
            release.add_types(files);
        }
    }

    /// What was read, for [`Release::from_table`].
    #[must_use]
    pub fn to_table(&self) -> Vec<u8> {
        match self {
            Self::Python(release) => release.to_table(),
            Self::JavaScript(release) => release.to_table(),
        }
    }

    /// Whether a file was needed that the table does not have.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        match self {
            Self::Python(release) => release.is_incomplete(),
            Self::JavaScript(release) => release.is_incomplete(),
        }
    }

    /// The first thing that could not be read. Nothing may be reported when there is one.
    #[must_use]
    pub fn read_error(&self) -> Option<String> {
        match self {
            Self::Python(release) => release.read_error(),
            Self::JavaScript(release) => release.read_error(),
        }
    }
}

/// The version of the tables of an ecosystem: one of another version is not read.
#[must_use]
pub fn table_version(ecosystem: Ecosystem) -> u32 {
    match ecosystem {
        Ecosystem::PyPi => python::TABLE_VERSION,
        Ecosystem::Npm => javascript::TABLE_VERSION,
    }
}
