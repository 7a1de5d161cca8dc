//! The places of a document that name the version of its package and change together with it: pins in install commands
//! and dependency tables, and lines such as `Version: 1.2.0`.

use super::contradicting_version::{agree_in_part, stated_versions};
use crate::document::Document;
use crate::package::resolution::Install;
use crate::package::version::Version;
use crate::package::{Ecosystem, Package};
use crate::text::Span;

/// A place whose version changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaisedPlace {
    /// The version.
    pub span: Span,
    /// The package that is pinned; `None` for a line that only states the version.
    pub package: Option<Package>,
    /// The version as written.
    pub old: String,
    /// The version to write.
    pub new: String,
}

/// The places that change when the declared version of the covered packages is raised from `old` to `new`, in order and
/// without overlaps. Lines that state the version are those of an entry that covers one package.
#[must_use]
pub fn raised_places(
    document: &Document,
    installs: &[Install],
    covered: &[Package],
    old: &str,
    new: &str,
) -> Vec<RaisedPlace> {
    let mut places: Vec<RaisedPlace> = installs
        .iter()
        .filter(|install| !install.negative && covered.contains(&install.package))
        .filter_map(|install| {
            let (written, span, new) = raised_pin(document, install, old, new)?;
            Some(RaisedPlace {
                span,
                package: Some(install.package.clone()),
                old: written.to_owned(),
                new,
            })
        })
        .collect();
    if let ([package], true) = (covered, document.kind.is_entry()) {
        let stated = stated_versions(document).into_iter();
        places.extend(
            stated
                .filter(|(text, _)| is_equal(package.ecosystem(), text, old))
                .map(|(text, span)| RaisedPlace {
                    span,
                    package: None,
                    old: text.to_owned(),
                    new: new.to_owned(),
                }),
        );
    }
    // The text in the document may be an escaped form of the value.
    places.retain(|place| document.slice(place.span) == place.old);
    places.sort_by_key(|place| place.span);
    places.dedup_by(|next, place| next.span.start < place.span.end);
    places
}

/// What is written at a pin, where, and what to write there; `None` when it is another version, or a bound that stays
/// true.
fn raised_pin<'a>(
    document: &Document,
    install: &'a Install,
    old: &str,
    new: &str,
) -> Option<(&'a str, Span, String)> {
    let ecosystem = install.package.ecosystem();
    if let Some((pinned, span)) = &install.pin {
        // `2.1` and `2.1.3` are the same pin to a reader, and to `contradicting-version`.
        let is_own = is_equal(ecosystem, pinned, old) || agree_in_part(pinned, old);
        return is_own.then(|| (pinned.as_str(), *span, new.to_owned()));
    }
    let (bound, span) = install.range.as_ref()?;
    let is_own = is_equal(ecosystem, bound, old) || agree_in_part(old, bound) && !agree_in_part(new, bound);
    let raised = as_precise(new, bound);
    (is_own && raised != *bound && moves_with_the_version(document, ecosystem, *span)).then_some((
        bound.as_str(),
        *span,
        raised,
    ))
}

/// Whether a range that begins at a version is one that follows it: `^1.2`, `~1.2`, `~=1.2`, and for npm `1.2` alone.
/// Others, such as `>=1.2`, stay true.
fn moves_with_the_version(document: &Document, ecosystem: Ecosystem, span: Span) -> bool {
    let (start, end) = (span.start as usize, span.end as usize);
    let before = document.text.get(..start).unwrap_or_default();
    let after = document.text.get(end..).unwrap_or_default();
    // More bounds: `^1.2, <1.9`, `^1 || ^2`, `1.2 - 1.4`.
    let rest = after.trim_start_matches(' ');
    let is_bounded = rest.starts_with(['|', '<', '>', '!', '~', '^', '*'])
        || rest.starts_with(',')
            && rest[1..]
                .trim_start_matches(' ')
                .starts_with(['<', '>', '!', '=', '~'])
        || rest.len() < after.len() && rest.starts_with('-') && rest[1..].starts_with(' ');
    if is_bounded {
        return false;
    }
    let line = before.trim_end_matches(' ');
    let is_partial = ecosystem == Ecosystem::Npm && before.ends_with(['@', '"', '\'']);
    line.ends_with(['^', '~']) || line.ends_with("~=") || is_partial
}

/// Whether two texts are the same version, however they are written.
fn is_equal(ecosystem: Ecosystem, a: &str, b: &str) -> bool {
    a == b || Version::parse(ecosystem, a).is_some_and(|version| version.is_written(b))
}

/// A version with as many numbers as another one, so that a range of it is as wide: `6.1` for `6.1.4` and `5.2`.
fn as_precise(new: &str, written: &str) -> String {
    let is_plain = |text: &str| {
        text.split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    if !is_plain(new) || !is_plain(written) {
        return new.to_owned();
    }
    let parts: Vec<&str> = new.split('.').take(written.split('.').count()).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;
    use crate::package::mapping::PackageMapping;
    use crate::package::patterns::PackagePatterns;
    use crate::package::resolve::{self, PackagePolicy};

    /// The body with its places raised from 2.1.0 to 3.4.5.
    fn raised(ecosystem: &str, body: &str) -> String {
        let language = if ecosystem == "npm" {
            "javascript"
        } else {
            "python"
        };
        let text = format!(
            "---\nname: widget\nmetadata:\n  languages: {language}\n  package: \"{ecosystem}:widget\"\n---\n\n{body}\n"
        );
        let document = Document::new(HubPath::new("", "acme/docs/widget/DOC.md"), text);
        let policy = PackagePolicy {
            overrides: &[],
            mapping: &PackageMapping::default(),
            private: &PackagePatterns::default(),
        };
        let resolved = resolve::resolve(&document, None, None, policy);
        let covered = resolved.packages();
        let mut out = document.text.clone();
        for place in raised_places(&document, &resolved.installs, covered, "2.1.0", "3.4.5")
            .iter()
            .rev()
        {
            out.replace_range(place.span.start as usize..place.span.end as usize, &place.new);
        }
        let start = out.len() - out.split_once("---\n\n").map_or(0, |(_, body)| body.len());
        out[start..].trim_end_matches('\n').to_owned()
    }

    fn json(range: &str) -> String {
        format!("```json\n{{ \"dependencies\": {{ \"widget\": \"{range}\" }} }}\n```")
    }

    #[test]
    fn pins_and_ranges_that_follow_the_version_are_raised() {
        for (old, new) in [
            ("^2.1.0", "^3.4.5"),
            ("~2.1.0", "~3.4.5"),
            ("2.1.0", "3.4.5"),
            ("^2.1", "^3.4"),
            ("^2", "^3"),
            ("2", "3"),
        ] {
            assert_eq!(raised("npm", &json(old)), json(new), "{old}");
            let command = |range: &str| format!("```bash\nnpm install widget@{range} other@2.1.0\n```");
            // A shell may expand `~` to a home folder, so it is not part of a version there.
            if !old.starts_with('~') {
                assert_eq!(raised("npm", &command(old)), command(new), "{old}");
            }
        }
        for (old, new) in [
            ("==2.1.0", "==3.4.5"),
            ("==2.1", "==3.4.5"),
            ("~=2.1.0", "~=3.4.5"),
            ("~=2.1", "~=3.4"),
            ("~= 2.1.0", "~= 3.4.5"),
        ] {
            let command = |range: &str| format!("```bash\npip install 'widget{range}'\n```");
            assert_eq!(raised("pypi", &command(old)), command(new), "{old}");
        }
        let table = |range: &str| {
            format!("```toml\n[tool.poetry.dependencies]\nwidget = \"{range}\"\nother = \"^2.1.0\"\n```")
        };
        assert_eq!(raised("pypi", &table("^2.1.0")), table("^3.4.5"));
    }

    #[test]
    fn other_versions_and_open_ranges_stay() {
        for range in [
            ">=2.1.0",
            "^1.9.0",
            "2.1.0 - 2.4.0",
            "^2.1.0 || ^3.0.0",
            ">2",
            "*",
            "latest",
            "2.x",
            "^2.1.0 <2.4.0",
        ] {
            assert_eq!(raised("npm", &json(range)), json(range), "{range}");
        }
        for range in [
            ">=2.1.0",
            "==1.9",
            "~=2.1.0,<2.4",
            "==2.*",
            ">=2.1.0,<3",
            "!=2.1.0",
        ] {
            let command = format!("```bash\npip install 'widget{range}'\n```");
            assert_eq!(raised("pypi", &command), command, "{range}");
        }
        let warned = "Do not use:\n\n```bash\npip install widget==2.1.0\n```";
        assert_eq!(raised("pypi", warned), warned);
    }

    #[test]
    fn a_line_that_states_the_version_is_raised() {
        assert_eq!(
            raised("pypi", "- **Version:** 2.1.0\n\nNew in 2.1.0."),
            "- **Version:** 3.4.5\n\nNew in 2.1.0."
        );
    }
}
