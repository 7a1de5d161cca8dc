//! Shell: the verdict of `brush-parser`, which agrees with `bash -n`, with a better place for the error.

mod locate;
mod placeholder;
pub mod plain;
mod substitution;

use std::borrow::Cow;
use std::ops::Range;

use brush_parser::{ParseError, Parser, ParserOptions, TokenizerError};

use super::{ParseResult, SyntaxError, UncheckedReason, limits, work};
use crate::text::count_bytes;

pub use placeholder::{Placeholder, fill_placeholders, placeholders};

/// The deepest nesting of grouping parentheses that is parsed: the parser's time doubles with each level.
const MAX_GROUPS: usize = 8;

/// The deepest nesting of `$( )` that is parsed. Each level is parsed separately.
const MAX_SUBSTITUTIONS: usize = 16;

/// Parse a shell script as `bash -n` does, also inside `$( )`.
#[must_use]
pub fn parse(code: &str) -> ParseResult {
    limits::parse_within_limits(code, || parse_nested(code, 0))
}

fn parse_nested(code: &str, level: usize) -> ParseResult {
    if plain::is_valid(code) {
        return ParseResult::Valid;
    }
    if has_huge_descriptor(code) {
        return ParseResult::NotChecked(UncheckedReason::NoParser);
    }
    if memchr::memchr(b'(', code.as_bytes()).is_some() && substitution::group_depth(code) > MAX_GROUPS {
        return ParseResult::NotChecked(UncheckedReason::TooSlow);
    }
    if has_long_chain(code)
        || is_deeply_nested(code)
        || !work::try_spend(code.len().saturating_mul(COST_PER_BYTE))
    {
        return ParseResult::NotChecked(UncheckedReason::TooSlow);
    }
    if memchr::memmem::find_iter(code.as_bytes(), b"case ")
        .nth(MAX_CASES)
        .is_some()
        && case_depth(code) > MAX_CASES
    {
        return ParseResult::NotChecked(UncheckedReason::TooSlow);
    }
    if let Err(error) = program(code) {
        // `select` is unknown to the parser; it has the grammar of `for`.
        let replaced = code.replace("select ", "for    ");
        if replaced == code || program(&replaced).is_err() {
            // `case` patterns inside `$( )` end the substitution too early for the parser.
            if substitution::has_case(code) {
                return ParseResult::NotChecked(UncheckedReason::NoParser);
            }
            return locate::explain(code, &error).invalid();
        }
    }
    if memchr::memmem::find(code.as_bytes(), b"$(").is_none() {
        return ParseResult::Valid;
    }
    for inner in substitution::substitution_contents(code) {
        if level >= MAX_SUBSTITUTIONS {
            return ParseResult::NotChecked(UncheckedReason::TooDeep);
        }
        let text = code.get(inner.clone()).unwrap_or_default();
        if let ParseResult::Invalid(mut error) = parse_nested(text, level + 1) {
            error.span = error.span.start + inner.start..error.span.end + inner.start;
            for (span, _) in &mut error.related {
                *span = span.start + inner.start..span.end + inner.start;
            }
            return ParseResult::Invalid(error);
        }
    }
    ParseResult::Valid
}

/// Whether ten digits or more precede a redirection: a file descriptor that does not fit into an integer, on which the
/// parser (`brush-parser` 0.4.0) panics. A continued line goes on within the number.
fn has_huge_descriptor(code: &str) -> bool {
    let bytes = code.as_bytes();
    memchr::memchr2_iter(b'<', b'>', bytes).any(|at| {
        let before = bytes.get(..at).unwrap_or_default();
        let number = before
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'\\' | b'\n' | b'\r'));
        number.filter(|byte| byte.is_ascii_digit()).nth(9).is_some()
    })
}

/// The cost of this parser for each byte, in units of work.
const COST_PER_BYTE: usize = 9;

/// How many operators one line may have: the parser's time is the square of the commands of a pipeline and of the
/// redirections of a command.
const MAX_CHAIN: usize = 1_000;

/// Whether a line has more operators than that. One that ends in an operator or a `\\` goes on in the next.
fn has_long_chain(code: &str) -> bool {
    let is_operator = |byte| matches!(byte, b'|' | b'<' | b'>' | b'&');
    if count_bytes(code, is_operator) <= MAX_CHAIN {
        return false;
    }
    let mut chain = 0;
    for line in code.lines() {
        chain += count_bytes(line, is_operator);
        if chain > MAX_CHAIN {
            return true;
        }
        if !line.trim_end().ends_with(['|', '&', '\\']) && !line.trim().is_empty() {
            chain = 0;
        }
    }
    false
}

/// The deepest nesting of `if` and of loops that is parsed.
const MAX_NESTED: usize = 200;

/// Whether `if` and `do` are nested deeper than that. Every such word counts, wherever it is.
fn is_deeply_nested(code: &str) -> bool {
    if memchr::memmem::find_iter(code.as_bytes(), b"if ")
        .nth(MAX_NESTED)
        .is_none()
        && memchr::memmem::find_iter(code.as_bytes(), b"do")
            .nth(MAX_NESTED)
            .is_none()
    {
        return false;
    }
    let mut depth = 0_usize;
    code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
        .any(|word| {
            match word {
                "if" | "do" => depth += 1,
                "fi" | "done" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth > MAX_NESTED
        })
}

/// The deepest nesting of `case` that is parsed, for the same reason.
const MAX_CASES: usize = 8;

/// Deepest nesting of `case` and `esac`. Every such word counts, wherever it is.
fn case_depth(code: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for word in code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')) {
        match word {
            "case" => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            "esac" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// A text as the grammar may read it: with an `x` for each byte that is not ASCII, so that every place stays. The
/// scanner of `tree-sitter-bash` 0.25.1 asks `isdigit` about any character, which C leaves undefined beyond a byte
/// (C17, 7.4): it reads behind the table of the C library, and a fuzzer found the end of the memory there.
#[must_use]
pub fn for_grammar(code: &str) -> Cow<'_, str> {
    if code.is_ascii() {
        return Cow::Borrowed(code);
    }
    let ascii = |byte: u8| if byte.is_ascii() { char::from(byte) } else { 'x' };
    Cow::Owned(code.bytes().map(ascii).collect())
}

fn program(code: &str) -> Result<(), ParseError> {
    Parser::new(code.as_bytes(), &ParserOptions::default())
        .parse_program()
        .map(|_| ())
}

/// Parse what was typed in a terminal session: the lines after a prompt and their continuations. The rest is output.
///
/// Without any prompt everything is output, and nothing is wrong with it.
#[must_use]
pub fn parse_session(code: &str) -> ParseResult {
    limits::parse_within_limits(code, || session(code))
}

fn session(code: &str) -> ParseResult {
    let lines: Vec<(usize, &str)> = code
        .split_inclusive('\n')
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line))
        })
        .collect();
    let mut next = 0;
    while let Some(&(start, line)) = lines.get(next) {
        next += 1;
        let Some(skip) = prompt_len(line) else { continue };
        let mut command = line.get(skip..).unwrap_or_default().to_owned();
        let mut map = vec![(0, start + skip)];
        let mut first: Option<Box<SyntaxError>> = None;
        // A command goes on while it is incomplete, but not into the next prompt.
        loop {
            match parse_nested(&command, 0) {
                ParseResult::Valid => {
                    first = None;
                    break;
                }
                ParseResult::NotChecked(reason) => return ParseResult::NotChecked(reason),
                ParseResult::Invalid(error) => {
                    first.get_or_insert(error);
                }
            }
            let more = lines
                .get(next)
                .filter(|(_, line)| prompt_len(line).is_none() && map.len() < MAX_CONTINUATION);
            let Some(&(start, line)) = more else { break };
            next += 1;
            let skip = if line.starts_with("> ") { 2 } else { 0 };
            map.push((command.len(), start + skip));
            command.push_str(line.get(skip..).unwrap_or_default());
        }
        if let Some(error) = first {
            let place = |at: usize| {
                let (from, to) = map
                    .iter()
                    .rev()
                    .find(|(from, _)| *from <= at)
                    .copied()
                    .unwrap_or((0, start));
                to + (at - from)
            };
            let mut error = error;
            error.span = super::visible(code, place(error.span.start)..place(error.span.end));
            error.related.clear();
            return ParseResult::Invalid(error);
        }
    }
    ParseResult::Valid
}

/// The lines that were typed in a session, as byte ranges: those behind a prompt, and those they go on in after a `\`
/// or a `> `. `None` when there is no prompt.
#[must_use]
pub fn typed_lines(code: &str) -> Option<Vec<Range<usize>>> {
    let mut typed = Vec::new();
    let (mut at, mut before) = (0, "");
    for line in code.split_inclusive('\n') {
        let goes_on = before.trim_end().ends_with('\\') || !before.is_empty() && line.starts_with("> ");
        before = "";
        if prompt_len(line).is_some() || goes_on {
            typed.push(at..at + line.len());
            before = line;
        }
        at += line.len();
    }
    (!typed.is_empty()).then_some(typed)
}

/// How many lines one command of a session may have.
const MAX_CONTINUATION: usize = 40;

/// The longest `user@host:path` that is taken for a prompt, in bytes. Paths have up to a hundred or so.
const MAX_PROMPT_LEN: usize = 160;

/// The length of the prompt at the start of a line: `$ `, `% `, `# ` after a user, `user@host:~$ `.
#[must_use]
pub fn prompt_len(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let text = line.get(indent..)?;
    if text.starts_with("$ ") || text.starts_with("% ") || text.starts_with("❯ ") || text.starts_with("➜ ")
    {
        return Some(indent + text.find(' ')? + 1);
    }
    // `(venv) user@host:~/x$ command`, `[root@host ~]# command`
    let end = text.find("$ ").or_else(|| text.find("# "))?;
    let before = text.get(..end)?;
    let is_user =
        before.contains('@') && !before.contains(['"', '\'', '=', '|', ';']) && before.len() < MAX_PROMPT_LEN;
    let is_venv = before.starts_with('(') && before.ends_with(") ") && before.len() < 30;
    (is_user || is_venv).then_some(indent + end + 2)
}

/// Whether the error means that the input ended too early.
fn is_incomplete(error: &TokenizerError) -> bool {
    error.is_incomplete()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_reads_ascii_and_every_place_stays() {
        assert_eq!(for_grammar("a 'é' 😀\n"), "a 'xx' xxxx\n");
        assert!(matches!(for_grammar("a"), Cow::Borrowed("a")));
    }

    fn error(code: &str) -> SyntaxError {
        match parse(code) {
            ParseResult::Invalid(error) => *error,
            other => panic!("{code}: {other:?}"),
        }
    }

    #[test]
    fn a_descriptor_beyond_every_number_is_not_checked() {
        // Found by fuzzing: the parser panicked.
        for code in [
            "a 999999999999999999999<b\n",
            "a 99999\\\n9999999>b\n",
            "x=$(a 2147483648>b)\n",
        ] {
            assert_eq!(
                parse(code),
                ParseResult::NotChecked(UncheckedReason::NoParser),
                "{code}"
            );
        }
        assert_eq!(parse("a 2>b 3<c\n"), ParseResult::Valid);
    }

    #[test]
    fn scripts_are_judged_as_bash_does() {
        for code in [
            "pip install a\n",
            "for x in a b; do echo $x; done",
            "select x in a b; do echo $x; done\n",
            "a=$(b \"$(c)\")\n",
            "cat <<EOF\n$(\nEOF\n",
            "case $x in a) b;; *) c;; esac",
            "",
        ] {
            assert_eq!(parse(code), ParseResult::Valid, "{code}");
        }
    }

    #[test]
    fn errors_are_found_inside_substitutions() {
        let found = error("echo $(if a; then b)\n");
        assert!(found.span.start >= 7, "{found:?}");
    }

    #[test]
    fn blocks_that_lost_their_end_name_their_start() {
        let found = error("for x in a; do\n  if b; then\n    c\ndone\nd\ne\n");
        assert_eq!(
            (found.span.clone(), found.related[0].0.clone()),
            (34..38, 17..19),
            "{found:?}"
        );
        let found = error("if a; then\n  b\nc\nd\ne\n");
        assert_eq!(found.span, 15..16, "{found:?}");
    }

    #[test]
    fn an_open_quote_is_found_where_it_was_opened() {
        assert_eq!(error("a 'b\nc\n").span, 2..3);
        let found = error("a \"b\nc \"d\"\ne\n");
        assert_eq!(found.span, 2..3, "{found:?}");
    }

    #[test]
    fn sessions_ignore_output_and_follow_continuations() {
        assert_eq!(
            parse_session("$ for x in a; do\n> b\n> done\n(x $ )\n$ ls \\\n  -l\n"),
            ParseResult::Valid
        );
        assert_eq!(parse_session("Done. (1"), ParseResult::Valid);
        match parse_session("$ ls\nok (\n$ ls )\n") {
            ParseResult::Invalid(error) => assert_eq!(error.span, 15..16, "{error:?}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_that_were_typed_are_told_from_output() {
        let code = "$ a \\\n  b\nc\n> d\n$ e\n> f\ng\n";
        let typed = typed_lines(code).unwrap();
        let text: Vec<&str> = typed.into_iter().map(|range| &code[range]).collect();
        assert_eq!(text, ["$ a \\\n", "  b\n", "$ e\n", "> f\n"]);
        assert_eq!(super::typed_lines("a\n"), None);
    }

    #[test]
    fn what_the_parser_cannot_do_is_not_tried() {
        assert_eq!(
            parse("x=$(case $y in a) b;; esac)\n"),
            ParseResult::NotChecked(UncheckedReason::NoParser)
        );
        assert_eq!(
            parse(&"(".repeat(40)),
            ParseResult::NotChecked(UncheckedReason::TooSlow)
        );
    }
}
