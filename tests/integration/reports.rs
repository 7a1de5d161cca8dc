//! One sample run in every format, checked against the schemas of the formats and the limits of their readers.

use crate::support;
use crate::support::samples::{ENTRY, TEXT, finding, hostile, json, sample, write};
use chub_lint::diagnostic::Severity;
use chub_lint::report::{Format, markdown, sarif};
use chub_lint::rules::RULES;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn sarif_says_where_in_utf16_and_links_what_belongs_together() {
    let (hub, diagnostics) = sample();
    let log = json(&hub, diagnostics, Format::Sarif);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["automationDetails"]["id"], "chub-lint/part-1-of-1/");
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
        "`beta` is gone. To fix it: use `gamma`. See [named \\[here\\] too](1)."
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
    let schema: Value = serde_json::from_str(include_str!("../schemas/sarif-2.1.0.json")).unwrap();
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

#[test]
fn every_field_of_json_is_documented_and_every_documented_field_is_there() {
    fn paths(value: &Value, path: &str, out: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    let path = if path.is_empty() {
                        key.clone()
                    } else {
                        format!("{path}.{key}")
                    };
                    out.insert(path.clone());
                    if path != "shard.packages" {
                        paths(value, &path, out);
                    }
                }
            }
            Value::Array(items) => items
                .iter()
                .for_each(|item| paths(item, &format!("{path}[]"), out)),
            _ => {}
        }
    }
    let (hub, diagnostics) = sample();
    let mut written = BTreeSet::new();
    paths(&json(&hub, diagnostics.clone(), Format::Json), "", &mut written);
    assert_eq!(written, documented_fields("The JSON formats"));
    let lines = write(&hub, diagnostics.clone(), Format::JsonLines);
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        &Value::Array(lines),
        &json(&hub, diagnostics, Format::Json)["diagnostics"]
    );
}

/// The fields in the table of a section of docs/json.md.
pub fn documented_fields(section: &str) -> BTreeSet<String> {
    let page = include_str!("../../docs/json.md");
    let section = page.split_once(&format!("# {section}\n")).unwrap().1;
    let section = section.split("\n## ").next().unwrap();
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next().map(str::to_owned))
        .collect()
}

/// What the validator of GitLab requires of an issue, and that fingerprints are unique.
#[test]
fn gitlab_gets_issues_that_it_accepts() {
    let (hub, diagnostics) = sample();
    let report = json(&hub, diagnostics, Format::Gitlab);
    let issues = report.as_array().unwrap();
    assert_eq!(issues.len(), 3);
    let mut fingerprints = BTreeSet::new();
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
    assert!(text.len() <= markdown::MAX_BYTES + 100, "{}", text.len());
    assert!(
        text.contains("left out for size"),
        "{}",
        &text[text.len() - 200..]
    );
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
}

/// Six outdated entries of one author.
#[test]
fn a_family_that_is_behind_is_one_finding_to_people_and_six_to_programs() {
    let entry = |name: &str| {
        format!(
            "---\nname: {name}\ndescription: \"How to use {name}\"\nmetadata:\n  languages: \"python\"\n  versions: \
             \"1.0.0\"\n  package: \"pypi:{name}\"\n  revision: 1\n  updated-on: \"2026-05-01\"\n  source: community\n---\n"
        )
    };
    let names = ["a1", "b1", "c1", "d1", "e1", "f1"];
    let files: Vec<_> = names
        .iter()
        .map(|name| (format!("acme/docs/{name}/python/DOC.md"), entry(name)))
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let hub = support::hub(&files);
    let known: Vec<_> = names
        .iter()
        .map(|name| format!("\"pypi:{name}\": {{ \"latest\": \"2.0.0\", \"versions\": [\"1.0.0\"] }}"))
        .collect();
    let releases = support::releases(&format!("{{ {} }}", known.join(", ")));
    let workspace = support::workspace(hub, support::settings("", &[]), Some(releases));
    let findings = support::findings(&workspace);
    assert_eq!(
        findings.iter().filter(|d| d.rule == "stale-version").count(),
        6,
        "{findings:#?}"
    );
    let text = support::rendered(workspace.hub(), findings);
    assert_eq!(text.matches("error[stale-version]").count(), 1, "{text}");
    assert!(
        text.contains("5 more entries of `acme` are outdated as well: b1, c1, d1, e1, f1;"),
        "{text}"
    );
}
