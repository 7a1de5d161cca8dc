//! Whether a value is random, as a credential is, or an example.

/// Words in what documentation writes instead of a credential.
const WORDS: &[&str] = &[
    "example",
    "your",
    "placeholder",
    "xxxx",
    "dummy",
    "sample",
    "redacted",
    "changeme",
    "replace",
    "insert",
    "secret",
    "token",
    "foobar",
    "lorem",
    "hidden",
    "fake",
    "here",
    "demo",
    "apikey",
    "api_key",
    "api-key",
    "actual",
    "mykey",
    "todo",
    "test",
    "passw",
    "qwert",
    "asdf",
    "zxcv",
    "deadbeef",
    "abc123",
    "1234abcd",
];

/// Whether a value looks like one that an issuer made.
#[must_use]
pub fn is_random(value: &str, alphabet: Alphabet) -> bool {
    let letters = value.bytes().filter(u8::is_ascii_alphanumeric).count();
    if letters < 12 {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    // In a very long value three or four letters in a row mean nothing.
    let words_count = value.len() <= 80;
    if words_count && WORDS.iter().any(|word| lower.contains(word)) || lower.contains("example") {
        return false;
    }
    if longest_run(lower.as_bytes(), 0) >= 5
        || longest_run(lower.as_bytes(), 1) >= 6
        || longest_run(lower.as_bytes(), -1) >= 6
    {
        return false;
    }
    if repeats(lower.as_bytes()) || is_counted(lower.as_bytes()) {
        return false;
    }
    entropy(value) >= alphabet.least_entropy(value.len()) && alphabet.is_mixed(value)
}

/// The characters that a credential is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// 0-9 and a-f.
    Hex,
    /// Letters in one case and digits.
    Base36,
    /// Letters in both cases, digits, and perhaps punctuation.
    Base62,
    /// Letters in both cases.
    Letters,
}

impl Alphabet {
    /// Bits for each character that a random value of this length hardly ever falls below.
    fn least_entropy(self, len: usize) -> f64 {
        match self {
            Self::Hex if len < 40 => 2.8,
            Self::Hex => 3.2,
            Self::Base36 if len <= 16 => 2.8,
            Self::Base36 => 3.2,
            Self::Base62 | Self::Letters if len < 24 => 3.2,
            Self::Base62 | Self::Letters if len < 32 => 3.6,
            Self::Base62 | Self::Letters => 3.9,
        }
    }

    /// Whether the kinds of characters are mixed as in a random value.
    fn is_mixed(self, value: &str) -> bool {
        let has = |test: fn(&u8) -> bool| value.as_bytes().iter().any(test);
        let digit = has(u8::is_ascii_digit);
        let (lower, upper) = (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
        match self {
            Self::Hex | Self::Base36 => digit && (lower || upper),
            Self::Base62 => digit && lower && upper,
            Self::Letters => lower && upper,
        }
    }
}

/// Shannon entropy in bits for each character.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let len = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let p = f64::from(*count) / len;
            -p * p.log2()
        })
        .sum()
}

/// The longest run of characters that each differ by `step` from the one before: `aaaa`, `1234`, `fedc`.
fn longest_run(bytes: &[u8], step: i16) -> usize {
    let mut longest = 1;
    let mut run = 1;
    for pair in bytes.windows(2) {
        let &[a, b] = pair else { continue };
        let next = i16::from(b) - i16::from(a) == step || step == 1 && (a, b) == (b'9', b'0');
        run = if next { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}

/// Whether the value counts up in many short runs (`abc123def456`) or in two at once (`a1b2c3d4`).
fn is_counted(bytes: &[u8]) -> bool {
    let pairs = bytes
        .windows(2)
        .filter(|pair| pair[1] == pair[0].wrapping_add(1))
        .count();
    let mut run = 0;
    let mut longest = 0;
    for three in bytes.windows(3) {
        run = if three[2] == three[0].wrapping_add(1) {
            run + 1
        } else {
            0
        };
        longest = longest.max(run);
    }
    pairs * 3 >= bytes.len() || longest >= 5
}

/// Whether the value is a few characters over and over.
fn repeats(bytes: &[u8]) -> bool {
    (1..=8.min(bytes.len() / 2)).any(|period| {
        let same = bytes
            .iter()
            .zip(bytes.iter().skip(period))
            .filter(|(a, b)| a == b)
            .count();
        // Other characters at the end do not matter.
        same * 10 >= (bytes.len() - period) * 8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_values_are_told_from_written_ones() {
        assert!(is_random("q8ZtB3nYw0KdLr5VhXc2MfJp", Alphabet::Base62));
        assert!(is_random("9f3c27a1be08d45c6e91f02b7da3485c", Alphabet::Hex));
        for written in [
            "abcdefghijklmnopqrstuvwx",
            "abc123abc123abc123abc123",
            "ReplaceThisWithYour0wnKey",
            "AAAAAaaaaa1111122222bbbbb",
            "thisisnotarealkeyatall00",
        ] {
            assert!(!is_random(written, Alphabet::Base62), "{written}");
        }
    }
}
