//! Invisible characters, where no script and no emoji needs them.
//!
//! Candidates are the default-ignorable characters (UAX 44), the bidirectional controls (UAX 9) and the controls
//! of terminals. What writing needs stays: joiners in the scripts that join (The Unicode Standard, 23.2), emoji
//! sequences and flags (UTS 51), variation selectors after the characters they vary, direction marks beside
//! letters written from right to left. Characters that are harmless alone may carry a text when there are many: see
//! `sequences`.

mod decode;
mod lines;
mod needed;
mod scripts;
mod sequences;

use crate::text::Span;
use lines::LineFacts;

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
    /// Left-to-right marks in left-to-right text, where they have no visible effect.
    DirectionMark,
    /// Spaces of different widths, each of which may carry a bit.
    Space,
}

impl HiddenKind {
    /// How many kinds there are.
    pub const KINDS: usize = 7;
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
    /// The decoded text, if there is one; of runs that carry one text together, the first has it.
    pub decoded: Option<String>,
}

/// A character that is not seen.
#[derive(Clone, Copy, Debug)]
struct InvisibleChar {
    at: u32,
    c: char,
    kind: HiddenKind,
    /// Whether writing needs it there.
    needed: bool,
}

impl InvisibleChar {
    fn start(&self) -> usize {
        self.at as usize
    }

    fn end(&self) -> usize {
        self.start() + self.c.len_utf8()
    }
}

/// Everything hidden in a text, in order. Neighbours of one kind are one run.
#[must_use]
pub fn find(text: &str) -> Vec<HiddenRun> {
    let mut marks = marks(text);
    if marks.is_empty() {
        return Vec::new();
    }
    sequences::find(text, &mut marks);
    marks.retain(|mark| !mark.needed);
    runs(text, &marks)
}

/// Every candidate of a text, in order.
fn marks(text: &str) -> Vec<InvisibleChar> {
    let mut marks: Vec<InvisibleChar> = Vec::new();
    let mut facts = LineFacts::new(text);
    let mut at = 0;
    while let Some(start) = next_candidate(text, at) {
        let Some(c) = text.get(start..).and_then(|rest| rest.chars().next()) else {
            break;
        };
        at = start + c.len_utf8();
        let Some(kind) = kind(c) else { continue };
        let end = needed::end(text, start, c, &mut facts);
        at = end.unwrap_or(at);
        marks.push(InvisibleChar {
            at: u32::try_from(start).unwrap_or(u32::MAX),
            c,
            kind,
            needed: end.is_some(),
        });
    }
    marks
}

/// Marks that are not needed as runs, with what they say.
fn runs(text: &str, marks: &[InvisibleChar]) -> Vec<HiddenRun> {
    let mut runs: Vec<HiddenRun> = Vec::new();
    for mark in marks {
        match runs
            .last_mut()
            .filter(|run| run.kind == mark.kind && run.span.end as usize == mark.start())
        {
            Some(run) => {
                run.span = Span::new(run.span.start as usize, mark.end());
                run.count += 1;
            }
            None => runs.push(HiddenRun {
                kind: mark.kind,
                span: Span::new(mark.start(), mark.end()),
                count: 1,
                decoded: None,
            }),
        }
    }
    for cluster in sequences::clusters(marks) {
        let says = decode::cluster(text, cluster);
        let first = cluster.first().map(|mark| mark.at);
        let at = first.map(|first| runs.partition_point(|run| run.span.start < first));
        if let Some(run) = at.and_then(|at| runs.get_mut(at)) {
            run.decoded = says;
        }
    }
    for run in &mut runs {
        if run.decoded.is_none() && is_left_to_right(text, run) {
            run.kind = HiddenKind::DirectionMark;
        }
    }
    runs
}

/// Whether a run is one or two left-to-right marks. More of them in a row are not accidental.
fn is_left_to_right(text: &str, run: &HiddenRun) -> bool {
    const LEFT_TO_RIGHT: char = '\u{200E}';
    let hidden = text.get(run.span.range());
    run.count <= 2 && hidden.is_some_and(|hidden| hidden.chars().all(|c| c == LEFT_TO_RIGHT))
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
                matches!(byte, 0..=8 | 0x0b | 0x0d..=0x1f | 0x7f | 0xc2 | 0xcd | 0xd8 | 0xe1..=0xe3 | 0xef..=0xf3)
            });
            if let Some(offset) = candidate {
                return Some(at + offset);
            }
        }
        at += piece.len();
    }
    None
}

fn kind(c: char) -> Option<HiddenKind> {
    Some(match u32::from(c) {
        0x061C | 0x200E | 0x200F | 0x202A..=0x202E | 0x2066..=0x2069 => HiddenKind::Bidi,
        0xE0000..=0xE007F => HiddenKind::Tag,
        0xFE00..=0xFE0F | 0xE0100..=0xE01EF => HiddenKind::Selector,
        // Common white space does not count as a control, and next line (U+0085) counts as white space.
        0x00..=0x08 | 0x0B | 0x0D..=0x1F | 0x7F..=0x84 | 0x86..=0x9F => HiddenKind::Control,
        0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => HiddenKind::Space,
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
            "𝒜\u{fe00} ∩\u{fe00} 0\u{fe00} ，\u{fe01}",
            "Donau\u{ad}dampf\u{ad}schiff\u{ad}fahrts\u{ad}gesell\u{ad}schaft",
            "5\u{2060}–\u{2060}7 km and/\u{2060}or",
            "\u{2067}GitHub ובדיקה\u{2069} של הספרייה",
            "en\u{2002}em\u{2003}thin\u{2009}hair\u{200a}figure\u{2007}quad\u{2000}per\u{2008}x\u{2004}y",
            "10\u{202f}000\u{202f}€ et 20\u{202f}000\u{202f}€",
            "第一\u{3000}第二\u{3000}第三",
            "lines end\r\nso\r\r\n",
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
            ("\u{200e}f(x)", vec![(HiddenKind::DirectionMark, 1)]),
            ("שלום \u{202e}abc", vec![(HiddenKind::Bidi, 1)]),
            ("שלום \u{2067}left open", vec![(HiddenKind::Bidi, 1)]),
            (
                "if level == \u{2067}admin א\u{2069}",
                vec![(HiddenKind::Bidi, 1), (HiddenKind::Bidi, 1)],
            ),
            ("א \u{200e}\u{200f}\u{200e}", vec![(HiddenKind::Bidi, 3)]),
            ("wid\u{2060}get", vec![(HiddenKind::ZeroWidth, 1)]),
            (
                "w\u{ad}i\u{ad}dg\u{ad}et",
                vec![
                    (HiddenKind::ZeroWidth, 1),
                    (HiddenKind::ZeroWidth, 1),
                    (HiddenKind::ZeroWidth, 1),
                ],
            ),
            ("∩\u{fe01}", vec![(HiddenKind::Selector, 1)]),
            (
                "x\u{2002}\u{2003}\u{2002}\u{2003}\u{2002}\u{2003}\u{2002}\u{2003}",
                vec![(HiddenKind::Space, 8)],
            ),
            ("rm -rf /\rls -l      \n", vec![(HiddenKind::Control, 1)]),
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
        assert_eq!(find(&tags)[0].decoded.as_deref(), Some("do it"));
        let selectors: String = "hi!"
            .bytes()
            .filter_map(|b| char::from_u32(0xE0100 + u32::from(b) - 16))
            .collect();
        assert_eq!(find(&format!("😀{selectors}"))[0].decoded.as_deref(), Some("hi!"));
        let bits: String = "ok"
            .bytes()
            .flat_map(|b| {
                (0..8)
                    .rev()
                    .map(move |i| if b >> i & 1 == 1 { '\u{200c}' } else { '\u{200b}' })
            })
            .collect();
        assert_eq!(find(&format!("a{bits}"))[0].decoded.as_deref(), Some("ok"));
    }

    /// The bits of `hi`, encoded in each of two ways.
    fn hidden_hi(zero: &str, one: &str) -> String {
        let bits = b"hi"
            .iter()
            .flat_map(|b| (0..8).rev().map(move |i| b >> i & 1 == 1));
        bits.map(|bit| if bit { one } else { zero }).collect()
    }

    #[test]
    fn what_is_spread_is_read() {
        for (zero, one) in [
            ("☎\u{fe0e}", "☎\u{fe0f}"),
            ("\u{2002}", "\u{2003}"),
            ("א\u{200e}\u{200e}", "א\u{200f}\u{200f}"),
            ("e", "e\u{ad}"),
            ("e", "e\u{2060}"),
        ] {
            let text = format!("{}n", hidden_hi(zero, one));
            let runs = find(&text);
            let says = runs.iter().find_map(|run| run.decoded.as_deref());
            let expected = if zero.starts_with('א') { None } else { Some("hi") };
            assert_eq!(says, expected, "{runs:?}");
        }
    }

    #[test]
    fn the_time_grows_with_the_length_alone() {
        for piece in [
            "\u{2067}",
            "\u{ad}",
            "a\u{ad}",
            "א\u{200f}",
            "x\u{fe0f}",
            "\u{2002}\u{2003}",
            "字\u{e0100}",
            "\r",
            "\u{2067}א\u{2069}",
            "क\u{200d}",
            "\u{200b}\u{200c}",
        ] {
            // With quadratic work this would take minutes.
            let runs = find(&piece.repeat(1 << 16));
            assert!(runs.len() <= 1 << 17, "{piece:?}");
        }
    }

    #[test]
    fn every_candidate_starts_with_a_byte_that_is_looked_for() {
        for c in ('\0'..=char::MAX).filter(|c| kind(*c).is_some()) {
            assert_eq!(next_candidate(&c.to_string(), 0), Some(0), "{c:?}");
        }
    }
}
