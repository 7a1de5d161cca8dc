//! Words of code, commands and addresses with letters that look like those of another script: `сurl` with a Cyrillic
//! `с` is not `curl`.
//!
//! A word is reported when all of its letters look Latin and some are not, in a mix that no language writes (UTS 39:
//! mixed-script confusables). Words of one other script, and letters in another form, are reported only where they look
//! like a well-known command or host.

mod fold;
mod table;

pub use fold::{LetterKind, LookAlike, look_alike};

use crate::document::Document;
use crate::text::{Span, line_start};

/// A word that looks like another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookAlikeWord {
    /// Where.
    pub span: Span,
    /// What it looks like.
    pub plain: String,
    /// Its letters of other scripts, each once.
    pub letters: Vec<(char, LookAlike)>,
}

/// The longest word that is looked at, in characters.
const MAX_CHARS: usize = 64;

/// The words of a document's code, links and front matter that look like others, in order. All of a script of a skill is
/// code.
#[must_use]
pub fn find(document: &Document) -> Vec<LookAlikeWord> {
    let text = document.text.as_str();
    let is_found = |word: &LookAlikeWord| {
        place(document, word.span).is_some_and(|place| is_suspicious(text, word, place))
            && !is_about_letters(text, word.span)
    };
    words(text).filter(is_found).collect()
}

/// The words of a text all of whose letters look Latin while some are not, in order.
pub fn words(text: &str) -> impl Iterator<Item = LookAlikeWord> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(start) = next_candidate(text, at) {
            let word = word_around(text, start, at);
            at = text.ceil_char_boundary((word.end as usize).max(start + 1));
            if let Some(word) = read(text, word) {
                return Some(word);
            }
        }
        None
    })
}

/// The next byte at or after `at` that may begin a look-alike: those of Greek, Cyrillic and Armenian, and all of three
/// and four bytes but the most frequent of them (Chinese, Japanese, Korean, punctuation).
fn next_candidate(text: &str, at: usize) -> Option<usize> {
    const PIECE: usize = 64;
    let mut at = at;
    for piece in text.as_bytes().get(at..)?.chunks(PIECE) {
        if !piece.is_ascii() {
            let candidate = piece.iter().position(
                |byte| matches!(byte, 0xc4..=0xc9 | 0xcd..=0xd6 | 0xe1 | 0xe2 | 0xea | 0xef | 0xf0),
            );
            if let Some(offset) = candidate {
                return Some(at + offset);
            }
        }
        at += piece.len();
    }
    None
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || look_alike(c).is_some()
}

/// The word around a byte, not before another.
fn word_around(text: &str, at: usize, from: usize) -> Span {
    let before = text.get(from..at).unwrap_or_default().chars().rev();
    let before: usize = before
        .take(MAX_CHARS)
        .take_while(|c| is_word(*c))
        .map(char::len_utf8)
        .sum();
    let after = text.get(at..).unwrap_or_default().chars();
    let after: usize = after
        .take(MAX_CHARS)
        .take_while(|c| is_word(*c))
        .map(char::len_utf8)
        .sum();
    Span::new(at - before, at + after)
}

/// A word all of whose letters are or look Latin. An escape before it takes its first letter: `\nА`, `%sА`.
fn read(text: &str, span: Span) -> Option<LookAlikeWord> {
    let escaped = text
        .get(..span.start as usize)
        .is_some_and(|before| before.ends_with(['\\', '%']));
    let start = span.start as usize + usize::from(escaped);
    let span = Span::new(start, span.end as usize);
    let word = text.get(span.range())?;
    let mut plain = String::with_capacity(word.len());
    let mut letters: Vec<(char, LookAlike)> = Vec::new();
    for c in word.chars() {
        match look_alike(c) {
            Some(found) => {
                plain.push(found.ascii);
                if !letters.iter().any(|(known, _)| *known == c) {
                    letters.push((c, found));
                }
            }
            None if c.is_ascii() => plain.push(c),
            None => return None,
        }
    }
    let word = LookAlikeWord { span, plain, letters };
    (!word.letters.is_empty()).then_some(word)
}

/// Where a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WordPlace {
    Code,
    Address,
    FrontMatter,
}

fn place(document: &Document, word: Span) -> Option<WordPlace> {
    let body = &document.body;
    let inside = |spans: &[Span]| {
        let after = spans.partition_point(|span| span.start <= word.start);
        after
            .checked_sub(1)
            .and_then(|at| spans.get(at))
            .is_some_and(|span| span.end >= word.end)
    };
    if is_in_address(&document.text, word) {
        return Some(WordPlace::Address);
    }
    if document.is_attachment() {
        return (!document.is_attached_text()).then_some(WordPlace::Code);
    }
    let blocks = &body.code_blocks;
    let after = blocks.partition_point(|block| block.span.start <= word.start);
    let block = after.checked_sub(1).and_then(|at| blocks.get(at));
    if block.is_some_and(|block| block.span.end >= word.end)
        || inside(&body.inline_code)
        || inside(&body.indented_code)
    {
        return Some(WordPlace::Code);
    }
    let front = document.front_matter();
    front
        .is_some_and(|front| front.block.start <= word.start && word.end <= front.block.end)
        .then_some(WordPlace::FrontMatter)
}

/// Whether a word is part of an address: behind `://` without a blank, or the target of a link.
fn is_in_address(text: &str, word: Span) -> bool {
    const REACH: usize = 200;
    let start = word.start as usize;
    let from = text.floor_char_boundary(start.saturating_sub(REACH));
    let before = text.get(from..start).unwrap_or_default();
    let token = before.rsplit([' ', '\t', '\n', '\r', '<', '>', '"', '\'']).next();
    token.is_some_and(|token| token.contains("://") || token.contains("]("))
}

/// Whether the look-alike letters of a word cannot be intended.
fn is_suspicious(text: &str, word: &LookAlikeWord, place: WordPlace) -> bool {
    let written = text.get(word.span.range()).unwrap_or_default();
    let has = |kind: LetterKind| word.letters.iter().any(|(_, found)| found.kind == kind);
    let latin = written.chars().filter(char::is_ascii_alphabetic).count();
    // Two of these letters are a flag.
    if written.chars().all(|c| matches!(c, '\u{1f1e6}'..='\u{1f1ff}')) {
        return false;
    }
    if latin == 0 {
        return match place {
            WordPlace::Code | WordPlace::FrontMatter => {
                is_known(&word.plain) && is_command(text, word.span.start as usize)
            }
            WordPlace::Address => !has(LetterKind::Form) && is_label_of_a_host(text, word),
        };
    }
    if is_in_character_class(text, word.span) {
        return false;
    }
    let digits_only = written.chars().count() == latin + 1 && latin == 1 && has(LetterKind::Greek);
    if has(LetterKind::Other) {
        return !digits_only;
    }
    if has(LetterKind::Greek) {
        return is_inside_latin(written) || is_known(&word.plain);
    }
    // In phonetic transcriptions most letters are not Latin ones.
    latin * 2 > written.chars().count() && is_known(&word.plain)
}

/// Whether a word of at least four letters has a Greek letter that is not a mathematical symbol: one that looks exactly
/// like a Latin letter, or one between Latin letters.
fn is_inside_latin(word: &str) -> bool {
    const IDENTICAL_TO_LATIN: &str = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο";
    let chars: Vec<char> = word.chars().collect();
    let is_latin = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(char::is_ascii_alphabetic)
    };
    let letters = chars.iter().filter(|c| c.is_alphabetic()).count();
    letters >= 4
        && chars.iter().enumerate().any(|(at, c)| {
            let greek = look_alike(*c).is_some_and(|found| found.kind == LetterKind::Greek);
            greek
                && (IDENTICAL_TO_LATIN.contains(*c) || is_latin(at.checked_sub(1)) && is_latin(Some(at + 1)))
        })
}

/// Whether a word is the end of a range between brackets, as in `[a-zA-Zа-я]`.
fn is_in_character_class(text: &str, word: Span) -> bool {
    let range = text
        .get(word.end as usize..)
        .is_some_and(|after| after.starts_with(['-', ']']))
        || text
            .get(..word.start as usize)
            .is_some_and(|before| before.ends_with(['-', '[']));
    let line = text.get(line_start(text, word.start as usize)..word.start as usize);
    range && line.is_some_and(|line| line.rfind('[') > line.rfind(']') || line.ends_with('['))
}

/// Whether a word is a whole label of a host, before a domain that is written in Latin letters.
fn is_label_of_a_host(text: &str, word: &LookAlikeWord) -> bool {
    const DOMAINS: &[&str] = &[
        "com", "org", "net", "io", "dev", "ai", "app", "co", "sh", "me", "cloud",
    ];
    let after = text.get(word.span.end as usize..).unwrap_or_default();
    let before = text.get(..word.span.start as usize).unwrap_or_default();
    let domain: String = after
        .strip_prefix('.')
        .unwrap_or_default()
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .take(8)
        .collect();
    word.plain.len() > 2 && before.ends_with(['/', '.', '@']) && DOMAINS.contains(&domain.as_str())
}

/// Whether a command may start at a byte.
fn is_command(text: &str, at: usize) -> bool {
    let before = text.get(line_start(text, at)..at).unwrap_or_default().trim_end();
    before.is_empty()
        || before.ends_with(['$', '`', '|', ';', '&', '(', '>', '%', '#', ':', '"', '\''])
        || before.ends_with("sudo")
        || before.ends_with("exec")
}

/// Commands, package managers and hosts that pages name most.
const WELL_KNOWN_NAMES: &[&str] = &[
    "ansible",
    "anthropic",
    "apple",
    "apt",
    "aws",
    "bash",
    "brew",
    "bun",
    "bunx",
    "cargo",
    "cat",
    "chmod",
    "chown",
    "cmake",
    "composer",
    "conda",
    "curl",
    "deno",
    "dnf",
    "docker",
    "dotnet",
    "echo",
    "eval",
    "exec",
    "export",
    "gcloud",
    "gem",
    "git",
    "github",
    "gitlab",
    "go",
    "google",
    "gradle",
    "helm",
    "import",
    "install",
    "java",
    "kubectl",
    "make",
    "microsoft",
    "mvn",
    "node",
    "npm",
    "npmjs",
    "npx",
    "openai",
    "openssl",
    "paypal",
    "perl",
    "php",
    "pip",
    "pip3",
    "pipx",
    "pnpm",
    "poetry",
    "powershell",
    "pypi",
    "python",
    "python3",
    "rm",
    "rsync",
    "ruby",
    "rustup",
    "scp",
    "sh",
    "source",
    "ssh",
    "sudo",
    "tar",
    "terraform",
    "unzip",
    "uv",
    "uvx",
    "wget",
    "yarn",
    "yum",
    "zsh",
];

fn is_known(plain: &str) -> bool {
    WELL_KNOWN_NAMES
        .binary_search(&plain.to_ascii_lowercase().as_str())
        .is_ok()
}

/// Whether the text around a word explains such letters.
fn is_about_letters(text: &str, word: Span) -> bool {
    const CONTEXT_BYTES: usize = 600;
    const WORDS: &[&str] = &[
        "homoglyph",
        "homograph",
        "confusable",
        "look-alike",
        "lookalike",
        "look alike",
        "cyrillic",
        "mixed-script",
        "mixed script",
        "punycode",
        "spoof",
        "fullwidth",
        "full-width",
        "transliterat",
    ];
    let from = text.floor_char_boundary((word.start as usize).saturating_sub(CONTEXT_BYTES));
    let to = text.floor_char_boundary((word.end as usize + CONTEXT_BYTES).min(text.len()));
    let near = text.get(from..to).unwrap_or_default().to_lowercase();
    WORDS.iter().any(|word| near.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;

    fn words(body: &str) -> Vec<String> {
        let document = Document::new(HubPath::new("", "a/docs/b/notes.md"), body.to_owned());
        find(&document).into_iter().map(|word| word.plain).collect()
    }

    #[test]
    fn words_that_look_like_others_are_found() {
        for (body, plain) in [
            ("```bash\ncur\u{4cf} -s https://w.example\n```", "curl"),
            ("```bash\npip install req\u{443}ests\n```", "reqyests"),
            ("```bash\nｇｉｔ clone x\n```", "git"),
            ("```bash\nsudo \u{1d42b}\u{1d426} -r x\n```", "rm"),
            ("```bash\n\u{440}\u{456}\u{440} install widget\n```", "pip"),
            ("Use `d\u{3bf}cker run`.", "docker"),
            ("```python\nfrom fl\u{430}sk import Flask\n```", "flask"),
            ("[x](https://g\u{456}thub.com/a)", "github"),
            (
                "Open https://\u{430}\u{440}\u{440}\u{4cf}\u{435}.com now.",
                "apple",
            ),
            ("```bash\n\u{217c}s\n\u{261}it pull\n```", "git"),
            ("    n\u{440}m ci\n", "npm"),
        ] {
            assert_eq!(words(body), [plain], "{body}");
        }
    }

    #[test]
    fn what_languages_and_formulas_write_stays() {
        for body in [
            "```python\nprint(\"\\nВсе\", \"%sа\", 'Привет')\nΔx = αβ + μs + σ_x + dν + kΩ\n```",
            "```js\nconst re = /[a-zA-Zа-яА-ЯёЁ]+/; const id = 'IDшник';\n```",
            "```text\n10 кВт, 5 В, ＡＰＩ を呼ぶ, Größe, ısı, İstanbul, sin𝑥\n```",
            "[страница](https://пример.рф/а/о) and [x](https://münchen.de)",
            "Слово сор и word сор in prose, also mіxed.",
            "The homoglyph `p\u{430}ypal` has a Cyrillic letter.",
            "```python\nsоme = 1  # a Cyrillic o, as an example\n```",
            "Say `/ɡɪt/`.",
            "```json\n{ \"flag\": \"\u{1f1f8}\u{1f1ed}\" }\n```",
            "```\nα, ρ, ν: σαν ρυ; xα, αx\n```",
        ] {
            assert_eq!(words(body), [""; 0], "{body}");
        }
    }

    #[test]
    fn a_script_of_a_skill_is_code_and_its_texts_are_not() {
        let attached = |name: &str, text: &str| {
            let document = Document::attachment(HubPath::new("", name), text.to_owned());
            find(&document)
                .into_iter()
                .map(|word| word.plain)
                .collect::<Vec<_>>()
        };
        let text = "n\u{440}m ci\n";
        assert_eq!(attached("skills/a/scripts/run.sh", text), ["npm"]);
        assert_eq!(
            attached("skills/a/assets/a.json", "{ \"run\": \"n\u{440}m ci\" }"),
            ["npm"]
        );
        assert_eq!(attached("skills/a/assets/a.txt", text), [""; 0]);
        let text = "Open https://g\u{456}thub.com/a\n";
        assert_eq!(attached("skills/a/assets/a.txt", text), ["github"]);
    }

    #[test]
    fn known_words_are_sorted() {
        assert!(WELL_KNOWN_NAMES.is_sorted());
    }
}
