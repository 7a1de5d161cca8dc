//! The formats of credentials, as their issuers document them. The rows are in `table.rs`.

use std::ops::Range;

/// Reads what follows a prefix: given the text and the ends of the prefix, the value, when it looks real.
pub type ReadValue = fn(&str, usize, usize) -> Option<Range<usize>>;

/// One format.
pub struct SecretFormat {
    /// What it starts with.
    pub prefix: &'static str,
    /// What it is.
    pub kind: &'static str,
    /// Where the format is published.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "for readers of the table; a test checks that each row has one"
        )
    )]
    pub source: &'static str,
    /// How much of the prefix is not searched for, since it is common in any text and would stop the search at every
    /// other line. It may have capitals.
    pub common: usize,
    /// What may precede the prefix.
    pub before: Before,
    /// Whether only the value is reported, without the text before it.
    pub value_only: bool,
    /// Reads the value.
    pub value: ReadValue,
}

/// What may precede a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// Anything.
    Anything,
    /// No part of a word.
    NoWord,
    /// No part of a word in capitals: a key in capitals may follow a name in small letters.
    NoCapital,
}

impl Before {
    /// Whether a byte may precede the prefix.
    #[must_use]
    pub fn allows(self, byte: Option<u8>) -> bool {
        match self {
            Self::Anything => true,
            Self::NoWord => !byte.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')),
            Self::NoCapital => !byte
                .is_some_and(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-')),
        }
    }
}

/// A format whose prefix begins a word.
pub const fn format(
    prefix: &'static str,
    kind: &'static str,
    source: &'static str,
    value: ReadValue,
) -> SecretFormat {
    SecretFormat {
        prefix,
        kind,
        source,
        common: 0,
        before: Before::NoWord,
        value_only: false,
        value,
    }
}

/// A format whose prefix may be anywhere, even inside a word.
pub const fn anywhere(
    prefix: &'static str,
    kind: &'static str,
    source: &'static str,
    value: ReadValue,
) -> SecretFormat {
    SecretFormat {
        before: Before::Anything,
        ..format(prefix, kind, source, value)
    }
}

impl SecretFormat {
    /// The same format, but this start of its prefix is not searched for.
    pub const fn after(self, common: &str) -> Self {
        Self {
            common: common.len(),
            ..self
        }
    }

    /// The same format, which may also follow small letters.
    pub const fn after_small_letters(self) -> Self {
        Self {
            before: Before::NoCapital,
            ..self
        }
    }

    /// The same format, of which only the value is marked.
    pub const fn value_only(self) -> Self {
        Self {
            value_only: true,
            ..self
        }
    }

    /// What is searched for.
    pub fn needle(&self) -> &'static str {
        self.prefix.get(self.common..).unwrap_or(self.prefix)
    }

    /// Where a prefix begins, given the byte at which its searched part was found.
    pub fn start(&self, text: &str, found: usize) -> Option<usize> {
        let start = found.checked_sub(self.common)?;
        let common = self.prefix.get(..self.common)?;
        text.get(start..found)?
            .eq_ignore_ascii_case(common)
            .then_some(start)
    }
}
