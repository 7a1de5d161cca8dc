//! The rules as SARIF descriptors, made from their pages.

use super::model::{Configuration, Driver, Help, ReportingDescriptor, RuleProperties, SarifText};
use crate::diagnostic::Severity;
use crate::rule::Rule;
use crate::rule::page::RulePage;
use crate::rules::RULES;

/// chub-lint with all its rules, also those without findings, so that the log shows what was checked.
#[must_use]
pub fn driver() -> Driver {
    let home = option_env!("CARGO_PKG_HOMEPAGE").filter(|url| !url.is_empty());
    Driver {
        name: "chub-lint".to_owned(),
        semantic_version: env!("CARGO_PKG_VERSION").to_owned(),
        information_uri: home.map(str::to_owned),
        rules: RULES.iter().copied().map(descriptor).collect(),
    }
}

/// The index of a rule in the list.
#[must_use]
pub fn index(id: &str) -> Option<usize> {
    RULES.iter().position(|rule| rule.id == id)
}

fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let page = RulePage::for_rule(rule);
    ReportingDescriptor {
        id: rule.id.to_owned(),
        name: pascal_case(rule.id),
        short_description: SarifText {
            text: sentence(&page.title),
        },
        full_description: SarifText {
            text: one_line(page.why()),
        },
        help: Help {
            text: plain(&page.body),
            markdown: page.body.to_string(),
        },
        default_configuration: Configuration {
            enabled: !page.pedantic,
            level: page.severity.as_str().to_owned(),
        },
        properties: RuleProperties {
            tags: vec![page.category.as_str().to_owned(), "documentation".to_owned()],
            precision: page.precision.as_str().to_owned(),
            problem_severity: match page.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "recommendation",
            }
            .to_owned(),
        },
    }
}

/// The name of a rule that viewers show beside the id: `StaleVersion` for `stale-version`.
fn pascal_case(id: &str) -> String {
    id.split('-')
        .filter_map(|word| {
            let mut chars = word.chars();
            chars
                .next()
                .map(|c| c.to_ascii_uppercase().to_string() + chars.as_str())
        })
        .collect()
}

fn sentence(title: &str) -> String {
    format!("{}.", title.trim_end_matches('.'))
}

fn one_line(paragraph: &str) -> String {
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A page for viewers without Markdown: fences and heading marks are removed, and code is indented.
fn plain(page: &str) -> String {
    let mut fence: Option<usize> = None;
    let mut out = String::with_capacity(page.len());
    for line in page.lines() {
        let ticks = line.bytes().take_while(|b| *b == b'`').count();
        match fence {
            Some(open) if ticks >= open && line.len() == ticks => fence = None,
            None if ticks >= 3 => fence = Some(ticks),
            Some(_) if !line.is_empty() => out.push_str(&format!("    {line}\n")),
            None if line.starts_with('#') => {
                out.push_str(line.trim_start_matches('#').trim_start());
                out.push('\n');
            }
            Some(_) | None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_without_markdown() {
        assert_eq!(
            plain("# Title\n\n````markdown bad\n```js\n````\n\n## Good\nx\n"),
            "Title\n\n    ```js\n\nGood\nx\n"
        );
        assert_eq!(pascal_case("id-shared-with-skill"), "IdSharedWithSkill");
    }
}
