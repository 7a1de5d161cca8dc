//! Which of many words a text begins with.

/// Words in order, each with a value. One search finds all that a text begins with; to make an automaton of some
/// thousand words takes longer than to search a hub for them.
pub struct WordTable<T> {
    rows: Vec<Row<T>>,
    /// Whether some word begins with bytes of this hash: few places of a text have one. Words of one or two bytes are
    /// apart.
    heads: Vec<bool>,
    short_heads: Vec<bool>,
}

struct Row<T> {
    word: &'static str,
    value: T,
    /// The longest row before it that the word begins with.
    shorter: Option<usize>,
}

/// How many hashes there are.
const HASHES: usize = 1 << 12;

impl<T> WordTable<T> {
    /// A table of some words.
    pub fn new(words: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut words: Vec<(&str, T)> = words.into_iter().collect();
        words.sort_by_key(|(word, _)| *word);
        let (mut heads, mut short_heads) = (vec![false; HASHES], vec![false; HASHES]);
        let mut rows: Vec<Row<T>> = Vec::with_capacity(words.len());
        for (word, value) in words {
            match word.as_bytes() {
                [] => continue,
                // Any byte may follow.
                [first] => (0..=255).for_each(|second| short_heads[hash(&[*first, second])] = true),
                [_, _] => short_heads[hash(word.as_bytes())] = true,
                [first, second, third, ..] => heads[hash(&[*first, *second, *third])] = true,
            }
            let mut shorter = rows.len().checked_sub(1);
            while let Some(row) = shorter.and_then(|at| rows.get(at)) {
                if word.starts_with(row.word) {
                    break;
                }
                shorter = row.shorter;
            }
            rows.push(Row { word, value, shorter });
        }
        Self {
            rows,
            heads,
            short_heads,
        }
    }

    /// The words that a text begins with, the longest first, each with its value.
    #[inline]
    pub fn starts_of<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = (&'static str, &'a T)> {
        let known = match text {
            [first, second, third, ..] => {
                self.heads[hash(&[*first, *second, *third])] || self.short_heads[hash(&[*first, *second])]
            }
            rest => !rest.is_empty(),
        };
        // Every word that the text begins with is a beginning of the last word that is not behind the text in order.
        let mut next = if known {
            self.rows
                .partition_point(|row| row.word.as_bytes() <= text)
                .checked_sub(1)
        } else {
            None
        };
        std::iter::from_fn(move || {
            loop {
                let row = self.rows.get(next?)?;
                next = row.shorter;
                if text.starts_with(row.word.as_bytes()) {
                    return Some((row.word, &row.value));
                }
            }
        })
    }
}

/// A number for the first bytes of a text.
fn hash(head: &[u8]) -> usize {
    let hash = head.iter().fold(0, |hash, byte| hash << 5 ^ usize::from(*byte));
    hash % HASHES
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
        assert_eq!(found("a"), [6]);
        assert_eq!(found(""), [0; 0]);
        assert_eq!(found("zzz"), [0; 0]);
    }
}
