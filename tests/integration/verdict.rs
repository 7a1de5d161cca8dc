//! What symbols say about the version of an entry, from a registry to each command that shows it.

use crate::reports::documented_fields;
use crate::support;
use crate::support::pack::wheel;
use crate::support::server::{Answer, Server};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const OLD: &str = "class Client:
    def __init__(self, token: str) -> None: ...
    def close(self) -> None: ...
    def get(self, id: str) -> dict: ...
    def list(self) -> list: ...
    def ping(self) -> None: ...
    def open(self, **options) -> None: ...
";
const NEW: &str = "class Client:
    def __init__(self, token: str) -> None: ...
    def close(self) -> None: ...
    def get(self, id: str) -> dict: ...
    def list(self) -> list: ...
    def health(self) -> dict: ...
    def open(self, **options) -> None: ...
";

/// Entries by name: the version that they declare, and what follows `client = demo.Client(token=\"a\")`.
pub const ENTRIES: [(&str, &str, &str); 6] = [
    ("breaks", "1.0", "client.ping()\nclient.get(\"a\")\nclient.ping()"),
    ("current", "2.0", "client.health()"),
    ("few", "1.0", "client.close()"),
    (
        "half",
        "1.0",
        "client.close()\nclient.list()\nclient.open(a=1, b=2, c=3, d=4, e=5, f=6, g=7)",
    ),
    (
        "safe",
        "1.0",
        "client.get(id=\"a\")\nclient.list()\nclient.close()\nclient.open(a=1)",
    ),
    ("wrong", "1.0", "client.health()"),
];

/// A hub with these entries, and the registry of their package.
pub struct World {
    pub folder: TempDir,
    pub server: Server,
}

impl World {
    pub fn new() -> Self {
        Self::with(&ENTRIES)
    }

    pub fn with(entries: &[(&str, &str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, version, code) in entries {
            let file = Self::file_in(&folder, name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, document(name, version, code)).unwrap();
        }
        let server = Server::start(|request| match request.path.as_str() {
            "/simple/demo/" => index(),
            "/files/demo-1.0-py3-none-any.whl" => Answer::status(200).body(archive(OLD)),
            "/files/demo-2.0-py3-none-any.whl" => Answer::status(200).body(archive(NEW)),
            _ => Answer::status(404),
        });
        Self { folder, server }
    }

    fn file_in(folder: &TempDir, entry: &str) -> PathBuf {
        folder.path().join(format!("content/acme/docs/{entry}/DOC.md"))
    }

    pub fn file(&self, entry: &str) -> PathBuf {
        Self::file_in(&self.folder, entry)
    }

    pub fn config(&self, text: &str) {
        fs::write(self.folder.path().join("chub-lint.toml"), text).unwrap();
    }

    pub fn run(&self, args: &[&str]) -> String {
        let output = support::program(self.folder.path())
            .args(args)
            .args(["--pypi-index", &self.server.url("/simple/")])
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_ne!(output.status.code(), Some(2), "{error}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.run(&[args, &["--output", "json"]].concat())).unwrap()
    }

    /// The findings of `stale-version` as `entry severity`, with `fix` when there is one.
    fn stale(&self, args: &[&str]) -> Vec<String> {
        let report = self.json(args);
        let found = report["diagnostics"].as_array().unwrap().iter();
        found
            .filter(|one| one["rule"] == "stale-version")
            .map(|one| {
                let entry = one["path"].as_str().unwrap().split('/').rev().nth(1).unwrap();
                let fix = if one["fix"].is_null() { "" } else { " fix" };
                format!("{entry} {}{fix}", one["severity"].as_str().unwrap())
            })
            .collect()
    }
}

fn document(name: &str, version: &str, code: &str) -> String {
    format!(
        "---\nname: {name}\ndescription: \"How to use the demo library from Python programs\"\nmetadata:\n  languages: \
         \"python\"\n  versions: \"{version}\"\n  package: \"pypi:demo\"\n  revision: 1\n  updated-on: \"2026-01-01\"\n  \
         source: community\n  tags: \"demo\"\n---\n\n# Demo\n\n```bash\npip install demo=={version}\n```\n\n```python\n\
         import demo\n\nclient = demo.Client(token=\"a\")\n{code}\n```\n"
    )
}

fn archive(text: &str) -> Vec<u8> {
    wheel(&[("demo/__init__.py", text.as_bytes())])
}

fn index() -> Answer {
    let file = |version: &str, day: &str, text: &str| {
        let hash: String = Sha256::digest(archive(text))
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let name = format!("demo-{version}-py3-none-any.whl");
        json!({ "filename": name, "url": format!("../../files/{name}"), "hashes": { "sha256": hash },
            "size": archive(text).len(), "upload-time": format!("{day}T00:00:00Z") })
    };
    let page = json!({ "meta": { "api-version": "1.1" }, "name": "demo", "versions": ["1.0", "2.0"],
        "files": [file("1.0", "2024-01-01", OLD), file("2.0", "2025-01-01", NEW)] });
    Answer::json(page.to_string())
}

#[test]
fn the_severity_of_a_stale_version_follows_the_verdict() {
    let world = World::new();
    let check = ["check", "content", "--symbols"];
    assert_eq!(
        world.stale(&check),
        [
            "breaks warning",
            "few error fix",
            "half error fix",
            "safe note fix",
            "wrong error fix"
        ]
    );
    // Without symbols it follows the distance, as before.
    let by_distance = [
        "breaks error fix",
        "few error fix",
        "half error fix",
        "safe error fix",
        "wrong error fix",
    ];
    assert_eq!(world.stale(&["check", "content"]), by_distance);
    world.config("[freshness]\nseverity-follows-symbols = false\n");
    let kept = world.stale(&check);
    assert_eq!(
        kept,
        [
            "breaks error",
            "few error fix",
            "half error fix",
            "safe error fix",
            "wrong error fix"
        ]
    );
    // What the user says about the rule, or about the distance being off, comes first.
    world.config("[severity]\nstale-version = \"warning\"\n");
    let all = world.stale(&check);
    assert!(all.iter().all(|one| one.contains(" warning")), "{all:?}");
    world.config("[[paths]]\npath = \"acme/docs/safe\"\nseverity = { stale-version = \"error\" }\n");
    assert!(world.stale(&check).contains(&"safe error fix".to_owned()));
    // The rules about symbols need not run.
    world.config("ignore = [\"symbols\"]\n");
    assert!(world.stale(&check).contains(&"safe note fix".to_owned()));
    let table = world.run(&["outdated", "content", "--symbols", "--ignore", "stale-version"]);
    assert!(table.contains("8 of 9   safe"), "{table}");
    world.config("ignore = [\"symbols\"]\n[symbols]\ncheck = \"both\"\n");
    assert!(
        world
            .stale(&["check", "content"])
            .contains(&"safe note fix".to_owned())
    );
    world.config("[freshness]\nbreaking = \"off\"\n");
    assert_eq!(world.stale(&check), [""; 0]);
    // Where a warning would be milder than the distance says, only the verdict makes it so.
    world.config("[freshness]\nbreaking = \"note\"\n");
    assert_eq!(
        world.stale(&check),
        [
            "breaks warning",
            "few note fix",
            "half note fix",
            "safe note fix",
            "wrong warning fix"
        ]
    );
}

#[test]
fn a_stale_version_says_what_is_gone_and_where() {
    let world = World::new();
    let report = world.json(&["check", "content", "--symbols", "--select", "stale-version"]);
    let messages: Vec<&str> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            one["message"]
                .as_str()
                .unwrap()
                .split_once("); ")
                .map_or("", |(_, rest)| rest)
        })
        .collect();
    assert_eq!(
        messages,
        [
            "1 of 5 decided symbols is gone, at lines 24 and 26",
            "",
            "",
            "all 8 decided symbols still exist, 1 is not decided",
            "1 symbol of the code is not in 1.0, but in 2.0",
        ]
    );
}

#[test]
fn a_safe_version_is_raised_with_its_pins_and_others_stay() {
    let world = World::new();
    let report = world.json(&["check", "content", "--symbols", "--fix", "--unsafe-fixes"]);
    // The code of the entry that was wrong is compared with the release that it declares now.
    let left = report["diagnostics"].as_array().unwrap().iter();
    let unknown: Vec<&Value> = left.filter(|one| one["rule"] == "unknown-symbol").collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let after = |entry: &str| fs::read_to_string(world.file(entry)).unwrap();
    for (entry, version) in [("safe", "2.0"), ("wrong", "2.0"), ("breaks", "1.0")] {
        let text = after(entry);
        assert!(text.contains(&format!("versions: \"{version}\"")), "{text}");
        assert!(text.contains(&format!("pip install demo=={version}\n")), "{text}");
    }
    assert_eq!(
        world.stale(&["check", "content", "--symbols"]),
        ["breaks warning"]
    );
}

#[test]
fn a_version_is_raised_with_its_pins_also_without_symbols() {
    let world = World::with(&[("safe", "1.0", ENTRIES[4].2)]);
    let report = world.json(&["check", "content", "--fix", "--unsafe-fixes"]);
    assert_eq!(report["diagnostics"], json!([]));
    let after = fs::read_to_string(world.file("safe")).unwrap();
    assert!(after.contains("pip install demo==2.0\n"), "{after}");
}

#[test]
fn a_version_is_raised_at_every_place_that_would_contradict_it() {
    let world = World::with(&[("safe", "1.0", ENTRIES[4].2)]);
    let text = fs::read_to_string(world.file("safe")).unwrap();
    let text = text.replace("\"1.0\"", "\"1.0.0\"").replace(
        "# Demo\n",
        "# Demo\n\n- **Version:** 1.0.0\n\nSince 1.0.0 it is fast.\n",
    );
    fs::write(world.file("safe"), text).unwrap();
    world.run(&["check", "content", "--symbols", "--fix", "--unsafe-fixes"]);
    let after = fs::read_to_string(world.file("safe")).unwrap();
    for line in [
        "versions: \"2.0\"",
        "- **Version:** 2.0\n",
        "Since 1.0.0 it is fast.",
        "demo==2.0\n",
    ] {
        assert!(after.contains(line), "{line}: {after}");
    }
}

#[test]
fn outdated_sorts_by_what_is_gone() {
    let world = World::new();
    let csv = world.run(&["outdated", "content", "--symbols", "--output", "csv"]);
    let rows: Vec<&str> = csv
        .lines()
        .map(|line| line.split_once("1.0,2.0,").map_or(line, |(_, rest)| rest))
        .collect();
    assert_eq!(
        rows,
        [
            "author,entry,package,declared,newest,distance,age,updated-on,gone,decided,verdict",
            "1 major release,12 months,2026-01-01,1,5 of 5,breaks: lines 24 and 26",
            "1 major release,12 months,2026-01-01,0,4 of 4,unknown: fewer than 5 symbols decided",
            "1 major release,12 months,2026-01-01,0,6 of 13,unknown: less than half of the symbols decided",
            "1 major release,12 months,2026-01-01,0,8 of 9,safe",
            "1 major release,12 months,2026-01-01,0,4 of 4,\"wrong: 1 symbol of the code is not in 1.0, but in 2.0\"",
        ]
    );
    let text = world.run(&["outdated", "content", "--symbols"]);
    assert!(
        text.ends_with(
            "5 of 6 entries are behind: 1 safe to raise, 1 with symbols that are gone, 1 wrong in the declared release, \
             2 unknown\n"
        ),
        "{text}"
    );
    let text = world.run(&["outdated", "content", "--symbols", "--output", "markdown"]);
    assert!(text.starts_with(
        "| entry | package | declared | newest | distance | age | updated-on | gone | decided | verdict |\n"
    ));
    assert!(
        text.contains(" | 1 | 5 of 5 | breaks: lines 24 and 26 |\n"),
        "{text}"
    );
    // Without symbols nothing changes, and no archive is read.
    let world = World::new();
    let csv = world.run(&["outdated", "content", "--output", "csv"]);
    assert!(
        csv.starts_with("author,entry,package,declared,newest,distance,age,updated-on\n"),
        "{csv}"
    );
    let off = world.run(&["outdated", "content/acme/docs/safe", "--symbols=off"]);
    assert!(!off.contains("verdict"), "{off}");
    assert!(
        world
            .server
            .paths()
            .iter()
            .all(|path| !path.starts_with("/files/"))
    );
    // An entry that is named is checked, as `check` does it.
    let named = world.run(&["outdated", "content/acme/docs/safe"]);
    assert!(named.contains("8 of 9   safe"), "{named}");
}

#[test]
fn programs_get_the_verdict_with_documented_fields() {
    let world = World::new();
    let outdated = world.json(&["outdated", "content", "--symbols"]);
    let packages = world.json(&["packages", "content", "--symbols"]);
    let first = &outdated["outdated"][0]["symbols"];
    let fields: BTreeSet<String> = first.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, documented_fields("Verdicts"));
    assert_eq!(
        *first,
        json!({ "verdict": "breaks", "why": null, "decided": 5, "total": 5, "gone": 1, "gone_lines": [24, 26],
            "missing": 0, "only_in_newest": 0, "undecided": {}, "not_read": {} })
    );
    let of = |entry: &str| {
        let rows = packages["packages"].as_array().unwrap();
        let row = rows
            .iter()
            .find(|row| row["path"].as_str().unwrap().contains(entry));
        row.unwrap()["symbols"].clone()
    };
    assert_eq!(of("breaks"), *first);
    assert_eq!(of("current")["verdict"], "current");
    assert_eq!(
        of("safe")["undecided"],
        json!({ "the function takes any keyword": 1 })
    );
    assert_eq!(of("few")["why"], "fewer than 5 symbols decided");
    let without = world.json(&["packages", "content"]);
    assert_eq!(without["packages"][0]["symbols"], Value::Null);
}

#[test]
fn packages_says_what_was_decided_and_why_not() {
    let world = World::new();
    let text = world.run(&["packages", "content/acme/docs/safe", "-v"]);
    let expected =
        "\n  symbols: safe\n    8 of 9 symbols decided; not decided: 1: the function takes any keyword\n";
    assert!(text.contains(expected), "{text}");
    let text = world.run(&["packages", "content/acme/docs/current", "-v"]);
    assert!(
        text.contains("\n  symbols: current\n    4 of 4 symbols decided\n"),
        "{text}"
    );
    // A table has no room for it, and no archive is read for nothing.
    let world = World::new();
    world.run(&["packages", "content/acme/docs/safe"]);
    assert!(
        world
            .server
            .paths()
            .iter()
            .all(|path| !path.starts_with("/files/"))
    );
}

#[test]
fn a_release_that_cannot_be_read_is_named_with_the_reason() {
    let mut world = World::new();
    world.server = Server::start(|request| match request.path.as_str() {
        "/simple/demo/" => index(),
        "/files/demo-1.0-py3-none-any.whl" => Answer::status(200).body(archive(OLD)),
        _ => Answer::status(403),
    });
    let text = world.run(&["packages", "content/acme/docs/safe", "-v"]);
    assert!(
        text.contains("\n  symbols: unknown: a release was not read\n"),
        "{text}"
    );
    assert!(text.contains("\n    2.0 not read: "), "{text}");
    assert_eq!(
        world.stale(&["check", "content/acme/docs/safe"]),
        ["safe error fix"]
    );
}

#[test]
fn a_baseline_knows_the_finding_with_and_without_a_verdict() {
    for (written, checked) in [("both", "--symbols=off"), ("off", "--symbols")] {
        let world = World::new();
        world.config(&format!("[symbols]\ncheck = \"{written}\"\n"));
        world.run(&["baseline", "content"]);
        assert_eq!(world.stale(&["check", "content", checked]), [""; 0], "{checked}");
    }
}

#[test]
fn code_scanning_knows_the_finding_with_and_without_a_verdict() {
    let world = World::with(&[("safe", "1.0", ENTRIES[4].2)]);
    let sarif = |symbols: &str| {
        let args = [
            "check",
            "content",
            symbols,
            "--output",
            "sarif",
            "--select",
            "stale-version",
        ];
        let log: Value = serde_json::from_str(&world.run(&args)).unwrap();
        let result = log["runs"][0]["results"][0].clone();
        (result["level"].clone(), result["partialFingerprints"].clone())
    };
    let ((with, known), (without, again)) = (sarif("--symbols"), sarif("--symbols=off"));
    assert_eq!((with, without), (json!("note"), json!("error")));
    assert_eq!(known, again);
}
