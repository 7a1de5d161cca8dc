//! The covered package is deprecated.

use super::freshness;
use crate::document::Document;
use crate::package::declared::DeclaredVersions;
use crate::package::{Ecosystem, Package};
use crate::releases::Releases;
use crate::rule::{Check, Context, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("deprecated-package", Check::Releases(check));

fn check(document: &Document, releases: &Releases, context: &Context<'_>, sink: &mut Sink<'_>) {
    for subject in freshness::version_claims(document, releases, context) {
        let Some((declared, span)) = subject.declared.first() else {
            continue;
        };
        let registry = freshness::registry_phrase(subject.package);
        let name = subject.package.name();
        let (message, words) = if let Some(words) = &subject.published.deprecated {
            (format!("{registry} says that {name} is deprecated"), words)
        } else {
            let DeclaredVersions::Version(version) = declared else {
                continue;
            };
            let listed = subject
                .published
                .find(subject.package.ecosystem(), version.as_str());
            let Some(words) = listed.and_then(|listed| listed.deprecated.as_ref()) else {
                continue;
            };
            let text = version.as_str();
            (format!("{registry} says that {name} {text} is deprecated"), words)
        };
        let message = match words.trim() {
            "" => message,
            words => format!("{message}: {words}"),
        };
        let report = sink.report(*span, message);
        if let Some(successor) = successor(words, subject.package) {
            report.help(format!("its successor is {successor}"));
        }
    }
}

/// The replacement that a deprecation message names.
fn successor(words: &str, deprecated: &Package) -> Option<String> {
    const BEFORE: [&str; 12] = [
        "use ",
        "to ",
        "of ",
        "by ",
        "install ",
        "as ",
        "try ",
        "migrate to ",
        "replaced by ",
        "moved to ",
        "renamed to ",
        "package ",
    ];
    let trim = |word: &str| {
        word.trim_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '@' || c == '/'))
            .to_owned()
    };
    let mut at = 0;
    for word in words.split_whitespace() {
        let start = words.get(at..)?.find(word)? + at;
        at = start + word.len();
        let name = trim(word.trim_end_matches(['.', ',']));
        let quoted = word.starts_with(['`', '\'', '"']);
        let scoped = name.starts_with('@') && name.contains('/');
        let lower = words.get(..start)?.to_ascii_lowercase();
        let announced = BEFORE.iter().any(|before| lower.ends_with(before));
        if !(scoped || quoted && announced || announced && name.contains('-')) {
            continue;
        }
        let package = Package::new(Ecosystem::Npm, &name).ok();
        if package.is_some_and(|package| package != *deprecated) {
            return Some(name);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_successor_is_what_the_message_names() {
        let old = Package::parse("npm:widget").unwrap();
        for (words, expected) in [
            ("Use @acme/widget instead.", Some("@acme/widget")),
            ("This package has moved to widget-next", Some("widget-next")),
            ("renamed to `gadget`", Some("gadget")),
            ("no longer maintained", None),
            ("widget has to be replaced", None),
        ] {
            assert_eq!(successor(words, &old).as_deref(), expected, "{words}");
        }
    }
}
