//! `--symbols=oldest:N`: a whole hub in many runs.

use super::{Ran, World, shelf};
use serde_json::json;
use std::fs;
use std::path::PathBuf;

const PACKAGES: [&str; 5] = ["alpha", "beta", "gamma", "delta", "omega"];

fn world() -> World {
    World::new(&PACKAGES, shelf(&PACKAGES))
}

/// The entries of a run.
fn names(ran: &Ran) -> Vec<String> {
    let of = |entry: String| entry.split(':').next().map(str::to_owned);
    ran.checked().into_iter().filter_map(of).collect()
}

fn file_of_dates(world: &World) -> PathBuf {
    let mut files = fs::read_dir(world.path("cache/releases-v3/rotation")).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none());
    file
}

#[test]
fn those_that_were_checked_longest_ago() {
    let world = world();
    let some = ["content", "--symbols=oldest:2", "--fail-on-unchecked"];
    let first = world.run(&some);
    assert_eq!(names(&first), ["alpha", "beta"]);
    assert_eq!(first.checked(), ["alpha: 1.0 2.0", "beta: 1.0 2.0"]);
    assert_eq!(
        first.report["summary"]["not_checked"]["symbols"],
        json!({ "not in this rotation": 3 })
    );
    assert_eq!(first.code, Some(1), "it is a choice: {}", first.error);
    assert_eq!(names(&world.run(&some)), ["delta", "gamma"]);
    let third = names(&world.run(&some));
    assert_eq!(third, ["alpha", "omega"], "omega was never checked");
    // Any run that checks an entry counts.
    let world = self::world();
    world.run(&["content/acme/docs/alpha/DOC.md"]);
    assert_eq!(names(&world.run(&some)), ["beta", "delta"]);
    // A number that is larger than the hub is all of it.
    let all = world.run(&["content", "--symbols=oldest:99"]);
    assert_eq!(all.checked().len(), 5);
    assert!(all.report["summary"]["not_checked"].get("symbols").is_none());
}

#[test]
fn the_config_says_which_releases_and_the_cache_can_be_cleaned() {
    let world = world();
    world.write("chub-lint.toml", "[symbols]\ncheck = \"declared\"\n");
    let one = ["content", "--symbols=oldest:1"];
    assert_eq!(world.run(&one).checked(), ["alpha: 1.0"]);
    assert_eq!(world.run(&one).checked(), ["beta: 1.0"]);
    assert!(file_of_dates(&world).is_file());
    let cleaned = world.output(&["cache", "clean"]);
    // `cache` has no index to name.
    assert!(!cleaned.status.success());
    let cleaned = crate::support::program(world.folder.path())
        .args(["cache", "clean"])
        .output()
        .unwrap();
    assert!(cleaned.status.success());
    assert_eq!(world.run(&one).checked(), ["alpha: 1.0"]);
}

#[test]
fn a_hostile_file_of_dates_changes_only_the_order() {
    let world = world();
    let one = ["content", "--symbols=oldest:1"];
    assert_eq!(names(&world.run(&one)), ["alpha"]);
    let file = file_of_dates(&world);
    let honest = fs::read_to_string(&file).unwrap();
    let later = honest.replace(":1", ":9");
    assert_ne!(honest, later);
    for hostile in [
        later.as_str(),
        "",
        "\u{1b}[31m",
        "{\"hub\":\"/other\",\"checked\":{\"acme/docs/alpha/DOC.md\":1}}",
        "{\"hub\":\"\",\"checked\":[]}",
        &"[".repeat(100_000),
    ] {
        fs::write(&file, hostile).unwrap();
        let ran = world.run(&one);
        assert_eq!(names(&ran), ["alpha"], "{hostile:.60}");
    }
    // What was removed from the hub is forgotten.
    world.run(&["content", "--symbols"]);
    fs::remove_dir_all(world.path("content/acme/docs/alpha")).unwrap();
    world.run(&one);
    assert!(!fs::read_to_string(&file).unwrap().contains("alpha"));
}

#[test]
fn offline_only_what_was_read_counts() {
    let world = world();
    world.run(&["content", "--symbols=off"]);
    world.run(&["content/acme/docs/beta/DOC.md"]);
    let one = ["content", "--symbols=oldest:1", "--offline"];
    for _ in 0..2 {
        let ran = world.run(&one);
        assert_eq!(names(&ran), ["alpha"]);
        assert_eq!(
            ran.not_checked(0).as_deref(),
            Some("offline, and not in the cache")
        );
    }
}

#[test]
fn wrong_values() {
    let world = world();
    for (args, said) in [
        (&["content", "--symbols=oldest:0"][..], "unknown value"),
        (&["content", "--symbols=oldest"], "unknown value"),
        (
            &["content", "--symbols=oldest:2", "--locked", "x.json"],
            "keeps dates in the cache",
        ),
    ] {
        let output = world.output(args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(said), "{error}");
    }
    assert_eq!(world.index.connections(), 0);
}
