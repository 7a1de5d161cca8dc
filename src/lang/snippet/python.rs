//! Idioms of Python in documentation.

mod printed;
mod session;
mod signature;

use super::super::python::{is_prompt, parse, parse_ipython, parse_session};
use std::borrow::Cow;
use std::ops::Range;

use super::super::{Language, ParseResult, SyntaxError};
use super::{Idiom, Rewrite, alternatives, marks, parses, text};
use crate::text::{is_first_on_line, line_start};

/// Rewrites that keep every byte in its place.
pub(super) const REWRITES: &[Rewrite] = &[
    (Idiom::DiffMarks, |code, _| marks::code_marks(code)),
    (Idiom::DiffMarks, marks::diff_marks),
    (Idiom::Prompt, |code, _| text::underlines(code)),
    (Idiom::Prompt, |code, _| printed::values(code)),
    (Idiom::CommentForCode, |code, _| comment_for_value(code)),
    (Idiom::Elision, dots_without_comma),
    (Idiom::Elision, elide),
    (Idiom::Several, alternatives::members),
    (Idiom::Placeholder, |code, _| {
        text::fill(code, &text::placeholders(code), |_| "_".to_owned())
    }),
];

/// Surroundings that a snippet may lack.
pub(super) fn wrapped(language: &Language, code: &str, error: &SyntaxError) -> Option<Idiom> {
    if code.lines().any(is_prompt) {
        let valid = parse_session(code) == ParseResult::Valid
            || session::is_typed(code)
            || session::is_pasted(code)
            || printed::is_answered(code);
        return valid.then_some(Idiom::Prompt);
    }
    if printed::is_answered(code) {
        return Some(Idiom::Prompt);
    }
    if is_notebook(code) && parse_ipython(code) == ParseResult::Valid {
        return Some(Idiom::Magic);
    }
    if let Some(inner) = between_dots(code) {
        let valid = parses(language, inner) || parses(language, &format!("{{{inner}\n}}"));
        return valid.then_some(Idiom::Elision);
    }
    let body = text::body(code, "#");
    let first = text::first_line(code, "#");
    let word: &str = first
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default();
    let idiom_if_parses = |idiom: Idiom, source: String| parses(language, &source).then_some(idiom);
    if body.starts_with([' ', '\t'])
        && code
            .lines()
            .all(|line| line.is_empty() || line.starts_with([' ', '\t', '#']))
    {
        let source = format!("{BLOCK_HEADER}{}\n", dedent_comments(code));
        return match parse(&source) {
            ParseResult::Valid => Some(Idiom::Indented),
            ParseResult::Invalid(error) => without_bodies(language, &source, &error),
            ParseResult::NotChecked(_) => None,
        };
    }
    let found = match word {
        "except" | "finally" => idiom_if_parses(Idiom::Clause, format!("try:\n pass\n{code}")),
        "else" | "elif" => idiom_if_parses(Idiom::Clause, format!("if 1:\n pass\n{code}")),
        "case" => idiom_if_parses(Idiom::Clause, format!("match _:\n{}", indented(code))),
        _ => None,
    };
    if found.is_some() {
        return found;
    }
    if first.starts_with('.') {
        return idiom_if_parses(Idiom::Chain, format!("(_{}\n)", body.trim_start()));
    }
    if first.starts_with(['"', '\'']) && first.contains(':') {
        return idiom_if_parses(Idiom::Members, format!("{{{body}\n}}"));
    }
    if first.starts_with('@')
        && let Some(idiom) = idiom_if_parses(Idiom::Decorator, format!("{code}\ndef _(): ...\n"))
    {
        return Some(idiom);
    }
    without_bodies(language, code, error)
        .or_else(|| signature::are_all(language, code).then_some(Idiom::Signature))
}

/// Paragraphs, also split at lines with only dots that are indented less than the lines above or below them.
pub(super) fn pieces(code: &str) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for paragraph in text::paragraphs(code) {
        let (mut start, mut at) = (paragraph.start, paragraph.start);
        for line in code
            .get(paragraph.clone())
            .unwrap_or_default()
            .split_inclusive('\n')
        {
            let end = at + line.len();
            let blank = |text: Option<&str>| text.is_some_and(|text| text.starts_with([' ', '\t']));
            let above = code.get(start..at).and_then(|text| text.lines().next_back());
            let below = code.get(end..paragraph.end);
            if is_dots(line) && (blank(above) || blank(below)) {
                pieces.extend([start..at, at..end]);
                start = end;
            }
            at = end;
        }
        pieces.push(start..paragraph.end);
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Whether a piece of a block is nothing but dots at the left.
pub(super) fn is_dots(piece: &str) -> bool {
    matches!(piece.trim_end(), "..." | "…" | "# ...")
}

/// The code between `...` at the start and `...` at the end: a part of a line that the text explains.
fn between_dots(code: &str) -> Option<&str> {
    let inner = code.trim().strip_prefix("... ")?.strip_suffix(" ...")?;
    (!inner.contains("...")).then_some(inner.trim())
}

/// Whether a line of the code is a notebook command.
fn is_notebook(code: &str) -> bool {
    code.lines().any(|line| {
        let line = line.trim();
        line.starts_with('!')
            || line.starts_with('?')
            || line.ends_with('?')
            || line
                .strip_prefix('%')
                .is_some_and(|rest| rest.starts_with(|c: char| c == '%' || c.is_alphabetic()))
    })
}

/// A header for code that is indented as a whole. Offsets move by the length of this line.
const BLOCK_HEADER: &str = "if 1:\n";

/// The code as a block of statements, if all of it is indented.
fn dedented(code: &str) -> Cow<'_, str> {
    match code.starts_with([' ', '\t']) {
        true => Cow::Owned(format!("{BLOCK_HEADER}{code}")),
        false => Cow::Borrowed(code),
    }
}

/// The error of code that is indented as a whole, as if it were not.
pub(super) fn dedented_error(code: &str) -> Option<SyntaxError> {
    let indented = code.starts_with([' ', '\t'])
        && code
            .lines()
            .all(|line| line.is_empty() || line.starts_with([' ', '\t']));
    if !indented {
        return None;
    }
    match parse(&format!("{BLOCK_HEADER}{code}")) {
        ParseResult::Invalid(mut error) => {
            let back = |span: &std::ops::Range<usize>| {
                span.start.saturating_sub(BLOCK_HEADER.len())..span.end.saturating_sub(BLOCK_HEADER.len())
            };
            error.span = super::super::visible(code, back(&error.span));
            for (span, _) in &mut error.related {
                *span = super::super::visible(code, back(span));
            }
            Some(*error)
        }
        _ => None,
    }
}

/// Comment lines may be indented less than the code.
fn dedent_comments(code: &str) -> String {
    code.split_inclusive('\n')
        .filter(|line| !line.starts_with('#'))
        .collect()
}

fn indented(code: &str) -> String {
    code.lines().map(|line| format!(" {line}\n")).collect()
}

/// Replace a comment in the place of a value by a name: `is_open = # look at it`.
fn comment_for_value(code: &str) -> Option<String> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        if let Some((before, comment)) = line.split_once('#')
            && before.trim_end().ends_with('=')
            && !before.contains(['\'', '"'])
            && comment.trim().len() > 1
        {
            let start = at + before.len();
            found.push(start..start + 1 + comment.trim_end().len());
        }
        at += line.len();
    }
    text::fill(code, &found, |_| "_".to_owned())
}

/// Dots on a separate line between arguments or items, without a comma after them.
fn dots_without_comma(code: &str, error: &SyntaxError) -> Option<String> {
    let mut edited = code.to_owned();
    let mut error = error.clone();
    for _ in 0..MAX_ELISIONS {
        let dots = text::elisions(&edited)
            .into_iter()
            .rev()
            .find(|dots| dots.start <= error.span.start)?;
        // The error is at the dots or at what follows them.
        let between = edited.get(dots.end..error.span.start.max(dots.end))?;
        let below = edited.get(dots.end..)?;
        let alone = is_first_on_line(&edited, dots.start) && between.trim().is_empty();
        let line = line_start(&edited, dots.start);
        let goes_on = below.trim_start_matches([' ', '\r']).starts_with('\n')
            && !below.trim().is_empty()
            && !below.trim_start().starts_with([')', ']', '}']);
        if !alone
            || !goes_on
            || line == dots.start
            || !text::try_spend_for_each(code, std::slice::from_ref(&dots))
        {
            return None;
        }
        // In a call and in a mapping, and in a list.
        let place = dots.start - 1..dots.end;
        let (next, result) = ["**_,", "*_,"].into_iter().find_map(|with| {
            let next = text::fill(&edited, std::slice::from_ref(&place), |_| with.to_owned())?;
            match parse(&next) {
                ParseResult::Invalid(next) if next.span.start <= error.span.start => None,
                result => Some((next, result)),
            }
        })?;
        edited = next;
        match result {
            ParseResult::Invalid(next) => error = *next,
            _ => return Some(edited),
        }
    }
    None
}

/// How many elisions are read as such before giving up.
const MAX_ELISIONS: usize = 40;

/// `...` is an expression. Where no expression is allowed, `**_` is: in a call after a keyword, in a dictionary,
/// in a list of parameters; after `import` a name. Only the elisions that errors point at are replaced.
fn elide(code: &str, error: &SyntaxError) -> Option<String> {
    let mut edited = code.to_owned();
    let mut error = error.clone();
    for _ in 0..MAX_ELISIONS {
        let Some(found) = text::elisions(&edited)
            .into_iter()
            .rev()
            .find(|range| range.start <= error.span.end)
        else {
            break;
        };
        let before = edited.get(..found.start)?;
        // `rows.filter(a)...` goes on.
        let with = match before.ends_with([')', ']']) {
            true => "",
            false if before.trim_end().ends_with(" import") => "_",
            false => "**_",
        };
        edited = text::fill(&edited, &[found], |_| with.to_owned())?;
        match parse(&edited) {
            ParseResult::Valid => return Some(edited),
            ParseResult::Invalid(next) if next.span.start > error.span.start => error = *next,
            _ => break,
        }
    }
    (edited != code).then_some(edited)
}

/// How many headers without body are completed before giving up.
const MAX_HEADERS: usize = 40;

/// Complete `def` and `class` headers that have no body, or only a comment for one.
fn without_bodies(language: &Language, code: &str, error: &SyntaxError) -> Option<Idiom> {
    let mut edited = code.to_owned();
    let mut error = error.clone();
    let mut idiom = Idiom::Signature;
    for _ in 0..MAX_HEADERS {
        let (at, insert, kind) = missing_body(&edited, &error)?;
        idiom = kind;
        edited.insert_str(at, insert);
        match super::parse(language, &edited) {
            ParseResult::Valid => return Some(idiom),
            ParseResult::Invalid(next) => {
                if next.span.start <= error.span.start && next.message == error.message {
                    return None;
                }
                error = *next;
            }
            ParseResult::NotChecked(_) => return None,
        }
    }
    let _ = idiom;
    None
}

/// Where and what to insert so that the header in front of the error has a body.
fn missing_body(code: &str, error: &SyntaxError) -> Option<(usize, &'static str, Idiom)> {
    let lacks_body = error.message.starts_with("expected an indented block");
    let lacks_colon = error.message.starts_with("expected `:`, found newline")
        || error.message.starts_with("expected ':', found newline");
    if !lacks_body && !lacks_colon {
        return None;
    }
    let (end, comment) = header_end(code, error.span.end, lacks_colon);
    let header = code.get(..end)?;
    if lacks_colon {
        let start = header
            .rmatch_indices('\n')
            .map(|(newline, _)| newline + 1)
            .chain([0])
            .find(|start| {
                header
                    .get(*start..)
                    .is_some_and(|line| is_definition(line.trim_start()))
            });
        let ends = header
            .lines()
            .last()
            .is_some_and(|line| line.trim_start().starts_with(')'));
        let is_header = start
            .and_then(|start| header.get(start..))
            .is_some_and(|header| ends || signature::is_one(header));
        return is_header.then_some((end, ": ...", Idiom::Signature));
    }
    let colon = strip_comment(header);
    if !colon.ends_with(':') {
        return None;
    }
    let line = header.lines().last().unwrap_or_default().trim_start();
    let opens = is_definition(line) || line.starts_with(')');
    // Any other header needs a comment in place of its body.
    let has_comment = comment || next_is_deeper_comment(code, end);
    // A header that is the whole block needs none: the text explains that line.
    let alone = text::body(code, "#").trim_end().len() == line.len();
    if !opens && !has_comment && !alone {
        return None;
    }
    // If a body follows without indentation, it is not a signature.
    if opens && !next_is_deeper_comment(code, end) && is_followed_by_body(code, end) {
        return None;
    }
    let idiom = if has_comment {
        Idiom::CommentForCode
    } else {
        Idiom::Signature
    };
    Some((colon.len(), " ...", idiom))
}

/// Where the header before an error ends: after the last line with code. Also whether comments follow it.
fn header_end(code: &str, limit: usize, lacks_colon: bool) -> (usize, bool) {
    let mut end = 0;
    let mut comment = false;
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let text = line.trim();
        let past = if lacks_colon {
            at >= limit
        } else {
            at + line.trim_end().len() > limit
        };
        if past {
            break;
        }
        if text.starts_with('#') {
            comment = true;
        } else if !text.is_empty() && (lacks_colon || text.ends_with(':') || !header_done(code, end)) {
            end = at + line.trim_end().len();
            comment = false;
        }
        at += line.len();
    }
    (end, comment)
}

fn is_definition(line: &str) -> bool {
    ["def ", "async def ", "class "]
        .iter()
        .any(|word| line.starts_with(word))
}

/// Whether the text up to `end` is a complete header.
fn header_done(code: &str, end: usize) -> bool {
    code.get(..end)
        .is_some_and(|text| strip_comment(text).ends_with(':'))
}

/// The text without a comment at the end of its last line.
fn strip_comment(text: &str) -> &str {
    let start = line_start(text, text.len());
    match text.get(start..).and_then(|line| line.find(" #")) {
        Some(at) => text.get(..start + at).unwrap_or_default().trim_end(),
        None => text.trim_end(),
    }
}

/// Whether the line after `end` is a comment that is indented more than the line of `end`.
fn next_is_deeper_comment(code: &str, end: usize) -> bool {
    let width = |line: &str| line.len() - line.trim_start().len();
    let header = code
        .get(..end)
        .and_then(|text| text.lines().last())
        .unwrap_or_default();
    let next = code
        .get(end..)
        .unwrap_or_default()
        .lines()
        .skip(1)
        .find(|line| !line.trim().is_empty());
    next.is_some_and(|line| line.trim_start().starts_with('#') && width(line) > width(header))
}

/// Whether the code directly below a header, with the same indentation, is its body without the indentation.
/// Signatures and decorators may follow a signature, and an ellipsis may end a list of them.
fn is_followed_by_body(code: &str, end: usize) -> bool {
    let width = |line: &str| line.len() - line.trim_start().len();
    let header = code.get(..end).and_then(|text| text.lines().last());
    let header = header.unwrap_or_default();
    let mut lines = code.get(end..).unwrap_or_default().lines().skip(1);
    let below = lines.by_ref().find(|line| !line.trim_start().starts_with('#'));
    let Some(below) = below.filter(|line| !line.trim().is_empty()) else {
        return false;
    };
    let text = below.trim_start();
    // The end of a signature over several lines is as deep as its start.
    if width(below) != width(header)
        || text.starts_with('@')
        || text.starts_with("...")
        || text.starts_with('…')
    {
        return false;
    }
    if !is_definition(text) {
        // A list of the members of a class has fields between its methods.
        return header.trim_start().starts_with("class ") || !is_field(text);
    }
    // A method with a body directly below a class belongs to it.
    let method = header.trim_start().starts_with("class ")
        && ["(self", "(cls"].iter().any(|first| text.contains(first));
    let next = lines.find(|line| !line.trim().is_empty());
    method && next.is_some_and(|line| width(line) > width(below))
}

/// `name: type`, without a value.
fn is_field(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(name, annotation)| {
        !annotation.contains('=') && name.chars().all(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::excused;
    use super::*;

    #[test]
    fn snippets_of_python_are_excused() {
        for (code, idiom) in [
            ("    x = 1\n    y = 2\n", Idiom::Indented),
            ("f(a=1, ...)\n", Idiom::Elision),
            ("x = {\"a\": 1, ...}\n", Idiom::Elision),
            ("from a import ...\n", Idiom::Elision),
            (
                "class A:\n    x = 1\n\n    def f(self, ...) -> None:\n",
                Idiom::Elision,
            ),
            ("def f(a, ...):\n\ndef g(b, ...):\n", Idiom::Elision),
            (
                "x = 1\n\n...\n\n    @property\n    def f(self):\n        return x\n\n    def g(self):\n        return 2\n",
                Idiom::Indented,
            ),
            ("...\n    open(\n      x, y,\n    )\n", Idiom::Indented),
            ("...\n    open(\n      x, y,\n    )\n...\n", Idiom::Indented),
            ("kit = open(\n    ...\n    port=80,\n)\n", Idiom::Elision),
            (
                "kit = open(\n    name='a',\n    ...\n    port=80,\n    ...\n    size=2,\n)\n",
                Idiom::Elision,
            ),
            ("kit = [\n    1,\n    ...\n    2,\n]\n", Idiom::Elision),
            ("kit = {\n    'a': 1,\n    ...\n    'b': 2,\n}\n", Idiom::Elision),
            (
                "is_open = # look at the kit\nshow(is_open)\n",
                Idiom::CommentForCode,
            ),
            ("kit = open(2)\n      ^^^^^^^\nshow(kit)\n", Idiom::Prompt),
            ("rows = db.rows().where(a)...\nshow(rows[0]...)\n", Idiom::Elision),
            ("    ... \"name\": widget.name ...\n", Idiom::Elision),
            ("f(key=<YOUR_KEY>)\n", Idiom::Placeholder),
            ("def f(a, b) -> int\n", Idiom::Signature),
            ("def f(\n    a,\n) -> int\n\ndef g()\n", Idiom::Signature),
            ("def f(a): \n\nclass A:\n", Idiom::Signature),
            ("def f(a: int) -> A\ndef g() -> None\n", Idiom::Signature),
            (
                "class A:\n    def f(self) -> int:\n    def g(self) -> int:\n",
                Idiom::Signature,
            ),
            ("def f(a):\n@cached\ndef g(a):\n...\n", Idiom::Signature),
            ("class A:\ndef f(self) -> int:\n", Idiom::Signature),
            ("class A:\n    def f(self):\n    x: int\n", Idiom::Signature),
            ("def f(a) -> int:\n\nx = f(1)\n", Idiom::Signature),
            ("def f(a):\n    # work\nx = f(1)\n", Idiom::CommentForCode),
            ("for x in y:\n    # work\n", Idiom::CommentForCode),
            ("Client.get(id: int) -> Item\n", Idiom::Signature),
            ("except E:\n    pass\n", Idiom::Clause),
            ("else:\n    pass\n", Idiom::Clause),
            (".a()\n.b()\n", Idiom::Chain),
            ("\"a\": 1,\n\"b\": 2\n", Idiom::Members),
            ("@app.get('/')\n", Idiom::Decorator),
            (">>> f(x)\nnot code (\n", Idiom::Prompt),
            ("# as a context\nwith f(x) as y:\n", Idiom::Signature),
            ("!pip install x\n%time f()\n", Idiom::Magic),
            (
                "- x = (1)\n+ x = (2)\n  y = 3\n+ def f(): pass\n",
                Idiom::DiffMarks,
            ),
        ] {
            assert_eq!(excused("python", code), Some(idiom), "{code}");
        }
    }

    #[test]
    fn real_errors_are_not() {
        for code in [
            "f(a\nb = 1\n",
            "x = #\n",
            "x = # a\ny = = 1\n",
            "open(\n    1\n    2\n)\n",
            "for x in y:\n...\n",
            "def f():\n    ....\n",
            "x = 1\n\n    @property\n    def f(self):\n        return x\n",
            "...\n    open(\n      x y,\n    )\n",
            "def f():\n    ...\n        return 1\n",
            "open(\n    ...\n    a b\n)\n",
            "def f(a:\n    pass\n",
            "if x\n    y\n",
            "if x:\ny = 1\n",
            "x = = 1\n",
            "for x in y:\nz = 1\n",
            "  x = 1\ny = 2\n",
            "print 'a' 'b' c\n",
            "x = 1\nwith f(x) as y:\n",
            "def f(a):\nb = a\nreturn b\n",
            "def f(\n    a,\n) -> int:\nreturn a\n",
            "def f(a):\n\"\"\"Text.\"\"\"\nreturn a\n",
            "def f(a):\n# add\nb = a\nreturn b\n",
            "class A:\ndef f(self):\n    return 1\n",
            "class A:\n    def f(self):\n    return 1\n",
            "    def f(a):\n    return a\n",
            "class A:\nx: int\ny: int\n",
            "def f(a):\n    pass\nif x\n",
            "rows = db.rows()... + (\n",
        ] {
            assert_eq!(excused("python", code), None, "{code}");
        }
    }
}
