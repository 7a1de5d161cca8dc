//! What the text outside code blocks says: links to project pages, "Package: `x`" lines, back-ticked names, and names
//! beside the declared version.

use super::requirement::{self, PackageRequirement};
use super::{context, names};
use crate::document::{Document, HubPath, prose};
use crate::package::{Ecosystem, Package};
use crate::text::Span;
use memchr::memmem::Finder;
use std::sync::{LazyLock, OnceLock};

/// Lines that are the opening of a document.
const OPENING_LINES: usize = 8;
/// The maximum distance between the name of a package and its version, in bytes.
const MAX_TIE_DISTANCE: usize = 120;

/// Mentions of a declared version that are looked at.
const MAX_TIES: usize = 1_000;

/// A back-ticked text in the prose. Most are names of functions, so that what it says is read when it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention<'a> {
    /// The text between the back-ticks.
    pub text: &'a str,
    /// Its place, back-ticks included.
    pub span: Span,
    /// Whether it is in the opening, as the subject of the document.
    pub subject: bool,
    /// Whether it gives a package another name: `x@npm:name`.
    alias: bool,
    document: &'a str,
    /// Whether its sentence warns against it. Computed on first use.
    negative: OnceLock<bool>,
}

impl Mention<'_> {
    /// Whether it may name a package whose name begins with one of some words.
    #[must_use]
    pub fn may_name(&self, first_words: &[&str]) -> bool {
        self.alias || first_words.iter().any(|word| names::begins_with(self.text, word))
    }

    /// What it asks of a registry.
    #[must_use]
    pub fn requirement(&self, ecosystem: Ecosystem) -> Option<PackageRequirement> {
        requirement::parse(ecosystem, self.text)
    }

    /// Whether its sentence warns against it.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        *self.negative.get_or_init(|| {
            let (before, after) = self.sentence();
            context::find_warning(before).is_some()
                // A warning after the name is about the name only when nothing else is between: "`x` is deprecated".
                || after.split('`').next().is_some_and(|near| {
                    ["deprecated", "unofficial", "unmaintained"]
                        .iter()
                        .any(|w| near.contains(w))
                })
        })
    }

    /// Its sentence, before and after it.
    fn sentence(&self) -> (&str, &str) {
        let (before, after) = context::sentence(self.document, self.span.start as usize);
        (before, after.get(self.span.len()..).unwrap_or_default())
    }
}

/// What the prose says.
#[derive(Clone, Debug, Default)]
pub struct Prose<'a> {
    /// Packages whose project pages are named, in order.
    pub links: Vec<Package>,
    /// What follows "Package:", "PyPI package:", "NPM package:".
    pub lines: Vec<(Option<Ecosystem>, String)>,
    /// Back-ticked texts.
    pub mentions: Vec<Mention<'a>>,
    /// The text before each mention of a declared version, on its line.
    pub ties: Vec<&'a str>,
}

/// The addresses of project pages, up to the name.
static HOSTS: LazyLock<[(Finder<'static>, Ecosystem); 3]> = LazyLock::new(|| {
    [
        (Finder::new("pypi.org/project/"), Ecosystem::PyPi),
        (Finder::new("npmjs.com/package/"), Ecosystem::Npm),
        (Finder::new("npmjs.org/package/"), Ecosystem::Npm),
    ]
});

/// Read the prose of a document.
#[must_use]
pub fn parse<'a>(document: &'a Document, declared: &[&str]) -> Prose<'a> {
    let mut out = Prose::default();
    let text = document.text.as_str();
    let opening = opening(document);
    let inline = &document.body.inline_code;
    out.mentions.reserve(inline.len());
    out.mentions
        .extend(inline.iter().filter_map(|span| mention(text, *span, opening)));
    let versions: Vec<Finder<'_>> = declared
        .iter()
        .filter(|version| version.contains('.'))
        .map(|version| Finder::new(*version))
        .collect();
    for span in document.body.prose(text) {
        let part = span.slice(text);
        for (host, ecosystem) in HOSTS.iter() {
            for at in host.find_iter(part.as_bytes()) {
                let rest = part.get(at + host.needle().len()..).unwrap_or_default();
                out.links.extend(project(*ecosystem, rest));
            }
        }
        labelled(part, &mut out.lines);
        tied(part, &versions, &mut out.ties);
    }
    if let Some(description) = document
        .front_matter()
        .and_then(|front| front.field(&["description"]))
        .and_then(|(_, node)| node.as_str())
    {
        tied(description, &versions, &mut out.ties);
    }
    out
}

/// The end of the first lines of the body that are not blank.
fn opening(document: &Document) -> usize {
    let start = document.body.start;
    let body = document.text.get(start..).unwrap_or_default();
    let mut at = start;
    let mut seen = 0;
    for line in body.split_inclusive('\n') {
        at += line.len();
        seen += usize::from(!line.trim().is_empty());
        if seen == OPENING_LINES {
            break;
        }
    }
    at
}

fn mention(document: &str, span: Span, opening: usize) -> Option<Mention<'_>> {
    let text = span.slice(document);
    let is_tick = |byte: &u8| *byte == b'`';
    let ticks = text.bytes().take_while(|byte| is_tick(byte)).count();
    let end = text.len() - text.bytes().rev().take_while(|byte| is_tick(byte)).count();
    let text = text.get(ticks..end.max(ticks))?;
    // Few have blanks at their ends.
    let is_plain = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_graphic());
    let text = if is_plain(text.bytes().next()) && is_plain(text.bytes().next_back()) {
        text
    } else {
        text.trim()
    };
    if text.is_empty() || text.len() > 200 {
        return None;
    }
    let mut mention = Mention {
        text,
        span,
        subject: false,
        alias: text.bytes().any(|byte| byte == b':') && text.contains("npm:"),
        document,
        negative: OnceLock::new(),
    };
    if span.end as usize <= opening && !mention.is_negative() {
        let (before, after) = mention.sentence();
        mention.subject = is_subject(before, after);
    }
    Some(mention)
}

/// Whether a sentence is about the name in it: "Use `x`", "the official `x` package", "`x` is ...".
fn is_subject(before: &str, after: &str) -> bool {
    let before = before
        .trim_start_matches(['-', '*', '>', '#', ' ', '1', '2', '3', '.'])
        .to_ascii_lowercase();
    let words = [
        "use ",
        "official",
        "covers",
        "install",
        "this entry",
        "this guide",
        "this doc",
        "for ",
        "package",
    ];
    before.trim_matches(['*', '_', ' ']).is_empty()
        || words.iter().any(|word| before.contains(word))
        || after.trim_start_matches(['*', '_', ' ']).starts_with("package")
}

/// The package of a project page's address, given what follows `/project/` or `/package/`.
fn project(ecosystem: Ecosystem, rest: &str) -> Option<Package> {
    let part = |text: &str| -> usize {
        text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '~')))
            .unwrap_or(text.len())
    };
    let mut end = part(rest);
    if rest.starts_with('@') && rest.get(end..)?.starts_with('/') {
        end += 1 + part(rest.get(end + 1..)?);
    }
    Package::new(ecosystem, rest.get(..end)?.trim_end_matches('.')).ok()
}

/// Collect what follows `- **NPM Package:**` and the like: the first colon of a line ends the label.
fn labelled(text: &str, out: &mut Vec<(Option<Ecosystem>, String)>) {
    for (line, colon, end) in prose::lines_with_colon(text) {
        let label = text.get(line..colon).unwrap_or_default();
        let value = text.get(colon + 1..end).unwrap_or_default();
        out.extend(package_line(label, value));
    }
}

/// `- **NPM Package:** \`x\``: what follows the label.
fn package_line(label: &str, value: &str) -> Option<(Option<Ecosystem>, String)> {
    let label = label.trim_start_matches([' ', '-', '*', '>', '\t', '_', '+']);
    let label = label.trim_matches(['*', '_', '`', ' ']);
    // The longest label below.
    if label.len() > "javascript package".len() {
        return None;
    }
    let label = label.to_ascii_lowercase();
    let ecosystem = match label.as_str() {
        "package" | "package name" | "library" | "sdk" | "official package" | "package covered" => None,
        "pypi package" | "python package" | "pypi" | "pypi package name" | "pip package" | "pypi project"
        | "python sdk" => Some(Ecosystem::PyPi),
        "npm package" | "npm" | "npm package name" | "node package" | "node.js package"
        | "javascript package" | "javascript sdk" => Some(Ecosystem::Npm),
        _ => return None,
    };
    let value = value.trim_start_matches(['*', '_', ' ']).trim_end();
    let value = match value.strip_prefix('`') {
        Some(ticked) => ticked.split('`').next()?,
        None => value.split_whitespace().next()?,
    };
    (!value.contains("://")).then(|| (ecosystem, value.trim_end_matches(['*', '.', ',']).to_owned()))
}

/// Collect the text before each mention of a declared version.
fn tied<'a>(text: &'a str, versions: &[Finder<'_>], out: &mut Vec<&'a str>) {
    for version in versions {
        for at in version.find_iter(text.as_bytes()) {
            let after = text.get(at + version.needle().len()..).unwrap_or_default();
            let mut next = after.chars();
            let goes_on = match next.next() {
                Some('.') => next.next().is_some_and(|c| c.is_ascii_digit()),
                Some(c) => c.is_alphanumeric(),
                None => false,
            };
            let before = text.get(..at).unwrap_or_default();
            if goes_on || before.ends_with(|c: char| c.is_ascii_digit()) || before.ends_with('.') {
                continue;
            }
            let near = context::tail(before, MAX_TIE_DISTANCE);
            let name = strip_joints(near.rsplit('\n').next().unwrap_or_default());
            if out.len() < MAX_TIES && name.ends_with(|c: char| c.is_alphanumeric()) {
                out.push(name);
            }
        }
    }
}

/// Remove what may be between a name and its version: "`x` version `", "x==", "x@", "x (v".
fn strip_joints(text: &str) -> &str {
    let mut text = text;
    loop {
        let trimmed =
            text.trim_end_matches([' ', '`', '*', '_', '(', '=', '@', ':', '~', '>', '"', '\'', ',']);
        let shorter = [
            "version", "versions", "release", "is", "at", "package", "on PyPI", "on npm", "to", "PyPI", "npm",
        ]
        .iter()
        .find_map(|word| {
            let rest = trimmed.strip_suffix(word)?;
            rest.ends_with([' ', '`', '(']).then_some(rest)
        })
        .or_else(|| {
            let rest = trimmed.strip_suffix(['v', 'V'])?;
            rest.ends_with([' ', '`', '(', '@']).then_some(rest)
        });
        match shorter {
            Some(rest) => text = rest,
            None => return trimmed,
        }
    }
}

/// Scopes for which the document sets a registry (`@scope:registry=`), so that the usual one does not apply to their
/// packages.
#[must_use]
pub fn private_scopes(text: &str) -> Vec<String> {
    memchr::memmem::find_iter(text.as_bytes(), ":registry")
        .filter_map(|at| {
            let before = text.get(..at)?;
            let scope = before
                .rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@')))
                .next()?;
            scope.starts_with('@').then(|| scope.to_owned())
        })
        .collect()
}

/// The front matter's `name`.
#[must_use]
pub fn front_name(document: &Document) -> Option<&str> {
    let (_, node) = document.front_matter()?.field(&["name"])?;
    node.as_str()
}

/// Whether the folder of the author is named after the language: it holds entries of many vendors, as
/// `typescript/docs/...` does for declaration packages.
#[must_use]
pub fn is_in_language_folder(path: &HubPath, languages: &[&str]) -> bool {
    path.author().is_some_and(|author| languages == [author])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beside_the_declared_version_are_found() {
        let mut out = Vec::new();
        let text = "This is for `Widget-Kit==2.0.1`.\nUse widget version `2.0.1`, not 12.0.1 or 2.0.1.5.\nIn `2.0.1`, all\n";
        tied(text, &[Finder::new("2.0.1")], &mut out);
        assert_eq!(out, ["This is for `Widget-Kit", "Use widget", "In"]);
    }

    #[test]
    fn package_lines_are_read() {
        let package_line = |text: &str| {
            let mut out = Vec::new();
            labelled(text, &mut out);
            out.pop()
        };
        assert_eq!(
            package_line("# A: b\n\n- **NPM Package:** `@acme/kit`"),
            Some((Some(Ecosystem::Npm), "@acme/kit".into()))
        );
        assert_eq!(
            package_line("Package: `kit` (the new one): here\nand there\n"),
            Some((None, "kit".into()))
        );
        assert_eq!(package_line("PyPI package: https://pypi.org/project/kit/"), None);
        assert_eq!(package_line("Note: x"), None);
    }

    #[test]
    fn project_pages_name_packages() {
        let of = |e, t| project(e, t).map(|p| p.name().to_owned());
        assert_eq!(
            of(Ecosystem::Npm, "@acme/kit/v/1.0)").as_deref(),
            Some("@acme/kit")
        );
        assert_eq!(of(Ecosystem::PyPi, "Kit.").as_deref(), Some("kit"));
        assert_eq!(of(Ecosystem::PyPi, ""), None);
    }

    #[test]
    fn private_scopes_are_seen() {
        assert_eq!(
            private_scopes("npm config set @acme:registry https://e.org\n"),
            ["@acme"]
        );
        assert!(private_scopes("the npm:registry").is_empty());
    }
}
