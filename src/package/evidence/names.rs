//! How similar the names in a document's path, title and prose are to the name of a package.

use crate::document::HubPath;
use std::cell::OnceCell;

/// Words of paths and names that do not identify a package.
const GENERIC: &[&str] = &[
    "docs",
    "doc",
    "package",
    "packages",
    "sdk",
    "api",
    "client",
    "library",
    "lib",
    "python",
    "py",
    "python3",
    "pypi",
    "javascript",
    "js",
    "typescript",
    "ts",
    "node",
    "nodejs",
    "npm",
    "types",
    "core",
    "main",
    "guide",
    "the",
    "for",
];

/// Folders that are not named after an entry.
const PLACES: &[&str] = &[
    "docs", "doc", "package", "packages", "sdk", "api", "client", "library", "lib", "main", "guide",
];

/// The names that a document gives itself: by its author, its folders and its front matter.
#[derive(Clone, Debug, Default)]
pub struct DocumentNames {
    /// Whole names with everything but letters and digits taken out, most specific first.
    keys: Vec<String>,
    /// The words of all of them.
    words: Vec<String>,
    /// The author, folded.
    author: String,
    /// The entry's own name, folded.
    entry: String,
    /// The words of the entry's folder and name.
    entry_words: Vec<String>,
}

/// Letters and digits only, in lower case.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        let kept = text.bytes().filter(u8::is_ascii_alphanumeric);
        return kept.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    }
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a text folds to a key, without allocating the folded text.
fn folds_to(text: &str, key: &str) -> bool {
    if text.is_ascii() {
        let kept = text.bytes().filter(u8::is_ascii_alphanumeric);
        return kept.map(|byte| byte.to_ascii_lowercase()).eq(key.bytes());
    }
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .eq(key.chars())
}

/// The name of a package up to the first character that may be written in another way.
#[must_use]
pub fn first_word(name: &str) -> &str {
    name.split(['-', '_', '.']).next().unwrap_or_default()
}

/// Whether a text begins with a word, in either case.
#[must_use]
pub fn begins_with(text: &str, word: &str) -> bool {
    let start = text.as_bytes().get(..word.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

fn is_between_words(c: char) -> bool {
    !c.is_alphanumeric()
}

/// The words of a name, in lower case.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    text.split(is_between_words)
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Whether a word does not identify a package.
#[must_use]
pub fn is_generic(word: &str) -> bool {
    GENERIC.contains(&word)
}

impl DocumentNames {
    /// The identity of a document by its path and the `name` of its front matter.
    #[must_use]
    pub fn new(path: &HubPath, name: Option<&str>) -> Self {
        let author = path.author().unwrap_or_default();
        let entry = path
            .folders()
            .find(|folder| !PLACES.contains(&folder.to_lowercase().as_str()))
            .unwrap_or_default();
        // `acme/docs/python/DOC.md`: the language's folder; `typescript/docs/node/typescript`: an entry.
        let entry = if path.folders().last() == Some(entry) && is_generic(&entry.to_lowercase()) {
            ""
        } else {
            entry
        };
        let name = name
            .filter(|name| !is_generic(&name.to_lowercase()))
            .unwrap_or_default();
        let (a, e, n) = (fold(author), fold(entry), fold(name));
        let mut keys = vec![
            e.clone(),
            n.clone(),
            format!("{a}{e}"),
            format!("{e}{a}"),
            format!("{a}{n}"),
            format!("{n}{a}"),
        ];
        if e.is_empty() && (n.is_empty() || n == a) {
            keys.push(a.clone());
        }
        keys.retain(|key| !key.is_empty());
        let mut all = Vec::new();
        for word in [author, entry, name].iter().flat_map(|text| words(text)) {
            if !is_generic(&word) && !all.contains(&word) {
                all.push(word);
            }
        }
        Self {
            keys,
            entry_words: [entry, name].iter().flat_map(|text| words(text)).collect(),
            words: all,
            author: a,
            entry: if e.is_empty() { n } else { e },
        }
    }

    /// Whether a name is wholly one of the document's own.
    #[must_use]
    pub fn matches(&self, package: &str) -> bool {
        let known = |name: &str| {
            // Their first letter distinguishes most names.
            let first = name
                .bytes()
                .find(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
            let may = |key: &&String| match first {
                Some(byte) if byte.is_ascii() => key.as_bytes().first() == Some(&byte.to_ascii_lowercase()),
                _ => true,
            };
            self.keys.iter().filter(may).any(|key| folds_to(name, key))
        };
        known(package) || package.starts_with('@') && package.rsplit('/').next().is_some_and(known)
    }

    /// Whether the name is the author's and the entry's together: `author-entry`, `@author/entry`.
    #[must_use]
    pub fn is_full_name(&self, package: &str) -> bool {
        !self.entry.is_empty() && fold(package) == format!("{}{}", self.author, self.entry)
    }

    /// Whether the name is the entry's alone, while the author's would belong to it.
    #[must_use]
    pub fn is_bare_entry(&self, package: &str) -> bool {
        !self.entry.is_empty() && fold(package) == self.entry && self.entry != self.author
    }

    /// Whether the name of a package and the entry's own name, without its author, have a word in common.
    #[must_use]
    pub fn shares_entry_name(&self, package: &str) -> bool {
        let package = fold(package);
        self.entry.is_empty()
            || is_generic(&self.entry)
            || package.contains(&self.entry)
            || self.entry.contains(&package)
            || self
                .entry_words
                .iter()
                .any(|word| word.len() > 2 && !is_generic(word) && package.contains(word.as_str()))
    }

    /// How much of the package's name and the document's own names is the same, from 0 to 1.
    #[must_use]
    pub fn affinity(&self, package: &str) -> f32 {
        if self.matches(package) {
            return 1.0;
        }
        let mut theirs = words(package);
        theirs.retain(|word| !is_generic(word));
        if theirs.is_empty() || self.words.is_empty() {
            return 0.0;
        }
        // `djangorestframework` and the words `django`, `rest`, `framework` are one name.
        let joined = fold(package);
        let shared = theirs.iter().filter(|word| self.has(word)).count();
        let covered = self
            .words
            .iter()
            .filter(|word| theirs.contains(word) || word.len() > 3 && joined.contains(word.as_str()))
            .count();
        #[expect(clippy::cast_precision_loss, reason = "names have a handful of words")]
        let share = |part: usize, whole: usize| part as f32 / whole as f32;
        let (precision, recall) = (share(shared, theirs.len()), share(covered, self.words.len()));
        let precision = if shared == 0 && covered > 0 {
            0.5
        } else {
            precision
        };
        if precision + recall == 0.0 {
            return 0.0;
        }
        2.0 * precision * recall / (precision + recall)
    }

    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|own| {
            own == word
                || word.len() > 3
                    && own.len() > 3
                    && (own.starts_with(word) || word.starts_with(own.as_str()))
        })
    }
}

/// A text that may name packages, split once for all of them.
#[derive(Clone, Debug, Default)]
pub struct TextNames<'a> {
    text: &'a str,
    /// Its folded words, joined. `widget-kit` is one word, so that it does not name `widget`.
    folded: String,
    /// Where each word begins, and where the last one ends.
    bounds: Vec<usize>,
    /// Its words, in lower case. Computed on first use: only long names need them.
    words: OnceCell<Vec<String>>,
}

impl<'a> TextNames<'a> {
    /// Split a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut bounds = Vec::new();
        for chunk in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@')))
        {
            let start = folded.len();
            if chunk.is_ascii() {
                let kept = chunk.bytes().filter(u8::is_ascii_alphanumeric);
                folded.extend(kept.map(|byte| char::from(byte.to_ascii_lowercase())));
            } else {
                folded.push_str(&fold(chunk));
            }
            if folded.len() > start {
                bounds.push(start);
            }
        }
        bounds.push(folded.len());
        Self {
            text,
            folded,
            bounds,
            words: OnceCell::new(),
        }
    }

    /// Where it names a package: the longest run of its words, joined, that is the package's name. Returns how many
    /// letters of the text that is.
    #[must_use]
    pub fn find(&self, package: &str) -> Option<usize> {
        const MAX_WORDS: usize = 8;
        let wanted = fold(package);
        if wanted.is_empty() {
            return None;
        }
        let is_here = |(at, start): (usize, &usize)| {
            let mut ends = self.bounds.iter().skip(at + 1).take(MAX_WORDS);
            let rest = self.folded.get(*start..).unwrap_or_default();
            rest.starts_with(&wanted) && ends.any(|end| *end == start + wanted.len())
        };
        let named = self.bounds.iter().enumerate().any(is_here) || self.covers(package);
        named.then_some(wanted.len())
    }

    /// Whether its words are all the words of a long name, in any order and number: "Acme Kit Provider" for
    /// `acme-providers-kit`.
    fn covers(&self, package: &str) -> bool {
        if package
            .split(is_between_words)
            .filter(|word| !word.is_empty())
            .count()
            < 3
        {
            return false;
        }
        let alike =
            |a: &str, b: &str| a == b || a.len() > 4 && b.len() > 4 && (a.starts_with(b) || b.starts_with(a));
        let own = self.words.get_or_init(|| words(self.text));
        let theirs = words(package);
        theirs.iter().all(|word| own.iter().any(|own| alike(own, word)))
    }
}

/// Whether a text ends with the name of a package, as a whole word. Spaces, `-`, `_` and `.` count as the same.
#[must_use]
pub fn ends_with(text: &str, package: &str) -> bool {
    let joint = |c: char| matches!(c, ' ' | '-' | '_' | '.');
    let mut before = text.chars().rev();
    for wanted in package.chars().rev() {
        match before.next() {
            Some(c) if c.eq_ignore_ascii_case(&wanted) || joint(c) && joint(wanted) => {}
            _ => return false,
        }
    }
    before
        .next()
        .is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '@' | '.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(path: &str, name: &str) -> DocumentNames {
        DocumentNames::new(&HubPath::new("", path), Some(name))
    }

    #[test]
    fn a_document_has_names() {
        let kit = identity("acme/docs/kit/python/DOC.md", "kit");
        assert!(
            kit.matches("acme-kit") && kit.matches("@acme/kit") && kit.matches("kit") && !kit.matches("acme")
        );
        let package = identity("widget/docs/package/python/DOC.md", "package");
        assert!(package.matches("Widget") && !package.matches("gadget"));
        assert!(kit.affinity("acme-kit-extras") > kit.affinity("acme") && kit.affinity("gadget") == 0.0);
    }

    #[test]
    fn a_title_names_a_package_in_one_or_more_words() {
        let named_in = |text: &str, package: &str| TextNames::new(text).find(package);
        assert!(named_in("Widget Kit Python Guide", "widget-kit").is_some());
        assert!(named_in("`@acme/kit` guide", "@acme/kit").is_some());
        assert!(named_in("Widget-Kit guide", "widget").is_none());
    }

    #[test]
    fn a_text_ends_with_a_name_as_a_whole_word() {
        assert!(ends_with("This is for Widget Kit", "widget-kit"));
        assert!(ends_with("`@acme/kit", "@acme/kit"));
        assert!(!ends_with("`@acme/kit", "kit"));
        assert!(!ends_with("my-widget", "widget"));
    }
}
