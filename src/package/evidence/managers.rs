//! What an install command asks for: the grammar of each package manager's command line.

use super::options::{OPTIONS_WITH_VALUE, REGISTRY_OPTIONS, REPLACING_REGISTRY_OPTIONS};
use super::requirement::{self, PackageRequirement};
use super::shell::{ShellCommand, ShellWord};
use crate::package::Ecosystem;
use crate::package::public::is_public_host;
use std::borrow::Cow;

/// A command about packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagerCommand {
    /// What it does.
    pub action: ManagerAction,
    /// The packages that it names, in order.
    pub requirements: Vec<PackageRequirement>,
    /// Whether the command names its own registry, so that the usual one does not apply to its packages.
    pub own_registry: bool,
    /// Whether that registry replaces the usual one and is not public: the packages are in-house.
    pub in_house: bool,
}

/// What a command does with packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManagerAction {
    /// Adds them.
    Install,
    /// Runs or downloads them, or asks another registry that often uses the same names (conda).
    Weak,
    /// Removes them.
    Uninstall,
}

/// What a command asks for; `None` when it is not about packages.
#[must_use]
pub fn parse(words: &ShellCommand) -> Option<ManagerCommand> {
    let words = skip_runners(words);
    // `pipx install a → uv tool install a`: the part after an arrow is another command.
    let end = words.iter().position(is_arrow).unwrap_or(words.len());
    let words = without_leading_options(words.get(..end)?);
    let name = words.first()?.text.as_deref()?;
    let name = name.rsplit(['/', '\\']).next()?.trim_end_matches(".exe");
    let verb = words.get(1).and_then(|word| word.text.as_deref());
    let third = words.get(2).and_then(|word| word.text.as_deref());
    let rest = |from: usize| words.get(from..).unwrap_or_default();
    use Ecosystem::{Npm, PyPi};
    use ManagerAction::{Install, Uninstall, Weak};
    let python = name == "py" || name.starts_with("python");
    match (name, verb?) {
        (_, "-m") if python && third == Some("pip") => pip(rest(3)),
        (_, "-m") if python && third == Some("pipx") => arguments(PyPi, Install, rest(4)),
        (_, "-m") if python && third == Some("uv") => uv(rest(3)),
        ("uv", _) => uv(rest(1)),
        (pip_name, _) if is_pip(pip_name) => pip(rest(1)),
        ("poetry" | "pdm" | "rye", "add") | ("pipenv", "install") => arguments(PyPi, Install, rest(2)),
        ("poetry" | "pdm" | "rye", "remove") | ("pipenv", "uninstall") => arguments(PyPi, Uninstall, rest(2)),
        ("pipx", "install" | "inject") => arguments(PyPi, Install, rest(2)),
        ("pipx", "run") => first(PyPi, rest(2)),
        ("uvx", _) => first(PyPi, rest(1)),
        ("conda" | "mamba" | "micromamba", "install" | "create") => conda(rest(2)),
        ("npm", "i" | "in" | "ins" | "inst" | "install" | "add" | "isntall") => {
            arguments(Npm, Install, rest(2))
        }
        ("npm", "uninstall" | "un" | "remove" | "rm" | "r") => arguments(Npm, Uninstall, rest(2)),
        ("yarn" | "pnpm" | "bun", "add") | ("pnpm" | "bun", "i" | "install") => {
            arguments(Npm, Install, rest(2))
        }
        ("yarn", "global") if third == Some("add") => arguments(Npm, Install, rest(3)),
        ("yarn", "workspace") if words.get(3).and_then(|w| w.text.as_deref()) == Some("add") => {
            arguments(Npm, Install, rest(4))
        }
        ("yarn" | "pnpm" | "bun", "remove" | "rm" | "uninstall") => arguments(Npm, Uninstall, rest(2)),
        ("npx" | "bunx", _) => npx(rest(1), false),
        ("npm", "exec" | "x") => npx(rest(2), false),
        ("yarn" | "pnpm", "dlx") => npx(rest(2), true),
        ("deno", "add") => deno(rest(2)),
        _ => None,
    }
    .map(|mut command| {
        if command.action == Weak {
            command.requirements.truncate(8);
        }
        command
    })
}

fn is_arrow(word: &ShellWord) -> bool {
    matches!(word.text.as_deref(), Some("→" | "⇒" | "->" | "=>"))
}

/// `sudo`, `env A=b`, `time`, `command`: words that only run another command.
fn skip_runners(words: &[ShellWord]) -> &[ShellWord] {
    let mut words = words;
    while let Some(word) = words.first() {
        let runner = match word.text.as_deref() {
            Some("sudo" | "env" | "time" | "command" | "exec" | "nohup" | "doas") => true,
            Some(text) => words.len() > 1 && text.contains('=') && !text.starts_with('-'),
            None => false,
        };
        let option = word.text.as_deref().is_some_and(|t| t.starts_with('-'));
        if !(runner || option) {
            break;
        }
        words = &words[1..];
    }
    words
}

/// `pnpm --filter web add x`: options may come between a manager and its verb.
fn without_leading_options(words: &[ShellWord]) -> Cow<'_, [ShellWord]> {
    let text = |at: usize| words.get(at).and_then(|word| word.text.as_deref());
    let is_manager = matches!(
        text(0),
        Some("npm" | "pnpm" | "yarn" | "bun" | "pip" | "pip3" | "uv")
    );
    if !is_manager || !text(1).is_some_and(|text| text.starts_with('-')) {
        return words.into();
    }
    let mut words = words.to_vec();
    while let Some(text) = words.get(1).and_then(|word| word.text.as_deref())
        && text.starts_with('-')
    {
        let takes_value = OPTIONS_WITH_VALUE.contains(&text);
        words.remove(1);
        if takes_value && words.len() > 1 {
            words.remove(1);
        }
    }
    words.into()
}

fn is_pip(name: &str) -> bool {
    name.strip_prefix("pip")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn pip(words: &[ShellWord]) -> Option<ManagerCommand> {
    let at = words
        .iter()
        .position(|w| w.text.as_deref().is_some_and(|t| !t.starts_with('-')))?;
    let action = match words.get(at)?.text.as_deref()? {
        "install" => ManagerAction::Install,
        "download" | "wheel" => ManagerAction::Weak,
        "uninstall" => ManagerAction::Uninstall,
        _ => return None,
    };
    arguments(Ecosystem::PyPi, action, words.get(at + 1..)?)
}

fn uv(words: &[ShellWord]) -> Option<ManagerCommand> {
    let text = |at: usize| words.get(at).and_then(|w| w.text.as_deref());
    let rest = |from: usize| words.get(from..).unwrap_or_default();
    match (text(0)?, text(1)) {
        ("pip", _) => pip(rest(1)),
        ("add", _) => arguments(Ecosystem::PyPi, ManagerAction::Install, rest(1)),
        ("remove", _) => arguments(Ecosystem::PyPi, ManagerAction::Uninstall, rest(1)),
        ("tool", Some("install")) => arguments(Ecosystem::PyPi, ManagerAction::Install, rest(2)),
        ("tool", Some("run")) => first(Ecosystem::PyPi, rest(2)),
        ("run", _) => with_options(Ecosystem::PyPi, rest(1), &["--with"]),
        _ => None,
    }
}

/// Every package among the arguments.
fn arguments(ecosystem: Ecosystem, action: ManagerAction, words: &[ShellWord]) -> Option<ManagerCommand> {
    let mut command = ManagerCommand {
        action,
        requirements: Vec::new(),
        own_registry: false,
        in_house: false,
    };
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let Some(text) = word.text.as_deref() else {
            continue;
        };
        if let Some((option, value)) = text.split_once('=').filter(|_| text.starts_with('-')) {
            command.own_registry |= REGISTRY_OPTIONS.contains(&option);
            command.in_house |= is_in_house(option, value);
            continue;
        }
        if text.starts_with('-') && text.len() > 1 {
            command.own_registry |= REGISTRY_OPTIONS.contains(&text);
            let value = words.get(at).and_then(|word| word.text.as_deref());
            command.in_house |= is_in_house(text, value.unwrap_or_default());
            if takes_value(ecosystem, action, text) || value.is_some_and(is_number) {
                at += 1;
            }
            continue;
        }
        if let Some(requirement) = requirement::parse(ecosystem, text) {
            command.requirements.push(place(requirement, word, text));
        }
    }
    Some(command)
}

/// Whether an option takes packages from a registry that is not public, in place of the usual one.
fn is_in_house(option: &str, value: &str) -> bool {
    if !REPLACING_REGISTRY_OPTIONS.contains(&option) {
        return false;
    }
    // uv: `NAME=URL`; poetry: the name of a source.
    let address = value.split_once("://").map_or(value, |(_, address)| address);
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let named = ["pypi", "testpypi", "npm", "pytorch"]
        .iter()
        .any(|name| host.eq_ignore_ascii_case(name));
    !host.is_empty() && !named && !is_public_host(host)
}

/// Move a requirement read from a word's value to the word's place. The lengths differ only when there are
/// quotes inside the word; then the whole word is the place.
fn place(requirement: PackageRequirement, word: &ShellWord, text: &str) -> PackageRequirement {
    if word.range.len() == text.len() {
        return requirement.shifted(word.range.start);
    }
    let name = requirement.name.shifted_into(word.range.start);
    let spec = requirement.spec.map(|mut spec| {
        spec.range = word.range.clone();
        spec
    });
    PackageRequirement {
        name,
        spec,
        ..requirement
    }
}

trait ShiftedInto {
    fn shifted_into(&self, by: usize) -> Self;
}

impl ShiftedInto for std::ops::Range<usize> {
    fn shifted_into(&self, by: usize) -> Self {
        self.start + by..self.end + by
    }
}

/// The first argument is a package, the rest are its own: `uvx NAME ...`.
fn first(ecosystem: Ecosystem, words: &[ShellWord]) -> Option<ManagerCommand> {
    if let Some(command) = with_options(ecosystem, words, &["--from", "--spec", "--with"]) {
        return Some(command);
    }
    let word = words.get(own_options(ecosystem, words))?;
    let text = word.text.as_deref()?;
    // uv runs interpreters by their names.
    let name = text
        .split('@')
        .next()
        .unwrap_or(text)
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if matches!(name, "python" | "pypy" | "cpython" | "graalpy") {
        return None;
    }
    let requirement = place(requirement::parse(ecosystem, text)?, word, text);
    Some(weak(vec![requirement]))
}

/// How many words are options of the runner and their values: those before the name of the program.
fn own_options(ecosystem: Ecosystem, words: &[ShellWord]) -> usize {
    let mut at = 0;
    while let Some(text) = words.get(at).and_then(|word| word.text.as_deref()) {
        if !text.starts_with('-') {
            break;
        }
        let value = words.get(at + 1).and_then(|word| word.text.as_deref());
        let takes = RUNNER_OPTIONS.contains(&text)
            || takes_value(ecosystem, ManagerAction::Weak, text)
            || value.is_some_and(is_number);
        at += if takes && !text.contains('=') { 2 } else { 1 };
    }
    at.min(words.len())
}

/// Options of `uvx`, `uv run`, `pipx run` and `npx` that take a value.
const RUNNER_OPTIONS: &[&str] = &[
    "--from",
    "--spec",
    "--with",
    "-p",
    "--package",
    "--env-file",
    "--with-requirements",
];

/// Whether a word is a number or a version, which no package is called: the value of an option that is not known.
fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Packages that follow an option.
fn with_options(ecosystem: Ecosystem, words: &[ShellWord], options: &[&str]) -> Option<ManagerCommand> {
    let mut found = Vec::new();
    // The options behind the name of the program are its own.
    let words = words.get(..own_options(ecosystem, words)).unwrap_or_default();
    for pair in words.windows(2) {
        let [option, word] = pair else { continue };
        if option.text.as_deref().is_some_and(|t| options.contains(&t))
            && let Some(text) = word.text.as_deref()
            && let Some(requirement) = requirement::parse(ecosystem, text)
        {
            found.push(place(requirement, word, text));
        }
    }
    (!found.is_empty()).then(|| weak(found))
}

/// `npx NAME` runs a program of that name, which another package may bring; only a version or an option makes it
/// the name of a package for sure: `--package`, or `--yes`, which agrees to install it. `is_fetched`: the command always
/// installs it.
fn npx(words: &[ShellWord], is_fetched: bool) -> Option<ManagerCommand> {
    if let Some(command) = with_options(Ecosystem::Npm, words, &["-p", "--package"]) {
        return Some(command);
    }
    let at = own_options(Ecosystem::Npm, words);
    let word = words.get(at)?;
    let text = word.text.as_deref()?;
    let options = words.get(..at).unwrap_or_default().iter();
    let is_agreed = options
        .filter_map(|word| word.text.as_deref())
        .any(|text| matches!(text, "-y" | "--yes"));
    let named = is_fetched || is_agreed || text.get(1..).is_some_and(|rest| rest.contains('@'));
    if !named {
        return None;
    }
    let requirement = place(requirement::parse(Ecosystem::Npm, text)?, word, text);
    Some(weak(vec![requirement]))
}

/// `deno add npm:NAME`.
fn deno(words: &[ShellWord]) -> Option<ManagerCommand> {
    let found: Vec<_> = words
        .iter()
        .filter_map(|word| {
            let text = word.text.as_deref().filter(|t| t.starts_with("npm:"))?;
            Some(place(requirement::parse(Ecosystem::Npm, text)?, word, text))
        })
        .collect();
    (!found.is_empty()).then_some(ManagerCommand {
        action: ManagerAction::Install,
        requirements: found,
        own_registry: false,
        in_house: false,
    })
}

/// conda has its own registry, which mostly uses PyPI's names.
fn conda(words: &[ShellWord]) -> Option<ManagerCommand> {
    let mut kept = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match word.text.as_deref() {
            Some("-c" | "-n" | "--channel" | "--name" | "-p" | "--prefix") => at += 1,
            _ => kept.push(word.clone()),
        }
        at += 1;
    }
    let mut command = arguments(Ecosystem::PyPi, ManagerAction::Weak, &kept)?;
    command.own_registry = true;
    Some(command)
}

fn weak(requirements: Vec<PackageRequirement>) -> ManagerCommand {
    ManagerCommand {
        action: ManagerAction::Weak,
        requirements,
        own_registry: false,
        in_house: false,
    }
}

/// Whether an option takes the next word.
fn takes_value(ecosystem: Ecosystem, action: ManagerAction, text: &str) -> bool {
    // `-dG test`: the last of a cluster of short options takes the value.
    let cluster = text.len() > 2 && text.chars().skip(1).all(|c| c.is_ascii_alphabetic());
    let last = format!("-{}", text.chars().next_back().unwrap_or('-'));
    let option = if cluster { last.as_str() } else { text };
    let flag_here = ecosystem == Ecosystem::Npm
        && matches!(option, "-d" | "-e" | "-f" | "-i" | "-t" | "-c" | "-r")
        || action == ManagerAction::Install && matches!(option, "-d" | "-n");
    let python_only = ecosystem == Ecosystem::PyPi && matches!(option, "-G" | "-E" | "-p");
    python_only || OPTIONS_WITH_VALUE.contains(&option) && !flag_here
}

#[cfg(test)]
mod tests {
    use super::super::shell;
    use super::*;

    fn names(text: &str) -> Vec<String> {
        shell::commands(text)
            .iter()
            .filter_map(parse)
            .filter(|c| c.action != ManagerAction::Uninstall)
            .flat_map(|c| c.requirements)
            .map(|r| r.package.to_string())
            .collect()
    }

    #[test]
    fn each_manager_is_understood() {
        for (text, expected) in [
            ("pip install a b==1", vec!["pypi:a", "pypi:b"]),
            ("sudo -H python3.12 -m pip install --upgrade a", vec!["pypi:a"]),
            ("uv pip install -r r.txt -c c.txt a", vec!["pypi:a"]),
            ("uv add --group dev a --extra x b", vec!["pypi:a", "pypi:b"]),
            ("poetry add 'a@^1.2' -G test b", vec!["pypi:a", "pypi:b"]),
            ("pipx install a --suffix _x", vec!["pypi:a"]),
            ("pdm add -dG test a", vec!["pypi:a"]),
            ("pip install -qr r.txt a", vec!["pypi:a"]),
            ("pip install -U a", vec!["pypi:a"]),
            ("uvx --from a cmd", vec!["pypi:a"]),
            ("npm i -D a @sc/b@1.2.3 -w web", vec!["npm:a", "npm:@sc/b"]),
            ("yarn workspace web add a", vec!["npm:a"]),
            ("pnpm --filter web add a", vec!["npm:a"]),
            ("npx a", vec![]),
            ("npx -y a@latest x", vec!["npm:a"]),
            ("npx -y a x", vec!["npm:a"]),
            ("npx --yes ./a", vec![]),
            ("npx a -y", vec![]),
            ("pnpm dlx a x", vec!["npm:a"]),
            ("npx -p a b", vec!["npm:a"]),
            ("deno add npm:a jsr:@b/c", vec!["npm:a"]),
            ("pip install -e . && npm ci && npm install", vec![]),
            ("pip install -e '.[dev]' ./x git+https://e.org/y.git", vec![]),
            ("pip show a; npm run b; pip list", vec![]),
            ("pip3 install a>=2", vec!["pypi:a"]),
            ("apt install a", vec![]),
            ("uv pip install --jobs 4 a", vec!["pypi:a"]),
            ("bun install --concurrent-scripts 5", vec![]),
            ("uvx --python 3.12 a", vec!["pypi:a"]),
            ("uvx python@3.12 -c x", vec![]),
            ("uvx --with a b --with c", vec!["pypi:a"]),
            ("npx a serve -p 12345", vec![]),
            ("npx a \\\n  --package a.b.c", vec![]),
            ("npx --yes --package a b", vec!["npm:a"]),
            ("pipx install a \u{2192} uv tool install b", vec!["pypi:a"]),
            ("pip install a -> uv add b", vec!["pypi:a"]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn a_registry_of_its_own_is_seen() {
        for text in [
            "pip install --index-url https://e.org/s a",
            "npm i a --registry=https://e.org",
            "conda install a",
        ] {
            assert!(parse(&shell::commands(text)[0]).unwrap().own_registry, "{text}");
        }
        assert!(
            !parse(&shell::commands("pip install -U a")[0])
                .unwrap()
                .own_registry
        );
    }
}
