//! Credentials that look real, by the formats that their issuers publish.
//!
//! A match needs the issuer's prefix, alphabet and length, then either the checksum that the issuer puts into the
//! token or enough randomness. What documentation writes in a token's place does not count: test-mode keys,
//! `EXAMPLE`, `your_key`, `xxxx`, counted digits, repeated characters, words.

mod formats;
mod named;
mod randomness;
mod search;
mod split;
mod table;
mod values;

use crate::text::Span;

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it is: "a GitHub token".
    pub kind: &'static str,
    /// The whole of it.
    pub span: Span,
    /// The part that must not be shown: what follows the published prefix.
    pub value: Span,
}

/// Every credential in a text, in order.
#[must_use]
pub fn find(text: &str) -> Vec<Secret> {
    let places = search::places(text);
    let mut found: Vec<Secret> = Vec::new();
    for (start, end, format) in places.prefixes {
        // A prefix inside of a credential that was found is a part of it.
        let inside = |last: &Secret| (start as u64) < u64::from(last.span.end);
        if found.last().is_some_and(inside) || !format.before.allows(byte_before(text, start)) {
            continue;
        }
        if let Some(value) = (format.value)(text, start, end) {
            let from = if format.value_only {
                value.start
            } else {
                start.min(value.start)
            };
            found.push(Secret {
                kind: format.kind,
                span: Span::new(from, value.end),
                value: Span::from(value),
            });
        }
    }
    let known = found.len();
    add_named(text, &places.names, known, &mut found);
    add_split(text, &places.breaks, known, &mut found);
    if found.len() > known {
        found.sort_by_key(|secret| secret.span);
    }
    found
}

fn byte_before(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(..at).and_then(<[u8]>::last).copied()
}

/// Add the credentials that are recognised only by the name before them, where no format matched.
fn add_named(text: &str, names: &[usize], known: usize, found: &mut Vec<Secret>) {
    for at in names {
        let Some((kind, value)) = named::value(text, *at) else {
            continue;
        };
        let span = Span::from(value);
        let formats = found.get(..known).unwrap_or_default();
        let after = formats.partition_point(|secret| secret.span.end <= span.start);
        if formats.get(after).is_none_or(|next| next.span.start >= span.end)
            && found.last().is_none_or(|last| last.span != span)
        {
            found.push(Secret {
                kind,
                span,
                value: span,
            });
        }
    }
}

/// Add the credentials that `<wbr>` or a soft hyphen splits: the text around each is read without them.
fn add_split(text: &str, breaks: &[usize], known: usize, found: &mut Vec<Secret>) {
    let mut end = 0;
    for at in breaks.iter().copied() {
        if at < end {
            continue;
        }
        let Some((joined, span)) = split::joined(text, at) else {
            continue;
        };
        end = span.end as usize;
        let formats = found.get(..known).unwrap_or_default();
        let after = formats.partition_point(|secret| secret.span.end <= span.start);
        if formats.get(after).is_some_and(|next| next.span.start < span.end) {
            continue;
        }
        if let Some(secret) = find(&joined).first() {
            found.push(Secret {
                kind: secret.kind,
                span,
                value: span,
            });
        }
    }
}

/// The text with the value of every credential as asterisks, including repetitions without the context that
/// identifies it; the same text when there is no credential. Its length and every character's place stay what they
/// were.
#[must_use]
pub fn mask_secrets(text: &str) -> std::borrow::Cow<'_, str> {
    mask(text, &find(text))
}

/// The text with the values of its credentials as asterisks: each has the same length as before.
#[must_use]
pub fn mask<'a>(text: &'a str, found: &[Secret]) -> std::borrow::Cow<'a, str> {
    if found.is_empty() {
        return text.into();
    }
    let mut spans: Vec<Span> = found.iter().map(|secret| secret.value).collect();
    // Shorter lines of a value (a key may have some) are not secret alone.
    let again = found
        .iter()
        .flat_map(|secret| secret.value.slice(text).lines())
        .filter(|line| line.len() > 8);
    if let Ok(values) = aho_corasick::AhoCorasick::new(again) {
        spans.extend(values.find_iter(text).map(|hit| Span::from(hit.range())));
    }
    spans.sort_unstable();
    mask_spans(text, spans).into()
}

/// The text with some spans, in order, as asterisks. Line breaks stay.
#[must_use]
pub fn mask_spans(text: &str, spans: impl IntoIterator<Item = Span>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        let span = span.range();
        out.push_str(text.get(at..span.start).unwrap_or_default());
        for c in text.get(span.start.max(at)..span.end).unwrap_or_default().chars() {
            if matches!(c, '\n' | '\r') {
                out.push(c);
            } else {
                // Values are ASCII; if one is not, the length is kept all the same.
                out.extend(std::iter::repeat_n('*', c.len_utf8()));
            }
        }
        at = span.end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_masked_wherever_it_stands() {
        let body = ["zQWBuTSOoRi4A9sp", "HcVY5ncnsDkxkJ0mLq17"].concat();
        let text = format!("{body}\nghp_{body} and {body}");
        assert_eq!(find(&text).len(), 1);
        let stars = "*".repeat(body.len());
        assert_eq!(mask_secrets(&text), format!("{stars}\nghp_{stars} and {stars}"));
    }

    fn kinds(text: &str) -> Vec<&'static str> {
        find(text).iter().map(|secret| secret.kind).collect()
    }

    #[test]
    fn a_live_token_is_found_and_masked() {
        // The pieces are separate so that no scanner reports this test as a leak.
        let token = ["gh", "p_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17"].concat();
        let text = format!("export TOKEN={token} # é");
        assert_eq!(kinds(&text), ["a GitHub token"]);
        let masked = mask_secrets(&text);
        assert_eq!(masked.len(), text.len());
        assert_eq!(masked, format!("export TOKEN=ghp_{} # é", "*".repeat(36)));
    }

    #[test]
    fn a_token_with_a_wrong_checksum_was_never_issued() {
        let token = ["gh", "p_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq18"].concat();
        assert!(kinds(&token).is_empty());
    }

    #[test]
    fn samples_are_not_secrets() {
        for text in [
            "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "sk_live_YOUR_KEY_GOES_HERE_PLEASE",
            "AKIAIOSFODNN7EXAMPLE",
            "xoxb-your-bot-token",
            "sk-ant-...",
            "sk_live_1234567890abcdefghijklmn",
            "AIzaSyAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "hf_hub_download hf_file_system_is_a_long_name_of_a_function",
            "npm_config_registry npm_package_version_is_a_variable_in_scripts",
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\\nYOUR_KEY_HERE\\n-----END RSA PRIVATE KEY-----",
        ] {
            assert!(kinds(text).is_empty(), "{text} {:?}", kinds(text));
        }
    }

    #[test]
    fn masking_keeps_lines() {
        assert_eq!(mask_spans("ab\ncd\nef", [Span::new(1, 4)]), "a*\n*d\nef");
    }
}
