//! Every freshness rule through the program and its client, against a registry that answers as PyPI and npm do. The data
//! are those of the rule pages, so that each page is true of a real registry too.

use crate::support::page::examples;
use crate::support::server::{Answer, Request, Server};
use crate::support::{self, TODAY};
use chub_lint::package::Package;
use chub_lint::releases::{PackageLookup, PackageLookups, PublishedPackage};
use chub_lint::rule::Rule;
use chub_lint::rule::page::{RuleCategory, RulePage};
use chub_lint::rules::RULES;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

/// A rule, a line and a message.
type Found = BTreeSet<(String, u64, String)>;

/// What an example needs besides its text.
#[derive(Default)]
struct Scene<'a> {
    releases: Option<PackageLookups>,
    config: &'a str,
    files: Vec<(&'a str, &'a str)>,
}

#[test]
fn every_freshness_rule_finds_through_the_client_what_its_page_says() {
    let mut wrong = Vec::new();
    for rule in RULES.iter().copied().filter(|rule| is_freshness(rule.id)) {
        let found = examples(rule.page);
        let mut scene = Scene::default();
        let mut seen = 0;
        for example in &found {
            if example.is("releases") {
                scene.releases = Some(support::releases(&example.text));
            } else if example.is("config") {
                scene.config = &example.text;
            } else if example.is("file") {
                scene.files.push((example.path(), &example.text));
            } else if example.is("bad") || example.is("good") {
                scene.files.push((example.path(), &example.text));
                let expected = in_memory(rule, &scene);
                assert_eq!(example.is("bad"), !expected.is_empty(), "{}", rule.id);
                let found = through_the_program(rule, &scene);
                seen += usize::from(example.is("bad"));
                if found != expected {
                    wrong.push(format!("{}: {found:#?}\nand not {expected:#?}", rule.id));
                }
                scene.files.clear();
            }
        }
        assert!(seen > 0, "{}", rule.id);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a finding is looked at. A page without releases is about texts alone: of it only its own rule is, and its
/// registry refuses every question.
fn counts(rule: &Rule, scene: &Scene<'_>, id: &str) -> bool {
    match scene.releases {
        Some(_) => is_freshness(id),
        None => id == rule.id,
    }
}

fn is_freshness(id: &str) -> bool {
    let rule = RULES.iter().find(|rule| rule.id == id).expect("a rule");
    RulePage::for_rule(rule).category == RuleCategory::Freshness
}

/// What the rules find with the data alone.
fn in_memory(rule: &Rule, scene: &Scene<'_>) -> Found {
    let settings = support::settings(scene.config, &[rule.id]);
    let workspace = support::workspace(support::hub(&scene.files), settings, scene.releases.clone());
    let findings = support::findings(&workspace).into_iter();
    findings
        .filter(|finding| counts(rule, scene, finding.rule))
        .map(|finding| {
            let document = workspace
                .hub()
                .document_or_registry(finding.path.as_str())
                .expect("a document");
            let line = document.text[..finding.span.start as usize].matches('\n').count() + 1;
            (finding.rule.to_owned(), line as u64, finding.message)
        })
        .collect()
}

/// What the program finds when it asks a registry.
fn through_the_program(rule: &Rule, scene: &Scene<'_>) -> Found {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in &scene.files {
        let file = folder.path().join("content").join(path);
        fs::create_dir_all(file.parent().expect("it has one")).expect("writable");
        fs::write(file, text).expect("writable");
    }
    let config_file = folder.path().join("chub-lint.toml");
    fs::write(&config_file, scene.config).expect("writable");
    let server = match &scene.releases {
        Some(releases) => registry(releases.clone()),
        None => Server::start(|_| Answer::status(403)),
    };
    let output = support::program(folder.path())
        .args(["check", "content", "--output", "json", "--extend-select", rule.id])
        .arg("--config")
        .arg(config_file)
        .args(["--pypi-index", &server.url("/simple/")])
        .args(["--npm-registry", &server.url("/npm/")])
        .output()
        .expect("it starts");
    let error = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}"));
    let findings = report["diagnostics"].as_array().expect("a list");
    findings
        .iter()
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().expect("a text").to_owned();
            (
                text("rule"),
                finding["line"].as_u64().expect("a number"),
                text("message"),
            )
        })
        .filter(|(id, ..)| counts(rule, scene, id))
        .collect()
}

/// A registry of both kinds that has these releases. Their dates are as long ago as in the data.
fn registry(releases: PackageLookups) -> Server {
    let releases = Arc::new(releases);
    Server::start(move |request| answer(&releases, request))
}

fn answer(releases: &PackageLookups, request: &Request) -> Answer {
    let path = request.path.replace("%2f", "/");
    if let Some(name) = path.strip_prefix("/simple/") {
        let package = format!("pypi:{}", name.trim_end_matches('/'));
        return known(releases, &package, |published| {
            pypi(name.trim_end_matches('/'), published)
        });
    }
    let path = path.strip_prefix("/npm/").expect("one of the two");
    if let Some(name) = path
        .strip_prefix("-/package/")
        .and_then(|path| path.strip_suffix("/dist-tags"))
    {
        return known(releases, &format!("npm:{name}"), |published| {
            Value::Object(dist_tags(published))
        });
    }
    if let Some(name) = path.strip_suffix("/latest") {
        return known(releases, &format!("npm:{name}"), |published| {
            match &published.deprecated {
                Some(words) => json!({ "name": name, "version": published.newest, "deprecated": words }),
                None => json!({ "name": name, "version": published.newest }),
            }
        });
    }
    known(releases, &format!("npm:{path}"), |published| {
        packument(path, published)
    })
}

/// The answer about a package. What a page knows nothing of is refused.
fn known(releases: &PackageLookups, package: &str, body: impl Fn(&PublishedPackage) -> Value) -> Answer {
    let package = Package::parse(package).expect("a package");
    match releases.get(&package) {
        Some(PackageLookup::Published(published)) => Answer::json(body(published).to_string()),
        Some(PackageLookup::Missing) => Answer::status(404),
        Some(PackageLookup::Unknown(_)) | None => Answer::status(403),
    }
}

/// A day that is as long before today as a day of the data is before the day of the tests.
fn as_long_ago(day: Date) -> String {
    let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
    let ago = day.until(TODAY).expect("days").get_days();
    let day = today.checked_sub(i64::from(ago).days()).expect("a date");
    format!("{day}T00:00:00.000Z")
}

/// A page of the simple API (PEP 691, 700, 792).
fn pypi(name: &str, published: &PublishedPackage) -> Value {
    let files: Vec<Value> = published
        .versions
        .iter()
        .map(|version| {
            let mut file = json!({
                "filename": format!("{}-{}-py3-none-any.whl", name.replace('-', "_"), version.version),
                "url": "x",
                "yanked": false,
            });
            if let Some(date) = version.date {
                file["upload-time"] = as_long_ago(date).into();
            }
            if let Some(size) = published.size {
                file["size"] = size.into();
            }
            if let Some(reason) = &version.yanked {
                file["yanked"] = reason.as_str().into();
            }
            file
        })
        .collect();
    let mut page = json!({ "meta": { "api-version": "1.4" }, "name": name, "files": files });
    if let Some(status) = &published.status {
        page["project-status"] = json!({ "status": status.state, "reason": status.reason });
    }
    page
}

fn dist_tags(published: &PublishedPackage) -> Map<String, Value> {
    let mut tags: Map<String, Value> = published
        .dist_tags
        .iter()
        .map(|(tag, version)| (tag.clone(), version.as_str().into()))
        .collect();
    tags.insert("latest".to_owned(), published.newest.clone().into());
    tags
}

fn packument(name: &str, published: &PublishedPackage) -> Value {
    let mut versions = Map::new();
    let mut time = Map::new();
    time.insert("created".to_owned(), "2020-01-01T00:00:00.000Z".into());
    for version in &published.versions {
        let mut document = json!({ "name": name, "version": version.version });
        if let Some(size) = published.size {
            document["dist"] = json!({ "unpackedSize": size });
        }
        if published.newest.as_ref() == Some(&version.version)
            && let Some(words) = &published.deprecated
        {
            document["deprecated"] = words.as_str().into();
        }
        versions.insert(version.version.clone(), document);
        if let Some(date) = version.date {
            time.insert(version.version.clone(), as_long_ago(date).into());
        }
    }
    json!({ "name": name, "dist-tags": dist_tags(published), "versions": versions, "time": time })
}
