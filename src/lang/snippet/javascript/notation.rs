//! Notations of documentation that are not JavaScript: optional arguments in brackets, printed values, prompts of
//! an interpreter, and what a program wrote.

use std::ops::Range;

use super::super::super::Language;
use super::super::{parses, text};

/// Blank `{...}` among the attributes of an element, where a spread needs a value.
pub(super) fn elided_attributes(code: &str) -> Option<String> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = code
        .get(from..)
        .and_then(|rest| rest.find("{...}"))
        .map(|at| from + at)
    {
        from = at + 5;
        let before = code.get(..at)?;
        let Some(open) = before.rfind('<') else { continue };
        let tag = before.get(open + 1..)?;
        let named = tag.starts_with(|c: char| c.is_alphabetic());
        let open_still = !tag.replace("=>", "").contains('>');
        if named && open_still && before.ends_with(char::is_whitespace) {
            found.push(at..at + 5);
        }
    }
    text::fill(code, &found, |_| String::new())
}

/// Put a name in the place of `..`, with or without words up to another: `find(..)`, `{ .. }`, `{ .. show it .. }`.
pub(super) fn two_dots(code: &str) -> Option<String> {
    let is_dots = |at: usize| {
        let dot = |at: usize| code.as_bytes().get(at) == Some(&b'.');
        let before = at.checked_sub(1).and_then(|at| code.as_bytes().get(at));
        let open = matches!(before, None | Some(b' ' | b'(' | b'[' | b'{' | b',' | b'\n'));
        open && dot(at) && dot(at + 1) && !dot(at + 2)
    };
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in code.match_indices("..") {
        if !is_dots(at) || found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let line = code.get(at + 2..)?.lines().next().unwrap_or_default();
        let second = line
            .match_indices(" ..")
            .map(|(gap, _)| at + 2 + gap + 1)
            .find(|at| is_dots(*at));
        let words = |end: &usize| {
            code.get(at + 2..*end)
                .is_some_and(|text| text.chars().all(|c| c.is_alphabetic() || c == ' '))
        };
        let end = second.filter(words).unwrap_or(at) + 2;
        if code
            .get(end..)?
            .trim_start_matches(' ')
            .starts_with([')', ']', '}', ',', ';', '\n', '\r'])
        {
            found.push(at..end);
        }
    }
    text::fill(code, &found, |_| "$_".to_owned())
}

/// How many lines are read as a value each.
const MAX_VALUES: usize = 24;

/// Whether every line is a separate value: `{ a: b, c: d }` on each, which is a statement only with a name before it.
pub(super) fn are_values(language: &Language, code: &str) -> bool {
    let lines = || {
        code.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
    };
    // A destructuring pattern whose `const` is missing.
    let value = |line: &str| {
        let source = format!("(\n{}\n)", line.trim_end_matches([';', ',']));
        !line.contains("} = ") && !line.contains("] = ") && parses(language, &source)
    };
    lines().count() <= MAX_VALUES && lines().all(value)
}

/// The code without what it gives: from a line that starts with `=>` to the next blank one. No program has such lines.
pub(super) fn without_results(code: &str) -> Option<String> {
    let mut typed = String::with_capacity(code.len());
    let (mut given, mut any) = (false, false);
    for line in code.split_inclusive('\n') {
        given = line.starts_with("=>") || given && !line.trim().is_empty();
        any |= given;
        typed.push_str(if given { "\n" } else { line });
    }
    any.then_some(typed)
}

/// How far a `...` reaches that says in words what is left out: `...and more` at the end of a line, and
/// `... not found ...`.
pub(super) fn elision_end(code: &str, dots: &Range<usize>) -> Option<usize> {
    let rest = code.get(dots.end..)?;
    let line = rest.lines().next().unwrap_or_default();
    let (words, closing) = match line.find("...") {
        Some(at) => (line.get(..at)?, 3),
        None => (line, 0),
    };
    let start = code.get(..dots.start)?.rsplit('\n').next().unwrap_or_default();
    let plain = words.split_whitespace().count() >= 2
        && words.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '\r');
    (plain && (closing > 0 || start.trim().is_empty()))
        .then_some(dots.end + words.trim_end_matches('\r').len() + closing)
}

/// A value as a console prints it: `Map(2) { "a" => 1 }`, `Point { x: 1 }`. Its brackets have to match, and
/// nothing in it may be a statement.
pub(super) fn is_printed(body: &str) -> bool {
    let first = body.lines().next().unwrap_or_default();
    let Some(head) = first.split_once(['{', '[']).map(|(head, _)| head.trim()) else {
        return false;
    };
    let name = head.split('(').next().unwrap_or_default();
    let count = head.get(name.len()..).unwrap_or_default();
    let named = name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric);
    let counted = count.is_empty()
        || count
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    let entries = body
        .lines()
        .skip(1)
        .map(str::trim)
        .filter(|line| line.contains("=>") || line.contains(':'));
    let statement = body.lines().any(|line| {
        let line = line.trim_end();
        let counts = |head: &str| head.ends_with(|c: char| c.is_ascii_digit());
        line.ends_with(';') || line.strip_suffix(") {").is_some_and(|head| !counts(head))
    });
    // On one line only an arrow is a sign: `Widget { size: number }` may be a class whose keyword was lost.
    let mapped = first.contains(" => ") && !first.contains(['(', ';']);
    named && counted && !statement && (mapped || entries.count() > 0) && is_balanced(body)
}

/// Whether brackets and quotes match.
fn is_balanced(code: &str) -> bool {
    let mut open = Vec::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(c) => return false,
            '"' | '\'' if !chars.by_ref().any(|inside| inside == c) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

/// The lines that were typed at the prompt of an interpreter: `> f(x)`, and what it answered left out.
pub(super) fn typed_lines(body: &str) -> Option<String> {
    if !body.starts_with("> ") {
        return None;
    }
    let mut typed = String::new();
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("> ").or_else(|| line.strip_prefix("... ")) {
            typed.push_str(rest);
            typed.push('\n');
        }
    }
    Some(typed)
}

/// Whether a piece of a block is what a program wrote, announced by a comment: `// Which results in:`. One that
/// only says "or" follows another.
pub(in super::super) fn is_output(piece: &str, follows_output: bool) -> bool {
    let Some((first, rest)) = piece.trim_start().split_once('\n') else {
        return false;
    };
    let Some(comment) = first.strip_prefix("//") else {
        return false;
    };
    let comment = comment.trim().to_lowercase();
    let announces = comment.ends_with(':')
        && comment
            .trim_end_matches(':')
            .split(|c: char| !c.is_alphabetic())
            .any(|word| {
                matches!(
                    word,
                    "result"
                        | "results"
                        | "output"
                        | "outputs"
                        | "prints"
                        | "logs"
                        | "translated"
                        | "generates"
                )
            });
    let another = follows_output && matches!(comment.trim_end_matches(':'), "or" | "and");
    (announces || another) && !rest.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::excused;
    use super::super::Idiom;

    #[test]
    fn notations_of_documentation_are_excused() {
        for (code, idiom) in [
            ("widget(name [, size [, color]])\n", Idiom::Signature),
            ("const w = widget(name[, size]);\n", Idiom::Signature),
            ("Map(2) {\n  \"a\" => 1\n  \"b\" => Array(2)\n}\n", Idiom::Prompt),
            ("Widget {\n  \"name\": \"a\"\n  \"size\": 2\n}\n", Idiom::Prompt),
            (
                "> const w = widget()\nundefined\n> w.size\n{ not code (\n",
                Idiom::Prompt,
            ),
            ("show(w)\n\n// This prints:\nwidget of size 2\n", Idiom::Prompt),
            ("show({\n  size: 2,\n  ...and many more\n})\n", Idiom::Elision),
            ("function Page() {\n  return (\n    ...\n  )\n}\n", Idiom::Elision),
            (
                "const page = () => (\n  ...\n);\nshow(\n  ...\n);\n",
                Idiom::Elision,
            ),
            (
                "const rows = await db.select().from(widgets)...\nshow(rows[0]...);\n",
                Idiom::Elision,
            ),
            ("kit.open(a)...;\n", Idiom::Elision),
            ("// by name\n.open('a')\n\n// by size\n.open(2)\n", Idiom::Chain),
            ("show(..).then(w => { .. wait for it .. });\n", Idiom::Elision),
            ("const w = { order: { .. } };\n", Idiom::Elision),
            ("show(w)\n=>\nWidget {\n  size: 2\n}\n\nhide(w)\n", Idiom::Prompt),
            ("{}.toString.call(w)\n{}.toString.call(v) // v\n", Idiom::Literal),
            (
                "// good\n{ name: 'a', size: 2 }\n{ name: 'b', size: 3 }\n",
                Idiom::Literal,
            ),
            ("new Widget(name: string, options?: Options)\n", Idiom::Signature),
            ("show(w).catch(e => { ... no such widget ... })\n", Idiom::Elision),
            (
                "show({\n  // first\n  ...\n  // second\n  size: 2,\n})\n",
                Idiom::Elision,
            ),
            (
                "{\n  name = String,\n  size: { width = Number }\n}\n",
                Idiom::Literal,
            ),
            (
                "{\n  name: 'main', // the name\n  size?: Number // the size\n}\n",
                Idiom::Literal,
            ),
            ("show(w);\n{ name: 'a',\n  size: 2 }\n", Idiom::Literal),
            (
                "const w = /* from elsewhere */\nconst v = 1\n",
                Idiom::CommentForCode,
            ),
        ] {
            assert_eq!(excused("js", code), Some(idiom), "{code}");
        }
        for (code, idiom) in [
            ("<Widget\n  {...}\n  size={2}\n/>\n", Idiom::Elision),
            (
                "<Widget a={b} {...}>\n  {() => {...}}\n</Widget>\n",
                Idiom::Elision,
            ),
            (
                "type A = B extends /* check */ ? /* yes */ : never;\n",
                Idiom::CommentForCode,
            ),
        ] {
            assert_eq!(excused("tsx", code), Some(idiom), "{code}");
        }
    }

    #[test]
    fn errors_that_look_like_them_are_not() {
        for code in [
            "widget(name [, size)\n",
            "const [, b = c;\n",
            "Widget {\n  size() {\n    return 1;\n  }\n}\n",
            "Map(2) {\n  \"a\" => [1\n}\n",
            "> const w = widget(\n",
            "// The widget:\nshow(w\n",
            "show({ ...and more })\n",
            "const w = (\nconst v = 1\n",
            "show(.. w)\n",
            "show(w)... + 1\n",
            "show(w)\n\n.open(\n",
            ".open('a')\n\n.open(2\n",
            "show(w..)\n",
            "show(w\n=> 2\n",
            "{ name: 'a', size: 2 }\n{ name: 'b' size: 3 }\n",
            "widget.show(size: 2)\n",
        ] {
            assert_eq!(excused("js", code), None, "{code}");
        }
    }
}
