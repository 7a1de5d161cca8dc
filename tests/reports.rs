//! One sample run through every format, against the formats' own schemas and the limits of who reads them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use chub_lint::diagnostic::{Diagnostic, Edit, Fix, Related, Safety, Severity};
use chub_lint::document::HubPath;
use chub_lint::hub::Hub;
use chub_lint::report::safe::{is_active, is_command};
use chub_lint::report::{Format, Look, Run, Summary, sarif};
use chub_lint::rules::RULES;
use chub_lint::text::Span;
use clap::ValueEnum;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

const ENTRY: &str = "acme/docs/a b/python/DOC.md";
const TEXT: &str = "---\nname: widget\n---\n# Widget 😀 beta\n\nbeta\n";

/// A finding of the first rule, to be changed.
fn finding(path: &str, span: std::ops::Range<usize>, message: &str) -> Diagnostic {
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
    }
}

fn write(hub: &Hub, diagnostics: Vec<Diagnostic>, format: Format) -> String {
    let run = Run {
        hubs: std::slice::from_ref(hub),
        diagnostics,
        summary: Summary {
            documents: hub.documents.len(),
            ..Summary::default()
        },
    };
    let mut out = Vec::new();
    format.reporter(Look::default()).report(&run, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(hub: &Hub, diagnostics: Vec<Diagnostic>, format: Format) -> Value {
    serde_json::from_str(&write(hub, diagnostics, format)).unwrap()
}

/// A hub and findings with everything a finding can have.
fn sample() -> (Hub, Vec<Diagnostic>) {
    let hub = support::hub(&[(ENTRY, TEXT), ("acme/docs/other/DOC.md", "---\nname: x\n---\n")]);
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
        safety: Safety::Safe,
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

#[test]
fn sarif_says_where_in_utf16_and_links_what_belongs_together() {
    let (hub, diagnostics) = sample();
    let log = json(&hub, diagnostics, Format::Sarif);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["automationDetails"]["id"], "chub-lint/");
    let result = &run["results"][0];
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        physical["artifactLocation"]["uri"],
        "acme/docs/a%20b/python/DOC.md"
    );
    let region = &physical["region"];
    // `# Widget 😀 beta`: the emoji is two units.
    assert_eq!(
        [&region["startLine"], &region["startColumn"], &region["endColumn"]],
        [4, 13, 17]
    );
    assert_eq!(
        result["message"]["text"],
        "`beta` is gone. To mend it: use `gamma`. See [named \\[here\\] too](1)."
    );
    assert_eq!(result["relatedLocations"][0]["id"], 1);
    let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(change["insertedContent"]["text"], "gamma");
    assert_eq!(&change["deletedRegion"], region);
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
}

#[test]
fn a_fingerprint_survives_moved_lines_and_a_new_message() {
    let fingerprints = |text: &str, word: &str, message: &str| -> Vec<String> {
        let hub = support::hub(&[(ENTRY, text)]);
        let findings = text
            .match_indices(word)
            .map(|(at, word)| finding(ENTRY, at..at + word.len(), message))
            .collect();
        json(&hub, findings, Format::Sarif)["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| {
                r["partialFingerprints"]["chubLint/v1"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    let before = fingerprints(TEXT, "beta", "one behind");
    assert_eq!(before.len(), 2);
    assert_ne!(before[0], before[1], "equal findings are told apart");
    let moved = TEXT.replace("# Widget", "New text.\n\n## Widget");
    assert_eq!(fingerprints(&moved, "beta", "two behind"), before);
    let other = fingerprints(TEXT, "eta", "one behind");
    assert!(other.len() == 2 && other.iter().all(|f| !before.contains(f)));
}

#[test]
fn sarif_keeps_to_the_limits_with_errors_first() {
    let hub = support::hub(&[(ENTRY, TEXT)]);
    let mut findings: Vec<_> = (0..sarif::MAX_RESULTS + 3)
        .map(|i| finding(ENTRY, 0..3, &format!("number {i}")))
        .collect();
    for (i, finding) in findings.iter_mut().enumerate() {
        if i < 10 {
            finding.severity = Severity::Note;
        }
    }
    let log = json(&hub, findings, Format::Sarif);
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), sarif::MAX_RESULTS);
    assert_eq!(
        results.iter().filter(|r| r["level"] == "error").count(),
        sarif::MAX_RESULTS - 7
    );
    let note = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(note.as_str().unwrap().starts_with("3 notes left out"), "{note}");
}

#[test]
fn a_step_gets_ten_annotations_of_a_level_and_the_tenth_says_what_is_left() {
    let hub = support::hub(&[(ENTRY, TEXT)]);
    let warnings = (0..10).map(|_| {
        let mut warning = finding(ENTRY, 0..3, "a warning");
        warning.severity = Severity::Warning;
        warning
    });
    let errors = (0..12).map(|_| finding(ENTRY, 0..3, "an error"));
    let text = write(&hub, warnings.chain(errors).collect(), Format::Github);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 20);
    assert!(lines[..10].iter().all(|l| l.starts_with("::error ")));
    assert!(
        lines[9].contains("3 more errors are not annotated"),
        "{}",
        lines[9]
    );
    assert!(lines[10..].iter().all(|l| l.contains("a warning")));
}

#[test]
fn sarif_follows_its_schema() {
    let schema: Value = serde_json::from_str(include_str!("schemas/sarif-2.1.0.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let (hub, mut diagnostics) = sample();
    let mut wrong = json(&hub, diagnostics.clone(), Format::Sarif);
    wrong["runs"][0]["results"][0]["level"] = "critical".into();
    assert!(!schema.is_valid(&wrong), "the schema is not looked at");
    let (strange_hub, strange) = hostile();
    for (hub, findings) in [
        (&hub, Vec::new()),
        (&strange_hub, vec![strange]),
        (&hub, diagnostics.split_off(0)),
    ] {
        let log = json(hub, findings, Format::Sarif);
        let errors: Vec<_> = schema
            .iter_errors(&log)
            .map(|e| format!("{} {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn every_rule_has_what_code_scanning_asks_for() {
    let log = json(&support::hub(&[]), Vec::new(), Format::Sarif);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    for rule in rules {
        for (key, most) in [
            ("shortDescription", 1024),
            ("fullDescription", 1024),
            ("help", usize::MAX),
        ] {
            let text = rule[key]["text"].as_str().unwrap();
            assert!(
                !text.is_empty() && text.chars().count() <= most,
                "{}: {key}",
                rule["id"]
            );
        }
        assert!(
            rule["help"]["markdown"].as_str().unwrap().starts_with("# "),
            "{}",
            rule["id"]
        );
        let properties = &rule["properties"];
        assert!(["very-high", "high", "medium", "low"].contains(&properties["precision"].as_str().unwrap()));
        assert!(properties.get("security-severity").is_none());
    }
}

/// What GitLab's own validator asks of an issue, and that no fingerprint comes twice.
#[test]
fn gitlab_gets_issues_that_it_accepts() {
    let (hub, diagnostics) = sample();
    let report = json(&hub, diagnostics, Format::Gitlab);
    let issues = report.as_array().unwrap();
    assert_eq!(issues.len(), 3);
    let mut fingerprints = std::collections::BTreeSet::new();
    for (issue, severity) in issues.iter().zip(["major", "minor", "info"]) {
        assert_eq!(issue["severity"], severity);
        assert!(!issue["description"].as_str().unwrap().is_empty());
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        assert!(!issue["location"]["path"].as_str().unwrap().starts_with('/'));
        assert!(fingerprints.insert(issue["fingerprint"].as_str().unwrap()));
    }
    assert_eq!(json(&hub, Vec::new(), Format::Gitlab), Value::Array(Vec::new()));
}

#[test]
fn reviewdog_gets_columns_in_bytes_and_one_click_suggestions() {
    let (hub, diagnostics) = sample();
    let report = json(&hub, diagnostics, Format::Rdjson);
    let diagnostic = &report["diagnostics"][0];
    assert_eq!(diagnostic["severity"], "ERROR");
    let range = &diagnostic["location"]["range"];
    // `# Widget 😀 beta`: the emoji is four bytes.
    assert_eq!([&range["start"]["column"], &range["end"]["column"]], [15, 19]);
    assert_eq!(diagnostic["suggestions"][0]["text"], "gamma");
    assert_eq!(
        diagnostic["related_locations"][0]["location"]["path"],
        "acme/docs/other/DOC.md"
    );
}

#[test]
fn xml_formats_count_what_they_hold() {
    let (hub, diagnostics) = sample();
    let text = write(&hub, diagnostics.clone(), Format::Junit);
    let xml = roxmltree::Document::parse(&text).unwrap();
    let count = |name: &str| xml.descendants().filter(|n| n.has_tag_name(name)).count();
    let root = xml.root_element();
    assert_eq!(root.attribute("tests"), Some("3"));
    assert_eq!(root.attribute("failures"), Some("2"));
    assert_eq!(
        (count("testsuite"), count("testcase"), count("failure")),
        (2, 3, 2)
    );
    let text = write(&hub, diagnostics, Format::Checkstyle);
    let xml = roxmltree::Document::parse(&text).unwrap();
    let error = xml.descendants().find(|n| n.has_tag_name("error")).unwrap();
    assert_eq!(
        (error.attribute("line"), error.attribute("column")),
        (Some("4"), Some("12"))
    );
    assert_eq!(error.attribute("message"), Some("`beta` is gone"));
    for format in [Format::Junit, Format::Checkstyle] {
        roxmltree::Document::parse(&write(&hub, Vec::new(), format)).unwrap();
    }
}

#[test]
fn a_job_summary_stays_under_the_size_that_github_drops() {
    let hub = support::hub(&[(ENTRY, TEXT)]);
    let mut findings = Vec::new();
    for file in 0..900 {
        let path = format!("acme/docs/e{file:04}/DOC.md");
        let finding = finding(&path, 0..3, &"x".repeat(480));
        findings.extend(vec![finding; 3]);
    }
    let text = write(&hub, findings, Format::Markdown);
    assert!(
        text.len() <= chub_lint::report::markdown::MAX_BYTES + 100,
        "{}",
        text.len()
    );
    assert!(text.contains("did not fit here"), "{}", &text[text.len() - 200..]);
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
}

/// What documents can bring along, and what nobody may find again as it was.
const HOSTILE: &str = "\u{1b}[31m\u{9b}2J\u{7}\r\n::set-output name=x::y\n::error::z %0A::stop-commands::t \
    ##[add-mask]q ##vso[task.complete] \u{202e}dcba\u{2066} \u{200b}\u{e0041} ]]> <script>alert(1)</script> \
    &amp; \"q\" 'q' | `tick` ``` [link](https://evil.test) ![i](x) @someone #1 *b* _i_ </details> \u{feff}";

/// A hub and a finding whose every text is hostile.
fn hostile() -> (Hub, Diagnostic) {
    let path = format!("::error::a\u{202e}/docs/{}/DOC.md", HOSTILE.replace('/', "|"));
    let text = format!("---\nname: x\n---\n{HOSTILE}\n");
    let hub = support::hub(&[(path.as_str(), text.as_str())]);
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
        safety: Safety::Unsafe,
        edits: vec![Edit {
            span: hostile.span,
            text: HOSTILE.to_owned(),
        }],
    });
    (hub, hostile)
}

#[test]
fn hostile_text_acts_in_no_format() {
    let (hub, hostile) = hostile();
    for format in Format::value_variants() {
        let out = write(&hub, vec![hostile.clone()], *format);
        for (at, c) in out.char_indices() {
            let shown = format!(
                "{format:?}: {}",
                out[at..].escape_unicode().take(60).collect::<String>()
            );
            assert!(!is_active(c) || matches!(c, '\n' | '\t'), "{shown}");
            assert!(!is_command(&out, at), "{shown}");
        }
        let commands = out.lines().filter(|line| line.trim_start().starts_with("::"));
        let expected = usize::from(*format == Format::Github);
        assert_eq!(commands.count(), expected, "{format:?}:\n{out}");
        assert!(!out.trim().is_empty(), "{format:?}");
        match format {
            Format::Markdown => assert_inert_markdown(&out),
            Format::Junit | Format::Checkstyle => {
                let xml = roxmltree::Document::parse(&out).unwrap();
                assert!(xml.descendants().all(|n| !n.has_tag_name("script")), "{out}");
            }
            Format::Json | Format::JsonLines | Format::Sarif | Format::Gitlab | Format::Rdjson => {
                serde_json::from_str::<Value>(&out).unwrap();
            }
            Format::Text | Format::Concise | Format::Github => {}
        }
    }
}

/// What a document says may show in code spans and, escaped, in the folded headings, and nowhere else.
fn assert_inert_markdown(out: &str) {
    for event in Parser::new_ext(out, Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = html
                    .replace("<details>", "")
                    .replace("</details>", "")
                    .replace("<summary>", "")
                    .replace("</summary>", "")
                    .replace("<code>", "")
                    .replace("</code>", "");
                assert!(!ours.contains(['<', '>']), "{html}");
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link in\n{out}"),
            Event::Text(text) => assert!(!text.contains("evil") && !text.contains("@someone"), "{text}"),
            _ => {}
        }
    }
}
