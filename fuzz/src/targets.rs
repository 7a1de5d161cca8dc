//! The targets.

use chub_lint::chub::js::collate;
use chub_lint::commands::args;
use chub_lint::config::Settings;
use chub_lint::diagnostic::Diagnostic;
use chub_lint::document::{self, Body, Document, HubPath, YamlNode, YamlValue, fences as fence_faults};
use chub_lint::fix::{self, engine};
use chub_lint::hub::{Hub, decode, version_order};
use chub_lint::lang::{self, LANGUAGES, ParseResult, SyntaxError};
use chub_lint::package::declared::DeclaredVersions;
use chub_lint::package::version::Version;
use chub_lint::package::{Ecosystem, Package, evidence};
use chub_lint::pipeline::{self, Workspace};
use chub_lint::releases::{PackageLookup, PackageLookups, ReleaseOrigin, reply};
use chub_lint::report::{Format, RenderOptions, Run, RunSummary};
use chub_lint::rule::Property;
use chub_lint::rules::by_id;
use chub_lint::text::{ColumnUnit, Span};
use jiff::civil::{Date, date};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

const TODAY: Date = date(2026, 6, 1);
const PATH: &str = "acme/docs/widget/python/DOC.md";

/// The text of a file with these bytes; `None` when reading would refuse it.
fn text(data: &[u8]) -> Option<String> {
    decode::decode(data.to_vec()).ok()
}

fn workspace(text: String) -> Workspace {
    let mut hub = Hub::default();
    hub.insert(Document::new(HubPath::new("", PATH), text));
    Workspace::new(
        "/nowhere".into(),
        hub,
        Settings::unconfigured(chub_lint::rules::RULES),
        TODAY,
    )
}

/// A checked document, with releases for which rules report findings.
fn checked(text: String) -> Workspace {
    let workspace = workspace(text);
    let mut releases = PackageLookups::default();
    for (_, covered) in workspace.coverage().iter() {
        for package in covered.packages() {
            let published = reply::parse(package, "", newest(package.ecosystem()).as_bytes());
            let release = published
                .ok()
                .flatten()
                .map_or(PackageLookup::Missing, PackageLookup::Published);
            releases.insert(package.clone(), release, ReleaseOrigin::Registry);
        }
    }
    let mut workspace = workspace.with_releases(Some(releases));
    workspace.check();
    workspace
}

fn document(workspace: &Workspace) -> &Document {
    &workspace.hub().documents()[0]
}

/// All reported findings of all rules.
fn findings(workspace: &Workspace) -> Vec<Diagnostic> {
    let workspaces = std::slice::from_ref(workspace);
    pipeline::suppress(workspaces).expect("no patterns").diagnostics
}

fn newest(ecosystem: Ecosystem) -> &'static str {
    match ecosystem {
        Ecosystem::PyPi => {
            r#"{"meta":{"api-version":"1.1"},"versions":["9.9"],"files":[{"filename":"x-9.9.tar.gz"}]}"#
        }
        Ecosystem::Npm => {
            r#"{"dist-tags":{"latest":"9.9.9"},"versions":{"9.9.9":{"deprecated":"::x\u001b[0m"}}}"#
        }
    }
}

fn holds(span: Span, text: &str, what: &str) {
    assert!(
        text.get(span.range()).is_some(),
        "{what}: {span:?} of {} bytes",
        text.len()
    );
}

/// Check documents with every rule: spans are inside the text, start and end at characters, and can be shown.
pub fn documents(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let workspace = checked(text);
    let document = document(&workspace);
    for found in findings(&workspace) {
        if found.path != document.path {
            continue;
        }
        holds(found.span, &document.text, found.rule);
        for unit in [ColumnUnit::Bytes, ColumnUnit::Chars, ColumnUnit::Utf16] {
            let start = document.position(found.span.start, unit);
            assert_eq!(
                document.lines().offset(&document.text, start, unit),
                found.span.start as usize
            );
        }
        for related in found
            .related
            .iter()
            .filter(|related| related.path == document.path)
        {
            holds(related.span, &document.text, found.rule);
        }
        for edit in found.fix.iter().flat_map(|fix| &fix.edits) {
            holds(edit.span, &document.text, found.rule);
        }
    }
}

/// Front matter: every node is inside the text, and parsing ends.
pub fn front(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok(front) = document::read_front_matter(&text) {
        holds(front.whole, &text, "front matter");
        node(&front.root, &text);
    }
}

fn node(node: &YamlNode, text: &str) {
    holds(node.span, text, "a node");
    match &node.value {
        YamlValue::Sequence(items) => items.iter().for_each(|item| self::node(item, text)),
        YamlValue::Mapping(pairs) => pairs.iter().for_each(|(key, value)| {
            self::node(key, text);
            self::node(value, text);
        }),
        _ => {}
    }
}

/// Markdown and fences: code maps to the file monotonically, and errors are inside it.
pub fn fences(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let document = Document::new(HubPath::new("", "acme/docs/widget/notes.md"), text);
    body(&document.body, &document.text);
    let fences = fence_faults::read(&document.text, &document.body.code_blocks);
    for fault in &fences.faults {
        holds(fault.span, &document.text, "a fault");
    }
    for snippet in &document.snippets().all {
        let code = snippet.code(&document);
        let mut last = 0;
        for (at, c) in code.char_indices() {
            let span = snippet.file_span(&document, &(at..at + c.len_utf8()));
            holds(span, &document.text, "a character of a snippet");
            assert!(span.start >= last, "the map of a snippet goes back");
            last = span.start;
        }
        holds(
            snippet.header_span(&document),
            &document.text,
            "the header of a snippet",
        );
    }
}

fn body(body: &Body, text: &str) {
    for block in &body.code_blocks {
        holds(block.span, text, "a block");
        holds(block.fence, text, "a fence");
        holds(block.info_span, text, "an info string");
        let code = block.code(text);
        let mut last = 0;
        for (at, c) in code.char_indices() {
            let span = block.to_file(at..at + c.len_utf8());
            holds(span, text, "a character of a block");
            assert!(span.start >= last, "the map of a block goes back");
            last = span.start;
        }
    }
    for span in body.prose(text) {
        holds(span, text, "prose");
    }
    for link in &body.links {
        holds(link.span, text, "a link");
    }
    for heading in &body.headings {
        holds(heading.span, text, "a heading");
    }
}

/// The parser of each language, and the idioms of snippets: the first byte selects the language.
pub fn languages(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let Some(code) = text(rest) else { return };
    let language = &LANGUAGES[usize::from(*first) % LANGUAGES.len()];
    let checked = lang::check_snippet(language, &code);
    if let ParseResult::Invalid(error) = &checked.verdict {
        placed(error, &code);
        assert_eq!(checked.excused, None);
    }
    let _ = lang::guess::guess(&code);
}

fn placed(error: &SyntaxError, code: &str) {
    assert!(code.get(error.span.clone()).is_some(), "{error:?}");
    for (span, _) in &error.related {
        assert!(code.get(span.clone()).is_some(), "{error:?}");
    }
}

/// Install commands and dependency tables: the span of a result is the span of its name.
pub fn shell(data: &[u8]) {
    let Some(code) = text(data) else { return };
    for tag in ["sh", "toml", "json", "python", "js", ""] {
        let whole = format!(
            "---\nname: widget\nmetadata:\n  languages: \"python,javascript\"\n  versions: \"1.0\"\n---\n`````{tag}\n{code}\n`````\n`{code}`\n"
        );
        let document = Document::new(HubPath::new("", PATH), whole);
        let said = evidence::collect(&document, None);
        for found in said
            .commands
            .iter()
            .flat_map(|command| &command.packages)
            .chain(&said.tables)
        {
            holds(found.span, &document.text, "a package");
            if let Some((_, span, _)) = &found.spec {
                holds(*span, &document.text, "a version");
            }
        }
    }
}

/// Versions and ranges: a consistent total order, and no panic.
pub fn versions(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let lines: Vec<&str> = text.split('\n').take(6).collect();
    for ecosystem in [Ecosystem::PyPi, Ecosystem::Npm] {
        let parsed: Vec<Version> = lines
            .iter()
            .filter_map(|line| Version::parse(ecosystem, line))
            .collect();
        for a in &parsed {
            for b in &parsed {
                assert_eq!(a.cmp(b), b.cmp(a).reverse(), "{a:?} {b:?}");
            }
        }
        for line in &lines {
            let declared = DeclaredVersions::parse(ecosystem, line);
            for version in &parsed {
                let _ = declared.covers(version);
            }
            let _ = declared.effective(&parsed);
            let _ = Package::new(ecosystem, line);
            let _ = evidence::read_requirement(ecosystem, line);
        }
    }
    for a in &lines {
        for b in &lines {
            let (there, back) = (collate::compare(a, b), collate::compare(b, a));
            assert_eq!(there == Ordering::Equal, back == Ordering::Equal, "{a:?} {b:?}");
            let _ = version_order::highest(&[a, b]);
        }
    }
    let _ = version_order::highest(&lines);
}

/// Replies of registries: the first byte selects the registry.
pub fn replies(data: &[u8]) {
    let Some((first, body)) = data.split_first() else {
        return;
    };
    let name = if first % 2 == 0 {
        "pypi:widget"
    } else {
        "npm:widget"
    };
    let package = Package::parse(name).expect("a package");
    if let Ok(Some(published)) = reply::parse(&package, "", body) {
        let shown = published
            .newest
            .iter()
            .chain(published.dist_tags.values())
            .chain(published.versions.iter().map(|version| &version.version))
            .chain(published.deprecated.iter());
        for text in shown {
            assert!(!text.contains(['\u{1b}', '\0']), "{text:?}");
        }
    }
}

/// Every format of a run: no active character is written, and JSON formats are valid JSON.
pub fn reports(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let workspace = checked(text);
    let run = Run {
        diagnostics: findings(&workspace),
        hubs: std::slice::from_ref(workspace.hub()),
        summary: RunSummary::default(),
        marks: Vec::new(),
    };
    for format in args::formats() {
        let mut bytes = Vec::new();
        let reporter = format.reporter(RenderOptions::default());
        reporter
            .report(&run, &mut bytes)
            .expect("a vector takes everything");
        let written = String::from_utf8(bytes).expect("reports are UTF-8");
        let active =
            |c: char| c.is_control() && c != '\n' && c != '\t' || ('\u{202a}'..='\u{202e}').contains(&c);
        if let Some(at) = written.find(active) {
            panic!(
                "{format:?} writes an active character: {:?}",
                &written[at..].chars().next()
            );
        }
        match format {
            Format::Json | Format::Sarif | Format::Gitlab => {
                let _: serde_json::Value = serde_json::from_str(&written).expect("a report is JSON");
            }
            Format::JsonLines => {
                for line in written.lines() {
                    let _: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
                }
            }
            _ => {}
        }
    }
}

/// Fixes: each one applies, changes the text and removes its finding.
pub fn fixes(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let before = checked(text);
    let document = document(&before);
    let found = findings(&before);
    let mut tried = BTreeSet::new();
    for finding in &found {
        let Some(offered) = &finding.fix else { continue };
        // One of each rule is enough for one input.
        if finding.path != document.path || !tried.insert(finding.rule) {
            continue;
        }
        let fixed = fix::apply(&document.text, &offered.edits)
            .unwrap_or_else(|error| panic!("{}: {error}", finding.rule));
        assert_ne!(
            fixed, document.text,
            "{}: a fix that changes nothing",
            finding.rule
        );
        let after = checked(fixed);
        // Removing an escape character from a value may leave YAML that does not parse; `--fix` refuses such an edit.
        if document.front.is_ok() && self::document(&after).front.is_err() {
            continue;
        }
        // Other findings of the rule may appear: keys below a misspelt key that was fixed.
        let same = |other: &Diagnostic| {
            (other.rule, other.span.start, &other.message)
                == (finding.rule, finding.span.start, &finding.message)
        };
        assert!(
            !findings(&after).iter().any(same),
            "{}: still there after its fix",
            finding.rule
        );
    }
}

/// `--fix` as a whole: a second run changes nothing, and the first run adds nothing hidden or broken.
pub fn fixing(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut workspace = workspace(text);
    workspace.check();
    let before = counts(&workspace);
    let mut fix = || engine::apply_fixes(std::slice::from_mut(&mut workspace), false).expect("no patterns");
    fix();
    let again = fix();
    assert!(again.changed.is_empty(), "a second run changes more");
    for (rule, count) in counts(&workspace) {
        let was = before.get(rule).copied().unwrap_or(0);
        assert!(count <= was, "{rule}: {was} before the fixes, {count} after them");
    }
}

/// The number of findings that no fix may cause, by rule.
fn counts(workspace: &Workspace) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for found in workspace.diagnostics() {
        if by_id(found.rule).is_some_and(|rule| rule.has(Property::NeverCausedByFix)) {
            *counts.entry(found.rule).or_insert(0) += 1;
        }
    }
    counts
}
