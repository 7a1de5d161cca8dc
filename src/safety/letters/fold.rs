//! The letter of ASCII that a character is or looks like.

use super::table::LOOK_ALIKES;

/// How a character is related to the letter that it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterKind {
    /// A letter of an alphabet whose words never mix with Latin letters: Cyrillic, Armenian, Cherokee, Coptic, Lisu.
    Other,
    /// A Greek letter, which formulas use beside Latin ones.
    Greek,
    /// A Latin letter of other languages or of phonetics, or a Roman number.
    Latin,
    /// A Latin letter in another form: of full width, mathematical, in a circle (compatibility forms, UAX 15).
    Form,
}

/// A character that looks like a letter of ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookAlike {
    /// The letter or digit.
    pub ascii: char,
    /// How they are related.
    pub kind: LetterKind,
    /// The name of the character; of a form, what the form is.
    pub name: &'static str,
}

/// What a character looks like; `None` for ASCII, and for characters that do not look like ASCII.
#[must_use]
pub fn look_alike(c: char) -> Option<LookAlike> {
    if c.is_ascii() {
        return None;
    }
    if let Ok(at) = LOOK_ALIKES.binary_search_by_key(&c, |row| row.0) {
        let (_, ascii, name) = *LOOK_ALIKES.get(at)?;
        let kind = if name.starts_with("GREEK") {
            LetterKind::Greek
        } else if name.starts_with("LATIN") || name.contains("ROMAN NUMERAL") {
            LetterKind::Latin
        } else {
            LetterKind::Other
        };
        return Some(LookAlike { ascii, kind, name });
    }
    let (ascii, name) = form(c)?;
    Some(LookAlike {
        ascii,
        kind: LetterKind::Form,
        name,
    })
}

/// Letters and digits in another form. The blocks hold the alphabet in order, with gaps that other blocks fill.
fn form(c: char) -> Option<(char, &'static str)> {
    const LETTERLIKE: &str = "ℂCℊgℋHℌHℍHℎhℐIℑIℒLℓlℕNℙPℚQℛRℜRℝRℤZℨZKKℬBℭCℯeℰEℱFℳMℴoℹi";
    // In the order of the alphabet; `q` and `x` have no small capital.
    const SMALL_CAPITALS: &str = "ᴀaʙbᴄcᴅdᴇeꜰfғfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpǫqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz";
    let number = u32::from(c);
    let letter = |first: char, at: u32| u8::try_from(u32::from(first) + at).ok().map(char::from);
    let of = |found: Option<char>, name| Some((found?, name));
    match number {
        0xFF10..=0xFF19 => of(letter('0', number - 0xFF10), "FULLWIDTH DIGIT"),
        0xFF21..=0xFF3A => of(letter('A', number - 0xFF21), "FULLWIDTH LATIN CAPITAL LETTER"),
        0xFF41..=0xFF5A => of(letter('a', number - 0xFF41), "FULLWIDTH LATIN SMALL LETTER"),
        0x1D400..=0x1D6A3 => {
            let at = (number - 0x1D400) % 52;
            let found = if at < 26 {
                letter('A', at)
            } else {
                letter('a', at - 26)
            };
            of(found, "MATHEMATICAL LETTER")
        }
        0x1D7CE..=0x1D7FF => of(letter('0', (number - 0x1D7CE) % 10), "MATHEMATICAL DIGIT"),
        0x249C..=0x24B5 => of(letter('a', number - 0x249C), "PARENTHESIZED LATIN SMALL LETTER"),
        0x24B6..=0x24CF => of(letter('A', number - 0x24B6), "CIRCLED LATIN CAPITAL LETTER"),
        0x24D0..=0x24E9 => of(letter('a', number - 0x24D0), "CIRCLED LATIN SMALL LETTER"),
        0x1F130..=0x1F149 => of(letter('A', number - 0x1F130), "SQUARED LATIN CAPITAL LETTER"),
        0x1F150..=0x1F169 => of(
            letter('A', number - 0x1F150),
            "NEGATIVE CIRCLED LATIN CAPITAL LETTER",
        ),
        0x1F170..=0x1F189 => of(
            letter('A', number - 0x1F170),
            "NEGATIVE SQUARED LATIN CAPITAL LETTER",
        ),
        0x1F1E6..=0x1F1FF => of(letter('A', number - 0x1F1E6), "REGIONAL INDICATOR"),
        0x2102..=0x2139 => of(second(LETTERLIKE, c), "LETTERLIKE SYMBOL"),
        // Symbols, CJK and emoji: the most frequent characters in texts.
        0x2000..=0xA6FF | 0xAC00.. => None,
        _ => of(second(SMALL_CAPITALS, c), "LATIN LETTER SMALL CAPITAL"),
    }
}

/// What follows a character in a list of pairs.
fn second(pairs: &str, c: char) -> Option<char> {
    let mut chars = pairs.chars();
    while let (Some(from), Some(to)) = (chars.next(), chars.next()) {
        if from == c {
            return Some(to);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(LOOK_ALIKES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn forms_are_read() {
        let read = |text: &str| -> String {
            text.chars()
                .map(|c| look_alike(c).map_or(c, |found| found.ascii))
                .collect()
        };
        assert_eq!(read("ｃｕｒｌ １２"), "curl 12");
        assert_eq!(read("𝐈𝐠𝐧𝐨𝐫𝐞 𝒶𝓁𝓁 𝚏𝚒𝚕𝚎𝚜 𝟙𝟚"), "Ignore all files 12");
        assert_eq!(read("ⓘⓖⓝⓞⓡⓔ ɪɢɴᴏʀᴇ ℎℯ"), "ignore ignore he");
        assert_eq!(read("сurӏ"), "curl");
        assert_eq!(read("größe 日本 ж"), "größe 日本 ж");
    }
}
