//! A summary in Markdown, for the job page of GitHub Actions or the text of an issue.
//!
//! Text from documents is written in code spans, in which Markdown, HTML and `@mentions` have no effect. In the
//! summaries of folded parts it is escaped inside `<code>`.

use super::finding::Finding;
use super::rule_counts::count_by_rule;
use super::xml::Xml;
use super::{Reporter, Run, by_file, pluralize, skills};
use crate::diagnostic::Severity;
use crate::rule::page::RulePage;
use crate::safe_text::SafeText;
use crate::text::ColumnUnit;
use std::io::{self, Write};

/// The maximum size of a summary in bytes. GitHub drops one of more than 1,024 KiB.
pub const MAX_BYTES: usize = 900_000;
/// The maximum length of a message in characters.
const MAX_MESSAGE: usize = 500;

/// The Markdown reporter.
#[derive(Debug)]
pub struct MarkdownReporter;

impl Reporter for MarkdownReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let findings: Vec<_> = run.findings().collect();
        let mut text = head(run);
        text.push_str(&rules_table(run));
        let mut files: Vec<_> = by_file(&findings).collect();
        // The files with the most severe findings come first, in case not everything fits.
        files.sort_by_key(|file| std::cmp::Reverse(file.iter().map(|f| f.severity).max()));
        let mut shown = 0;
        for file in &files {
            let part = details(file);
            if text.len() + part.len() > MAX_BYTES {
                break;
            }
            text.push_str(&part);
            shown += 1;
        }
        let (rest, left) = (
            files.len() - shown,
            files[shown..].iter().map(|file| count(file)).sum::<usize>(),
        );
        if rest > 0 {
            text.push_str(&format!(
                "\n{} in {} left out for size.\n",
                pluralize(left, "finding"),
                pluralize(rest, "file")
            ));
        }
        out.write_all(text.as_bytes())
    }
}

fn head(run: &Run<'_>) -> String {
    let counts: Vec<_> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (run.count(severity), severity))
        .filter(|(n, _)| *n > 0)
        .map(|(n, severity)| pluralize(n, severity.as_str()))
        .collect();
    let found = if counts.is_empty() {
        "no findings".to_owned()
    } else {
        counts.join(", ")
    };
    let s = &run.summary;
    let mut text = format!("## chub-lint\n\n**{found}** in {}.", s.read_phrase());
    let p = &s.packages;
    if p.checked + p.cached + p.unknown > 0 {
        text.push_str(&format!(
            " Packages: {} checked, {} cached, {} not checked.",
            p.checked, p.cached, p.unknown
        ));
    }
    let suppressed = s.suppressed.phrases();
    if !suppressed.is_empty() {
        text.push_str(&format!(" Suppressed: {}.", suppressed.join(", ")));
    }
    if let Some(phrase) = skills::phrase(run) {
        text.push_str(&format!(
            " Skills: {}.",
            code_cell(SafeText::new(&phrase).as_str())
        ));
    }
    text.push_str("\n\n");
    let not_checked = s.not_checked.phrases();
    if s.registry_trouble().is_some() {
        text.push_str(
            "> [!WARNING]\n> Registries did not answer: what is wrong with these packages may be missing here.\n\n",
        );
    }
    if !not_checked.is_empty() {
        text.push_str("Not checked:\n\n");
        for phrase in not_checked {
            text.push_str(&format!("- {}\n", code_cell(SafeText::new(&phrase).as_str())));
        }
        text.push('\n');
    }
    text
}

fn rules_table(run: &Run<'_>) -> String {
    let counts = count_by_rule(run);
    if counts.is_empty() {
        return String::new();
    }
    let mut text = "| Rule | Findings | Level | What it is |\n| --- | ---: | --- | --- |\n".to_owned();
    for of_rule in counts {
        let title = RulePage::for_rule(of_rule.rule).title.replace('|', "\\|");
        text.push_str(&format!(
            "| `{}` | {} | {} | {title} |\n",
            of_rule.rule.id,
            of_rule.count,
            of_rule.severity.as_str()
        ));
    }
    text.push('\n');
    text
}

/// How many findings some findings represent, with those that were left out after them.
fn count(findings: &[Finding<'_>]) -> usize {
    findings.iter().map(|finding| finding.count).sum()
}

/// The findings of one file, folded.
fn details(file: &[Finding<'_>]) -> String {
    let path = file.first().map_or("", |f| f.place.path.as_str());
    let mut text = format!(
        "<details><summary><code>{}</code>: {}</summary>\n\n\
         | Line | Level | Rule | Finding |\n| ---: | --- | --- | --- |\n",
        Xml(path),
        pluralize(count(file), "finding")
    );
    for finding in file {
        text.push_str(&format!(
            "| {} | {} | `{}` | {} |\n",
            finding.place.start(ColumnUnit::Chars).line,
            finding.severity.as_str(),
            finding.rule.id,
            code_cell(finding.message.as_str())
        ));
    }
    text.push_str("\n</details>\n");
    text
}

/// Text for a paragraph or a table cell. Markdown and HTML markup is escaped, so that no document can add markup to the
/// page.
#[must_use]
pub fn escape(text: &str) -> String {
    let safe = SafeText::new(text);
    let mut escaped = String::with_capacity(safe.as_str().len());
    for c in safe.as_str().chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// A code span in a table cell, shortened if it is very long. The fence is longer than any run of backticks inside. A
/// `|` ends the cell even in code, unless an odd number of backslashes comes before it.
#[must_use]
pub fn code_cell(text: &str) -> String {
    let cut = text
        .char_indices()
        .nth(MAX_MESSAGE)
        .map_or(text.len(), |(at, _)| at);
    let dots = if cut < text.len() { "..." } else { "" };
    let (mut run, mut longest, mut backslashes) = (0, 0, 0);
    let mut body = String::with_capacity(cut + 16);
    for c in text[..cut].chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
        if c == '|' {
            body.extend(std::iter::repeat_n('\\', backslashes + 1));
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        body.push(c);
    }
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 || body.trim() != body {
        " "
    } else {
        ""
    };
    if body.is_empty() {
        return String::new();
    }
    format!("{fence}{space}{body}{dots}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::code_cell;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    #[test]
    fn a_cell_holds_what_it_is_given() {
        for raw in [
            "a | b",
            "`x` and ``y``",
            "``` <b>@x</b> ```",
            "[a](b) *c* | `d`",
            "#1 https://x.test",
            "|",
            "||`|",
        ] {
            let table = format!("| h |\n| - |\n| {} |\n", code_cell(raw));
            let mut cells = 0;
            let mut code = String::new();
            for event in Parser::new_ext(&table, Options::all()) {
                match event {
                    Event::Start(Tag::TableCell) => cells += 1,
                    Event::Code(text) => code.push_str(&text),
                    Event::Text(text) => assert_eq!(&*text, "h", "{raw}"),
                    Event::Html(_) | Event::InlineHtml(_) => panic!("{raw}"),
                    _ => {}
                }
            }
            assert_eq!((cells, code.as_str()), (2, raw));
        }
    }
}
