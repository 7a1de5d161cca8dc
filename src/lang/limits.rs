//! Limits against blocks that make a parser hang, abort or exhaust memory.

use super::{ParseResult, UncheckedReason, work};
use crate::text::count_bytes;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

/// The largest block that a recursive parser is given, in bytes. Blocks of documentation are thousands of bytes.
pub const MAX_BYTES: usize = 128 * 1024;

/// The largest block of a language that has a grammar only, in bytes: where it errs, a grammar costs ten times as much.
pub const MAX_GRAMMAR_BYTES: usize = 32 * 1024;

/// The largest block of a data format, whose parsers do not recurse for every byte, in bytes.
pub const MAX_DATA_BYTES: usize = 512 * 1024;

/// The largest block for which idioms are looked for and languages guessed, in bytes: each costs more parses.
pub const MAX_LENIENT_BYTES: usize = 16 * 1024;

/// The deepest nesting of brackets that is parsed. `CPython` stops at 200.
pub const MAX_DEPTH: usize = 1_000;

/// Blocks up to this many bytes with shallow brackets run on the current stack: even with a level of recursion
/// for every byte they fit in the usual 2 MiB of a thread.
const MAX_SMALL_BYTES: usize = if cfg!(debug_assertions) { 128 } else { 1_536 };

/// Bytes of stack that a parser may need for each byte of code. Levels cost one byte at least.
const STACK_PER_BYTE: usize = if cfg!(debug_assertions) { 12 * 1024 } else { 1_280 };

/// Whether `(`, `[` and `{` may be nested deeper than `most`, quotes and comments not considered.
#[must_use]
pub fn is_deeper(code: &str, most: usize) -> bool {
    // Most code has fewer of them, nested or not, and counting is fast.
    let is_open = |byte| matches!(byte, b'(' | b'[' | b'{');
    code.len() > most && count_bytes(code, is_open) > most && depth(code) > most
}

/// Deepest nesting of `(`, `[` and `{`.
fn depth(code: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in code.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Run a recursive parser within the limits, on a larger stack when the code could need one.
pub fn parse_within_limits(code: &str, parse: impl FnOnce() -> ParseResult) -> ParseResult {
    if code.len() > MAX_BYTES {
        return ParseResult::NotChecked(UncheckedReason::TooLarge);
    }
    if is_deeper(code, MAX_DEPTH) {
        return ParseResult::NotChecked(UncheckedReason::TooDeep);
    }
    if !work::try_spend(code.len()) {
        return ParseResult::NotChecked(UncheckedReason::TooSlow);
    }
    with_stack(code.len(), parse)
}

/// Run `work`, whose recursion is bounded by the number of bytes it looks at, with enough stack for it.
pub fn with_stack<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    if bytes <= MAX_SMALL_BYTES {
        return work();
    }
    // The memory is only reserved; pages are allocated as the recursion reaches them.
    let need = bytes.saturating_mul(STACK_PER_BYTE).clamp(4 << 20, 384 << 20);
    stacker::maybe_grow(need, need, work)
}

thread_local! {
    static FENCED: Cell<bool> = const { Cell::new(false) };
}

/// Run a parser of another crate; `None` when it panics: no document may make the program panic. Fuzzing found three
/// such inputs. No message is written: the block is counted as not checked.
pub fn catch_parser_panic<T>(parse: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !FENCED.get() {
                usual(info);
            }
        }));
    });
    let outer = FENCED.replace(true);
    // A parser that panics leaves no shared state: arenas are reset, and trees are dropped.
    let result = panic::catch_unwind(AssertUnwindSafe(parse));
    FENCED.set(outer);
    result.ok()
}

/// The verdict of a block that is too large for the parser of a data format, or for which no work is left.
#[must_use]
pub fn too_large(code: &str) -> Option<ParseResult> {
    if code.len() > MAX_DATA_BYTES {
        return Some(ParseResult::NotChecked(UncheckedReason::TooLarge));
    }
    (!work::try_spend(code.len())).then_some(ParseResult::NotChecked(UncheckedReason::TooSlow))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_the_deepest_place() {
        assert_eq!(depth("a(b[c]{d})e(f)"), 2);
        assert_eq!(depth(")))("), 1);
        assert!(is_deeper("(a)(b(c))", 1) && !is_deeper("(a)(b(c))", 2) && !is_deeper("()()()", 1));
    }

    #[test]
    fn a_parser_that_panics_is_one_that_says_nothing() {
        assert_eq!(catch_parser_panic(|| 1), Some(1));
        let inner = catch_parser_panic(|| catch_parser_panic(|| -> u8 { unreachable!("a parser") }));
        assert_eq!(inner, Some(None));
    }

    #[test]
    fn large_and_deep_code_is_refused_before_it_is_parsed() {
        let deep = "(".repeat(MAX_DEPTH + 1);
        assert_eq!(
            parse_within_limits(&deep, || ParseResult::Valid),
            ParseResult::NotChecked(UncheckedReason::TooDeep)
        );
        let large = " ".repeat(MAX_BYTES + 1);
        assert_eq!(
            parse_within_limits(&large, || ParseResult::Valid),
            ParseResult::NotChecked(UncheckedReason::TooLarge)
        );
        assert_eq!(
            parse_within_limits(" ", || ParseResult::Valid),
            ParseResult::Valid
        );
    }
}
