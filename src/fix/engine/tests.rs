//! What `--fix` does to a hub, pass by pass.

use super::*;
use crate::config::Settings;
use crate::hub::{FileKind, Hub};
use crate::text::Span;
use jiff::civil::{Date, date};
use std::path::Path;

const TODAY: Date = date(2026, 6, 1);
const PATH: &str = "acme/docs/widget/DOC.md";

fn workspace_at(root: &Path, texts: &[(&str, &str)]) -> Workspace {
    let mut hub = Hub::default();
    for (path, text) in texts {
        hub.insert(Document::new(HubPath::new("", path), (*text).to_owned()));
    }
    let settings = Settings::unconfigured(crate::rules::RULES);
    let mut workspace = Workspace::new(root.to_path_buf(), hub, settings, TODAY);
    workspace.check();
    workspace
}

fn workspace(texts: &[(&str, &str)]) -> Workspace {
    workspace_at(Path::new("/nowhere"), texts)
}

fn text(workspace: &Workspace) -> &str {
    &workspace.hub().document(PATH).unwrap().text
}

const GOOD: &str = "---\nname: widget\ndescription: \"How to use the widget library\"\nmetadata:\n  languages: \"python\"\n  versions: \"2.1.0\"\n  revision: 1\n  updated-on: \"2026-05-01\"\n  source: community\n  tags: \"widget\"\n---\n\n# Widget\n";

fn candidate(text: &str, old: &str, new: &str) -> FixCandidate {
    let at = text.find(old).unwrap();
    let edit = Edit {
        span: Span::new(at, at + old.len()),
        text: new.to_owned(),
    };
    FixCandidate {
        id: (
            HubPath::new("", PATH),
            "bad-tags",
            old.to_owned(),
            vec![new.to_owned()],
        ),
        edits: vec![edit],
    }
}

fn try_fixes(start: &str, fixes: &[(&str, &str)]) -> (String, usize, usize) {
    let mut workspace = workspace(&[(PATH, start)]);
    let candidates = fixes
        .iter()
        .map(|(old, new)| candidate(start, old, new))
        .collect();
    let mut rejected = BTreeSet::new();
    let chosen = BTreeMap::from([(HubPath::new("", PATH), candidates)]);
    let kept = pass(&mut workspace, &chosen, &mut rejected);
    assert_eq!(
        workspace.diagnostics(),
        workspace.run_rules(),
        "the findings are those of the text"
    );
    (text(&workspace).to_owned(), kept, rejected.len())
}

#[test]
fn a_fix_that_breaks_the_yaml_is_taken_back_alone() {
    let start = GOOD.replace("tags: \"widget\"", "tags: \"widget,widget\"");
    let fixes = [
        ("name: widget", "name: : widget"),
        ("\"widget,widget\"", "\"widget\""),
    ];
    assert_eq!(try_fixes(&start, &fixes), (GOOD.to_owned(), 1, 1));
}

#[test]
fn a_fix_that_makes_another_mistake_is_taken_back() {
    let start = GOOD.replace("tags: \"widget\"", "tags: \"widget,widget\"");
    let fixes = [
        ("source: community", "source: nobody"),
        ("\"widget,widget\"", "\"widget\""),
    ];
    assert_eq!(try_fixes(&start, &fixes), (GOOD.to_owned(), 1, 1));
    // An edit that fixes a warning and adds an error is reverted.
    let both = [(
        "source: community\n  tags: \"widget,widget\"",
        "source: nobody\n  tags: \"widget\"",
    )];
    assert_eq!(try_fixes(&start, &both), (start.clone(), 0, 1));
}

#[test]
fn an_edit_that_does_not_fit_costs_only_itself() {
    let start = GOOD.replace("tags: \"widget\"", "tags: \"widget,widget\"");
    let mut workspace = workspace(&[(PATH, &start)]);
    let mut outside = candidate(&start, "name", "x");
    outside.edits[0].span = Span::new(start.len() + 5, start.len() + 9);
    let good = candidate(&start, "\"widget,widget\"", "\"widget\"");
    let mut rejected = BTreeSet::new();
    let chosen = BTreeMap::from([(HubPath::new("", PATH), vec![outside, good])]);
    assert_eq!(pass(&mut workspace, &chosen, &mut rejected), 1);
    assert_eq!(text(&workspace), GOOD);
}

#[test]
fn edits_that_touch_wait() {
    let edit = |start, end| Edit {
        span: Span::new(start, end),
        text: String::new(),
    };
    assert!(touch(&edit(3, 3), &edit(3, 3)));
    assert!(touch(&edit(3, 5), &edit(4, 8)));
    assert!(touch(&edit(3, 5), &edit(3, 3)));
    assert!(!touch(&edit(3, 5), &edit(5, 8)));
    assert!(!touch(&edit(3, 5), &edit(5, 5)));
}

#[test]
fn fixing_settles_and_leaves_every_other_byte() {
    let long_body =
        "\r\n# Widget \t\r\n\r\n* odd   *spacing*\r\n\r\n```py\r\nx\r\n```\r\nno newline at the end";
    let fields = "---\r\nname:   'widget' # kept\r\ndescription: \"How to use the widget library\"\r\nmetadata:\r\n    languages: \"Python\"   # kept too\r\n    versions: 2.10\r\n    updated-on: 2026-05-01\r\n    source: \"comunity\"\r\n    tags: [a, b,  a]\r\n---\r\n";
    let start = format!("{fields}{long_body}");
    let mut workspace = workspace(&[(PATH, &start)]);
    let outcome = apply_fixes(std::slice::from_mut(&mut workspace), false).unwrap();
    assert!(outcome.fixed >= 4, "{outcome:?}");
    let fixed = text(&workspace).to_owned();
    assert!(fixed.ends_with(long_body));
    assert!(fixed.contains("name:   'widget' # kept\r\n") && fixed.contains("   # kept too\r\n"));
    assert_eq!(
        fixed.matches('\n').count(),
        fixed.matches("\r\n").count(),
        "{fixed:?}"
    );
    assert!(
        workspace.diagnostics().iter().all(|d| d.fix.is_none()),
        "{:?}",
        workspace.diagnostics()
    );
    let again = apply_fixes(std::slice::from_mut(&mut workspace), false).unwrap();
    assert_eq!(again, FixOutcome::default());
}

#[test]
fn what_is_allowed_is_not_fixed() {
    let start = GOOD.replace(
        "  tags: \"widget\"",
        "  tags: \"widget,widget\" # chub-lint: allow(bad-tags) ours",
    );
    let mut workspace = workspace(&[(PATH, &start)]);
    assert_eq!(
        apply_fixes(std::slice::from_mut(&mut workspace), true).unwrap(),
        FixOutcome::default()
    );
}

#[test]
fn a_fix_that_reveals_something_hidden_is_taken_back() {
    for (body, same) in [
        ("a <\u{200b}!-- b -->\n", true),
        ("``\u{200b}`\na\n```\nb\n```\nc\n", true),
        ("[a](java\u{200b}script:b)\n", true),
        ("Ask the sup\u{200b}port team.\n", false),
    ] {
        let start = format!("{GOOD}\n{body}");
        let edit = |at: usize| Edit {
            span: Span::new(at, at + 3),
            text: String::new(),
        };
        let mut workspace = workspace(&[(PATH, &start)]);
        let forced = FixCandidate {
            edits: start.match_indices('\u{200b}').map(|(at, _)| edit(at)).collect(),
            id: (HubPath::new("", PATH), "hidden-text", body.to_owned(), Vec::new()),
        };
        let mut rejected = BTreeSet::new();
        let chosen = BTreeMap::from([(HubPath::new("", PATH), vec![forced])]);
        pass(&mut workspace, &chosen, &mut rejected);
        assert_eq!(text(&workspace) == start, same, "{body:?}");
    }
}

#[test]
fn a_file_with_several_paths_is_fixed_by_its_own() {
    let start = GOOD.replace("community", "comunity");
    let folder = tempfile::tempdir().unwrap();
    let root = safe_path::canonicalize_or_keep(folder.path());
    let link = "b/docs/widget/DOC.md";
    crate::fsio::write_new(&root, &root.join(PATH), start.as_bytes()).unwrap();
    #[cfg(unix)]
    {
        crate::fsio::write_new(&root, &root.join("b/docs/widget/x"), b"").unwrap();
        std::os::unix::fs::symlink(root.join(PATH), root.join(link)).unwrap();
    }
    let mut one = Hub::default();
    for path in [PATH, link] {
        one.insert(Document::new(HubPath::new("", path), start.clone()));
    }
    one.files.insert(link.to_owned(), FileKind::Symlink);
    let mut one = Workspace::new(
        root.clone(),
        one,
        Settings::unconfigured(crate::rules::RULES),
        TODAY,
    );
    one.check();
    // The same hub again, as when the command line names a hub and a folder in it.
    let two = workspace_at(&root, &[(PATH, &start)]);
    let mut both = [one, two];
    let outcome = apply_fixes(&mut both, false).unwrap();
    let paths: Vec<_> = outcome.changed.iter().map(|c| (c.hub, c.path.as_str())).collect();
    assert_eq!(paths, [(0, PATH)]);
    assert_eq!(text(&both[1]), GOOD);
    #[cfg(unix)]
    assert_eq!(both[0].hub().document(link).unwrap().text, GOOD);
}
