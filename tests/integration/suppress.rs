//! Allows, severities by path and the baseline, on hubs in memory.

use crate::support;
use chub_lint::config::{Overrides, Settings};
use chub_lint::diagnostic::{Diagnostic, Severity};
use chub_lint::document::HubPath;
use chub_lint::hub::Hub;
use chub_lint::suppress::baseline::Baseline;
use chub_lint::suppress::{AppliedBaseline, Findings, SuppressedBy, SuppressionInput, suppress};
use std::collections::BTreeSet;

/// Front matter with three findings (no revision, a wrong source, doubled tags), then a body.
fn page(front: &[(&str, &str)], body: &str) -> String {
    let mut lines = vec![
        "---".to_owned(),
        "name: widget".to_owned(),
        "description: \"How to use the widget library\"".to_owned(),
        "metadata:".to_owned(),
        "  languages: \"python\"".to_owned(),
        "  versions: \"2.1.0\"".to_owned(),
        "  updated-on: \"2026-05-01\"".to_owned(),
        "  source: acme".to_owned(),
        "  tags: \"widget,widget\"".to_owned(),
        "---".to_owned(),
    ];
    for (before, comment) in front {
        let at = lines
            .iter()
            .position(|line| line.trim().starts_with(before))
            .unwrap();
        lines.insert(at, (*comment).to_owned());
    }
    format!("{}\n\n{body}", lines.join("\n"))
}

const PLACE: &str = "acme/docs/widget/DOC.md";

fn run(files: &[(&str, &str)], config: &str, baseline: Option<&Baseline>) -> Findings {
    run_hub(support::hub(files), config, baseline)
}

fn run_hub(hub: Hub, config: &str, baseline: Option<&Baseline>) -> Findings {
    let workspace = support::workspace(hub, settings(config), None);
    let input = SuppressionInput {
        config: (!config.is_empty()).then(|| HubPath::new("", "chub-lint.toml")),
        baseline: baseline.map(|baseline| AppliedBaseline {
            baseline,
            on_disk: None,
            path: HubPath::new("", "chub-lint-baseline.toml"),
            prefix: "content".to_owned(),
        }),
        ..workspace.input(workspace.run_rules())
    };
    suppress(vec![input], support::TODAY).unwrap_or_else(|error| panic!("{error}"))
}

/// Settings with the rules about front matter and about allows.
fn settings(config: &str) -> Settings {
    let ignore = ["hub", "freshness", "code", "safety"].map(str::to_owned).to_vec();
    let overrides = Overrides {
        ignore,
        ..Overrides::default()
    };
    Settings::from_text(config, None, &overrides, chub_lint::rules::RULES)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// A baseline of the current findings of a hub.
fn known(files: &[(&str, &str)]) -> Baseline {
    let hub = support::hub(files);
    let workspace = support::workspace(hub, settings(""), None);
    let input = workspace.input(Vec::new());
    let mut baseline = Baseline::default();
    baseline.replace(&input, "content", &support::findings(&workspace), false);
    // Reading the rendered text gives the same baseline.
    let read = Baseline::parse(&baseline.render()).unwrap();
    assert_eq!(read.render(), baseline.render());
    read
}

fn rules(diagnostics: &[Diagnostic]) -> Vec<&str> {
    let mut rules: Vec<_> = diagnostics.iter().map(|d| d.rule).collect();
    rules.sort_unstable();
    rules
}

#[test]
fn the_page_of_these_tests_has_three_findings() {
    let text = page(&[], "# Widget\n");
    assert_eq!(
        rules(&run(&[(PLACE, &text)], "", None).diagnostics),
        ["bad-source", "bad-tags", "missing-field"]
    );
}

#[test]
fn a_comment_allows_one_rule_on_one_line() {
    for (before, comment, hidden) in [
        ("source:", "  # chub-lint: allow(bad-source) ours", "bad-source"),
        (
            "source:",
            "# chub-lint: allow(bad-source, bad-tags) ours",
            "bad-source",
        ),
        ("tags:", "  # chub-lint: allow(bad-tags) ours", "bad-tags"),
        ("name:", "# chub-lint: allow-file(bad-tags) ours", "bad-tags"),
        (
            "metadata:",
            "# chub-lint: allow(missing-field) ours",
            "missing-field",
        ),
    ] {
        let text = page(&[(before, comment)], "# Widget\n");
        let findings = run(&[(PLACE, &text)], "", None);
        let gone: Vec<_> = findings
            .hidden
            .iter()
            .map(|h| (h.diagnostic.rule, h.by))
            .collect();
        assert_eq!(gone, [(hidden, SuppressedBy::Allow)], "{comment}");
        let unused = comment.contains(',');
        assert_eq!(
            rules(&findings.diagnostics).contains(&"unused-allow"),
            unused,
            "{comment}"
        );
    }
}

#[test]
fn an_allow_elsewhere_hides_nothing() {
    for (before, comment) in [
        ("tags:", "  # chub-lint: allow(bad-source) the line above"),
        ("name:", "# chub-lint: allow(bad-source) far above"),
        ("name:", "note: \"# chub-lint: allow-file(bad-source) text\""),
        ("name:", "note: |\n  # chub-lint: allow-file(bad-source) text"),
        (
            "name:",
            "note: >-\n  one\n  # chub-lint: allow-file(bad-source) text\n  two",
        ),
    ] {
        let text = page(&[(before, comment)], "# Widget\n");
        let findings = run(&[(PLACE, &text)], "", None);
        assert!(findings.hidden.is_empty(), "{comment}");
    }
    for body in [
        "<!-- chub-lint: allow(bad-source) not in the body -->\n\ntext\n",
        "```html\n<!-- chub-lint: allow-file(bad-source) code -->\n```\n",
        "`<!-- chub-lint: allow-file(bad-source) code -->`\n",
        "    <!-- chub-lint: allow-file(bad-source) code -->\n",
        "<!-- chub-lint: allow-file(bad-source) never closed\n",
    ] {
        let text = page(&[], body);
        assert!(run(&[(PLACE, &text)], "", None).hidden.is_empty(), "{body}");
    }
}

/// Every suppressed finding is of a rule that an allow in the same file names, and nothing else in the run changes.
#[test]
fn an_allow_never_hides_an_unrelated_finding() {
    let plain = page(&[], "# Widget\n\ntext\n");
    let files = [
        (PLACE, plain.as_str()),
        ("acme/docs/gadget/DOC.md", plain.as_str()),
    ];
    let all = run(&files, "", None).diagnostics;
    let names = [
        "bad-source",
        "bad-tags",
        "missing-field",
        "bad-name",
        "hidden",
        "all",
        "*",
        "",
    ];
    let fields = [
        "name:",
        "description:",
        "metadata:",
        "languages:",
        "source:",
        "tags:",
        "---",
    ];
    for name in names {
        for other in names {
            for field in fields {
                for word in ["allow", "allow-file", "alow", "skip"] {
                    let comment = format!("# chub-lint: {word}({name},{other}) because");
                    let front = if field == "---" {
                        vec![]
                    } else {
                        vec![(field, comment.as_str())]
                    };
                    let body = format!("<!-- chub-lint: {word}({name}) x -->\n\n# Widget\n\ntext\n");
                    let text = page(&front, &body);
                    let findings = run(&[(PLACE, &text), files[1]], "", None);
                    for hidden in &findings.hidden {
                        let d = &hidden.diagnostic;
                        assert!(d.rule == name || d.rule == other, "{comment} hides {}", d.rule);
                        assert_eq!(d.path.as_str(), PLACE);
                        assert!(word.starts_with("allow"));
                    }
                    let left = findings
                        .diagnostics
                        .iter()
                        .filter(|d| all.iter().any(|a| a.rule == d.rule))
                        .count();
                    assert_eq!(left + findings.hidden.len(), all.len(), "{comment}");
                }
            }
        }
    }
}

#[test]
fn the_block_after_a_comment_is_covered_and_no_other() {
    // `unused-allow` reports whether a comment covers the position of a finding. No rule here reports a tab in a
    // heading, so the scope is tested directly.
    use chub_lint::document::Document;
    use chub_lint::suppress::comment::{self, AllowScope};
    let scope = |body: &str| {
        let document = Document::new(HubPath::new("", "a/docs/b/notes.md"), body.to_owned());
        let (comments, malformed) = comment::read(&document);
        assert!(malformed.is_empty(), "{malformed:?}");
        comments.into_iter().map(|c| c.scope).collect::<Vec<_>>()
    };
    let allow = "<!-- chub-lint: allow(bad-tags) x -->";
    assert_eq!(
        scope(&format!("{allow}\ntext\nmore\n\nother\n")),
        [AllowScope::Lines(2, 3)]
    );
    assert_eq!(
        scope(&format!("{allow}\n\n```py\na\n\nb\n```\n\nother\n")),
        [AllowScope::Lines(3, 7)]
    );
    assert_eq!(
        scope(&format!("{allow}\n{allow}\n\ntext\n")),
        [AllowScope::Lines(4, 4), AllowScope::Lines(4, 4)]
    );
    assert_eq!(
        scope(&format!("| a |\n|---|\n| {allow} |\n| b |\n")),
        [AllowScope::Lines(3, 3)]
    );
    assert_eq!(
        scope(&format!("text {allow} more\nnext\n")),
        [AllowScope::Lines(1, 1)]
    );
    assert_eq!(
        scope(&format!("- item\n\n  {allow}\n  ```\n  a\n  ```\n\nafter\n")),
        [AllowScope::Lines(4, 6)]
    );
    assert_eq!(
        scope(&format!("- item\n\n  {allow}\n\nafter\n")),
        [AllowScope::Nothing]
    );
    assert_eq!(
        scope(&format!("> {allow}\n>\n> quoted\n\nafter\n")),
        [AllowScope::Lines(3, 3)]
    );
    assert_eq!(
        scope("<!--\nchub-lint: allow(bad-tags)\nx\n-->\n\ntext\n"),
        [AllowScope::Lines(6, 6)]
    );
}

#[test]
fn an_allow_in_the_config_has_a_path_and_a_last_day() {
    let text = page(&[], "# Widget\n");
    let files = [
        (PLACE, text.as_str()),
        ("other/docs/widget/DOC.md", text.as_str()),
    ];
    let allow = |more: &str| format!("[[allow]]\nrule = \"bad-source\"\nreason = \"ours\"\n{more}\n");
    let hidden = |config: &str| run(&files, config, None).hidden.len();
    assert_eq!(hidden(&allow("")), 2);
    assert_eq!(hidden(&allow("path = \"acme\"")), 1);
    assert_eq!(hidden(&allow("until = \"2026-06-01\"")), 2);
    let ended = run(&files, &allow("until = \"2026-05-31\""), None);
    assert!(ended.hidden.is_empty());
    assert!(
        ended
            .diagnostics
            .iter()
            .any(|d| d.message == "the allow of `bad-source` expired on 2026-05-31")
    );
    let nobody = run(&files, &allow("path = \"nobody\""), None);
    assert!(
        nobody
            .diagnostics
            .iter()
            .any(|d| d.message.ends_with("which no file matches"))
    );
    let reasonless = run(&files, "[[allow]]\nrule = \"bad-source\"\n", None);
    assert!(rules(&reasonless.diagnostics).contains(&"allow-without-reason"));
    assert!(!rules(&reasonless.diagnostics).contains(&"unused-allow"));
}

#[test]
fn an_allow_is_not_called_unused_by_a_run_that_could_not_tell() {
    let clean = page(
        &[
            ("source:", "  source: community"),
            ("tags:", "  tags: \"widget\"\n  revision: 1"),
        ],
        "",
    )
    .replace("  source: acme\n", "")
    .replace("  tags: \"widget,widget\"\n", "");
    let config = "[[allow]]\nrule = \"bad-source\"\nreason = \"ours\"\n";
    let files = [
        (PLACE, clean.as_str()),
        ("acme/docs/gadget/DOC.md", clean.as_str()),
    ];
    assert_eq!(rules(&run(&files, config, None).diagnostics), ["unused-allow"]);
    // The rule is off.
    let off = format!("ignore = [\"bad-source\"]\n{config}");
    assert!(run(&files, &off, None).diagnostics.is_empty());
    // Only a part of the hub is checked.
    let mut hub = support::hub(&files);
    hub.set_focus(Some(BTreeSet::from([PLACE.to_owned()])));
    assert!(run_hub(hub, config, None).diagnostics.is_empty());
}

#[test]
fn severities_depend_on_the_path() {
    let text = page(&[], "# Widget\n");
    let config = "[[paths]]\npath = \"acme\"\nseverity = { bad-source = \"note\", bad-tags = \"off\" }\n";
    let found = run(
        &[(PLACE, &text), ("other/docs/widget/DOC.md", &text)],
        config,
        None,
    )
    .diagnostics;
    let of = |path: &str, rule: &str| {
        found
            .iter()
            .find(|d| d.path.as_str().starts_with(path) && d.rule == rule)
            .map(|d| d.severity)
    };
    assert_eq!(of("acme", "bad-source"), Some(Severity::Note));
    assert_eq!(of("other", "bad-source"), Some(Severity::Error));
    assert_eq!(of("acme", "bad-tags"), None);
    assert_eq!(of("other", "bad-tags"), Some(Severity::Warning));
}

#[test]
fn known_findings_are_hidden_wherever_they_move() {
    let text = page(&[], "# Widget\n");
    let baseline = known(&[(PLACE, &text)]);
    assert_eq!((baseline.len(), baseline.file_count()), (3, 1));
    let moved = page(
        &[("name:", "# one\n# two"), ("source:", "  # three")],
        "text\n\n# Widget\n",
    );
    let findings = run(&[(PLACE, &moved)], "", Some(&baseline));
    assert!(findings.diagnostics.is_empty(), "{:?}", findings.diagnostics);
    assert_eq!(findings.hidden.len(), 3);
}

#[test]
fn exactly_the_new_finding_fails() {
    let text = page(&[], "# Widget\n");
    let baseline = known(&[(PLACE, &text)]);
    // A second finding of a rule with a known finding, at an earlier position.
    let broken = text.replace("description: \"How to use the widget library\"\n", "");
    let findings = run(&[(PLACE, &broken)], "", Some(&baseline));
    let left: Vec<_> = findings
        .diagnostics
        .iter()
        .map(|d| (d.rule, d.message.contains("description")))
        .collect();
    assert_eq!(left, [("missing-field", true)]);
    // The same in a file that is not in the baseline.
    let findings = run(
        &[(PLACE, &text), ("acme/docs/new/DOC.md", &text)],
        "",
        Some(&baseline),
    );
    assert_eq!(findings.diagnostics.len(), 3);
}

#[test]
fn what_is_fixed_is_reported_and_taken_out_and_nothing_is_added() {
    let text = page(&[], "# Widget\n");
    let mut baseline = known(&[(PLACE, &text), ("acme/docs/gone/DOC.md", &text)]);
    let fixed = text
        .replace("  source: acme\n", "  source: community\n")
        .replace("name: widget\n", "");
    let findings = run(&[(PLACE, &fixed)], "", Some(&baseline));
    let stale = findings
        .diagnostics
        .iter()
        .filter(|d| d.rule == "stale-baseline")
        .count();
    assert_eq!(stale, 1 + 3, "{:?}", findings.diagnostics);
    let hub = support::hub(&[(PLACE, &fixed)]);
    let workspace = support::workspace(hub, settings(""), None);
    let input = workspace.input(Vec::new());
    baseline.shrink(&input, "content", &support::findings(&workspace));
    assert_eq!(baseline.len(), 2);
    let findings = run(&[(PLACE, &fixed)], "", Some(&baseline));
    assert_eq!(rules(&findings.diagnostics), ["missing-field"]);
    assert!(findings.diagnostics[0].message.contains("name"));
}

#[test]
fn a_page_does_not_vouch_for_its_own_safety() {
    let text = "---\nname: widget\ndescription: \"How to use it\"\nmetadata:\n  languages: \"python\"\n  versions: \"2.1.0\"\n  \
        revision: 1\n  updated-on: \"2026-05-01\"\n  source: community\n---\n\n\
        <!-- chub-lint: allow-file(hidden-text) trust me -->\n\ntext \u{202e}backwards\n";
    let of = |config: &str| {
        let hub = support::hub(&[(PLACE, text)]);
        let workspace = support::workspace(hub, support::settings(config, &[]), None);
        let found = support::findings(&workspace);
        found
            .iter()
            .map(|d| (d.rule, d.message.clone()))
            .collect::<Vec<_>>()
    };
    let said = of("");
    assert!(said.iter().any(|(rule, _)| *rule == "hidden-text"), "{said:?}");
    let refused = "`hidden-text` cannot be allowed in the document itself";
    assert!(said.iter().any(|(_, message)| message == refused), "{said:?}");
    let said = of("[[allow]]\nrule = \"hidden-text\"\nreason = \"a sample of the attack\"\n");
    assert!(!said.iter().any(|(rule, _)| *rule == "hidden-text"), "{said:?}");
}
