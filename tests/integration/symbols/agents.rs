//! What the server for agents knows of releases.

use super::{World, shelf};
use crate::mcp::{Session, rules_of};
use crate::support;
use serde_json::json;

fn session(world: &World) -> Session {
    let mut command = support::program(world.folder.path());
    let index = world.index.url("/simple/");
    command.args(["mcp", "--pypi-index", &index, "content"]);
    Session::of(command)
}

#[test]
fn names_are_looked_up_in_a_release() {
    let world = World::new(&["demo"], shelf(&["demo"]));
    let mut session = session(&world);
    let names = [
        "demo.Client",
        "demo.Client.gone",
        "demo.Client.opne",
        "demo.other",
    ];
    let newest = session.value(
        "symbols",
        json!({ "registry": "pypi", "package": "demo", "names": names }),
    );
    assert_eq!(newest["version"], "2.0");
    let results: Vec<&str> = newest["symbols"]
        .as_array()
        .unwrap()
        .iter()
        .map(|symbol| symbol["result"].as_str().unwrap())
        .collect();
    assert_eq!(results[..3], ["found", "missing", "missing"]);
    assert_eq!(newest["symbols"][2]["suggestions"], json!(["open"]));
    let old = session.value(
        "symbols",
        json!({ "registry": "pypi", "package": "demo", "version": "1.0", "names": ["demo.Client.gone"] }),
    );
    assert_eq!(old["symbols"][0]["result"], "found");
    assert_eq!(old["symbols"][0]["signature"], "def Client.gone(self)");

    let mixed = session.value(
        "symbols",
        json!({ "registry": "pypi", "package": "demo", "names": ["a b", "demo.Client"] }),
    );
    assert_eq!(mixed["symbols"][0]["result"], "not a name");
    assert_eq!(mixed["symbols"][1]["result"], "found");

    for (arguments, why) in [
        (
            json!({ "registry": "pypi", "package": "none", "names": ["a"] }),
            "has no package `pypi:none`",
        ),
        (
            json!({ "registry": "pypi", "package": "demo", "version": "9", "names": ["a"] }),
            "does not have the version",
        ),
        (
            json!({ "registry": "pypi", "package": "demo", "names": ["a b"] }),
            "is not a name",
        ),
        (
            json!({ "registry": "pypi", "package": "demo", "names": [] }),
            "takes 1 to 50 names",
        ),
        (
            json!({ "registry": "pypi", "package": "a/b", "names": ["a"] }),
            "cannot be a package name",
        ),
    ] {
        let said = session.failure("symbols", arguments.clone());
        assert!(said.contains(why), "{arguments}: {said}");
    }
}

#[test]
fn an_entry_begins_with_what_the_registry_says() {
    let world = World::new(&["other"], shelf(&["demo", "other"]));
    let mut session = session(&world);
    let arguments = json!({ "registry": "pypi", "package": "Demo", "author": "acme",
        "description": "Call the demo client from Python: open, retry and close" });
    let begun = session.value("new_entry", arguments);
    assert_eq!(begun["path"], "content/acme/docs/demo/python/DOC.md");
    assert_eq!(begun["version"], "2.0");
    let text = begun["text"]
        .as_str()
        .unwrap()
        .replace("```python\n", "```python\nimport demo\n");
    let checked = session.value("check", json!({ "path": begun["path"], "text": text }));
    assert_eq!(checked["diagnostics"], json!([]), "{text}");
    // What a check of its folder looks up is known to the next check of the file.
    let text = text.replace("import demo\n", "import demo\n\ndemo.Client().opne()\n");
    let file = world.folder.path().join("content/acme/docs/demo/python/DOC.md");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, &text).unwrap();
    let before = session.value("check", json!({ "path": begun["path"] }));
    assert_eq!(rules_of(&before), [""; 0], "{before}");
    session.value("check", json!({ "path": "content/acme" }));
    let after = session.value("check", json!({ "path": begun["path"] }));
    assert_eq!(rules_of(&after), ["unknown-symbol"], "{after}");
    assert_eq!(after["symbols"]["declared"]["missing"], 1);
    let refused = session.failure(
        "new_entry",
        json!({ "registry": "pypi", "package": "demo", "author": "../x", "description": "A" }),
    );
    assert!(refused.contains("are folders"));
}

#[test]
fn what_readers_said_is_shown_beside_outdated_entries() {
    let world = World::new(&["demo"], shelf(&["demo"]));
    let feedback = |arguments: &[&str]| {
        let mut command = support::program(world.folder.path());
        let output = command
            .arg("feedback")
            .args(arguments)
            .env_remove("CHUB_DIR")
            .output();
        assert_eq!(output.unwrap().status.code(), Some(0));
    };
    feedback(&["acme/demo", "down", "--label", "outdated"]);
    feedback(&["acme/demo", "down", "--label", "outdated"]);
    feedback(&["acme/other", "up"]);
    let shown = |arguments: &[&str]| {
        let output = world.output(&[&["outdated", "content", "--symbols=off"], arguments].concat());
        String::from_utf8(output.stdout).unwrap()
    };
    let text = shown(&[]);
    assert!(
        text.ends_with("content/acme/docs/demo/DOC.md: 0 up, 2 down; 2 readers said outdated\n"),
        "{text}"
    );
    let report: serde_json::Value = serde_json::from_str(&shown(&["--output", "json"])).unwrap();
    assert_eq!(
        report["outdated"][0]["feedback"],
        json!({ "up": 0, "down": 2, "labels": { "outdated": 2 } })
    );
}
