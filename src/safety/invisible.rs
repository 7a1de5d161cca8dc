//! Invisible characters, where no script and no emoji needs them.
//!
//! Candidates are the default-ignorable characters (UAX 44), the bidirectional controls (UAX 9) and the controls
//! of terminals. What writing needs stays: joiners in the scripts that join (The Unicode Standard, 23.2), emoji
//! sequences and flags (UTS 51), variation selectors after the characters they vary, direction marks beside
//! letters written from right to left.

mod decode;
mod scripts;

use crate::text::Span;
use scripts::{
    has_marked_variants, has_no_word_spaces, is_han, is_hangul, is_right_to_left, is_symbol, joins,
};
use unicode_properties::{GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};

/// What kind of thing is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HiddenKind {
    /// Reorders what follows: the text is not displayed in the order in which it is read ("Trojan Source").
    Bidi,
    /// Tag characters, which carry a whole ASCII text.
    Tag,
    /// Variation selectors without a character they vary: each may carry a byte.
    Selector,
    /// Zero-width and other default-ignorable characters.
    ZeroWidth,
    /// Control characters, which a terminal executes.
    Control,
    /// Left-to-right marks in text from left to right, which change nothing that is seen.
    Mark,
}

impl HiddenKind {
    /// How many kinds there are.
    pub const KINDS: usize = 6;
}

/// A run of hidden characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenRun {
    /// What they are.
    pub kind: HiddenKind,
    /// Where.
    pub span: Span,
    /// How many.
    pub count: usize,
    /// The decoded text, if there is one.
    pub says: Option<String>,
}

/// Everything hidden in a text, in order. Neighbours of one kind are one run.
#[must_use]
pub fn find(text: &str) -> Vec<HiddenRun> {
    let mut runs: Vec<HiddenRun> = Vec::new();
    let mut raw: Vec<char> = Vec::new();
    let mut at = 0;
    while let Some(start) = next_candidate(text, at) {
        let Some(c) = text.get(start..).and_then(|rest| rest.chars().next()) else {
            break;
        };
        at = start + c.len_utf8();
        let Some(kind) = kind(c) else { continue };
        if let Some(end) = allowed(text, start, c) {
            at = end;
            continue;
        }
        match runs
            .last_mut()
            .filter(|run| run.kind == kind && run.span.end as usize == start)
        {
            Some(run) => {
                run.span = Span::new(run.span.start as usize, at);
                run.count += 1;
            }
            None => {
                finish(&mut runs, &mut raw);
                runs.push(HiddenRun {
                    kind,
                    span: Span::new(start, at),
                    count: 1,
                    says: None,
                });
            }
        }
        raw.push(c);
    }
    finish(&mut runs, &mut raw);
    runs
}

/// The next byte at or after `at` where a candidate may start: a control, or one of the lead bytes that all
/// invisible characters have. Most bytes are neither.
fn next_candidate(text: &str, at: usize) -> Option<usize> {
    // Whole pieces of plain ASCII are skipped at once.
    const PIECE: usize = 64;
    let is_plain = |byte: &u8| (b' '..0x7f).contains(byte) | (b'\t'..=b'\n').contains(byte);
    let mut at = at;
    for piece in text.as_bytes().get(at..)?.chunks(PIECE) {
        if !piece.iter().fold(true, |plain, byte| plain & is_plain(byte)) {
            let candidate = piece.iter().position(|byte| {
                matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1f | 0x7f | 0xc2 | 0xcd | 0xd8 | 0xe1..=0xe3 | 0xef..=0xf3)
            });
            if let Some(offset) = candidate {
                return Some(at + offset);
            }
        }
        at += piece.len();
    }
    None
}

fn finish(runs: &mut [HiddenRun], raw: &mut Vec<char>) {
    if let Some(run) = runs.last_mut() {
        run.says = match run.kind {
            HiddenKind::Tag => decode::tags(raw),
            HiddenKind::Selector => decode::selectors(raw),
            HiddenKind::ZeroWidth => decode::bits(raw),
            HiddenKind::Bidi | HiddenKind::Control | HiddenKind::Mark => None,
        };
    }
    raw.clear();
}

fn kind(c: char) -> Option<HiddenKind> {
    Some(match u32::from(c) {
        0x200E => HiddenKind::Mark,
        0x061C | 0x200F | 0x202A..=0x202E | 0x2066..=0x2069 => HiddenKind::Bidi,
        0xE0000..=0xE007F => HiddenKind::Tag,
        0xFE00..=0xFE0F | 0xE0100..=0xE01EF => HiddenKind::Selector,
        // White space that text uses is no control here, and the next line (U+0085) is white space.
        0x00..=0x08 | 0x0B | 0x0E..=0x1F | 0x7F..=0x84 | 0x86..=0x9F => HiddenKind::Control,
        0xAD
        | 0x34F
        | 0x115F..=0x1160
        | 0x17B4..=0x17B5
        | 0x180B..=0x180F
        | 0x200B..=0x200D
        | 0x2060..=0x2065
        | 0x206A..=0x206F
        | 0x3164
        | 0xFEFF
        | 0xFFA0
        | 0xFFF0..=0xFFFB
        | 0x1BCA0..=0x1BCA3
        | 0x1D173..=0x1D17A
        | 0xE0080..=0xE00FF
        | 0xE01F0..=0xE0FFF => HiddenKind::ZeroWidth,
        _ => return None,
    })
}

/// Where an allowed use of an invisible character ends; `None` when nothing needs it there.
fn allowed(text: &str, at: usize, c: char) -> Option<usize> {
    let before = text.get(..at)?.chars().next_back();
    let end = at + c.len_utf8();
    let after = text.get(end..)?.chars().next();
    let beside = |test: fn(char) -> bool| before.is_some_and(test) || after.is_some_and(test);
    let fine = match u32::from(c) {
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
        0x200E | 0x200F | 0x061C => right_to_left_near(text, at),
        0x202A..=0x202C | 0x2066..=0x2069 => right_to_left_near(text, at) && balanced(text, at),
        0xFE0F | 0xFE0E => {
            before.is_some_and(|b| b.is_emoji_char() || is_symbol(b)) || is_left_over(text, at)
        }
        0xFE00..=0xFE0D => before.is_some_and(|b| is_symbol(b) || is_han(b) || has_marked_variants(b)),
        0xE0100..=0xE01EF => before.is_some_and(is_han),
        // A flag of a subdivision: a black flag, the subdivision's code in tags, a closing tag.
        0xE0020..=0xE007F => {
            return (before == Some('\u{1F3F4}'))
                .then(|| flag_end(text, at))
                .flatten();
        }
        // A hyphen that shows only at the end of a line, inside a word.
        0xAD | 0x2060 => {
            before.is_some_and(|b| kind(b).is_none() && !b.is_whitespace())
                && after.is_some_and(|a| kind(a).is_none() && !a.is_whitespace())
                && (u32::from(c) == 0x2060 || before.is_some_and(char::is_alphabetic))
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

/// Whether a letter written from right to left is near on the same line, so that the mark is needed.
fn right_to_left_near(text: &str, at: usize) -> bool {
    const REACH: usize = 200;
    let line = |c: &char| *c != '\n';
    let before = text.get(..at).unwrap_or_default().chars().rev();
    let after = text.get(at..).unwrap_or_default().chars();
    before.take(REACH).take_while(line).any(is_right_to_left)
        || after.take(REACH).take_while(line).any(is_right_to_left)
}

/// Whether the embeddings and isolates of a line are closed on it. One that is left open reorders what follows.
fn balanced(text: &str, at: usize) -> bool {
    const REACH: usize = 2_000;
    let before = text.get(..at).unwrap_or_default();
    let start: usize = before
        .chars()
        .rev()
        .take(REACH)
        .take_while(|c| *c != '\n')
        .map(char::len_utf8)
        .sum();
    let line = text.get(at - start..).unwrap_or_default().chars().take(2 * REACH);
    let (mut embeddings, mut isolates) = (0_i32, 0_i32);
    for c in line.take_while(|c| *c != '\n') {
        match u32::from(c) {
            0x202A | 0x202B => embeddings += 1,
            0x202C => embeddings -= 1,
            0x2066..=0x2068 => isolates += 1,
            0x2069 => isolates -= 1,
            // No text needs an override.
            0x202D | 0x202E => return false,
            _ => {}
        }
        if embeddings < 0 || isolates < 0 {
            return false;
        }
    }
    embeddings == 0 && isolates == 0
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

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(HiddenKind, usize)> {
        find(text).iter().map(|run| (run.kind, run.count)).collect()
    }

    #[test]
    fn what_writing_needs_stays() {
        for text in [
            "plain ASCII\twith tabs\r\n",
            "\u{feff}head of a file",
            "emoji 👨\u{200d}👩\u{200d}👧 👩🏽\u{200d}💻 ❤\u{fe0f} ❤\u{fe0f}\u{200d}🔥 1\u{fe0f}\u{20e3} ☎\u{fe0e} 🏳\u{fe0f}\u{200d}🌈",
            "flag 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} and 🏴\u{e0075}\u{e0073}\u{e0063}\u{e0061}\u{e007f}",
            "می\u{200c}خواهم",
            "क\u{94d}\u{200d}ष श\u{94d}\u{200c}र",
            "ภาษา\u{200b}ไทย",
            "עברית\u{200f}! \u{2067}אבג\u{2069}",
            "Donau\u{ad}dampf",
            "葛\u{e0100}城",
            "ᠮᠣᠩᠭᠣᠯ\u{180b}",
            "f\u{2061}(x)",
            "𝒜\u{fe00} ∩\u{fe00}",
        ] {
            assert_eq!(kinds(text), [], "{text:?}");
        }
    }

    #[test]
    fn what_hides_is_found() {
        for (text, expected) in [
            (
                "if admin\u{202e} \u{2066}// check\u{2069}",
                vec![
                    (HiddenKind::Bidi, 1),
                    (HiddenKind::Bidi, 1),
                    (HiddenKind::Bidi, 1),
                ],
            ),
            ("a\u{200b}b", vec![(HiddenKind::ZeroWidth, 1)]),
            ("a\u{200b}\u{200c}\u{200b}b", vec![(HiddenKind::ZeroWidth, 3)]),
            ("x\u{e0068}\u{e0069}", vec![(HiddenKind::Tag, 2)]),
            ("😀\u{fe0f}\u{e0158}\u{e0155}", vec![(HiddenKind::Selector, 2)]),
            ("a\u{200d}b", vec![(HiddenKind::ZeroWidth, 1)]),
            (
                "\u{1b}[8mquiet\u{1b}[0m",
                vec![(HiddenKind::Control, 1), (HiddenKind::Control, 1)],
            ),
            ("x\u{3164}y", vec![(HiddenKind::ZeroWidth, 1)]),
            (
                "🏴\u{e0069}\u{e0067}\u{e006e}\u{e006f}\u{e0072}\u{e0065}\u{e007f}",
                vec![(HiddenKind::Tag, 7)],
            ),
            ("text \u{feff}text", vec![(HiddenKind::ZeroWidth, 1)]),
            ("\u{200e}f(x)", vec![(HiddenKind::Mark, 1)]),
            ("שלום \u{202e}abc", vec![(HiddenKind::Bidi, 1)]),
            ("שלום \u{2067}left open", vec![(HiddenKind::Bidi, 1)]),
        ] {
            assert_eq!(kinds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_they_spell_is_read() {
        let tags: String = "do it"
            .chars()
            .filter_map(|c| char::from_u32(0xE0000 + u32::from(c)))
            .collect();
        assert_eq!(find(&tags)[0].says.as_deref(), Some("do it"));
        let selectors: String = "hi!"
            .bytes()
            .filter_map(|b| char::from_u32(0xE0100 + u32::from(b) - 16))
            .collect();
        assert_eq!(find(&format!("😀{selectors}"))[0].says.as_deref(), Some("hi!"));
        let bits: String = "ok"
            .bytes()
            .flat_map(|b| {
                (0..8)
                    .rev()
                    .map(move |i| if b >> i & 1 == 1 { '\u{200c}' } else { '\u{200b}' })
            })
            .collect();
        assert_eq!(find(&format!("a{bits}"))[0].says.as_deref(), Some("ok"));
    }

    #[test]
    fn every_candidate_starts_with_a_byte_that_is_looked_for() {
        for c in ('\0'..=char::MAX).filter(|c| kind(*c).is_some()) {
            assert_eq!(next_candidate(&c.to_string(), 0), Some(0), "{c:?}");
        }
    }
}
