//! The body pins another version of the covered package than the front matter declares.

use super::freshness;
use crate::document::{Document, prose};
use crate::package::Package;
use crate::package::version::Version;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("contradicting-version", Check::Document(check)).with(&[Property::OnlyHubs]);

fn check(document: &Document, context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(covered) = freshness::resolved_packages(document, context) else {
        return;
    };
    let declared = freshness::declared(document);
    let (Some((_, first)), false) = (declared.first(), covered.packages().is_empty()) else {
        return;
    };
    stated(document, covered.packages(), &declared, sink);
    for package in covered.packages() {
        let pins: Vec<(&str, Span)> = covered
            .installs
            .iter()
            .filter(|install| install.package == *package && !install.negative)
            .filter_map(|install| install.pin.as_ref())
            .map(|(version, span)| (version.as_str(), *span))
            .collect();
        let known = known(package, &declared);
        let agrees = |version: &str| is_one_of(&known, &WrittenVersion::new(package, version));
        // If one pin agrees, the text is about several versions on purpose.
        if pins.is_empty() || pins.iter().any(|(version, _)| agrees(version)) {
            continue;
        }
        let Some((version, span)) = pins.iter().find(|(_, span)| !is_explained(document, *span)) else {
            continue;
        };
        let all: Vec<&str> = declared.iter().map(|(text, _)| *text).collect();
        sink.report(
            *span,
            format!(
                "installs {} {version}, but the front matter declares {}",
                package.name(),
                all.join(", ")
            ),
        )
        .help("an agent that requests the declared version gets the other one: set both to the version that the text is about")
        .related(*first, "declared here");
    }
}

/// Report a line of the prose that states another version: `- **Current version:** 1.8.4`.
fn stated(document: &Document, packages: &[Package], declared: &[(&str, Span)], sink: &mut Sink<'_>) {
    let [package] = packages else { return };
    let known = known(package, declared);
    for (text, span) in stated_versions(document) {
        // Two numbers may be the version of an interface; three are a release.
        let stated = WrittenVersion::new(package, text);
        let exact = text.split('.').count() >= 3 && stated.version.is_some();
        if !exact || is_one_of(&known, &stated) {
            continue;
        }
        let all: Vec<&str> = declared.iter().map(|(text, _)| *text).collect();
        sink.report(
            span,
            format!(
                "states version {text}, but the front matter declares {}",
                all.join(", ")
            ),
        )
        .help("set both to the version that the text is about")
        .related(
            declared.first().map_or_else(Span::default, |(_, span)| *span),
            "declared here",
        );
    }
}

/// The text after the labels of versions in the prose: `1.8.4` in `- **Current version:** 1.8.4`.
pub fn stated_versions(document: &Document) -> Vec<(&str, Span)> {
    const LABELS: [&str; 7] = [
        "version",
        "current version",
        "package version",
        "sdk version",
        "library version",
        "documented version",
        "version covered",
    ];
    const MARKS: [char; 7] = [' ', '-', '*', '_', '>', '`', '\t'];
    let mut found = Vec::new();
    for part in document.body.prose(&document.text) {
        let written = part.slice(&document.text);
        for (start, colon, end) in prose::lines_with_colon(written) {
            let label = written.get(start..colon).unwrap_or_default();
            let label = label.trim_end_matches(MARKS);
            // The last letter of each known label: it excludes most lines.
            if !label.ends_with(['n', 'N', 'd', 'D']) {
                continue;
            }
            let label = label.trim_start_matches(MARKS);
            if !LABELS.iter().any(|known| known.eq_ignore_ascii_case(label)) {
                continue;
            }
            let value = written.get(colon + 1..end).unwrap_or_default();
            let value_at = part.start as usize + colon + 1;
            let text = value.trim_start_matches([' ', '*', '_', '`', 'v']);
            let text_at = value_at + (value.len() - text.len());
            let text = text
                .split([' ', '*', '_', '`', '\n', '\r'])
                .next()
                .unwrap_or_default();
            found.push((text, Span::new(text_at, text_at + text.len())));
        }
    }
    found
}

/// A version as written, and parsed for the registry of its package.
struct WrittenVersion<'a> {
    text: &'a str,
    version: Option<Version>,
}

impl<'a> WrittenVersion<'a> {
    fn new(package: &Package, text: &'a str) -> Self {
        Self {
            text,
            version: Version::parse(package.ecosystem(), text),
        }
    }
}

fn known<'a>(package: &Package, declared: &[(&'a str, Span)]) -> Vec<WrittenVersion<'a>> {
    declared
        .iter()
        .map(|(text, _)| WrittenVersion::new(package, text))
        .collect()
}

fn is_one_of(declared: &[WrittenVersion<'_>], other: &WrittenVersion<'_>) -> bool {
    declared.iter().any(|declared| is_same(declared, other))
}

/// Whether two versions are equal, or one is a prefix of the other: `5.2` and `5.2.3`.
fn is_same(declared: &WrittenVersion<'_>, pinned: &WrittenVersion<'_>) -> bool {
    let (Some(a), Some(b)) = (&declared.version, &pinned.version) else {
        // A range or a word cannot contradict a version.
        return true;
    };
    a == b || agree_in_part(declared.text, pinned.text)
}

/// Whether one version is the other with fewer numbers: `5.2` and `5.2.3`.
#[must_use]
pub fn agree_in_part(a: &str, b: &str) -> bool {
    let starts = |long: &str, short: &str| {
        long.strip_prefix(short)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    starts(a, b) || starts(b, a)
}

/// Whether the paragraph before a command is about other versions: "for the older API", "if you must stay on 2".
fn is_explained(document: &Document, span: Span) -> bool {
    const WORDS: [&str; 16] = [
        "older",
        "old ",
        "legacy",
        "stay on",
        "previous",
        "earlier",
        "migrat",
        "upgrad",
        "downgrad",
        "last version",
        "compatib",
        "for example",
        "e.g.",
        "pin ",
        "specific version",
        "instead",
    ];
    let block = document
        .body
        .code_blocks
        .iter()
        .find(|block| block.span.start <= span.start && span.end <= block.span.end);
    let Some(block) = block else { return false };
    let start = block.span.start as usize;
    let before = document.text.get(..start).unwrap_or_default().trim_end();
    // The paragraph directly above the block, and the comment lines above the command.
    let paragraph = before.rsplit("\n\n").next().unwrap_or_default();
    let inside = Span::new(start, span.start as usize).slice(&document.text);
    let comment = inside
        .lines()
        .rev()
        .skip(1)
        .take_while(|line| line.trim_start().starts_with('#'));
    std::iter::once(paragraph).chain(comment).any(|text| {
        let text = text.to_ascii_lowercase();
        WORDS.iter().any(|word| text.contains(word))
    })
}
