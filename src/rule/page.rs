//! A rule's page: metadata, title, prose, and examples that are run.

use super::Rule;
use crate::diagnostic::{Safety, Severity};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A rule's page, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The severity of a finding, unless the rule grades it or the user chooses.
    pub severity: Severity,
    /// Off unless asked for.
    pub pedantic: bool,
    /// The group that users select by.
    pub category: Category,
    /// Whether some findings have a fix.
    pub fix: Option<Safety>,
    /// The version that first had the rule.
    pub since: String,
    /// The first heading: one sentence.
    pub title: String,
    /// The page without metadata.
    pub body: String,
}

/// A group of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// The fields of one entry.
    FrontMatter,
    /// Entries together: ids, links, layout.
    Hub,
    /// Declared versions and install commands against registries.
    Freshness,
    /// Fenced code blocks.
    Code,
    /// What a page may do to the agent that reads it.
    Safety,
    /// Allows and the baseline.
    Lint,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::FrontMatter,
        Self::Hub,
        Self::Freshness,
        Self::Code,
        Self::Safety,
        Self::Lint,
    ];

    /// The word users see and write.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FrontMatter => "front-matter",
            Self::Hub => "hub",
            Self::Freshness => "freshness",
            Self::Code => "code",
            Self::Safety => "safety",
            Self::Lint => "lint",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == text)
    }
}

static PAGES: LazyLock<BTreeMap<&'static str, Page>> = LazyLock::new(|| {
    crate::rules::RULES
        .iter()
        .map(|rule| {
            (
                rule.id,
                Page::read(rule.page).expect("tests/integration/rule_pages.rs reads every page"),
            )
        })
        .collect()
});

impl Page {
    /// The page of a rule.
    #[must_use]
    pub fn of(rule: &Rule) -> &'static Self {
        PAGES
            .get(rule.id)
            .expect("every rule in the list has its page in the map made from the list")
    }

    /// Read a page.
    ///
    /// # Errors
    /// What is missing or not understood.
    pub fn read(text: &str) -> Result<Self, String> {
        // A checkout on Windows may have made the line ends its own before the page became part of the program.
        let text = &text.replace("\r\n", "\n");
        let rest = text.strip_prefix("---\n").ok_or("a page starts with `---`")?;
        let (head, body) = rest.split_once("\n---\n").ok_or("no closing `---`")?;
        let mut fields = BTreeMap::new();
        for line in head.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let (key, value) = line
                .split_once(':')
                .ok_or_else(|| format!("not `key: value`: {line}"))?;
            fields.insert(key.trim(), value.trim());
        }
        let take = |key: &str| fields.get(key).copied().ok_or_else(|| format!("no `{key}`"));
        let body = body.trim_start();
        let title = body
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("# "))
            .ok_or("no `# Title`")?;
        Ok(Self {
            severity: match take("severity")? {
                "error" => Severity::Error,
                "warning" => Severity::Warning,
                "note" => Severity::Note,
                other => return Err(format!("no severity: {other}")),
            },
            pedantic: fields.get("pedantic") == Some(&"true"),
            category: Category::parse(take("category")?).ok_or("unknown category")?,
            fix: match take("fix")? {
                "none" => None,
                "safe" => Some(Safety::Safe),
                "unsafe" => Some(Safety::Unsafe),
                other => return Err(format!("no kind of fix: {other}")),
            },
            since: take("since")?.to_owned(),
            title: title.to_owned(),
            body: body.to_owned(),
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
    use crate::rules::RULES;

    #[test]
    fn a_page_with_windows_line_ends_is_the_same_page() {
        for rule in RULES {
            let page = Page::read(&rule.page.replace('\n', "\r\n"));
            assert_eq!(page.as_ref(), Ok(Page::of(rule)), "{}", rule.id);
        }
    }
}
