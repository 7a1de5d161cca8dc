//! Patterns of paths inside a hub, in the form of ignore files.

use crate::document::HubPath;
use crate::error::ModuleError;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// One pattern: `acme`, `acme/docs/*/python/`, `**/SKILL.md`. A folder matches everything below it. See
/// <https://git-scm.com/docs/gitignore#_pattern_format>.
#[derive(Debug)]
pub struct PathPattern(Gitignore);

/// An invalid pattern.
#[derive(Debug, thiserror::Error)]
#[error("{place}: the pattern `{pattern}`")]
pub struct PatternError {
    place: String,
    pattern: String,
    source: ignore::Error,
}

impl ModuleError for PatternError {}

impl PathPattern {
    /// Compile a pattern. `place` is its source, for the error.
    ///
    /// # Errors
    /// When the pattern is invalid.
    pub fn new(pattern: &str, place: &str) -> Result<Self, PatternError> {
        let wrong = |source| PatternError {
            place: place.to_owned(),
            pattern: pattern.to_owned(),
            source,
        };
        let mut builder = GitignoreBuilder::new("");
        builder.add_line(None, pattern).map_err(wrong)?;
        builder.build().map(Self).map_err(wrong)
    }

    /// Whether the pattern matches a file.
    #[must_use]
    pub fn matches(&self, path: &HubPath) -> bool {
        self.matches_inside(path.path_in_hub())
    }

    /// Whether the pattern matches a path inside the hub.
    #[must_use]
    pub fn matches_inside(&self, in_hub: &str) -> bool {
        // A path inside a hub never starts with a slash, and the matcher panics on one.
        !in_hub.is_empty()
            && !in_hub.starts_with('/')
            && self.0.matched_path_or_any_parents(in_hub, false).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::PathPattern;

    #[test]
    fn a_pattern_reads_as_in_an_ignore_file() {
        let matches =
            |pattern: &str, path: &str| PathPattern::new(pattern, "here").unwrap().matches_inside(path);
        assert!(matches("acme", "acme/docs/widget/DOC.md"));
        assert!(matches("/acme/docs/*/DOC.md", "acme/docs/widget/DOC.md"));
        assert!(matches("SKILL.md", "acme/skills/widget/SKILL.md"));
        assert!(!matches("/docs", "acme/docs/widget/DOC.md"));
        assert!(!matches("acme", "acmes/docs/widget/DOC.md"));
        assert!(!matches("*", ""));
        assert!(!matches("*", "/etc/passwd"));
        assert!(PathPattern::new("a/{b", "here").is_err());
    }
}
