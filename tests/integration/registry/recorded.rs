//! Compares every case with its recording.

use super::case::{Case, data, read};
use super::tree::{list, run, texts};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The result of the reference for a case.
#[derive(serde::Deserialize)]
struct Recording {
    runs: Vec<Run>,
    registry: Option<String>,
    index: Option<String>,
    tree: Option<Vec<String>>,
}

#[derive(serde::Deserialize)]
struct Run {
    args: String,
    exit: Option<i32>,
    stdout: String,
    stderr: Option<String>,
    crash: Option<String>,
}

fn check_file(name: &str, least: usize) {
    let cases = read(&data(&format!("cases/{name}.txt")));
    let recorded = fs::read_to_string(data(&format!("recorded/{name}.json"))).expect("a recording");
    let mut recorded: BTreeMap<String, Recording> = serde_json::from_str(&recorded).expect("recordings");
    assert!(cases.len() >= least, "{} cases in {name}", cases.len());
    let mut failures = Vec::new();
    for case in &cases {
        let recording = recorded
            .remove(&case.name)
            .unwrap_or_else(|| panic!("no recording of {}", case.name));
        if let Err(problem) = check(case, &recording) {
            failures.push(format!("--- {}\n{problem}", case.name));
        }
    }
    assert!(
        recorded.is_empty(),
        "recordings without a case: {:?}",
        recorded.keys()
    );
    assert!(
        failures.is_empty(),
        "{} of {} cases\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

fn check(case: &Case, recording: &Recording) -> Result<(), String> {
    let root = tempfile::tempdir().expect("a folder");
    let root = root.path();
    case.lay(root);
    let before = list(root);
    let recorded_runs: Vec<&str> = recording.runs.iter().map(|run| run.args.as_str()).collect();
    same(
        "runs",
        &case.runs.iter().map(String::as_str).collect::<Vec<_>>(),
        &recorded_runs,
    )?;
    for recorded in &recording.runs {
        let output = run(root, &recorded.args);
        let (stdout, stderr) = texts(&output);
        if !case.refusals.is_empty() {
            same("exit", &output.status.code(), &Some(1))?;
            same("stdout", &stdout, &String::new())?;
            same("files", &list(root), &before)?;
            for refusal in &case.refusals {
                if !stderr.contains(refusal) {
                    return Err(format!("not in standard error: {refusal}\n{stderr}"));
                }
            }
            continue;
        }
        if let Some(crash) = &recorded.crash {
            return Err(format!(
                "the reference crashes, so the case needs `refuse:`: {crash}\nours:\n{stderr}{stdout}"
            ));
        }
        same("exit", &output.status.code(), &recorded.exit)?;
        same("stdout", &stdout, &recorded.stdout)?;
        same(
            "stderr",
            &plain(&stderr),
            recorded.stderr.as_ref().unwrap_or(&String::new()),
        )?;
    }
    if case.refusals.is_empty() {
        same_output(root, recording)?;
    }
    Ok(())
}

/// Messages of chub-lint in the form of the reference: without the content folder, the author, line and column.
fn plain(stderr: &str) -> String {
    let mut out = String::new();
    for line in stderr.lines() {
        let line = line.split_once(" (first in ").map_or(line, |(line, _)| line);
        let located = line.split_once(": ").and_then(|(level, rest)| {
            let rest = rest.strip_prefix("content/")?;
            let (place, message) = rest.split_once(": ")?;
            let (path, _) = place.split_once(':').unwrap_or((place, ""));
            let (_, in_author) = path.split_once('/')?;
            Some(if message.starts_with("Duplicate ") {
                format!("{level}: {message}")
            } else {
                format!("{level}: {in_author}: {message}")
            })
        });
        out.push_str(located.as_deref().unwrap_or(line));
        out.push('\n');
    }
    out
}

fn same_output(root: &Path, recording: &Recording) -> Result<(), String> {
    let places = ["out", "content/dist", "content/.site"];
    let out = places
        .iter()
        .map(|place| root.join(place))
        .find(|path| path.exists());
    let read = |name: &str| {
        out.as_ref()
            .and_then(|out| fs::read_to_string(out.join(name)).ok())
    };
    same("registry.json", &read("registry.json"), &recording.registry)?;
    same("search-index.json", &read("search-index.json"), &recording.index)?;
    let Some(out) = out.filter(|_| recording.tree.is_some()) else {
        return Ok(());
    };
    let ours: Vec<String> = list(&out)
        .into_iter()
        .filter(|line| !line.starts_with("registry.json ") && !line.starts_with("search-index.json "))
        .collect();
    let mut theirs = recording.tree.clone().unwrap_or_default();
    // JavaScript sorts by UTF-16 units.
    theirs.sort();
    if ours.len() != theirs.len() {
        return same("tree", &ours, &theirs);
    }
    for (ours, theirs) in ours.iter().zip(&theirs) {
        // For a link, only the size of its target was recorded.
        let fits = match theirs.strip_suffix(" link") {
            Some(theirs) => ours.starts_with(&format!("{theirs} ")),
            None => ours == theirs,
        };
        if !fits {
            return same("tree", ours, theirs);
        }
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, ours: &T, theirs: &T) -> Result<(), String> {
    if ours == theirs {
        return Ok(());
    }
    Err(format!("{what}:\n  ours   {ours:?}\n  theirs {theirs:?}"))
}

#[test]
fn order() {
    check_file("order", 10);
}

#[test]
fn discovery() {
    check_file("discovery", 26);
}

#[test]
fn front_matter() {
    check_file("front_matter", 32);
}

#[test]
fn yaml() {
    check_file("yaml", 32);
}

#[test]
fn types() {
    check_file("types", 73);
}

#[test]
fn versions() {
    check_file("versions", 8);
}

#[test]
fn supplied_registries() {
    check_file("supplied", 38);
}

#[test]
fn output() {
    check_file("output", 15);
}

#[test]
fn search_index() {
    check_file("search", 8);
}
