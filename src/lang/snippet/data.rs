//! Idioms of JSON, YAML, TOML, INI and dotenv in documentation.

use crate::text::{is_first_on_line, line_start};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

use super::super::{Language, ParseResult, SyntaxError, json};
use super::{Idiom, Rewrite, marks, text};

/// Rewrites of JSON that keep every byte in its place.
pub(super) const JSON_REWRITES: &[Rewrite] = &[
    (Idiom::DiffMarks, |code, _| marks::code_marks(code)),
    (Idiom::DiffMarks, marks::diff_marks),
    (Idiom::Placeholder, |code, _| {
        text::fill(code, &text::placeholders(code), |_| "0".to_owned())
    }),
    (Idiom::Placeholder, |code, _| words_for_values(code)),
    (Idiom::Elision, |code, _| elide(code)),
];

/// Placeholders for a value: a name in capitals with an underscore, or words in parentheses.
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[:\[,{]\s*(\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|\([a-z]+(?: [a-z]+)+\))").ok()
});

/// Replace placeholders by a value: `"id": KIT_ID`, `[ (all that were found) ]`.
fn words_for_values(code: &str) -> Option<String> {
    let mut found: Vec<_> = WORDS
        .as_ref()?
        .captures_iter(code)
        .filter_map(|found| found.get(1))
        .map(|found| found.range())
        .collect();
    if !text::try_spend_for_each(code, &found) {
        return None;
    }
    found.retain(|range| !in_string(code, range.start));
    // A member needs a key too.
    let (members, values): (Vec<_>, Vec<_>) = found.into_iter().partition(|range| {
        code.get(..range.start)
            .is_some_and(|text| text.trim_end().ends_with('{'))
    });
    let filled = text::fill(code, &values, |_| "0".to_owned());
    let with_values = filled.as_deref().unwrap_or(code);
    text::fill(with_values, &members, |_| "\"\":0".to_owned()).or(filled)
}

/// Rewrites of the line formats that keep every byte in its place.
pub(super) const REWRITES: &[Rewrite] = &[
    (Idiom::Elision, |code, _| elide_lines(code)),
    (Idiom::Placeholder, |code, _| templates(code)),
    (Idiom::Placeholder, |code, _| {
        let values: Vec<_> = text::placeholders(code)
            .into_iter()
            .filter(|range| after_equals(code, range.start) || in_header(code, range.start))
            .collect();
        text::fill(code, &values, |_| "0".to_owned())
    }),
    (Idiom::DiffMarks, |code, _| marks::code_marks(code)),
    (Idiom::DiffMarks, marks::diff_marks),
];

/// Members without braces, and comments.
pub(super) fn json_wrapped(language: &Language, code: &str) -> Option<Idiom> {
    if language.id == "json" && json::parse_jsonc(code) == ParseResult::Valid {
        let comments = code.contains("//") || code.contains("/*");
        // A trailing comma alone is an error in JSON and no idiom.
        if comments && parses_without_comments(code) {
            return Some(Idiom::Comment);
        }
    }
    if is_items(language, code) {
        return Some(Idiom::Members);
    }
    let first = text::first_line(code, "//");
    if first.starts_with('"') && first.contains(':') {
        let body = text::body(code, "//").trim_end();
        let body = body.strip_suffix(',').unwrap_or(body);
        let source = format!("{{{body}\n}}");
        let valid = super::parses(language, &source) || json::parse_jsonc(&source) == ParseResult::Valid;
        return valid.then_some(Idiom::Members);
    }
    let cut = cut_off(code).is_some_and(|whole| super::parses(language, &whole));
    cut.then_some(Idiom::Elision)
}

/// Whether the code is several items of a list, without its brackets.
fn is_items(language: &Language, code: &str) -> bool {
    let body = text::body(code, "//").trim();
    let body = body.strip_suffix(',').unwrap_or(body);
    body.starts_with(['"', '[', '{'])
        && (body.contains(",\n") || body.contains(",\r\n"))
        && !super::parses(language, body)
        && super::parses(language, &format!("[{body}\n]"))
}

/// How many keys are read as alternatives before giving up.
const MAX_ALTERNATIVES: u8 = 24;

/// Keys that are there twice, where a comment right above the second says that it is another way to set it. The keys
/// below it, up to the next blank line, are part of that way.
pub(super) fn alternatives(language: &Language, code: &str, error: &SyntaxError) -> Option<Idiom> {
    let mut edited = code.to_owned();
    let mut error = error.clone();
    let mut renamed = None;
    for count in 0..MAX_ALTERNATIVES {
        // As TOML's parser and ours of YAML say it.
        if !error.message.starts_with("duplicate key") && !error.message.ends_with("appears twice") {
            return None;
        }
        let (before, key) = (edited.get(..error.span.start)?, edited.get(error.span.clone())?);
        let above = before.rsplit('\n').nth(1);
        let explained = above.is_some_and(|line| line.trim_start().starts_with('#'));
        let part_of_one = renamed
            .and_then(|end| before.get(end..))
            .and_then(|between| between.rsplit_once('\n'))
            .is_some_and(|(between, _)| between.split('\n').skip(1).all(|line| !line.trim().is_empty()));
        let plain = key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if !plain || !(explained || part_of_one) {
            return None;
        }
        // Rename the key to a unique name of the same length.
        let letter = char::from(b'B' + count);
        let name: String = std::iter::once(letter)
            .chain(std::iter::repeat('_'))
            .take(key.len())
            .collect();
        let end = error.span.end;
        edited.replace_range(error.span.clone(), &name);
        match super::parse(language, &edited) {
            ParseResult::Valid => return Some(Idiom::Several),
            ParseResult::Invalid(next) if next.span.start >= end => error = *next,
            _ => return None,
        }
        renamed = Some(end);
    }
    None
}

/// JSON that ends in `...` with its brackets open: the same without the dots, and closed.
fn cut_off(code: &str) -> Option<String> {
    let text = code.trim_end();
    let dots = text.strip_suffix("...").or_else(|| text.strip_suffix('…'))?;
    let mut whole = elide(dots).unwrap_or_else(|| dots.to_owned());
    whole.truncate(whole.trim_end().len());
    if whole.ends_with(',') {
        whole.pop();
    }
    let mut open = Vec::new();
    let (mut string, mut escaped) = (false, false);
    for c in whole.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if string => escaped = true,
            '"' => string = !string,
            _ if string => {}
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' if open.pop() != Some(c) => return None,
            _ => {}
        }
    }
    whole.extend(open.iter().rev());
    (!open.is_empty()).then_some(whole)
}

/// Whether the code is JSON but for its comments.
fn parses_without_comments(code: &str) -> bool {
    json::parse(&without_comments(code)) == ParseResult::Valid
}

/// JSON without its comments.
pub(super) fn without_comments(code: &str) -> String {
    let mut plain = String::with_capacity(code.len());
    let mut chars = code.chars().peekable();
    let mut string = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' if string => {
                plain.push(c);
                plain.extend(chars.next());
            }
            '"' => {
                string = !string;
                plain.push(c);
            }
            '/' if !string && chars.peek() == Some(&'/') => {
                for c in chars.by_ref() {
                    if c == '\n' {
                        break;
                    }
                }
                plain.push('\n');
            }
            '/' if !string && chars.peek() == Some(&'*') => {
                let mut before = ' ';
                chars.next();
                for c in chars.by_ref() {
                    if before == '*' && c == '/' {
                        break;
                    }
                    before = c;
                }
            }
            _ => plain.push(c),
        }
    }
    plain
}

/// JSON in pieces: each ends with the line on which all its brackets are closed.
pub(super) fn members(code: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut at, mut depth) = (0, 0, 0_i32);
    for line in code.split_inclusive('\n') {
        at += line.len();
        let plain = without_comments(line);
        // Every second part is a string.
        for c in plain
            .replace("\\\"", "")
            .split('"')
            .step_by(2)
            .flat_map(str::chars)
        {
            depth += match c {
                '{' | '[' => 1,
                '}' | ']' => -1,
                _ => 0,
            };
        }
        if depth == 0 {
            found.push(start..at);
            start = at;
        }
    }
    if start < code.len() {
        found.push(start..code.len());
    }
    found
}

/// Whether the code is nothing but items of a list: strings, one on each line.
pub(super) fn are_items(code: &str) -> bool {
    let mut items = code
        .lines()
        .map(|line| line.split(" #").next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .peekable();
    let is_item = |line: &str| {
        let line = line.strip_suffix(',').unwrap_or(line);
        let inside = line.strip_prefix('"').and_then(|line| line.strip_suffix('"'));
        inside.is_some_and(|inside| !inside.contains('"'))
    };
    items.peek().is_some() && items.all(is_item)
}

/// Several JSON values one after the other, each starting on a separate line.
pub(super) fn values(code: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    let mut start = None;
    for line in code.split_inclusive('\n') {
        let opens = line.starts_with(['{', '[']);
        if opens {
            if let Some(start) = start {
                found.push(start..at);
            }
            start = Some(at);
        }
        at += line.len();
    }
    if let Some(start) = start {
        found.push(start..code.len());
    }
    let head = found.first().map_or(0, |first| first.start);
    // Anything before the first value must be a comment.
    let only_comments = code
        .get(..head)
        .unwrap_or_default()
        .lines()
        .all(|line| line.trim().is_empty() || line.trim().starts_with("//"));
    if only_comments { found } else { Vec::new() }
}

/// Take `...` out of JSON: as a value it becomes one, in a list of members or items it goes with its comma.
fn elide(code: &str) -> Option<String> {
    let all = text::elisions(code);
    if !text::try_spend_for_each(code, &all) {
        return None;
    }
    let found: Vec<Range<usize>> = all
        .into_iter()
        .filter(|range| !in_string(code, range.start))
        .collect();
    if found.is_empty() {
        return None;
    }
    let mut bytes = code.as_bytes().to_vec();
    for mut range in found {
        let before = code.get(..range.start)?.trim_end();
        // A comment beside the dots says what is left out.
        let beside = code.get(range.end..)?.lines().next().unwrap_or_default();
        if beside.trim_start().starts_with("//") {
            range.end += beside.len();
        }
        for at in range.clone() {
            *bytes.get_mut(at)? = b' ';
        }
        if before.ends_with(':') {
            *bytes.get_mut(range.start)? = b'0';
            continue;
        }
        let after = code.get(range.end..)?;
        let gap = after.len() - after.trim_start().len();
        let comma_before = before.ends_with(',');
        if after.trim_start().starts_with(',') {
            *bytes.get_mut(range.end + gap)? = b' ';
        } else if comma_before && after.trim_start().starts_with(['}', ']']) {
            *bytes.get_mut(before.len() - 1)? = b' ';
        } else if !comma_before && after.trim_start().starts_with(['"', '{']) && !before.ends_with(['{', '['])
        {
            *bytes.get_mut(range.start)? = b',';
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whether a place is inside a string of its line.
fn in_string(code: &str, at: usize) -> bool {
    let line = code.get(line_start(code, at)..at).unwrap_or_default();
    line.replace("\\\\", "").replace("\\\"", "").matches('"').count() % 2 == 1
}

/// `...` as a whole line becomes a comment, as a value a number.
fn elide_lines(code: &str) -> Option<String> {
    let mut bytes = code.as_bytes().to_vec();
    let mut changed = false;
    for range in text::elisions(code) {
        let with = match (alone(code, &range), after_equals(code, range.start)) {
            (true, _) => b'#',
            (false, true) => b'0',
            (false, false) => continue,
        };
        bytes.get_mut(range.clone())?.fill(b' ');
        *bytes.get_mut(range.start)? = with;
        changed = true;
    }
    if changed {
        String::from_utf8(bytes).ok()
    } else {
        None
    }
}

/// Whether the elision is all there is on its line.
fn alone(code: &str, range: &Range<usize>) -> bool {
    is_first_on_line(code, range.start)
}

fn after_equals(code: &str, at: usize) -> bool {
    code.get(..at)
        .is_some_and(|before| before.trim_end_matches([' ', '\t']).ends_with('='))
}

/// Whether a place is in the header of a table: `[target.<triple>]`.
fn in_header(code: &str, at: usize) -> bool {
    let before = code.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.starts_with('[') && !line.contains(['"', '\'', '=', ','])
}

/// `{{ expression }}` becomes a word, `{% statement %}` goes, and so does what is alone on its lines: `{{- if .Values.x }}`.
fn templates(code: &str) -> Option<String> {
    let mut found = Vec::new();
    for (open, close) in [("{{", "}}"), ("{%", "%}")] {
        let mut from = 0;
        while let Some(start) = code
            .get(from..)
            .and_then(|rest| rest.find(open))
            .map(|at| from + at)
        {
            let Some(end) = code
                .get(start..)
                .and_then(|rest| rest.find(close))
                .map(|at| start + at + 2)
            else {
                break;
            };
            let one_line = code.get(start..end).is_some_and(|text| !text.contains('\n'));
            let whole = (one_line || is_template_comment(code, start)) && is_alone(code, &(start..end));
            if whole || one_line && !lost_quote(code, &(start..end)) {
                found.push(start..end);
            }
            from = end;
        }
    }
    found.sort_by_key(|range| range.start);
    found.dedup_by(|next, before| next.start < before.end);
    let alone: Vec<_> = found.extract_if(.., |range| is_alone(code, range)).collect();
    let blank = text::fill(code, &alone, |old| {
        old.chars()
            .filter(|c| c.is_ascii())
            .map(|c| if c == '\n' { c } else { ' ' })
            .collect()
    });
    let filled = text::fill(blank.as_deref().unwrap_or(code), &found, |old| {
        match old.starts_with("{{") {
            true => "x".repeat(old.len()),
            false => String::new(),
        }
    });
    filled.or(blank)
}

/// Whether `{{/* comment */}}` starts at a place.
fn is_template_comment(code: &str, start: usize) -> bool {
    let inside = code.get(start + 2..).unwrap_or_default();
    inside.trim_start_matches(['-', ' ']).starts_with("/*")
}

/// Whether nothing else is on the first and last line of a range.
fn is_alone(code: &str, range: &Range<usize>) -> bool {
    let after = code.get(range.end..).unwrap_or_default();
    is_first_on_line(code, range.start) && after.lines().next().unwrap_or_default().trim().is_empty()
}

/// Whether the quotes around a template do not match: half a pair directly around it, unless the rest of its line has the
/// other half.
fn lost_quote(code: &str, range: &Range<usize>) -> bool {
    let quote = |c: Option<char>| c.filter(|c| matches!(c, '"' | '\''));
    let before = quote(code.get(..range.start).and_then(|text| text.chars().next_back()));
    let after = quote(code.get(range.end..).and_then(|text| text.chars().next()));
    if before == after {
        return false;
    }
    let line = code
        .get(line_start(code, range.start)..range.start)
        .unwrap_or_default();
    let rest = code
        .get(range.end..)
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default();
    // Quotes inside other templates of the line do not count.
    let outside = |text: &str| -> String {
        text.split("{{")
            .map(|part| part.split_once("}}").map_or(part, |(_, rest)| rest))
            .collect()
    };
    let (line, rest) = (outside(line), outside(rest));
    ['"', '\'']
        .iter()
        .any(|quote| (line.matches(*quote).count() + rest.matches(*quote).count()) % 2 == 1)
}

#[cfg(test)]
mod tests {
    use super::super::tests::excused;
    use super::*;

    #[test]
    fn snippets_of_data_are_excused() {
        for (tag, code, idiom) in [
            ("json", "{\"a\": 1, ...}", Idiom::Elision),
            (
                "json",
                "{\n  \"a\": 1,\n  ... // and the others\n}",
                Idiom::Elision,
            ),
            ("json", "{\"a\": ..., \"b\": [..., 2, ...]}", Idiom::Elision),
            ("json", "{\n  \"a\": 1,\n  ...\n  \"b\": 2\n}", Idiom::Elision),
            ("json", "\"a\": 1,\n\"b\": 2,\n", Idiom::Members),
            ("json", "{\"a\": 1 /* c */} // d", Idiom::Comment),
            ("json", "\"a\",\n\"b\",\n\"c\"\n", Idiom::Members),
            ("json", "[\"a\", 1],\n[\"b\", 2]\n", Idiom::Members),
            ("json", "{\"a\": 1},\n{\"b\": 2},\n", Idiom::Members),
            ("json", "{\"a\": KIT_ID, \"b\": [YOUR_KEY]}\n", Idiom::Placeholder),
            (
                "json",
                "{\n  \"a\": [\n    (all that were found)\n  ]\n}\n",
                Idiom::Placeholder,
            ),
            (
                "json",
                "{\n  \"a\": {\n    (the answer)\n  }\n}\n",
                Idiom::Placeholder,
            ),
            ("json", "{\"a\": 1}\n{\"b\": 2}\n", Idiom::Several),
            ("json", "{\"a\": <id>}", Idiom::Placeholder),
            (
                "yaml",
                "a: {{ b }}\n{% if c %}\nd: 1\n{% endif %}\n",
                Idiom::Placeholder,
            ),
            (
                "yaml",
                "{{/*\nNames: of all\n*/}}\na:\n  {{- if .Values.b }}\n  b: \"{{ include \"b.name\" . }}-c\"\n  {{- end }}\n",
                Idiom::Placeholder,
            ),
            (
                "yaml",
                "a:\n{{- range .Values.b }}\n- c: {{ .d | quote }}\n{{- end }}\n",
                Idiom::Placeholder,
            ),
            ("toml", "[a]\nb = ...\n...\n", Idiom::Elision),
            ("toml", "# a.toml\nx = 1\n# b.toml\nx = 2\n", Idiom::Several),
            ("env", "A=1\n...\n", Idiom::Elision),
            (
                "json",
                "[\n  {\"a\": [1], \"b\": \"}\"},\n  ...\n",
                Idiom::Elision,
            ),
            (
                "json",
                "{\n\"a\": 1 // [!code --]\n\"a\": 2 // [!code ++]\n}",
                Idiom::DiffMarks,
            ),
            ("toml", "[a.<kind>]\nc = 1\n", Idiom::Placeholder),
            (
                "toml",
                "# one\nx = 1\n\n# two\nx = [\n 2,\n]\n# or\nx = 3\n",
                Idiom::Several,
            ),
            (
                "yaml",
                "a:\n  # one\n  b: 1\n  c: 1\n  # two\n  b: 2\n  c: 2\n",
                Idiom::Several,
            ),
        ] {
            assert_eq!(excused(tag, code), Some(idiom), "{code}");
        }
    }

    #[test]
    fn real_errors_are_not() {
        for (tag, code) in [
            ("json", "{\"a\": 1,}"),
            ("json", "{\"a\": 1 // c\n \"b\": 2}"),
            ("json", "{\"a\": 1}}\n{\"b\": 2}"),
            ("yaml", "a: 1\na: 2\n"),
            ("yaml", "a: \"{{ b }}\nc: 1\n"),
            ("yaml", "{{- if b }}\na: \"{{ c }}-d\n{{- end }}\ne: 1\n"),
            ("yaml", "a: 1\n  {{- if b }}\n   c: 1\n  {{- end }}\n"),
            ("toml", "x = 1\nx = 2\n"),
            ("toml", "# one\nx = 1\nx = 2\n"),
            ("toml", "# one\nx = 1\n# two\nx = 2\n\nx = 3\n"),
            ("toml", "# one\nx = 1\n# two\nx = 2\ny =\n"),
            ("yaml", "a: 1\nb: 2\n\n# a\nb: 1\n\na: 2\n"),
            ("json", "[{\"a\": 1},\n{\"b\": 2 ...\n]"),
            ("json", "[{\"a\" 1}, ...\n"),
            ("json", "{\"a\": 1},\n"),
            ("json", "{\"a\": 1},\n{\"b\" 2}\n"),
            ("json", "\"a\",\n\"b\n"),
            ("json", "{\"a\": TRUE, \"b\": NULL}\n"),
            ("json", "{\"a\": None}\n"),
            ("json", "{\"a\": (one)}\n"),
            ("json", "{\"a\": (1, 2)}\n"),
        ] {
            assert_eq!(excused(tag, code), None, "{code}");
        }
    }
}
