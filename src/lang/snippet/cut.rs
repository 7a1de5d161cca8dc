//! Blocks that end before all of their brackets are closed, or that begin behind an opening one: parts of a program.
//!
//! A bracket that was lost in the middle of a program is a mistake. The layout tells the two apart: a part that was cut
//! off is indented deeper than the line of each bracket that it leaves open.

mod scan;

use super::super::{Family, Language, ParseResult, SyntaxError, limits, parse};
use super::{Idiom, idiom_of_piece};
use crate::text::{indent, is_first_on_line, line_start};
use scan::Open;

/// A block that is valid but for the brackets that it leaves open at its end, or closes without having opened them.
pub(super) enum CutOff {
    /// Its last line is `...`.
    Announced,
    /// Nothing shows that code is left out.
    Silent(Box<SyntaxError>),
}

/// How many brackets may be open before giving up.
const MAX_OPEN: usize = 32;

/// Whether the block is a part of a program that is cut off.
pub(super) fn check(language: &Language, code: &str) -> Option<CutOff> {
    if code.len() > limits::MAX_LENIENT_BYTES {
        return None;
    }
    let markup = language.family == Family::JavaScript && language.id != "typescript";
    [false, true]
        .into_iter()
        .filter(|with_tags| markup || !with_tags)
        .find_map(|with_tags| at_end(language, code, with_tags))
        .or_else(|| at_start(language, code))
}

/// Whether the block is cut off and its last line is `...`.
pub(super) fn announced(language: &Language, code: &str) -> Option<Idiom> {
    if !ends_in_dots(code) {
        return None;
    }
    matches!(check(language, code)?, CutOff::Announced).then_some(Idiom::Elision)
}

/// A block whose last brackets are open.
fn at_end(language: &Language, code: &str, with_tags: bool) -> Option<CutOff> {
    let open = scan::unclosed(&scan::marks(language.family, code, with_tags)?)?;
    let last = open.last()?;
    if open.len() > MAX_OPEN || !open.iter().all(|one| is_left_open(code, one, last)) {
        return None;
    }
    let closers: String = open.iter().rev().map(|one| one.closer.as_str()).collect();
    let mut text = code.trim_end();
    if language.family == Family::Json {
        text = text.strip_suffix(',').unwrap_or(text);
    }
    // A header of Python also lacks what follows its parentheses.
    let ends: &[&str] = match language.family {
        Family::Python => &["", ": ..."],
        _ => &[""],
    };
    let complete = |end: &&str| is_acceptable(language, &format!("{text}\n{closers}{end}\n"));
    ends.iter().find(|end| complete(end))?;
    if ends_in_dots(code) {
        return Some(CutOff::Announced);
    }
    let bracket = code.get(last.at..last.end)?;
    let shown = bracket.split_whitespace().next().unwrap_or(bracket);
    let end = code.trim_end().len();
    let mut error = SyntaxError::new(
        code,
        end..end,
        format!("the block ends before `{shown}` is closed"),
    )
    .with_related(
        code,
        last.at..last.at + shown.len(),
        format!("`{shown}` opened here"),
    );
    error.help = Some(format!(
        "add `{closers}` at the end, or `...` if the rest is left out"
    ));
    Some(CutOff::Silent(Box::new(error)))
}

/// Whether what follows a bracket is its inside up to the end of the block: all lines are indented deeper than its own,
/// or there are none and the block ends with an opening bracket.
fn is_left_open(code: &str, open: &Open, last: &Open) -> bool {
    let width = indent(code, open.at);
    let text = code.trim_end().trim_end_matches(['.', '…', ' ']);
    let rest = text.get(open.end..).unwrap_or_default();
    let mut below = rest
        .split('\n')
        .skip(1)
        .filter(|line| !is_comment_or_blank(line))
        .peekable();
    match below.peek() {
        Some(_) => below.all(|line| line.len() - line.trim_start().len() > width),
        None => last.end == text.len() || rest.contains('\n'),
    }
}

/// A block that closes brackets which it does not open, each farther left than all before it.
fn at_start(language: &Language, code: &str) -> Option<CutOff> {
    let closers = scan::unopened(&scan::marks(language.family, code, false)?);
    let first = *closers.first()?;
    if closers.len() > MAX_OPEN || !is_first_on_line(code, first) || !is_left_of_all(code, first) {
        return None;
    }
    let kinds = match language.family {
        Family::JavaScript => &[Kind::Object, Kind::Body, Kind::Class] as &[Kind],
        _ => &[Kind::Object],
    };
    let complete = |kind: &&Kind| {
        let source = format!("{}\n{code}", openers(language.family, code, &closers, **kind));
        is_acceptable(language, &source)
    };
    kinds.iter().find(complete)?;
    let dots = code.trim_start().lines().next().is_some_and(is_dots);
    if dots {
        return Some(CutOff::Announced);
    }
    let bracket = code.get(first..=first)?;
    let mut error = SyntaxError::new(
        code,
        first..first + 1,
        format!("the block begins after the bracket that `{bracket}` closes"),
    );
    error.help = Some(format!(
        "add the code that opens it, remove the `{bracket}`, or begin with `...` if the rest is left out"
    ));
    Some(CutOff::Silent(Box::new(error)))
}

/// What a closing brace without an opening one ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    Body,
    Class,
}

/// What encloses a bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outer {
    Statement,
    Expression,
    Member,
    Class,
}

/// Code that opens what the closing brackets close.
fn openers(family: Family, code: &str, closers: &[usize], kind: Kind) -> String {
    let mut source = String::new();
    let mut outer = match family {
        Family::Json => Outer::Expression,
        _ => Outer::Statement,
    };
    for closer in closers.iter().rev() {
        let byte = code.as_bytes().get(*closer).copied().unwrap_or_default();
        let text;
        (text, outer) = match (byte, outer, kind) {
            (b'}', Outer::Statement, Kind::Class) => ("class _ {", Outer::Class),
            (b'}', Outer::Class, _) => ("_() {", Outer::Statement),
            (b'}', Outer::Statement, Kind::Body) => ("{", Outer::Statement),
            (b'}', _, Kind::Body | Kind::Class) => ("() => {", Outer::Statement),
            (_, outer, _) => {
                source.push_str(match outer {
                    Outer::Statement | Outer::Class => "_ = ",
                    Outer::Member if family == Family::Json => "\"\": ",
                    Outer::Member => "_: ",
                    Outer::Expression => "",
                });
                match byte {
                    b'}' => ("{", Outer::Member),
                    b']' => ("[", Outer::Expression),
                    _ => ("_(", Outer::Expression),
                }
            }
        };
        source.push_str(text);
    }
    source
}

/// Whether all lines above a place are indented deeper than its own.
fn is_left_of_all(code: &str, at: usize) -> bool {
    let width = indent(code, at);
    let above = code.get(..line_start(code, at)).unwrap_or_default();
    above
        .lines()
        .filter(|line| !line.trim().is_empty())
        .all(|line| line.len() - line.trim_start().len() > width)
}

/// Whether completed code parses, unchanged or with the idioms of a snippet.
fn is_acceptable(language: &Language, code: &str) -> bool {
    match parse(language, code) {
        ParseResult::Valid => true,
        ParseResult::Invalid(error) => idiom_of_piece(language, code, &error).is_some(),
        ParseResult::NotChecked(_) => false,
    }
}

fn is_comment_or_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty()
        || ["//", "/*", "* ", "*/", "#", "{/*"]
            .iter()
            .any(|mark| line.starts_with(mark))
}

/// Whether the last line says that something is left out.
fn ends_in_dots(code: &str) -> bool {
    code.trim_end().lines().next_back().is_some_and(is_dots)
}

/// `...`, alone, at the end of a line, or in a comment: `// ...`, `{/* ... */}`, `# ... and so on`.
fn is_dots(line: &str) -> bool {
    let text = line.trim_matches(|c: char| c.is_whitespace() || "/*#{}<!->".contains(c));
    let dots = |text: &str| text.ends_with("...") || text.ends_with('…');
    let comment = ["//", "/*", "#", "{/*"]
        .iter()
        .any(|mark| line.trim().starts_with(mark));
    dots(text) || comment && (text.starts_with("...") || text.starts_with('…'))
}

#[cfg(test)]
mod tests {
    use super::super::super::{advice, by_tag, check_snippet};
    use super::super::tests::excused;
    use super::*;

    fn is_cut_off(tag: &str, code: &str) -> bool {
        let checked = check_snippet(by_tag(tag).expect("a known tag"), code);
        assert!(!checked.is_cut_off || matches!(checked.verdict, ParseResult::Invalid(_)));
        checked.is_cut_off
    }

    #[test]
    fn parts_that_end_early_are_cut_off() {
        for (tag, code) in [
            ("js", "function show(a) {\n  open(a);\n"),
            (
                "js",
                "const kit = open({\n  port: 80,\n  of: {\n    size: 2,\n  },\n",
            ),
            ("js", "class Kit {\n  show() {\n    return 2;\n  }\n"),
            ("js", "if (a) {\n  show();\n} else {\n  hide();\n"),
            (
                "ts",
                "export interface Kit {\n  /** Its size. */\n  size: number;\n",
            ),
            ("ts", "  connect(a?: string): void {\n    return this.open(a);\n"),
            (
                "ts",
                "@Module({\n  imports: [Kit],\n})\nexport class AppModule {\n",
            ),
            ("python", "kit = open(\n    port=80,\n    name='a',\n"),
            ("python", "SIZES = {\n    # small\n    'a': [\n        1,\n"),
            (
                "python",
                "class Kit:\n    def show(\n        self,\n        port: int = 80,\n",
            ),
            ("json", "{\n  \"a\": {\n    \"b\": [1, 2],\n"),
            ("jsonc", "{\n  // first\n  \"a\": 1\n"),
            (
                "jsx",
                "function Page() {\n  return (\n    <Kit size={2}>\n      <Part />\n",
            ),
            ("tsx", "return (\n  <Kit show={() => {\n    open();\n"),
        ] {
            assert!(is_cut_off(tag, code), "{tag}: {code}");
        }
    }

    #[test]
    fn parts_that_begin_late_are_cut_off() {
        for (tag, code) in [
            ("js", "    size: 2,\n  },\n};\n"),
            ("js", "    open();\n    hide();\n  }\n});\n"),
            ("ts", "  show(): void {\n    open();\n  }\n}\n"),
            ("python", "    port=80,\n    name='a',\n)\n"),
            ("json", "    \"b\": 1\n  },\n  \"c\": 2\n}\n"),
        ] {
            assert!(is_cut_off(tag, code), "{tag}: {code}");
        }
    }

    #[test]
    fn parts_that_say_so_are_excused() {
        for (tag, code) in [
            ("js", "function show(a) {\n  open(a);\n  // ...\n"),
            ("js", "const kit = open({\n  port: 80,\n  ...\n"),
            ("python", "kit = open(\n    port=80,\n    ...\n"),
            ("python", "@tool\ndef show( ...\n\n@tool\ndef hide( ...\n"),
            ("tsx", "<Kit size={2}>\n  <Part />\n  {/* ... */}\n"),
        ] {
            assert_eq!(excused(tag, code), Some(Idiom::Elision), "{tag}: {code}");
        }
    }

    #[test]
    fn brackets_that_were_lost_are_not() {
        for (tag, code) in [
            (
                "js",
                "function show() {\n  open();\n\nfunction hide() {\n  close();\n}\n",
            ),
            ("js", "show(a;\n"),
            ("js", "show({\n  a: 1\n);\n"),
            ("js", "show({ a: 1\n"),
            ("js", "const kit = {\n  a: [1, 2\n};\n"),
            ("js", "open();\n}\n"),
            ("js", "show() {\n  open();\n  }\n}\n"),
            ("python", "print('a'\n"),
            ("python", "kit = open(\nkit.show(\n    a,\n)\n"),
            ("python", "print(a))\n"),
            ("json", "{\"a\": 1\n"),
            ("json", "{\n  \"a\": {\n    \"b\": 1\n}\n"),
            ("jsx", "<Kit size={2}>\n<Part />\n"),
            ("jsx", "return (\n  <ul>\n);\n"),
        ] {
            let checked = check_snippet(by_tag(tag).expect("a known tag"), code);
            assert!(
                !checked.is_cut_off && matches!(checked.verdict, ParseResult::Invalid(_)),
                "{tag}: {code}: {checked:?}"
            );
        }
    }

    #[test]
    fn the_error_names_what_is_missing() {
        let language = by_tag("js").expect("a known tag");
        let code = "const kit = open({\n  port: 80,\n";
        match check_snippet(language, code).verdict {
            ParseResult::Invalid(error) => {
                assert_eq!(error.message, "the block ends before `{` is closed");
                assert_eq!(error.related.first().map(|(at, _)| at.clone()), Some(17..18));
                assert!(advice(language, code, &error).starts_with("add `})` at the end"));
            }
            other => panic!("{other:?}"),
        }
    }
}
