//! "Did you mean": the nearest of a few known words.

/// How often a rule may still look for something near, in a file or in the hub it looks at: it is expensive, and
/// a reader does not need more.
#[derive(Debug)]
pub struct SuggestionBudget(usize);

impl Default for SuggestionBudget {
    fn default() -> Self {
        Self(200)
    }
}

impl SuggestionBudget {
    /// Use up one search; `false` when none is left.
    pub fn spend(&mut self) -> bool {
        let left = self.0.checked_sub(1);
        self.0 = left.unwrap_or_default();
        left.is_some()
    }
}

/// The known word nearest to what was written, when it is near enough to be a typing mistake: one edit for short
/// words, two for long ones (a swap of neighbours counts as one), or only case and separators apart.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let bare = plain(written);
    // Longer than any word we know: nothing near, and no quadratic comparison of hostile input.
    if bare.is_empty() || bare.len() > 64 {
        return None;
    }
    let allowed = if bare.chars().count() < 5 { 1 } else { 2 };
    known
        .into_iter()
        .map(|word| (strsim::osa_distance(&bare, &plain(word)), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// The known word that was meant, with its distance, when what was written can only be a slip of it: for words that
/// mean something, and where a wrong suggestion does harm. `fetch` is not `patch`, and `get` is not `set`: the first
/// letter is the same, or the first two letters are swapped; one edit for words under six letters, two for others.
#[must_use]
pub fn slip_of<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<(usize, &'a str)> {
    let bare = plain(written);
    let length = bare.chars().count();
    if !(3..=64).contains(&length) {
        return None;
    }
    let allowed = if length < 6 { 1 } else { 2 };
    let starts_alike = |other: &str| {
        let (mut a, mut b) = (bare.chars(), other.chars());
        let (first, second) = ((a.next(), b.next()), (a.next(), b.next()));
        first.0 == first.1 || first.0 == second.1 && first.1 == second.0
    };
    known
        .into_iter()
        .map(|word| (plain(word), word))
        .filter(|(other, _)| starts_alike(other))
        .map(|(other, word)| (strsim::osa_distance(&bare, &other), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
}

/// A word without case and separators.
fn plain(word: &str) -> String {
    word.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{nearest, slip_of};

    #[test]
    fn words_that_mean_different_things_are_no_slips() {
        let slip = |written, known| slip_of(written, [known]).map(|(distance, _)| distance);
        for (written, known) in [
            ("fetch", "patch"),
            ("get", "set"),
            ("post", "host"),
            ("send", "append"),
            ("close", "clone2"),
            ("a", "b"),
        ] {
            assert_eq!(slip(written, known), None, "{written}");
        }
        for (written, known, distance) in [
            ("openia", "openai", 1),
            ("reqeusts", "requests", 1),
            ("erquests", "requests", 1),
            ("max_retires", "max_retries", 1),
            ("usrname", "username", 1),
            ("recieveall", "receive_all", 1),
            ("timeoutt", "timeout", 1),
            ("conection", "connections", 2),
        ] {
            assert_eq!(slip(written, known), Some(distance), "{written}");
        }
    }

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let known = ["updated-on", "revision", "source", "tags"];
        assert_eq!(nearest("updated_on", known), Some("updated-on"));
        assert_eq!(nearest("revison", known), Some("revision"));
        assert_eq!(nearest("tagz", known), Some("tags"));
        assert_eq!(nearest("license", known), None);
        assert_eq!(nearest("", known), None);
    }
}
