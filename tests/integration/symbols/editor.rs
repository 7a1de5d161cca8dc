//! The language server: what earlier runs read of releases is used while somebody types, and nothing is downloaded.

use super::{Shelf, World, entry, shelf};
use crate::support;
use lsp_server::{Message, Notification, Request};
use serde_json::{Value, json};
use std::io::BufReader;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

const DOC: &str = "content/acme/docs/demo/DOC.md";

struct Editor {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    uri: String,
    version: i32,
}

impl Editor {
    fn start(world: &World) -> Self {
        let mut server = support::program(world.folder.path())
            .args(["lsp", "--stdio"])
            .env("PIP_INDEX_URL", world.index.url("/simple/"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = server.stdin.take().unwrap();
        let output = BufReader::new(server.stdout.take().unwrap());
        let file = std::fs::canonicalize(world.path(DOC)).unwrap();
        let uri = reqwest::Url::from_file_path(file).unwrap().to_string();
        let mut editor = Self {
            server,
            input,
            output,
            uri,
            version: 0,
        };
        editor.ask("initialize", &json!({ "capabilities": {} }));
        editor.tell("initialized", json!({}));
        editor
    }

    fn tell(&mut self, method: &str, params: Value) {
        let message = Message::from(Notification::new(method.to_owned(), params));
        message.write(&mut self.input).unwrap();
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        let request = Request::new(1.into(), method.to_owned(), params.clone());
        Message::from(request).write(&mut self.input).unwrap();
        loop {
            if let Message::Response(response) = Message::read(&mut self.output).unwrap().unwrap() {
                return response.response_result.unwrap();
            }
        }
    }

    /// Open the document or change its text; the messages about symbols that are published then.
    fn text(&mut self, text: &str) -> Vec<String> {
        self.version += 1;
        let document =
            json!({ "uri": self.uri, "languageId": "markdown", "version": self.version, "text": text });
        match self.version {
            1 => self.tell("textDocument/didOpen", json!({ "textDocument": document })),
            _ => self.tell(
                "textDocument/didChange",
                json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
            ),
        }
        loop {
            match Message::read(&mut self.output).unwrap().unwrap() {
                Message::Notification(told) if told.method == "textDocument/publishDiagnostics" => {
                    let list = told.params["diagnostics"].as_array().unwrap().clone();
                    let is_symbol = |one: &&Value| one["code"].as_str().unwrap().ends_with("-symbol");
                    let message = |one: &Value| one["message"].as_str().unwrap().to_owned();
                    return list.iter().filter(is_symbol).map(message).collect();
                }
                _ => {}
            }
        }
    }

    fn hover(&mut self, text: &str, word: &str) -> String {
        let line = text.lines().position(|line| line.contains(word)).unwrap();
        let character = text.lines().nth(line).unwrap().find(word).unwrap();
        let hover = self.ask(
            "textDocument/hover",
            &json!({ "textDocument": { "uri": self.uri }, "position": { "line": line, "character": character + 1 } }),
        );
        hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    fn stop(mut self) {
        self.ask("shutdown", &Value::Null);
        self.tell("exit", Value::Null);
        drop(self.input);
        assert!(self.server.wait().unwrap().success());
    }
}

/// A world whose index is the one of the environment.
fn world(shelf: Shelf) -> World {
    World::new(&["demo"], shelf)
}

fn warm(world: &World, args: &[&str]) {
    let output = support::program(world.folder.path())
        .args(args)
        .env("PIP_INDEX_URL", world.index.url("/simple/"))
        .output()
        .unwrap();
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    world.index.take();
}

#[test]
fn findings_and_hovers_from_the_cache() {
    let world = world(shelf(&["demo"]));
    warm(&world, &[DOC]);
    let mut editor = Editor::start(&world);
    let text = entry("demo");
    let found = editor.text(&text);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found
            .iter()
            .any(|message| message.contains("demo 1.0 has no `Client.never`")),
        "{found:?}"
    );
    let hover = editor.hover(&text, "open()");
    assert!(
        hover.contains("def Client.open()") && hover.contains("demo 1.0"),
        "{hover}"
    );
    let good = text.replace("client.gone()\nclient.never()\n", "");
    assert_eq!(editor.text(&good), Vec::<String>::new());
    let found = editor.text(&good.replace("open()", "close()"));
    assert_eq!(found.len(), 1, "{found:?}");
    // Another version: the one that is compared with changes too.
    let newer = text.replace("versions: \"1.0\"", "versions: \"2.0\"");
    let found = editor.text(&newer);
    assert!(
        found
            .iter()
            .any(|message| message.contains("demo 2.0 has no `Client.gone`")),
        "{found:?}"
    );
    editor.stop();
    assert_eq!(world.index.take().len(), 0);
}

#[test]
fn nothing_is_asked_for_what_the_cache_does_not_have() {
    let world = world(shelf(&["demo"]));
    warm(&world, &["content"]);
    let mut editor = Editor::start(&world);
    let text = entry("demo");
    assert_eq!(editor.text(&text), Vec::<String>::new());
    assert_eq!(editor.hover(&text, "open()"), "");
    editor.stop();
    // The config can turn it off.
    warm(&world, &[DOC]);
    world.write("chub-lint.toml", "[symbols]\ncheck = \"off\"\n");
    let mut editor = Editor::start(&world);
    assert_eq!(editor.text(&text), Vec::<String>::new());
    editor.stop();
    assert_eq!(world.index.take().len(), 0);
}
