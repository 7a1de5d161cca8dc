//! Where writing needs an invisible character.

use super::HiddenKind;
use super::kind;
use super::lines::LineFacts;
use super::scripts::{
    has_marked_variants, has_no_word_spaces, is_egyptian, is_han, is_hangul, is_right_to_left, is_symbol,
    is_varied_punctuation, joins,
};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};

/// Where an allowed use of an invisible character ends; `None` when nothing needs it there.
pub fn end(text: &str, at: usize, c: char, facts: &mut LineFacts<'_>) -> Option<usize> {
    let before = text.get(..at)?.chars().next_back();
    let end = at + c.len_utf8();
    let after = text.get(end..)?.chars().next();
    let beside = |test: fn(char) -> bool| before.is_some_and(test) || after.is_some_and(test);
    let fine = match u32::from(c) {
        // The end of a line, or a file whose lines end so.
        0x0D => after.is_none_or(|a| matches!(a, '\n' | '\r')) || !facts.is_overwritten(at),
        // Spaces are judged together.
        0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => true,
        // Another rule reports a byte order mark at the start of the file.
        0xFEFF => at == 0,
        // Zero-width joiner: between pictographs, or in scripts that join.
        0x200D => {
            before.is_some_and(joins)
                || before.is_some_and(ends_emoji) && after.is_some_and(UnicodeEmoji::is_emoji_char)
        }
        0x200C => before.is_some_and(joins) || after.is_some_and(joins),
        // Break opportunities of scripts that write no blanks between words.
        0x200B => beside(has_no_word_spaces),
        0x200E | 0x200F | 0x061C => {
            facts.at(at).right_to_left > 0 && !(before.is_some_and(is_latin) && after.is_some_and(is_latin))
        }
        0x202A..=0x202C | 0x2066..=0x2069 => facts.at(at).has_fitting_isolates(),
        0xFE00..=0xFE0F | 0xE0100..=0xE01EF => selector(text, at, c, before),
        // A flag of a subdivision: a black flag, the subdivision's code in tags, a closing tag.
        0xE0020..=0xE007F => {
            return (before == Some('\u{1F3F4}'))
                .then(|| flag_end(text, at))
                .flatten();
        }
        // A hyphen that shows only at the end of a line, inside a word.
        0xAD => joins_words(before, after) && before.is_some_and(char::is_alphabetic),
        // No line breaks between two letters of a word, so that a joiner does nothing there.
        0x2060 => {
            let in_word = |c: char| c.is_alphabetic() && !has_no_word_spaces(c) && !is_hangul(c);
            joins_words(before, after) && !(before.is_some_and(in_word) && after.is_some_and(in_word))
        }
        0x34F => beside(|c| c.general_category_group() == GeneralCategoryGroup::Mark),
        0x115F..=0x1160 | 0x3164 | 0xFFA0 => beside(is_hangul),
        0x17B4..=0x17B5 => beside(|c| matches!(u32::from(c), 0x1780..=0x17FF) && kind(c).is_none()),
        0x180B..=0x180F => before.is_some_and(|c| matches!(u32::from(c), 0x1810..=0x18AF)),
        // Invisible operators of formulas.
        0x2061..=0x2064 => {
            before.is_some_and(|b| b.is_alphanumeric() || b == ')')
                && after.is_some_and(|a| a.is_alphanumeric() || a == '(')
        }
        _ => false,
    };
    fine.then_some(end)
}

/// Whether visible characters that are not white space are on both sides.
fn joins_words(before: Option<char>, after: Option<char>) -> bool {
    let seen = |c: char| kind(c).is_none() && !c.is_whitespace();
    before.is_some_and(seen) && after.is_some_and(seen)
}

fn is_latin(c: char) -> bool {
    c.is_alphabetic() && !is_right_to_left(c)
}

/// Whether a variation selector follows a character that it varies: `StandardizedVariants.txt` and
/// `emoji-variation-sequences.txt` of Unicode, and the ideographic variation database (UTS 37).
fn selector(text: &str, at: usize, c: char, before: Option<char>) -> bool {
    let Some(base) = before else { return false };
    match u32::from(c) {
        0xFE0E..=0xFE0F => base.is_emoji_char() || is_symbol(base) || is_left_over(text, at),
        0xFE00 if base == '0' || base.general_category() == GeneralCategory::MathSymbol => true,
        0xFE00..=0xFE01 if is_varied_punctuation(base) => true,
        0xFE00..=0xFE02 => is_han(base) || has_marked_variants(base) || is_egyptian(base),
        0xFE03..=0xFE06 => is_egyptian(base),
        0xE0100..=0xE01EF => is_han(base),
        _ => false,
    }
}

/// Whether a selector of emoji presentation is the only one nearby without a character that it varies: what stays when
/// an emoji is deleted before it. One alone carries no data.
fn is_left_over(text: &str, at: usize) -> bool {
    const REACH: usize = 1_000;
    let from = text.floor_char_boundary(at.saturating_sub(REACH));
    let mut before = text.get(..from).and_then(|text| text.chars().next_back());
    let near = text
        .get(from..text.floor_char_boundary(at + REACH))
        .unwrap_or_default();
    let idle = near.chars().filter(|c| {
        let varies = before.is_some_and(|b| b.is_emoji_char() || is_symbol(b));
        before = Some(*c);
        kind(*c) == Some(HiddenKind::Selector) && !varies
    });
    idle.take(2).count() == 1
}

/// The end of the tags of a flag that start at `at`: a region of two letters and one to three more characters.
fn flag_end(text: &str, at: usize) -> Option<usize> {
    let mut end = at;
    let mut code = String::new();
    for c in text.get(at..)?.chars().take(7) {
        end += c.len_utf8();
        match char::from_u32(u32::from(c).wrapping_sub(0xE0000)) {
            Some('\u{7f}') => {
                let (region, rest) = code.split_at_checked(2)?;
                let known = region.chars().all(|c| c.is_ascii_lowercase()) && (1..=3).contains(&rest.len());
                return known.then_some(end);
            }
            Some(c) if c.is_ascii_lowercase() || c.is_ascii_digit() => code.push(c),
            _ => return None,
        }
    }
    None
}

/// What an emoji sequence may end with before a joiner.
fn ends_emoji(c: char) -> bool {
    c.is_emoji_char() && !c.is_ascii() || c == '\u{fe0f}'
}
