//! Find command substitutions `$( )`, because the parser does not look inside.

use std::ops::Range;

/// The contents of every outermost `$( )` outside of single quotes, comments and here-documents.
///
/// Left out: arithmetic `$(( ))`, and contents with `case`, whose patterns have closing parentheses of their own.
pub(super) fn substitution_contents(code: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // A here-document can hold any text; a scan cannot determine which ones expand.
    if memchr::memmem::find(code.as_bytes(), b"<<").is_some() {
        return found;
    }
    walk(code.as_bytes(), |event, at| {
        if let Event::Command { end } = event {
            found.push(at..end);
        }
    });
    found.retain(|range| code.get(range.clone()).is_some_and(|text| !text.contains("case")));
    found
}

/// Whether a command substitution holds a `case`.
pub(super) fn has_case(code: &str) -> bool {
    code.match_indices("$(").any(|(at, _)| {
        let inside = code.get(at + 2..).unwrap_or_default();
        inside
            .find("case ")
            .is_some_and(|case| inside.get(..case).is_some_and(|before| !before.contains(')')))
    })
}

/// Deepest nesting of `(` that the parser's grammar sees: outside of quotes, comments and `$( )`.
pub(super) fn group_depth(code: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    walk(code.as_bytes(), |event, _| match event {
        Event::Open => {
            depth += 1;
            deepest = deepest.max(depth);
        }
        Event::Close => depth = depth.saturating_sub(1),
        Event::Command { .. } => {}
    });
    deepest
}

enum Event {
    /// The inside of `$( )` starts at the given place and ends at `end`.
    Command {
        end: usize,
    },
    Open,
    Close,
}

/// Walk over a script outside of strings that do not expand.
fn walk(bytes: &[u8], mut see: impl FnMut(Event, usize)) {
    let mut at = 0;
    let mut double = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\'' if !double => at = quote_end(bytes, at),
            b'"' => double = !double,
            b'#' if !double && starts_word(bytes, at) => {
                at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
            }
            b'$' if bytes.get(at + 1) == Some(&b'(') => {
                let arithmetic = bytes.get(at + 2) == Some(&b'(');
                let end = close(bytes, at + 2);
                if let Some(end) = end.filter(|_| !arithmetic) {
                    see(Event::Command { end }, at + 2);
                }
                at = end.unwrap_or(bytes.len());
            }
            b'(' if !double => see(Event::Open, at),
            b')' if !double => see(Event::Close, at),
            _ => {}
        }
        at += 1;
    }
}

/// The parenthesis that closes the substitution whose inside starts at `start`.
fn close(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    // One entry per open parenthesis: whether a double quote is open inside it.
    let mut open = vec![false];
    while let Some(&byte) = bytes.get(at) {
        let double = *open.last()?;
        match byte {
            b'\\' => at += 1,
            b'\'' if !double => at = quote_end(bytes, at),
            b'"' => {
                if let Some(last) = open.last_mut() {
                    *last = !*last;
                }
            }
            b'#' if !double && starts_word(bytes, at) => {
                at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
            }
            b'$' if bytes.get(at + 1) == Some(&b'(') => {
                open.push(false);
                at += 1;
            }
            b'(' if !double => open.push(false),
            b')' if !double => {
                open.pop();
                if open.is_empty() {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The closing single quote, or the end.
fn quote_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start + 1..).unwrap_or_default();
    memchr::memchr(b'\'', rest).map_or(bytes.len(), |end| start + 1 + end)
}

/// Whether `#` at this place starts a comment.
fn starts_word(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|before| bytes.get(before))
        .is_none_or(|byte| b" \t\n;&|(".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitutions_are_found_with_their_nested_quotes() {
        let inside = |code: &str| -> Vec<String> {
            substitution_contents(code)
                .into_iter()
                .map(|range| code[range].to_owned())
                .collect()
        };
        assert_eq!(inside("a=$(b \"$(c ')')\") # $(d)"), ["b \"$(c ')')\""]);
        assert_eq!(inside("'$(a)' \"$(b)\" $((1 + 2))"), ["b"]);
        assert!(inside("$(case x in y) z;; esac)").is_empty());
        assert!(inside("$(open").is_empty());
    }

    #[test]
    fn groups_outside_quotes_are_counted() {
        assert_eq!(group_depth("((a) '(((' \"((\" $(((b))) # ((((("), 2);
    }
}
