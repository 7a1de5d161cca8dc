//! Scripts of a skill that wait for input from a person.

use crate::document::Document;
use crate::hub::Hub;
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::Span;
use std::ops::Range;

/// The rule; see its page. Source: agentskills.io, "Using scripts in skills": agents cannot answer prompts.
pub static RULE: Rule = rule!("interactive-script", Check::Hub(check));

/// Folders whose files an agent runs.
const RUN: [&str; 2] = ["scripts", "bin"];
/// Folders with files for others: what a user gets, or what shows something.
const SHOWN: [&str; 7] = [
    "assets",
    "examples",
    "example",
    "fixtures",
    "templates",
    "template",
    "tests",
];
/// What a script says that can also run without a terminal.
const WAYS_AROUND: [&str; 7] = [
    "isatty",
    "-t 0",
    "--force",
    "--yes",
    "--no-input",
    "--non-interactive",
    "NonInteractive",
];
/// Calls of Python that read from the terminal. `input` and `getpass` may have a module before them.
const PYTHON: [&str; 8] = [
    "input(",
    "getpass(",
    "click.prompt(",
    "click.confirm(",
    "typer.prompt(",
    "typer.confirm(",
    "Prompt.ask(",
    "Confirm.ask(",
];
/// Packages of npm that ask questions.
const QUESTIONS: [&str; 5] = [
    "@clack/prompts",
    "@inquirer/prompts",
    "enquirer",
    "inquirer",
    "prompts",
];

/// The language of a script, as far as its prompts go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Python,
    Shell,
    JavaScript,
    PowerShell,
}

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for script in hub.focused_attachments().filter(|script| is_run(hub, script)) {
        if let Some(language) = language(script) {
            check_script(script, language, sink);
        }
    }
}

fn check_script(script: &Document, language: Language, sink: &mut Sink<'_>) {
    let text = script.text.as_str();
    if WAYS_AROUND.iter().any(|way| text.contains(way)) {
        return;
    }
    for range in prompts(text, language) {
        let what = text.get(range.clone()).unwrap_or_default();
        let what = what.trim_end_matches('(').to_owned();
        sink.report_in(
            &script.path,
            Span::from(range),
            format!("`{what}` waits for input, which an agent cannot give"),
        )
        .help("take the value as an argument or from an environment variable");
    }
}

/// Where a script waits for input.
fn prompts(text: &str, language: Language) -> Vec<Range<usize>> {
    let code = code(text, language);
    match language {
        Language::Python => python(text, &code),
        Language::Shell => shell(text, &code),
        Language::JavaScript => javascript(text, &code),
        Language::PowerShell => words(text, &code, "Read-Host"),
    }
}

/// Whether an agent runs a file: it is beside the `SKILL.md` or in a folder of scripts.
fn is_run(hub: &Hub, script: &Document) -> bool {
    let Some(skill) = hub.skill_folder(&script.path) else {
        return false;
    };
    let folder = script.path.folder();
    let below = folder.get(skill.len()..).unwrap_or_default();
    let has = |names: &[&str]| below.split('/').any(|folder| names.contains(&folder));
    (below.is_empty() || has(&RUN)) && !has(&SHOWN)
}

fn language(document: &Document) -> Option<Language> {
    let (_, extension) = document.path.file_name().rsplit_once('.')?;
    match extension {
        "py" => Some(Language::Python),
        "sh" | "bash" => Some(Language::Shell),
        "js" | "mjs" | "cjs" | "ts" | "mts" => Some(Language::JavaScript),
        "ps1" => Some(Language::PowerShell),
        _ => None,
    }
}

/// The parts of a script that are neither comments nor strings. A string ends with its line, unless it is one of Python's
/// in three quotes or a template of JavaScript.
fn code(text: &str, language: Language) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'#' if language != Language::JavaScript && is_comment(bytes, at) => line_end(bytes, at),
            b'/' if language == Language::JavaScript && bytes.get(at + 1) == Some(&b'/') => {
                line_end(bytes, at)
            }
            b'/' if language == Language::JavaScript && bytes.get(at + 1) == Some(&b'*') => {
                memchr::memmem::find(bytes.get(at + 2..).unwrap_or_default(), b"*/")
                    .map_or(bytes.len(), |end| at + end + 4)
            }
            b'"' | b'\'' => string_end(bytes, at, language),
            b'`' if language == Language::JavaScript => string_end(bytes, at, language),
            _ => {
                at += 1;
                continue;
            }
        };
        parts.push(start..at);
        at = end.max(at + 1).min(bytes.len());
        start = at;
    }
    parts.push(start..bytes.len());
    parts
}

/// Whether `#` begins a comment: in a shell only at the begin of a word.
fn is_comment(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    before
        .is_none_or(|before| !before.is_ascii_graphic() || matches!(before, b';' | b')' | b']' | b'}' | b':'))
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |end| at + end)
}

/// Where the string that begins at a quote ends.
fn string_end(bytes: &[u8], at: usize, language: Language) -> usize {
    let quote = bytes.get(at).copied().unwrap_or_default();
    let triple = [quote; 3];
    let is_triple = language == Language::Python && bytes.get(at..at + 3) == Some(&triple);
    let spans_lines = is_triple || quote == b'`';
    let has_escapes = language != Language::PowerShell && !(language == Language::Shell && quote == b'\'');
    let mut end = if is_triple { at + 3 } else { at + 1 };
    while let Some(byte) = bytes.get(end) {
        match *byte {
            b'\\' if has_escapes => end += 2,
            b'\n' if !spans_lines => return end,
            byte if byte == quote && !is_triple => return end + 1,
            byte if byte == quote && bytes.get(end..end + 3) == Some(&triple) => return end + 3,
            _ => end += 1,
        }
    }
    bytes.len()
}

/// Where a word is in the code, unless it is the end of a longer word.
fn words(text: &str, code: &[Range<usize>], word: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for part in code {
        let slice = text.get(part.clone()).unwrap_or_default();
        for at in memchr::memmem::find_iter(slice.as_bytes(), word) {
            let start = part.start + at;
            let before = text.get(..start).and_then(|before| before.chars().next_back());
            if !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
                found.push(start..start + word.len());
            }
        }
    }
    found
}

fn python(text: &str, code: &[Range<usize>]) -> Vec<Range<usize>> {
    // A script may have a function with this name.
    if text.contains("def input(") || text.contains("def getpass(") {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for call in PYTHON {
        found.extend(words(text, code, call).into_iter().filter(|range| {
            let before = text.get(..range.start).unwrap_or_default();
            match before.strip_suffix('.') {
                Some(before) => call == "getpass(" && before.ends_with("getpass"),
                // `name or input(...)`: the name can be given.
                None => !before.ends_with(" or "),
            }
        }));
    }
    found.sort_by_key(|range| range.start);
    found
}

/// `read -p`, unless it has a time limit or reads from elsewhere.
fn shell(text: &str, code: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for range in words(text, code, "read ") {
        let before = text.get(..range.start).unwrap_or_default();
        let before = before.trim_end_matches([' ', '\t']);
        let is_command = before.is_empty()
            || before.ends_with(['\n', ';', '&', '|', '(', '{', '!'])
            || ["then", "do", "else", "if", "while"]
                .iter()
                .any(|word| before.ends_with(word));
        let line = text
            .get(range.end..)
            .unwrap_or_default()
            .lines()
            .next()
            .unwrap_or_default();
        let options: Vec<&str> = line
            .split_whitespace()
            .take_while(|word| word.starts_with('-') || word.bytes().all(|b| b.is_ascii_digit()))
            .filter_map(|word| word.strip_prefix('-'))
            .collect();
        let has = |option: char| options.iter().any(|word| word.contains(option));
        if is_command && has('p') && !has('t') && !has('u') && !line.contains('<') {
            found.push(range.start..range.end - 1);
        }
    }
    found
}

/// Questions of `readline`, and imports of packages that ask some.
fn javascript(text: &str, code: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if text.contains("readline") {
        found.extend(words(text, code, "question(").into_iter().filter(|range| {
            text.get(..range.start)
                .is_some_and(|before| before.ends_with('.'))
        }));
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let is_import =
            trimmed.starts_with("import ") || trimmed.starts_with("} from ") || line.contains("require(");
        for name in QUESTIONS
            .iter()
            .filter(|_| is_import && !trimmed.starts_with("//"))
        {
            let quoted = [format!("\"{name}\""), format!("'{name}'")];
            let place = quoted.iter().find_map(|quoted| line.find(quoted.as_str()));
            found.extend(place.map(|place| at + place + 1..at + place + 1 + name.len()));
        }
        at += line.len();
    }
    found.sort_by_key(|range| range.start);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, language: Language) -> Vec<&str> {
        let found = prompts(text, language);
        found.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn calls_in_code_are_found_and_others_are_not() {
        let text = "# input(1)\nx = \"input(2)\"\n'''\ninput(3)\n'''\ny = input('a')\nz.input(4)\nread_input(5)\n\
            getpass.getpass()\nself.getpass()\nw = a or input('c')\nclick.confirm('b')\n";
        assert_eq!(
            found(text, Language::Python),
            ["input(", "getpass(", "click.confirm("]
        );
        assert!(found("def input(x):\n    pass\ninput(1)\n", Language::Python).is_empty());
        let text = "# read -p x\necho 'read -p x'\nread -p 'a' b\nread -rp c d\n  read -r -n 1 -p e\nread -t 5 -p f\n\
            while read -r line; do :; done < g\ncan read -p\nif read -p h; then\n";
        assert_eq!(found(text, Language::Shell), ["read", "read", "read", "read"]);
        let text = "import prompts from 'prompts'\n// require('inquirer')\nimport x from './prompts'\n\
            import readline from 'readline'\nrl.question('a', f)\nquestion(1)\nlet q = 'rl.question(2)'\n";
        assert_eq!(found(text, Language::JavaScript), ["prompts", "question("]);
        let text = "# Read-Host\n$x = Read-Host 'a'\n\"Read-Host\"\n";
        assert_eq!(found(text, Language::PowerShell), ["Read-Host"]);
    }

    #[test]
    fn unfinished_strings_end() {
        for text in ["'", "\"\\", "'''a", "`", "/*", "#", "x = 'a\ny"] {
            for language in [
                Language::Python,
                Language::Shell,
                Language::JavaScript,
                Language::PowerShell,
            ] {
                assert!(found(text, language).is_empty());
            }
        }
    }
}
