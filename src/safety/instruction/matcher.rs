//! Find the phrases in a text. A pattern is compiled only when a text has words that it can begin with: few hubs need
//! one, and compiling all of them takes longer than searching a whole hub.

use super::patterns::{FILLER, Guard, InstructionPattern, Intent, PATTERNS};
use super::word_table::WordTable;
use regex::bytes::{Regex, RegexBuilder};
use regex_automata::nfa::thompson::backtrack::BoundedBacktracker;
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

/// Texts up to this length, in bytes, are searched with nothing but the states of a pattern: working out more of it takes
/// longer than backtracking in them. The engine bounds its work: of a large pattern, it searches only shorter texts.
const SHORT: usize = 2_000;

/// How many places of a text are tried one by one: each costs as much as a search from there on may.
const MAX_STARTS: usize = 4;

/// How many matches of a pattern are looked at.
const MAX_MATCHES: usize = 64;

/// Whether the text before a match satisfies its guard.
fn is_guarded(plain: &str, at: usize, guard: Guard) -> bool {
    const REACH: usize = 80;
    const NEGATIONS: &[&str] = &[
        "never ", " not ", "n't ", "dont ", "avoid", "cannot ", " no ", "refuse", "forbid", "do not ",
    ];
    const LEADS: &[&str] = &[
        "please",
        "and",
        "then",
        "also",
        "first",
        "always",
        "silently",
        "quietly",
        "must",
        "should",
        "shall",
        "now",
        "to",
        "immediately",
        "simply",
        "just",
        "will",
        "next",
        "finally",
        "instead",
        "or",
        "secretly",
        "automatically",
        "will",
        "would",
        "can",
        "could",
        "kindly",
    ];
    let from = plain.floor_char_boundary(at.saturating_sub(REACH));
    let before = plain.get(from..at).unwrap_or_default();
    match guard {
        Guard::None => true,
        Guard::NotNegated => {
            let sentence = before
                .rsplit(['.', '!', '?', ';', ':'])
                .next()
                .unwrap_or_default();
            let sentence = format!(" {sentence}");
            !NEGATIONS.iter().any(|word| sentence.contains(word))
        }
        Guard::Order => {
            let before = before.trim_end();
            let word = before
                .rsplit([' ', ',', '.', ':', ';', '-', '('])
                .next()
                .unwrap_or_default();
            // Notes of authors to themselves begin with such a word.
            let note = ["todo", "fixme", "xxx", "note to self"]
                .iter()
                .any(|word| before.contains(word));
            !note && (before.is_empty() || !before.ends_with(char::is_alphanumeric) || LEADS.contains(&word))
        }
    }
}

struct CompiledPhrase {
    intent: Intent,
    /// Whether it counts only where no reader sees it.
    unseen_only: bool,
    guard: Guard,
    source: String,
    regex: OnceLock<Option<Regex>>,
    /// The same for short texts.
    short: OnceLock<Option<BoundedBacktracker>>,
}

impl CompiledPhrase {
    /// The first match that counts. `starts` are the places at which one may begin, when they are known.
    fn find(&self, plain: &str, starts: Option<&[usize]>) -> Option<Range<usize>> {
        let is_order = |at: usize| self.intent != Intent::Execution || !is_topic(plain, at);
        let counts =
            |found: &Range<usize>| is_guarded(plain, found.start, self.guard) && is_order(found.start);
        // A pattern that does not compile is found by the test below.
        if plain.len() <= SHORT {
            let short = self.short.get_or_init(|| self.compile_short()).as_ref()?;
            if plain.len() <= short.max_haystack_len() {
                let few = starts.filter(|starts| starts.len() <= MAX_STARTS);
                if let Some(starts) = few {
                    return match_at(short, plain, starts, counts);
                }
                let mut cache = short.create_cache();
                let mut all = short.try_find_iter(&mut cache, plain).take(MAX_MATCHES);
                return all.find_map(|found| Some(found.ok()?.range()).filter(counts));
            }
        }
        let compile = || RegexBuilder::new(&self.source).unicode(false).build().ok();
        let regex = self.regex.get_or_init(compile).as_ref()?;
        let mut all = regex.find_iter(plain.as_bytes()).take(MAX_MATCHES);
        all.find_map(|found| Some(found.range()).filter(counts))
    }

    fn compile_short(&self) -> Option<BoundedBacktracker> {
        let states = thompson::Config::new()
            .utf8(false)
            .which_captures(WhichCaptures::Implicit);
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        BoundedBacktracker::builder()
            .thompson(states)
            .syntax(syntax)
            .build(&self.source)
            .ok()
    }
}

/// The first match that counts and that begins at one of some places.
fn match_at(
    short: &BoundedBacktracker,
    plain: &str,
    starts: &[usize],
    counts: impl Fn(&Range<usize>) -> bool,
) -> Option<Range<usize>> {
    let mut cache = short.create_cache();
    let mut free = 0;
    for at in starts.iter().copied() {
        if at < free {
            continue;
        }
        let input = Input::new(plain).range(at..).anchored(Anchored::Yes);
        if let Some(found) = short.try_find(&mut cache, input).ok()? {
            if counts(&found.range()) {
                return Some(found.range());
            }
            free = found.end();
        }
    }
    None
}

/// Whether the words before a place ask the author of a page to write about what follows: "describe when the agent
/// should ...", "list what your assistant must ...".
fn is_topic(plain: &str, at: usize) -> bool {
    const NEAR: usize = 80;
    const WRITE: [&str; 16] = [
        "clarify",
        "cover",
        "define",
        "describe",
        "document",
        "explain",
        "list",
        "mention",
        "note",
        "outline",
        "say",
        "specify",
        "state",
        "summarise",
        "summarize",
        "write",
    ];
    const ASK: [&str; 7] = ["how", "what", "when", "where", "whether", "which", "why"];
    let from = plain.ceil_char_boundary(at.saturating_sub(NEAR));
    let before = plain.get(from..at).unwrap_or_default();
    let sentence = before
        .rsplit(['.', '!', '?', ':', ';', '(', '<'])
        .next()
        .unwrap_or_default();
    let mut words = sentence
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty());
    let asked = words.by_ref().any(|word| WRITE.contains(&word)) && words.any(|word| ASK.contains(&word));
    // Only an article may be between the question word and the subject.
    let mut last = sentence.split_ascii_whitespace().rev();
    let word = match last.next() {
        Some("a" | "an" | "the" | "this" | "your") => last.next(),
        word => word,
    };
    asked && word.is_some_and(|word| ASK.contains(&word))
}

struct PhraseMatcher {
    rows: Vec<CompiledPhrase>,
    /// The rows that any text may match.
    always: Vec<usize>,
    /// What the matches of all others begin with, each with its row.
    beginnings: WordTable<&'static str, usize>,
}

/// The beginnings of the patterns: to work them out takes longer than to search a hub for them. `cargo snapshots`
/// writes them.
const BEGINNINGS: &str = include_str!("beginnings.txt");

static MATCHER: LazyLock<PhraseMatcher> = LazyLock::new(|| {
    let row = |pattern: &InstructionPattern| CompiledPhrase {
        intent: pattern.intent,
        unseen_only: pattern.unseen_only,
        guard: pattern.guard,
        source: pattern.expression.replace("FILLER", FILLER),
        regex: OnceLock::new(),
        short: OnceLock::new(),
    };
    let rows: Vec<CompiledPhrase> = PATTERNS.iter().map(row).collect();
    let listed = BEGINNINGS.lines().filter_map(|line| line.split_once('\t'));
    let beginnings: Vec<(&'static str, usize)> = listed
        .filter_map(|(beginning, row)| Some((beginning, row.parse().ok()?)))
        .collect();
    let mut has = vec![false; rows.len()];
    for (_, row) in &beginnings {
        if let Some(has) = has.get_mut(*row) {
            *has = true;
        }
    }
    PhraseMatcher {
        always: (0..rows.len()).filter(|row| !has[*row]).collect(),
        rows,
        beginnings: WordTable::new(beginnings),
    }
});

impl PhraseMatcher {
    /// The places of a text at which a match may begin, each with its row, row by row: in front of a word or of a mark.
    fn starts(&self, plain: &str) -> Vec<(usize, usize)> {
        let mut starts = Vec::new();
        let bytes = plain.as_bytes();
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let mut before = false;
        for (at, byte) in bytes.iter().enumerate() {
            let in_word = is_word(*byte);
            let rest = bytes.get(at..).unwrap_or_default();
            if (!before || !in_word) && self.beginnings.may_start(rest) {
                starts.extend(self.beginnings.starts_of(rest).map(|(_, row)| (*row, at)));
            }
            before = in_word;
        }
        starts.sort_unstable();
        // Several beginnings of a row may be at a place.
        starts.dedup();
        starts
    }
}

/// A pattern that a text may match.
#[derive(Clone)]
struct Candidate {
    row: &'static CompiledPhrase,
    /// The places at which a match may begin; `None` where it may begin anywhere.
    starts: Option<Vec<usize>>,
}

/// A plain text, with the patterns that it may match.
pub struct Candidates<'a> {
    /// The text.
    pub plain: &'a str,
    rows: Vec<Candidate>,
}

impl<'a> Candidates<'a> {
    /// Look for the beginnings of patterns. `unseen` says that no reader sees the text, so that every pattern counts.
    pub fn new(plain: &'a str, unseen: bool) -> Self {
        let starts = MATCHER.starts(plain);
        let begun = starts.chunk_by(|(a, _), (b, _)| a == b).map(|chunk| {
            let row = chunk.first().map_or(0, |(row, _)| *row);
            (row, Some(chunk.iter().map(|(_, at)| *at).collect()))
        });
        let always = MATCHER.always.iter().map(|row| (*row, None));
        let rows = begun.chain(always).filter_map(|(row, starts)| {
            let row = MATCHER.rows.get(row)?;
            (unseen || !row.unseen_only).then_some(Candidate { row, starts })
        });
        Self {
            plain,
            rows: rows.collect(),
        }
    }

    /// Those that count also where readers see the text.
    pub fn where_seen(&self) -> Self {
        let rows = self.rows.iter().filter(|candidate| !candidate.row.unseen_only);
        Self {
            plain: self.plain,
            rows: rows.cloned().collect(),
        }
    }

    /// Whether the text may have a phrase: it has the beginning of one.
    pub fn may_have(&self, intent: Intent) -> bool {
        self.rows.iter().any(|candidate| candidate.row.intent == intent)
    }

    /// Whether the text has a phrase. Only the patterns of this phrase are searched for.
    pub fn has(&self, intent: Intent) -> bool {
        let mut rows = self
            .rows
            .iter()
            .filter(|candidate| candidate.row.intent == intent);
        rows.any(|candidate| self.find(candidate).is_some())
    }

    fn find(&self, candidate: &Candidate) -> Option<Range<usize>> {
        candidate.row.find(self.plain, candidate.starts.as_deref())
    }

    /// The phrases: the first of each pattern, in order.
    pub fn all(&self) -> Vec<(Intent, Range<usize>)> {
        let plain = self.plain;
        let found = self.rows.iter();
        let found = found.filter_map(|candidate| Some((candidate.row.intent, self.find(candidate)?)));
        let mut found: Vec<(Intent, Range<usize>)> = found
            // Patterns see bytes, and may end inside of a character.
            .map(|(intent, range)| {
                (
                    intent,
                    plain.floor_char_boundary(range.start)..plain.ceil_char_boundary(range.end),
                )
            })
            .collect();
        // The match that starts first; of several at one place, the one that is first in the list.
        found.sort_by_key(|(_, range)| range.start);
        found
    }
}

/// The phrases in a plain text: the first of each pattern, in order. `unseen` says that no reader sees it, so that every
/// pattern counts.
pub fn all(plain: &str, unseen: bool) -> Vec<(Intent, Range<usize>)> {
    Candidates::new(plain, unseen).all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_syntax::ParserBuilder;
    use regex_syntax::hir::literal::{Extractor, Seq};
    use regex_syntax::hir::{Hir, HirKind, Look};
    use std::collections::BTreeSet;

    #[test]
    fn every_pattern_compiles() {
        for row in &MATCHER.rows {
            row.find("", None);
            row.find(&" ".repeat(SHORT + 1), None);
            assert!(row.regex.get().is_some_and(Option::is_some), "{}", row.source);
            assert!(row.short.get().is_some_and(Option::is_some), "{}", row.source);
        }
    }

    /// How many bytes of a beginning are listed.
    const PREFIX_LEN: usize = 12;

    fn parsed(row: &CompiledPhrase) -> Hir {
        let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
        parser.parse(&row.source).unwrap()
    }

    /// What every match begins with, one of these; `None` when that can be anything.
    fn beginnings(row: &CompiledPhrase) -> Option<Seq> {
        let mut beginnings = Extractor::new().extract(&parsed(row));
        beginnings.keep_first_bytes(PREFIX_LEN);
        beginnings.dedup();
        let shortest = beginnings.min_literal_len()?;
        (shortest > 1).then_some(beginnings)
    }

    /// The expected list of beginnings.
    fn list() -> String {
        let mut lines = BTreeSet::new();
        for (at, row) in MATCHER.rows.iter().enumerate() {
            let found = beginnings(row);
            for literal in found.iter().flat_map(|found| found.literals().unwrap()) {
                let bytes = literal.as_bytes();
                // A character that is cut off is left out.
                let text = bytes.utf8_chunks().next().unwrap().valid();
                assert!(text.len() > 1 && !text.contains(['\t', '\n']), "{text:?}");
                lines.insert((text.to_owned(), at));
            }
        }
        lines.iter().map(|(text, at)| format!("{text}\t{at}\n")).collect()
    }

    #[test]
    fn the_list_of_beginnings_is_that_of_the_patterns() {
        assert!(list() == BEGINNINGS, "run `cargo snapshots`");
        assert!(MATCHER.always.len() < 3, "{:?}", MATCHER.always);
    }

    #[test]
    #[ignore = "it writes into the repository: run `cargo snapshots`"]
    fn rewrite_the_list_of_beginnings() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/safety/instruction/beginnings.txt"
        );
        crate::fsio::write_atomic(std::path::Path::new(path), list().as_bytes()).unwrap();
    }

    /// Whether every match begins in front of a word or of a mark.
    fn is_at_start(hir: &Hir) -> bool {
        match hir.kind() {
            HirKind::Alternation(parts) => parts.iter().all(is_at_start),
            HirKind::Concat(parts) => is_at_start(&parts[0]),
            HirKind::Look(look) => matches!(look, Look::WordAscii | Look::Start),
            HirKind::Literal(literal) => !literal.0[0].is_ascii_alphanumeric(),
            _ => false,
        }
    }

    #[test]
    fn a_match_begins_in_front_of_a_word_or_of_a_mark() {
        for row in &MATCHER.rows {
            assert!(is_at_start(&parsed(row)), "{}", row.source);
        }
    }
}
