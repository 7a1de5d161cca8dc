//! Parts of types, each once.

/// The parts that are not equal to one before, in order; at most `most` of them, so that the work is bounded.
pub(super) fn distinct<T: PartialEq>(parts: impl IntoIterator<Item = T>, most: usize) -> Vec<T> {
    let mut found: Vec<T> = Vec::new();
    for part in parts {
        if found.len() < most && !found.contains(&part) {
            found.push(part);
        }
    }
    found
}
