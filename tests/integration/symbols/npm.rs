//! Packages of npm: documents against the tarballs of a registry on loopback.

use crate::support;
use crate::support::pack::tarball;
use crate::support::server::{Answer, Request, Server};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha512};
use std::fs;
use tempfile::TempDir;

/// Package, version and the files of its tarball.
type Release = (&'static str, &'static str, Vec<u8>);

/// A tarball as `npm pack` makes it.
fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let names: Vec<String> = files.iter().map(|(name, _)| format!("package/{name}")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(files)
        .map(|(name, (_, text))| (name.as_str(), text.as_bytes()))
        .collect();
    tarball(&files)
}

/// A release with declarations.
fn typed(name: &'static str, version: &'static str, declarations: &str) -> Release {
    let manifest = json!({ "name": name, "version": version, "types": "index.d.ts", "main": "index.js" });
    let manifest = manifest.to_string();
    let files = [
        ("package.json", manifest.as_str()),
        ("index.d.ts", declarations),
        ("index.js", ""),
    ];
    (name, version, packed(&files))
}

/// A release without declarations, whose code shows nothing.
fn untyped(name: &'static str, version: &'static str) -> Release {
    let manifest = json!({ "name": name, "version": version, "main": "index.js" }).to_string();
    let code = "module.exports = require('./build')(globalThis);";
    (
        name,
        version,
        packed(&[("package.json", manifest.as_str()), ("index.js", code)]),
    )
}

fn document(host: &str, release: &Release) -> Value {
    let (name, version, bytes) = release;
    let integrity = format!("sha512-{}", STANDARD.encode(Sha512::digest(bytes)));
    let tarball = format!("http://{host}/files/{name}@{version}");
    json!({ "name": name, "version": version, "dist": { "tarball": tarball, "integrity": integrity } })
}

/// What a registry with these releases answers.
fn answer(shelf: &[Release], request: &Request) -> Answer {
    let path = request.path.replace("%2f", "/").replace("%2F", "/");
    let file = |(name, version, _): &&Release| path == format!("/files/{name}@{version}");
    if let Some((_, _, bytes)) = shelf.iter().find(file) {
        return Answer::status(200).body(bytes.as_slice());
    }
    let host = request.header("host");
    let version_of = |(name, version, _): &&Release| path == format!("/{name}/{version}");
    if let Some(release) = shelf.iter().find(version_of) {
        return Answer::json(document(host, release).to_string());
    }
    let of: Vec<&Release> = shelf
        .iter()
        .filter(|(name, ..)| path == format!("/{name}"))
        .collect();
    let tags = |of: &[&Release]| of.last().map(|(_, version, _)| json!({ "latest": version }));
    if let Some(name) = path
        .strip_prefix("/-/package/")
        .and_then(|rest| rest.strip_suffix("/dist-tags"))
    {
        let of: Vec<&Release> = shelf.iter().filter(|(one, ..)| *one == name).collect();
        return tags(&of).map_or(Answer::status(404), |tags| Answer::json(tags.to_string()));
    }
    let Some(tags) = tags(&of) else {
        return Answer::status(404);
    };
    let versions: serde_json::Map<String, Value> = of
        .iter()
        .map(|release| (release.1.to_owned(), document(host, release)))
        .collect();
    let times: serde_json::Map<String, Value> = of
        .iter()
        .map(|(_, version, _)| ((*version).to_owned(), json!("2026-01-01T00:00:00.000Z")))
        .collect();
    Answer::json(json!({ "dist-tags": tags, "versions": versions, "time": times }).to_string())
}

struct World {
    folder: TempDir,
    registry: Server,
}

impl World {
    fn new(shelf: Vec<Release>) -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            registry: Server::start(move |request| answer(&shelf, request)),
        }
    }

    /// Write an entry about 1.0.0 of a package.
    fn entry(&self, package: &str, code: &str) -> String {
        let name = package.trim_start_matches('@').replace('/', "-");
        let path = format!("content/acme/docs/{name}/DOC.md");
        let text = format!(
            "---\nname: {name}\ndescription: \"How to call the {name} client from programs\"\nmetadata:\n  \
             languages: \"typescript\"\n  versions: \"1.0.0\"\n  package: \"npm:{package}\"\n  revision: 1\n  updated-on: \
             \"2026-05-01\"\n  source: community\n  tags: \"{name}\"\n---\n\n# Client\n\n```typescript\n{code}```\n"
        );
        let file = self.folder.path().join(&path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        path
    }

    /// Check everything: the findings about symbols, and the symbols of entries.
    #[track_caller]
    fn run(&self, args: &[&str]) -> (Vec<String>, Value) {
        let registry = self.registry.url("/");
        let mut command = support::program(self.folder.path());
        let output = command
            .args([
                "check",
                "content",
                "--symbols",
                "--select",
                "symbols",
                "--output",
                "json",
            ])
            .args(["--npm-registry", &registry])
            .args(args)
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&output.stderr)));
        let found = report["diagnostics"].as_array().unwrap().iter();
        let texts = found.map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", text("rule"), text("symbol"), text("release"))
        });
        (texts.collect(), report["symbols"].clone())
    }

    /// What was requested since the last call, sorted.
    fn requested(&self) -> Vec<String> {
        let mut paths: Vec<String> = self
            .registry
            .take()
            .into_iter()
            .map(|request| request.path.replace("%2f", "/").replace("%2F", "/"))
            .collect();
        paths.sort();
        paths
    }
}

const CODE: &str = "import { Client, connect, absent } from \"kit\";\nimport { extra } from \"kit/extra\";\n\n\
                    const client = new Client();\nclient.open();\nclient.gone();\nclient.never();\n";

const OLD: &str = "export class Client { open(): void; gone(): void }\nexport function connect(): Client;\n";
const NEW: &str = "export class Client { open(): void }\nexport function connect(): Client;\n";

#[test]
fn exports_members_and_modules_of_both_releases() {
    let world = World::new(vec![typed("kit", "1.0.0", OLD), typed("kit", "2.0.0", NEW)]);
    let path = world.entry("kit", CODE);
    let (found, symbols) = world.run(&[]);
    assert_eq!(
        found,
        [
            "unknown-symbol kit#absent 1.0.0",
            "unknown-symbol kit/extra 1.0.0",
            "removed-symbol Client.gone 2.0.0",
            "unknown-symbol Client.never 1.0.0",
        ]
    );
    assert_eq!(symbols[0]["path"], path);
    assert_eq!(symbols[0]["package"], "npm:kit");
    assert_eq!(symbols[0]["declared"]["missing"], 3);
    assert_eq!(symbols[0]["newest"]["missing"], 4);
    world.requested();
    for args in [&[][..], &["--offline"]] {
        assert_eq!(world.run(args), (found.clone(), symbols.clone()), "{args:?}");
        assert_eq!(world.requested(), Vec::<String>::new(), "{args:?}");
    }
}

#[test]
fn declarations_of_the_same_major_version_are_taken_from_another_package() {
    let world = World::new(vec![
        untyped("kit", "1.0.0"),
        typed("@types/kit", "1.0.1", OLD),
        typed("@types/kit", "1.0.9", NEW),
        typed("@types/kit", "2.0.0", "export {};\n"),
    ]);
    world.entry("kit", CODE);
    let (found, _) = world.run(&[]);
    assert_eq!(
        found,
        [
            "unknown-symbol kit#absent 1.0.0",
            "unknown-symbol kit/extra 1.0.0",
            "unknown-symbol Client.gone 1.0.0",
            "unknown-symbol Client.never 1.0.0",
        ],
        "the declarations of 1.0.9"
    );
    world.requested();
    assert_eq!(world.run(&["--offline"]).0, found);
}

#[test]
fn a_package_without_declarations_shows_little() {
    let world = World::new(vec![untyped("kit", "1.0.0")]);
    world.entry("kit", CODE);
    let (found, symbols) = world.run(&[]);
    assert_eq!(found, ["unknown-symbol kit/extra 1.0.0"], "{symbols}");
}

#[test]
fn nobody_is_asked_for_the_declarations_of_a_scope() {
    let world = World::new(vec![untyped("@team/kit", "1.0.0")]);
    world.entry("@team/kit", "import { x } from \"@team/kit\";\n");
    world.run(&[]);
    let requested = world.requested();
    assert!(
        requested.iter().any(|path| path == "/files/@team/kit@1.0.0"),
        "{requested:?}"
    );
    let types = requested.iter().filter(|path| path.contains("@types"));
    assert_eq!(types.count(), 0, "{requested:?}");
}

#[test]
fn a_tarball_that_is_not_the_listed_one_is_not_checked() {
    let mut served = typed("kit", "1.0.0", OLD);
    let listed = served.clone();
    served.2.push(0);
    let shelf = vec![listed];
    let folder = TempDir::new().unwrap();
    let registry = Server::start(move |request| match request.path.starts_with("/files/") {
        true => Answer::status(200).body(served.2.as_slice()),
        false => answer(&shelf, request),
    });
    let world = World { folder, registry };
    world.entry("kit", CODE);
    let (found, symbols) = world.run(&[]);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(
        symbols[0]["declared"]["not_checked"],
        "the archive does not have the hash that the index lists"
    );
}
