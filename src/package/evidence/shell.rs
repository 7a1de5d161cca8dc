//! The simple commands of a shell text, as words with their places. The grammar decides what is a command, so
//! comments, strings, here-documents and the output of a transcript do not count.

use crate::lang::shell::plain;
use crate::lang::{self, grammar};
use std::ops::Range;
use tree_sitter::Node;

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 64;
/// The longest text that is read: no install instruction is longer.
const MAX_LEN: usize = 64 * 1024;

/// A word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellWord {
    /// Its value, quotes removed. `None` when a variable or a substitution makes it.
    pub text: Option<String>,
    /// Its bytes without the quotes.
    pub range: Range<usize>,
}

/// A command: its words, without assignments before it and redirections.
pub type ShellCommand = Vec<ShellWord>;

/// The commands of a shell text or a transcript, in order.
#[must_use]
pub fn commands(text: &str) -> Vec<ShellCommand> {
    let mut out = Vec::new();
    if text.len() > MAX_LEN {
        return out;
    }
    let masked = without_prompts(text);
    if let Some(plain) = plain::simple_commands(&masked) {
        let word = |range: Range<usize>| ShellWord {
            text: masked.get(range.clone()).map(str::to_owned),
            range,
        };
        let commands = plain.into_iter();
        return commands
            .map(|words| words.into_iter().map(word).collect())
            .collect();
    }
    if let Some(Ok(tree)) = lang::by_id("bash").map(|bash| grammar::syntax_tree(bash, &masked)) {
        collect(tree.root_node(), &masked, 0, &mut out);
    }
    out
}

/// The text with prompts blanked, so that places stay. In a transcript (a line begins with `$ `), lines without a
/// prompt are output and blanked whole.
fn without_prompts(text: &str) -> String {
    let transcript = text.lines().any(|line| {
        let body = line.trim_start();
        body.starts_with("$ ") || prompt(line) > 0 && body.starts_with(['(', 'P'])
    });
    let mut continued = false;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let prompt = prompt(line);
        let keep = !transcript || continued || prompt > 0 || line.trim_start().starts_with('#');
        if keep {
            out.extend(std::iter::repeat_n(' ', prompt));
            out.push_str(line.get(prompt..).unwrap_or_default());
        } else {
            let body = line.trim_end_matches(['\n', '\r']);
            out.extend(std::iter::repeat_n(' ', body.len()));
            out.push_str(line.get(body.len()..).unwrap_or_default());
        }
        let body = line.trim_end();
        // `^` and a back-tick continue lines of cmd and PowerShell; both read as part of a word elsewhere.
        continued = keep && body.ends_with('\\');
    }
    out
}

/// Bytes of the prompt before a command: `$ `, `> `, `PS C:\> `, `(venv) $ `, `RUN `, `!` and `%` of notebooks.
fn prompt(line: &str) -> usize {
    let indent = line.len() - line.trim_start().len();
    let body = &line[indent..];
    let body = body.trim_end_matches(['\n', '\r']);
    for mark in ["$ ", "> ", "% ", "RUN ", "!"] {
        if body.starts_with(mark) {
            return indent + mark.len();
        }
    }
    if body.starts_with("%pip ") || body.starts_with("%conda ") {
        return indent + 1;
    }
    if body.starts_with('(')
        && let Some((_, after)) = body.split_once(") $ ")
    {
        return indent + body.len() - after.len();
    }
    if body.starts_with("PS ")
        && let Some((_, after)) = body.split_once("> ")
    {
        return indent + body.len() - after.len();
    }
    0
}

fn collect(node: Node<'_>, text: &str, depth: usize, out: &mut Vec<ShellCommand>) {
    if depth > MAX_DEPTH {
        return;
    }
    if node.kind() == "command" {
        let mut words = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "variable_assignment" | "file_redirect" | "herestring_redirect" | "heredoc_redirect" => {}
                "command_name" => {
                    let inner = child.named_child(0).unwrap_or(child);
                    words.push(word(inner, text));
                }
                _ => words.push(word(child, text)),
            }
        }
        out.push(words);
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        if !matches!(child.kind(), "comment" | "heredoc_body" | "raw_string") {
            collect(child, text, depth + 1, out);
        }
    }
}

fn word(node: Node<'_>, text: &str) -> ShellWord {
    let range = node.byte_range();
    let raw = text.get(range.clone()).unwrap_or_default();
    match node.kind() {
        "word" | "number" => ShellWord {
            text: Some(raw.to_owned()),
            range,
        },
        "raw_string" => inner(raw, range, '\''),
        "string" if !raw.contains(['$', '`']) => inner(raw, range, '"'),
        // `name[extra]`, `name=="1.2"`: pieces without expansions.
        "concatenation" if !raw.contains(['$', '`']) => {
            let plain: String = raw.chars().filter(|c| !matches!(c, '"' | '\'')).collect();
            ShellWord {
                text: Some(plain),
                range,
            }
        }
        // `name==$VERSION`: the name is known.
        "string" | "concatenation" => {
            let quote = usize::from(raw.starts_with('"'));
            let known = raw
                .get(quote..)
                .and_then(|raw| raw.split(['$', '`']).next())
                .unwrap_or_default();
            let range = range.start + quote..range.start + quote + known.len();
            let text = known
                .ends_with(['=', '@', '>', '<', '~'])
                .then(|| known.to_owned());
            ShellWord { text, range }
        }
        _ => ShellWord { text: None, range },
    }
}

fn inner(raw: &str, range: Range<usize>, quote: char) -> ShellWord {
    let text = raw.strip_prefix(quote).and_then(|raw| raw.strip_suffix(quote));
    match text {
        Some(text) => ShellWord {
            text: Some(text.to_owned()),
            range: range.start + 1..range.end - 1,
        },
        None => ShellWord { text: None, range },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        commands(text)
            .iter()
            .map(|words| {
                let words: Vec<_> = words.iter().map(|w| w.text.as_deref().unwrap_or("?")).collect();
                words.join(" ")
            })
            .collect()
    }

    #[test]
    fn commands_are_found_wherever_they_run() {
        assert_eq!(
            shown("FOO=1 pip install \"a[x]\" 'b>=1' \\\n  c  # d\ncd x && npm i e | tee log\n"),
            ["pip install a[x] b>=1 c", "cd x", "npm i e", "tee log"]
        );
        assert_eq!(
            shown("if true; then\n  npm i a\nfi\nx=$(pip show b)\n"),
            ["true", "npm i a", "pip show b"]
        );
    }

    #[test]
    fn plain_lines_mean_what_the_grammar_reads() {
        let text =
            "pip install -U 'a[x]==1.0' b # why\n\n  npm i \\\n  \"@s/c@^1.2\"\t-D && e | f\n# d\nx 1 %y";
        let mut by_grammar = Vec::new();
        let tree = grammar::syntax_tree(lang::by_id("bash").unwrap(), text).unwrap();
        collect(tree.root_node(), text, 0, &mut by_grammar);
        assert_eq!(commands(text), by_grammar);
    }

    #[test]
    fn what_does_not_run_is_none() {
        assert_eq!(
            shown("# pip install a\necho \"npm i b\"\ncat <<EOF\nnpm i c\nEOF\n"),
            ["echo npm i b", "cat"]
        );
    }

    #[test]
    fn output_of_a_transcript_is_none() {
        assert_eq!(
            shown("$ npm i a\nnpm install b\n$ pip install \\\n    c\n"),
            ["npm i a", "pip install c"]
        );
        assert_eq!(
            shown("PS C:\\> npm i a\n(venv) $ pip install b\n"),
            ["npm i a", "pip install b"]
        );
    }

    #[test]
    fn variables_are_unknown_words() {
        assert_eq!(shown("pip install \"$A\" $B \"x-$C\" d"), ["pip install ? ? ? d"]);
        assert_eq!(shown("pip install \"a==$V\" b==${W}"), ["pip install a== b=="]);
    }

    #[test]
    fn places_survive_prompts_and_quotes() {
        let text = "$ pip install \"widget==1\"\n";
        let words = &commands(text)[0];
        assert_eq!(&text[words[2].range.clone()], "widget==1");
    }
}
