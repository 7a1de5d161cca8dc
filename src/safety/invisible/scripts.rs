//! Which characters need invisible ones beside them, by script.

use super::kind;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Scripts whose letters change shape beside a joiner: Arabic and its neighbours, the Brahmic scripts of India
/// and South-East Asia, Mongolian, and those the standard adds to them.
pub fn joins(c: char) -> bool {
    c.general_category_group() != GeneralCategoryGroup::Separator
        && kind(c).is_none()
        && matches!(
            u32::from(c),
            0x0600..=0x08FF
                | 0x0900..=0x0DFF
                | 0x0F00..=0x109F
                | 0x1700..=0x17FF
                | 0x1800..=0x18AF
                | 0x1900..=0x1CFF
                | 0xA800..=0xABFF
                | 0xFB50..=0xFDFF
                | 0xFE70..=0xFEFC
                | 0x10A00..=0x11FFF
                | 0x1E900..=0x1E95F
        )
}

/// Thai, Lao, Tibetan, Myanmar, Khmer, New Tai Lue, Tai Tham, Cham and other scripts of the region; Japanese and
/// Chinese use the break too.
pub fn has_no_word_spaces(c: char) -> bool {
    matches!(
        u32::from(c),
        0x0E00..=0x0EFF | 0x0F00..=0x109F | 0x1780..=0x17FF | 0x1950..=0x1AAF | 0x1B00..=0x1B7F | 0xAA00..=0xAADF
    ) || is_han(c)
        || matches!(u32::from(c), 0x3040..=0x30FF)
}

/// Letters of scripts written from right to left.
pub fn is_right_to_left(c: char) -> bool {
    matches!(
        u32::from(c),
        0x0591..=0x061B | 0x061D..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF
    )
}

/// Symbols, and what makes keycaps and emoji of punctuation.
pub fn is_symbol(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Symbol
        || matches!(c, '#' | '*' | '0'..='9' | '‼' | '⁉' | '〰' | '〽')
}

/// Ideographs and their radicals.
pub fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x2E80..=0x2FFF | 0x3001..=0x3007 | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Mathematical letters, Myanmar and Phags-pa.
pub fn has_marked_variants(c: char) -> bool {
    matches!(u32::from(c), 0x1000..=0x109F | 0xA840..=0xA87F | 0xAA60..=0xAA7F | 0x1D400..=0x1D7FF)
}

/// Full-width punctuation, which may be placed in a corner or in the middle, and quotation marks.
pub fn is_varied_punctuation(c: char) -> bool {
    matches!(
        c,
        '、' | '。'
            | '！'
            | '，'
            | '．'
            | '：'
            | '；'
            | '？'
            | '\u{2018}'
            | '\u{2019}'
            | '\u{201c}'
            | '\u{201d}'
    )
}

/// Egyptian hieroglyphs, which selectors rotate.
pub fn is_egyptian(c: char) -> bool {
    matches!(u32::from(c), 0x13000..=0x143FF)
}

/// Korean syllables and their letters.
pub fn is_hangul(c: char) -> bool {
    kind(c).is_none()
        && matches!(u32::from(c), 0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF)
}
