//! Values as `console.log` of Node prints them (`util.inspect`), which no program can contain.

use super::super::text;
use regex::Regex;
use std::sync::LazyLock;

/// What has no notation in the language: functions and classes, circles, buffers, promises, holes, dates, what was left
/// out, and the marks in front of an object. No part is counted: that would make an automaton of a megabyte.
static PRINTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let kinds = [
        r"\[(?:Async)?(?:Generator)?Function(?:: [^\]\n]+| \(anonymous\))\]",
        r"\[class [^\]\n]+\]",
        r"\[Circular \*[0-9]+\]",
        r"\[(?:Getter|Setter|Getter/Setter)\]",
        r"\[Object: null prototype\]",
        r"<ref \*[0-9]+>",
        r"<Buffer [^>\n]+>",
        r"<(?:pending|rejected)>",
        r"<[0-9]+ empty items?>",
        r"\.\.\. [0-9]+ more (?:items?|properties)",
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z",
    ];
    Regex::new(&kinds.join("|")).ok()
});

/// Put a number in the place of each printed value, and nothing in the place of a mark.
pub(super) fn values(code: &str) -> Option<String> {
    text::fill_matches(code, PRINTED.as_ref()?, |old| {
        match old.starts_with("<ref") || old.starts_with("[Object") {
            true => String::new(),
            false => "0".to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::Idiom;
    use super::super::super::tests::excused;

    #[test]
    fn printed_values_are_excused() {
        for code in [
            "{ size: 2, show: [Function: show], of: [class Widget extends Kit] }\n",
            "<ref *1> { size: 2, self: [Circular *1], get: [Function (anonymous)] }\n",
            "[ { key: <Buffer 68 65 ... > }, ... 2 more items ]\n",
            "{\n  name: 'a',\n  made: 2026-01-02T03:04:05.678Z,\n  list: [ <3 empty items> ]\n}\n",
        ] {
            assert_eq!(excused("js", code), Some(Idiom::Prompt), "{code}");
        }
    }

    #[test]
    fn errors_beside_them_are_not() {
        for code in [
            "{ size: 2 show: [Function: show] }\n",
            "{ show: [Function show] }\n",
            "{ made: 2026-01-02T }\n",
        ] {
            assert_eq!(excused("js", code), None, "{code}");
        }
    }
}
