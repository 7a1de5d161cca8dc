//! A registry that does not answer is never silent: every format says so, and a run can fail because of it.

use crate::support::program;
use crate::support::server::{Answer, Server};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A hub of one entry about a package of PyPI.
fn hub() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let entry = folder.path().join("content/acme/docs/demo");
    fs::create_dir_all(&entry).expect("writable");
    let text = "---\nname: demo\ndescription: How to use the demo library from Python\nmetadata:\n  languages: python\n  \
                versions: \"1.0\"\n  revision: 1\n  updated-on: \"2026-01-02\"\n  source: community\n  tags: demo\n---\n\
                # Demo for Python\n\n```bash\npip install demo\n```\n";
    fs::write(entry.join("DOC.md"), text).expect("writable");
    folder
}

fn check(folder: &Path, index: &str, args: &[&str]) -> Output {
    program(folder)
        .args(["check", "content", "--pypi-index", index])
        .args(args)
        .output()
        .expect("it starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)))
}

/// An index that always answers 403, which is not asked again.
fn refusing() -> Server {
    Server::start(|_| Answer::status(403))
}

/// Releases of a package, of which 3.0 is the newest.
fn demo() -> Answer {
    super::pypi_page("demo", &["1.0", "2.0", "3.0"])
}

const REASON: &str = "the registry answered 403";

#[test]
fn every_format_tells_of_a_registry_that_does_not_answer() {
    let (folder, server) = (hub(), refusing());
    for (format, says) in [
        ("text", "not checked: 1 package: the registry answered 403"),
        ("concise", "not checked: 1 package: the registry answered 403"),
        ("markdown", "> [!WARNING]\n"),
        ("markdown", "- `1 package: the registry answered 403`\n"),
        (
            "github",
            "::warning title=chub-lint::not checked: 1 package: the registry answered 403\n",
        ),
        (
            "gitlab",
            "\"description\": \"not checked: 1 package: the registry answered 403\"",
        ),
        (
            "junit",
            "<skipped message=\"not checked: 1 package: the registry answered 403\"/>",
        ),
        (
            "checkstyle",
            "severity=\"warning\" message=\"not checked: 1 package: the registry answered 403\"",
        ),
        (
            "rdjson",
            "\"message\": \"not checked: 1 package: the registry answered 403\"",
        ),
        ("json", "\"pypi:demo\": \"the registry answered 403\""),
        (
            "sarif",
            "\"text\": \"Not checked: 1 package: the registry answered 403.\"",
        ),
        ("json-lines", ""),
    ] {
        let output = check(folder.path(), &server.url("/"), &["--output", format]);
        assert_eq!(output.status.code(), Some(0), "{format}");
        assert!(
            text(&output.stdout).contains(says),
            "{format}: {}",
            text(&output.stdout)
        );
        assert_eq!(
            text(&output.stderr),
            format!("warning: not checked: 1 package: {REASON}\n"),
            "{format}"
        );
    }
}

#[test]
fn a_registry_that_answers_is_not_told_of() {
    let (folder, server) = (hub(), Server::start(|_| super::pypi_page("demo", &["1.0"])));
    for format in [
        "text",
        "markdown",
        "github",
        "gitlab",
        "junit",
        "checkstyle",
        "rdjson",
        "sarif",
    ] {
        let output = check(
            folder.path(),
            &server.url("/"),
            &["--output", format, "--fail-on-unchecked"],
        );
        assert_eq!(
            output.status.code(),
            Some(0),
            "{format}: {}",
            text(&output.stderr)
        );
        let all = text(&output.stdout) + &text(&output.stderr);
        assert!(
            !all.contains("ot checked:") && !all.contains("not-checked"),
            "{format}: {all}"
        );
    }
}

#[test]
fn a_run_can_fail_when_a_package_is_not_checked() {
    let (folder, server) = (hub(), refusing());
    for (format, says) in [
        ("sarif", "\"executionSuccessful\": false"),
        ("sarif", "\"level\": \"error\""),
        ("junit", "errors=\"1\""),
        ("github", "::error title=chub-lint::not checked: "),
        ("gitlab", "\"severity\": \"major\""),
        ("json", "\"unknown\": 1"),
    ] {
        let output = check(
            folder.path(),
            &server.url("/"),
            &["--output", format, "--fail-on-unchecked"],
        );
        assert_eq!(output.status.code(), Some(2), "{format}");
        assert!(
            text(&output.stdout).contains(says),
            "{format}: {}",
            text(&output.stdout)
        );
        assert_eq!(
            text(&output.stderr),
            format!("error: not checked: 1 package: {REASON} (--fail-on-unchecked)\n")
        );
    }
}

/// The commands, besides `check`, that look packages up.
#[test]
fn other_commands_fail_too() {
    let (folder, server) = (hub(), refusing());
    for (command, written) in [("outdated", true), ("packages", true), ("baseline", false)] {
        let run = |flags: &[&str]| {
            let index = server.url("/");
            let mut command = program(folder.path());
            command.args([flags, &["content", "--pypi-index", &index]].concat());
            command.output().expect("it starts")
        };
        let output = run(&[command, "--fail-on-unchecked"]);
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(text(&output.stderr).contains(REASON), "{command}");
        assert_eq!(!output.stdout.is_empty(), written, "{command}");
        let output = run(&[command]);
        assert_eq!(output.status.code(), Some(0), "{command}");
        assert!(
            text(&output.stderr).starts_with("warning: not checked: "),
            "{command}"
        );
    }
}

#[test]
fn what_is_not_in_the_cache_or_the_lock_file_is_not_checked() {
    let folder = hub();
    fs::write(
        folder.path().join("lock.json"),
        "{\"schema\": 1, \"packages\": {}}",
    )
    .expect("writable");
    let exclude = "[freshness]\nexclude = [\"pypi:demo\"]\n";
    for (args, reason) in [
        (&["--offline"][..], "offline, and not in the cache"),
        (&["--locked", "lock.json"], "not in the lock file"),
    ] {
        // Chosen by the user: no trouble, and no warning.
        let output = check(folder.path(), "http://127.0.0.1:9/", args);
        assert_eq!(
            (output.status.code(), text(&output.stderr).as_str()),
            (Some(0), "")
        );
        let output = check(
            folder.path(),
            "http://127.0.0.1:9/",
            &[args, &["--fail-on-unchecked"]].concat(),
        );
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(reason), "{}", text(&output.stderr));
    }
    // A package that the config leaves out is not missed.
    fs::write(folder.path().join("chub-lint.toml"), exclude).expect("writable");
    let args = ["--config", "chub-lint.toml", "--offline", "--fail-on-unchecked"];
    let output = check(folder.path(), "http://127.0.0.1:9/", &args);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn alerts_stay_open_while_a_registry_is_down() {
    let folder = hub();
    let server = Server::start(|request| match request.earlier {
        0 => demo(),
        _ => Answer::status(403),
    });
    let sarif = |args: &[&str]| {
        let output = check(
            folder.path(),
            &server.url("/"),
            &[&["--output", "sarif", "--fail-on", "never"], args].concat(),
        );
        (report(&output), text(&output.stderr))
    };
    let (before, _) = sarif(&[]);
    let (after, stderr) = sarif(&["--refresh"]);
    let results = |log: &Value| log["runs"][0]["results"].clone();
    assert_eq!(results(&before)[0]["ruleId"], "stale-version");
    assert_eq!(results(&after), results(&before));
    let notification = &after["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notification["level"], "warning");
    let said = notification["message"]["text"].as_str().expect("a text");
    assert!(
        said.starts_with(
            "Not checked: newer releases of 1 package: the registry answered 403; used the reply of "
        ),
        "{said}"
    );
    assert!(
        stderr.starts_with("warning: not checked: newer releases of 1 package"),
        "{stderr}"
    );
    let schema: Value = serde_json::from_str(include_str!("../../schemas/sarif-2.1.0.json")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(schema.is_valid(&after));
}

/// With the limits that users have, and for several hubs.
#[test]
fn a_registry_that_hangs_costs_less_than_ten_seconds() {
    let (folder, more) = (hub(), hub());
    let server = Server::start(|_| demo().after(Duration::from_secs(90)));
    let more = more.path().join("content");
    let start = Instant::now();
    let output = check(folder.path(), &server.url("/"), &[more.to_str().expect("UTF-8")]);
    let took = start.elapsed();
    // Some more, for a machine that is busy with other tests.
    assert!(took < Duration::from_secs(14), "{took:?}");
    assert_eq!(
        text(&output.stderr),
        "warning: not checked: 1 package: the registry did not answer in time\n"
    );
    assert!(
        text(&output.stdout).contains(" in 2 documents "),
        "{}",
        text(&output.stdout)
    );
}

/// A file with registry data is not written of half of them, and a preview of fixes tells too.
#[test]
fn what_is_written_is_complete() {
    let (folder, server) = (hub(), refusing());
    let run = |args: &[&str]| {
        let mut command = program(folder.path());
        command
            .args(args)
            .args(["content", "--pypi-index", &server.url("/")]);
        command.output().expect("it starts")
    };
    for flag in ["--lock", "--write"] {
        let output = run(&["packages", flag, "file", "--fail-on-unchecked"]);
        assert_eq!(output.status.code(), Some(2), "{flag}");
        assert!(!folder.path().join("file").exists(), "{flag}");
    }
    let output = run(&["check", "--diff", "--unsafe-fixes"]);
    assert!(text(&output.stderr).contains("not checked: 1 package"));
    let output = run(&["check", "--diff", "--unsafe-fixes", "--fail-on-unchecked"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_host_that_does_not_exist_is_told_of() {
    let folder = hub();
    let output = program(folder.path())
        .args(["check", "content", "--output", "json", "--pypi-index"])
        .arg("http://registry.invalid/simple/")
        .output()
        .expect("it starts");
    let reasons = &report(&output)["summary"]["not_checked"]["packages"];
    let reason = reasons["pypi:demo"].as_str().expect("a text");
    assert!(reason.starts_with("no connection: cannot connect"), "{reason}");
    assert_eq!(output.status.code(), Some(0));
}
