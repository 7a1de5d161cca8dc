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
    let plain = |s: &str| {
        s.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
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

#[cfg(test)]
mod tests {
    use super::nearest;

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
