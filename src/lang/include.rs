//! Lines that a documentation generator replaces by the text of another file. A reader of the file itself sees
//! the line and not the code.

use crate::text::any_of;
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::LazyLock;

/// Where a line of the text is a directive to include a file, without its indentation, line by line. The block form
/// of PyMdown's snippets (`--8<--` on separate lines around names of files) is one directive.
///
/// Forms: PyMdown Extensions "Snippets" (`--8<-- "a.py"`), markdown-include and mdx_include (`{!a.py!}`,
/// `{!> a.py!}`), the documentation of `FastAPI` (`{* a.py hl[2] *}`), Sphinx (`.. literalinclude:: a.py`), `VitePress`
/// (`<<< @/a.ts`), `VuePress` (`@[code](a.ts)`), mdBook (`{{#include a.rs}}`), `DocFX` (`[!code-python[](a.py)]`,
/// `:::code source="a.cs":::`), Hugo and Quarto (`{{< include a.md >}}`).
#[must_use]
pub fn directives(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if !may_have_one(text) {
        return found;
    }
    let (mut at, mut block) = (0, None);
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        let place = start..start + words.len();
        at += line.len();
        let fence = words.trim_matches('-') == "8<" && words.starts_with('-') && words.ends_with('-');
        match (fence, block.take()) {
            (true, Some(open)) => found.push(open..place.end),
            (true, None) => block = Some(place.start),
            // Names of files only: anything else is code between two drawings of scissors.
            (false, Some(open)) if words.is_empty() || is_path(words.trim_start_matches([';', ' '])) => {
                block = Some(open);
            }
            (false, _) if is_directive(words) => found.push(place),
            (false, _) => {}
        }
    }
    found
}

/// The text with a blank in the place of each byte of a directive; `None` when it has none.
#[must_use]
pub fn without_directives(text: &str) -> Option<String> {
    let found = directives(text);
    if found.is_empty() {
        return None;
    }
    let mut edited = String::with_capacity(text.len());
    let mut at = 0;
    for range in found {
        edited.push_str(text.get(at..range.start)?);
        for line in text.get(range.clone())?.split_inclusive('\n') {
            edited.push_str(&" ".repeat(line.trim_end_matches('\n').len()));
            edited.extend(line.ends_with('\n').then_some('\n'));
        }
        at = range.end;
    }
    edited.push_str(text.get(at..)?);
    Some(edited)
}

/// What a directive has in it.
static SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    any_of([
        "{!",
        "{*",
        "{#",
        "{<",
        "8<-",
        "literalinclude::",
        "<<< ",
        "<<<@",
        "@[code",
        "[!code-",
        ":::code",
    ])
});

/// A fast check whether the text can have a directive. Most texts have none.
fn may_have_one(text: &str) -> bool {
    SIGNS.as_ref().is_some_and(|signs| signs.is_match(text))
}

/// Whether a line is a directive and nothing else.
fn is_directive(line: &str) -> bool {
    let between = |open: &str, close: &str| line.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    // Lines of the file may follow in brackets.
    let named = |path: &str| {
        let path = path.trim_start_matches('>').trim_start();
        is_path(
            path.split(|c: char| c.is_whitespace() || c == '[')
                .next()
                .unwrap_or_default(),
        )
    };
    if let Some(path) = between("{!", "!}").or_else(|| between("{*", "*}")) {
        return named(path);
    }
    if let Some(inside) = between("{{#", "}}") {
        let words = ["include ", "rustdoc_include ", "playground ", "shiftinclude "];
        return words.iter().any(|word| inside.starts_with(word));
    }
    if let Some(inside) = between("{{<", ">}}") {
        let inside = inside.trim_start();
        return ["include ", "readfile ", "code-include "]
            .iter()
            .any(|word| inside.starts_with(word));
    }
    if let Some(path) = line.strip_prefix("<<<") {
        let path = path.trim_start();
        return ["@/", "./", "../", "~/"]
            .iter()
            .any(|root| path.starts_with(root));
    }
    if let Some(rest) = line.strip_prefix(".. ") {
        return ["literalinclude:: ", "include:: "]
            .iter()
            .any(|name| rest.starts_with(name));
    }
    if line.starts_with("@[code") || line.starts_with("[!code-") {
        return line.contains("](") && line.ends_with([')', ']']);
    }
    if line.starts_with(":::code") {
        return line.contains("source=");
    }
    is_snippet(line)
}

/// `--8<-- "a.py"`, with any number of dashes; a name such as `[start:setup]` marks a part of a file instead.
fn is_snippet(line: &str) -> bool {
    let rest = line.trim_start_matches('-');
    let Some(rest) = rest.strip_prefix("8<-").filter(|_| rest.len() < line.len()) else {
        return false;
    };
    let path = rest.trim_start_matches('-').trim();
    path.len() > 2
        && (path.starts_with('"') && path.ends_with('"') || path.starts_with('\'') && path.ends_with('\''))
}

/// Whether a word is the path of a file: with an ending or a folder.
fn is_path(word: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "_-./\\:@~+#$".contains(c);
    word.contains(['.', '/']) && word.contains(char::is_alphanumeric) && word.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_of_the_generators_are_found() {
        for line in [
            "{!> ../docs_src/widget/start.py!}",
            "{! start.py !}",
            "{!../start.py[ln:1-4]!}",
            "{* ../../src/start.py ln[1:4] hl[2] *}",
            "--8<-- \"src/start.py\"",
            "  --8<-- \"src/start.py:setup\"",
            "-8<- 'start.py'",
            "--8<--\nstart.py\n; stop.py\n--8<--",
            ".. literalinclude:: ../start.py",
            "<<< @/snippets/start.ts{1,3 ts}",
            "<<< ./start.ts#region",
            "@[code{1-3} ts](../start.ts)",
            "{{#include ../start.rs:2:4}}",
            "[!code-python[Main](start.py?name=main)]",
            ":::code language=\"csharp\" source=\"start.cs\":::",
            "{{< include start.md >}}",
        ] {
            let text = format!("before\n{line}\nafter\n");
            let found = directives(&text);
            assert_eq!(found.len(), 1, "{line}");
            assert_eq!(text.get(found[0].clone()), Some(line.trim()), "{line}");
            let blank = without_directives(&text).unwrap();
            assert_eq!(
                (blank.len(), blank.split_whitespace().count()),
                (text.len(), 2),
                "{line}"
            );
        }
    }

    #[test]
    fn code_is_none() {
        for line in [
            "# --8<-- [start:setup]",
            "--8<-- [end:setup]",
            "cat <<< \"$x\"",
            "<<< word",
            "{! x }",
            "<p>{!open!}</p>",
            "{!open!}",
            "{{#if open}}",
            "{{> header}}",
            "x = {**a}",
            "{*args*}",
            "<<<<<<< HEAD",
            "@[a](b)",
            "--8<--\nnot a file\n--8<--",
        ] {
            assert!(directives(line).is_empty(), "{line}");
        }
    }
}
