//! Which of many words a text begins with.

/// Words in order, each with a value. One search finds all that a text begins with; to make an automaton of some
/// thousand words takes longer than to search a hub for them.
pub struct WordTable<W, T> {
    rows: Vec<Row<W, T>>,
    /// A bit for each hash: whether the first bytes of some word have it. Few places in a text match.
    heads: Vec<u64>,
    /// Whether some word of less than four bytes begins with this byte.
    short: [bool; 256],
}

struct Row<W, T> {
    word: W,
    value: T,
    /// The longest row before it that the word begins with.
    shorter: Option<usize>,
}

/// How many hashes there are.
const HASHES: usize = 1 << 15;

impl<W: AsRef<str>, T> WordTable<W, T> {
    /// A table of some words.
    pub fn new(words: impl IntoIterator<Item = (W, T)>) -> Self {
        let mut words: Vec<(W, T)> = words.into_iter().collect();
        words.sort_by(|(a, _), (b, _)| a.as_ref().cmp(b.as_ref()));
        let mut heads = vec![0_u64; HASHES / 64];
        let mut short = [false; 256];
        let mut rows: Vec<Row<W, T>> = Vec::with_capacity(words.len());
        for (word, value) in words {
            match *word.as_ref().as_bytes() {
                [a, b, c, d, ..] => {
                    let hash = hash([a, b, c, d]);
                    heads[hash / 64] |= 1 << (hash % 64);
                }
                [first, ..] => short[usize::from(first)] = true,
                [] => continue,
            }
            let mut shorter = rows.len().checked_sub(1);
            while let Some(row) = shorter.and_then(|at| rows.get(at)) {
                if word.as_ref().starts_with(row.word.as_ref()) {
                    break;
                }
                shorter = row.shorter;
            }
            rows.push(Row { word, value, shorter });
        }
        Self { rows, heads, short }
    }

    /// Whether a text may begin with a word. False positives are rare.
    #[inline]
    pub fn may_start(&self, text: &[u8]) -> bool {
        match *text {
            [a, b, c, d, ..] => {
                let hash = hash([a, b, c, d]);
                self.heads[hash / 64] >> (hash % 64) & 1 == 1 || self.short[usize::from(a)]
            }
            [first, ..] => self.short[usize::from(first)],
            [] => false,
        }
    }

    /// The words that a text begins with, the longest first, each with its value. Ask [`Self::may_start`] first: it is much
    /// faster.
    pub fn starts_of<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = (&'a W, &'a T)> {
        // Every word that the text begins with is a prefix of the last word that does not sort after the text.
        let after = self
            .rows
            .partition_point(|row| row.word.as_ref().as_bytes() <= text);
        let mut next = after.checked_sub(1);
        std::iter::from_fn(move || {
            loop {
                let row = self.rows.get(next?)?;
                next = row.shorter;
                if text.starts_with(row.word.as_ref().as_bytes()) {
                    return Some((&row.word, &row.value));
                }
            }
        })
    }
}

/// A number for the first bytes of a text.
fn hash(head: [u8; 4]) -> usize {
    const FACTOR: u32 = 0x9E37_79B1; // 2^32 by the golden ratio: Knuth's multiplicative hash
    (u32::from_le_bytes(head).wrapping_mul(FACTOR) >> (32 - HASHES.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_a_text_begins_with_is_found() {
        let words = ["do", "do not", "do not tell", "door", "do not", "ask", "a"];
        let table = WordTable::new(words.into_iter().zip(0..));
        let found =
            |text: &str| -> Vec<i32> { table.starts_of(text.as_bytes()).map(|(_, at)| *at).collect() };
        assert_eq!(found("do not tell them"), [2, 4, 1, 0]);
        assert_eq!(found("do not test"), [4, 1, 0]);
        assert_eq!(found("doors"), [3, 0]);
        assert_eq!(found("ask"), [5, 6]);
        assert_eq!(found("as"), [6]);
        assert_eq!(found("asp"), [6]);
        assert_eq!(found("a"), [6]);
        assert_eq!(found(""), [0; 0]);
        assert_eq!(found("zzz"), [0; 0]);
        for text in ["do not tell them", "doors", "ask", "a", "as"] {
            assert!(table.may_start(text.as_bytes()), "{text}");
        }
        assert!(!table.may_start(b"zzz") && !table.may_start(b""));
    }
}
