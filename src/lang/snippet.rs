//! Idioms that a snippet may use and a program may not.
//!
//! A block that parses is valid and costs one parse. Only one that does not is handled here: each idiom is a
//! rewrite with a condition, and is accepted only if the rewritten code parses. Rewrites in place keep every byte
//! where it was, so the error of a block that stays broken can be reported behind the idiom.

mod alternatives;
mod cut;
mod data;
mod excerpt;
mod javascript;
mod marks;
mod python;
mod shell;
mod text;

pub use excerpt::is_excerpt;

use super::{
    Family, Language, ParseResult, SyntaxError, UncheckedReason, guess, include, json, limits, parse, work,
};

/// A way in which documentation differs from a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Idiom {
    /// Nothing but white space.
    Empty,
    /// All lines are indented.
    Indented,
    /// `...` stands for what is left out.
    Elision,
    /// `<name>` or `{{ name }}` stands for what the reader fills in.
    Placeholder,
    /// Properties or members without the braces around them.
    Members,
    /// Class or interface members outside a class.
    ClassMembers,
    /// A signature without a body.
    Signature,
    /// An object literal or a type on its own.
    Literal,
    /// `.method()` without its receiver.
    Chain,
    /// `except`, `catch` or `else` without what comes before.
    Clause,
    /// A decorator without what it decorates.
    Decorator,
    /// JSX elements beside each other.
    AdjacentMarkup,
    /// Prompts, with or without output.
    Prompt,
    /// `%magic`, `!command` or `name?` of a notebook.
    Magic,
    /// A line that a generator replaces by the text of a file.
    Include,
    /// `+` and `-` in front of added and removed lines.
    DiffMarks,
    /// A comment where code is due.
    CommentForCode,
    /// Comments in JSON.
    Comment,
    /// Syntax that is only proposed.
    Proposal,
    /// Several files, values or alternatives one after the other.
    Several,
    /// `@test "name" {` of Bats, which makes it a function of Bash.
    BatsTest,
}

impl Idiom {
    /// Whether a single paragraph of a block may use the idiom while the others are programs. An idiom of a
    /// whole block, such as indentation or a method without its class, is probably a mistake in a single
    /// paragraph.
    fn stands_alone(self) -> bool {
        !matches!(
            self,
            Self::Indented
                | Self::Members
                | Self::ClassMembers
                | Self::Clause
                | Self::Decorator
                | Self::Chain
        )
    }
}

/// A parse result after idioms were accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// Valid also when an idiom excuses the block.
    pub verdict: ParseResult,
    /// What excused a block that the parser rejects.
    pub excused: Option<Idiom>,
    /// The tag that the block should have: it parses as that language and not as its own.
    pub better_tag: Option<&'static str>,
    /// The block is a part of a program: its last brackets are open, or its first ones.
    pub is_cut_off: bool,
}

impl CheckResult {
    /// The result of a parser, with nothing to add.
    fn plain(verdict: ParseResult) -> Self {
        Self {
            verdict,
            excused: None,
            better_tag: None,
            is_cut_off: false,
        }
    }
}

/// Check a block of documentation: the parser's result, then the idioms.
#[must_use]
pub fn check_snippet(language: &Language, code: &str) -> CheckResult {
    let (checked, is_over) = work::run_block(code.len(), || judge(language, code));
    if is_over {
        // An idiom that was not tried could have made it acceptable.
        return CheckResult::plain(ParseResult::NotChecked(UncheckedReason::TooSlow));
    }
    checked
}

fn judge(language: &Language, code: &str) -> CheckResult {
    let error = match parse(language, code) {
        ParseResult::Invalid(error) => error,
        verdict => return CheckResult::plain(verdict),
    };
    if code.len() > limits::MAX_LENIENT_BYTES {
        return CheckResult::plain(ParseResult::Invalid(error));
    }
    if let Some(idiom) = excuse(language, code, &error) {
        let better_tag = if idiom == Idiom::Comment {
            guess::json_superset(language, code)
        } else {
            None
        };
        return CheckResult {
            excused: Some(idiom),
            better_tag,
            ..CheckResult::plain(ParseResult::Valid)
        };
    }
    if let Some(tag) = guess::better_tag(language, code).or_else(|| with_markup(language, code)) {
        return CheckResult {
            better_tag: Some(tag),
            ..CheckResult::plain(ParseResult::Invalid(error))
        };
    }
    if let Some(cut::CutOff::Silent(error)) = cut::check(language, code) {
        return CheckResult {
            is_cut_off: true,
            ..CheckResult::plain(ParseResult::Invalid(error))
        };
    }
    CheckResult::plain(ParseResult::Invalid(behind_idioms(language, code, error)))
}

/// The tag of TypeScript with JSX, where the block is a snippet of that and has whole elements.
fn with_markup(language: &Language, code: &str) -> Option<&'static str> {
    let elements = (code.contains("/>") || code.contains("</")) && !guess::has_interpolation(code);
    let tsx = super::by_id("tsx").filter(|_| language.id == "typescript" && elements)?;
    is_acceptable(tsx, code).then_some("tsx")
}

/// A rewrite of a block: the idiom it accepts, and the code as it would be without it. `None` when its condition does
/// not hold.
type Rewrite = (Idiom, fn(&str, &SyntaxError) -> Option<String>);

/// Rewrites that keep every byte in its place; tried one after the other.
fn rewrites(family: Family) -> &'static [Rewrite] {
    match family {
        Family::Python => python::REWRITES,
        Family::JavaScript => javascript::REWRITES,
        Family::Shell => shell::REWRITES,
        Family::Json => data::JSON_REWRITES,
        Family::Data => data::REWRITES,
        Family::Other => &[],
    }
}

/// Whether the code parses, in any of the ways that the language can be read.
fn parses(language: &Language, code: &str) -> bool {
    parse(language, code) == ParseResult::Valid
}

/// The idiom that makes the block acceptable.
fn excuse(language: &Language, code: &str, error: &SyntaxError) -> Option<Idiom> {
    if code.trim().is_empty() {
        return Some(Idiom::Empty);
    }
    if let Some(rest) = include::without_directives(code) {
        let valid = rest.trim().is_empty() || is_acceptable(language, &rest);
        return valid.then_some(Idiom::Include);
    }
    if let Some(idiom) = idiom_of_piece(language, code, error) {
        return Some(idiom);
    }
    let parts = generated_parts(language, code);
    if !parts.is_empty() {
        let valid = |part: &std::ops::Range<usize>| {
            code.get(part.clone())
                .is_some_and(|part| is_acceptable(language, part))
        };
        return parts.iter().all(valid).then_some(Idiom::Several);
    }
    several(language, code)
}

/// The parts of a block between lines that a generator reads.
fn generated_parts(language: &Language, code: &str) -> Vec<std::ops::Range<usize>> {
    match language.family {
        Family::JavaScript => javascript::excerpt::parts(code),
        _ => Vec::new(),
    }
}

/// Whether code parses, unchanged or with the idioms of a snippet.
fn is_acceptable(language: &Language, code: &str) -> bool {
    match parse(language, code) {
        ParseResult::Valid => true,
        ParseResult::Invalid(error) => {
            idiom_of_piece(language, code, &error).is_some() || several(language, code).is_some()
        }
        ParseResult::NotChecked(_) => false,
    }
}

/// The idiom that makes one piece of code acceptable.
fn idiom_of_piece(language: &Language, code: &str, error: &SyntaxError) -> Option<Idiom> {
    if let Some(idiom) = wrapped(language, code, error) {
        return Some(idiom);
    }
    if is_changed(language, code, error) {
        return Some(Idiom::DiffMarks);
    }
    let mut edited = code.to_owned();
    let mut error = error.clone();
    for (idiom, rewrite) in rewrites(language.family) {
        let Some(next) = rewrite(&edited, &error) else {
            continue;
        };
        match parse(language, &next) {
            ParseResult::Valid => return Some(*idiom),
            ParseResult::Invalid(next_error) => {
                if wrapped(language, &next, &next_error).is_some() {
                    return Some(*idiom);
                }
                // Drop an edit that only moves the error to an earlier place.
                if next_error.span.start >= error.span.start {
                    edited = next;
                    error = *next_error;
                }
            }
            ParseResult::NotChecked(_) => return None,
        }
    }
    cut::announced(language, code)
}

/// Whether the code shows a change, and the changed code is acceptable. YAML is excluded, because its list items
/// look like removed lines.
fn is_changed(language: &Language, code: &str, error: &SyntaxError) -> bool {
    let family = language.family;
    if matches!(family, Family::Data | Family::Other) {
        return false;
    }
    marks::after_change(code, error).is_some_and(|after| match parse(language, &after) {
        ParseResult::Valid => true,
        ParseResult::Invalid(error) => wrapped(language, &after, &error).is_some(),
        ParseResult::NotChecked(_) => false,
    })
}

/// The idiom whose surroundings are missing.
fn wrapped(language: &Language, code: &str, error: &SyntaxError) -> Option<Idiom> {
    match language.family {
        Family::Python => python::wrapped(language, code, error),
        Family::JavaScript => javascript::wrapped(language, code, error),
        Family::Shell => shell::wrapped(code),
        Family::Json => data::json_wrapped(language, code),
        Family::Data => data::alternatives(language, code, error),
        Family::Other => None,
    }
}

/// How many pieces a block may be split into.
const MAX_PIECES: usize = 24;

/// Whether the block is several snippets, each acceptable on its own.
fn several(language: &Language, code: &str) -> Option<Idiom> {
    parts(language, code, Idiom::stands_alone)
}

/// Whether the block is several snippets, each a program or of an idiom that `may_stand` allows.
fn parts(language: &Language, code: &str, may_stand: fn(Idiom) -> bool) -> Option<Idiom> {
    let pieces = match language.family {
        Family::Python => python::pieces(code),
        Family::JavaScript => text::sections(code),
        Family::Json => data::values(code),
        Family::Data => text::files(code),
        Family::Shell | Family::Other => return None,
    };
    if pieces.len() < 2 || pieces.len() > MAX_PIECES {
        return None;
    }
    let mut idiom = Idiom::Several;
    let mut at = 0;
    let mut output = false;
    // Several ends of a chain are alternatives, but below a statement they would belong to that statement.
    let mut chains = true;
    // Code that `...` stands for may have opened the indented block below it.
    let mut below_dots = false;
    while at < pieces.len() {
        // Take as few paragraphs as parse together: a function may contain blank lines.
        let start = pieces.get(at)?.start;
        let mut found = None;
        for (next, piece) in pieces.iter().enumerate().skip(at) {
            let part = code.get(start..piece.end)?;
            match parse(language, part) {
                ParseResult::Valid => found = Some(next),
                ParseResult::Invalid(error) => {
                    if let Some(kind) = idiom_of_piece(language, part, &error).filter(|kind| {
                        may_stand(*kind)
                            || *kind == Idiom::Chain && chains
                            || *kind == Idiom::Indented && below_dots
                            || is_member(language, part)
                    }) {
                        idiom = kind;
                        found = Some(next);
                    }
                }
                ParseResult::NotChecked(_) => {}
            }
            if found.is_some() {
                break;
            }
        }
        let piece = code.get(pieces.get(at)?.clone())?;
        if found.is_none() && is_named_env_file(language, piece) {
            found = Some(at);
        }
        let script = language.family == Family::JavaScript;
        if found.is_none() && script && javascript::notation::is_output(piece, output) {
            (idiom, output) = (Idiom::Prompt, true);
            at += 1;
            continue;
        }
        chains &= idiom == Idiom::Chain;
        below_dots = python::is_dots(piece) || below_dots && piece.starts_with([' ', '\t']);
        output = false;
        at = found? + 1;
    }
    Some(idiom)
}

/// Whether a piece is a member of a class or an object whose beginning is not shown: it can be nothing else.
fn is_member(language: &Language, piece: &str) -> bool {
    language.family == Family::JavaScript && javascript::excerpt::is_surely_member(piece)
}

/// Whether a piece of a block is a `.env` file, as a comment above it says.
fn is_named_env_file(language: &Language, piece: &str) -> bool {
    let first = piece.trim_start().lines().next().unwrap_or_default();
    first.starts_with(['#', '/']) && first.contains(".env") && guess::is_env_file(language, piece)
}

/// The error of the first of several values of JSON, or parts of a generated block, that is not acceptable.
fn error_in_part(language: &Language, code: &str) -> Option<Box<SyntaxError>> {
    let parts = match language.family {
        Family::Json => data::values(code),
        _ => generated_parts(language, code),
    };
    let is_split = parts.len() > 1 || parts.first().is_some_and(|part| part.start > 0);
    if !is_split || parts.len() > MAX_PIECES {
        return None;
    }
    let (start, mut error) = parts.into_iter().find_map(|part| {
        let text = code.get(part.clone())?;
        match parse(language, text) {
            ParseResult::Invalid(error) if !is_acceptable(language, text) => {
                Some((part.start, behind_idioms(language, text, error)))
            }
            _ => None,
        }
    })?;
    let moved = |span: &std::ops::Range<usize>| span.start + start..span.end + start;
    error.span = moved(&error.span);
    for (span, _) in &mut error.related {
        *span = moved(span);
    }
    Some(error)
}

/// The error of a block that stays broken, with the idioms in front of it read as idioms.
fn behind_idioms(language: &Language, code: &str, error: Box<SyntaxError>) -> Box<SyntaxError> {
    let (mut edited, mut last) = (code.to_owned(), error);
    if let Some(rest) = include::without_directives(code)
        && let ParseResult::Invalid(error) = parse(language, &rest)
    {
        (edited, last) = (rest, error);
    }
    if let Some(error) = error_in_part(language, code) {
        return error;
    }
    // If the code has another error as well, the comment is not the error to report.
    if language.id == "json"
        && last.message == "a comment is not allowed in JSON"
        && let ParseResult::Invalid(error) = json::parse_jsonc(&edited)
        && error.message.contains("comma")
    {
        return error;
    }
    if language.family == Family::Python
        && let Some(error) = python::dedented_error(code)
    {
        return Box::new(error);
    }
    for (_, rewrite) in rewrites(language.family) {
        let Some(next) = rewrite(&edited, &last) else {
            continue;
        };
        if next.len() != code.len() {
            continue;
        }
        if let ParseResult::Invalid(error) = parse(language, &next)
            && error.span.start > last.span.start
        {
            edited = next;
            last = error;
            // The edit keeps bytes in place, but not what is a character: `…` has three bytes.
            last.span = super::visible(code, last.span.clone());
            for (span, _) in &mut last.related {
                *span = super::visible(code, span.clone());
            }
        }
    }
    if language.family == Family::JavaScript
        && let Some(error) = javascript::error_inside(language, &edited)
        && error.span.start > last.span.start
    {
        return Box::new(error);
    }
    last
}

#[cfg(test)]
mod tests {
    use super::super::by_tag;
    use super::*;

    pub(super) fn excused(tag: &str, code: &str) -> Option<Idiom> {
        let checked = check_snippet(by_tag(tag).expect("a known tag"), code);
        assert_eq!(
            checked.excused.is_some(),
            checked.verdict == ParseResult::Valid,
            "{tag}: {code}: {checked:?}"
        );
        checked.excused
    }

    #[test]
    fn valid_code_needs_no_excuse() {
        let checked = check_snippet(by_tag("python").expect("a known tag"), "x = 1\n");
        assert_eq!(
            (checked.verdict, checked.excused, checked.better_tag),
            (ParseResult::Valid, None, None)
        );
    }

    #[test]
    fn an_idiom_does_not_hide_the_error_behind_it() {
        let code = "const a = { b, ... };\nconst c = = 1;\n";
        match check_snippet(by_tag("js").expect("a known tag"), code).verdict {
            ParseResult::Invalid(error) => assert_eq!(error.span.start, 32, "{error:?}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_part_that_is_named_as_an_env_file_is_one() {
        let code = "from kit import widget\n\n# .env file\nKIT_NAME=kit\nKIT_PATH=/\n";
        assert_eq!(excused("python", code), Some(Idiom::Several));
        let code = "import kit from 'kit';\n\n// .env\nKIT_PATH=/\n";
        assert_eq!(excused("js", code), Some(Idiom::Several));
        assert_eq!(excused("python", "import kit\n\n# the rest\nKIT_PATH=/\n"), None);
    }

    #[test]
    fn directives_to_include_a_file_are_excused() {
        for (tag, code) in [
            ("python", "{!> ../docs_src/start.py!}\n"),
            ("json", "{!start.json!}\n"),
            ("js", "import a from 'a'\n\n<<< @/start.js\n"),
            ("python", "x = 1\n--8<--\nstart.py\n--8<--\n"),
            ("yaml", "a: 1\n{! start.yml !}\n"),
        ] {
            assert_eq!(excused(tag, code), Some(Idiom::Include), "{code}");
        }
        let checked = check_snippet(by_tag("python").unwrap(), "{!start.py!}\nx = (\ny = 1\n");
        match checked.verdict {
            ParseResult::Invalid(error) => assert_eq!(error.span.start, 21, "{error:?}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_error_of_an_object_is_where_it_is_wrong() {
        let place = |tag: &str, code: &str| match check_snippet(by_tag(tag).unwrap(), code).verdict {
            ParseResult::Invalid(error) => (code[error.span.clone()].to_owned(), error.message),
            other => panic!("{code}: {other:?}"),
        };
        for (tag, code, at) in [
            (
                "js",
                "{\n  name: 'a',\n  size: 2,\n  color: 1\n  last: 3,\n}\n",
                "last",
            ),
            ("js", "name: 'a',\nsize: { of: 2 },\ncolor: 1\nlast: 3,\n", "last"),
            (
                "js",
                "[\n  { name: 'a' },\n  { name: 'b' }\n  { name: 'c' },\n]\n",
                "{",
            ),
            (
                "js",
                "async show() {\n  return 2;\n},\nhide() {\n  return (;\n},\n",
                ";",
            ),
        ] {
            assert_eq!(place(tag, code).0, at, "{code}: {:?}", place(tag, code));
        }
        // The closing bracket that is too much, and not a key above it.
        let mixed = "show({\n\tname: 'a',\n        of: {\n\t\tsize: 2,\n\t},\n});\n\t}),\n";
        assert_eq!(place("js", mixed).0, "}");
        assert_eq!(
            place("js", "name: 'a',\nsize: 2,\n});\n"),
            ("}".into(), "unexpected token".into())
        );
        assert_eq!(
            place("js", "show() {\n  hide();\n}\n\nshow().then(hide);\n").0,
            " "
        );
        let (at, message) = place("js", "{\n  name: 'a',\n  size: 2,\n");
        assert_eq!(
            (at.as_str(), message.contains("ends before `{`")),
            (",", true),
            "{message}"
        );
    }

    #[test]
    fn the_error_beside_a_comment_is_the_error() {
        let code = "{\n  // first\n  \"a\": {}\n  // then\n  \"b\": 1\n}\n";
        match check_snippet(by_tag("json").unwrap(), code).verdict {
            ParseResult::Invalid(error) => {
                assert!(error.message.contains("comma"), "{error:?}");
                assert_eq!(error.span.start, code.find('}').unwrap(), "{error:?}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_error_of_several_values_is_in_the_one_that_is_wrong() {
        let code = "{\"a\": 1}\n\n{\"b\": 2}\n\n{\n  \"c\": 3,\n}\n";
        match check_snippet(by_tag("json").unwrap(), code).verdict {
            ParseResult::Invalid(error) => {
                assert_eq!(error.span.start, code.rfind(',').unwrap(), "{error:?}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn several_snippets_are_checked_one_by_one() {
        assert_eq!(
            excused("js", "foo({ a });\n\n// Answer:\n{ \"a\": 1, \"b\": 2 }\n"),
            Some(Idiom::Literal)
        );
        let checked = check_snippet(
            by_tag("js").expect("a known tag"),
            "foo({ a };\n\n// Answer:\n{ \"a\": 1, \"b\": 2 }\n",
        );
        assert!(matches!(checked.verdict, ParseResult::Invalid(_)));
    }

    #[test]
    fn empty_blocks_are_excused() {
        assert_eq!(excused("json", "\n"), Some(Idiom::Empty));
    }
}
