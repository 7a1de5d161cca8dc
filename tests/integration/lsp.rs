//! A scripted editor session with the real program over standard input and output.

#![expect(clippy::print_stdout, reason = "a test that cannot go on has failed")]

use lsp_server::{Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const PAGE: &str = "---\nname: widget\ndescription: \"How to use the widget library from Python\"\nmetadata:\n  languages: \"python\"\n  versions: 2.10\n  revision: 1\n  updated-on: \"2026-05-01\"\n  source: comunity\n  tags: \"widget\"\n  package: none\n---\n\n# Widget\n\nSome text 😀 here.\n";

struct Editor {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: i32,
    /// Outside of the checkout, where a cache must be.
    _cache: tempfile::TempDir,
}

impl Editor {
    fn start(folder: &Path) -> Self {
        Self::start_in(folder, json!({ "capabilities": {} }))
    }

    fn start_in(folder: &Path, params: Value) -> Self {
        let cache = tempfile::tempdir().unwrap();
        let mut server = Command::new(env!("CARGO_BIN_EXE_chub-lint"))
            .args(["lsp", "--stdio"])
            .current_dir(folder)
            .env("CHUB_LINT_OFFLINE", "1")
            .env("CHUB_LINT_CACHE_DIR", cache.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = server.stdin.take().unwrap();
        let output = BufReader::new(server.stdout.take().unwrap());
        let mut editor = Self {
            server,
            input,
            output,
            next: 0,
            _cache: cache,
        };
        let answer = editor.ask("initialize", params);
        assert_eq!(answer["serverInfo"]["name"], "chub-lint");
        editor.tell("initialized", json!({}));
        editor
    }

    fn tell(&mut self, method: &str, params: Value) {
        Message::from(Notification::new(method.to_owned(), params))
            .write(&mut self.input)
            .unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = RequestId::from(self.next);
        Message::from(Request::new(id.clone(), method.to_owned(), params))
            .write(&mut self.input)
            .unwrap();
        loop {
            match Message::read(&mut self.output).unwrap().unwrap() {
                Message::Response(response) if response.id == id => return response.response_result.unwrap(),
                Message::Response(_) => panic!("an answer to no question"),
                _ => {}
            }
        }
    }

    /// The diagnostics that the server publishes next.
    fn published(&mut self) -> Value {
        loop {
            match Message::read(&mut self.output).unwrap().unwrap() {
                Message::Notification(n) if n.method == "textDocument/publishDiagnostics" => return n.params,
                Message::Notification(n) if n.method == "window/showMessage" => panic!("{}", n.params),
                _ => {}
            }
        }
    }

    fn open(&mut self, file: &Path, text: &str) -> Value {
        self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri(file), "languageId": "markdown", "version": 1, "text": text } }),
        );
        self.published()
    }

    fn change(&mut self, file: &Path, version: i32, changes: &Value) -> Value {
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri(file), "version": version }, "contentChanges": changes }),
        );
        self.published()
    }

    fn stop(mut self) {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        self.tell("exit", Value::Null);
        drop(self.input);
        assert!(self.server.wait().unwrap().success());
    }
}

fn uri(file: &Path) -> String {
    reqwest::Url::from_file_path(file).unwrap().to_string()
}

/// A hub with one entry, in a folder whose name has to be encoded.
fn hub(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap().join("my hub é");
    let file = root.join("content/acme/docs/widget/DOC.md");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    (folder, file)
}

fn codes(published: &Value) -> Vec<&str> {
    let list = published["diagnostics"].as_array().unwrap();
    let mut codes: Vec<_> = list.iter().map(|d| d["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    codes
}

fn range(line: u32, from: u32, to: u32) -> Value {
    json!({ "start": { "line": line, "character": from }, "end": { "line": line, "character": to } })
}

#[test]
fn open_edit_fix_and_close_a_document() {
    let (folder, file) = hub(PAGE);
    let mut editor = Editor::start(folder.path());

    let found = editor.open(&file, PAGE);
    assert_eq!(codes(&found), ["bad-source", "wrong-type"]);
    assert_eq!(found["uri"], uri(&file));
    let of = |found: &Value, code: &str| {
        let list = found["diagnostics"].as_array().unwrap();
        list.iter().find(|d| d["code"] == code).unwrap().clone()
    };
    assert_eq!(of(&found, "wrong-type")["range"], range(5, 12, 16));

    // Hovering over a finding shows the page of the rule.
    let hover = editor.ask(
        "textDocument/hover",
        json!({ "textDocument": { "uri": uri(&file) }, "position": { "line": 5, "character": 13 } }),
    );
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(
        text.contains("`wrong-type` (error, front-matter)") && text.contains("## Good"),
        "{text}"
    );

    // The fix, and the allow for the source.
    let actions = editor.ask(
        "textDocument/codeAction",
        json!({ "textDocument": { "uri": uri(&file) }, "range": range(8, 12, 12), "context": { "diagnostics": [] } }),
    );
    let actions = actions.as_array().unwrap();
    let titles: Vec<_> = actions.iter().map(|a| a["title"].as_str().unwrap()).collect();
    assert_eq!(titles.len(), 3, "{titles:?}");
    assert_eq!(titles[1..], ["Allow bad-source here", "Apply all safe fixes"]);
    let edits = |at: usize| actions[at]["edit"]["changes"][uri(&file)].clone();
    assert_eq!(
        edits(0),
        json!([{ "range": range(8, 10, 18), "newText": "community" }])
    );
    assert_eq!(
        edits(1)[0]["newText"],
        "  # chub-lint: allow(bad-source) REASON\n"
    );
    assert_eq!(edits(2).as_array().unwrap().len(), 2);

    // The editor makes both fixes, from the last to the first.
    let mut all = edits(2).as_array().unwrap().clone();
    all.sort_by_key(|edit| std::cmp::Reverse(edit["range"]["start"]["line"].as_u64().unwrap()));
    let changes: Vec<_> = all
        .iter()
        .map(|e| json!({ "range": e["range"], "text": e["newText"] }))
        .collect();
    let found = editor.change(&file, 2, &json!(changes));
    assert_eq!(codes(&found), Vec::<&str>::new());
    assert_eq!(found["version"], 2);

    // An edit after a character of two UTF-16 units, then one that breaks a link of the hub.
    let found = editor.change(
        &file,
        3,
        &json!([{ "range": range(15, 13, 17), "text": "[gone](gone.md)" }]),
    );
    assert_eq!(codes(&found), Vec::<&str>::new());
    editor.tell(
        "textDocument/didSave",
        json!({ "textDocument": { "uri": uri(&file) } }),
    );
    let found = editor.published();
    assert_eq!(codes(&found), ["broken-link"]);
    let line = of(&found, "broken-link")["range"]["start"].clone();
    assert_eq!(
        (line["line"].clone(), line["character"].clone()),
        (json!(15), json!(20))
    );
    // It moves with the text above it.
    let found = editor.change(
        &file,
        4,
        &json!([{ "range": range(14, 0, 0), "text": "one\n\ntwo\n" }]),
    );
    assert_eq!(of(&found, "broken-link")["range"]["start"]["line"], 18);

    editor.tell(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": uri(&file) } }),
    );
    assert_eq!(codes(&editor.published()), Vec::<&str>::new());
    editor.stop();
}

#[test]
fn front_matter_is_completed() {
    let (folder, file) = hub(PAGE);
    let mut editor = Editor::start(folder.path());
    let text = "---\nname: widget\n\nmetadata:\n  \n  source: \n  languages: \"\"\n---\n\nname: \n";
    editor.open(&file, text);
    let mut at = |line: u32, character: u32| {
        let place = json!({ "textDocument": { "uri": uri(&file) }, "position": { "line": line, "character": character } });
        let items = editor.ask("textDocument/completion", place);
        let items = items.as_array().unwrap().clone();
        items
            .iter()
            .map(|i| i["label"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(at(5, 10), ["official", "maintainer", "community"]);
    assert!(at(6, 14).contains(&"python".to_owned()));
    let keys = at(4, 2);
    assert!(
        keys.contains(&"versions".to_owned()) && !keys.contains(&"source".to_owned()),
        "{keys:?}"
    );
    assert_eq!(at(2, 0).first().map(String::as_str), Some("description"));
    assert_eq!(at(9, 6), Vec::<String>::new());
    editor.stop();
}

#[test]
fn the_front_matter_of_a_skill_is_completed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("skills/widget-setup/SKILL.md");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let text = "---\nname: widget-setup\n\neffort: \ncontext: \nmetadata:\n  \n---\n\n# Set up\n";
    fs::write(&file, text).unwrap();
    let mut editor = Editor::start(folder.path());
    editor.open(&file, text);
    let mut at = |line: u32, character: u32| {
        let place = json!({ "textDocument": { "uri": uri(&file) }, "position": { "line": line, "character": character } });
        let items = editor.ask("textDocument/completion", place);
        items.as_array().unwrap().clone()
    };
    let label = |item: &serde_json::Value| item["label"].as_str().unwrap().to_owned();
    let keys = at(2, 0);
    let labels: Vec<String> = keys.iter().map(label).collect();
    for key in [
        "description",
        "license",
        "compatibility",
        "allowed-tools",
        "when_to_use",
        "paths",
    ] {
        assert!(labels.contains(&key.to_owned()), "{key}: {labels:?}");
    }
    for key in ["name", "effort", "metadata", "versions", "revision"] {
        assert!(!labels.contains(&key.to_owned()), "{key}: {labels:?}");
    }
    // Fields of a client say whose they are.
    let paths = keys.iter().find(|item| item["label"] == "paths").unwrap();
    let detail = paths["detail"].as_str().unwrap();
    assert!(detail.ends_with("(Claude Code and Cursor)"), "{detail}");
    let values: Vec<String> = at(3, 8).iter().map(label).collect();
    assert_eq!(values, ["low", "medium", "high", "xhigh", "max"]);
    assert_eq!(at(4, 9).iter().map(label).collect::<Vec<_>>(), ["fork"]);
    // The keys of `metadata` are free.
    assert_eq!(at(6, 2).len(), 0);
    editor.stop();
}

#[test]
fn what_is_none_of_a_hub_is_left_alone_and_mistakes_of_the_client_are_survived() {
    let (folder, file) = hub(PAGE);
    let readme = folder.path().join("README.md");
    fs::write(&readme, "# No entry\n").unwrap();
    let mut editor = Editor::start(folder.path());
    editor.tell(
        "textDocument/didOpen",
        json!({ "textDocument": { "uri": uri(&readme), "languageId": "markdown", "version": 1, "text": "# No\n" } }),
    );
    editor.tell("textDocument/didOpen", json!({ "nonsense": true }));
    editor.tell(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": "untitled:Untitled-1" } }),
    );
    // The first published diagnostics are about the entry.
    let found = editor.open(&file, PAGE);
    assert_eq!(found["uri"], uri(&file));
    let past = json!({ "start": { "line": 900, "character": 900 }, "end": { "line": 0, "character": 0 } });
    editor.change(&file, 2, &json!([{ "range": past, "text": "x" }]));
    editor.stop();
}

/// Run with `--nocapture` to see the figure. The limit is for debug builds on a busy machine; a release build takes a
/// small fraction of it.
#[test]
fn an_edit_of_a_long_document_is_checked_at_once() {
    let mut text = PAGE.replace("2.10", "\"2.10\"").replace("comunity", "community");
    let mut section = 0;
    while text.lines().count() < 2_000 {
        section += 1;
        text.push_str(&format!(
            "\n## Part {section}\n\nSome words with `code` and a [link](https://example.com/{section}).\n\n```python\nimport widget\n\nwidget.run({section})\nif widget.ready:\n    print(\"ready\", {section})\n```\n"
        ));
    }
    let (folder, file) = hub(&text);
    let mut editor = Editor::start(folder.path());
    assert_eq!(codes(&editor.open(&file, &text)), ["oversized-entry"]);
    let mut times: Vec<Duration> = (0..21)
        .map(|version| {
            let started = Instant::now();
            let found = editor.change(
                &file,
                version + 2,
                &json!([{ "range": range(1_000, 0, 0), "text": "x" }]),
            );
            assert_eq!(found["version"], version + 2);
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    let median = times[times.len() / 2];
    println!(
        "median of one edit: {median:?}, worst {:?}",
        times[times.len() - 1]
    );
    assert!(median < Duration::from_millis(400), "{median:?}");
    editor.stop();
}

/// Start the program, send these bytes, and wait for its exit.
fn send(bytes: &[u8]) -> (Option<i32>, String) {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_chub-lint"))
        .args(["lsp", "--stdio"])
        .current_dir(folder.path())
        .env("CHUB_LINT_OFFLINE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = server.stdin.take().unwrap();
    // A server that has exited does not read its input.
    let _ = input.write_all(bytes);
    let waiting = std::thread::spawn(move || server.wait_with_output().unwrap());
    let started = Instant::now();
    while !waiting.is_finished() && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(waiting.is_finished(), "it waits for more");
    drop(input);
    let output = waiting.join().unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn framed(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[test]
fn bytes_that_are_no_message_end_the_server_cleanly() {
    let start = framed(r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#);
    let initialized = framed(r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#);
    let ready = [start, initialized].concat();
    let head = |length: &str| format!("Content-Length: {length}\r\n\r\n").into_bytes();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (head("99999999999"), "message of 99999999999 bytes"),
        (head("99999999999999999999999"), "`Content-Length`"),
        (head("-1"), "`Content-Length`"),
        (head("many"), "`Content-Length`"),
        (vec![b'a'; 1 << 16], "invalid header"),
        (b"A: b\r\n".repeat(10_000), "invalid header"),
        (framed(&"[".repeat(1 << 20)), "invalid message"),
        (framed(&format!("[{}1]", "1,".repeat(100_000))), "invalid message"),
        (framed("{}"), "invalid message"),
    ];
    for (bytes, message) in cases {
        for before in [&[][..], &ready] {
            let (code, error) = send(&[before, &bytes].concat());
            assert_eq!(code, Some(2), "{error}");
            assert!(error.contains(message) && error.starts_with("error: "), "{error}");
            assert!(error.len() < 500, "{error}");
        }
    }
}

#[test]
fn places_and_files_outside_are_no_harm() {
    let (folder, file) = hub(PAGE);
    let mut editor = Editor::start(folder.path());
    editor.open(&file, PAGE);
    let far = u32::MAX;
    for (at, change) in [
        json!({ "range": range(far, far, far), "text": "x" }),
        json!({ "range": { "start": { "line": 9, "character": 9 }, "end": { "line": 1, "character": 0 } }, "text": "y" }),
        // Between the halves of the emoji.
        json!({ "range": range(15, 11, 11), "text": "z" }),
        json!({ "range": range(0, far, 0), "text": "" }),
    ]
    .into_iter()
    .enumerate()
    {
        editor.change(&file, i32::try_from(at).unwrap() + 2, &json!([change]));
    }
    let full = json!([{ "text": PAGE }]);
    let found = editor.change(&file, 9, &full);
    assert_eq!(codes(&found), ["bad-source", "wrong-type"]);
    let far_hover =
        json!({ "textDocument": { "uri": uri(&file) }, "position": { "line": far, "character": far } });
    assert_eq!(editor.ask("textDocument/hover", far_hover), Value::Null);
    for uri in [
        "file:///etc/passwd",
        "file://host/share/DOC.md",
        "file:///%2e%2e/%2e%2e/etc/passwd",
        "file:///tmp/..%2f..%2fetc/passwd",
        "untitled:DOC.md",
        "https://example.com/DOC.md",
    ] {
        editor.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "markdown", "version": 1, "text": PAGE } }),
        );
        let hover = json!({ "textDocument": { "uri": uri }, "position": { "line": 5, "character": 13 } });
        assert_eq!(editor.ask("textDocument/hover", hover), Value::Null, "{uri}");
    }
    editor.tell("$/unknown", json!([1]));
    editor.stop();
}

#[test]
fn a_document_outside_of_the_folders_of_the_client_is_not_read() {
    let (folder, file) = hub(PAGE);
    let (_other, outside) = hub(PAGE);
    let mut editor = Editor::start_in(
        folder.path(),
        json!({
            "capabilities": {},
            "rootUri": uri(folder.path()),
        }),
    );
    editor.open(&file, PAGE);
    editor.tell(
        "textDocument/didOpen",
        json!({ "textDocument": { "uri": uri(&outside), "languageId": "markdown", "version": 1, "text": PAGE } }),
    );
    let hover =
        json!({ "textDocument": { "uri": uri(&outside) }, "position": { "line": 5, "character": 13 } });
    assert_eq!(editor.ask("textDocument/hover", hover), Value::Null);
    editor.stop();
}

#[test]
fn a_document_that_grows_too_large_is_given_up() {
    let (folder, file) = hub(PAGE);
    let mut editor = Editor::start(folder.path());
    editor.open(&file, PAGE);
    let large = "a".repeat(17 << 20);
    let found = editor.change(&file, 2, &json!([{ "range": range(15, 0, 0), "text": large }]));
    assert_eq!(found["diagnostics"], json!([]));
    let hover = json!({ "textDocument": { "uri": uri(&file) }, "position": { "line": 5, "character": 13 } });
    assert_eq!(editor.ask("textDocument/hover", hover), Value::Null);
    editor.stop();
}

#[test]
fn no_action_makes_a_comment_out_of_text() {
    let text = PAGE.replace("Some text", "Some <\u{200b}!-- text --> and sup\u{200b}port");
    let text = text
        .replace("# Widget", "# Wid\u{200b}get")
        .replace("comunity", "community");
    let (folder, file) = hub(&text);
    let mut editor = Editor::start(folder.path());
    editor.open(&file, &text);
    let params = |only: Value| {
        json!({ "textDocument": { "uri": uri(&file) }, "range": { "start": { "line": 0, "character": 0 },
            "end": { "line": 40, "character": 0 } }, "context": { "diagnostics": [], "only": only } })
    };
    for only in [json!(["quickfix"]), json!(["source.fixAll"])] {
        let actions = editor.ask("textDocument/codeAction", params(only)).to_string();
        assert!(!actions.contains("\"line\":15"), "{actions}");
        assert!(actions.contains("\"line\":13"), "{actions}");
    }
    editor.stop();
}

#[test]
fn symbols_of_own_sources_are_checked_while_typing_and_shown_on_hover() {
    let page = |code: &str| {
        PAGE.replace("2.10", "\"2.1.0\"")
            .replace("comunity", "community")
            .replace("  package: none\n", "")
            + &format!("\n```python\nfrom widget import Client\n\nclient = Client()\n{code}\n```\n")
    };
    let good = page("client.get_order(\"o_1\")");
    let (folder, file) = hub(&good);
    let root = file.ancestors().nth(5).unwrap();
    fs::write(
        root.join("chub-lint.toml"),
        "[[package]]\npath = \"acme/docs/widget\"\npackage = \"pypi:widget\"\nsource = \"src\"\n",
    )
    .unwrap();
    fs::create_dir_all(root.join("src/widget")).unwrap();
    fs::write(
        root.join("src/widget/__init__.py"),
        "from .client import Client\nfrom . import extra\n",
    )
    .unwrap();
    fs::write(
        root.join("src/widget/client.py"),
        "class Client:\n    def get_order(self, order_id: str) -> str: ...\n",
    )
    .unwrap();
    fs::write(root.join("src/widget/extra.py"), "def helper(): ...\n").unwrap();
    let mut editor = Editor::start(folder.path());
    assert!(codes(&editor.open(&file, &good)).is_empty());
    let line = good.lines().position(|line| line.contains("get_order")).unwrap();
    let hover = editor.ask(
        "textDocument/hover",
        json!({ "textDocument": { "uri": uri(&file) }, "position": { "line": line, "character": 10 } }),
    );
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(
        text.contains("def Client.get_order(order_id: str) -> str"),
        "{text}"
    );
    assert!(
        text.contains("widget from 'src'") || text.contains("widget from `src`"),
        "{text}"
    );
    let change = |text: String| json!([{ "text": text }]);
    let found = editor.change(&file, 2, &change(page("client.fetch_order(\"o_1\")")));
    assert_eq!(codes(&found), ["unknown-symbol"]);
    // What was not read before is read now.
    let more = page("from widget.extra import helper, absent\nclient.get_order(\"o_1\")");
    let found = editor.change(&file, 3, &change(more));
    assert_eq!(codes(&found), ["unknown-symbol"]);
    assert!(
        found["diagnostics"][0]["message"]
            .as_str()
            .unwrap()
            .contains("widget.extra.absent"),
        "{found}"
    );
    assert!(codes(&editor.change(&file, 4, &change(good.clone()))).is_empty());
    editor.stop();
}

/// A client that pulls diagnostics and counts bytes, in a repository with two entries.
fn pulling(root: &Path) -> (Editor, PathBuf, PathBuf) {
    let entry = |name: &str| root.join(format!("content/acme/docs/{name}/DOC.md"));
    for name in ["one", "two"] {
        fs::create_dir_all(entry(name).parent().unwrap()).unwrap();
        fs::write(
            entry(name),
            PAGE.replace("widget\ndesc", &format!("{name}\ndesc")),
        )
        .unwrap();
    }
    fs::create_dir_all(root.join(".git")).unwrap();
    let params = json!({
        "workspaceFolders": [{ "uri": uri(root), "name": "x" }],
        "capabilities": {
            "general": { "positionEncodings": ["utf-8", "utf-16"] },
            "textDocument": { "diagnostic": { "dynamicRegistration": false } },
            "workspace": { "diagnostics": { "refreshSupport": true } },
        },
    });
    (Editor::start_in(root, params), entry("one"), entry("two"))
}

#[test]
fn diagnostics_are_pulled_and_not_sent_twice() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    let (mut editor, one, two) = pulling(&root);
    let text = fs::read_to_string(&one).unwrap();
    editor.tell(
        "textDocument/didOpen",
        json!({ "textDocument": { "uri": uri(&one), "languageId": "markdown", "version": 1, "text": text } }),
    );
    let of_one =
        |previous: Value| json!({ "textDocument": { "uri": uri(&one) }, "previousResultId": previous });
    let first = editor.ask("textDocument/diagnostic", of_one(Value::Null));
    assert_eq!(first["kind"], "full");
    assert_eq!(first["items"].as_array().unwrap().len(), 2, "{first}");
    let again = editor.ask("textDocument/diagnostic", of_one(first["resultId"].clone()));
    assert_eq!(
        (&again["kind"], &again["resultId"]),
        (&json!("unchanged"), &first["resultId"])
    );

    let all = editor.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let items = all["items"].as_array().unwrap();
    let of = |file: &Path| items.iter().find(|item| item["uri"] == uri(file)).unwrap();
    assert_eq!(
        (&of(&one)["version"], &of(&two)["version"]),
        (&json!(1), &Value::Null)
    );
    assert_eq!(of(&two)["items"].as_array().unwrap().len(), 2);
    assert_eq!(of(&one)["resultId"], first["resultId"]);
    let ids: Vec<_> = items
        .iter()
        .map(|item| json!({ "uri": item["uri"], "value": item["resultId"] }))
        .collect();

    // A file is fixed on the disk: its report is empty now, and the other one is not sent again.
    let fixed = fs::read_to_string(&two).unwrap();
    fs::write(
        &two,
        fixed.replace("2.10", "\"2.10\"").replace("comunity", "community"),
    )
    .unwrap();
    editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    let all = editor.ask("workspace/diagnostic", json!({ "previousResultIds": ids }));
    let items = all["items"].as_array().unwrap();
    let kind = |file: &Path| {
        let item = items.iter().find(|item| item["uri"] == uri(file)).unwrap();
        (
            item["kind"].as_str().unwrap(),
            item["items"].as_array().map(Vec::len),
        )
    };
    assert_eq!((kind(&one), kind(&two)), (("unchanged", None), ("full", Some(0))));
    // A document of no hub has an empty report.
    let other = json!({ "textDocument": { "uri": uri(&root.join("README.md")) } });
    assert_eq!(editor.ask("textDocument/diagnostic", other)["items"], json!([]));
    editor.stop();
}

#[test]
fn columns_are_bytes_for_a_client_that_counts_them() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    let (mut editor, one, _) = pulling(&root);
    let text = format!("{PAGE}\n日本語 😀 [x](gone.md)\n");
    editor.tell(
        "textDocument/didOpen",
        json!({ "textDocument": { "uri": uri(&one), "languageId": "markdown", "version": 1, "text": text } }),
    );
    let of_one = json!({ "textDocument": { "uri": uri(&one) } });
    let link = |report: &Value| {
        let items = report["items"].as_array().unwrap();
        let found = items.iter().find(|item| item["code"] == "broken-link");
        found.map(|found| found["range"].clone())
    };
    let report = editor.ask("textDocument/diagnostic", of_one.clone());
    // 9 + 1 + 4 + 1 bytes, and `[x](`.
    let line = text.lines().count() - 1;
    assert_eq!(
        link(&report).unwrap(),
        json!({ "start": { "line": line, "character": 19 }, "end": { "line": line, "character": 26 } })
    );
    let range =
        json!({ "start": { "line": line, "character": 15 }, "end": { "line": line, "character": 27 } });
    editor.tell(
        "textDocument/didChange",
        json!({
            "textDocument": { "uri": uri(&one), "version": 2 },
            "contentChanges": [{ "range": range, "text": "gone" }],
        }),
    );
    assert_eq!(link(&editor.ask("textDocument/diagnostic", of_one)), None);
    editor.stop();
}

#[test]
fn a_new_file_may_be_in_folders_that_do_not_exist_yet() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    fs::create_dir_all(root.join("content/acme/docs/old")).unwrap();
    fs::write(root.join("content/acme/docs/old/DOC.md"), PAGE).unwrap();
    let params = json!({ "rootUri": uri(&root), "capabilities": {} });
    let mut editor = Editor::start_in(&root, params);
    let new = root.join("content/other/docs/brand-new/python/DOC.md");
    let found = editor.open(&new, &PAGE.replace("widget\ndesc", "brand-new\ndesc"));
    assert_eq!(found["diagnostics"].as_array().unwrap().len(), 2, "{found}");
    editor.stop();
}
