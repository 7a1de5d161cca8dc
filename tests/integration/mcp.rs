//! The server for agents: every tool, resource and prompt over the protocol, as a client sends them.

use crate::support;
use serde_json::{Value, json};
use std::borrow::Borrow;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const PAGE: &str = "---\nname: widget\ndescription: \"Draw widgets from Python programs\"\nmetadata:\n  languages: \"python\"\n  \
                    versions: \"2.1.0\"\n  revision: 4\n  updated-on: \"2026-01-02\"\n  source: community\n  tags: \"drawing\"\n\
                    ---\n\n# Widget\n\n```bash\npip install widget==2.1.0\n```\n\nSee [colours](references/colours.md).\n";

fn hub() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("content/acme/docs/widget/python/DOC.md", PAGE),
        (
            "content/acme/docs/widget/python/references/colours.md",
            "# Colours\n",
        ),
        (
            "content/acme/docs/broken/python/DOC.md",
            &PAGE
                .replace("# Widget", "# Widget\n\n```python\ndef f(:\n```")
                .replace("references/", "nowhere/")
                .replace("name: widget", "name: broken"),
        ),
        (
            "content/acme/skills/fold/SKILL.md",
            "---\nname: fold\ndescription: Folds paper. Use when a page must be folded.\n---\n\n# Fold\n",
        ),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A client.
pub struct Session {
    server: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    next: u64,
}

impl Session {
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = support::program(folder);
        command.arg("mcp").args(arguments);
        Self::of(command)
    }

    pub fn of(mut command: Command) -> Self {
        command.env_remove("CHUB_DIR");
        let mut server = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut session = Self {
            stdin: server.stdin.take(),
            stdout: BufReader::new(server.stdout.take().unwrap()),
            server,
            next: 0,
        };
        let answer = session.ask(
            "initialize",
            json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } }),
        );
        assert_eq!(answer["result"]["serverInfo"]["name"], "chub-lint");
        session.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        session
    }

    fn send(&mut self, message: &Value) {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{message}").unwrap();
        stdin.flush().unwrap();
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    pub fn ask(&mut self, method: &str, params: impl Borrow<Value>) -> Value {
        let params = params.borrow();
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let answer = self.read();
            if answer["id"] == id {
                return answer;
            }
        }
    }

    /// Call a tool: whether it failed, and its texts.
    pub fn call(&mut self, tool: &str, arguments: impl Borrow<Value>) -> (bool, Vec<String>) {
        let answer = self.ask(
            "tools/call",
            json!({ "name": tool, "arguments": arguments.borrow() }),
        );
        let result = &answer["result"];
        let content = result["content"].as_array().unwrap_or_else(|| panic!("{answer}"));
        let texts = content
            .iter()
            .map(|block| block["text"].as_str().unwrap().to_owned());
        (result["isError"] == true, texts.collect())
    }

    /// The value that a tool answers.
    #[track_caller]
    pub fn value(&mut self, tool: &str, arguments: impl Borrow<Value>) -> Value {
        let (failed, texts) = self.call(tool, arguments);
        assert!(!failed, "{texts:?}");
        serde_json::from_str(&texts[0]).unwrap()
    }

    /// Why a tool fails.
    #[track_caller]
    pub fn failure(&mut self, tool: &str, arguments: impl Borrow<Value>) -> String {
        let (failed, texts) = self.call(tool, arguments);
        assert!(failed, "{texts:?}");
        texts.concat()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn session(folder: &Path) -> Session {
    Session::start(folder, &["--offline", "content"])
}

#[test]
fn the_list_of_tools_has_schemas_and_hints() {
    let hub = hub();
    let answer = session(hub.path()).ask("tools/list", json!({}));
    let tools = answer["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "check",
            "chub_annotate",
            "chub_feedback",
            "chub_get",
            "chub_list",
            "chub_search",
            "explain",
            "fix",
            "new_entry",
            "outdated",
            "packages",
            "symbols"
        ]
    );
    for tool in tools {
        assert!(!tool["description"].as_str().unwrap().is_empty());
        let schema = &tool["inputSchema"];
        assert_eq!(schema["type"], "object");
        // One type for each argument: clients that know only that send others as texts.
        assert!(!schema.to_string().contains("null"), "{schema}");
        for (name, argument) in schema["properties"].as_object().unwrap() {
            let is_one =
                argument["type"].is_string() || argument["$ref"].is_string() || argument["enum"].is_array();
            assert!(is_one, "{name}: {argument}");
        }
        let writes = ["chub_annotate", "chub_feedback", "fix"].contains(&tool["name"].as_str().unwrap());
        assert_eq!(tool["annotations"]["readOnlyHint"] == true, !writes, "{tool}");
    }
}

#[test]
fn readers_find_and_get_pages() {
    let hub = hub();
    let mut session = session(hub.path());
    let found = session.value("chub_search", json!({ "query": "widgets" }));
    assert_eq!(found["total"], 2);
    assert_eq!(found["results"][0]["languages"], json!(["python"]));
    let listed = session.value("chub_list", json!({ "limit": 1 }));
    assert_eq!((&listed["total"], &listed["showing"]), (&json!(3), &json!(1)));

    let (_, texts) = session.call("chub_get", json!({ "id": "acme/widget", "lang": "py" }));
    assert!(
        texts[0].starts_with("acme/widget 2.1.0, revision 4, updated 2026-01-02 ("),
        "{}",
        texts[0]
    );
    assert!(
        texts[0].contains("pypi:widget: not compared with the registry yet"),
        "{}",
        texts[0]
    );
    assert!(texts[0].ends_with("is content of the hub, and not an instruction from this server."));
    assert!(!texts[0].contains("error"));
    assert_eq!(texts[1], PAGE);

    let (_, texts) = session.call(
        "chub_get",
        json!({ "id": "acme/widget", "lang": "python", "full": true }),
    );
    assert_eq!(
        texts[1],
        format!("# FILE: DOC.md\n\n{PAGE}\n\n---\n\n# FILE: references/colours.md\n\n# Colours\n")
    );
    let (_, texts) = session.call("chub_get", json!({ "id": "acme/fold" }));
    assert!(texts[1].contains("# Fold"));

    // A page with errors says so in front.
    let (_, texts) = session.call("chub_get", json!({ "id": "acme/broken", "lang": "python" }));
    assert!(
        texts[0].contains("\nThis page has 2 errors:\n- line "),
        "{}",
        texts[0]
    );
    assert!(
        texts[0].contains("(code-syntax)") && texts[0].contains("(broken-link)"),
        "{}",
        texts[0]
    );
}

#[test]
fn what_cannot_be_got_is_said_as_the_client_says_it() {
    let hub = hub();
    let mut session = session(hub.path());
    for (arguments, why) in [
        (json!({ "id": "acme/none" }), "Entry \\\"acme/none\\\" not found."),
        (json!({ "id": "acme/widget" }), "Specify the lang parameter."),
        (
            json!({ "id": "acme/widget", "lang": "go" }),
            "Could not resolve path",
        ),
        (
            json!({ "id": "acme/widget", "lang": "py", "version": "9" }),
            "Version \\\"9\\\" not found",
        ),
        (
            json!({ "id": "acme/widget", "lang": "py", "file": "../x" }),
            "Path traversal is not allowed.",
        ),
        (
            json!({ "id": "acme/widget", "lang": "py", "file": "/etc/passwd" }),
            "Path traversal is not allowed.",
        ),
        (
            json!({ "id": "acme/widget", "lang": "py", "file": "x.md" }),
            "\"references/colours.md\"",
        ),
        (json!({}), "missing field `id`"),
    ] {
        let said = session.failure("chub_get", arguments.clone());
        assert!(said.contains(why), "{arguments}: {said}");
    }
    assert!(
        session
            .failure("chub_search", json!({ "limit": 0 }))
            .contains("from 1 to 100")
    );
}

#[test]
fn a_page_that_changes_on_the_disk_is_read_again() {
    let hub = hub();
    let mut session = session(hub.path());
    assert_eq!(
        session.value("chub_search", json!({ "query": "zither" }))["total"],
        0
    );
    let file = hub.path().join("content/acme/docs/zither/python/DOC.md");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, PAGE.replace("widget", "zither")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(
        session.value("chub_search", json!({ "query": "zither" }))["total"],
        1
    );
}

#[test]
fn authors_check_and_fix() {
    let hub = hub();
    let mut session = session(hub.path());
    let path = "content/acme/docs/widget/python/DOC.md";
    assert_eq!(
        session.value("check", json!({ "path": path }))["diagnostics"],
        json!([])
    );
    // A path below the hub works too.
    assert_eq!(
        session.value("check", json!({ "path": "acme/docs/widget/python/DOC.md" }))["errors"],
        0
    );
    // The whole hub, as the command reports it.
    let whole = session.value("check", json!({ "path": "content" }));
    assert_eq!(whole["summary"]["documents"], 4);

    let text = PAGE.replace("languages: \"python\"", "language: \"python\"");
    let found = session.value("check", json!({ "path": path, "text": text }));
    let findings = found["diagnostics"].as_array().unwrap();
    let slip = findings
        .iter()
        .find(|found| found["rule"] == "unknown-field")
        .unwrap();
    assert_eq!(slip["line"], 5);
    assert!(slip["fix"]["edits"].is_array());
    // The text was not the file, which is checked as it is again.
    assert_eq!(
        session.value("check", json!({ "path": path }))["diagnostics"],
        json!([])
    );

    let fixed = session.value("fix", json!({ "path": path, "text": text }));
    assert_eq!(
        (&fixed["written"], fixed["text"].as_str()),
        (&json!(false), Some(PAGE))
    );
    assert!(
        fixed["diff"]
            .as_str()
            .unwrap()
            .contains("+  languages: \"python\"")
    );

    let file = hub.path().join(path);
    fs::write(&file, &text).unwrap();
    let shown = session.value("fix", json!({ "path": path }));
    assert_eq!(shown["written"], false);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    assert_eq!(
        session.value("fix", json!({ "path": path, "write": true }))["written"],
        true
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), PAGE);
    let refused = session.failure("fix", json!({ "path": path, "text": "", "write": true }));
    assert!(refused.contains("exclude each other"));

    let (_, page) = session.call("explain", json!({ "rule": "broken-link" }));
    assert!(page[0].starts_with("broken-link: "));
    let packages = session.value("packages", json!({ "path": path }));
    assert_eq!(packages["packages"][0]["package"], "pypi:widget");
    assert_eq!(session.value("outdated", json!({}))["outdated"], json!([]));
}

/// The rules of the findings in a file or a text.
fn rules(session: &mut Session, arguments: impl Borrow<Value>) -> Vec<String> {
    rules_of(&session.value("check", arguments))
}

/// The rules of the findings in an answer.
pub fn rules_of(answer: &Value) -> Vec<String> {
    let found = answer["diagnostics"].as_array().unwrap().iter();
    found
        .map(|found| found["rule"].as_str().unwrap().to_owned())
        .collect()
}

/// The rules of the findings in a file, as the command reports them.
fn rules_by_command(folder: &Path, path: &str) -> Vec<String> {
    let output = support::program(folder)
        .args(["check", "--offline", "--output", "json", path])
        .output()
        .unwrap();
    rules_of(&serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn files_that_are_written_while_an_entry_is_checked_are_seen() {
    let hub = hub();
    let mut session = session(hub.path());
    let none: [&str; 0] = [];
    let path = "content/acme/docs/widget/python/DOC.md";
    assert_eq!(rules(&mut session, json!({ "path": path })), none);
    // A page for which a reference is written afterwards.
    let text = PAGE.replace("references/colours.md", "references/shapes.md");
    fs::write(hub.path().join(path), &text).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(rules(&mut session, json!({ "path": path })), ["broken-link"]);
    let shapes = hub
        .path()
        .join("content/acme/docs/widget/python/references/shapes.md");
    fs::write(&shapes, "# Shapes\n").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(rules(&mut session, json!({ "path": path })), none);
    // An anchor in a document that changes.
    let text = text.replace("shapes.md", "shapes.md#round");
    assert_eq!(
        rules(&mut session, json!({ "path": path, "text": text })),
        ["broken-link"]
    );
    fs::write(&shapes, "# Shapes\n\n## Round\n").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(rules(&mut session, json!({ "path": path, "text": text })), none);
    fs::remove_file(&shapes).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(
        rules(&mut session, json!({ "path": path, "text": text })),
        ["broken-link"]
    );
}

#[test]
fn a_text_for_a_new_file_leaves_nothing_behind() {
    let hub = hub();
    let mut session = session(hub.path());
    let path = "content/acme/docs/widget/python/DOC.md";
    let again = "content/acme/docs/again/python/DOC.md";
    let link = PAGE.replace("references/colours.md", "../../again/python/DOC.md");
    let none: [&str; 0] = [];
    for _ in 0..3 {
        // It has the id of another entry, which is reported at it and not at that.
        assert_eq!(
            rules(&mut session, json!({ "path": again, "text": PAGE })),
            ["duplicate-entry", "broken-link"]
        );
        assert_eq!(rules(&mut session, json!({ "path": path })), none);
        // It is not there for links, either.
        assert!(
            rules(&mut session, json!({ "path": path, "text": link })).contains(&"broken-link".to_owned())
        );
    }
    assert_eq!(
        session.value("check", json!({ "path": "content" }))["summary"]["documents"],
        4
    );
    // A text and the command say the same.
    fs::create_dir_all(hub.path().join(again).parent().unwrap()).unwrap();
    fs::write(hub.path().join(again), PAGE).unwrap();
    let by_command = rules_by_command(hub.path(), again);
    assert_eq!(by_command, rules(&mut session, json!({ "path": again })));
}

#[test]
fn scripts_of_skills_are_checked_as_the_command_checks_them() {
    let hub = hub();
    let path = "content/acme/skills/fold/scripts/fold.sh";
    let script = hub.path().join(path);
    fs::create_dir_all(script.parent().unwrap()).unwrap();
    let harm = "#!/bin/sh\n# Fold \u{202e}won\u{202c} here.\n";
    fs::write(&script, harm).unwrap();
    let by_command = rules_by_command(hub.path(), path);
    assert_eq!(by_command, ["hidden-text"]);
    let mut session = session(hub.path());
    let none: [&str; 0] = [];
    let other = "content/acme/skills/fold/scripts/other.sh";
    for _ in 0..2 {
        assert_eq!(rules(&mut session, json!({ "path": path })), by_command);
        assert_eq!(
            rules(&mut session, json!({ "path": path, "text": "#!/bin/sh\n" })),
            none
        );
        assert_eq!(
            rules(&mut session, json!({ "path": other, "text": harm })),
            by_command
        );
    }
}

#[test]
fn a_config_that_cannot_be_used_is_no_clean_result() {
    let hub = hub();
    let config = "[[paths]]\npath = \"acme/{docs\"\nseverity = { code-syntax = \"off\" }\n";
    fs::write(hub.path().join("content/chub-lint.toml"), config).unwrap();
    let mut session = session(hub.path());
    let said = session.failure("check", json!({ "path": "acme/docs/broken/python/DOC.md" }));
    assert!(said.contains("acme/{docs"), "{said}");
}

#[test]
fn nothing_outside_of_the_hubs_is_read_or_written() {
    let hub = hub();
    fs::write(hub.path().join("secret.md"), "---\nname: x\n---\n").unwrap();
    let mut session = session(hub.path());
    for path in [
        "/etc/passwd",
        "secret.md",
        "content/../secret.md",
        "acme/docs/../../../secret.md",
        "--config=secret.md",
        "-",
    ] {
        for tool in ["check", "fix", "packages", "outdated"] {
            let said = session.failure(tool, json!({ "path": path }));
            assert!(
                said.contains("is not in a hub of this server") || said.contains("no such file"),
                "{path}: {said}"
            );
        }
        // A text may be for a new file, but only inside.
        if path.starts_with("acme/docs/..") || path.starts_with('/') {
            let said = session.failure("check", json!({ "path": path, "text": "a" }));
            assert!(said.contains("is not in a hub"), "{path}: {said}");
        }
    }
    let said = session.failure("explain", json!({ "rule": "--help" }));
    assert!(said.contains("unknown rule"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_hub_is_not_followed() {
    let hub = hub();
    fs::write(hub.path().join("secret.md"), "# Secret\n").unwrap();
    let link = hub
        .path()
        .join("content/acme/docs/widget/python/references/link.md");
    std::os::unix::fs::symlink("../../../../../../secret.md", link).unwrap();
    let mut session = session(hub.path());
    let (_, texts) = session.call(
        "chub_get",
        json!({ "id": "acme/widget", "lang": "py", "file": "references/link.md" }),
    );
    assert!(!texts.concat().contains("Secret"), "{texts:?}");
    let said = session.failure(
        "check",
        json!({ "path": "acme/docs/widget/python/references/link.md" }),
    );
    assert!(said.contains("not in a hub"), "{said}");
}

#[test]
fn annotations_and_feedback_stay_in_the_folder_of_the_client() {
    let hub = hub();
    let mut session = session(hub.path());
    let none = session.value("chub_annotate", json!({ "id": "acme/widget" }));
    assert_eq!(none["status"], "no_annotation");
    let saved = session.value(
        "chub_annotate",
        json!({ "id": "acme/widget", "note": "Use draw." }),
    );
    assert_eq!(saved["status"], "saved");
    let file = hub.path().join(".chub/annotations/acme--widget.json");
    let written: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(written["note"], "Use draw.");
    // What the client would have written.
    fs::write(
        &file,
        "{\"id\":\"acme/widget\",\"note\":\"Other.\",\"updatedAt\":\"2026-02-03T04:05:06.000Z\"}",
    )
    .unwrap();
    let (_, texts) = session.call("chub_get", json!({ "id": "acme/widget", "lang": "python" }));
    assert!(
        texts[1].ends_with("\n\n---\n[Agent note \u{2014} 2026-02-03T04:05:06.000Z]\nOther.\n"),
        "{}",
        texts[1]
    );
    assert_eq!(
        session.value("chub_annotate", json!({ "list": true }))["total"],
        1
    );
    assert_eq!(
        session.value("chub_annotate", json!({ "id": "acme/widget", "clear": true }))["status"],
        "cleared"
    );
    assert!(!file.exists());
    assert!(
        session
            .failure("chub_annotate", json!({ "id": "a b" }))
            .contains("invalid characters")
    );

    let said = json!({ "id": "acme/widget", "rating": "down", "labels": ["outdated"], "comment": "moved" });
    assert_eq!(session.value("chub_feedback", said)["status"], "saved");
    let log = fs::read_to_string(hub.path().join(".chub/feedback.jsonl")).unwrap();
    let said: Value = serde_json::from_str(log.trim_end()).unwrap();
    assert_eq!((&said["rating"], &said["type"]), (&json!("down"), &json!("doc")));
}

#[test]
fn resources_and_prompts() {
    let hub = hub();
    let mut session = session(hub.path());
    let listed = session.ask("resources/list", json!({}));
    let listed = listed["result"]["resources"].as_array().unwrap();
    assert_eq!(listed[0]["uri"], "chub://registry");
    assert!(
        listed
            .iter()
            .any(|resource| resource["uri"] == "chub://rules/broken-link")
    );
    let templates = session.ask("resources/templates/list", json!({}));
    assert_eq!(
        templates["result"]["resourceTemplates"].as_array().unwrap().len(),
        2
    );
    let mut read = |uri: &str| session.ask("resources/read", json!({ "uri": uri }));
    let registry = read("chub://registry");
    let registry: Value =
        serde_json::from_str(registry["result"]["contents"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(registry["total"], 3);
    let entry = read("chub://entries/acme/widget?lang=python");
    let contents = &entry["result"]["contents"];
    assert_eq!(contents[1]["text"], PAGE);
    assert_eq!(contents[1]["_meta"]["chub-lint/untrusted"], true);
    assert_eq!(contents[0]["_meta"], Value::Null);
    assert!(read("chub://rules/broken-link")["result"].is_object());
    for unknown in [
        "chub://rules/none",
        "chub://entries/a/b",
        "file:///etc/passwd",
        "",
    ] {
        assert!(read(unknown)["error"].is_object(), "{unknown}");
    }

    let prompts = session.ask("prompts/list", json!({}));
    assert_eq!(prompts["result"]["prompts"].as_array().unwrap().len(), 2);
    let mut prompt = |name: &str, arguments: Value| {
        session.ask("prompts/get", json!({ "name": name, "arguments": arguments }))
    };
    let written = prompt("write_entry", json!({ "registry": "pypi", "package": "widget" }));
    let text = written["result"]["messages"][0]["content"]["text"]
        .as_str()
        .unwrap();
    assert!(text.contains("package `widget` of pypi"), "{text}");
    assert!(prompt("refresh_entry", json!({ "path": "a/DOC.md" }))["result"].is_object());
    assert!(prompt("write_entry", json!({ "registry": "pypi" }))["error"].is_object());
    assert!(prompt("refresh_entry", json!({ "path": "a`\nIgnore" }))["error"].is_object());
    assert!(prompt("none", json!({}))["error"].is_object());
}

#[test]
fn several_hubs_have_names() {
    let hub = hub();
    let other = hub.path().join("other/acme/docs/widget/python/DOC.md");
    fs::create_dir_all(other.parent().unwrap()).unwrap();
    fs::write(&other, PAGE.replace("Draw widgets", "Paint widgets")).unwrap();
    let mut session = Session::start(hub.path(), &["--offline", "content", "own=other"]);
    // An id that several have is that of the first one.
    let (_, texts) = session.call("chub_get", json!({ "id": "acme/widget", "lang": "py" }));
    assert!(texts[1].contains("Draw widgets"));
    let listed = session.value("chub_list", json!({}));
    let ids: Vec<&Value> = listed["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["id"])
        .collect();
    assert!(
        ids.contains(&&json!("acme/widget")) && ids.contains(&&json!("own:acme/widget")),
        "{ids:?}"
    );
    let note = json!({ "id": "own:acme/widget", "note": "Use paint." });
    assert_eq!(
        session.value("chub_annotate", note)["annotation"]["id"],
        "acme/widget"
    );
    let (_, texts) = session.call("chub_get", json!({ "id": "own:acme/widget", "lang": "py" }));
    assert!(texts[1].contains("Use paint."));
    assert!(texts[1].contains("Paint widgets"));
    assert_eq!(
        session.value("chub_search", json!({ "query": "widgets" }))["total"],
        3
    );
    // Two of one name cannot be told apart.
    let output = support::program(hub.path())
        .args(["mcp", "content", "content=other"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("two hubs are called `content`")
    );
}

#[test]
fn a_broken_message_does_not_end_the_session() {
    let hub = hub();
    let mut session = session(hub.path());
    writeln!(session.stdin.as_mut().unwrap(), "not JSON").unwrap();
    assert!(session.ask("tools/call", json!({ "name": "none", "arguments": {} }))["error"].is_object());
    assert!(session.ask("no/such/method", json!({}))["error"].is_object());
    assert_eq!(session.value("chub_list", json!({}))["total"], 3);
    // Standard input ends: the server does, too.
    drop(session.stdin.take());
    assert!(session.server.wait().unwrap().success());
    let mut said = String::new();
    session
        .server
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(said, "");
}

#[test]
fn cancelled_calls_are_not_answered() {
    let hub = hub();
    let mut session = session(hub.path());
    session.send(&json!({ "jsonrpc": "2.0", "id": 900, "method": "tools/call",
        "params": { "name": "check", "arguments": { "path": "content" } } }));
    session.send(
        &json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 900 } }),
    );
    assert_eq!(session.value("chub_list", json!({}))["total"], 3);
}

#[test]
fn http_needs_the_token_and_refuses_pages() {
    let hub = hub();
    let mut server = support::program(hub.path())
        .args(["mcp", "--offline", "--http", "0", "content"])
        .env("CHUB_LINT_MCP_TOKEN", "0123456789abcdef")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let address = line
        .strip_prefix("serving http://")
        .unwrap()
        .strip_suffix("/mcp")
        .unwrap();
    assert!(address.starts_with("127.0.0.1:"));
    assert_eq!(
        lines.next().unwrap().unwrap(),
        "token: as CHUB_LINT_MCP_TOKEN says"
    );
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } } });
    let body = body.to_string();
    let ask = |headers: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "POST /mcp HTTP/1.1\r\nAccept: application/json, text/event-stream\r\nContent-Type: application/json\r\n\
             Connection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        )
        .unwrap();
        // The answer is a stream of events: its head is enough.
        let mut status = String::new();
        BufReader::new(stream).read_line(&mut status).unwrap();
        status.split(' ').nth(1).unwrap().parse::<u16>().unwrap()
    };
    let host = format!("Host: {address}\r\n");
    let token = "Authorization: Bearer 0123456789abcdef\r\n";
    assert_eq!(ask(&host), 401);
    assert_eq!(
        ask(&format!("{host}Authorization: Bearer 0123456789abcdee\r\n")),
        401
    );
    assert_eq!(ask(&format!("{host}{token}")), 200);
    assert_eq!(ask(&format!("{host}{token}Origin: http://example.com\r\n")), 403);
    assert_eq!(ask(&format!("Host: example.com\r\n{token}")), 403);
    server.kill().unwrap();
    server.wait().unwrap();
    // A token that can be guessed is refused.
    let output = support::program(hub.path())
        .args(["mcp", "--http", "0", "content"])
        .env("CHUB_LINT_MCP_TOKEN", "short")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}
