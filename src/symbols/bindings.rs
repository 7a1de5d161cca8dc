//! What the blocks of a document bind: names that later blocks use.

use std::collections::{BTreeMap, BTreeSet};

/// How many blocks of a document may bind a name that later blocks know. Each of these looks at all of them.
const MAX_BLOCKS: usize = 500;

/// What the top level of each block binds.
#[derive(Debug)]
pub(super) struct Bindings<V> {
    /// By name, then by block.
    names: BTreeMap<String, BTreeMap<usize, V>>,
    /// The names that each block binds.
    of_blocks: BTreeMap<usize, Vec<String>>,
}

impl<V> Default for Bindings<V> {
    fn default() -> Self {
        Self {
            names: BTreeMap::new(),
            of_blocks: BTreeMap::new(),
        }
    }
}

impl<V> Bindings<V> {
    /// Set what a block binds, in place of what it did before.
    pub fn set(&mut self, block: usize, bound: BTreeMap<String, V>) {
        for name in self.of_blocks.remove(&block).unwrap_or_default() {
            if let Some(of_blocks) = self.names.get_mut(&name) {
                of_blocks.remove(&block);
            }
        }
        self.of_blocks.insert(block, bound.keys().cloned().collect());
        for (name, value) in bound {
            self.names.entry(name).or_default().insert(block, value);
        }
    }

    /// The bindings of the names that the code of a block mentions and an earlier one binds. Other names are left out, so
    /// that the time for a document does not grow with the square of its blocks.
    pub fn before<'s>(
        &'s self,
        block: usize,
        code: &'s str,
    ) -> impl Iterator<Item = (&'s str, &'s BTreeMap<usize, V>)> {
        let words = code.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$'));
        let words: BTreeSet<&str> = words.collect();
        words.into_iter().filter_map(move |word| {
            let of_blocks = self.names.get(word)?;
            let (first, _) = of_blocks.first_key_value()?;
            (*first < block && of_blocks.len() <= MAX_BLOCKS).then_some((word, of_blocks))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_block_mentions_and_an_earlier_one_binds() {
        let mut bindings = Bindings::default();
        let bound = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), ())).collect();
        bindings.set(0, bound(&["a", "b$", "c"]));
        bindings.set(2, bound(&["d"]));
        let names =
            |block, code| -> Vec<&str> { bindings.before(block, code).map(|(name, _)| name).collect() };
        assert_eq!(names(1, "a.c(b$, d, ca)"), ["a", "b$", "c"]);
        assert_eq!(names(0, "a"), [""; 0]);
        bindings.set(0, bound(&["e"]));
        let left: Vec<&str> = bindings.before(1, "a e").map(|(name, _)| name).collect();
        assert_eq!(left, ["e"]);
    }

    #[test]
    fn a_name_that_very_many_blocks_bind_is_not_carried() {
        let mut bindings = Bindings::default();
        for block in 0..=MAX_BLOCKS {
            assert_eq!(bindings.before(block, "a").count(), usize::from(block > 0));
            bindings.set(block, BTreeMap::from([("a".to_owned(), ())]));
        }
        assert_eq!(bindings.before(9_999, "a").count(), 0);
    }
}
