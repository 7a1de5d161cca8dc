//! The covered package is deprecated, archived or quarantined.

use super::freshness::{self, VersionClaim};
use crate::diagnostic::Severity;
use crate::document::Document;
use crate::package::Package;
use crate::package::declared::DeclaredVersions;
use crate::releases::{PackageLookup, PackageLookups, ProjectState, ProjectStatus, PublishedPackage};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::Span;
use std::collections::BTreeSet;

/// The rule; see its page.
pub static RULE: Rule =
    rule!("deprecated-package", Check::Releases(check)).with(&[Property::ChecksAttachments]);

fn check(document: &Document, releases: &PackageLookups, context: &Context<'_>, sink: &mut Sink<'_>) {
    let mut reported = BTreeSet::new();
    // A skill covers no package.
    let claims = match document.is_plain_skill() {
        true => Vec::new(),
        false => freshness::version_claims(document, releases, context),
    };
    for subject in claims {
        let Some((declared, span)) = subject.declared.first() else {
            continue;
        };
        if let Some(status) = &subject.published.status {
            reported.insert(subject.package);
            report_status(subject.package, status, *span, sink);
        } else if let Some((what, words)) = deprecation(&subject, declared) {
            let registry = freshness::registry_phrase(subject.package);
            let message = with_reason(format!("{registry} says that {what} is deprecated"), words);
            let report = sink.report(*span, message);
            if let Some(successor) = successor(words, subject.package) {
                report.help(format!("its successor is {successor}"));
            }
        }
    }
    report_quarantined_installs(document, releases, context, &mut reported, sink);
}

/// What npm says is deprecated, the package or the declared version, and in which words.
fn deprecation<'a>(subject: &VersionClaim<'a>, declared: &DeclaredVersions) -> Option<(String, &'a str)> {
    let name = subject.package.name();
    if let Some(words) = &subject.published.deprecated {
        return Some((name.to_owned(), words));
    }
    let DeclaredVersions::Version(version) = declared else {
        return None;
    };
    let version = version.as_str();
    let listed = subject.published.find(subject.package.ecosystem(), version)?;
    Some((format!("{name} {version}"), listed.deprecated.as_deref()?))
}

/// Packages that a command installs and that the index has in quarantine. Unlike a deprecated one, such a package does
/// harm even where the entry is about another.
fn report_quarantined_installs<'a>(
    document: &Document,
    releases: &PackageLookups,
    context: &Context<'a>,
    reported: &mut BTreeSet<&'a Package>,
    sink: &mut Sink<'_>,
) {
    let Some(covered) = context.coverage.get(&document.path) else {
        return;
    };
    for install in covered.installs.iter().filter(|install| !install.negative) {
        let package = &install.package;
        let Some(PackageLookup::Published(PublishedPackage {
            status: Some(status), ..
        })) = releases.get(package)
        else {
            continue;
        };
        let excluded = context.options.is_unasked(package);
        if status.state == ProjectState::Quarantined && !excluded && reported.insert(package) {
            report_status(package, status, install.span, sink);
        }
    }
}

/// Report a status of PEP 792. A quarantined project is an error, because an index puts a project into quarantine when
/// it suspects harm, and an agent runs the command that it reads.
fn report_status(package: &Package, status: &ProjectStatus, span: Span, sink: &mut Sink<'_>) {
    let (registry, name) = (freshness::registry_phrase(package), package.name());
    let successor = successor(&status.reason, package);
    let successor = successor.map(|successor| format!("its successor is {successor}"));
    let says = |what: &str| with_reason(format!("{registry} says that {name} is {what}"), &status.reason);
    match status.state {
        ProjectState::Archived => {
            let help = "no further release is planned: if there is a successor, document that";
            sink.report(span, says("archived"))
                .help(successor.unwrap_or_else(|| help.to_owned()));
        }
        ProjectState::Deprecated => {
            let report = sink.report(span, says("deprecated"));
            if let Some(successor) = successor {
                report.help(successor);
            }
        }
        ProjectState::Quarantined => {
            sink.report(span, says("quarantined: installing it may do harm"))
                .severity(Severity::Error)
                .help("remove the commands that install it, until it is out of quarantine");
        }
    }
}

fn with_reason(message: String, reason: &str) -> String {
    match reason.trim() {
        "" => message,
        reason => format!("{message}: {reason}"),
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
        let package = Package::new(deprecated.ecosystem(), &name).ok();
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
