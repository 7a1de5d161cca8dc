//! One word of an install command or one row of a dependency table: a package name and what it says about versions.

use crate::package::{Ecosystem, Package};
use std::ops::Range;

/// A package that something asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageRequirement {
    /// The package.
    pub package: Package,
    /// The name as written, in bytes of the text that was read.
    pub name: Range<usize>,
    /// The version or the first bound of a range, if any.
    pub spec: Option<VersionSpec>,
}

/// A version beside a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSpec {
    /// The version without its operator.
    pub version: String,
    /// Where the version is written.
    pub range: Range<usize>,
    /// Whether exactly this version is asked for.
    pub exact: bool,
}

impl PackageRequirement {
    /// The same requirement at another place.
    #[must_use]
    pub fn shifted(mut self, by: usize) -> Self {
        let shift = |range: &Range<usize>| range.start + by..range.end + by;
        self.name = shift(&self.name);
        if let Some(spec) = &mut self.spec {
            spec.range = shift(&spec.range);
        }
        self
    }
}

/// Read `name[extra]==1.2; marker` (PEP 508) or `@scope/name@1.2` (npm). `None` for what no registry is asked
/// about: paths, URLs, `git+`, `file:` and `workspace:` references, placeholders, names with variables in them.
#[must_use]
pub fn parse(ecosystem: Ecosystem, text: &str) -> Option<PackageRequirement> {
    let lead = text.len() - text.trim_start().len();
    let text = text.trim();
    if text.is_empty() || is_elsewhere(text) {
        return None;
    }
    let requirement = match ecosystem {
        Ecosystem::PyPi => pypi(text),
        Ecosystem::Npm => npm(text),
    }?;
    let written = text.get(requirement.name.clone())?;
    (!is_placeholder(written)).then(|| requirement.shifted(lead))
}

/// Whether a word names something outside every registry, or nothing yet.
fn is_elsewhere(text: &str) -> bool {
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/' | b'@');
    if text.bytes().all(in_name) {
        return text.starts_with(['/', '-']);
    }
    // Most texts have neither, and then half of the questions below need not be asked.
    let (colon, dot) = (text.contains(':'), text.contains('.'));
    text.starts_with(['.', '/', '~', '-', '\\', '#', '%'])
        || text.starts_with("git+")
        || colon && text.contains("://")
        || text.contains(['$', '{', '}', '…', '`', '\\'])
        || text.contains('*') && !text.contains('=')
        || text
            .split('<')
            .skip(1)
            .any(|after| after.starts_with(char::is_alphabetic))
        || dot && text.contains("...")
        || colon
            && [
                "file:",
                "link:",
                "workspace:",
                "portal:",
                "github:",
                "gitlab:",
                "jsr:",
                "patch:",
            ]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        || dot
            && [".whl", ".tgz", ".tar.gz", ".zip", ".txt", ".toml"]
                .iter()
                .any(|suffix| text.ends_with(suffix))
}

/// Words for "some package".
fn is_example(name: &str) -> bool {
    matches!(
        name,
        "package"
            | "packages"
            | "package-name"
            | "package_name"
            | "packagename"
            | "pkg"
            | "pkg-name"
            | "name"
            | "library"
            | "library-name"
            | "module"
            | "module-name"
            | "plugin-name"
            | "other-package"
            | "dependency"
            | "dependencies"
            | "foo"
            | "bar"
            | "baz"
            | "foobar"
            | "xxx"
            | "yyy"
            | "etc"
            | "and"
            | "or"
            | "the"
            | "with"
    )
}

/// Names that documentation uses for "some package".
fn is_placeholder(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let shouted = name.contains('_') && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let bare = lower.rsplit('/').next().unwrap_or(&lower);
    // `package1 package2`
    let unnumbered = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    shouted
        || is_example(bare)
        || matches!(unnumbered, "package" | "pkg" | "library" | "module")
        || bare.starts_with(['y', 'm', 's', 'e'])
            && ["your-", "your_", "my-", "my_", "some-", "some_", "example-"]
                .iter()
                .any(|prefix| bare.starts_with(prefix))
        || lower.starts_with('@')
            && [
                "@your-",
                "@my-",
                "@your/",
                "@my/",
                "@example/",
                "@scope/",
                "@org/",
                "@myorg/",
                "@yourorg/",
                "@acme/",
                "@repo/",
                "@workspace/",
            ]
            .iter()
            .any(|prefix| lower.starts_with(prefix))
}

/// PEP 508, with `name@1.2` as poetry, pdm and uv take it.
fn pypi(text: &str) -> Option<PackageRequirement> {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(text.len());
    let package = Package::new(Ecosystem::PyPi, text.get(..end)?).ok()?;
    let mut at = end;
    let mut rest = text.get(at..)?;
    if rest.trim_start().starts_with('[') {
        at += rest.find(']')? + 1;
        rest = text.get(at..)?;
    }
    at += rest.len() - rest.trim_start().len();
    let rest = rest.trim_start().trim_start_matches('(');
    let rest = rest.split(';').next()?;
    let operators = ["===", "==", "~=", ">=", "<=", "!=", ">", "<", "^", "=", "@"];
    let operator = operators.iter().find(|operator| rest.starts_with(**operator));
    let spec = match operator {
        None if rest.trim().is_empty() => None,
        // `name something`: not a requirement.
        None => return None,
        Some(&operator) => spec(
            text,
            at + operator.len(),
            rest.get(operator.len()..)?,
            |version| {
                matches!(operator, "==" | "===" | "@") && !version.contains(['*', 'x']) && !rest.contains(',')
            },
        ),
    };
    Some(PackageRequirement {
        package,
        name: 0..end,
        spec,
    })
}

/// `name@spec`, `@scope/name@spec`, `alias@npm:name@spec`.
fn npm(text: &str) -> Option<PackageRequirement> {
    if let Some(at) = text.find("npm:") {
        let target = text.get(at + 4..)?;
        return npm_name(target).map(|requirement| requirement.shifted(at + 4));
    }
    npm_name(text)
}

fn npm_name(text: &str) -> Option<PackageRequirement> {
    let end = text.get(1..)?.find('@').map_or(text.len(), |at| at + 1);
    let name = text.get(..end)?;
    // `user/repo` is a GitHub reference.
    if !name.starts_with('@') && name.contains('/') {
        return None;
    }
    let package = Package::new(Ecosystem::Npm, name).ok()?;
    let spec = match text.get(end + 1..) {
        None => None,
        Some(after) if is_elsewhere(after) || after.contains(['/', ':']) => return None,
        Some(after) => {
            let bare = after.trim_start_matches(['^', '~', '>', '<', '=', 'v', ' ']);
            spec(text, end + 1 + after.len() - bare.len(), bare, |version| {
                bare.len() == after.len() && is_exact_semver(version)
            })
        }
    };
    Some(PackageRequirement {
        package,
        name: 0..end,
        spec,
    })
}

/// Whether a version names one release of npm: three numbers, and whatever follows them.
#[must_use]
pub fn is_exact_semver(version: &str) -> bool {
    semver::Version::parse(version).is_ok()
}

/// The version at the head of `rest`, which starts at byte `at` of the text.
fn spec(text: &str, at: usize, rest: &str, exact: impl Fn(&str) -> bool) -> Option<VersionSpec> {
    let lead = rest.len() - rest.trim_start().len();
    let rest = rest.trim_start();
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '!' | '_' | '*')))
        .unwrap_or(rest.len());
    let start = at + lead;
    let range = start..start + end;
    let version = text.get(range.clone())?;
    version
        .starts_with(|c: char| c.is_ascii_digit())
        .then(|| VersionSpec {
            version: version.to_owned(),
            range,
            exact: exact(version),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pypi_of(text: &str) -> Option<(String, Option<String>, bool)> {
        parse(Ecosystem::PyPi, text).map(shown)
    }

    fn npm_of(text: &str) -> Option<(String, Option<String>, bool)> {
        parse(Ecosystem::Npm, text).map(shown)
    }

    fn shown(r: PackageRequirement) -> (String, Option<String>, bool) {
        let exact = r.spec.as_ref().is_some_and(|s| s.exact);
        (r.package.name().to_owned(), r.spec.map(|s| s.version), exact)
    }

    fn row(name: &str, version: &str, exact: bool) -> Option<(String, Option<String>, bool)> {
        let version = (!version.is_empty()).then(|| version.to_owned());
        Some((name.to_owned(), version, exact))
    }

    #[test]
    fn python_requirements_are_read() {
        assert_eq!(
            pypi_of("Widget_Kit[fast,all]==2.1.0"),
            row("widget-kit", "2.1.0", true)
        );
        assert_eq!(
            pypi_of("widget >= 1.2, < 2 ; python_version > '3.9'"),
            row("widget", "1.2", false)
        );
        assert_eq!(pypi_of("widget@^1.2"), row("widget", "", false));
        assert_eq!(pypi_of("widget==1.*"), row("widget", "1.*", false));
        assert_eq!(pypi_of("widget"), row("widget", "", false));
        for none in [
            "./widget",
            ".",
            "git+https://e.org/x.git",
            "widget @ https://e.org/x.whl",
            "x.whl",
            "$NAME",
            "<name>",
            "package-name",
            "PACKAGE_NAME",
            "your-package",
            "-e",
            "requirements.txt",
            "a b",
        ] {
            assert_eq!(pypi_of(none), None, "{none}");
        }
    }

    #[test]
    fn npm_requirements_are_read() {
        assert_eq!(
            npm_of("@acme-inc/widget@1.2.3"),
            row("@acme-inc/widget", "1.2.3", true)
        );
        assert_eq!(npm_of("widget@^1.2.3"), row("widget", "1.2.3", false));
        assert_eq!(npm_of("widget@5"), row("widget", "5", false));
        assert_eq!(npm_of("widget@latest"), row("widget", "", false));
        assert_eq!(npm_of("other@npm:widget@1.0.0"), row("widget", "1.0.0", true));
        for none in [
            "user/repo",
            "github:a/b",
            "workspace:*",
            "file:../x",
            "widget@file:../x",
            "@scope/name",
            "...",
        ] {
            assert_eq!(npm_of(none), None, "{none}");
        }
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "  widget == 1.5 ";
        let found = parse(Ecosystem::PyPi, text).unwrap();
        assert_eq!(&text[found.name], "widget");
        assert_eq!(&text[found.spec.unwrap().range], "1.5");
        let text = "x@npm:widget@1.0.0";
        let found = parse(Ecosystem::Npm, text).unwrap();
        assert_eq!(
            (&text[found.name], &text[found.spec.unwrap().range]),
            ("widget", "1.0.0")
        );
    }
}
