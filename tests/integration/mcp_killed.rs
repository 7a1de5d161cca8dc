//! A server for agents that is killed while it writes notes and feedback: what it said is saved is there.

use crate::support;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

/// How many calls of each tool a session sends.
const CALLS: usize = 60;

fn start(folder: &Path) -> Child {
    let mut command = support::program(folder);
    command.env_remove("CHUB_DIR").args(["mcp", "--offline", "hub"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn messages(round: usize) -> String {
    let mut text = String::new();
    let mut push = |message: Value| text.push_str(&format!("{message}\n"));
    push(
        json!({ "jsonrpc": "2.0", "id": "start", "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } } }),
    );
    push(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
    for at in 0..CALLS {
        let long = "x".repeat(200 * at);
        // One note is written again and again.
        let id = if at % 2 == 0 {
            "acme/same".to_owned()
        } else {
            format!("acme/note-{round}-{at}")
        };
        push(
            json!({ "jsonrpc": "2.0", "id": format!("note {id}"), "method": "tools/call", "params": {
            "name": "chub_annotate", "arguments": { "id": id, "note": format!("{round} {at} {long}") } } }),
        );
        push(
            json!({ "jsonrpc": "2.0", "id": format!("said {round}-{at}"), "method": "tools/call", "params": {
            "name": "chub_feedback", "arguments": {
                "id": "acme/same", "rating": "down", "comment": format!("{round}-{at} {long}") } } }),
        );
    }
    text
}

/// The ids of the calls that were answered before the server was killed.
fn answered(mut server: Child, round: usize, wait: Duration) -> BTreeSet<String> {
    let mut stdin = server.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        // It breaks when the server is killed.
        let _ = stdin.write_all(messages(round).as_bytes());
        // Not closed: the server must not end by itself.
        stdin
    });
    let stdout = BufReader::new(server.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let lines = stdout.lines().map_while(Result::ok);
        let answers = lines.filter_map(|line| serde_json::from_str::<Value>(&line).ok());
        let saved = answers.filter(|answer| answer["result"]["isError"] != true);
        saved
            .filter_map(|answer| answer["id"].as_str().map(str::to_owned))
            .collect()
    });
    std::thread::sleep(wait);
    // With the signal that no program can catch.
    server.kill().unwrap();
    server.wait().unwrap();
    let answered = reader.join().unwrap();
    drop(writer.join().unwrap());
    answered
}

#[test]
fn what_is_answered_is_there_and_no_file_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("hub/acme/docs/same/python/DOC.md");
    fs::create_dir_all(page.parent().unwrap()).unwrap();
    fs::write(page, "---\nname: same\n---\n").unwrap();
    let notes = folder.path().join(".chub/annotations");
    let log = folder.path().join(".chub/feedback.jsonl");
    let mut said = BTreeSet::new();
    let mut written = BTreeSet::new();
    for round in 0..8 {
        let wait = Duration::from_millis(60 + 90 * round as u64);
        for id in answered(start(folder.path()), round, wait) {
            match id.split_once(' ') {
                Some(("note", id)) => drop(written.insert(id.to_owned())),
                Some(("said", id)) => drop(said.insert(id.to_owned())),
                _ => {}
            }
        }
        // Half of a line, as a kill in the middle of a write leaves it.
        if let Ok(mut file) = fs::OpenOptions::new().append(true).open(&log) {
            file.write_all(b"{\"id\":\"acme/same\",\"rat").unwrap();
        }
    }
    assert!(
        said.len() > CALLS && written.len() > CALLS / 2,
        "{} {}",
        said.len(),
        written.len()
    );
    for file in fs::read_dir(&notes).unwrap() {
        let file = file.unwrap().path();
        // What was being written is beside the notes, under another name.
        if file.extension().is_some_and(|extension| extension == "json") {
            let note: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
            written.remove(note["id"].as_str().unwrap());
            assert!(note["note"].is_string() && note["updatedAt"].is_string());
        }
    }
    assert!(written.is_empty(), "lost: {written:?}");
    let text = fs::read_to_string(&log).unwrap();
    let mut broken = 0;
    for line in text.lines().filter(|line| !line.is_empty()) {
        match serde_json::from_str::<Value>(line) {
            Ok(one) => {
                let comment = one["comment"].as_str().unwrap();
                said.remove(comment.split(' ').next().unwrap());
            }
            Err(_) => broken += 1,
        }
    }
    assert!(said.is_empty(), "lost: {said:?}");
    // Those of this test, and at most one of each kill.
    assert!(broken <= 16, "{broken}");
    // Both are read again.
    let output = support::program(folder.path())
        .env_remove("CHUB_DIR")
        .args(["feedback"])
        .output()
        .unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .starts_with("acme/same: 0 up, ")
    );
}
