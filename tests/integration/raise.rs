//! `bump --to newest`: which entries are raised, what changes in them, and what is taken back.

use crate::support;
use crate::verdict::{ENTRIES, World};
use std::collections::BTreeMap;
use std::fs;
use std::process::Output;

const BUMP: [&str; 6] = ["bump", "content", "--to", "newest", "--date", "2026-06-15"];

fn output(world: &World, args: &[&str]) -> Output {
    support::program(world.folder.path())
        .args(args)
        .args(["--pypi-index", &world.server.url("/simple/")])
        .output()
        .unwrap()
}

/// The text of each entry.
fn texts(world: &World, entries: &[(&str, &str, &str)]) -> BTreeMap<String, String> {
    let text = |entry: &str| fs::read_to_string(world.file(entry)).unwrap();
    entries
        .iter()
        .map(|(entry, ..)| ((*entry).to_owned(), text(entry)))
        .collect()
}

/// The entries whose text differs.
fn changed(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let entries = before.iter().filter(|(entry, text)| after[*entry] != **text);
    entries.map(|(entry, _)| entry.clone()).collect()
}

#[test]
fn exactly_the_safe_entries_are_raised() {
    let world = World::new();
    let before = texts(&world, &ENTRIES);
    let said = world.run(&BUMP);
    let after = texts(&world, &ENTRIES);
    assert_eq!(changed(&before, &after), ["safe"]);
    for line in [
        "versions: \"2.0\"",
        "revision: 2",
        "updated-on: \"2026-06-15\"",
        "pip install demo==2.0\n",
    ] {
        assert!(after["safe"].contains(line), "{line}: {}", after["safe"]);
    }
    assert!(
        said.ends_with(
            "raised 1 of 5 entries that are behind; not raised: 1 with symbols that are gone, 1 wrong in the declared \
             release, 2 unknown\n"
        ),
        "{said}"
    );
    let report = world.json(&[
        "check",
        "content",
        "--symbols",
        "--select",
        "removed-symbol,unknown-symbol,stale-version",
    ]);
    let about = report["diagnostics"].as_array().unwrap().iter();
    let safe = about.filter(|one| one["path"].as_str().unwrap().contains("/safe/"));
    assert_eq!(safe.count(), 0);
    // A second run changes nothing, and neither does a look at what would change.
    world.run(&BUMP);
    assert_eq!(
        output(&world, &[&BUMP[..], &["--diff"]].concat()).status.code(),
        Some(0)
    );
    assert_eq!(texts(&world, &ENTRIES), after);
}

#[test]
fn a_diff_writes_nothing_and_exits_with_1() {
    let world = World::new();
    let before = texts(&world, &ENTRIES);
    for flag in ["--diff", "--dry-run"] {
        let output = output(&world, &[&BUMP[..], &[flag]].concat());
        assert_eq!(output.status.code(), Some(1));
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(
            shown.contains("\n-pip install demo==1.0\n+pip install demo==2.0\n"),
            "{shown}"
        );
        assert_eq!(shown.matches("\n+++ ").count(), 1, "{shown}");
    }
    let outdated = output(&world, &["outdated", "content", "--bump", "--diff"]);
    assert_eq!(outdated.status.code(), Some(1));
    assert_eq!(texts(&world, &ENTRIES), before);
    world.run(&["outdated", "content", "--bump"]);
    assert_eq!(changed(&before, &texts(&world, &ENTRIES)), ["safe"]);
}

#[test]
fn what_would_get_worse_is_taken_back() {
    let world = World::new();
    let before = texts(&world, &ENTRIES);
    let said = world.run(&[&BUMP[..], &["--all"]].concat());
    let after = texts(&world, &ENTRIES);
    // The code of `breaks` calls what the new release does not have.
    assert_eq!(changed(&before, &after), ["few", "half", "safe", "wrong"]);
    let reason = "content/acme/docs/breaks/DOC.md: not raised: it would get a new finding at \
                  content/acme/docs/breaks/DOC.md:24: unknown-symbol: demo 2.0 has no `Client.ping`\n";
    assert!(said.contains(reason), "{said}");
    assert!(
        said.ends_with("raised 4 of 5 entries that are behind; not raised: 1 that would get worse\n"),
        "{said}"
    );
}

#[test]
fn a_companion_whose_code_breaks_keeps_its_entry() {
    let world = World::with(&[("safe", "1.0", ENTRIES[4].2)]);
    let companion = world.file("safe").with_file_name("more.md");
    let text = |call: &str| {
        format!(
            "# More\n\n```bash\npip install demo==1.0\n```\n\n```python\nimport demo\n\nclient = demo.Client(token=\"a\")\n{call}\n```\n"
        )
    };
    fs::write(&companion, text("client.ping()")).unwrap();
    let before = fs::read_to_string(world.file("safe")).unwrap();
    let said = world.run(&BUMP);
    assert!(
        said.contains("content/acme/docs/safe/more.md:11: unknown-symbol"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(world.file("safe")).unwrap(), before);
    assert_eq!(fs::read_to_string(&companion).unwrap(), text("client.ping()"));
    fs::write(&companion, text("client.list()")).unwrap();
    world.run(&BUMP);
    assert!(
        fs::read_to_string(&companion)
            .unwrap()
            .contains("pip install demo==2.0\n")
    );
}

#[test]
fn the_summary_holds_the_evidence() {
    let world = World::new();
    world.run(&[&BUMP[..], &["--summary", "summary.md", "--group", "package"]].concat());
    let text = fs::read_to_string(world.folder.path().join("summary.md")).unwrap();
    for part in [
        "## Raised 1 of 5 entries that are behind;",
        "### pypi:demo\n",
        "| `content/acme/docs/safe/DOC.md` | `pypi:demo` | `1.0` (2024-01-01) | `2.0` (2025-01-01) | 8 of 9 symbols found \
         in `2.0`, 1 not decided (1: the function takes any keyword) |\n",
        "| `content/acme/docs/breaks/DOC.md` | `pypi:demo` | `1.0` (2024-01-01) | `2.0` (2025-01-01) | `breaks: 1 of 5 \
         decided symbols is gone, at lines 24 and 26` |\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn the_config_decides_what_is_never_raised() {
    for config in [
        "[bump]\nignore = [\"demo\"]\n",
        "[bump]\nignore-paths = [\"acme/docs/safe\"]\n",
        "[bump]\nmin-age-days = 100000\n",
    ] {
        let world = World::new();
        world.config(config);
        let before = texts(&world, &ENTRIES);
        world.run(&BUMP);
        assert_eq!(changed(&before, &texts(&world, &ENTRIES)), [""; 0], "{config}");
    }
    let world = World::new();
    world.config(
        "[bump]\nignore = [\"pypi:other\"]\nignore-paths = [\"acme/docs/breaks\"]\nmin-age-days = 5\n",
    );
    let said = world.run(&[&BUMP[..], &["-v"]].concat());
    assert!(
        said.contains("docs/breaks/DOC.md: not raised: `[bump]` of the config ignores it\n"),
        "{said}"
    );
    assert!(said.contains("raised 1 of 5"), "{said}");
}

#[test]
fn names_do_nothing_in_the_summary() {
    let hostile = "safe| x\\ `](http://e.org) <img src=x> @team #1";
    let world = World::with(&[(hostile, "1.0", ENTRIES[4].2)]);
    world.run(&[&BUMP[..], &["--summary", "summary.md"]].concat());
    let text = fs::read_to_string(world.folder.path().join("summary.md")).unwrap();
    let mut cells = 0;
    for event in pulldown_cmark::Parser::new_ext(&text, pulldown_cmark::Options::all()) {
        use pulldown_cmark::{Event, Tag};
        match event {
            Event::Start(Tag::TableCell) => cells += 1,
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::Html(_) | Event::InlineHtml(_) => {
                panic!("{text}")
            }
            Event::Text(text) => assert!(!text.contains('@'), "{text}"),
            _ => {}
        }
    }
    assert_eq!(cells, 10, "{text}");
}

#[cfg(unix)]
#[test]
fn links_are_left_as_they_are() {
    let world = World::with(&[("safe", "1.0", ENTRIES[4].2)]);
    let entry = world.file("safe");
    let target = world.folder.path().join("content/acme/docs/shared.md");
    fs::write(&target, "```bash\npip install demo==1.0\n```\n").unwrap();
    std::os::unix::fs::symlink("../shared.md", entry.with_file_name("more.md")).unwrap();
    let link = world.folder.path().join("content/acme/docs/again");
    fs::create_dir(&link).unwrap();
    std::os::unix::fs::symlink("../safe/DOC.md", link.join("DOC.md")).unwrap();
    let said = world.run(&BUMP);
    assert!(
        said.contains("docs/again/DOC.md: not raised: it is a link; raise the file that it leads to\n"),
        "{said}"
    );
    assert!(
        fs::read_to_string(&entry).unwrap().contains("versions: \"2.0\""),
        "{said}"
    );
    assert!(fs::read_to_string(&target).unwrap().contains("demo==1.0"));
    assert!(fs::symlink_metadata(link.join("DOC.md")).unwrap().is_symlink());
}

#[test]
fn badges_count_what_is_known() {
    let world = World::new();
    let badge = |show: &str| {
        let badge = world.json(&["badge", "content", "--show", show]);
        assert_eq!(badge["schemaVersion"], 1);
        let text = |key: &str| badge[key].as_str().unwrap().to_owned();
        format!("{}: {} {}", text("label"), text("message"), text("color"))
    };
    assert_eq!(badge("fresh"), "fresh entries: 16% red");
    assert_eq!(badge("verified"), "verified entries: 33% orange");
    assert!(
        badge("findings").starts_with("chub-lint: 5 errors"),
        "{}",
        badge("findings")
    );
    // What was raised is fresh.
    world.run(&BUMP);
    assert_eq!(badge("fresh"), "fresh entries: 33% orange");
    world.run(&[
        "badge",
        "content",
        "--output",
        "json=b/badge.json",
        "--output",
        "svg=b/badge.svg",
    ]);
    let file = |name: &str| fs::read_to_string(world.folder.path().join("b").join(name)).unwrap();
    assert!(file("badge.json").contains("\"message\": \"33%\""));
    assert!(file("badge.svg").contains("<title>fresh entries: 33%</title>"));
}
