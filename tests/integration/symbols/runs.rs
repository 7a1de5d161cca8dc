//! What a run reports, what it asks for, and what it does without a network.

use super::{World, entry, releases, shelf};
use crate::support::pack::{noise, wheel_files, zip};
use serde_json::json;

const DOC: &str = "content/acme/docs/demo/DOC.md";

#[test]
fn findings_and_entries_of_the_report() {
    let world = World::new(&["demo"], shelf(&["demo"]));
    let ran = world.run(&[DOC]);
    assert_eq!(ran.code, Some(1), "{}", ran.error);
    assert_eq!(
        ran.findings(),
        [
            "removed-symbol Client.gone 2.0",
            "unknown-symbol Client.never 1.0"
        ]
    );
    let found = ran.report["diagnostics"].as_array().unwrap();
    let never = found.iter().find(|one| one["rule"] == "unknown-symbol").unwrap();
    assert_eq!(never["package"], "pypi:demo");
    assert_eq!(never["path"], DOC);
    let entry = json!([{
        "path": DOC,
        "package": "pypi:demo",
        "declared": { "version": "1.0", "checked": 4, "missing": 1, "undecided": {} },
        "newest": { "version": "2.0", "checked": 4, "missing": 2, "undecided": {} },
    }]);
    let mut symbols = ran.report["symbols"].clone();
    for side in ["declared", "newest"] {
        // The import and the constructor are uses as well.
        let checked = symbols[0][side]["checked"].take();
        assert!(checked.as_u64().unwrap() >= 4, "{checked}");
        symbols[0][side]["checked"] = json!(4);
    }
    assert_eq!(symbols, entry);
}

#[test]
fn a_warm_run_sends_nothing_and_works_offline() {
    let world = World::new(&["demo", "other"], shelf(&["demo", "other"]));
    let cold = world.run(&["content", "--symbols"]);
    assert_eq!(world.archives().len(), 4);
    for args in [
        &["content", "--symbols"][..],
        &["content", "--symbols", "--offline"],
    ] {
        let warm = world.run(args);
        assert_eq!(world.index.take().len(), 0, "{args:?}");
        assert_eq!(warm.findings(), cold.findings(), "{args:?}");
        assert_eq!(warm.report["symbols"], cold.report["symbols"], "{args:?}");
    }
    // A new text that uses the same modules needs nothing more.
    world.write(DOC, &entry("demo").replace("client.open()", "client.close()"));
    let again = world.run(&["content", "--symbols"]);
    assert!(
        again
            .findings()
            .contains(&"unknown-symbol Client.close 1.0".to_owned())
    );
    assert_eq!(world.index.take().len(), 0);
}

#[test]
fn what_is_not_in_the_cache_is_not_checked_offline() {
    let world = World::new(&["demo"], shelf(&["demo"]));
    let ran = world.run(&[DOC, "--offline"]);
    assert_eq!((ran.findings(), ran.checked()), (vec![], vec![]));
    assert_eq!(ran.report["summary"]["packages"]["unknown"], 1);
    world.run(&[DOC, "--symbols=off"]);
    world.index.take();
    let ran = world.run(&[DOC, "--offline"]);
    assert_eq!(ran.findings(), Vec::<String>::new());
    assert_eq!(
        ran.not_checked(0).as_deref(),
        Some("offline, and not in the cache")
    );
    assert_eq!(world.index.connections(), 1, "only for the releases");
}

#[test]
fn private_and_excluded_packages_are_not_asked_for() {
    for config in [
        "[network]\nprivate = [\"demo\"]\n",
        "[freshness]\nexclude = [\"demo\"]\n",
    ] {
        let world = World::new(&["demo"], shelf(&["demo"]));
        world.write("chub-lint.toml", config);
        // An index on loopback is no public one, so that a private package may be asked for there.
        let ran = world.run(&[DOC]);
        let is_asked = config.contains("private");
        assert_eq!(!world.index.take().is_empty(), is_asked, "{config}");
        assert_eq!(!ran.findings().is_empty(), is_asked, "{config}");
    }
    // The only index of the run is a public one: nothing is asked, and no connection is tried.
    let world = World::new(&["demo"], shelf(&["demo"]));
    world.write("chub-lint.toml", "[network]\nprivate = [\"demo\"]\n");
    let output = crate::support::program(world.folder.path())
        .args([DOC, "--output", "json"])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report.get("symbols").is_none(), "{report}");
    assert_eq!(
        report["summary"]["not_checked"]["packages"]["pypi:demo"],
        "private, and no private registry is configured for it"
    );
}

#[test]
fn of_a_large_wheel_only_the_parts_are_read_that_are_needed() {
    let mut shelf = shelf(&["demo"]);
    let [(name, _), _] = releases("demo");
    let module = super::module(&["open", "gone"]);
    let files = wheel_files(&[
        ("demo/data.bin", &noise(3_600 << 10)),
        ("demo/__init__.py", module.as_bytes()),
    ]);
    shelf.insert(name.clone(), zip(&files));
    let world = World::new(&["demo"], shelf);
    let ran = world.run(&[DOC]);
    assert_eq!(ran.findings().len(), 2, "{}", ran.error);
    let seen = world.index.take();
    let of_large: Vec<_> = seen
        .iter()
        .filter(|request| request.path.ends_with(&name))
        .collect();
    assert!(
        of_large.iter().all(|request| !request.header("range").is_empty()),
        "{of_large:?}"
    );
}
