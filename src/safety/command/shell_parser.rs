//! Shell text as pipelines of commands: enough of the grammar of POSIX shells, PowerShell and cmd to see what runs
//! what. Any text is accepted; text that is not shell code gives meaningless words.

use std::ops::Range;

/// The deepest nesting of substitutions that is followed.
const MAX_DEPTH: usize = 12;
/// How far a closing quote is looked for.
const MAX_QUOTED: usize = 8 * 1024;

/// Commands that are joined by pipes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// The commands in order.
    pub commands: Vec<Command>,
}

/// A command: its words, and where its input and output go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The words, assignments before it included.
    pub words: Vec<Word>,
    /// Redirections with their files: `>>`, `<`, `<<<`.
    pub redirects: Vec<(&'static str, Word)>,
}

/// A word, and the commands in its substitutions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Its text without quotes; variables and substitutions as they are written.
    pub text: String,
    /// Its bytes, quotes included.
    pub range: Range<usize>,
    /// What `$( )`, back-ticks, `<( )` and the groups of PowerShell run.
    pub inner: Vec<Pipeline>,
}

impl Command {
    /// The bytes from the first word to the last.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        let start = self.words.first().map_or(0, |word| word.range.start);
        let words = self.words.iter().map(|word| word.range.end);
        let files = self.redirects.iter().map(|(_, word)| word.range.end);
        start..words.chain(files).max().unwrap_or(start)
    }

    /// What the substitutions of its words run.
    pub fn inner(&self) -> impl Iterator<Item = &Pipeline> {
        let files = self.redirects.iter().map(|(_, word)| word);
        self.words.iter().chain(files).flat_map(|word| &word.inner)
    }
}

impl Pipeline {
    /// The bytes from the first command to the last.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        let start = self.commands.first().map_or(0, |command| command.range().start);
        let ends = self.commands.iter().map(|command| command.range().end);
        start..ends.max().unwrap_or(start)
    }
}

/// The pipelines of a text, in order.
#[must_use]
pub fn parse_script(text: &str) -> Vec<Pipeline> {
    let mut reader = ShellParser {
        text,
        at: 0,
        here: Vec::new(),
    };
    reader.pipelines(None, 0)
}

struct ShellParser<'a> {
    text: &'a str,
    at: usize,
    /// The delimiters of here-documents whose text begins with the next line.
    here: Vec<String>,
}

/// The pipelines, the command and the redirection that are being read.
#[derive(Default)]
struct Pending {
    done: Vec<Pipeline>,
    pipeline: Pipeline,
    command: Command,
    redirect: Option<&'static str>,
}

impl Pending {
    fn add(&mut self, word: Word) {
        match self.redirect.take() {
            Some(mark) => self.command.redirects.push((mark, word)),
            None => self.command.words.push(word),
        }
    }

    fn end_command(&mut self) {
        self.redirect = None;
        let command = std::mem::take(&mut self.command);
        if !command.words.is_empty() || !command.redirects.is_empty() {
            self.pipeline.commands.push(command);
        }
    }

    fn end_pipeline(&mut self) {
        self.end_command();
        let pipeline = std::mem::take(&mut self.pipeline);
        if !pipeline.commands.is_empty() {
            self.done.push(pipeline);
        }
    }
}

impl ShellParser<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn starts(&self, mark: &str) -> bool {
        self.text
            .as_bytes()
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(mark.as_bytes()))
    }

    /// Pipelines up to a closing byte of their group, which is skipped.
    fn pipelines(&mut self, close: Option<u8>, depth: usize) -> Vec<Pipeline> {
        let mut pending = Pending::default();
        while let Some(byte) = self.peek(0) {
            if close == Some(byte) {
                self.at += 1;
                break;
            }
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' | b'`' | b'^' if matches!(self.peek(1), Some(b'\n')) => self.at += 2,
                b'\n' => {
                    self.at += 1;
                    // A line may end in a pipe, or the next may begin with one.
                    if !self.goes_on() {
                        pending.end_pipeline();
                    }
                    self.skip_here_documents();
                }
                b';' => {
                    self.at += 1;
                    pending.end_pipeline();
                }
                b'#' => self.skip_line(),
                b'&' if self.starts("&&") => {
                    self.at += 2;
                    pending.end_pipeline();
                }
                b'&' if self.starts("&>") => self.redirection(&mut pending),
                b'&' => {
                    self.at += 1;
                    pending.end_pipeline();
                }
                b'|' if self.starts("||") => {
                    self.at += 2;
                    pending.end_pipeline();
                }
                b'|' => {
                    self.at += 1 + usize::from(self.peek(1) == Some(b'&'));
                    pending.end_command();
                    self.skip_blank_lines();
                }
                b'(' if pending.command.words.is_empty() => self.at += 1,
                b')' => self.at += 1,
                b'>' | b'<' if !self.starts("<(") && !self.starts(">(") => self.redirection(&mut pending),
                _ => {
                    let word = self.word(close, depth);
                    pending.add(word);
                }
            }
        }
        pending.end_pipeline();
        pending.done
    }

    /// Whether the next line begins with a pipe.
    fn goes_on(&self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let rest = rest.trim_start_matches([' ', '\t']);
        rest.starts_with('|') && !rest.starts_with("||")
    }

    fn skip_blank_lines(&mut self) {
        while matches!(self.peek(0), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// The text of here-documents is not code.
    fn skip_here_documents(&mut self) {
        for delimiter in std::mem::take(&mut self.here) {
            let start = self.at;
            loop {
                let line = self.at;
                self.skip_line();
                let text = self.text.get(line..self.at).unwrap_or_default();
                if self.at >= self.text.len() && text.trim() != delimiter {
                    // It has no end, so it is not a here-document.
                    self.at = start;
                    break;
                }
                self.at += 1;
                if text.trim() == delimiter {
                    break;
                }
            }
        }
    }

    fn redirection(&mut self, pending: &mut Pending) {
        const MARKS: [(&str, &str); 8] = [
            ("<<<", "<<<"),
            ("<<-", "<<"),
            ("<<", "<<"),
            ("&>>", ">>"),
            ("&>", ">"),
            (">>", ">>"),
            (">", ">"),
            ("<", "<"),
        ];
        // The number of the descriptor before it was read as a word.
        if pending
            .command
            .words
            .last()
            .is_some_and(|word| word.range.end == self.at && matches!(word.text.as_str(), "0" | "1" | "2"))
        {
            pending.command.words.pop();
        }
        let Some((written, mark)) = MARKS.iter().find(|(written, _)| self.starts(written)) else {
            self.at += 1;
            return;
        };
        self.at += written.len();
        if self.peek(0) == Some(b'&') && *mark != "<<" {
            // `2>&1` copies a descriptor, `>&` with a file writes both.
            self.at += 1;
            if self
                .peek(0)
                .is_some_and(|byte| byte.is_ascii_digit() || byte == b'-')
            {
                self.at += 1;
                return;
            }
        }
        if *mark == "<<" {
            while matches!(self.peek(0), Some(b' ' | b'\t')) {
                self.at += 1;
            }
            let word = self.word(None, MAX_DEPTH);
            if !word.text.is_empty() {
                self.here.push(word.text);
            }
            return;
        }
        pending.redirect = Some(mark);
    }

    fn word(&mut self, close: Option<u8>, depth: usize) -> Word {
        let start = self.at;
        let mut word = Word::default();
        while let Some(byte) = self.peek(0) {
            if close == Some(byte) {
                break;
            }
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b')' => break,
                b'&' if !self.in_address(&word) => break,
                b'<' | b'>' if !self.starts("<(") && !self.starts(">(") => break,
                b'\\' | b'^' if matches!(self.peek(1), Some(b'\n')) => break,
                b'\\' => {
                    self.at += 1;
                    self.take_char(&mut word);
                }
                b'\'' => self.single_quoted(&mut word),
                b'"' => self.double_quoted(&mut word, depth),
                b'`' if matches!(self.peek(1), Some(b'\n')) => break,
                b'`' => self.group(&mut word, 1, b'`', depth),
                b'$' if self.starts("$(") => self.group(&mut word, 2, b')', depth),
                b'<' | b'>' => self.group(&mut word, 2, b')', depth),
                b'(' => self.group(&mut word, 1, b')', depth),
                _ => self.take_char(&mut word),
            }
        }
        if self.at == start {
            // A byte that cannot start a word must not stop the parser.
            self.take_char(&mut word);
        }
        word.range = start..self.at;
        word
    }

    /// `&` between the parts of a query without quotes is a slip; it hardly ever starts a job.
    fn in_address(&self, word: &Word) -> bool {
        word.text.contains("://") && self.peek(1).is_some_and(|byte| byte.is_ascii_alphanumeric())
    }

    fn take_char(&mut self, word: &mut Word) {
        if let Some(c) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            word.text.push(c);
            self.at += c.len_utf8();
        } else {
            self.at += 1;
        }
    }

    fn single_quoted(&mut self, word: &mut Word) {
        let inside = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let reach = inside.len().min(MAX_QUOTED);
        match memchr::memchr(b'\'', &inside[..reach]) {
            Some(len) => {
                word.text
                    .push_str(self.text.get(self.at + 1..self.at + 1 + len).unwrap_or_default());
                self.at += len + 2;
            }
            // An apostrophe.
            None => self.take_char(word),
        }
    }

    fn double_quoted(&mut self, word: &mut Word, depth: usize) {
        let inside = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let reach = inside.len().min(MAX_QUOTED);
        if memchr::memchr(b'"', &inside[..reach]).is_none() {
            self.take_char(word);
            return;
        }
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' if matches!(self.peek(1), Some(b'"' | b'\\' | b'$' | b'`')) => {
                    self.at += 1;
                    self.take_char(word);
                }
                b'$' if self.starts("$(") => self.group(word, 2, b')', depth),
                b'`' => self.group(word, 1, b'`', depth),
                _ => self.take_char(word),
            }
        }
    }

    /// A group that runs commands, as part of a word: its pipelines, and its text as written.
    fn group(&mut self, word: &mut Word, open: usize, close: u8, depth: usize) {
        if depth >= MAX_DEPTH {
            self.take_char(word);
            return;
        }
        let start = self.at;
        self.at += open;
        let inner = self.pipelines(Some(close), depth + 1);
        word.inner.extend(inner);
        word.text
            .push_str(self.text.get(start..self.at).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        fn pipeline_text(pipeline: &Pipeline) -> String {
            let commands = pipeline.commands.iter().map(|command| {
                let words = command.words.iter().map(|word| {
                    let inner: Vec<_> = word.inner.iter().map(pipeline_text).collect();
                    match inner.is_empty() {
                        true => word.text.clone(),
                        false => format!("{{{}}}", inner.join("; ")),
                    }
                });
                let files = command
                    .redirects
                    .iter()
                    .map(|(mark, word)| format!("{mark}{}", word.text));
                words.chain(files).collect::<Vec<_>>().join(" ")
            });
            commands.collect::<Vec<_>>().join(" | ")
        }
        parse_script(text).iter().map(pipeline_text).collect()
    }

    #[test]
    fn pipelines_are_read() {
        for (text, expected) in [
            (
                "a 'b c' \"d $e\" | f 2>/dev/null && g",
                vec!["a b c d $e | f >/dev/null", "g"],
            ),
            ("a \\\n  b |\n  c\n| d # e\nf", vec!["a b | c | d", "f"]),
            ("sh -c \"$(curl x | y)\"", vec!["sh -c {curl x | y}"]),
            ("bash <(curl x) `z`", vec!["bash {curl x} {z}"]),
            ("iex (iwr x)", vec!["iex {iwr x}"]),
            ("a >> ~/.b < c <<< d", vec!["a >>~/.b <c <<<d"]),
            ("(a; b) | c", vec!["a", "b | c"]),
            ("cat <<EOF | sh\nrm x\nEOF\nb", vec!["cat | sh", "b"]),
            ("don't stop", vec!["don't stop"]),
            ("curl https://a.b/?x=1&y=2", vec!["curl https://a.b/?x=1&y=2"]),
            (")|;&(<", vec![]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn deep_nesting_ends() {
        let text = "$(".repeat(10_000);
        assert!(parse_script(&text).len() <= 1);
        let text = "\"$(`".repeat(10_000);
        let _ = parse_script(&text);
    }
}
