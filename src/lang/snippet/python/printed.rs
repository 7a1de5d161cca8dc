//! What programs print, in code: values as `repr` writes them, and lines of output behind `>`.

use std::sync::LazyLock;

use regex::Regex;

use super::super::super::ParseResult;
use super::super::super::python::parse;
use super::super::text;

/// What has no notation in the language: classes, functions, objects with their address, members of an enumeration. No
/// part is counted, and no class is Unicode's: that would make an automaton of a megabyte.
static PRINTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let kinds = [
        r"<class '[^'\n]+'>",
        r"<(?:bound method|built-in function|function|module|generator object|coroutine object) [^>\n]+>",
        r"<[A-Za-z_](?-u:[\w.])* (?:object )?at 0x[0-9a-fA-F]+>",
        r#"<[A-Z](?-u:\w*\.\w+): (?:[0-9]+|'[^'\n]*'|"[^"\n]*")>"#,
    ];
    Regex::new(&kinds.join("|")).ok()
});

/// Put a name in the place of each printed value. The bytes behind it stay where they were.
pub(super) fn values(code: &str) -> Option<String> {
    text::fill_matches(code, PRINTED.as_ref()?, |_| "_".to_owned())
}

/// What a signature gives as the default of a parameter, where `repr` writes it in angle brackets.
static DEFAULT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"= ?<[^<>\n]+>").ok());

/// Put a name in the place of each default of a signature that is printed.
pub(super) fn defaults(code: &str) -> Option<String> {
    text::fill_matches(code, DEFAULT.as_ref()?, |_| "=_".to_owned())
}

/// Whether the code parses without its lines of output: from a line that starts with `>` to the next blank one, or to
/// the end. A statement comes first; none has a line that starts so but inside of brackets.
pub(super) fn is_answered(code: &str) -> bool {
    let marked = |line: &str| line.trim_start().starts_with('>');
    let mut lines = code.lines().filter(|line| !line.trim().is_empty());
    if lines.next().is_none_or(marked) || !lines.any(marked) {
        return false;
    }
    let (mut typed, mut output) = (String::with_capacity(code.len()), false);
    for line in code.lines() {
        output = marked(line) || output && !line.trim().is_empty();
        typed.push_str(if output { "" } else { line });
        typed.push('\n');
    }
    let first = code.lines().take_while(|line| !marked(line));
    let head = || first.flat_map(|line| [line, "\n"]).collect::<String>();
    let valid = |code: &str| parse(&super::dedented(code)) == ParseResult::Valid;
    valid(&typed) || valid(&head())
}

#[cfg(test)]
mod tests {
    use super::super::super::Idiom;
    use super::super::super::tests::excused;

    #[test]
    fn output_behind_marks_is_excused() {
        for code in [
            "print(widget)\n\n>> {'size': 2,\n>> not code (\n",
            "print(widget)\n>>{'size': 2,\nand more\n>>not code (\n",
            "print(widget)\n> A red widget.\n\nwidget.stop()\nprint(widget.state)\n> stopped\n",
            "widget = kit.open()\nprint(widget)\n>>> Widget(size=2) is open (\n>>> and red\n",
            "    widget = kit.open()\n    print(widget)\n\n    >>> **Widget**\n    >>> red\n",
            "widget = kit.open()\n\n>> print(widget.table())\n\n  size  color\n0    2    red\n",
        ] {
            assert_eq!(excused("python", code), Some(Idiom::Prompt), "{code}");
        }
        let code = "show(<Color.RED: 'red'>, <kit.Widget object at 0x7f02fd7e2000>, <class 'kit.Bolt'>)\n";
        assert_eq!(excused("python", &format!("x = {code}")), Some(Idiom::Prompt));
    }

    #[test]
    fn errors_beside_it_are_not() {
        for code in [
            "print(widget\n> A red widget.\n",
            "x = = 1\n\n>> 2\n",
            "> print(widget)\nx = (\n",
            "show(<Color.RED>\n",
            "f(a\n  > b\nx = 1\n",
        ] {
            assert_eq!(excused("python", code), None, "{code}");
        }
    }
}
