//! The report for people: its order and groups, its colours and size, and the flags that change it.

use crate::reports::documented_fields;
use crate::support;
use crate::support::samples::{finding, write};
use chub_lint::diagnostic::{Diagnostic, Severity};
use chub_lint::hub::Hub;
use chub_lint::report::{Format, RenderOptions, Run, RunSummary};
use chub_lint::rules::RULES;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

const ENTRIES: usize = 40;

fn path(entry: usize) -> String {
    format!("acme/docs/e{entry:02}/DOC.md")
}

fn hub() -> Hub {
    let files: Vec<String> = (0..ENTRIES).map(path).collect();
    let files: Vec<_> = files.iter().map(|path| (path.as_str(), "# Widget\n")).collect();
    support::hub(&files)
}

fn of_rule(rule: &'static str, severity: Severity, entry: usize, message: &str) -> Diagnostic {
    Diagnostic {
        rule,
        severity,
        ..finding(&path(entry), 2..8, message)
    }
}

/// A note in each entry, all different, then an error, and a secret last.
fn mixed() -> Vec<Diagnostic> {
    let notes = (0..ENTRIES).map(|i| of_rule("code-syntax", Severity::Note, i, &format!("note {i}")));
    let mut all: Vec<_> = notes.collect();
    all.push(of_rule("bad-name", Severity::Error, ENTRIES - 1, "an error"));
    all.push(of_rule("leaked-secret", Severity::Error, ENTRIES - 1, "a secret"));
    all
}

fn text(diagnostics: Vec<Diagnostic>, render: RenderOptions) -> String {
    let hub = hub();
    let run = Run {
        hubs: std::slice::from_ref(&hub),
        diagnostics,
        summary: RunSummary::default(),
        marks: Vec::new(),
    };
    let mut out = Vec::new();
    Format::Text.reporter(render).report(&run, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn headlines(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| line.contains("]: "))
        .map(|line| line.split_once("]: ").unwrap().1)
        .collect()
}

#[test]
fn what_does_not_fit_a_screen_begins_with_secrets_and_errors() {
    let plain = RenderOptions::default();
    let long = text(mixed(), plain.clone());
    assert_eq!(
        headlines(&long)[..4],
        ["a secret", "an error", "note 0", "note 1"]
    );
    let tall = RenderOptions {
        height: Some(1_000),
        ..plain.clone()
    };
    let in_order = text(mixed(), tall.clone());
    assert_eq!(headlines(&in_order)[..2], ["note 0", "note 1"]);
    assert!(in_order.contains("findings by rule:"), "{in_order}");
    let most = RenderOptions {
        most: Some(1),
        ..tall
    };
    let cut = text(mixed(), most);
    assert_eq!(headlines(&cut), ["a secret"]);
    assert!(cut.contains(&format!("{} more not shown", ENTRIES + 1)), "{cut}");
    let short = text(mixed().split_off(ENTRIES - 2), plain);
    assert_eq!(headlines(&short), ["note 38", "note 39", "an error", "a secret"]);
}

#[test]
fn equal_findings_are_one_to_people_and_all_to_programs() {
    let equal = || -> Vec<_> {
        (0..ENTRIES)
            .map(|i| of_rule("bad-tags", Severity::Warning, i, "no tags"))
            .collect()
    };
    let shown = text(equal(), RenderOptions::default());
    assert_eq!(headlines(&shown).len(), 1, "{shown}");
    assert!(shown.contains("the same in 39 more places"), "{shown}");
    assert!(shown.contains("--> acme/docs/e01/DOC.md:1:3\n"), "{shown}");
    assert!(shown.contains("... 29 more\n"), "{shown}");
    let verbose = RenderOptions {
        verbose: true,
        ..RenderOptions::default()
    };
    assert_eq!(headlines(&text(equal(), verbose)).len(), ENTRIES);
    for format in [
        Format::Json,
        Format::JsonLines,
        Format::Sarif,
        Format::Concise,
        Format::Gitlab,
    ] {
        let written = write(&hub(), equal(), format);
        assert!(written.matches("no tags").count() >= ENTRIES, "{format:?}");
    }
    // Three are not many, and other texts are not equal.
    let three = text(equal().split_off(ENTRIES - 3), RenderOptions::default());
    assert_eq!(headlines(&three).len(), 3);
    let mut other = equal();
    other[20].help = Some("add one".to_owned());
    assert_eq!(headlines(&text(other, RenderOptions::default())).len(), 2);
}

#[test]
fn no_secret_is_hidden_in_a_group() {
    let secrets = (0..ENTRIES).map(|i| of_rule("leaked-secret", Severity::Error, i, "a secret"));
    let shown = text(secrets.collect(), RenderOptions::default());
    assert_eq!(headlines(&shown).len(), ENTRIES);
}

#[test]
fn the_ten_annotations_of_a_level_begin_with_secrets_and_repeat_nothing() {
    let mut errors: Vec<_> = (0..30)
        .map(|i| of_rule("bad-name", Severity::Error, i, "a bad name"))
        .collect();
    errors.push(of_rule("bad-date", Severity::Error, 30, "a bad date"));
    errors.push(of_rule("leaked-secret", Severity::Error, 31, "a secret"));
    let text = write(&hub(), errors, Format::Github);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 10);
    assert!(
        lines[7].contains("a bad date") && lines[8].contains("a secret"),
        "{text}"
    );
    assert!(lines[9].contains("23 more errors are not annotated"), "{text}");
}

/// A program that is run in the folder of the transcript about the summary.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chub-lint"));
    command
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/summary.in"))
        .env("CHUB_LINT_OFFLINE", "1");
    for variable in [
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "LINES",
        "PAGER",
        "LESS",
    ] {
        command.env_remove(variable);
    }
    command
}

fn output(command: &mut Command, arguments: &[&str]) -> Output {
    command.args(arguments).output().unwrap()
}

#[test]
fn colours_are_as_asked_for() {
    let styled = |arguments: &[&str], set: &[(&str, &str)]| {
        let output = output(program().envs(set.iter().copied()), arguments);
        assert!(!output.stdout.is_empty(), "{arguments:?}");
        output.stdout.contains(&0x1b)
    };
    for command in [["content", "--statistics"], ["explain", "bad-date"]] {
        let with = |flag: &'static str| [&command[..], &[flag]].concat();
        assert!(!styled(&command, &[]), "{command:?}");
        assert!(!styled(&with("--color=auto"), &[]), "{command:?}");
        assert!(
            styled(&with("--color=auto"), &[("CLICOLOR_FORCE", "1")]),
            "{command:?}"
        );
        assert!(
            styled(&with("--color=always"), &[("NO_COLOR", "1")]),
            "{command:?}"
        );
        assert!(
            !styled(&with("--color=never"), &[("CLICOLOR_FORCE", "1")]),
            "{command:?}"
        );
    }
    assert!(styled(&["--color", "always", "explain", "bad-date"], &[]));
}

#[test]
fn colours_change_nothing_but_the_looks() {
    let code = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    for rule in RULES {
        let page = |color| {
            let output = output(&mut program(), &["explain", rule.id, "--color", color]);
            String::from_utf8(output.stdout).unwrap()
        };
        if rule.id.len() % 4 == 0 {
            assert_eq!(
                code.replace_all(&page("always"), ""),
                page("never"),
                "{}",
                rule.id
            );
        }
    }
}

#[test]
fn threads_change_nothing() {
    let run = |jobs| {
        let output = output(&mut program(), &["content", "--jobs", jobs, "--output", "json"]);
        let mut report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["summary"].as_object_mut().unwrap().remove("elapsed_ms");
        report
    };
    let one = run("1");
    assert!(one["diagnostics"].as_array().is_some_and(|all| all.len() == 10));
    assert_eq!(one, run("5"));
}

#[test]
fn json_of_statistics_and_rules_is_documented() {
    for (section, arguments) in [
        ("Statistics", &["content", "--statistics", "--output", "json"][..]),
        ("Rules", &["rules", "--output", "json"]),
    ] {
        let output = output(&mut program(), arguments);
        let list: Vec<serde_json::Map<String, Value>> = serde_json::from_slice(&output.stdout).unwrap();
        assert!(list.len() > 3);
        for object in list {
            let fields: BTreeSet<_> = object.keys().cloned().collect();
            assert_eq!(fields, documented_fields(section));
        }
    }
}

#[test]
fn shells_complete_rules_and_help_does_not_list_them() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = output(&mut program(), &["completions", shell]);
        let script = String::from_utf8(output.stdout).unwrap();
        let most = if shell == "powershell" || shell == "elvish" {
            0
        } else {
            3
        };
        for rule in RULES {
            assert!(script.matches(rule.id).count() >= most, "{shell} {}", rule.id);
        }
    }
    for arguments in [&["--help"][..], &["explain", "--help"]] {
        let help = String::from_utf8(output(&mut program(), arguments).stdout).unwrap();
        assert!(!help.contains("bad-date"), "{help}");
    }
}

/// What bash completes for the last of some words.
#[cfg(unix)]
#[test]
fn bash_completes_what_a_command_takes() {
    let output = output(&mut program(), &["completions", "bash"]);
    let script = String::from_utf8(output.stdout).unwrap();
    let complete = |words: &[&str]| -> Option<String> {
        let (last, previous) = (words.last()?, words.get(words.len() - 2)?);
        let asked = format!(
            "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; _chub__lint chub-lint '{last}' '{previous}'; echo \"${{COMPREPLY[@]}}\"",
            words.join(" "),
            words.len() - 1
        );
        let output = Command::new("bash").args(["-c", &asked]).output().ok()?;
        Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    };
    for (words, expected) in [
        (&["chub-lint", "explain", "bad-d"][..], "bad-date bad-description"),
        (&["chub-lint", "check", "--select", "leaked"], "leaked-secret"),
        (&["chub-lint", "--ignore", "leaked"], "leaked-secret"),
        (&["chub-lint", "outdated", "--extend-select", "peda"], "pedantic"),
        (&["chub-lint", "check", "--color", "al"], "always"),
    ] {
        let Some(completed) = complete(words) else { return };
        assert_eq!(completed, expected, "{words:?}");
    }
}

/// `script` gives the program a terminal.
#[cfg(target_os = "linux")]
mod on_a_terminal {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Stdio;

    /// What a terminal of 24 lines shows. `None` when this system cannot make one.
    fn shown(command: &str, folder: &Path, set: &[(&str, &str)]) -> Option<String> {
        // The shell in between sets the size itself, and must not pass it on.
        let own = set
            .iter()
            .map(|(variable, value)| format!(" {variable}='{value}'"));
        let line = format!(
            "stty rows 24 cols 80; env -u LINES -u COLUMNS{} '{}' {command}",
            own.collect::<String>(),
            env!("CARGO_BIN_EXE_chub-lint")
        );
        let output = Command::new("timeout")
            .args(["60", "script", "-qec", &line, "/dev/null"])
            .current_dir(folder)
            .env("CHUB_LINT_OFFLINE", "1")
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            .stdin(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.code() != Some(127))?;
        Some(String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
    }

    fn pager(folder: &Path) -> String {
        let program = folder.join("own-pager");
        fs::write(&program, "#!/bin/sh\necho paged \"$@\"\nexec cat\n").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        program.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_long_page_is_paged_by_a_pager_of_the_user_only() {
        let checkout = tempfile::tempdir().unwrap();
        fs::create_dir(checkout.path().join(".git")).unwrap();
        let home = tempfile::tempdir().unwrap();
        let (own, planted) = (pager(home.path()), pager(checkout.path()));
        let page = |set: &[(&str, &str)]| shown("explain bad-date", checkout.path(), set);
        let Some(paged) = page(&[("PAGER", &format!("{own} -x"))]) else {
            return;
        };
        assert!(paged.starts_with("paged -x\n"), "{paged}");
        assert!(paged.contains("\u{1b}[1mbad-date"), "{paged}");
        let path = format!("{}:/usr/bin:/bin", checkout.path().display());
        for set in [
            [("PAGER", planted.as_str()), ("NO_COLOR", "1")],
            [("PAGER", "own-pager"), ("PATH", &path)],
            [("PAGER", "./own-pager"), ("NO_COLOR", "1")],
            [("PAGER", ""), ("NO_COLOR", "1")],
            [("PAGER", &own), ("TERM", "dumb")],
        ] {
            let plain = page(&set).unwrap();
            assert!(
                plain.contains("bad-date") && !plain.contains("paged"),
                "{set:?}\n{plain}"
            );
        }
    }

    #[test]
    fn a_terminal_has_colours_and_its_own_size() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/summary.in");
        let check = |set: &[(&str, &str)]| shown("content --ignore missing-field", &folder, set);
        let Some(coloured) = check(&[]) else { return };
        assert!(coloured.contains("\u{1b}["), "{coloured}");
        let small = check(&[("NO_COLOR", "1")]).unwrap();
        assert!(small.starts_with("error[leaked-secret]"), "{small}");
        let large = check(&[("NO_COLOR", "1"), ("LINES", "90")]).unwrap();
        assert!(large.starts_with("error[broken-link]"), "{large}");
    }
}

/// `summary.skills` has the fields of docs/json.md, and `merge` adds them up as the run would.
#[test]
fn programs_get_the_skills_with_documented_fields() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_chub-lint"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/skills.in"))
        .args(["collection", "--offline", "--output", "json"])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let skills = &report["summary"]["skills"];
    assert_eq!(skills["checked"], 3);
    assert_eq!(
        (&skills["with_errors"], &skills["with_warnings"]),
        (&1.into(), &1.into())
    );
    let first = &skills["most"][0];
    assert!(
        first["path"]
            .as_str()
            .unwrap()
            .ends_with("collection/skills/alpha"),
        "{first}"
    );
    let mut fields: std::collections::BTreeSet<String> =
        skills.as_object().unwrap().keys().cloned().collect();
    fields.extend(
        first
            .as_object()
            .unwrap()
            .keys()
            .map(|key| format!("most[].{key}")),
    );
    assert_eq!(fields, documented_fields("Skills"));
}
