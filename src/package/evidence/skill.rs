//! Packages in the files of a skill: commands in code spans, inline metadata and dependency tables of bundled files.

use super::requirement::PackageRequirement;
use super::{
    RequestedPackage, TextRegistry, context, found, managers, may_install, placed, prose, shell, tables,
};
use crate::document::{Document, HubPath};
use crate::package::public::is_public_host;
use crate::package::{Ecosystem, Package};
use crate::text::Span;
use std::collections::BTreeSet;

/// The longest span that is read as a command.
const MAX_SPAN: usize = 400;
/// The longest script that is read.
const MAX_SCRIPT: usize = 256 * 1024;

/// What the files of a skill say about the registries of packages, for all of its files.
#[derive(Clone, Debug, Default)]
pub struct SkillRegistries {
    /// Scopes for which a registry is set.
    scopes: Vec<String>,
    /// Whether an `.npmrc` has a registry that is not public.
    is_npm_elsewhere: bool,
    /// The packages that its own manifests make.
    own: BTreeSet<Package>,
}

impl SkillRegistries {
    /// Add what a file of the skill says.
    pub fn add(&mut self, file: &Document) {
        let text = file.text.as_str();
        match file.path.file_name() {
            "SKILL.md" => self.scopes.extend(prose::private_scopes(text)),
            ".npmrc" => {
                self.scopes.extend(prose::private_scopes(text));
                self.is_npm_elsewhere |= text.lines().any(is_other_registry);
            }
            "package.json" => self.own.extend(tables::own_name(Ecosystem::Npm, text)),
            "pyproject.toml" => self.own.extend(tables::own_name(Ecosystem::PyPi, text)),
            _ => {}
        }
    }

    /// The scopes for which a registry is set.
    pub(super) fn scopes(&self) -> &[String] {
        &self.scopes
    }
}

/// Whether a line of an `.npmrc` names a registry that is not public.
fn is_other_registry(line: &str) -> bool {
    let Some((key, value)) = line.split_once('=') else {
        return false;
    };
    let address = value.split_once("://").map_or(value, |(_, address)| address);
    let host = address.trim().split(['/', ':']).next().unwrap_or_default();
    key.trim() == "registry" && !is_public_host(host)
}

/// What a file says about packages, by its name.
enum FileContent {
    Requirements,
    Toml,
    PackageJson,
    Python,
    Shell,
}

fn content(path: &HubPath, text: &str) -> Option<FileContent> {
    let name = path.file_name().to_ascii_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    match (stem, extension) {
        ("pyproject", "toml") => Some(FileContent::Toml),
        ("package", "json") => Some(FileContent::PackageJson),
        (_, "py") => Some(FileContent::Python),
        (_, "sh" | "bash" | "zsh") => Some(FileContent::Shell),
        ("pipfile", "") => Some(FileContent::Toml),
        (stem, "txt" | "in") => {
            let is_named = stem.starts_with("requirements") || stem.ends_with("requirements");
            let is_in_folder = path.folder().rsplit('/').next() == Some("requirements");
            (is_named || is_in_folder).then_some(FileContent::Requirements)
        }
        (_, "") => {
            let first = text.lines().next().filter(|line| line.starts_with("#!"))?;
            match () {
                () if first.contains("python") || first.contains("uv run") => Some(FileContent::Python),
                () if first.ends_with("sh") => Some(FileContent::Shell),
                () => None,
            }
        }
        _ => None,
    }
}

/// The packages that a bundled file of a skill installs.
#[must_use]
pub fn of_attachment(attachment: &Document, skill: &SkillRegistries) -> Vec<RequestedPackage> {
    let text = attachment.text.as_str();
    let Some(content) = content(&attachment.path, text) else {
        return Vec::new();
    };
    let found = match content {
        FileContent::Shell => return commands(text, skill),
        FileContent::Requirements => tables::requirements_file(text),
        FileContent::Toml => tables::toml(text),
        FileContent::PackageJson => tables::package_json(text),
        FileContent::Python => tables::script(text),
    };
    let rows = found.into_iter();
    let rows = rows.filter(|requirement| !skill.own.contains(&requirement.package));
    rows.map(|requirement| row(requirement, skill)).collect()
}

/// A row of a table in a file.
fn row(requirement: PackageRequirement, skill: &SkillRegistries) -> RequestedPackage {
    let is_elsewhere = skill.is_npm_elsewhere && requirement.package.ecosystem() == Ecosystem::Npm;
    let registry = TextRegistry {
        own: is_elsewhere,
        in_house: is_elsewhere,
    };
    found(requirement, false, registry, &skill.scopes, Span::from)
}

/// The install commands of a shell script.
fn commands(text: &str, skill: &SkillRegistries) -> Vec<RequestedPackage> {
    if text.len() > MAX_SCRIPT || !may_install(text) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for words in shell::commands(text) {
        let Some(command) = managers::parse(&words) else {
            continue;
        };
        let at = words.first().map_or(0, |word| word.range.start);
        let negative = context::comment_warns(text, at);
        let placed = placed(command, negative, &skill.scopes, Span::from);
        if placed.action != managers::ManagerAction::Uninstall {
            out.extend(placed.packages);
        }
    }
    out
}

/// Words of a sentence that is about a package that should not be there.
const SUSPICIOUS: [&str; 8] = [
    "squat",
    "malicious",
    "hallucinat",
    "fake",
    "nonexistent",
    "non-existent",
    "imaginary",
    "made-up",
];

/// The install commands in the code spans of a document of a skill.
#[must_use]
pub fn of_spans(document: &Document, scopes: &[String]) -> Vec<RequestedPackage> {
    let text = document.text.as_str();
    let mut out = Vec::new();
    for span in &document.body.inline_code {
        let written = span.slice(text);
        let code = written.trim_matches('`');
        if code.len() > MAX_SPAN || !code.trim().contains(' ') || !may_install(code) {
            continue;
        }
        // The end of a line is a blank in a code span.
        let code = code.replace(['\n', '\r'], " ");
        let at = span.start as usize + written.len() - written.trim_start_matches('`').len();
        let negative = warns(text, *span);
        for words in shell::commands(&code) {
            if let Some(command) = managers::parse(&words) {
                let place = |range| Span::from(range).shifted(at);
                let placed = placed(command, negative, scopes, place);
                if placed.action != managers::ManagerAction::Uninstall {
                    out.extend(placed.packages);
                }
            }
        }
    }
    out
}

/// Whether the sentence of a span warns against what is in it.
fn warns(text: &str, span: Span) -> bool {
    let (before, after) = context::sentence(text, span.start as usize);
    let after = after.get(span.len()..).unwrap_or_default();
    let near = after.split('`').next().unwrap_or_default();
    let is_suspicious = |text: &str| {
        let text = text.to_ascii_lowercase();
        SUSPICIOUS.iter().any(|word| text.contains(word))
    };
    context::find_warning(before).is_some()
        || context::find_warning(near).is_some()
        || is_suspicious(before)
        || is_suspicious(after)
}
