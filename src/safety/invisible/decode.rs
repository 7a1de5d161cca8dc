//! Decode the text that invisible characters encode.

/// Tag characters are ASCII moved up.
pub fn tags(raw: &[char]) -> Option<String> {
    let text: String = raw
        .iter()
        .filter_map(|c| char::from_u32(u32::from(*c).wrapping_sub(0xE0000)))
        .filter(|c| matches!(c, ' '..='~'))
        .collect();
    readable(text)
}

/// The 256 variation selectors as bytes.
pub fn selectors(raw: &[char]) -> Option<String> {
    let bytes: Vec<u8> = raw
        .iter()
        .filter_map(|c| match u32::from(*c) {
            c @ 0xFE00..=0xFE0F => u8::try_from(c - 0xFE00).ok(),
            c @ 0xE0100..=0xE01EF => u8::try_from(c - 0xE0100 + 16).ok(),
            _ => None,
        })
        .collect();
    readable(String::from_utf8(bytes).ok()?)
}

/// Two zero-width characters as the bits of ASCII, in either sense.
pub fn bits(raw: &[char]) -> Option<String> {
    let mut kinds: Vec<char> = raw.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    let &[zero, one] = kinds.as_slice() else {
        return None;
    };
    if !raw.len().is_multiple_of(8) {
        return None;
    }
    [one, zero].into_iter().find_map(|set| {
        let bytes = raw
            .chunks(8)
            .map(|byte| {
                byte.iter()
                    .fold(0_u8, |all, bit| all << 1 | u8::from(*bit == set))
            })
            .collect();
        readable(String::from_utf8(bytes).ok()?)
    })
}

/// The text if it is printable and long enough not to be a coincidence.
fn readable(text: String) -> Option<String> {
    const MAX_LEN: usize = 80;
    let fine = text.chars().count() >= 2 && text.chars().all(|c| !crate::text::is_active(c) || c == '\n');
    fine.then(|| {
        if text.chars().count() > MAX_LEN {
            text.chars().take(MAX_LEN).chain("...".chars()).collect()
        } else {
            text
        }
    })
}
