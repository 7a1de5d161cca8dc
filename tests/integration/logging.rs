//! The log of `-vv`: what was decided and why. Nothing without it, nothing active and no credential in it.

use crate::support::program;
use crate::support::server::{Answer, Server};
use std::fs;
use std::path::Path;
use std::process::Output;

const SECRET: &str = "s3cr3t-t0ken";

/// A token that looks real, in two parts, so that no scanner of this file finds it.
const TOKEN: (&str, &str) = ("ghp", "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17");

/// A hub of one entry about a package, in a content folder.
fn hub(content: &Path) {
    let folder = content.join("acme/docs/demo");
    fs::create_dir_all(&folder).unwrap();
    let text = "---\nname: demo\ndescription: How to use the demo library\nmetadata:\n  languages: python\n  \
                versions: \"1.0\"\n  revision: 1\n  updated-on: \"2026-01-02\"\n  source: community\n  tags: demo\n---\n\
                # Demo\n\n```bash\npip install demo\n```\n";
    fs::write(folder.join("DOC.md"), text).unwrap();
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The log of a run.
fn log(folder: &Path, args: &[&str]) -> String {
    stderr(&program(folder).args(args).output().unwrap())
}

/// One release of a package for PyPI's index.
fn page() -> Answer {
    let file = r#"{"filename":"demo-1.0-py3-none-any.whl","url":"x","upload-time":"2026-01-02T03:04:05Z"}"#;
    let body = format!(r#"{{"meta":{{"api-version":"1.1"}},"name":"demo","files":[{file}]}}"#);
    Answer::status(200)
        .with("Content-Type", "application/vnd.pypi.simple.v1+json")
        .body(body)
}

#[track_caller]
fn has(log: &str, line: &str) {
    assert!(log.contains(line), "no `{line}` in:\n{log}");
}

#[test]
fn nothing_is_logged_by_default() {
    let folder = tempfile::tempdir().unwrap();
    hub(&folder.path().join("content"));
    for args in [
        &["content", "--offline"][..],
        &["content", "--offline", "-v"],
        &["packages", "content", "--offline"],
        &["packages", "content", "--offline", "-v"],
        &["outdated", "content", "--offline"],
        &["bump", "content/acme/docs/demo", "-v"],
        &["search", "demo", "content"],
        &["build", "content", "--validate-only"],
    ] {
        assert_eq!(log(folder.path(), args), "", "{args:?}");
    }
}

#[test]
fn every_command_that_reads_a_hub_can_log() {
    let folder = tempfile::tempdir().unwrap();
    hub(&folder.path().join("content"));
    for args in [
        &["content", "--offline"][..],
        &["check", "content", "--offline"],
        &["baseline", "content", "--offline"],
        &["packages", "content", "--offline"],
        &["outdated", "content", "--offline"],
        &["bump", "content/acme/docs/demo"],
        &["init", "."],
        &["build", "content"],
        &["search", "demo", "content"],
        &["get", "acme/demo", "content"],
    ] {
        let plain = program(folder.path()).args(args).output().unwrap();
        let logged = program(folder.path()).args(args).arg("-vv").output().unwrap();
        let lines = stderr(&logged);
        assert!(
            lines.lines().any(|line| line.starts_with("debug: ")),
            "{args:?}: {lines}"
        );
        assert_eq!(plain.status.code(), logged.status.code(), "{args:?}");
    }
}

#[test]
fn requests_and_the_cache_are_logged_without_credentials() {
    let server = Server::start(|request| match (request.path.as_str(), request.earlier) {
        ("/simple/demo/", 0) => Answer::status(503),
        ("/simple/demo/", _) => Answer::status(302).with("Location", format!("/moved/demo/?token={SECRET}")),
        _ => page(),
    });
    let folder = tempfile::tempdir().unwrap();
    hub(&folder.path().join("content"));
    let index = server.url("/simple").replace("://", &format!("://me:{SECRET}@"));
    let args = ["packages", "content", "-vv", "--pypi-index", &index];
    let asked = log(folder.path(), &args);
    let url = server.url("/simple/demo/");
    has(
        &asked,
        "debug: cache: not used (there is none, or others may write to it), packages: 1\n",
    );
    has(&asked, &format!("debug: GET {url} 503, "));
    has(&asked, ", trying again in ");
    has(
        &asked,
        &format!("debug: GET {url} 302 to {}\n", server.url("/moved/demo/")),
    );
    has(&asked, &format!("debug: GET {url} 200, "));
    let cached = log(folder.path(), &args);
    has(&cached, "debug: cache: pypi:demo is ");
    has(&cached, " s old, used\n");
    assert!(!cached.contains("GET"), "{cached}");
    let again = log(folder.path(), &[&args[..], &["--refresh"]].concat());
    has(&again, "debug: cache: not used (--refresh), packages: 1\n");
    let locked = [
        "packages",
        "content",
        "--lock",
        "lock.json",
        "-vv",
        "--pypi-index",
        &index,
    ];
    has(&log(folder.path(), &locked), "lock.json, ");
    let locked = log(folder.path(), &["content", "-vv", "--locked", "lock.json"]);
    has(&locked, "debug: lock file lock.json: 1 package\n");
    for log in [asked, cached, again, locked] {
        assert!(!log.contains(SECRET), "{log}");
    }
}

/// Names of folders and files are a stranger's.
#[cfg(unix)]
#[test]
fn hostile_names_are_inert_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let token = format!("{}{}", TOKEN.0, TOKEN.1);
    let named = folder.path().join(format!(
        "a\u{1b}[31m\n::error::b\r##vso[task.complete]\u{202e} {token}"
    ));
    let content = named.join("content");
    hub(&content);
    fs::create_dir(named.join(".git")).unwrap();
    fs::write(
        named.join("chub-lint.toml"),
        "exclude = [\"none\"]\npackages = \"map.toml\"\n",
    )
    .unwrap();
    fs::write(named.join("map.toml"), "[packages]\n").unwrap();
    fs::write(named.join(".gitignore"), "none\n").unwrap();
    fs::write(content.join("acme/.ignore"), "none\n").unwrap();
    for args in [
        &["check"][..],
        &["check", "--output", "json=out.json"],
        &["baseline"],
        &["packages", "--lock", "lock.json"],
        &["build"],
        &["bump"],
        &["search", ""],
    ] {
        let command = args.first().unwrap();
        let mut run = program(&named);
        run.args(args).arg("-vv").arg(match *command {
            "bump" => content.join("acme"),
            _ => content.clone(),
        });
        if !matches!(*command, "bump" | "build" | "search") {
            run.arg("--offline");
        }
        let log = stderr(
            &run.env("CHUB_LINT_CACHE_DIR", folder.path().join("cache"))
                .output()
                .unwrap(),
        );
        assert!(!log.is_empty(), "{args:?}");
        has(&log, "\\u{1b}[31m\\n::error::b\\r#\\u{23}vso[");
        for line in log.lines() {
            assert!(line.starts_with("debug: "), "{args:?}: {line:?}");
            assert!(!line.chars().any(chub_lint::safe_text::is_active), "{line:?}");
        }
        assert!(!log.contains("##vso["), "{log}");
        assert!(!log.contains(TOKEN.1), "{log}");
    }
}
