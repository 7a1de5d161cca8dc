//! Credentials without a prefix, which are known by the name before them: `WIDGET_API_KEY=`, `curl -u`, `_auth=`.
//!
//! Only values that are long and random count, and only where a name says that they are secret. Names of public
//! identifiers, sessions or pages of a list do not count.

use super::randomness::{Alphabet, is_random};
use super::values::{ALNUM, BASE64, HEX, URL64, run_up_to, uuid};
use std::ops::Range;

/// The last words of names of credentials.
const LAST_WORDS: [&str; 6] = ["key", "token", "secret", "password", "passwd", "auth"];
/// The name of a secret key contains one of these.
const SECRET_KEYS: [&str; 12] = [
    "api",
    "secret",
    "access",
    "admin",
    "auth",
    "private",
    "service",
    "master",
    "account",
    "license",
    "signing",
    "encryption",
];
/// Words in names of values that are public, short-lived or made up.
const PUBLIC: [&str; 24] = [
    "public",
    "publish",
    "anon",
    "site_key",
    "client_id",
    "idempot",
    "cache",
    "page",
    "next",
    "cursor",
    "continu",
    "sync",
    "csrf",
    "xsrf",
    "access_token",
    "refresh",
    "id_token",
    "session",
    "example",
    "sample",
    "fake",
    "demo",
    "test",
    "device",
];
/// The longest name that is read back from its end.
const MAX_NAME: usize = 60;
/// The longest value.
const MAX_VALUE: usize = 128;

/// Whether one of the names may end behind the `_` or `-` at a byte: a quick look before the others.
#[must_use]
#[inline]
pub fn may_begin(text: &[u8], at: usize) -> bool {
    let Some(&[first, second]) = text.get(at + 1..at + 3) else {
        return false;
    };
    let names = match first | 0x20 {
        b'k' | b's' => second | 0x20 == b'e',
        b't' => second | 0x20 == b'o',
        b'p' => second | 0x20 == b'a',
        b'a' => second | 0x20 == b'u',
        b'u' => matches!(second | 0x20, b' ' | b's'),
        _ => false,
    };
    names || first.is_ascii_hexdigit() && text.get(at + 9) == Some(&b'-')
}

/// The credential whose name has its last `_` or `-` at a byte: what it is, and its value.
#[must_use]
pub fn value(text: &str, at: usize) -> Option<(&'static str, Range<usize>)> {
    let rest = text.get(at + 1..)?;
    if let Some(range) = mail_key(text, at) {
        return Some(range);
    }
    if rest.starts_with("u ") || rest.starts_with("user ") {
        return basic(text, at).map(|range| ("a password", range));
    }
    let word = LAST_WORDS.iter().find(|word| {
        let start = rest.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    })?;
    let end = at + 1 + word.len();
    let from = assigned_value(text, end)?;
    if *word == "auth" {
        return encoded_pair(text, from).map(|range| ("a password", range));
    }
    // Most values are short: the name need not be read.
    let (issued, uuid) = (issued(text, from), uuid(text, from));
    if issued.is_none() && uuid.is_none() {
        return None;
    }
    let name = name(text, at, end);
    is_secret(&name, word).then_some(())?;
    if name.contains("server-token") || name.contains("server_token") {
        return uuid.map(|range| ("a token", range));
    }
    let kind = match *word {
        "key" => "a key",
        "token" => "a token",
        "secret" => "a secret",
        _ => "a password",
    };
    issued.map(|range| (kind, range))
}

/// The name that ends at a byte, in small letters.
fn name(text: &str, mark: usize, end: usize) -> String {
    let bytes = text.as_bytes().get(..mark).unwrap_or_default();
    let len = bytes
        .iter()
        .rev()
        .take(MAX_NAME)
        .take_while(|byte| URL64(**byte))
        .count();
    text.get(mark - len..end).unwrap_or_default().to_ascii_lowercase()
}

fn is_secret(name: &str, last: &str) -> bool {
    !PUBLIC.iter().any(|word| name.contains(word))
        && (last != "key" || SECRET_KEYS.iter().any(|word| name.contains(word)))
}

/// The value of a name in camel case, of which the end is given.
pub fn assigned_key(text: &str, end: usize) -> Option<Range<usize>> {
    issued(text, assigned_value(text, end)?)
}

/// Where the value begins of what is assigned to a name: behind `=`, `:`, `=>`, `:=` or a comma between quotes.
fn assigned_value(text: &str, end: usize) -> Option<usize> {
    const MAX_GAP: usize = 12;
    let gap = text.as_bytes().get(end..)?;
    let mut assigned = false;
    let mut quoted = false;
    for (at, byte) in gap.iter().take(MAX_GAP).enumerate() {
        match byte {
            b' ' | b'\t' | b'>' => {}
            b'"' | b'\'' | b'`' | b']' | b')' => quoted = true,
            b'=' | b':' => assigned = true,
            b',' if quoted => assigned = true,
            _ if assigned => return Some(end + at),
            _ => return None,
        }
    }
    None
}

/// A long random value, with nothing behind it that would make it a part of an expression.
pub fn issued(text: &str, from: usize) -> Option<Range<usize>> {
    let range = run_up_to(text, from, |b| URL64(b) || BASE64(b), MAX_VALUE);
    let value = text.get(range.clone())?;
    let rest = text.as_bytes().get(range.end..)?;
    let stops = match rest {
        [b'.', next, ..] => next.is_ascii_whitespace(),
        [next, ..] => !matches!(next, b'(' | b'$' | b'{' | b'<' | b'[' | b'%' | b'~' | b':' | b'@'),
        [] => true,
    };
    (stops && looks_issued(value)).then_some(range)
}

/// Whether a value has the form of keys: hex digits of a usual length, or letters and digits well mixed.
fn looks_issued(value: &str) -> bool {
    if value.bytes().all(HEX) {
        return matches!(value.len(), 32 | 40 | 48 | 64) && is_random(value, Alphabet::Hex);
    }
    let count = |is: fn(&u8) -> bool| value.bytes().filter(&is).count();
    let mixed = count(u8::is_ascii_digit) >= 3
        && count(u8::is_ascii_uppercase) >= 4
        && count(u8::is_ascii_lowercase) >= 4;
    let encoded = value.bytes().any(|b| matches!(b, b'+' | b'/' | b'='));
    let long = if encoded {
        value.len() == 40 || value.len() >= 44 && value.len().is_multiple_of(4)
    } else {
        value.len() >= 32 && count(|b| matches!(b, b'_' | b'-')) * 8 <= value.len()
    };
    mixed && long && is_random(value, Alphabet::Base62)
}

/// `curl -u NAME:PASSWORD`, with a random password (RFC 7617).
fn basic(text: &str, at: usize) -> Option<Range<usize>> {
    const REACH: usize = 300;
    let line = text.get(text.floor_char_boundary(at.saturating_sub(REACH))..at)?;
    let line = line.rsplit('\n').next()?;
    line.contains("curl ").then_some(())?;
    let option = text.get(at..)?.find(' ')? + at + 1;
    let quote = text.get(option..)?.starts_with(['"', '\'']);
    let start = option + usize::from(quote);
    let user = run_up_to(text, start, |b| URL64(b) || matches!(b, b'.' | b'@'), 64);
    (!user.is_empty() && text.get(user.end..)?.starts_with(':')).then_some(())?;
    plain_password(text, user.end + 1)
}

/// A random password that is a separate word.
fn plain_password(text: &str, from: usize) -> Option<Range<usize>> {
    let range = run_up_to(
        text,
        from,
        |b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'`' | b'$' | b'<' | b'{'),
        MAX_VALUE,
    );
    let value = text.get(range.clone())?;
    let after = text.as_bytes().get(range.end);
    let whole = !after.is_some_and(|b| matches!(b, b'$' | b'<' | b'{'));
    (whole && value.len() >= 14 && is_random(value, Alphabet::Base62)).then_some(range)
}

/// `password` of a line of `.netrc`.
pub fn netrc(text: &str, start: usize, at: usize) -> Option<Range<usize>> {
    const REACH: usize = 200;
    let line = text.get(text.floor_char_boundary(start.saturating_sub(REACH))..start)?;
    (line.contains("machine ") && line.contains("login ")).then_some(())?;
    plain_password(text, at)
}

/// `NAME:PASSWORD` in base64, as `.npmrc` has it behind `_auth`.
fn encoded_pair(text: &str, from: usize) -> Option<Range<usize>> {
    use base64::Engine as _;
    let range = run_up_to(text, from, BASE64, MAX_VALUE);
    let value = text.get(range.clone())?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(value).ok()?;
    let pair = String::from_utf8(bytes).ok()?;
    let (_, password) = pair.split_once(':')?;
    is_random(password, Alphabet::Base62).then_some(range)
}

/// Keys of mail services that have their mark at the end: 32 hex digits and `-us12` (Mailchimp) or two groups of eight
/// (Mailgun).
fn mail_key(text: &str, at: usize) -> Option<(&'static str, Range<usize>)> {
    let bytes = text.as_bytes();
    let start = at.checked_sub(32)?;
    let rest = bytes.get(at + 1..)?;
    let center = rest.starts_with(b"us") && rest.get(2).is_some_and(u8::is_ascii_digit);
    let groups = rest.get(8) == Some(&b'-');
    (center || groups).then_some(())?;
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    let head = text.get(start..at)?;
    let fine = !before.is_some_and(|b| URL64(*b)) && head.bytes().all(HEX) && is_random(head, Alphabet::Hex);
    fine.then_some(())?;
    if center {
        let digits = run_up_to(text, at + 3, ALNUM, 4);
        let short = digits.len() <= 2 && text.get(digits.clone())?.bytes().all(|b| b.is_ascii_digit());
        return short.then_some(("a Mailchimp key", start..digits.end));
    }
    let (first, second) = (run_up_to(text, at + 1, HEX, 9), run_up_to(text, at + 10, HEX, 9));
    (first.len() == 8 && second.len() == 8).then_some(("a Mailgun key", start..second.end))
}
