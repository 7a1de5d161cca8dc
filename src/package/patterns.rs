//! Patterns of package names, as the config writes them: `acme-*`, `@acme/*`, `npm:@acme/*`.

use super::stubs;
use super::{Ecosystem, Package};
use crate::text::Span;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize, Serializer};
use toml::Spanned;

/// The maximum number of patterns in one list. The config is untrusted, and each pattern is compiled.
const MAX_PATTERNS: usize = 1_000;
/// The maximum length of a pattern: the longest names have 214 characters.
const MAX_LENGTH: usize = 300;

/// A list of patterns. `*` matches any characters including `/`, so `*` alone matches every package. A pattern with
/// `pypi:` or `npm:` in front is for that registry only.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Vec<Spanned<String>>")]
pub struct PackagePatterns {
    rows: Vec<PatternRow>,
    pypi: CompiledPatterns,
    npm: CompiledPatterns,
}

/// One pattern as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternRow {
    /// Its text.
    pub written: String,
    /// Where it is in the config; `None` when it is from the command line.
    pub span: Option<Span>,
}

/// The patterns for the names of one registry.
#[derive(Clone, Debug, Default)]
struct CompiledPatterns {
    set: GlobSet,
    /// The row of each pattern of the set.
    rows: Vec<usize>,
}

/// Why a text is not a pattern of package names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackagePatternError {
    /// Nothing is in it.
    #[error("an empty pattern matches no package; write `NAME`, `PREFIX-*` or `@SCOPE/*`")]
    Empty,
    /// It is longer than any name.
    #[error("a pattern of package names has at most {MAX_LENGTH} characters")]
    TooLong,
    /// Too many patterns.
    #[error("a list of package names has at most {MAX_PATTERNS} patterns")]
    TooMany,
    /// A registry that is not known.
    #[error("`{0}` names no registry that is known; write `pypi:NAME`, `npm:NAME` or `NAME`")]
    Ecosystem(String),
    /// The syntax.
    #[error("`{0}` is not a pattern: {1}")]
    Syntax(String, String),
}

impl TryFrom<Vec<Spanned<String>>> for PackagePatterns {
    type Error = PackagePatternError;

    fn try_from(list: Vec<Spanned<String>>) -> Result<Self, PackagePatternError> {
        let row = |text: Spanned<String>| PatternRow {
            span: Some(text.span().into()),
            written: text.into_inner(),
        };
        Self::compile(list.into_iter().map(row).collect())
    }
}

impl Serialize for PackagePatterns {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.rows.iter().map(|row| &row.written))
    }
}

impl PackagePatterns {
    /// These patterns and some of the command line.
    ///
    /// # Errors
    /// When one is invalid.
    pub fn with(&self, more: &[String]) -> Result<Self, PackagePatternError> {
        if more.is_empty() {
            return Ok(self.clone());
        }
        let more = more.iter().map(|written| PatternRow {
            written: written.clone(),
            span: None,
        });
        Self::compile(self.rows.iter().cloned().chain(more).collect())
    }

    fn compile(rows: Vec<PatternRow>) -> Result<Self, PackagePatternError> {
        if rows.len() > MAX_PATTERNS {
            return Err(PackagePatternError::TooMany);
        }
        let mut lists = [
            (GlobSetBuilder::new(), Vec::new()),
            (GlobSetBuilder::new(), Vec::new()),
        ];
        for (at, row) in rows.iter().enumerate() {
            let [pypi, npm] = glob_texts(row.written.trim())?;
            for (glob, (set, of)) in [pypi, npm].into_iter().zip(&mut lists) {
                let Some(glob) = glob else { continue };
                let built = GlobBuilder::new(&glob).case_insensitive(true).build();
                let built = built.map_err(|error| syntax(&row.written, error.kind().to_string()))?;
                set.add(built);
                of.push(at);
            }
        }
        let [pypi, npm] = lists.map(|(set, rows)| {
            let set = set.build().map_err(|error| syntax("", error.to_string()))?;
            Ok(CompiledPatterns { set, rows })
        });
        Ok(Self {
            rows,
            pypi: pypi?,
            npm: npm?,
        })
    }

    /// Whether a pattern matches a package.
    #[must_use]
    pub fn matches(&self, package: &Package) -> bool {
        self.of(package).set.is_match(package.name())
    }

    /// Whether a pattern matches a package, or the package whose type declarations it has: the name of
    /// `@types/acme__widget` reveals that of `@acme/widget`.
    #[must_use]
    pub fn matches_or_tells(&self, package: &Package) -> bool {
        self.matches(package) || stubs::declared_package(package).is_some_and(|told| self.matches(&told))
    }

    /// The indexes of the patterns that match a package, or the package that its name reveals.
    pub fn matching(&self, package: &Package) -> impl Iterator<Item = usize> {
        let told = stubs::declared_package(package);
        let names = std::iter::once(package).chain(&told);
        let found: Vec<usize> = names
            .flat_map(|package| {
                let compiled = self.of(package);
                let found = compiled.set.matches(package.name()).into_iter();
                found.filter_map(|at| compiled.rows.get(at).copied())
            })
            .collect();
        found.into_iter()
    }

    /// The patterns as written, in order.
    #[must_use]
    pub fn rows(&self) -> &[PatternRow] {
        &self.rows
    }

    /// Whether there is no pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn of(&self, package: &Package) -> &CompiledPatterns {
        match package.ecosystem() {
            Ecosystem::PyPi => &self.pypi,
            Ecosystem::Npm => &self.npm,
        }
    }
}

fn syntax(written: &str, why: String) -> PackagePatternError {
    PackagePatternError::Syntax(written.to_owned(), why)
}

/// The globs of a pattern for names of PyPI and of npm.
fn glob_texts(text: &str) -> Result<[Option<String>; 2], PackagePatternError> {
    let (registry, name) = match text.split_once(':') {
        Some((registry @ ("pypi" | "npm"), name)) => (Some(registry), name.trim()),
        Some(_) => return Err(PackagePatternError::Ecosystem(text.to_owned())),
        None => (None, text),
    };
    if name.is_empty() {
        return Err(PackagePatternError::Empty);
    }
    if name.len() > MAX_LENGTH {
        return Err(PackagePatternError::TooLong);
    }
    let scope = name.starts_with('@');
    let npm = match name.strip_suffix('/').unwrap_or(name) {
        // A scope alone means its packages.
        bare if scope && !bare.contains('/') && !bare.ends_with('*') => format!("{bare}/*"),
        _ => name.to_owned(),
    };
    Ok([
        (registry != Some("npm") && !scope).then(|| normalised(name)),
        (registry != Some("pypi")).then_some(npm),
    ])
}

/// A pattern of PyPI names in the form that PEP 503 gives to names: runs of `-`, `_`, `.` are one `-`.
fn normalised(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        match c {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(list: &[&str]) -> Result<PackagePatterns, PackagePatternError> {
        let list: Vec<String> = list.iter().map(|text| (*text).to_owned()).collect();
        PackagePatterns::default().with(&list)
    }

    #[test]
    fn a_pattern_matches_names_as_registries_spell_them() {
        for (pattern, yes, no) in [
            ("acme-*", "pypi:Acme_Kit", "pypi:acme"),
            ("acme-*", "npm:acme-kit", "npm:@acme/kit"),
            ("Acme_*", "pypi:acme-kit", "pypi:acmekit"),
            ("@acme/*", "npm:@acme/kit", "npm:@acme-labs/kit"),
            ("@acme", "npm:@Acme/kit", "npm:@acme-labs/kit"),
            ("@acme/", "npm:@acme/kit", "npm:@types/acme__kit"),
            ("@acme*", "npm:@acme-labs/kit", "npm:acme"),
            ("vault", "pypi:vault", "pypi:vault-kit"),
            ("npm:vault", "npm:vault", "pypi:vault"),
            ("pypi:acme.*", "pypi:acme-kit", "npm:acme.kit"),
            ("*", "npm:@acme/kit", "npm:"),
            ("acme-{a,b}", "pypi:acme-b", "pypi:acme-c"),
        ] {
            let list = patterns(&[pattern]).unwrap();
            assert!(list.matches(&Package::parse(yes).unwrap()), "{pattern} {yes}");
            if let Ok(no) = Package::parse(no) {
                assert!(!list.matches(&no), "{pattern} {no}");
            }
        }
    }

    #[test]
    fn declarations_tell_the_name_of_their_package() {
        let list = patterns(&["@acme/*", "vault"]).unwrap();
        let told = |name: &str| list.matches_or_tells(&Package::parse(name).unwrap());
        assert!(told("npm:@types/acme__kit") && told("npm:@types/vault") && told("pypi:types-vault"));
        assert!(told("pypi:vault-stubs"));
        assert!(!told("npm:@types/kit") && !told("pypi:types-kit"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for bad in ["", " ", "npm:", "gem:x", "acme-[", "acme-{a", &"a".repeat(301)] {
            assert!(patterns(&[bad]).is_err(), "{bad}");
        }
        assert!(patterns(&vec!["a"; 1_001]).is_err());
    }

    #[test]
    fn the_rows_that_match_are_known() {
        let list = patterns(&["npm:a", "b*", "*"]).unwrap();
        let of = |name: &str| -> Vec<usize> { list.matching(&Package::parse(name).unwrap()).collect() };
        assert_eq!((of("npm:a"), of("pypi:b1")), (vec![0, 2], vec![1, 2]));
    }
}
