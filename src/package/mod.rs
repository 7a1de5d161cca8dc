//! A package: its ecosystem and its name, normalised as its registry does.

pub mod candidates;
pub mod common;
pub mod declared;
pub mod distance;
pub mod evidence;
pub mod mapping;
pub mod patterns;
pub mod public;
pub mod range;
pub mod resolution;
pub mod resolve;
pub mod score;
pub mod stubs;
pub mod version;

use crate::error::ModuleError;
use std::fmt;

/// A package registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ecosystem {
    /// The Python Package Index and its mirrors.
    PyPi,
    /// The npm registry and its mirrors.
    Npm,
}

impl Ecosystem {
    /// The purl type: `pypi` or `npm`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PyPi => "pypi",
            Self::Npm => "npm",
        }
    }

    /// The name people use.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::PyPi => "PyPI",
            Self::Npm => "npm",
        }
    }
}

/// A package, written `pypi:requests` or `npm:@scope/name` (a purl without the decoration).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Package {
    ecosystem: Ecosystem,
    name: String,
}

/// Why a text is not a package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// No `pypi:` or `npm:` in front.
    #[error("`{0}` names no registry; write `pypi:NAME` or `npm:NAME`")]
    Ecosystem(String),
    /// Characters that a name of that registry cannot have.
    #[error("`{1}` cannot be a package name on {0}")]
    Name(&'static str, String),
}

impl ModuleError for PackageError {}

impl Package {
    /// A package of an ecosystem. PyPI names are normalised (PEP 503: runs of `-`, `_`, `.` are one `-`, lower
    /// case); npm names are kept, since old packages have capitals.
    ///
    /// # Errors
    /// When no package of that registry can have the name (PEP 508 names; npm's
    /// `validate-npm-package-name`), which also keeps odd characters out of request paths.
    pub fn new(ecosystem: Ecosystem, name: &str) -> Result<Self, PackageError> {
        let bad = || PackageError::Name(ecosystem.title(), name.to_owned());
        let name = match ecosystem {
            Ecosystem::PyPi => pypi_name(name).ok_or_else(bad)?,
            Ecosystem::Npm if is_npm_name(name) => name.to_owned(),
            Ecosystem::Npm => return Err(bad()),
        };
        Ok(Self { ecosystem, name })
    }

    /// Read `pypi:NAME` or `npm:NAME`.
    ///
    /// # Errors
    /// When the registry is missing or unknown, or the name is impossible.
    pub fn parse(text: &str) -> Result<Self, PackageError> {
        match text.split_once(':') {
            Some(("pypi", name)) => Self::new(Ecosystem::PyPi, name.trim()),
            Some(("npm", name)) => Self::new(Ecosystem::Npm, name.trim()),
            _ => Err(PackageError::Ecosystem(text.to_owned())),
        }
    }

    /// Its registry.
    #[must_use]
    pub fn ecosystem(&self) -> Ecosystem {
        self.ecosystem
    }

    /// Its normalised name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The npm scope with its `@`, if any.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.name.split_once('/').map(|(scope, _)| scope)
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.ecosystem.as_str(), self.name)
    }
}

/// PEP 508 name, normalised by PEP 503; `None` when it is not one.
fn pypi_name(name: &str) -> Option<String> {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if name.len() > 200 || !edge(name.chars().next()) || !edge(name.chars().next_back()) {
        return None;
    }
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            _ => return None,
        }
    }
    Some(out)
}

/// What npm takes as an existing name: URL-safe, optionally scoped, at most 214 characters, no leading dot or
/// underscore.
fn is_npm_name(name: &str) -> bool {
    let part = |s: &str| {
        !s.is_empty()
            && !s.starts_with(['.', '_'])
            && s.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~".contains(c))
    };
    name.len() <= 214
        && match name.strip_prefix('@') {
            Some(scoped) => scoped
                .split_once('/')
                .is_some_and(|(scope, name)| part(scope) && part(name)),
            None => part(name),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised_as_the_registry_does() {
        assert_eq!(
            Package::parse("pypi:Zope.Interface__x").unwrap().to_string(),
            "pypi:zope-interface-x"
        );
        assert_eq!(Package::parse("npm:@Types/Node").unwrap().scope(), Some("@Types"));
    }

    #[test]
    fn impossible_names_are_refused() {
        for bad in [
            "requests",
            "gem:rails",
            "pypi:-x",
            "pypi:a b",
            "npm:../etc",
            "npm:@scope",
            "npm:_x",
            "pypi:é",
        ] {
            assert!(Package::parse(bad).is_err(), "{bad}");
        }
    }
}
