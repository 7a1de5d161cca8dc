//! Other files in the folder of an entry: their code uses the package of the entry.

use super::{Ran, World, shelf};
use serde_json::Value;

const ENTRY: &str = "content/acme/docs/demo/DOC.md";
const REFERENCE: &str = "content/acme/docs/demo/references/more.md";
const CODE: &str =
    "# More\n\n```python\nimport demo\n\nsession = demo.Client()\nsession.never()\nsession.absent()\n```\n";

fn world(name: &str, text: &str) -> World {
    let world = World::new(&["demo"], shelf(&["demo"]));
    let entry = super::entry("demo").replace("# Client\n", "# Client\n\nSee [more](references/more.md).\n");
    world.write(ENTRY, &entry);
    world.write(&format!("content/acme/docs/demo/references/{name}"), text);
    world
}

/// The findings in a file: rule, symbol and line.
fn in_file(ran: &Ran, path: &str) -> Vec<String> {
    let found = ran.report["diagnostics"].as_array().unwrap().iter();
    let found = found.filter(|found| found["path"] == path && found.get("symbol").is_some());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    found
        .map(|found| {
            format!(
                "{} {} {}",
                text(&found["rule"]),
                text(&found["symbol"]),
                found["line"]
            )
        })
        .collect()
}

#[test]
fn findings_point_into_the_file() {
    let world = world("more.md", CODE);
    let expected = ["unknown-symbol Client.never 7", "unknown-symbol Client.absent 8"];
    for args in [
        &["content", "--symbols"][..],
        &["content/acme/docs/demo"],
        // The entry is not reported on, and says which package it is.
        &[REFERENCE],
        &[REFERENCE, "--select", "unknown-symbol"],
    ] {
        let ran = world.run(args);
        assert_eq!(in_file(&ran, REFERENCE), expected, "{args:?} {}", ran.error);
        let is_named = args.contains(&REFERENCE);
        assert_eq!(in_file(&ran, ENTRY).is_empty(), is_named, "{args:?}");
        let last = ran.checked().len() - 1;
        assert_eq!(ran.report["symbols"][last]["path"], REFERENCE);
        assert_eq!(ran.report["symbols"][last]["package"], "pypi:demo");
    }
    // A file and its entry are one entry of a rotation.
    let ran = world.run(&["content", "--symbols=oldest:1"]);
    assert_eq!(ran.checked().len(), 2);
}

#[test]
fn names_are_carried_within_a_file_only() {
    let text = "# More\n\n```python\nclient.never()\n```\n";
    let ran = world("more.md", text).run(&["content", "--symbols"]);
    assert_eq!(in_file(&ran, REFERENCE), Vec::<String>::new());
    assert_eq!(in_file(&ran, ENTRY).len(), 2);
}

#[test]
fn files_about_other_versions_are_quiet() {
    for name in [
        "migration-from-0.9.md",
        "CHANGELOG.md",
        "upgrading.md",
        "release_history.md",
    ] {
        let ran = world(name, CODE).run(&["content", "--symbols"]);
        let path = format!("content/acme/docs/demo/references/{name}");
        assert_eq!(in_file(&ran, &path), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_source_of_the_config_and_fixes() {
    let code = CODE.replace("session.absent()\n", "").replace("never", "opne");
    let world = world("more.md", &code);
    world.write("src/demo/__init__.py", &super::module(&["open", "gone", "never"]));
    world.write(
        "chub-lint.toml",
        "[[package]]\npath = \"acme/docs/demo\"\npackage = \"pypi:demo\"\nsource = \"src\"\n",
    );
    let ran = world.run(&["content", "--offline"]);
    assert_eq!(in_file(&ran, REFERENCE), ["unknown-symbol Client.opne 7"]);
    let ran = world.run(&["content", "--offline", "--fix", "--unsafe-fixes"]);
    assert_eq!(in_file(&ran, REFERENCE), Vec::<String>::new());
    let fixed = std::fs::read_to_string(world.path(REFERENCE)).unwrap();
    assert_eq!(fixed, code.replace("opne", "open"));
}

#[test]
fn no_request_for_files_of_an_entry_without_a_package() {
    let world = world("more.md", CODE);
    let entry = super::entry("demo").replace("package: pypi:demo", "package: none");
    world.write(ENTRY, &entry);
    let ran = world.run(&["content", "--symbols"]);
    assert!(ran.checked().is_empty());
    assert_eq!(world.index.connections(), 0);
}
