//! Commands in code of other languages, where the code runs them: `os.system("...")`, `exec(b64decode(...))`.

use super::host::{Address, HostRisk};
use super::{Danger, DangerMatch, find_in_script};
use crate::text::any_of;
use aho_corasick::{AhoCorasick, packed};
use memchr::memmem::Finder;
use std::ops::Range;
use std::sync::LazyLock;

/// Functions that give a text to a shell: Python's `os` and `subprocess`, Node's `child_process`, Ruby and PHP.
const SHELL_CALLS: [&str; 13] = [
    "os.system(",
    "os.popen(",
    "subprocess.run(",
    "subprocess.call(",
    "subprocess.Popen(",
    "subprocess.check_call(",
    "subprocess.check_output(",
    "subprocess.getoutput(",
    "execSync(",
    "child_process.exec(",
    "cp.exec(",
    "shell_exec(",
    "create_subprocess_shell(",
];
/// Functions that run code in their own language.
const EVAL_CALLS: [&str; 4] = ["exec(", "eval(", "Function(", "compile("];
/// What decodes code, between such a function and the text.
const DECODERS: [&str; 12] = [
    "b64decode(",
    "atob(",
    "b32decode(",
    "a85decode(",
    "unhexlify(",
    "fromhex(",
    "decompress(",
    "marshal.loads(",
    "codecs.decode(",
    "base64_decode(",
    "decode64(",
    "Buffer.from(",
];
/// What downloads code there.
const DOWNLOADERS: [&str; 6] = [
    "requests.get(",
    "urlopen(",
    "httpx.get(",
    "fetch(",
    "file_get_contents(",
    "axios.get(",
];

/// The longest string that is read as a command.
const MAX_STRING: usize = 2_000;

/// A search by whole vectors of bytes. All of them have a bracket: an automaton would look for that byte first, and stop
/// at each call in the code. Where the processor has no such vectors, there is the automaton.
static CALLS: LazyLock<(Option<packed::Searcher>, Option<AhoCorasick>)> = LazyLock::new(|| {
    let calls = || SHELL_CALLS.iter().chain(&EVAL_CALLS);
    let vectors = packed::Searcher::new(calls());
    let automaton = if vectors.is_none() { any_of(calls()) } else { None };
    (vectors, automaton)
});

/// The variable of Node.js that turns the verification of certificates off.
const UNVERIFIED: &str = "NODE_TLS_REJECT_UNAUTHORIZED";

static UNVERIFIED_SEARCH: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(UNVERIFIED));

/// `process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"` and the like.
fn unverified(code: &str, found: &mut Vec<DangerMatch>) {
    for at in UNVERIFIED_SEARCH.find_iter(code.as_bytes()) {
        let rest = code.get(at + UNVERIFIED.len()..).unwrap_or_default();
        let gap = rest
            .bytes()
            .take(8)
            .take_while(|b| br#" ='"]"#.contains(b))
            .count();
        let assigned = rest
            .get(..gap)
            .is_some_and(|gap| gap.contains('=') && !gap.contains("=="));
        if assigned && rest.as_bytes().get(gap) == Some(&b'0') {
            let danger = Danger::DisablesTlsChecks {
                what: UNVERIFIED.to_owned(),
                lasting: true,
            };
            found.push(DangerMatch::new(danger, at..at + UNVERIFIED.len() + gap + 1));
        }
    }
}

/// The commands that a piece of code runs.
pub fn find(code: &str, found: &mut Vec<DangerMatch>) {
    unverified(code, found);
    let (vectors, automaton) = &*CALLS;
    let vectors = vectors.iter().flat_map(|search| search.find_iter(code));
    let automaton = automaton.iter().flat_map(|search| search.find_iter(code));
    for hit in vectors.chain(automaton) {
        let before = code.as_bytes().get(..hit.start()).and_then(<[u8]>::last);
        let word = before.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        if hit.pattern().as_usize() < SHELL_CALLS.len() {
            if !word && let Some(text) = literal(code, hit.end()) {
                for mut inner in find_in_script(code.get(text.clone()).unwrap_or_default()) {
                    inner.range = inner.range.start + text.start..inner.range.end + text.start;
                    found.push(inner);
                }
            }
        } else if !word && before.is_none_or(|b| *b != b'.') {
            evaluated(code, hit.start(), hit.end(), found);
        }
    }
}

/// Code that is decoded or downloaded inside of the call that runs it.
fn evaluated(code: &str, start: usize, at: usize, found: &mut Vec<DangerMatch>) {
    const MAX_CALL_BYTES: usize = 300;
    let rest = code.get(at..).unwrap_or_default();
    let rest = rest
        .get(..rest.floor_char_boundary(MAX_CALL_BYTES))
        .unwrap_or_default();
    let rest = rest.split('\n').next().unwrap_or_default();
    if let Some(decoder) = first_call(rest, &DECODERS) {
        // The text to decode must be a literal: a variable may hold anything.
        let text = rest.get(decoder..).unwrap_or_default();
        if text.contains(['"', '\'']) {
            let end = at + rest.find(')').map_or(rest.len(), |end| end + 1);
            found.push(DangerMatch::new(Danger::Decoded, start..end));
        }
    } else if let Some(end) = first_call(rest, &DOWNLOADERS)
        && let Some(text) = literal(rest, end)
        && let Some(address) = rest.get(text.clone()).and_then(Address::parse)
        && let Some(risk) = address.risk()
    {
        found.push(DangerMatch::new(
            Danger::Downloaded { address, risk },
            start..at + text.end + 1,
        ));
    }
}

/// The end of the first of some calls, if only names, calls and short arguments come before it.
fn first_call(text: &str, calls: &[&str]) -> Option<usize> {
    let (at, call) = calls
        .iter()
        .filter_map(|call| Some((text.find(call)?, call)))
        .min()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '(' | ')' | '\'' | '"' | ' ');
    let before = text.get(..at)?;
    let open = before.matches('(').count() >= before.matches(')').count();
    (open && before.len() <= 60 && before.chars().all(plain)).then_some(at + call.len())
}

/// Whether a program in an argument decodes its own code and runs it: `python -c "exec(b64decode(...))"`.
#[must_use]
pub fn decodes_and_runs(code: &str) -> bool {
    let mut found = Vec::new();
    find(code, &mut found);
    found.iter().any(|found| found.danger == Danger::Decoded)
}

/// The bytes of the string that a call begins with, without its quotes.
fn literal(code: &str, at: usize) -> Option<Range<usize>> {
    let rest = code.get(at..)?;
    let trimmed = rest.trim_start_matches([' ', '\n', '\t', 'f', 'r', 'b']);
    let start = at + rest.len() - trimmed.len();
    let mark = ["\"\"\"", "'''", "\"", "'", "`"]
        .into_iter()
        .find(|mark| trimmed.starts_with(mark))?;
    let inside = trimmed.get(mark.len()..)?;
    let inside = inside.get(..inside.floor_char_boundary(MAX_STRING))?;
    let end = end_of_string(inside, mark)?;
    Some(start + mark.len()..start + mark.len() + end)
}

fn end_of_string(text: &str, mark: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let end = from + text.get(from..)?.find(mark)?;
        if text.get(..end)?.ends_with('\\') && !text.get(..end)?.ends_with("\\\\") {
            from = end + mark.len();
        } else {
            return Some(end);
        }
    }
}

/// The strings of JSON that hold commands: scripts of `package.json`, arguments of servers, hooks.
pub fn in_strings(code: &str, triggers: &AhoCorasick, found: &mut Vec<DangerMatch>) {
    let mut end = 0;
    for hit in triggers.find_iter(code) {
        if hit.start() < end {
            continue;
        }
        let from = code
            .floor_char_boundary(hit.start().saturating_sub(MAX_STRING))
            .max(end);
        let before = code.get(from..hit.start()).unwrap_or_default();
        let Some(open) = before.rfind('"') else { continue };
        if before.get(open..).is_none_or(|text| text.contains('\n')) || before[..open].ends_with('\\') {
            continue;
        }
        let start = from + open + 1;
        let inside = code.get(start..).unwrap_or_default();
        let inside = inside
            .get(..inside.floor_char_boundary(MAX_STRING))
            .unwrap_or_default();
        let Some(len) = end_of_string(inside, "\"") else {
            continue;
        };
        end = start + len;
        for mut inner in find_in_script(&inside[..len]) {
            if matches!(
                &inner.danger,
                Danger::Downloaded {
                    risk: HostRisk::Unknown,
                    ..
                }
            ) {
                continue;
            }
            inner.range = inner.range.start + start..(inner.range.end + start).min(end);
            found.push(inner);
        }
    }
}
