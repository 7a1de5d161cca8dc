//! The code of a document, each piece with its language and parse result, computed once for all rules.

use super::Document;
use super::fence::CodeBlock;
use super::fences::{Fences, Part};
use crate::lang::work::WorkBudget;
use crate::lang::{self, CheckResult, Language, ParseResult, Precision, SyntaxError, UncheckedReason};
use crate::lang::{NO_PARSER_REASON, ON_REQUEST_REASON};
use crate::text::Span;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

/// A piece of code: a block, or the part of one that a broken fence hides.
#[derive(Debug)]
pub struct Snippet {
    /// The block that holds it, by index.
    pub block: usize,
    /// Bytes of the block's code.
    pub range: Range<usize>,
    /// Whether a fence nearby is broken, so that the block is not what its author meant.
    pub beside_fault: bool,
    /// The place of the language tag in the file; empty without a tag.
    pub tag: Span,
    /// The language, when it is one that is parsed.
    pub language: Option<&'static Language>,
    /// The parse result. `None` for what is not parsed or is only parsed when asked for.
    pub checked: Option<CheckResult>,
    /// The parse result of code that is parsed on request only.
    asked: OnceLock<CheckResult>,
    /// Why a pattern did not read all of it, where one did not.
    unread: OnceLock<UncheckedReason>,
    /// The directive not to check it.
    pub skip: Option<Skip>,
    /// Where the change under review adds such a directive, which does not count.
    pub new_skip: Option<Span>,
}

/// A directive not to check a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// Where it is written.
    pub span: Span,
    /// The reason; empty when none is given.
    pub reason: String,
}

/// Everything about the code of a document.
#[derive(Debug)]
pub struct Snippets {
    /// The fences.
    pub fences: Fences,
    /// The code, in order.
    pub all: Vec<Snippet>,
    /// The work that is left for the code.
    pub budget: WorkBudget,
}

impl Snippets {
    /// Check every fence and parse every piece of code.
    #[must_use]
    pub fn from_document(document: &Document) -> Self {
        let blocks = &document.body.code_blocks;
        let fences = super::fences::read(&document.text, blocks);
        let budget = WorkBudget::for_bytes(document.text.len());
        let all = fences
            .parts
            .iter()
            .filter_map(|part| {
                let block = blocks.get(part.block)?;
                Some(sample(document, block, part, &budget))
            })
            .collect();
        Self { fences, all, budget }
    }

    /// How many pieces of code in this text were not checked, by reason.
    #[must_use]
    pub fn unchecked_counts(&self, text: &str) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for sample in &self.all {
            let known = sample.unchecked_reason().map(|reason| reason.reason().to_owned());
            if let Some(reason) = known.or_else(|| sample.unparsed_reason(text)) {
                *counts.entry(reason).or_insert(0) += 1;
            }
        }
        counts
    }
}

impl Snippet {
    /// The code.
    #[must_use]
    pub fn code<'a>(&self, document: &'a Document) -> &'a str {
        document
            .body
            .code_blocks
            .get(self.block)
            .and_then(|block| block.code(&document.text).get(self.range.clone()))
            .unwrap_or_default()
    }

    /// Why it was not checked, or not by every rule.
    #[must_use]
    pub fn unchecked_reason(&self) -> Option<UncheckedReason> {
        if self.is_skipped() {
            return Some(UncheckedReason::Skipped);
        }
        let checked = self.checked.as_ref().or_else(|| self.asked.get());
        match checked.map(|checked| &checked.verdict) {
            Some(ParseResult::NotChecked(reason)) => Some(*reason),
            _ => self.unread.get().copied(),
        }
    }

    /// Why it was not parsed, with its language. `None` for code that was parsed and for text that is not code.
    fn unparsed_reason(&self, text: &str) -> Option<String> {
        match self.language {
            Some(_) if self.checked.is_some() || self.asked.get().is_some() => None,
            // A build without the grammars cannot check it on request either.
            Some(language) if !cfg!(feature = "all-languages") && language.grammar.is_none() => {
                Some(format!("{NO_PARSER_REASON}{}", language.id))
            }
            Some(language) => Some(format!("{ON_REQUEST_REASON}{}", language.id)),
            None => {
                let tag = lang::unparsed_code(self.tag.slice(text))?;
                Some(format!("{NO_PARSER_REASON}{tag}"))
            }
        }
    }

    /// Record that a pattern did not read all of it. The first reason is kept.
    pub fn mark_unchecked(&self, reason: UncheckedReason) {
        let _ = self.unread.set(reason);
    }

    /// The parse result, computed now if needed. `None` for what is not parsed.
    #[must_use]
    pub fn check_result(&self, document: &Document) -> Option<&CheckResult> {
        let language = self.language?;
        let ask = || {
            self.asked.get_or_init(|| {
                let budget = &document.snippets().budget;
                budget.within(|| lang::check_snippet(language, self.code(document)))
            })
        };
        Some(self.checked.as_ref().unwrap_or_else(ask))
    }

    /// Whether code with this error is a form to fill in or an excerpt.
    #[must_use]
    pub fn is_excerpt(&self, document: &Document, error: &SyntaxError) -> bool {
        let Some(language) = self.language else {
            return false;
        };
        let budget = &document.snippets().budget;
        budget.within(|| lang::is_excerpt(language, self.code(document), error))
    }

    /// A range of the code as a span of the file.
    #[must_use]
    pub fn file_span(&self, document: &Document, range: &Range<usize>) -> Span {
        let shifted = range.start + self.range.start..range.end + self.range.start;
        match document.body.code_blocks.get(self.block) {
            Some(block) if range.is_empty() => self.opener(block),
            Some(block) => whole_break(document, block.to_file(shifted)),
            None => Span::empty_at(0),
        }
    }

    /// Where to point at when the piece as a whole is meant: its tag, else the fence.
    #[must_use]
    pub fn header_span(&self, document: &Document) -> Span {
        match document.body.code_blocks.get(self.block) {
            Some(_) if !self.tag.is_empty() => self.tag,
            Some(block) => self.opener(block),
            None => Span::empty_at(0),
        }
    }

    /// Whether a directive with a reason skips it.
    #[must_use]
    pub fn is_skipped(&self) -> bool {
        self.skip.as_ref().is_some_and(|skip| !skip.reason.is_empty())
    }

    fn opener(&self, block: &CodeBlock) -> Span {
        block.fence
    }
}

/// Extend a span that starts inside of `\r\n` to the whole line break: code has `\n` alone.
fn whole_break(document: &Document, span: Span) -> Span {
    let (before, text) = document
        .text
        .split_at_checked(span.start as usize)
        .unwrap_or_default();
    let inside = before.ends_with('\r') && text.starts_with('\n');
    Span::new(span.start as usize - usize::from(inside), span.end as usize)
}

fn sample(document: &Document, block: &CodeBlock, part: &Part, budget: &WorkBudget) -> Snippet {
    let code = block.code(&document.text);
    let written = match &part.info {
        Some(range) => block.to_file(range.clone()),
        None => block.info_span,
    };
    let info = lang::parse_info_string(written.slice(&document.text));
    let at = written.start as usize;
    let tag = Span::new(at + info.tag_range.start, at + info.tag_range.end);
    let language = lang::by_tag(info.tag);
    let skip = attribute(&info, at).or_else(|| match part.info {
        None => comment_before(document, block),
        Some(_) => None,
    });
    let (skip, new_skip) = match skip {
        Some(skip) if !document.counts_skip(skip.span) => (None, Some(skip.span)),
        skip => (skip, None),
    };
    let text = code.get(part.range.clone()).unwrap_or_default();
    let checked = language
        .filter(|language| language.precision == Precision::Error)
        .map(|language| budget.within(|| lang::check_snippet(language, text)));
    Snippet {
        block: part.block,
        range: part.range.clone(),
        beside_fault: part.info.is_some() || part.range.len() != code.len(),
        tag,
        language,
        checked,
        asked: OnceLock::new(),
        unread: OnceLock::new(),
        skip,
        new_skip,
    }
}

/// The prefix of every comment and attribute that is addressed to chub-lint.
pub const DIRECTIVE_PREFIX: &str = "chub-lint:";

/// `chub-lint: skip REASON` among the attributes of a block.
fn attribute(info: &lang::InfoString<'_>, at: usize) -> Option<Skip> {
    let start = info.attributes.find(DIRECTIVE_PREFIX)?;
    let reason = reason(info.attributes.get(start + DIRECTIVE_PREFIX.len()..)?)?;
    let from = at + info.attributes_range.start + start;
    let span = Span::new(from, at + info.attributes_range.end);
    Some(Skip { span, reason })
}

/// `<!-- chub-lint: skip REASON -->` on the line before a block.
fn comment_before(document: &Document, block: &CodeBlock) -> Option<Skip> {
    let before = document.text.get(..block.span.start as usize)?;
    let trimmed = before.trim_end();
    let inside = trimmed.strip_suffix("-->")?;
    let start = inside.rfind("<!--")?;
    let words = inside.get(start + 4..)?.trim().strip_prefix(DIRECTIVE_PREFIX)?;
    Some(Skip {
        span: Span::new(start, trimmed.len()),
        reason: reason(words)?,
    })
}

/// The reason after `skip`; `None` when it is another directive.
fn reason(words: &str) -> Option<String> {
    let rest = words.trim().strip_prefix("skip")?;
    let reason = rest.trim_matches(|c: char| c.is_whitespace() || ":-–—,()[]{}=\"'".contains(c));
    Some(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::HubPath;
    use super::*;

    fn document(text: &str) -> Document {
        Document::new(HubPath::new("", "a/docs/b/notes.md"), text.to_owned())
    }

    #[test]
    fn places_in_hidden_code_map_to_the_file() {
        let text = "> ```py\n> x = 1\n>\n> Then call the other function:\n>\n> ```js\n> a(;\n> ```\n";
        let document = document(text);
        let samples = document.snippets();
        assert_eq!(samples.fences.faults.len(), 1);
        let hidden = &samples.all[1];
        assert_eq!((hidden.tag.slice(text), hidden.code(&document)), ("js", "a(;\n"));
        let Some(CheckResult {
            verdict: ParseResult::Invalid(error),
            ..
        }) = &hidden.checked
        else {
            panic!("{hidden:?}");
        };
        assert_eq!(hidden.file_span(&document, &error.span).slice(text), ";");
    }

    #[test]
    fn a_place_begins_before_a_line_break_and_not_inside_of_it() {
        let text = "```python\r\nwidget.\r\nx\r\n```\r\n";
        let document = document(text);
        let sample = &document.snippets().all[0];
        let at = sample.code(&document).find('\n').unwrap();
        assert_eq!(sample.file_span(&document, &(at..at + 1)).slice(text), "\r\n");
    }

    #[test]
    fn what_was_asked_for_and_not_checked_is_counted() {
        // Larger than the limit of a grammar, in a language that a build without grammars does not parse.
        let text = format!("```go\n{}\n```\n", "// long\n".repeat(10_000));
        let document = document(&text);
        let samples = document.snippets();
        let reasons = |text: &str| samples.unchecked_counts(text).into_keys().collect::<Vec<_>>();
        assert!(reasons(&text)[0].ends_with(": go"));
        let sample = samples.all.first().unwrap();
        assert!(matches!(
            sample.check_result(&document).unwrap().verdict,
            ParseResult::NotChecked(_)
        ));
        assert_eq!(samples.unchecked_counts(&text).into_values().sum::<usize>(), 1);
        assert!(!reasons(&text)[0].ends_with(": go"));
    }

    #[test]
    fn code_that_nothing_parses_is_counted_and_text_is_not() {
        let tags = [
            "kotlin", "Swift", "sql", "text", "diff", "output", "nonsense", "", "console",
        ];
        let text: String = tags.iter().map(|tag| format!("```{tag}\n$ x\n```\n\n")).collect();
        let document = document(&text);
        let counts = document.snippets().unchecked_counts(&text);
        assert_eq!(counts.len(), 3, "{counts:?}");
        for language in ["kotlin", "swift", "sql"] {
            assert!(
                counts
                    .keys()
                    .any(|reason| reason.ends_with(&format!(": {language}")))
            );
        }
    }

    #[test]
    fn blocks_are_excused_with_a_reason() {
        let text = "```python title=a chub-lint: skip (old syntax)\nprint 1\n```\n\n\
                    <!-- chub-lint: skip shows an error -->\n```js\na(\n```\n\n```js chub-lint:skip\na(\n```\n";
        let document = document(text);
        let skips: Vec<_> = document
            .snippets()
            .all
            .iter()
            .map(|s| s.skip.clone().map(|s| s.reason))
            .collect();
        assert_eq!(
            skips,
            [
                Some("old syntax".to_owned()),
                Some("shows an error".to_owned()),
                Some(String::new())
            ]
        );
        assert!(!document.snippets().all[2].is_skipped());
    }
}
