//! Allows in comments of a document.
//!
//! | written | covers |
//! | --- | --- |
//! | `<!-- chub-lint: allow(rule) reason -->` on its own | the next block: a paragraph, a heading, a list, a table, a code block |
//! | the same beside other text | its own line |
//! | `# chub-lint: allow(rule) reason` behind a field of the front matter | that line |
//! | the same on a separate line | the next line that is neither blank nor a comment |
//! | `# chub-lint: allow(rule) reason` in another file of a skill, or the same in the comment of its language | as in front matter |
//! | `allow-file(rule)` in place of `allow(rule)`, anywhere | the whole file |
//!
//! Several rules are separated by commas in one pair of brackets. A finding is covered when it starts on a covered
//! line. Comments inside code are ignored.

use crate::document::{
    BlockKind, DIRECTIVE_PREFIX, Document, FrontMatterError, MarkdownBlock, YamlNode, YamlValue, blocks,
};
use crate::rules;
use crate::suggest;
use crate::text::Span;

/// The maximum number of comments in one file, since each one scans the text around it. Use a baseline for more.
const MAX_COMMENTS: usize = 200;

/// An allow in a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowComment {
    /// The comment, its own markers included.
    pub span: Span,
    /// The span to remove with it: whole lines, when it is alone on them.
    pub whole: Span,
    /// The rules between the brackets, with their spans.
    pub rules: Vec<(String, Span)>,
    /// Whether it has a reason.
    pub reasoned: bool,
    /// What it covers.
    pub scope: AllowScope,
}

/// What an allow covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowScope {
    /// Findings anywhere in the file.
    File,
    /// Findings that start on one of these lines, both included.
    Lines(usize, usize),
    /// Nothing: there is no block after it.
    Nothing,
}

/// A comment that is an invalid allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MalformedAllow {
    /// The comment.
    pub span: Span,
    /// The error message.
    pub message: String,
}

impl AllowComment {
    /// Whether it covers a finding that starts at a byte of its document.
    #[must_use]
    pub fn covers(&self, document: &Document, start: u32) -> bool {
        match self.scope {
            AllowScope::File => true,
            AllowScope::Lines(first, last) => (first..=last).contains(&document.lines().line(start)),
            AllowScope::Nothing => false,
        }
    }
}

/// The allows of a document, valid and invalid, in order of position.
#[must_use]
pub fn read(document: &Document) -> (Vec<AllowComment>, Vec<MalformedAllow>) {
    let mut marks = memchr::memmem::find_iter(document.text.as_bytes(), DIRECTIVE_PREFIX);
    if marks.next().is_none() {
        return (Vec::new(), Vec::new());
    }
    let mut found = CommentReader {
        document,
        limit: marks.nth(MAX_COMMENTS - 1).unwrap_or(document.text.len()),
        beyond: None,
        comments: Vec::new(),
        malformed: Vec::new(),
    };
    if document.is_attachment() {
        in_lines(document, &mut found);
    } else {
        in_front_matter(document, &mut found);
        in_body(document, &mut found);
    }
    found.malformed.extend(found.beyond.map(|span| MalformedAllow {
        span,
        message: format!(
            "only the first {MAX_COMMENTS} of a file are used; a baseline can contain any number of findings"
        ),
    }));
    found.comments.sort_by_key(|comment| comment.span);
    found.malformed.sort_by_key(|malformed| malformed.span);
    (found.comments, found.malformed)
}

/// The comments that were found in a document.
struct CommentReader<'a> {
    document: &'a Document,
    /// The position from which comments are ignored.
    limit: usize,
    /// The first ignored comment.
    beyond: Option<Span>,
    comments: Vec<AllowComment>,
    malformed: Vec<MalformedAllow>,
}

impl CommentReader<'_> {
    /// Whether a comment is over the limit. Records the first such comment.
    fn is_beyond(&mut self, comment: Span) -> bool {
        let is_beyond = comment.end as usize > self.limit;
        if is_beyond {
            self.beyond = Some(self.beyond.map_or(comment, |first| first.min(comment)));
        }
        is_beyond
    }

    fn add(&mut self, span: Span, alone: bool, words: Result<Directive, MalformedAllow>, scope: AllowScope) {
        match words {
            Ok(directive) => self.comments.push(AllowComment {
                span,
                whole: whole(self.document, span, alone),
                rules: directive.rules,
                reasoned: directive.reasoned,
                scope: if directive.file { AllowScope::File } else { scope },
            }),
            Err(malformed) => self.malformed.push(malformed),
        }
    }
}

/// The parsed text of one comment.
struct Directive {
    rules: Vec<(String, Span)>,
    reasoned: bool,
    file: bool,
}

/// Parse the text of a comment. `None` when it is not an allow.
fn directive(text: &str, at: usize, span: Span) -> Option<Result<Directive, MalformedAllow>> {
    let lead = text.len() - text.trim_start().len();
    let rest = text.trim_start().strip_prefix(DIRECTIVE_PREFIX)?;
    let at = at + lead + DIRECTIVE_PREFIX.len() + (rest.len() - rest.trim_start().len());
    let rest = rest.trim();
    let word_end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .unwrap_or(rest.len());
    let (word, after) = rest.split_at(word_end);
    let wrong = |message: String| Some(Err(MalformedAllow { span, message }));
    let file = match word {
        "allow" => false,
        "allow-file" => true,
        other => {
            let near = suggest::nearest(other, ["allow", "allow-file"])?;
            return wrong(format!("unknown word `{other}`; did you mean `{near}`?"));
        }
    };
    let inside = after.strip_prefix('(').and_then(|after| after.split_once(')'));
    let Some((list, reason)) = inside else {
        return wrong(format!(
            "`{word}` must be followed by the rules in brackets: `{word}(rule) reason`"
        ));
    };
    let mut at = at + word.len() + 1;
    let mut rules = Vec::new();
    if list.split(',').count() > rules::RULES.len() {
        return wrong("there are more names in the brackets than rules".to_owned());
    }
    for piece in list.split(',') {
        let start = at + (piece.len() - piece.trim_start().len());
        let name = piece.trim();
        rules.push((name.to_owned(), Span::new(start, start + name.len())));
        at += piece.len() + 1;
    }
    if let Some((name, at)) = rules.iter().find(|(name, _)| rules::by_id(name).is_none()) {
        let message = if name.is_empty() {
            "a rule is missing in the brackets".to_owned()
        } else {
            crate::config::unknown_rule(name, rules::RULES).to_string()
        };
        let span = if name.is_empty() { span } else { *at };
        return Some(Err(MalformedAllow { span, message }));
    }
    let reasoned = reason.chars().any(char::is_alphanumeric);
    Some(Ok(Directive {
        rules,
        reasoned,
        file,
    }))
}

/// `# chub-lint: allow(rule) reason` between the two `---` lines.
fn in_front_matter(document: &Document, found: &mut CommentReader<'_>) {
    let mut scalars = Vec::new();
    let block = match &document.front {
        Ok(front) if document.kind.is_entry() => {
            collect_scalars(&front.root, &mut scalars);
            scalars.sort_unstable();
            front.block
        }
        // Without a parsed tree, only lines that start with `#` are known to be comments.
        Err(FrontMatterError::Yaml { whole, .. }) => *whole,
        _ => return,
    };
    let parsed = document.front.is_ok();
    let lines = document.lines();
    let last = lines.line(block.end);
    let says_something = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    // The next line that is neither blank nor a comment: a comment on its own line applies to it. The closing `---` is
    // included, because a finding about the whole block may start there.
    let mut below = None;
    for number in (lines.line(block.start)..=last + 1).rev() {
        let line = lines.line_span(&document.text, number);
        let text = document.slice(line);
        let mark = if number > last {
            None
        } else if parsed {
            memchr::memchr_iter(b'#', text.as_bytes()).find(|at| {
                text.get(..*at)
                    .is_some_and(|before| before.chars().next_back().is_none_or(char::is_whitespace))
                    && !is_inside(&scalars, line.start as usize + at)
            })
        } else {
            let indented = text.len() - text.trim_start().len();
            text.trim_start().starts_with('#').then_some(indented)
        };
        if let Some(mark) = mark
            && let span = Span::new(line.start as usize + mark, line.end as usize)
            && let Some(words) = directive(&text[mark + 1..], span.start as usize + 1, span)
            && !found.is_beyond(span)
        {
            let alone = text[..mark].trim().is_empty();
            let about = if alone { below } else { Some(number) };
            let scope = about.map_or(AllowScope::Nothing, |line| AllowScope::Lines(line, line));
            found.add(span, alone, words, scope);
        }
        if says_something(text) {
            below = Some(number);
        }
    }
}

/// Whether an offset is inside one of the spans, which are sorted and do not overlap.
fn is_inside(spans: &[Span], at: usize) -> bool {
    let next = spans.partition_point(|span| span.start as usize <= at);
    let before = next.checked_sub(1).and_then(|before| spans.get(before));
    before.is_some_and(|span| at < span.end as usize)
}

/// Collect the spans of all keys and scalars: a `#` in them is text.
fn collect_scalars(node: &YamlNode, out: &mut Vec<Span>) {
    match &node.value {
        YamlValue::Sequence(items) => items.iter().for_each(|item| collect_scalars(item, out)),
        YamlValue::Mapping(pairs) => pairs.iter().for_each(|(key, value)| {
            collect_scalars(key, out);
            collect_scalars(value, out);
        }),
        _ if node.span.is_empty() => {}
        _ => out.push(node.span),
    }
}

/// What opens a comment that ends with its line, and the pairs of those that do not.
const COMMENT_MARKS: [(&str, &str); 8] = [
    ("<!--", "-->"),
    ("/*", "*/"),
    ("//", ""),
    ("--", ""),
    ("#", ""),
    (";", ""),
    ("%", ""),
    ("REM ", ""),
];

/// `# chub-lint: allow(rule) reason`, or the comment of another language, in a file that is not Markdown.
fn in_lines(document: &Document, found: &mut CommentReader<'_>) {
    let text = document.text.as_str();
    let lines = document.lines();
    let marks = memchr::memmem::find_iter(text.as_bytes(), DIRECTIVE_PREFIX);
    // The next line that is not an allow, for the allows above it. Goes backwards, so that each line is read once.
    let mut below: Option<(usize, usize)> = None;
    let marks: Vec<usize> = marks.take(MAX_COMMENTS + 1).collect();
    for at in marks.into_iter().rev() {
        let number = lines.line(u32::try_from(at).unwrap_or(u32::MAX));
        let line = lines.line_span(text, number);
        let before = text.get(line.start as usize..at).unwrap_or_default().trim_end();
        let pair = COMMENT_MARKS
            .iter()
            .find(|(open, _)| before.ends_with(open.trim_end()));
        let Some((open, close)) = pair else { continue };
        let mark = before.len() - open.trim_end().len();
        let rest = text.get(at..line.end as usize).unwrap_or_default();
        let rest = match close.is_empty() {
            true => rest,
            false => rest.split(close).next().unwrap_or_default(),
        };
        let span = Span::new(line.start as usize + mark, at + rest.len());
        let Some(words) = directive(rest, at, span) else {
            continue;
        };
        if found.is_beyond(span) {
            continue;
        }
        let alone = before.get(..mark).is_some_and(|before| before.trim().is_empty());
        let next = match below {
            Some((above, next)) if above == number + 1 => next,
            _ => number + 1,
        };
        let about = if alone { next } else { number };
        if alone {
            below = Some((number, next));
        }
        let scope = match about <= lines.count() {
            true => AllowScope::Lines(about, about),
            false => AllowScope::Nothing,
        };
        found.add(span, alone, words, scope);
    }
}

/// `<!-- chub-lint: allow(rule) reason -->` in the body.
fn in_body(document: &Document, found: &mut CommentReader<'_>) {
    let text = &document.text;
    let mut structure: Option<Vec<MarkdownBlock>> = None;
    let mut done = 0;
    for html in &document.body.html {
        let mut at = (html.start as usize).max(done);
        while let Some(start) = find(text, at, html.end as usize, "<!--") {
            let Some(close) = find(text, start + 4, text.len(), "-->") else {
                break;
            };
            done = close + 3;
            at = done;
            let span = Span::new(start, done);
            let content = text.get(start + 4..close).unwrap_or_default();
            let Some(words) = directive(content, start + 4, span) else {
                continue;
            };
            if found.is_beyond(span) {
                return;
            }
            let structure = structure.get_or_insert_with(|| blocks(document));
            let alone = stands_alone(document, structure, span);
            let scope = if alone {
                next_block(document, structure, span, found.limit)
            } else {
                let lines = document.lines();
                AllowScope::Lines(lines.line(span.start), lines.line(span.end.saturating_sub(1)))
            };
            found.add(span, alone, words, scope);
        }
    }
}

fn find(text: &str, from: usize, to: usize, what: &str) -> Option<usize> {
    let haystack = text.as_bytes().get(from..to)?;
    memchr::memmem::find(haystack, what.as_bytes()).map(|i| from + i)
}

/// Whether a comment is a separate block: raw HTML with nothing else on its lines except list or quote markers.
fn stands_alone(document: &Document, structure: &[MarkdownBlock], comment: Span) -> bool {
    // Raw HTML has no inner blocks, so the last block that starts before is the one.
    let begun = structure.partition_point(|block| block.span.start <= comment.start);
    let html = begun
        .checked_sub(1)
        .and_then(|last| structure.get(last))
        .filter(|block| block.kind == BlockKind::Html && comment.end <= block.span.end);
    let Some(html) = html else { return false };
    let line = document
        .lines()
        .line_span(&document.text, document.lines().line(comment.end));
    let before = Span::new(html.span.start as usize, comment.start as usize);
    let after = Span::new(comment.end as usize, line.end as usize);
    only_comments(document.slice(before)) && document.slice(after).trim().is_empty()
}

/// Whether a text is empty or holds only allows.
fn only_comments(text: &str) -> bool {
    let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || c == '>');
    while !rest.is_empty() {
        let Some(comment) = rest.strip_prefix("<!--") else {
            return false;
        };
        let end = memchr::memmem::find(comment.as_bytes(), b"-->");
        let Some(end) = end.filter(|_| comment.trim_start().starts_with(DIRECTIVE_PREFIX)) else {
            return false;
        };
        rest = comment[end + 3..].trim_start_matches(|c: char| c.is_whitespace() || c == '>');
    }
    true
}

/// The first block after a comment in the same list item or quote. Allows between them are skipped, so that several may
/// be above one block. Those from offset `limit` on are treated as normal blocks.
fn next_block(document: &Document, structure: &[MarkdownBlock], comment: Span, limit: usize) -> AllowScope {
    let begun = structure.partition_point(|block| block.span.start <= comment.start);
    let end = structure[..begun]
        .iter()
        .rfind(|block| block.kind == BlockKind::Container && comment.end <= block.span.end)
        .map_or(u32::MAX, |container| container.span.end);
    let later = structure.partition_point(|block| block.span.start < comment.end);
    let next = structure[later..]
        .iter()
        .take_while(|block| block.span.start < end)
        .find(|block| {
            block.kind != BlockKind::Html
                || block.span.end as usize > limit
                || !only_comments(document.slice(block.span))
        });
    next.map_or(AllowScope::Nothing, |block| {
        let written = document.slice(block.span).trim_end().len();
        let last = (block.span.start as usize + written).saturating_sub(1);
        let lines = document.lines();
        let last = lines.line(u32::try_from(last).unwrap_or(u32::MAX));
        AllowScope::Lines(lines.line(block.span.start), last)
    })
}

/// The span to remove with a comment: its lines, when nothing else is on them.
fn whole(document: &Document, span: Span, alone: bool) -> Span {
    let lines = document.lines();
    let (first, last) = (lines.line(span.start), lines.line(span.end.saturating_sub(1)));
    let start = lines.line_span(&document.text, first).start as usize;
    let lead = document.text.get(start..span.start as usize).unwrap_or_default();
    if alone && lead.trim().is_empty() {
        let line = |number: usize| lines.line_span(&document.text, number);
        let blank = |number: usize| document.slice(line(number)).trim().is_empty();
        // Keep only one of the blank lines around it.
        let between = first > 1 && blank(first - 1) && last + 1 < lines.count() && blank(last + 1);
        let next = if between { last + 2 } else { last + 1 };
        let end = if next <= lines.count() {
            line(next).start as usize
        } else {
            document.text.len()
        };
        return Span::new(start, end);
    }
    // Remove the white space before it, but keep list or quote markers.
    let kept = lead.trim_end().len();
    if kept == 0 {
        span
    } else {
        Span::new(start + kept, span.end as usize)
    }
}
