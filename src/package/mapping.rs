//! The reviewed mapping: which package each entry covers, in a file that people review, so that later runs do not
//! depend on a heuristic.

use super::coverage::{Choice, Coverage};
use super::{Package, PackageError};
use std::collections::BTreeMap;
use std::fmt::Write;
use toml_writer::{ToTomlValue, TomlStringBuilder};

/// Entries, by path inside the hub, and their packages; no package for `none`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
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

impl Mapping {
    /// Read the file that [`Mapping::to_toml`] writes.
    ///
    /// # Errors
    /// One sentence: what is wrong, and where.
    pub fn read(text: &str) -> Result<Self, MappingError> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            packages: BTreeMap<String, OneOrMany>,
        }
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum OneOrMany {
            One(String),
            Many(Vec<String>),
        }
        let file: File =
            toml::from_str(text).map_err(|error| MappingError::Toml(error.message().trim().to_owned()))?;
        let mut rows = BTreeMap::new();
        for (path, value) in file.packages {
            let names = match value {
                OneOrMany::One(one) => vec![one],
                OneOrMany::Many(many) => many,
            };
            let packages = names
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
    /// candidates, to be filled in.
    #[must_use]
    pub fn to_toml(coverage: &Coverage, is_entry: impl Fn(&str) -> bool) -> String {
        let mut out = String::from(
            "# Which package each entry covers. Written by `chub-lint packages --write`; look it over, correct it, and\n\
             # name it in chub-lint.toml: packages = \"FILE\". `none` is for what covers no package of PyPI or npm.\n\n\
             [packages]\n",
        );
        let quoted = |text: &str| TomlStringBuilder::new(text).as_basic().to_toml_value();
        let mut rows: Vec<_> = coverage
            .iter()
            .filter(|(path, _)| is_entry(path.in_hub()))
            .collect();
        rows.sort_by_key(|(path, _)| path.in_hub());
        for (path, covered) in rows {
            let key = quoted(path.in_hub());
            let names: Vec<String> = covered
                .packages()
                .iter()
                .map(|p| quoted(&p.to_string()))
                .collect();
            // Writing to a string cannot fail.
            let _ = match (&covered.choice, names.as_slice()) {
                (Choice::Unresolved, _) => {
                    writeln!(out, "# {key} = \"?\"  # {}", covered.best_candidates().join(", "))
                }
                (_, []) => writeln!(out, "{key} = \"none\""),
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
    use crate::package::coverage::{Candidate, Confidence, Covered};

    #[test]
    fn what_is_written_is_read_again() {
        let package = |name: &str| Package::parse(name).unwrap();
        let mut coverage = Coverage::default();
        let mut add = |path: &str, choice: Choice, candidates: Vec<Candidate>| {
            coverage.insert(
                HubPath::new("hub", path),
                Covered {
                    choice,
                    candidates,
                    confidence: Confidence::High,
                    ..Covered::default()
                },
            );
        };
        add(
            "b/docs/x/DOC.md",
            Choice::Packages(vec![package("npm:@s/x")]),
            Vec::new(),
        );
        add(
            "a/docs/o\"dd/DOC.md",
            Choice::Packages(vec![package("pypi:a"), package("npm:b")]),
            Vec::new(),
        );
        add("c/docs/x/DOC.md", Choice::None, Vec::new());
        let maybe = Candidate {
            package: package("pypi:maybe"),
            points: 3,
            reasons: Vec::new(),
        };
        add("d/docs/x/DOC.md", Choice::Unresolved, vec![maybe]);
        let text = Mapping::to_toml(&coverage, |path| path.ends_with("DOC.md"));
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
        let mapping = Mapping::read(&text).unwrap();
        assert_eq!(mapping.get("c/docs/x/DOC.md"), Some(&[] as &[Package]));
        assert_eq!(
            mapping.get("b/docs/x/DOC.md"),
            Some(&[package("npm:@s/x")] as &[Package])
        );
        assert_eq!(mapping.get("d/docs/x/DOC.md"), None);
        assert_eq!(mapping.paths().count(), 3);
        assert!(
            Mapping::read("[packages]\n\"a\" = \"gem:x\"\n")
                .unwrap_err()
                .to_string()
                .contains("gem:x")
        );
    }
}
