//! Which program a command runs, and with which arguments.

use super::shell_parser::{Command, Word};

/// A program with its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// The word that names it.
    pub word: &'a Word,
    /// The arguments.
    pub args: &'a [Word],
}

/// Words that only run another command, or that precede commands in shells, Dockerfiles, YAML and notebooks.
const RUNNERS: [&str; 24] = [
    "sudo", "env", "time", "command", "exec", "nohup", "doas", "then", "do", "else", "if", "while", "until",
    "!", "{", "builtin", "RUN", "CMD", "run:", "-", "$", "%", "❯", "&",
];

impl<'a> Program<'a> {
    /// The program of a command, after assignments and words that only run it.
    #[must_use]
    pub fn of(command: &'a Command) -> Option<Self> {
        let mut words = command.words.as_slice();
        let mut runs = false;
        while let Some((word, rest)) = words.split_first() {
            let text = word.text.as_str();
            let runner = RUNNERS.contains(&text) || is_prompt(text);
            let skipped = runner || is_assignment(text) || runs && text.starts_with('-');
            if !skipped || rest.is_empty() {
                return Some(Self { word, args: rest });
            }
            runs |= runner;
            words = rest;
        }
        None
    }

    /// Its name without its folder and extension, in small letters.
    #[must_use]
    pub fn name(&self) -> String {
        let name = self.word.text.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.trim_start_matches('!').to_ascii_lowercase();
        name.strip_suffix(".exe").map(str::to_owned).unwrap_or(name)
    }

    /// The arguments that are not options.
    pub fn plain_args(&self) -> impl Iterator<Item = &'a Word> {
        self.args.iter().filter(|word| !word.text.starts_with('-'))
    }

    /// Whether one of the options is given.
    #[must_use]
    pub fn has_option(&self, options: &[&str]) -> bool {
        self.args.iter().any(|word| options.contains(&word.text.as_str()))
    }

    /// The values of options, each with its word: `-o x`, `--option x`, `--option=x`, `-ox`.
    pub fn values(&self, options: &'a [&'a str]) -> impl Iterator<Item = (&'a Word, &'a str)> {
        let args = self.args;
        args.iter().enumerate().filter_map(move |(at, word)| {
            let text = word.text.as_str();
            options.iter().find_map(|option| {
                if text == *option {
                    let value = args.get(at + 1)?;
                    return Some((value, value.text.as_str()));
                }
                let rest = text.strip_prefix(option)?;
                let long = option.starts_with("--");
                match rest.strip_prefix('=') {
                    Some(value) => Some((word, value)),
                    None if !long && option.len() == 2 => Some((word, rest)),
                    None => None,
                }
            })
        })
    }
}

/// `NAME=value` before a command.
#[must_use]
pub fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

/// `PS`, `C:\>`, `user@host:~$`.
fn is_prompt(text: &str) -> bool {
    text == "PS"
        || text.ends_with('>') && text.contains(':')
        || text.contains('@') && text.ends_with(['$', '#'])
}

/// Whether a name is that of a shell.
#[must_use]
pub fn is_shell(name: &str) -> bool {
    matches!(
        name,
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "fish" | "busybox"
    )
}

/// Whether a name is that of a program that runs code, in any language.
#[must_use]
pub fn is_interpreter(name: &str) -> bool {
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    is_shell(name)
        || matches!(
            plain,
            "python"
                | "node"
                | "nodejs"
                | "perl"
                | "ruby"
                | "php"
                | "pwsh"
                | "powershell"
                | "osascript"
                | "lua"
                | "tclsh"
        )
        || is_powershell_eval(name)
}

/// `Invoke-Expression`.
#[must_use]
pub fn is_powershell_eval(name: &str) -> bool {
    matches!(name, "iex" | "invoke-expression")
}

/// Whether a program gets something from the network.
#[must_use]
pub fn is_downloader(name: &str) -> bool {
    matches!(
        name,
        "curl"
            | "curl.exe"
            | "wget"
            | "fetch"
            | "iwr"
            | "irm"
            | "invoke-webrequest"
            | "invoke-restmethod"
            | "aria2c"
            | "lynx"
            | "httpie"
    )
}
