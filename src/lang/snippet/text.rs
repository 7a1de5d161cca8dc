//! Text helpers that the idioms of all languages share.

use super::super::work;
use regex::Regex;
use std::ops::Range;

/// The first line that is not blank, trimmed; comment lines that start with `comment` are skipped.
pub(super) fn first_line<'a>(code: &'a str, comment: &str) -> &'a str {
    code.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with(comment))
        .unwrap_or_default()
}

/// The code from its first line that is not blank; comment lines are skipped.
pub(super) fn body<'a>(code: &'a str, comment: &str) -> &'a str {
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let trimmed = line.trim();
        if !trimmed.is_empty() && !trimmed.starts_with(comment) {
            break;
        }
        at += line.len();
    }
    code.get(at..).unwrap_or_default()
}

/// Paragraphs: runs of lines between blank lines.
pub(super) fn paragraphs(code: &str) -> Vec<Range<usize>> {
    split(code, |line| line.trim().is_empty(), false)
}

/// Paragraphs, and parts of them that start with a comment such as `// Output`, or with a brace after a statement.
pub(super) fn sections(code: &str) -> Vec<Range<usize>> {
    let mut ended = false;
    split(
        code,
        |line| {
            let after_statement = ended && line.starts_with('{');
            ended = line.trim_end().ends_with([';', ')']);
            after_statement || line.trim().is_empty() || line.starts_with("//")
        },
        true,
    )
}

/// Parts of a block that each start with a comment that is a file name, or that says "or".
pub(super) fn files(code: &str) -> Vec<Range<usize>> {
    split(code, is_heading, true)
}

/// Split before (or at, when separators are dropped) each line that `cut` accepts.
fn split(code: &str, mut cut: impl FnMut(&str) -> bool, keep: bool) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        if cut(line) {
            if !code.get(start..at).unwrap_or_default().trim().is_empty() {
                parts.push(start..at);
            }
            start = if keep { at } else { at + line.len() };
        }
        at += line.len();
    }
    if !code.get(start..).unwrap_or_default().trim().is_empty() {
        parts.push(start..code.len());
    }
    parts
}

/// A comment line that starts another file or an alternative: `# .github/workflows/ci.yml`, `# or`.
fn is_heading(line: &str) -> bool {
    let Some(text) = line
        .strip_prefix('#')
        .or_else(|| line.strip_prefix("//"))
        .or_else(|| line.strip_prefix(';'))
    else {
        return false;
    };
    let text = text.trim_matches(['#', ' ', '\n', '\r', '-', '=', ':', '`', '*']);
    let first = text
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .trim_matches(['`', ':', ',']);
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let file = first.rsplit_once('.').is_some_and(|(name, extension)| {
        !name.ends_with(' ')
            && (1..=5).contains(&extension.len())
            && extension.chars().all(|c| c.is_ascii_alphanumeric())
            && !first.contains("://")
    });
    let alternative = words.iter().take(3).any(|word| {
        matches!(
            word.trim_matches([':', ',', '.']),
            "or" | "alternatively" | "alternative" | "option" | "before" | "after"
        )
    });
    file || alternative
}

/// Replace every match that `find` returns, from the left, by `fill` of the same length.
pub(super) fn fill(code: &str, ranges: &[Range<usize>], with: impl Fn(&str) -> String) -> Option<String> {
    if ranges.is_empty() {
        return None;
    }
    let mut filled = String::with_capacity(code.len());
    let mut at = 0;
    for range in ranges {
        filled.push_str(code.get(at..range.start)?);
        let old = code.get(range.clone())?;
        let mut new = with(old);
        debug_assert!(new.len() <= old.len(), "`{new}` must fit into `{old}`");
        while new.len() < old.len() {
            new.push(' ');
        }
        filled.push_str(&new);
        at = range.end;
    }
    filled.push_str(code.get(at..)?);
    Some(filled)
}

/// Replace every match of a pattern as [`fill`] does.
pub(super) fn fill_matches(code: &str, pattern: &Regex, with: impl Fn(&str) -> String) -> Option<String> {
    let found: Vec<_> = pattern.find_iter(code).map(|found| found.range()).collect();
    fill(code, &found, with)
}

/// Charge the work budget for reading the code once for each of some places.
pub(super) fn try_spend_for_each(code: &str, places: &[Range<usize>]) -> bool {
    work::try_spend(places.len().saturating_mul(code.len()) / 8)
}

/// The byte ranges of `...` and `…`.
pub(super) fn elisions(code: &str) -> Vec<Range<usize>> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at + 3 <= bytes.len() {
        let three = &bytes[at..at + 3];
        if three == b"..." || three == "…".as_bytes() {
            let mut end = at + 3;
            // `....` is a mistyped `...`.
            while bytes.get(end) == Some(&b'.') {
                end += 1;
            }
            found.push(at..end);
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// Blank the lines that only underline code: `~~~~` and `^^^^` as compilers print them.
pub(super) fn underlines(code: &str) -> Option<String> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let marks = line.trim();
        let alone = marks.len() > 1
            && (marks.bytes().all(|byte| matches!(byte, b'~' | b' '))
                || marks.bytes().all(|byte| matches!(byte, b'^' | b' ')));
        if alone && at > 0 {
            found.push(at..at + line.trim_end().len());
        }
        at += line.len();
    }
    fill(code, &found, |_| String::new())
}

/// Placeholders `<your-key>` in the place of a value.
pub(super) fn placeholders(code: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = code
        .get(from..)
        .and_then(|rest| rest.find('<'))
        .map(|at| from + at)
    {
        from = open + 1;
        let rest = code.get(open + 1..).unwrap_or_default();
        let Some(close) = rest.find(['>', '<', '\n', '"', '\'', '`', '(', ')', '{', '}', ';', '=']) else {
            continue;
        };
        let inside = rest.get(..close).unwrap_or_default();
        let words = inside.len() >= 2
            && inside.len() <= 60
            && inside.starts_with(char::is_alphabetic)
            && !inside.ends_with([' ', '/'])
            && inside
                .chars()
                .all(|c| c.is_alphanumeric() || " _-.:/|,'".contains(c));
        let before = code.get(..open).unwrap_or_default().trim_end_matches([' ', '\t']);
        let due = before.is_empty()
            || before.ends_with(['=', ':', '(', ',', '[', '{', '\n', '.', '/', '-', '_', '@']);
        let after = rest.get(close + 1..).unwrap_or_default();
        let ends = after
            .chars()
            .next()
            .is_none_or(|c| c.is_whitespace() || ",;)]}.:/-_#@".contains(c));
        if rest.as_bytes().get(close) == Some(&b'>')
            && words
            && due
            && ends
            && !code.contains(&format!("</{inside}>"))
        {
            let end = open + 1 + close + 1;
            found.push(open..end);
            from = end;
        }
    }
    found
}

/// Blank the brackets of optional arguments: `f(a [, b [, c]])` becomes `f(a  , b  , c  )`.
pub(super) fn optional_arguments(code: &str) -> Option<String> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while let Some(open) = code
        .get(from..)
        .and_then(|rest| rest.find('['))
        .map(|at| from + at)
    {
        from = open + 1;
        let Some(end) = optional_end(code, open) else {
            continue;
        };
        for (at, _) in code
            .get(open..end)?
            .char_indices()
            .filter(|(_, c)| matches!(c, '[' | ']'))
        {
            found.push(open + at..open + at + 1);
        }
        from = end;
    }
    fill(code, &found, |_| String::new())
}

/// The end of the brackets that open at `open`, when they hold optional arguments.
fn optional_end(code: &str, open: usize) -> Option<usize> {
    let rest = code.get(open + 1..)?;
    let before = code.get(..open)?.trim_end_matches(' ').chars().next_back()?;
    let follows_argument = before.is_alphanumeric() || matches!(before, '_' | '$' | '\'' | '"' | ')' | '}');
    if !rest.trim_start_matches(' ').starts_with(',') || !follows_argument {
        return None;
    }
    let mut depth = 1_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => {
                depth -= 1;
                if depth == 0 {
                    let end = open + 1 + at + 1;
                    let after = code.get(end..)?.trim_start_matches(' ');
                    return after.starts_with([')', ',', '[']).then_some(end);
                }
            }
            c if c.is_alphanumeric() || " _$,.=".contains(c) => {}
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_split_at_headings_and_blank_lines() {
        assert_eq!(paragraphs("a\nb\n\n\nc\n"), [0..4, 6..8]);
        assert_eq!(files("# a.toml\nx\n# more\n# dir/b.yaml\ny\n"), [0..18, 18..33]);
        assert!(files("x\n# plain words\ny\n").len() == 1);
    }

    #[test]
    fn placeholders_stand_where_a_value_is_due() {
        let spans = |code: &str| -> Vec<String> {
            placeholders(code)
                .into_iter()
                .map(|r| code[r].to_owned())
                .collect()
        };
        assert_eq!(spans("f(<your key>, a=<KEY>)"), ["<your key>", "<KEY>"]);
        for code in ["a <b> c", "x: <div>a</div>", "f(<T>x)", "f(\"<a>\")"] {
            let found = spans(code);
            assert!(found.is_empty() || code.contains('"'), "{code}: {found:?}");
        }
    }

    #[test]
    fn filling_keeps_the_length() {
        let placeholder = [std::ops::Range { start: 1, end: 4 }];
        assert_eq!(
            fill("a<b>c", &placeholder, |_| "x".into()).as_deref(),
            Some("ax  c")
        );
        assert_eq!(fill("a", &[], |_| "x".into()), None);
    }
}
