//! The names of the files of a site. Names of documents are untrusted, so a name is made of ASCII letters and digits.

use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The overview.
pub const OVERVIEW: &str = "index.html";
/// All entries in one list, for browsers without scripts.
pub const LIST: &str = "entries.html";
/// The folder of the pages of entries.
pub const ENTRIES: &str = "entries";
/// The folder of the style and the script.
pub const ASSETS: &str = "assets";
/// The style of all pages.
pub const STYLE: &str = "assets/site.css";
/// The script of the overview.
pub const SCRIPT: &str = "assets/site.js";
/// What says that a folder is a site of this program.
pub const MARKER: &str = "chub-lint-site.json";

/// The longest part of a name that shows what the page is about.
const MAX_WORDS: usize = 60;

/// Gives each entry a name that does not depend on the other entries.
#[derive(Debug, Default)]
pub struct PageNames(BTreeSet<String>);

impl PageNames {
    /// The name of the page of an entry, without its folder.
    pub fn name(&mut self, path: &str) -> String {
        let mut words = String::new();
        let entry = path
            .strip_suffix("/DOC.md")
            .or_else(|| path.strip_suffix("/SKILL.md"));
        for c in entry.unwrap_or(path).chars() {
            match c {
                c if c.is_ascii_alphanumeric() => words.push(c.to_ascii_lowercase()),
                _ if words.is_empty() || words.ends_with('-') => {}
                _ => words.push('-'),
            }
        }
        // The end says more than the beginning, which is the folder of the hub. A word is not cut.
        let words = match words.len().checked_sub(MAX_WORDS) {
            None | Some(0) => words.as_str(),
            Some(from) => {
                let last = words.get(from..).unwrap_or_default();
                last.split_once('-').map_or(last, |(_, whole)| whole)
            }
        };
        let words = words.trim_matches('-');
        let hash = Sha256::digest(path.as_bytes());
        let hash: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let stem = match words {
            "" => hash,
            words => format!("{words}-{hash}"),
        };
        // Two entries can have the same words and the same hash, because an attacker can choose paths.
        let mut name = format!("{stem}.html");
        for number in 2.. {
            if self.0.insert(name.clone()) {
                break;
            }
            name = format!("{stem}-{number}.html");
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_stable() {
        let mut names = PageNames::default();
        let name = names.name("content/acme/docs/Widget_v2/python/DOC.md");
        assert!(name.starts_with("content-acme-docs-widget-v2-python-"), "{name}");
        assert_eq!(
            PageNames::default().name("content/acme/docs/Widget_v2/python/DOC.md"),
            name
        );
        for hostile in [
            "../../x/DOC.md",
            "<script>/DOC.md",
            "\u{202e}/DOC.md",
            "CON/DOC.md",
        ] {
            let name = names.name(hostile);
            assert!(
                name.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
                    && !name.contains("..")
                    && name.len() > 12,
                "{name}"
            );
        }
    }

    #[test]
    fn long_names_are_cut_and_no_two_are_the_same() {
        let mut names = PageNames::default();
        let long = format!("{}/DOC.md", "a/".repeat(4_000));
        let first = names.name(&long);
        assert!(first.len() < 90, "{first}");
        assert_ne!(first, names.name(&long));
    }
}
