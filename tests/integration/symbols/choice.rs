//! Which entries are checked, and against which releases.

use super::{World, shelf};
use std::process::Command;

const BOTH: [&str; 2] = ["demo: 1.0 2.0", "other: 1.0 2.0"];
const DECLARED: [&str; 2] = ["demo: 1.0", "other: 1.0"];
const NONE: [&str; 0] = [];

fn world() -> World {
    World::new(&["demo", "other"], shelf(&["demo", "other"]))
}

#[test]
fn flags_on_a_whole_hub() {
    let world = world();
    assert_eq!(world.run(&["content"]).checked(), NONE);
    assert_eq!(world.archives(), NONE);
    assert_eq!(world.run(&["content", "--symbols=declared"]).checked(), DECLARED);
    assert_eq!(
        world.archives(),
        ["demo-1.0-py3-none-any.whl", "other-1.0-py3-none-any.whl"]
    );
    for both in ["--symbols", "--symbols=both"] {
        assert_eq!(world.run(&["content", both]).checked(), BOTH, "{both}");
    }
    assert_eq!(
        world.archives(),
        ["demo-2.0-py3-none-any.whl", "other-2.0-py3-none-any.whl"]
    );
    assert_eq!(world.run(&["content", "--symbols=off"]).checked(), NONE);
    // The verdicts of other commands and rules need them, too.
    let rules = ["--ignore", "unknown-symbol,removed-symbol"];
    assert_eq!(
        world
            .run(&[&["content", "--symbols"], &rules[..]].concat())
            .checked(),
        BOTH
    );
}

#[test]
fn the_config_and_flags_over_it() {
    let world = world();
    let config = |check: &str| world.write("chub-lint.toml", &format!("[symbols]\ncheck = \"{check}\"\n"));
    config("declared");
    assert_eq!(world.run(&["content"]).checked(), DECLARED);
    assert_eq!(world.run(&["content", "--symbols"]).checked(), BOTH);
    assert_eq!(world.run(&["content", "--symbols=off"]).checked(), NONE);
    assert_eq!(
        world.run(&["content/acme/docs/demo/DOC.md"]).checked(),
        DECLARED[..1]
    );
    config("both");
    assert_eq!(world.run(&["content"]).checked(), BOTH);
    config("off");
    assert_eq!(world.run(&["content/acme/docs/demo/DOC.md"]).checked(), NONE);
    assert_eq!(world.run(&["content", "--symbols=declared"]).checked(), DECLARED);
}

#[test]
fn named_files_up_to_a_number() {
    let world = world();
    let named = ["content/acme/docs/demo/DOC.md"];
    assert_eq!(world.run(&named).checked(), BOTH[..1]);
    let folder = ["content/acme/docs/other"];
    assert_eq!(world.run(&folder).checked(), BOTH[1..]);

    let packages: Vec<String> = (0..26).map(|at| format!("p{at:02}")).collect();
    let names: Vec<&str> = packages.iter().map(String::as_str).collect();
    let world = World::new(&names, shelf(&names));
    let files: Vec<String> = names
        .iter()
        .map(|name| format!("content/acme/docs/{name}/DOC.md"))
        .collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    assert_eq!(world.run(&files).checked(), NONE);
    assert_eq!(world.run(&files[..25]).checked().len(), 25);
}

#[test]
fn entries_that_changed_since_a_commit() {
    let world = world();
    let git = |args: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(world.folder.path())
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
            .args(args)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "content"]);
    git(&["commit", "-qm", "first"]);
    let text = super::entry("demo").replace("client.open()", "client.close()");
    world.write("content/acme/docs/demo/DOC.md", &text);
    // The cache of a run is not in the checkout.
    let cache = tempfile::tempdir().unwrap();
    let output = crate::support::program(world.folder.path())
        .env("CHUB_LINT_CACHE_DIR", cache.path())
        .args(["content", "--since", "HEAD", "--output", "json", "--pypi-index"])
        .arg(world.index.url("/simple/"))
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let ran = super::Ran {
        code: output.status.code(),
        report: serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}")),
        error,
    };
    assert_eq!(ran.checked(), BOTH[..1]);
    assert!(
        ran.findings()
            .contains(&"unknown-symbol Client.close 1.0".to_owned())
    );
}
