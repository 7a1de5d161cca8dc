//! YAML: the events of `saphyr-parser`, with the checks that a loader adds, as npm's `yaml` makes them.

use crate::text::{is_first_on_line, line_start};
use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

pub mod source;
pub mod tabs;

use self::source::YamlSource;
use self::tabs::TabCheck;
use super::{ParseResult, SyntaxError, UncheckedReason, limits};

/// The deepest nesting of mappings and sequences that is followed.
const MAX_DEPTH: usize = 1_000;

/// How much an alias may multiply: npm `yaml`'s `maxAliasCount`, against "billion laughs".
const MAX_ALIASES: usize = 100;

/// Parse a stream of YAML documents.
#[must_use]
pub fn parse(code: &str) -> ParseResult {
    if let Some(verdict) = limits::too_large(code) {
        return verdict;
    }
    if limits::is_deeper(code, MAX_DEPTH) {
        return ParseResult::NotChecked(UncheckedReason::TooDeep);
    }
    // The scanner accepts a tab that indents the first line.
    let first = code
        .lines()
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    if first.is_some_and(|line| {
        line.starts_with('\t') && line.contains(": ")
            || line.starts_with('\t') && line.trim_end().ends_with(':')
    }) && let Some(tab) = tab_indent(code)
    {
        return SyntaxError::new(code, tab, "a tab cannot indent").invalid();
    }
    let source = YamlSource::new(code);
    let mut tabs = TabCheck::for_text(code);
    let mut loader = Loader::default();
    for event in Parser::new_from_str(&source.text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => return scan_error(code, &source, &error).invalid(),
        };
        if let Some(tab) = tabs
            .as_mut()
            .and_then(|tabs| tabs.find(&event, span, &source, code))
        {
            return SyntaxError::new(code, tab..tab + 1, "a tab cannot indent").invalid();
        }
        if matches!(event, Event::StreamEnd) {
            break;
        }
        match loader.take(event, span) {
            Ok(()) => {}
            Err(LoadError::TooDeep) => return ParseResult::NotChecked(UncheckedReason::TooDeep),
            Err(LoadError::DuplicateKey(first, again, key)) => {
                let span = bytes(&source, again);
                return SyntaxError::new(code, span, format!("the key `{key}` appears twice"))
                    .with_related(code, bytes(&source, first), "first here")
                    .invalid();
            }
            Err(LoadError::Indicator(span)) => {
                let span = bytes(&source, span);
                let message = "a plain scalar cannot start with an indicator: put it in quotes";
                return SyntaxError::new(code, span, message).invalid();
            }
            Err(LoadError::SameLine(span)) => {
                let span = bytes(&source, span);
                let message = "a block collection cannot start on the line of its key";
                return SyntaxError::new(code, span, message).invalid();
            }
            Err(LoadError::Aliases(span)) => {
                let span = bytes(&source, span);
                return SyntaxError::new(code, span, "aliases expand the document too far").invalid();
            }
        }
    }
    ParseResult::Valid
}

/// An error that a loader reports and the scanner does not.
enum LoadError {
    TooDeep,
    DuplicateKey(Span, Span, String),
    Aliases(Span),
    Indicator(Span),
    SameLine(Span),
}

/// A collection that is being read.
struct OpenNode {
    anchor: usize,
    weight: usize,
    keys: Option<HashMap<String, Span>>,
    expects_key: bool,
}

/// Follows the events without building a document.
#[derive(Default)]
struct Loader {
    open: Vec<OpenNode>,
    weights: HashMap<usize, usize>,
    uses: HashMap<usize, usize>,
    complex: HashSet<usize>,
    /// The line of an empty key whose value comes next.
    empty_key: Option<usize>,
}

impl Loader {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), LoadError> {
        // After an empty key the scanner takes a block collection on the same line, against YAML 1.2, 8.2.2.
        let after_empty = self.empty_key.take() == Some(span.start.line());
        let is_collection = matches!(event, Event::SequenceStart(..) | Event::MappingStart(..));
        // What starts a flow collection is a token; what starts a block collection is a place.
        let is_block = span.start.index() == span.end.index();
        if after_empty && is_collection && is_block {
            return Err(LoadError::SameLine(span));
        }
        match event {
            Event::Scalar(value, style, anchor, _) => {
                // An indicator cannot start a plain scalar (YAML 1.2, 7.3.3); the scanner lets some pass.
                if style == ScalarStyle::Plain && value.starts_with(['>', '|', '@', '`', '%']) {
                    return Err(LoadError::Indicator(span));
                }
                if anchor != 0 {
                    self.weights.insert(anchor, 1);
                }
                let is_key = matches!(
                    self.open.last(),
                    Some(OpenNode {
                        keys: Some(_),
                        expects_key: true,
                        ..
                    })
                );
                if is_key && value.is_empty() && style == ScalarStyle::Plain {
                    self.empty_key = Some(span.start.line());
                }
                self.key(&value, style, span)?;
                self.value(1);
            }
            Event::Alias(anchor) => {
                let uses = self.uses.entry(anchor).or_insert(0);
                *uses += 1;
                let weight = uses.saturating_mul(self.weights.get(&anchor).copied().unwrap_or(1));
                if weight > MAX_ALIASES {
                    return Err(LoadError::Aliases(span));
                }
                self.value(weight);
            }
            Event::SequenceStart(anchor, _) => self.push(anchor, None)?,
            Event::MappingStart(anchor, _) => self.push(anchor, Some(HashMap::new()))?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(done) = self.open.pop() {
                    if done.anchor != 0 {
                        self.weights.insert(done.anchor, done.weight.max(1));
                    }
                    self.value(done.weight);
                }
            }
            Event::DocumentEnd => {
                self.weights.clear();
                self.uses.clear();
                self.complex.clear();
            }
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, anchor: usize, keys: Option<HashMap<String, Span>>) -> Result<(), LoadError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(LoadError::TooDeep);
        }
        self.open.push(OpenNode {
            anchor,
            weight: 0,
            expects_key: keys.is_some(),
            keys,
        });
        Ok(())
    }

    /// A node ended: the mapping around it now expects the other half of a pair.
    fn value(&mut self, weight: usize) {
        if let Some(around) = self.open.last_mut() {
            around.weight = around.weight.max(weight);
            if around.keys.is_some() {
                around.expects_key = !around.expects_key;
            }
        }
    }

    fn key(&mut self, value: &str, style: ScalarStyle, span: Span) -> Result<(), LoadError> {
        let Some(OpenNode {
            keys: Some(keys),
            expects_key: true,
            ..
        }) = self.open.last_mut()
        else {
            return Ok(());
        };
        // `<<` merges, and may be used more than once.
        if value == "<<" {
            return Ok(());
        }
        // `1` and `"1"` are different keys, `a` and `"a"` are the same one.
        let typed = style == ScalarStyle::Plain && is_typed(value);
        let key = if typed {
            format!("\0{value}")
        } else {
            value.to_owned()
        };
        match keys.insert(key, span) {
            Some(first) => Err(LoadError::DuplicateKey(first, span, value.to_owned())),
            None => Ok(()),
        }
    }
}

/// Whether a plain scalar is a number, boolean or null of the core schema (YAML 1.2, 10.3.2).
fn is_typed(value: &str) -> bool {
    matches!(
        value,
        "" | "~" | "null" | "Null" | "NULL" | "true" | "True" | "TRUE" | "false" | "False" | "FALSE"
    ) || value.parse::<f64>().is_ok()
}

/// Byte range of a span, whose marks count characters.
fn bytes(source: &YamlSource<'_>, span: Span) -> std::ops::Range<usize> {
    source.byte(span.start.index())..source.byte(span.end.index())
}

/// The scanner's error, moved from the token where it was noticed to the line that is wrong.
fn scan_error(code: &str, source: &YamlSource<'_>, error: &ScanError) -> SyntaxError {
    let at = source.byte(error.marker().index());
    let place = if let Some(tab) = tab_indent(code) {
        tab
    } else {
        suspicious_line(code, at, error.info()).unwrap_or_else(|| end_of_line_before(code, at))
    };
    SyntaxError::new(code, place, error.info().to_owned())
}

/// The first line that a tab indents (YAML 1.2, 6.1 forbids it).
fn tab_indent(code: &str) -> Option<std::ops::Range<usize>> {
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let blank = line.len() - line.trim_start().len();
        if let Some(tab) = line.get(..blank).and_then(|lead| lead.find('\t'))
            && !line.trim().is_empty()
        {
            return Some(at + tab..at + tab + 1);
        }
        at += line.len();
    }
    None
}

/// The scanner reports many errors of a line at the start of the next one.
fn end_of_line_before(code: &str, at: usize) -> std::ops::Range<usize> {
    let before = code.get(..at).unwrap_or_default();
    if is_first_on_line(code, at) && code.get(at..).is_none_or(|rest| rest.trim().is_empty()) {
        let end = before.trim_end().len();
        return end..end;
    }
    at..at
}

/// The line without `:` that the scanner took as the start of a key or of a longer scalar.
fn suspicious_line(code: &str, at: usize, message: &str) -> Option<std::ops::Range<usize>> {
    let key = message.starts_with("simple key expect");
    if !key && !message.starts_with("mapping values are not allowed") {
        return None;
    }
    let start = line_start(code, at);
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let here = indent(code.get(start..)?);
    let mut found = None;
    let mut end = start;
    for line in code.get(..start)?.split_inclusive('\n').rev() {
        let from = end - line.len();
        end = from;
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let pair = text.contains(": ") || text.ends_with(':');
        let place = from + indent(line)..from + line.trim_end().len();
        if key {
            if !pair && indent(line) <= here {
                return Some(place);
            }
            if indent(line) < here {
                break;
            }
        } else if pair {
            break;
        } else {
            // The first line of the run is where the scalar starts.
            found = Some(place);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &str) -> SyntaxError {
        match parse(code) {
            ParseResult::Invalid(error) => *error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn streams_and_merges_are_valid() {
        for code in [
            "",
            "a: 1\n---\nb: 2\n",
            "x: &x {a: 1}\ny:\n  <<: *x\n  <<: *x\n",
            "1: a\n\"1\": b\n",
            "# c\n",
        ] {
            assert_eq!(parse(code), ParseResult::Valid, "{code}");
        }
    }

    #[test]
    fn tabs_separate_and_do_not_indent() {
        for code in [
            "a:\tb\n",
            "a: \tb\n",
            "-\ta\n",
            "a:\t&x b\n",
            "{a:{b: 1}, c:[d]}\n",
            "a: \"\\ud83d\\ude80\"\n",
            "a: [\n\tb\n\t]\n",
            "a: x\n  \ty\n",
        ] {
            assert_eq!(parse(code), ParseResult::Valid, "{code}");
        }
        for (code, tab) in [
            ("a:\n  \tb: 1\n", 5),
            ("-\ta: 1\n", 1),
            ("-\t? 1\n", 1),
            ("- \t&x 1\n", 2),
            ("a:\n- \t!!str &x b\n", 5),
            ("a: 1\n\tb: 2\n", 5),
        ] {
            assert_eq!(error(code).span, tab..tab + 1, "{code}");
        }
    }

    #[test]
    fn a_block_collection_starts_on_a_line_of_its_own() {
        for code in ["a:\n  - b\n:  - c: 1\n", "- a:\n    : b: true\n"] {
            let found = error(code);
            assert!(found.message.starts_with("a block collection"), "{found:?}");
        }
        for code in ["? a\n: - b\n: 1\n", ": {a: 1}\n", ":\n  - a\n", "- - a\n"] {
            let message = "a block collection cannot start on the line of its key";
            let refused = matches!(parse(code), ParseResult::Invalid(e) if e.message == message);
            assert!(!refused, "{code}");
        }
    }

    #[test]
    fn duplicate_keys_point_at_both() {
        let found = error("é: 1\nb:\n  c: 1\n  c: 2\n");
        assert_eq!((found.span, found.related[0].0.clone()), (18..19, 11..12));
        assert_eq!(parse("- a: 1\n- a: 2\n"), ParseResult::Valid);
    }

    #[test]
    fn bombs_and_depth_are_refused() {
        let mut bomb = String::from("a: &a [x, x]\n");
        for (from, to) in [("a", "b"), ("b", "c"), ("c", "d")] {
            bomb.push_str(&format!(
                "{to}: &{to} [{}]\n",
                vec![format!("*{from}"); 9].join(", ")
            ));
        }
        assert!(error(&bomb).message.contains("aliases"));
        assert_eq!(
            parse(&"- ".repeat(3_000)),
            ParseResult::NotChecked(UncheckedReason::TooDeep)
        );
        assert_eq!(
            parse(&"[".repeat(3_000)),
            ParseResult::NotChecked(UncheckedReason::TooDeep)
        );
        assert!(matches!(parse("a: *nope\n"), ParseResult::Invalid(_)));
    }
}
