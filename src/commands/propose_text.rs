//! The texts of a proposal: its branch, title, commit message and the text of the pull request.
//!
//! Names come from documents and folders. Branches and commit messages hold only letters, digits and a few signs of them,
//! so that nothing in them is an option, a mention or a reference to an issue; in Markdown they are in code spans.

use super::bump_lines;
use super::bump_summary;
use crate::config::file::BumpGroup;
use crate::fix::newest::{LeftEntry, LeftReason, RaisedEntry};
use crate::report::markdown::code_cell;
use crate::safe_text::SafeText;
use crate::symbols::VerdictKind;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What the names of all branches begin with.
pub const PREFIX: &str = "chub-lint/bump/";
/// The title of the issue about what breaks.
pub const BREAKS_TITLE: &str = "Entries that a newer release breaks";
/// The marker that distinguishes it from another issue with the same title.
pub const BREAKS_MARK: &str = "<!-- chub-lint: breaks -->";
/// The longest name in a branch or a title, in characters.
const MAX_NAME: usize = 60;

/// A pull request to open or to update.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The branch.
    pub branch: String,
    /// The title.
    pub title: String,
    /// The message of the commit.
    pub message: String,
    /// The text.
    pub body: String,
    /// What the commit is recognised by: the releases, and the texts that they were raised in.
    pub key: String,
    /// What is proposed: the entries and the releases.
    releases: String,
}

impl Proposal {
    /// The proposal of a group.
    #[must_use]
    pub fn new(name: &str, group: BumpGroup, raised: &[&RaisedEntry], left: &[&LeftEntry]) -> Self {
        let mut releases = Sha256::new();
        let mut key = Sha256::new();
        for entry in raised {
            let line = format!(
                "{}\0{}\0{}\0",
                entry.entry.path, entry.entry.package, entry.entry.newest
            );
            releases.update(&line);
            key.update(&line);
            for of in &entry.files {
                key.update(format!("{}\0{}\0", of.file.path, of.file.before.len()));
                key.update(&of.file.before);
            }
        }
        let (releases, key) = (hex(&releases.finalize()), hex(&key.finalize()));
        let versions: BTreeSet<&str> = raised.iter().map(|entry| entry.entry.newest.as_str()).collect();
        let to = match (group, versions.iter().next()) {
            (BumpGroup::Package, Some(version)) if versions.len() == 1 => format!(" to {}", plain(version)),
            _ => String::new(),
        };
        let entries = match raised.len() {
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        };
        let title = format!("Raise {entries} of {}{to}", plain(name));
        let mark = mark(&releases);
        let text = bump_summary::render_group(raised, left);
        Self {
            branch: format!("{PREFIX}{}", slug(name)),
            message: title.clone(),
            body: format!(
                "{text}\nOpened by `chub-lint propose`. It updates this branch as long as nobody else pushes to it. Close \
                 the pull request to decline these releases.\n\n{mark}\n"
            ),
            title,
            key,
            releases,
        }
    }

    /// What the text of the pull request is recognised by.
    #[must_use]
    pub fn mark(&self) -> String {
        mark(&self.releases)
    }
}

fn mark(releases: &str) -> String {
    format!("<!-- chub-lint: {releases} -->")
}

/// The first half of a hash.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A name for a title and a commit message: no mention, no reference, no markup and no line break.
fn plain(name: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || "/.:-_+ ".contains(c);
    let name = name.replace(":@", ":");
    let plain: String = name
        .chars()
        .map(|c| if keep(c) { c } else { '-' })
        .take(MAX_NAME)
        .collect();
    plain.trim().to_owned()
}

/// A name for a branch. When it is not the name itself, a hash keeps it apart from others.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().take(MAX_NAME) {
        match c.is_ascii_alphanumeric() {
            true => slug.push(c.to_ascii_lowercase()),
            false if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            false => {}
        }
    }
    let slug = slug.trim_end_matches('-');
    let simple = name.replacen(':', "-", 1);
    match simple == slug {
        true => slug.to_owned(),
        false => {
            let hash: String = hex(&Sha256::digest(name)).chars().take(8).collect();
            format!("{}-{hash}", if slug.is_empty() { "group" } else { slug })
        }
    }
}

/// The issue about the entries that a newer release breaks; `None` when there are none.
#[must_use]
pub fn breaks(left: &[LeftEntry]) -> Option<String> {
    let is_broken = |left: &&LeftEntry| match &left.reason {
        LeftReason::NotVerified => left
            .entry
            .evidence
            .as_ref()
            .is_some_and(|evidence| evidence.kind == VerdictKind::Breaks),
        LeftReason::Worse(..) => true,
        _ => false,
    };
    let code = |text: &str| code_cell(SafeText::new(text).as_str());
    let rows: Vec<String> = left
        .iter()
        .filter(is_broken)
        .map(|left| {
            let entry = &left.entry;
            format!(
                "| {} | {} | {} | {} | {} |\n",
                code(entry.path.as_str()),
                code(&entry.package.to_string()),
                code(&entry.declared),
                code(&entry.newest),
                code(&bump_lines::reason(left)),
            )
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let mut text =
        "The code of these entries uses what the newest release of their package no longer has. Change the \
                    code, then run `chub-lint bump ENTRY --to newest`.\n\n\
                    | Entry | Package | Declared | Newest | What is gone |\n| --- | --- | --- | --- | --- |\n"
            .to_owned();
    let mut shown = 0;
    for row in &rows {
        if text.len() + row.len() > bump_summary::MAX_BYTES {
            break;
        }
        text.push_str(row);
        shown += 1;
    }
    if shown < rows.len() {
        text.push_str(&format!("\n{} more left out for size.\n", rows.len() - shown));
    }
    Some(format!("{text}\n{BREAKS_MARK}\n"))
}

/// The issue when there are none left.
#[must_use]
pub fn no_breaks() -> String {
    format!(
        "No entry uses what the newest release of its package no longer has. Close this issue.\n\n{BREAKS_MARK}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_branches_are_plain_and_differ() {
        assert_eq!(slug("pypi:requests"), "pypi-requests");
        let names = [
            "npm:@acme/x",
            "npm:acme-x",
            "npm:acme/x",
            "Acme",
            "acme",
            "--x",
            "../x",
            "é",
            "",
            "a\nb",
        ];
        let slugs: BTreeSet<String> = names.iter().map(|name| slug(name)).collect();
        assert_eq!(slugs.len(), names.len(), "{slugs:?}");
        let is_safe = |slug: &String| {
            slug.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                && !slug.starts_with('-')
        };
        assert!(slugs.iter().all(is_safe), "{slugs:?}");
    }

    #[test]
    fn titles_mention_nobody() {
        assert_eq!(plain("npm:@acme/x"), "npm:acme/x");
        assert_eq!(
            plain("a\n::error::@team fixes #1 `x`"),
            "a-::error::team fixes -1 -x-"
        );
        assert_eq!(plain(&"x".repeat(500)).len(), MAX_NAME);
    }
}
