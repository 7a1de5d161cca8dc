//! The clients of PyPI and npm against a local server: requests, results, and what they must never do.

mod cache;
mod end_to_end;
mod faults;
mod large;
mod protocol;
mod secrets;
mod settings;
mod trouble;

use crate::support::server::{Answer, Request};
use chub_lint::package::Package;
use chub_lint::releases::{
    ClientOptions, Environment, LookupRequest, PackageIndex, PackageLookup, PackageLookups, PublishedPackage,
    RegistryClient, RegistrySettingsError,
};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// A folder that is home, working folder and cache, with environment variables.
struct World {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl World {
    fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a temporary folder"),
            variables: Vec::new(),
        }
    }

    fn var(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Write a file below the folder.
    #[expect(clippy::disallowed_methods, reason = "a test makes its own world")]
    fn file(self, path: &str, text: impl AsRef<str>) -> Self {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("writable");
        std::fs::write(path, text.as_ref()).expect("writable");
        self
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn environment(&self) -> Environment {
        let home = self.path().to_owned();
        Environment::new(self.variables.clone(), Some(home.clone()), home)
    }

    /// Options with only the environment of this world.
    fn options(&self) -> ClientOptions {
        ClientOptions {
            environment: self.environment(),
            cache_dir: Some(self.path().join("cache")),
            network_timeout: Duration::from_secs(20),
            ..ClientOptions::default()
        }
    }

    /// The registries in the settings of this world.
    fn open(&self) -> Result<RegistryClient, RegistrySettingsError> {
        RegistryClient::new(self.options())
    }

    fn ask(&self, questions: &[(&str, &[&str])]) -> PackageLookups {
        ask(self.options(), questions)
    }
}

/// Look up packages, each with the versions to check.
fn ask(options: ClientOptions, questions: &[(&str, &[&str])]) -> PackageLookups {
    let registries = RegistryClient::new(options).expect("the settings are right");
    let questions: Vec<LookupRequest> = questions
        .iter()
        .map(|(package, versions)| LookupRequest {
            package: Package::parse(package).expect("a package"),
            versions: versions.iter().map(|version| (*version).to_owned()).collect(),
        })
        .collect();
    registries.look_up(&questions)
}

/// The data of one package.
fn of<'a>(releases: &'a PackageLookups, package: &str) -> &'a PackageLookup {
    releases
        .get(&Package::parse(package).expect("a package"))
        .expect("every question has an answer")
}

fn published<'a>(releases: &'a PackageLookups, package: &str) -> &'a PublishedPackage {
    match of(releases, package) {
        PackageLookup::Published(published) => published,
        other => panic!("{package} is {other:?}"),
    }
}

fn newest<'a>(releases: &'a PackageLookups, package: &str) -> &'a str {
    published(releases, package)
        .newest
        .as_deref()
        .expect("a newest version")
}

/// A PEP 691 page with one wheel a version.
fn pypi_page(name: &str, versions: &[&str]) -> Answer {
    let files: Vec<String> = versions
        .iter()
        .map(|v| format!(r#"{{"filename":"{name}-{v}-py3-none-any.whl","url":"x","upload-time":"2026-01-02T03:04:05Z"}}"#))
        .collect();
    let body = format!(
        r#"{{"meta":{{"api-version":"1.1"}},"name":"{name}","files":[{}]}}"#,
        files.join(",")
    );
    Answer::status(200)
        .with("Content-Type", "application/vnd.pypi.simple.v1+json")
        .body(body)
}

/// The answers of npm for any package with the newest version 2.0.0 and also 1.0.0.
fn npm_answers(request: &Request) -> Answer {
    if request.path.ends_with("/dist-tags") {
        return Answer::json(r#"{"latest":"2.0.0","next":"3.0.0-0"}"#);
    }
    Answer::json(
        r#"{"dist-tags":{"latest":"2.0.0","next":"3.0.0-0"},
            "versions":{"1.0.0":{},"2.0.0":{"deprecated":"use another"},"3.0.0-0":{}},
            "time":{"1.0.0":"2025-01-01T00:00:00Z","2.0.0":"2026-01-01T00:00:00Z"}}"#,
    )
}
