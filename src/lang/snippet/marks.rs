//! Marks of changed lines: `+` and `-` at their start, and the comments of Shiki at their end.

use super::text::fill;
use crate::text::line_start;

/// Whether a line is marked as added or removed. Two signs are an operator or the head of a patch.
fn is_marked(line: &str, sign: u8) -> bool {
    let mut bytes = line.bytes();
    bytes.next() == Some(sign)
        && bytes
            .next()
            .is_none_or(|next| !matches!(next, b'+' | b'-' | b'='))
}

/// Whether the error is on a marked line or directly below one, and the code has other lines too.
fn is_at_mark(code: &str, error: &super::SyntaxError) -> bool {
    let marked = |line: &str| is_marked(line, b'+') || is_marked(line, b'-');
    let start = line_start(code, error.span.start.min(code.len()));
    let (before, from) = code.split_at_checked(start).unwrap_or_default();
    let line_before = before
        .trim_end_matches('\n')
        .rsplit('\n')
        .next()
        .unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
    (marked(from) || marked(line_before)) && lines > 1
}

/// The code with each marked line as `mark` wants it: without its sign, or blank. Every byte stays in its place.
fn without_marks(code: &str, keeps: impl Fn(u8) -> bool) -> String {
    let mut edited = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        let sign = [b'+', b'-'].into_iter().find(|sign| is_marked(line, *sign));
        let text = line.trim_end_matches(['\n', '\r']);
        match sign {
            Some(sign) if keeps(sign) => {
                edited.push(' ');
                edited.push_str(line.get(1..).unwrap_or_default());
            }
            Some(_) => {
                edited.push_str(&" ".repeat(text.len()));
                edited.push_str(line.get(text.len()..).unwrap_or_default());
            }
            None => edited.push_str(line),
        }
    }
    edited
}

/// Blank the `+` and `-` in front of added and removed lines. The error has to be on such a line.
pub(super) fn diff_marks(code: &str, error: &super::SyntaxError) -> Option<String> {
    is_at_mark(code, error).then(|| without_marks(code, |_| true))
}

/// The code after the change. Lines of both kinds are needed: a removed line alone may be one that begins with a minus.
pub(super) fn after_change(code: &str, error: &super::SyntaxError) -> Option<String> {
    let any = |sign: u8| code.lines().any(|line| is_marked(line, sign));
    (any(b'+') && any(b'-') && is_at_mark(code, error)).then(|| without_marks(code, |sign| sign == b'+'))
}

/// Take out what marks lines for a highlighter (Shiki's notation, as VitePress documents it): lines that end in
/// `[!code --]` go, with as many below as `[!code --:2]` says, and the comment that is `[!code ++]`, `[!code focus]` and
/// the like, with a `+` at the start of its line.
pub(super) fn code_marks(code: &str) -> Option<String> {
    const MARK: &str = "[!code ";
    let mut found = Vec::new();
    let (mut start, mut removed) = (0, 0_usize);
    for line in code.split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        if let Some((before, mark)) = line.split_once(MARK) {
            let before = before.trim_end();
            let comment = ["{/*", "/*", "<!--", "//", "#", "--", ";"]
                .iter()
                .find_map(|open| before.strip_suffix(open));
            if let Some(rest) = mark.strip_prefix("--").filter(|_| comment.is_some()) {
                removed = lines_marked(rest);
            } else if let Some(comment) = comment {
                if comment.starts_with('+') {
                    found.push(start..start + 1);
                }
                // Comments with an end marker may stay: they are comments of the language.
                if !before.ends_with('*') && !before.ends_with("<!--") {
                    found.push(start + comment.len().max(usize::from(comment.starts_with('+')))..end);
                }
            }
        }
        if removed > 0 {
            removed -= 1;
            found.push(start..end);
        }
        start += line.len();
    }
    found.retain(|range| !range.is_empty());
    fill(code, &found, |_| String::new())
}

/// How many lines a mark is for: `:2]` says it.
fn lines_marked(rest: &str) -> usize {
    let count = rest.strip_prefix(':').and_then(|rest| rest.split(']').next());
    count.and_then(|count| count.trim().parse().ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::super::Idiom;
    use super::super::tests::excused;

    #[test]
    fn changed_lines_are_excused() {
        for (tag, code) in [
            (
                "ts",
                "- open?: boolean // [!code --]\n- shut?: boolean // [!code --]\n+ state?: 'open' | 'shut' // [!code ++]\n",
            ),
            (
                "ts",
                "- import kit from 'kit' // [!code --]\n+ import { kit } from '@kit/core' // [!code ++]\n",
            ),
            ("js", "+ import kit from 'kit' // [!code ++]\n  kit()\n"),
            (
                "ts",
                "- open?: boolean\n- shut?: boolean\n+ state?: 'open' | 'shut'\n",
            ),
            (
                "js",
                "- const kit = widget({ // [!code --:2]\n-   size: 2,\n+ const kit = widget({ // [!code ++]\n    color: 1,\n  });\n",
            ),
            (
                "js",
                "- export const a = widget({\n+ export const a = bolt({\n    size: 2,\n  });\n",
            ),
            (
                "tsx",
                "<A>\n  <B size=\"2\"> {/* [!code --] */}\n  <B size=\"3\">\n  </B>\n</A>\n",
            ),
            (
                "python",
                "- with widget(a) as b:\n+ with widget(a, 2) as b:\n      b()\n",
            ),
            (
                "python",
                "-def size(self):\n+async def size(self):\n     return 2\n",
            ),
            ("json", "{\n-  \"size\": 2\n+  \"size\": 3\n}\n"),
            (
                "bash",
                "- for a in b; do\n+ for a in c; do\n    echo $a\n  done\n",
            ),
        ] {
            assert_eq!(excused(tag, code), Some(Idiom::DiffMarks), "{code}");
        }
    }

    #[test]
    fn errors_among_them_are_not() {
        for (tag, code) in [
            ("js", "- const a = 1\n+ const a = (\n"),
            ("js", "const a = (1\n- b\n"),
            (
                "ts",
                "- import a from 'a' // [!code --]\n+ import { a from 'b' // [!code ++]\n",
            ),
            ("python", "- a = 1\n+ a = = 2\n"),
            ("js", "const a = 1 // [!code ++]\nconst b = ;\n"),
            ("js", "--a\n++ (\n"),
        ] {
            assert_eq!(excused(tag, code), None, "{code}");
        }
    }
}
