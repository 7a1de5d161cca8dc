//! Symbols through the program: documents against the wheels and sdists of an index on loopback.

mod agents;
mod choice;
mod cost;
mod editor;
mod faults;
mod locked;
mod npm;
mod references;
mod rotation;
mod runs;

use crate::support;
use crate::support::pack::wheel;
use crate::support::server::{Answer, Request, Server};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Output;
use tempfile::TempDir;

/// Files of releases by name: `demo-1.0-py3-none-any.whl`.
type Shelf = BTreeMap<String, Vec<u8>>;

/// A folder with a hub, its own home and cache, and an index.
struct World {
    folder: TempDir,
    index: Server,
}

/// What a run said.
struct Ran {
    code: Option<i32>,
    report: Value,
    error: String,
}

/// An entry about a package. Its code uses a method that both releases have, one that only the first has, and one that
/// none has.
fn entry(package: &str) -> String {
    format!(
        "---\nname: {package}\ndescription: \"How to call the {package} client from Python programs\"\nmetadata:\n  \
         languages: \"python\"\n  versions: \"1.0\"\n  package: pypi:{package}\n  revision: 1\n  updated-on: \"2026-05-01\"\n  \
         source: community\n  tags: \"{package}\"\n---\n\n# Client\n\n```python\nimport {package}\n\n\
         client = {package}.Client()\nclient.open()\nclient.gone()\nclient.never()\n```\n"
    )
}

/// The module of a release.
fn module(members: &[&str]) -> String {
    let methods = members.iter().map(|name| format!("    def {name}(self): ...\n"));
    format!("class Client:\n{}", methods.collect::<String>())
}

/// The two releases of a package, as wheels.
fn releases(package: &str) -> [(String, Vec<u8>); 2] {
    [("1.0", &["open", "gone"][..]), ("2.0", &["open"][..])].map(|(version, members)| {
        let path = format!("{package}/__init__.py");
        // A module that nothing imports.
        let other = format!("{package}/other.py");
        (
            format!("{package}-{version}-py3-none-any.whl"),
            wheel(&[
                (&path, module(members).as_bytes()),
                (&other, b"def helper(): ...\n"),
            ]),
        )
    })
}

/// The releases of some packages.
fn shelf(packages: &[&str]) -> Shelf {
    packages.iter().flat_map(|package| releases(package)).collect()
}

/// The page of a package, with the hashes and sizes of what is served.
fn page(shelf: &Shelf, package: &str) -> Answer {
    let prefix = format!("{package}-");
    let files: Vec<Value> = shelf
        .iter()
        .filter(|(name, _)| name.starts_with(&prefix))
        .map(|(name, bytes)| {
            let digest = Sha256::digest(bytes);
            let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            let hashes = json!({ "sha256": hash });
            json!({ "filename": name, "url": format!("/files/{name}"), "hashes": hashes, "size": bytes.len() })
        })
        .collect();
    match files.is_empty() {
        true => Answer::status(404),
        false => Answer::json(json!({ "meta": { "api-version": "1.1" }, "files": files }).to_string()),
    }
}

/// What an index with these files answers; a part of a file for a range.
fn answer(shelf: &Shelf, request: &Request) -> Answer {
    if let Some(package) = request.path.strip_prefix("/simple/") {
        return page(shelf, package.trim_end_matches('/'));
    }
    let Some(file) = request
        .path
        .strip_prefix("/files/")
        .and_then(|name| shelf.get(name))
    else {
        return Answer::status(404);
    };
    let Some((first, last)) = request
        .header("range")
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Answer::status(200).body(file.as_slice());
    };
    let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
    Answer::status(206)
        .with("Content-Range", format!("bytes {first}-{last}/{}", file.len()))
        .body(&file[first..=last])
}

impl World {
    /// A hub with an entry for each package, and an index with these files.
    fn new(packages: &[&str], shelf: Shelf) -> Self {
        let world = Self {
            folder: TempDir::new().unwrap(),
            index: Server::start(move |request| answer(&shelf, request)),
        };
        for package in packages {
            world.write(&format!("content/acme/docs/{package}/DOC.md"), &entry(package));
        }
        world
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn output(&self, args: &[&str]) -> Output {
        let mut command = support::program(self.folder.path());
        let index = self.index.url("/simple/");
        command
            .args(args)
            .args(["--pypi-index", &index])
            .output()
            .unwrap()
    }

    /// Check with the report as JSON.
    #[track_caller]
    fn run(&self, args: &[&str]) -> Ran {
        let output = self.output(&[args, &["--output", "json"]].concat());
        let error = String::from_utf8(output.stderr).unwrap();
        let report =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{args:?}: {why}: {error}"));
        Ran {
            code: output.status.code(),
            report,
            error,
        }
    }

    /// The archives that were requested since the last call, sorted.
    fn archives(&self) -> Vec<String> {
        let seen = self.index.take().into_iter();
        let mut names: Vec<String> = seen
            .filter_map(|request| request.path.strip_prefix("/files/").map(str::to_owned))
            .collect();
        names.sort();
        names
    }
}

impl Ran {
    /// The findings about symbols: rule, symbol and release.
    fn findings(&self) -> Vec<String> {
        let found = self.report["diagnostics"].as_array().unwrap().iter();
        let of_symbols = found.filter(|found| found.get("symbol").is_some());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        of_symbols
            .map(|found| {
                ["rule", "symbol", "release"]
                    .map(|key| text(&found[key]))
                    .join(" ")
            })
            .collect()
    }

    /// Why nothing was compared with the release that an entry declares; `None` when it was.
    fn not_checked(&self, entry: usize) -> Option<String> {
        let entry = &self.report["symbols"][entry]["declared"];
        assert!(entry.is_object(), "{}", self.report);
        entry["not_checked"].as_str().map(str::to_owned)
    }

    /// The entries that were checked, and against which releases: `demo: 1.0 2.0`.
    fn checked(&self) -> Vec<String> {
        let entries = self.report["symbols"].as_array().into_iter().flatten();
        entries
            .map(|entry| {
                let package = entry["package"].as_str().unwrap().trim_start_matches("pypi:");
                let sides = ["declared", "newest"].into_iter();
                let versions: Vec<&str> = sides.filter_map(|side| entry[side]["version"].as_str()).collect();
                format!("{package}: {}", versions.join(" "))
            })
            .collect()
    }
}
