//! Sample findings and reports.

#![allow(dead_code, reason = "each test binary uses its own part")]

use chub_lint::diagnostic::{Applicability, Diagnostic, Fix, Related, Severity};
use chub_lint::document::HubPath;
use chub_lint::edit::Edit;
use chub_lint::hub::Hub;
use chub_lint::report::{Format, RenderOptions, Run, RunSummary};
use chub_lint::rules::RULES;
use chub_lint::text::Span;
use serde_json::Value;

/// The path of the sample's first entry.
pub const ENTRY: &str = "acme/docs/a b/python/DOC.md";
/// Its text.
pub const TEXT: &str = "---\nname: widget\n---\n# Widget 😀 beta\n\nbeta\n";

/// A finding of the first rule, to be changed.
pub fn finding(path: &str, span: std::ops::Range<usize>, message: &str) -> Diagnostic {
    Diagnostic {
        rule: RULES[0].id,
        severity: Severity::Error,
        path: HubPath::new("", path),
        span: Span::from(span),
        message: message.to_owned(),
        label: None,
        help: None,
        related: Vec::new(),
        fix: None,
        symbol: None,
        more: 0,
        behind: None,
    }
}

/// A report.
pub fn write(hub: &Hub, diagnostics: Vec<Diagnostic>, format: Format) -> String {
    let run = Run {
        hubs: std::slice::from_ref(hub),
        diagnostics,
        summary: RunSummary {
            documents: hub.documents().len(),
            shard: Some("1/1".parse().unwrap()),
            ..RunSummary::default()
        },
        marks: Vec::new(),
    };
    let mut out = Vec::new();
    format
        .reporter(RenderOptions::default())
        .report(&run, &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

/// A report that is JSON, read.
pub fn json(hub: &Hub, diagnostics: Vec<Diagnostic>, format: Format) -> Value {
    serde_json::from_str(&write(hub, diagnostics, format)).unwrap()
}

/// A hub and findings with everything a finding can have.
pub fn sample() -> (Hub, Vec<Diagnostic>) {
    let hub = super::hub(&[(ENTRY, TEXT), ("acme/docs/other/DOC.md", "---\nname: x\n---\n")]);
    let at = TEXT.find("beta").unwrap();
    let mut first = finding(ENTRY, at..at + 4, "`beta` is gone");
    first.label = Some("here".to_owned());
    first.help = Some("use `gamma`".to_owned());
    first.related.push(Related {
        path: HubPath::new("", "acme/docs/other/DOC.md"),
        span: Span::new(4, 8),
        message: "named [here] too".to_owned(),
    });
    first.fix = Some(Fix {
        title: "write `gamma`".to_owned(),
        safety: Applicability::Safe,
        edits: vec![Edit {
            span: first.span,
            text: "gamma".to_owned(),
        }],
    });
    let last = TEXT.rfind("beta").unwrap();
    let mut second = finding(ENTRY, last..last + 4, "`beta` is gone");
    second.severity = Severity::Warning;
    let mut third = finding("acme/docs/other/DOC.md", 4..4, "nothing to see");
    third.severity = Severity::Note;
    (hub, vec![first, second, third])
}

/// Text that a document may contain, and that must not appear unescaped in output.
pub const HOSTILE: &str = "\u{1b}[31m\u{9b}2J\u{7}\r\n::set-output name=x::y\n::error::z %0A::stop-commands::t \
    ##[add-mask]q ##vso[task.complete] \u{202e}dcba\u{2066} \u{200b}\u{e0041} ]]> <script>alert(1)</script> \
    &amp; \"q\" 'q' | `tick` ``` [link](https://evil.test) ![i](x) @someone #1 *b* _i_ </details> \u{feff}";

/// A hub and a finding whose every text is hostile.
pub fn hostile() -> (Hub, Diagnostic) {
    let path = format!("::error::a\u{202e}/docs/{}/DOC.md", HOSTILE.replace('/', "|"));
    let text = format!("---\nname: x\n---\n{HOSTILE}\n");
    let hub = super::hub(&[(path.as_str(), text.as_str())]);
    let mut hostile = finding(&path, 16..text.len(), HOSTILE);
    hostile.label = Some(HOSTILE.to_owned());
    hostile.help = Some(HOSTILE.to_owned());
    hostile.related.push(Related {
        path: HubPath::new("", &path),
        span: Span::new(4, 8),
        message: HOSTILE.to_owned(),
    });
    hostile.fix = Some(Fix {
        title: HOSTILE.to_owned(),
        safety: Applicability::Unsafe,
        edits: vec![Edit {
            span: hostile.span,
            text: HOSTILE.to_owned(),
        }],
    });
    (hub, hostile)
}
