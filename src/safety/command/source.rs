//! Packages from places that anyone on the network can change.

use super::host::{Address, HostRisk};
use super::program::{Program, is_assignment};
use super::shell_parser::Pipeline;
use super::{Danger, DangerMatch};
use crate::package::evidence::REGISTRY_OPTIONS;
use std::ops::Range;

/// Options that name where packages are from, beside those of registries.
const OTHER_OPTIONS: [&str; 6] = ["--from", "--git", "-c", "--channel", "-r", "-s"];
/// Variables and keys of settings that name one, in small letters.
const REGISTRY_NAMES: [&str; 12] = [
    "pip_index_url",
    "pip_extra_index_url",
    "uv_index_url",
    "uv_default_index",
    "uv_extra_index_url",
    "npm_config_registry",
    "yarn_npm_registry_server",
    "registry",
    "index-url",
    "extra-index-url",
    "npmregistryserver",
    "goproxy",
];
/// What installs, as the first arguments of a manager.
const VERBS: [&str; 7] = ["install", "i", "add", "download", "inject", "get", "wheel"];

fn is_manager(name: &str) -> bool {
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    matches!(
        plain,
        "pip"
            | "uv"
            | "uvx"
            | "pipx"
            | "poetry"
            | "pdm"
            | "conda"
            | "mamba"
            | "npm"
            | "npx"
            | "pnpm"
            | "yarn"
            | "bun"
            | "bunx"
            | "gem"
            | "cargo"
            | "go"
    )
}

/// What a pipeline installs from such a place.
pub fn find(pipeline: &Pipeline, found: &mut Vec<DangerMatch>) {
    for command in &pipeline.commands {
        for word in &command.words {
            if let Some((name, value)) = word.text.split_once('=')
                && is_assignment(&word.text)
                && let Some((address, risk)) = registry(name, value)
            {
                found.push(DangerMatch::new(
                    Danger::Source { address, risk },
                    word.range.clone(),
                ));
            }
        }
        let Some(program) = Program::of(command) else {
            continue;
        };
        let name = program.name();
        let python = name.starts_with("python") && program.args.get(1).is_some_and(|word| word.text == "pip");
        if name == "env" {
            variables(&program, found);
        }
        if !is_manager(&name) && !python {
            continue;
        }
        let setting = program
            .args
            .iter()
            .any(|word| matches!(word.text.as_str(), "config" | "set" | "sources" | "source"));
        let installs = program
            .args
            .iter()
            .take(4)
            .any(|word| VERBS.contains(&word.text.as_str()));
        let proxy = program
            .args
            .iter()
            .any(|word| word.text.to_ascii_lowercase().contains("proxy"));
        for (at, word) in program.args.iter().enumerate() {
            if !word.text.contains("://") {
                continue;
            }
            let before = at
                .checked_sub(1)
                .and_then(|at| program.args.get(at))
                .map_or("", |word| word.text.as_str());
            let option = match word.text.split_once('=') {
                Some((option, _)) if word.text.starts_with('-') => option,
                _ => before,
            };
            let names = REGISTRY_OPTIONS.contains(&option)
                || OTHER_OPTIONS.contains(&option)
                || setting && !proxy
                || installs && !option.starts_with('-');
            let value = word
                .text
                .rsplit_once("=http")
                .map_or(word.text.as_str(), |(before, _)| {
                    word.text.get(before.len() + 1..).unwrap_or_default()
                });
            if names && let Some((address, risk)) = doubtful(value) {
                found.push(DangerMatch::new(
                    Danger::Source { address, risk },
                    word.range.clone(),
                ));
            }
        }
    }
}

/// `ENV NAME VALUE` of a Dockerfile.
fn variables(program: &Program<'_>, found: &mut Vec<DangerMatch>) {
    if let [name, value, ..] = program.args
        && let Some((address, risk)) = registry(&name.text, &value.text)
    {
        found.push(DangerMatch::new(
            Danger::Source { address, risk },
            value.range.clone(),
        ));
    }
}

/// An address that packages must not come from.
fn doubtful(value: &str) -> Option<(Address, HostRisk)> {
    let address = Address::parse(value)?;
    let risk = address
        .risk()
        .filter(|risk| matches!(risk, HostRisk::PlainHttp | HostRisk::IpAddress))?;
    Some((address, risk))
}

fn registry(name: &str, value: &str) -> Option<(Address, HostRisk)> {
    let name = name.trim().to_ascii_lowercase();
    let name = name.rsplit(':').next().unwrap_or_default();
    REGISTRY_NAMES.contains(&name).then_some(())?;
    value.contains("://").then_some(())?;
    doubtful(value.trim().trim_matches(['"', '\'']))
}

/// The lines of a settings file that name such a place: `registry=http://...`.
pub fn settings(text: &str, found: &mut Vec<DangerMatch>) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range: Range<usize> = at..at + line.trim_end().len();
        at += line.len();
        let mark = line.find(['=', ' ']).or_else(|| line.find(": "));
        if let Some(mark) = mark
            && let (name, value) = line.split_at(mark)
            && let Some((address, risk)) = registry(
                name.trim_end_matches(':'),
                value.trim_start_matches(['=', ' ', ':']),
            )
        {
            let start = range.start + line.len() - line.trim_start().len();
            found.push(DangerMatch::new(
                Danger::Source { address, risk },
                start..range.end,
            ));
        }
    }
}
