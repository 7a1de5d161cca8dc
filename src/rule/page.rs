//! The page of a rule: metadata, title, text, and tested examples.

use super::Rule;
use crate::diagnostic::{Applicability, Severity};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A parsed rule page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePage<'a> {
    /// The default severity, unless the rule or the user sets another.
    pub severity: Severity,
    /// Whether the rule is off by default.
    pub pedantic: bool,
    /// The category, by which users can select rules.
    pub category: RuleCategory,
    /// Whether some findings have a fix.
    pub fix: Option<Applicability>,
    /// How often a finding is right.
    pub precision: Precision,
    /// The version that first had the rule.
    pub since: Cow<'a, str>,
    /// The first heading, which is one sentence.
    pub title: Cow<'a, str>,
    /// The page without metadata.
    pub body: Cow<'a, str>,
}

/// How often a finding of a rule is right, in the words of code scanning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// A third of the findings may be wrong: the rule guesses.
    Low,
    /// Most are right; the rule judges text that was written for people.
    Medium,
    /// Nearly all are right; the rule relies on something that it had to determine first, such as the package of an
    /// entry or the language of a block.
    High,
    /// The rule states a fact about the files.
    VeryHigh,
}

impl Precision {
    /// As code scanning writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::VeryHigh => "very-high",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [Self::Low, Self::Medium, Self::High, Self::VeryHigh];
        all.into_iter().find(|precision| precision.as_str() == text)
    }
}

/// A group of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleCategory {
    /// The fields of one entry.
    FrontMatter,
    /// Entries together: ids, links, layout.
    Hub,
    /// Declared versions and install commands against registries.
    Freshness,
    /// What code uses of a package.
    Symbols,
    /// Fenced code blocks.
    Code,
    /// Content that could harm the agent that reads it.
    Safety,
    /// Allows and the baseline.
    Lint,
}

impl RuleCategory {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::FrontMatter,
        Self::Hub,
        Self::Freshness,
        Self::Symbols,
        Self::Code,
        Self::Safety,
        Self::Lint,
    ];

    /// The name of the category in output and config.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FrontMatter => "front-matter",
            Self::Hub => "hub",
            Self::Freshness => "freshness",
            Self::Symbols => "symbols",
            Self::Code => "code",
            Self::Safety => "safety",
            Self::Lint => "lint",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == text)
    }
}

/// Errors in a page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// No metadata.
    #[error("a page starts with `---`")]
    Start,
    /// Metadata without an end.
    #[error("no closing `---`")]
    End,
    /// A line of the metadata.
    #[error("not `key: value`: {0}")]
    Line(String),
    /// A missing key.
    #[error("no `{0}`")]
    Missing(&'static str),
    /// An invalid value of a key.
    #[error("unknown {0}: {1}")]
    Value(&'static str, String),
    /// No heading.
    #[error("no `# Title`")]
    Title,
}

impl RulePage<'static> {
    /// The page of a rule.
    #[must_use]
    pub fn for_rule(rule: &Rule) -> &Self {
        rule.read
            .get_or_init(|| Self::parse(rule.page).expect("tests/integration/rule_pages.rs reads every page"))
    }
}

impl<'a> RulePage<'a> {
    /// Read a page.
    ///
    /// # Errors
    /// When something is missing or invalid.
    pub fn parse(text: &'a str) -> Result<Self, PageError> {
        // A checkout on Windows may have converted the line endings before the build.
        if text.contains('\r') {
            return RulePage::parse_lines(&text.replace("\r\n", "\n")).map(RulePage::into_owned);
        }
        Self::parse_lines(text)
    }

    fn into_owned(self) -> RulePage<'static> {
        RulePage {
            since: self.since.into_owned().into(),
            title: self.title.into_owned().into(),
            body: self.body.into_owned().into(),
            ..self
        }
    }

    fn parse_lines(text: &'a str) -> Result<Self, PageError> {
        let rest = text.strip_prefix("---\n").ok_or(PageError::Start)?;
        let (head, body) = rest.split_once("\n---\n").ok_or(PageError::End)?;
        let mut fields = BTreeMap::new();
        for line in head.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let (key, value) = line
                .split_once(':')
                .ok_or_else(|| PageError::Line(line.to_owned()))?;
            fields.insert(key.trim(), value.trim());
        }
        let take = |key: &'static str| fields.get(key).copied().ok_or(PageError::Missing(key));
        let body = body.trim_start();
        let title = body
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("# "))
            .ok_or(PageError::Title)?;
        Ok(Self {
            severity: match take("severity")? {
                "error" => Severity::Error,
                "warning" => Severity::Warning,
                "note" => Severity::Note,
                other => return Err(PageError::Value("severity", other.to_owned())),
            },
            pedantic: fields.get("pedantic") == Some(&"true"),
            category: {
                let name = take("category")?;
                RuleCategory::parse(name).ok_or_else(|| PageError::Value("category", name.to_owned()))?
            },
            fix: match take("fix")? {
                "none" => None,
                "safe" => Some(Applicability::Safe),
                "unsafe" => Some(Applicability::Unsafe),
                other => return Err(PageError::Value("fix", other.to_owned())),
            },
            precision: {
                let name = take("precision")?;
                Precision::parse(name).ok_or_else(|| PageError::Value("precision", name.to_owned()))?
            },
            since: take("since")?.into(),
            title: title.into(),
            body: body.into(),
        })
    }

    /// The first paragraph under the title: why the rule exists.
    #[must_use]
    pub fn why(&self) -> &str {
        let after = self
            .body
            .split_once('\n')
            .map_or("", |(_, rest)| rest)
            .trim_start();
        after.split("\n\n").next().unwrap_or_default().trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_with_windows_line_ends_is_the_same_page() {
        let text = include_str!("../../rules/bad-date.md").replace("\r\n", "\n");
        assert_eq!(
            RulePage::parse(&text.replace('\n', "\r\n")),
            RulePage::parse(&text)
        );
        assert!(RulePage::parse(&text).is_ok());
    }
}
