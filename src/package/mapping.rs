//! The reviewed mapping: which package each entry covers, in a file that people review, so that later runs do not
//! depend on a heuristic.

use super::patterns::PackagePatterns;
use super::resolution::{Confidence, PackageChoice, PackageResolution};
use super::{Package, PackageError};
use crate::one_or_many::OneOrMany;
use std::collections::BTreeMap;
use std::fmt::Write;
use toml_writer::{ToTomlValue, TomlStringBuilder};

/// Entries, by path inside the hub, and their packages; no package for `none`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageMapping {
    rows: BTreeMap<String, Vec<Package>>,
}

/// What is wrong with a mapping.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// The form of the file, in the words of the TOML parser.
    #[error("{0}")]
    Toml(String),
    /// The package of an entry.
    #[error("`{path}`: {source}")]
    Package {
        /// The entry.
        path: String,
        /// What is wrong with the package.
        source: PackageError,
    },
}

impl PackageMapping {
    /// Read the file that [`PackageMapping::to_toml`] writes.
    ///
    /// # Errors
    /// One sentence: what is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            packages: BTreeMap<String, OneOrMany>,
        }
        let file: File =
            toml::from_str(text).map_err(|error| MappingError::Toml(error.message().trim().to_owned()))?;
        let mut rows = BTreeMap::new();
        for (path, value) in file.packages {
            let packages = value
                .as_slice()
                .iter()
                .filter(|name| *name != "none")
                .map(|name| Package::parse(name))
                .collect::<Result<_, _>>()
                .map_err(|source| MappingError::Package {
                    path: path.clone(),
                    source,
                })?;
            rows.insert(path, packages);
        }
        Ok(Self { rows })
    }

    /// The packages of an entry, given its path inside the hub; `None` without a row.
    #[must_use]
    pub fn get(&self, in_hub: &str) -> Option<&[Package]> {
        self.rows.get(in_hub).map(Vec::as_slice)
    }

    /// The entries, by path inside the hub.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }

    /// The file for a hub: sorted by path, one entry a line. Unresolved entries are written as a comment with its
    /// candidates, to be filled in, and so are private packages that only the evidence names.
    #[must_use]
    pub fn to_toml(
        coverage: &PackageResolution,
        private: &PackagePatterns,
        is_entry: impl Fn(&str) -> bool,
    ) -> String {
        let is_private = |package: &Package| private.matches_or_tells(package);
        let mut out = String::from(
            "# Which package each entry covers. Written by `chub-lint packages --write`; look it over, correct it, and\n\
             # name it in chub-lint.toml: packages = \"FILE\". `none` is for what covers no package of PyPI or npm.\n\n\
             [packages]\n",
        );
        let quoted = |text: &str| TomlStringBuilder::new(text).as_basic().to_toml_value();
        let mut rows: Vec<_> = coverage
            .iter()
            .filter(|(path, _)| is_entry(path.path_in_hub()))
            .collect();
        rows.sort_by_key(|(path, _)| path.path_in_hub());
        for (path, covered) in rows {
            let key = quoted(path.path_in_hub());
            let names: Vec<String> = covered
                .packages()
                .iter()
                .map(|p| quoted(&p.to_string()))
                .collect();
            // Writing to a string cannot fail.
            let _ = match (&covered.choice, names.as_slice()) {
                (PackageChoice::Unresolved, _) => {
                    writeln!(
                        out,
                        "# {key} = \"?\"  # {}",
                        covered.best_candidates(|_| true).join(", ")
                    )
                }
                (_, []) => writeln!(out, "{key} = \"none\""),
                (_, [one])
                    if covered.confidence < Confidence::Explicit
                        && covered.packages().iter().all(&is_private) =>
                {
                    writeln!(out, "# {key} = {one}  # private")
                }
                (_, [one]) => writeln!(out, "{key} = {one}"),
                (_, many) => writeln!(out, "{key} = [{}]", many.join(", ")),
            };
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;
    use crate::package::resolution::{PackageCandidate, ResolvedPackages};

    #[test]
    fn what_is_written_is_read_again() {
        let package = |name: &str| Package::parse(name).unwrap();
        let mut coverage = PackageResolution::default();
        let mut add = |path: &str, choice: PackageChoice, candidates: Vec<PackageCandidate>| {
            coverage.insert(
                HubPath::new("hub", path),
                ResolvedPackages {
                    choice,
                    candidates,
                    confidence: Confidence::High,
                    ..ResolvedPackages::default()
                },
            );
        };
        add(
            "b/docs/x/DOC.md",
            PackageChoice::Packages(vec![package("npm:@s/x")]),
            Vec::new(),
        );
        add(
            "a/docs/o\"dd/DOC.md",
            PackageChoice::Packages(vec![package("pypi:a"), package("npm:b")]),
            Vec::new(),
        );
        add("c/docs/x/DOC.md", PackageChoice::None, Vec::new());
        let maybe = PackageCandidate {
            package: package("pypi:maybe"),
            points: 3,
            reasons: Vec::new(),
        };
        add("d/docs/x/DOC.md", PackageChoice::Unresolved, vec![maybe]);
        let text = PackageMapping::to_toml(&coverage, &PackagePatterns::default(), |path| {
            path.ends_with("DOC.md")
        });
        let rows: Vec<&str> = text.lines().skip(4).collect();
        assert_eq!(
            rows,
            [
                r#""a/docs/o\"dd/DOC.md" = ["pypi:a", "npm:b"]"#,
                r#""b/docs/x/DOC.md" = "npm:@s/x""#,
                r#""c/docs/x/DOC.md" = "none""#,
                r##"# "d/docs/x/DOC.md" = "?"  # pypi:maybe"##,
            ]
        );
        let mapping = PackageMapping::parse(&text).unwrap();
        assert_eq!(mapping.get("c/docs/x/DOC.md"), Some(&[] as &[Package]));
        assert_eq!(
            mapping.get("b/docs/x/DOC.md"),
            Some(&[package("npm:@s/x")] as &[Package])
        );
        assert_eq!(mapping.get("d/docs/x/DOC.md"), None);
        assert_eq!(mapping.paths().count(), 3);
        assert!(
            PackageMapping::parse("[packages]\n\"a\" = \"gem:x\"\n")
                .unwrap_err()
                .to_string()
                .contains("gem:x")
        );
    }
}
