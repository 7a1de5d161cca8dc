//! What fixes would change: a diff to read, and a patch to apply.
//!
//! The two are kept apart. A diff goes to logs and terminals, so nothing in it acts and no credential is in it; a patch
//! has every byte unchanged, so it goes to a file.

use super::engine::ChangedFile;
use crate::safe_text::{self, SafeText};
use crate::secret;
use crate::text::{Span, is_active};
use aho_corasick::AhoCorasick;
use similar::{Algorithm, ChangeTag, TextDiff};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

/// Lines around a change.
const CONTEXT: usize = 3;
/// The marker below a last line without a line break.
const NO_NEWLINE: &str = "\\ No newline at end of file\n";

/// The diff of one file as people and logs see it: what could act is made visible, credentials are masked. It need
/// not apply.
#[must_use]
pub fn render(changed: &ChangedFile) -> String {
    let path = changed.path.as_str();
    let mut out = format!(
        "--- {}\n+++ {}\n",
        SafeText::new(&format!("a/{path}")),
        SafeText::new(&format!("b/{path}"))
    );
    let secrets = SideSecrets::of([&changed.before, &changed.after]);
    let (before, after) = (secrets.masked(&changed.before), secrets.masked(&changed.after));
    let (before, after) = (lines(&before), lines(&after));
    hunks(changed, &mut out, |out, tag, at| {
        let line = match tag {
            ChangeTag::Insert => after.get(at),
            ChangeTag::Delete | ChangeTag::Equal => before.get(at),
        };
        let line = line.copied().unwrap_or_default();
        let text = line.strip_suffix('\n').unwrap_or(line);
        let _ = writeln!(
            out,
            "{tag}{}",
            safe_text::escape_log_line(text.strip_suffix('\r').unwrap_or(text))
        );
        line.ends_with('\n')
    });
    out
}

/// The diff of one file as `git apply` takes it, byte by byte.
#[must_use]
pub fn patch(changed: &ChangedFile) -> String {
    let (old, new) = (
        quoted("a/", changed.path.as_str()),
        quoted("b/", changed.path.as_str()),
    );
    // Behind a name with a space, git writes a tab to mark its end.
    let tab = |name: &str| {
        if name.contains(' ') && !name.starts_with('"') {
            "\t"
        } else {
            ""
        }
    };
    let mut out = format!(
        "diff --git {old} {new}\n--- {old}{}\n+++ {new}{}\n",
        tab(&old),
        tab(&new)
    );
    let (before, after) = (lines(&changed.before), lines(&changed.after));
    hunks(changed, &mut out, |out, tag, at| {
        let line = match tag {
            ChangeTag::Insert => after.get(at),
            ChangeTag::Delete | ChangeTag::Equal => before.get(at),
        };
        let line = line.copied().unwrap_or_default();
        let _ = write!(out, "{tag}{line}");
        if !line.ends_with('\n') {
            out.push('\n');
        }
        line.ends_with('\n')
    });
    out
}

/// Lines as git counts them: only a line feed ends one.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Write the hunks of a file. `line` writes a line of one side, by index, and says whether it ends with a line break.
fn hunks(changed: &ChangedFile, out: &mut String, line: impl Fn(&mut String, ChangeTag, usize) -> bool) {
    let (before, after) = (lines(&changed.before), lines(&changed.after));
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .timeout(Duration::from_secs(2))
        .diff_slices(&before, &after);
    for group in diff.grouped_ops(CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let old = range(first.old_range().start, last.old_range().end);
        let new = range(first.new_range().start, last.new_range().end);
        let _ = writeln!(out, "@@ -{old} +{new} @@");
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let at = match change.tag() {
                ChangeTag::Insert => change.new_index(),
                ChangeTag::Delete | ChangeTag::Equal => change.old_index(),
            };
            if !line(out, change.tag(), at.unwrap_or(usize::MAX)) {
                out.push_str(NO_NEWLINE);
            }
        }
    }
}

/// Lines of a hunk's head: the first one and how many; of none, the one before.
fn range(start: usize, end: usize) -> String {
    match end.saturating_sub(start) {
        0 => format!("{start},0"),
        1 => (start + 1).to_string(),
        count => format!("{},{count}", start + 1),
    }
}

/// A name as git writes it: in quotes, with escapes, when it holds anything but plain ASCII.
fn quoted(side: &str, path: &str) -> String {
    let plain = |byte: u8| (b' '..0x7f).contains(&byte) && byte != b'"' && byte != b'\\';
    if path.bytes().all(plain) {
        return format!("{side}{path}");
    }
    let mut out = format!("\"{side}");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            byte if plain(byte) => out.push(char::from(byte)),
            byte => {
                let _ = write!(out, "\\{byte:03o}");
            }
        }
    }
    out.push('"');
    out
}

/// The credentials of both sides of a diff. A fix may take an invisible character out of one: then only one side is
/// known as a credential, and both show it.
struct SideSecrets {
    values: Option<AhoCorasick>,
}

impl SideSecrets {
    fn of(texts: [&str; 2]) -> Self {
        let mut values: BTreeSet<String> = BTreeSet::new();
        for text in texts {
            for text in [text, &visible(text).0] {
                for secret in secret::find(text) {
                    // Shorter lines of a value (a key may have some) are not secret alone.
                    let lines = secret.value.slice(text).lines().filter(|line| line.len() > 8);
                    values.extend(lines.map(str::to_owned));
                }
            }
        }
        let values = (!values.is_empty())
            .then(|| AhoCorasick::new(values).ok())
            .flatten();
        Self { values }
    }

    /// The text with asterisks for every value. Lines stay where they are.
    fn masked(&self, text: &str) -> String {
        let masked = secret::mask_secrets(text);
        let Some(values) = &self.values else {
            return masked.into_owned();
        };
        let (seen, places) = visible(text);
        let place = |at: usize| places.get(at).copied().unwrap_or(text.len());
        let mut spans: Vec<Span> = values
            .find_iter(&seen)
            .filter(|hit| !hit.is_empty())
            .map(|hit| Span::new(place(hit.start()), place(hit.end() - 1) + 1))
            .collect();
        spans.sort_unstable();
        secret::mask_spans(&masked, spans)
    }
}

/// A text without invisible characters, line breaks kept; and for each byte of it the byte of the text.
fn visible(text: &str) -> (String, Vec<usize>) {
    let mut seen = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices().filter(|(_, c)| *c == '\n' || !is_active(*c)) {
        seen.push(c);
        places.extend(at..at + c.len_utf8());
    }
    (seen, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;

    fn changed(before: &str, after: &str) -> ChangedFile {
        ChangedFile {
            path: HubPath::new("", "acme/docs/widget/DOC.md"),
            hub: 0,
            before: before.to_owned(),
            after: after.to_owned(),
        }
    }

    #[test]
    fn nothing_in_a_diff_acts() {
        let before = "::error::a\n \u{a0}::warning::b\n##[set-output name=a]b\nx\r::error::c\n\
                      section_start:1:a\r\u{1b}[0Kb\n\u{1b}]8;;http://a\u{7}\ttab\n\u{202e}x\u{e0041}\r\nold";
        let after = before.replace("old", "::set-env name=a::b\n");
        let text = render(&changed(before, &after));
        for line in text.lines() {
            let inside = line.get(1..).unwrap_or_default();
            assert!(!inside.trim_start().starts_with("::"), "{line:?}");
            assert!(!line.contains("##["), "{line:?}");
            assert!(line.chars().all(|c| c == '\t' || !is_active(c)), "{line:?}");
        }
        assert!(
            text.contains("+:\\u{3a}set-env") && text.contains("\ttab"),
            "{text}"
        );
        assert!(text.contains("-old\n\\ No newline at end of file\n+"), "{text}");
    }

    #[test]
    fn a_credential_is_masked_on_both_sides() {
        let body = ["zQWBuTSOoRi4A9sp", "HcVY5ncnsDkxkJ0mLq17"].concat();
        let token = ["gh", "p_", &body].concat();
        let split = format!("{}\u{200b}{}", &token[..20], &token[20..]);
        let before = format!("token {split}\ncontext {token} and {body}\r\n");
        let after = before.replace('\u{200b}', "");
        let text = render(&changed(&before, &after));
        for piece in [&body[..8], &body[20..]] {
            assert!(!text.contains(piece), "{text}");
        }
        assert!(patch(&changed(&before, &after)).contains(&token));
    }

    #[test]
    fn names_are_quoted_as_git_does() {
        assert_eq!(quoted("a/", "x y/DOC.md"), "a/x y/DOC.md");
        assert_eq!(quoted("a/", "é\"\\\n"), "\"a/\\303\\251\\\"\\\\\\012\"");
    }
}
