//! Declarations as `TypeDoc` writes them below the headings of a reference: `optional port: number;`,
//! `type Accessor<T> = T | () => T;`, `type Options<T>`.

use std::ops::Range;

use super::super::super::Language;
use super::super::{parses, text};

/// Words that precede a member.
const MODIFIERS: [&str; 8] = [
    "public",
    "protected",
    "private",
    "static",
    "abstract",
    "readonly",
    "declare",
    "override",
];

/// Blank `optional` in front of the name of a member, and the parameters of a function without parentheses in a
/// union type: TypeScript requires parentheses there.
pub(super) fn declarations(code: &str) -> Option<String> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        found.extend(optional(line).map(|range| at + range.start..at + range.end));
        at += line.len();
    }
    for (arrow, _) in code.match_indices("=>") {
        found.extend(bare_function(code, arrow));
    }
    found.sort_by_key(|range| range.start);
    let mut end = 0;
    found.retain(|range| {
        let apart = range.start >= end;
        end = end.max(range.end);
        apart
    });
    text::fill(code, &found, |_| String::new())
}

/// The bytes of `optional ` in front of a name that is declared.
fn optional(line: &str) -> Option<Range<usize>> {
    let mut rest = line.trim_start();
    while let Some((word, after)) = rest.split_once(' ')
        && MODIFIERS.contains(&word)
    {
        rest = after.trim_start();
    }
    let after = rest.strip_prefix("optional ")?;
    let name = after.trim_start_matches(['"', '\'', '[', '#']);
    let end = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '-')))?;
    let declared = name.get(end..)?.trim_start_matches(['"', '\'', ']', '?']);
    let start = line.len() - rest.len();
    (end > 0 && declared.starts_with([':', '(', '<'])).then_some(start..start + "optional ".len())
}

/// The bytes of `(a: A) =>` when a `|` or `&` precedes it.
fn bare_function(code: &str, arrow: usize) -> Option<Range<usize>> {
    let before = code.get(..arrow)?.trim_end();
    before.strip_suffix(')')?;
    let mut depth = 0_usize;
    // Signatures are short, so do not search further back.
    let open = before
        .char_indices()
        .rev()
        .take(MAX_PARAMETERS)
        .find(|(_, c)| {
            match c {
                ')' | ']' | '}' => depth += 1,
                '(' | '[' | '{' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        })?
        .0;
    let joins = code.get(..open)?.trim_end();
    let single = |sign: char| {
        joins.ends_with(sign)
            && !joins
                .get(..joins.len() - 1)
                .is_some_and(|text| text.ends_with(sign))
    };
    (single('|') || single('&')).then_some(open..arrow + 2)
}

/// How long the parameters of a bare function may be, in characters.
const MAX_PARAMETERS: usize = 400;

/// The head of an alias or an interface without its type: `type Options<T>`, on one line.
pub(super) fn is_head(language: &Language, body: &str) -> bool {
    let line = body.trim().trim_end_matches(';');
    let head = line.strip_prefix("export ").unwrap_or(line);
    let typed = head.starts_with("type ") && !head.contains(['=', '{', '\n']);
    typed && parses(language, &format!("{line} = _"))
        || head.starts_with("interface ")
            && !head.contains(['{', '\n'])
            && parses(language, &format!("{line} {{}}"))
}

/// Blank `//` comments behind a tag, where they are text: `<Widget> // holds the "bolts" <- all`. The error has to be
/// in one.
pub(super) fn comments_in_markup(code: &str, error: &super::SyntaxError) -> Option<String> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let text = line.trim_end();
        let comment = text.split_once("//").map(|(before, _)| before);
        if let Some(before) = comment.filter(|before| before.trim_end().ends_with('>')) {
            found.push(at + before.len()..at + text.len());
        }
        at += line.len();
    }
    let inside = found.iter().any(|range| range.contains(&error.span.start));
    inside.then(|| text::fill(code, &found, |_| String::new()))?
}

#[cfg(test)]
mod tests {
    use super::super::super::Idiom;
    use super::super::super::tests::excused;

    #[test]
    fn declarations_of_typedoc_are_excused() {
        for code in [
            "optional port: number;\n",
            "readonly optional mode: \"a\";\n",
            "protected static optional size: number;\n",
            "optional show: (widget) => Result;\n",
            "optional show(widget: Widget): void;\n",
            "optional defaults: Pick<{\n}, \"size\">;\n",
            "optional [key]: string;\n",
            "optional first:\n  | Widget\n| () => Widget;\n",
            "first: \n  | Widget\n  | () => Widget\n  | undefined;\n",
            "type Lazy<T> = T | () => T;\n",
            "type Lazy<T> = T & (a: T, b?: (c: T) => void) => Promise<T>;\n",
            "type Options<T, U extends T>\n",
            "interface Options<T> extends Base<T>\n",
        ] {
            assert!(excused("ts", code).is_some(), "{code}");
        }
        let code = "<A> // a \"b\" <-- all of it\n  ...\n  <B> // c <-- d\n  </B>\n</A>\n";
        assert_eq!(excused("tsx", code), Some(Idiom::CommentForCode));
    }

    #[test]
    fn errors_that_look_like_them_are_not() {
        for code in [
            "optional port number;\n",
            "optional = port: number;\n",
            "const optional port = 1;\n",
            "const a = b || (c) => d;\n",
            "type Lazy<T> = T | => T;\n",
            "type Options<T\n",
            "type Options<T>\nconst a = ;\n",
        ] {
            assert_eq!(excused("ts", code), None, "{code}");
        }
        assert_eq!(excused("tsx", "<A> // a\n  <B>\n</A>\n"), None);
    }
}
