//! Paths in a skill that work on one computer or one system only.

use super::missing_file::SHELLS;
use crate::document::Document;
use crate::hub::Hub;
use crate::hub::skill_path::SkillPath;
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("unportable-path", Check::Hub(check));

/// The folders of a skill by the specification.
const SKILL_FOLDERS: [&str; 3] = ["assets", "references", "scripts"];
/// The longest word that is looked at.
const MAX_WORD: usize = 300;
/// The scripts of Windows, which are named with backslashes.
const WINDOWS_SCRIPTS: [&str; 4] = [".bat", ".cmd", ".ps1", ".psm1"];
/// Placeholder names of users, and names of users in containers, which are the same everywhere.
const ANY_USER: &[&str] = &[
    "agent",
    "alice",
    "app",
    "bob",
    "claude",
    "coder",
    "codespace",
    "dev",
    "developer",
    "example",
    "foo",
    "git",
    "jane",
    "joe",
    "john",
    "jovyan",
    "linuxbrew",
    "me",
    "name",
    "node",
    "oai",
    "pi",
    "public",
    "runner",
    "sandbox",
    "shared",
    "someone",
    "ubuntu",
    "vscode",
    "xxx",
    "you",
];

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for document in hub.focused().filter(|document| document.is_plain_skill()) {
        let shells = document.body.code_blocks.iter().filter(|block| {
            let tag = block.info.split([' ', ',', '{']).next().unwrap_or_default();
            SHELLS.contains(&tag.to_ascii_lowercase().as_str())
        });
        let code = document.body.inline_code.iter().copied();
        for span in code.chain(shells.map(|block| block.span)) {
            for (span, word) in words(document.slice(span), span.start as usize) {
                word_of(hub, document, (span, word), sink);
            }
        }
    }
}

/// The words of a piece of code, each with its place.
fn words(text: &str, at: usize) -> impl Iterator<Item = (Span, &str)> {
    let is_end = |c: char| c.is_whitespace() || "`\"'(),;|=<>".contains(c);
    let mut start = at;
    text.split_inclusive(is_end).map(move |piece| {
        let word = piece.trim_end_matches(is_end);
        let span = Span::new(start, start + word.len());
        start += piece.len();
        (span, word)
    })
}

fn word_of(hub: &Hub, document: &Document, (span, word): (Span, &str), sink: &mut Sink<'_>) {
    if word.len() > MAX_WORD {
        return;
    }
    if is_home_path(word) {
        sink.report_in(
            &document.path,
            span,
            format!("the path `{word}` exists on one computer only"),
        )
        .help("write a path in the skill, or `~`");
    } else if let Some(path) = file_with_backslashes(hub, document, word) {
        sink.report_in(
            &document.path,
            span,
            format!("the path `{word}` works on Windows only"),
        )
        .help(format!("write `{path}`"));
    }
}

/// Whether a path begins with the home folder of one user.
fn is_home_path(word: &str) -> bool {
    let without_drive = match word.as_bytes() {
        [drive, b':', ..] if drive.is_ascii_alphabetic() => word.get(2..).unwrap_or_default(),
        _ => word,
    };
    let is_separator = |c: char| matches!(c, '/' | '\\');
    let mut parts = without_drive.split(is_separator);
    let (root, folder, user) = (parts.next(), parts.next(), parts.next());
    let is_drive = without_drive.len() < word.len();
    let is_home = matches!(folder, Some("Users")) || (folder == Some("home") && !is_drive);
    root == Some("")
        && is_home
        && parts.next().is_some()
        && user.is_some_and(|user| {
            let lower = user.to_ascii_lowercase();
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            !user.is_empty()
                && user.chars().all(is_plain)
                && user.chars().any(|c| c.is_ascii_alphanumeric())
                && !lower.contains("user")
                && !lower.starts_with("your")
                && !lower.starts_with("my")
                && !ANY_USER.contains(&lower.as_str())
        })
}

/// The path with slashes, when a word names a file of the skill with backslashes.
fn file_with_backslashes(hub: &Hub, document: &Document, word: &str) -> Option<String> {
    let plain = word.strip_prefix(".\\").unwrap_or(word);
    let (first, _) = plain.split_once('\\')?;
    let is_script = WINDOWS_SCRIPTS.iter().any(|ending| plain.ends_with(ending));
    if !SKILL_FOLDERS.contains(&first) || is_script {
        return None;
    }
    let path = plain.replace('\\', "/");
    let exists = hub.has_skill_path(&document.path, SkillPath::parse(&path));
    (exists == Some(true)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_folders_have_the_name_of_a_user() {
        for (word, expected) in [
            ("/Users/kim/tool/run.py", true),
            ("/home/kim.lee/x", true),
            ("C:\\Users\\kim\\x", true),
            ("C:/Users/kim/x", true),
            ("/Users/kim", false),
            ("/home/user/x", false),
            ("/Users/yourname/x", false),
            ("/Users/.../x", false),
            ("/home/$USER/x", false),
            ("/home/{name}/x", false),
            ("https://example.com/Users/kim/x", false),
            ("~/home/kim/x", false),
            ("C:\\home\\kim\\x", false),
        ] {
            assert_eq!(is_home_path(word), expected, "{word}");
        }
    }
}
