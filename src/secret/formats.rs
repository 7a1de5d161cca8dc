//! The formats of credentials, as their issuers document them.

use super::randomness::{Alphabet, is_random};
use std::ops::Range;

/// One format.
pub struct SecretFormat {
    /// What it starts with.
    pub prefix: &'static str,
    /// What it is.
    pub kind: &'static str,
    /// How much of the prefix is not searched for, since it is common in any text and would stop the search at every
    /// other line. It may have capitals.
    pub common: usize,
    /// Whether the prefix must begin a word.
    pub whole_word: bool,
    /// Given the text and the ends of the prefix, the value that follows, when it looks real.
    pub value: fn(&str, usize, usize) -> Option<Range<usize>>,
}

const fn format(
    prefix: &'static str,
    kind: &'static str,
    value: fn(&str, usize, usize) -> Option<Range<usize>>,
) -> SecretFormat {
    SecretFormat {
        prefix,
        kind,
        common: 0,
        whole_word: true,
        value,
    }
}

const fn anywhere(
    prefix: &'static str,
    kind: &'static str,
    value: fn(&str, usize, usize) -> Option<Range<usize>>,
) -> SecretFormat {
    SecretFormat {
        whole_word: false,
        ..format(prefix, kind, value)
    }
}

impl SecretFormat {
    const fn after(self, common: &str) -> Self {
        Self {
            common: common.len(),
            ..self
        }
    }

    /// What is searched for.
    pub fn needle(&self) -> &'static str {
        self.prefix.get(self.common..).unwrap_or(self.prefix)
    }

    /// Where the prefix begins whose searched part was found at a byte of a text.
    pub fn start(&self, text: &str, found: usize) -> Option<usize> {
        let start = found.checked_sub(self.common)?;
        let common = self.prefix.get(..self.common)?;
        text.get(start..found)?
            .eq_ignore_ascii_case(common)
            .then_some(start)
    }
}

/// Every format. The longest prefix at a place wins.
#[rustfmt::skip]
pub static FORMATS: &[SecretFormat] = &[
    // GitHub: "Behind GitHub's new authentication token formats": 36 characters, the last six a checksum.
    format("ghp_", "a GitHub token", |t, _, at| checksummed(t, at)),
    format("gho_", "a GitHub token", |t, _, at| checksummed(t, at)),
    format("ghu_", "a GitHub token", |t, _, at| checksummed(t, at)),
    format("ghs_", "a GitHub token", |t, _, at| checksummed(t, at)),
    format("ghr_", "a GitHub token", |t, _, at| checksummed(t, at)),
    format("github_pat_", "a GitHub token", |t, _, at| token(t, at, WORD, 82..=82, Alphabet::Base62)),
    format("npm_", "an npm token", |t, _, at| token(t, at, ALNUM, 36..=36, Alphabet::Base62)),
    // PyPI: a macaroon in base64 whose head names the index.
    format("pypi-AgEIcHlwaS5vcmc", "a PyPI token", |t, _, at| token(t, at, URL64, 70..=400, Alphabet::Base62)),
    format("pypi-AgENdGVzdC5weXBpLm9yZw", "a TestPyPI token", |t, _, at| token(t, at, URL64, 70..=400, Alphabet::Base62)),
    format("rubygems_", "a RubyGems key", |t, _, at| token(t, at, HEX, 48..=48, Alphabet::Hex)),
    format("dckr_pat_", "a Docker token", |t, _, at| token(t, at, URL64, 27..=27, Alphabet::Base62)),
    format("glpat-", "a GitLab token", |t, _, at| token(t, at, GITLAB, 20..=300, Alphabet::Base62)),
    format("gldt-", "a GitLab token", |t, _, at| token(t, at, GITLAB, 20..=300, Alphabet::Base62)),
    format("glrt-", "a GitLab token", |t, _, at| token(t, at, GITLAB, 20..=300, Alphabet::Base62)),
    // Clouds
    format("AKIA", "an AWS access key", |t, _, at| token(t, at, BASE32, 16..=16, Alphabet::Base36)),
    format("ASIA", "an AWS access key", |t, _, at| token(t, at, BASE32, 16..=16, Alphabet::Base36)),
    anywhere("aws_secret_access_key", "an AWS secret key", |t, _, at| assigned(t, at, BASE64, 40)),
    anywhere("AWS_SECRET_ACCESS_KEY", "an AWS secret key", |t, _, at| assigned(t, at, BASE64, 40)),
    anywhere("secretAccessKey", "an AWS secret key", |t, _, at| assigned(t, at, BASE64, 40)).after("secre"),
    format("AIza", "a Google API key", |t, _, at| token(t, at, URL64, 35..=35, Alphabet::Base62)),
    format("GOCSPX-", "a Google client secret", |t, _, at| token(t, at, URL64, 28..=28, Alphabet::Base62)),
    anywhere("AccountKey=", "an Azure storage key", |t, _, at| token(t, at, BASE64, 86..=88, Alphabet::Base62)).after("Accoun"),
    format("dop_v1_", "a DigitalOcean token", |t, _, at| token(t, at, HEX, 64..=64, Alphabet::Hex)),
    format("dapi", "a Databricks token", |t, _, at| token(t, at, HEX, 32..=32, Alphabet::Hex)),
    format("hvs.", "a Vault token", |t, _, at| token(t, at, URL64, 90..=300, Alphabet::Base62)),
    format("dp.pt.", "a Doppler token", |t, _, at| token(t, at, ALNUM, 40..=44, Alphabet::Base62)),
    // Models
    format("sk-proj-", "an OpenAI key", |t, _, at| token(t, at, URL64, 48..=300, Alphabet::Base62)),
    format("sk-svcacct-", "an OpenAI key", |t, _, at| token(t, at, URL64, 48..=300, Alphabet::Base62)),
    format("sk-admin-", "an OpenAI key", |t, _, at| token(t, at, URL64, 48..=300, Alphabet::Base62)),
    format("sk-", "an OpenAI key", |t, _, at| openai(t, at)),
    format("sk-ant-api03-", "an Anthropic key", |t, _, at| token(t, at, URL64, 80..=120, Alphabet::Base62)),
    format("sk-ant-admin01-", "an Anthropic key", |t, _, at| token(t, at, URL64, 80..=120, Alphabet::Base62)),
    format("sk-or-v1-", "an OpenRouter key", |t, _, at| token(t, at, HEX, 64..=64, Alphabet::Hex)),
    format("hf_", "a Hugging Face token", |t, _, at| token(t, at, LETTERS, 34..=34, Alphabet::Letters)),
    format("gsk_", "a Groq key", |t, _, at| token(t, at, ALNUM, 52..=52, Alphabet::Base62)),
    format("r8_", "a Replicate token", |t, _, at| token(t, at, ALNUM, 37..=37, Alphabet::Base62)),
    format("pplx-", "a Perplexity key", |t, _, at| token(t, at, ALNUM, 48..=48, Alphabet::Base62)),
    format("xai-", "an xAI key", |t, _, at| token(t, at, ALNUM, 80..=80, Alphabet::Base62)),
    // Payments and shops
    format("sk_live_", "a Stripe live key", |t, _, at| token(t, at, ALNUM, 24..=250, Alphabet::Base62)),
    format("rk_live_", "a Stripe live key", |t, _, at| token(t, at, ALNUM, 24..=250, Alphabet::Base62)),
    format("sq0csp-", "a Square secret", |t, _, at| token(t, at, URL64, 43..=43, Alphabet::Base62)),
    format("shpat_", "a Shopify token", |t, _, at| token(t, at, HEX, 32..=32, Alphabet::Hex)),
    format("shpca_", "a Shopify token", |t, _, at| token(t, at, HEX, 32..=32, Alphabet::Hex)),
    format("shpss_", "a Shopify secret", |t, _, at| token(t, at, HEX, 32..=32, Alphabet::Hex)),
    // Messages
    format("xoxb-", "a Slack token", |t, _, at| slack(t, at)),
    format("xoxp-", "a Slack token", |t, _, at| slack(t, at)),
    format("xoxa-", "a Slack token", |t, _, at| slack(t, at)),
    format("xoxr-", "a Slack token", |t, _, at| slack(t, at)),
    format("xoxs-", "a Slack token", |t, _, at| slack(t, at)),
    format("xapp-", "a Slack token", |t, _, at| slack(t, at)),
    anywhere("hooks.slack.com/services/", "a Slack webhook", |t, _, at| webhook(t, at)).after("hooks.slac"),
    anywhere("SG.", "a SendGrid key", |t, _, at| sendgrid(t, at)),
    format("key-", "a Mailgun key", |t, _, at| token(t, at, HEX, 32..=32, Alphabet::Hex)),
    anywhere(":AA", "a Telegram bot token", telegram),
    // Work
    format("lin_api_", "a Linear key", |t, _, at| token(t, at, ALNUM, 40..=40, Alphabet::Base62)),
    format("ntn_", "a Notion token", |t, _, at| token(t, at, ALNUM, 46..=46, Alphabet::Base62)),
    format("figd_", "a Figma token", |t, _, at| token(t, at, URL64, 40..=40, Alphabet::Base62)),
    format("PMAK-", "a Postman key", |t, _, at| token(t, at, GITLAB, 59..=59, Alphabet::Hex)),
    format("glsa_", "a Grafana token", |t, _, at| token(t, at, WORD, 41..=41, Alphabet::Base62)),
    format("sbp_", "a Supabase token", |t, _, at| token(t, at, HEX, 40..=40, Alphabet::Hex)),
    format("AGE-SECRET-KEY-1", "an age key", |t, _, at| token(t, at, BASE32_LOOSE, 58..=58, Alphabet::Base36)),
    anywhere("-----BEGIN ", "a private key", |t, _, at| private_key(t, at)).after("----"),
];

const ALNUM: fn(u8) -> bool = |b| b.is_ascii_alphanumeric();
const LETTERS: fn(u8) -> bool = |b| b.is_ascii_alphabetic();
const WORD: fn(u8) -> bool = |b| b.is_ascii_alphanumeric() || b == b'_';
const URL64: fn(u8) -> bool = |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
const GITLAB: fn(u8) -> bool = |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
const BASE64: fn(u8) -> bool = |b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
const BASE32: fn(u8) -> bool = |b| b.is_ascii_uppercase() || matches!(b, b'2'..=b'7');
const BASE32_LOOSE: fn(u8) -> bool = |b| b.is_ascii_uppercase() || b.is_ascii_digit();
const HEX: fn(u8) -> bool = |b| b.is_ascii_hexdigit();

/// The run of characters of an alphabet from `at` on, cut behind `longest`, so that a file of one very long word
/// costs little.
fn run_up_to(text: &str, at: usize, is: fn(u8) -> bool, longest: usize) -> Range<usize> {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let len = rest
        .iter()
        .take(longest + 1)
        .take_while(|byte| is(**byte))
        .count();
    at..at + len
}

fn run(text: &str, at: usize, is: fn(u8) -> bool) -> Range<usize> {
    run_up_to(text, at, is, 200)
}

fn token(
    text: &str,
    at: usize,
    is: fn(u8) -> bool,
    lengths: std::ops::RangeInclusive<usize>,
    alphabet: Alphabet,
) -> Option<Range<usize>> {
    let mut range = run_up_to(text, at, is, *lengths.end());
    // A full stop or a dash after a token belongs to the sentence.
    while text.get(range.clone()).is_some_and(|t| t.ends_with(['.', '-'])) {
        range.end -= 1;
    }
    let word = text
        .as_bytes()
        .get(range.end)
        .is_some_and(|b| b.is_ascii_alphanumeric());
    let value = text.get(range.clone())?;
    (!word && lengths.contains(&value.len()) && is_random(value, alphabet)).then_some(range)
}

/// Thirty characters and their CRC-32 in base 62.
fn checksummed(text: &str, at: usize) -> Option<Range<usize>> {
    let range = run(text, at, ALNUM);
    let value = text.get(range.clone())?;
    let (body, check) = value.split_at_checked(30)?;
    (check.len() == 6 && check == base62(crc32(body.as_bytes()))).then_some(range)
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

fn base62(mut n: u32) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut out = ['0'; 6];
    for digit in out.iter_mut().rev() {
        *digit = char::from(DIGITS[(n % 62) as usize]);
        n /= 62;
    }
    out.iter().collect()
}

/// The older form: twenty characters, a fixed mark, twenty more.
fn openai(text: &str, at: usize) -> Option<Range<usize>> {
    let range = run(text, at, ALNUM);
    let value = text.get(range.clone())?;
    let marked = value.len() == 48 && value.get(20..28) == Some("T3BlbkFJ");
    (marked && is_random(value, Alphabet::Base62)).then_some(range)
}

/// Numbers of workspace and bot, then a random part.
fn slack(text: &str, at: usize) -> Option<Range<usize>> {
    let range = run(text, at, |b| b.is_ascii_alphanumeric() || b == b'-');
    let value = text.get(range.clone())?;
    let (ids, random) = value.rsplit_once('-')?;
    let numbers = ids.bytes().filter(u8::is_ascii_digit).count();
    let counted = ids.contains("1234") || ids.contains("0000") || ids.contains("1111");
    let alphabet = if random.bytes().all(|b| b.is_ascii_hexdigit()) {
        Alphabet::Hex
    } else {
        Alphabet::Base62
    };
    (numbers >= 10 && !counted && random.len() >= 24 && is_random(random, alphabet)).then_some(range)
}

/// `T.../B.../` and 24 random characters.
fn webhook(text: &str, at: usize) -> Option<Range<usize>> {
    let range = run(text, at, |b| b.is_ascii_alphanumeric() || b == b'/');
    let value = text.get(range.clone())?;
    let mut parts = value.split('/');
    let (team, bot, random) = (parts.next()?, parts.next()?, parts.next()?);
    let fine = team.starts_with('T') && bot.starts_with('B') && random.len() == 24;
    (fine && is_random(random, Alphabet::Base62)).then_some(range)
}

/// 22 characters, a full stop, 43 characters.
fn sendgrid(text: &str, at: usize) -> Option<Range<usize>> {
    let range = run(text, at, GITLAB);
    let value = text.get(range.clone())?;
    let (id, random) = value.split_once('.')?;
    let fine = id.len() == 22 && random.len() == 43;
    (fine && is_random(random, Alphabet::Base62)).then_some(range)
}

/// The bot's number stands before the colon.
fn telegram(text: &str, start: usize, at: usize) -> Option<Range<usize>> {
    let before = text.as_bytes().get(..start)?;
    let digits = before
        .iter()
        .rev()
        .take(12)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let range = run(text, at, URL64);
    let value = text.get(range.clone())?;
    let number = text.get(start - digits..start)?;
    let made_up = number.starts_with("123") || number.ends_with("000");
    ((8..=10).contains(&digits) && !made_up && value.len() == 33 && is_random(value, Alphabet::Base62))
        .then_some(range)
}

/// A value after `=`, `:` or a space, perhaps in quotes.
fn assigned(text: &str, at: usize, is: fn(u8) -> bool, len: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let skipped = rest
        .bytes()
        .take(8)
        .take_while(|b| matches!(b, b' ' | b'\t' | b'=' | b':' | b'"' | b'\'' | b'`'))
        .count();
    let range = run(text, at + skipped, is);
    let value = text.get(range.clone())?;
    (skipped > 0 && value.len() == len && is_random(value, Alphabet::Base62)).then_some(range)
}

/// A PEM block (RFC 7468) or an OpenSSH or PGP one, whose lines may be joined by `\n` in a string.
fn private_key(text: &str, at: usize) -> Option<Range<usize>> {
    const MAX_LEN: usize = 16 * 1024;
    let rest = text.get(at..)?;
    let (label, _) = rest.get(..rest.floor_char_boundary(64))?.split_once("-----")?;
    if !label.ends_with("PRIVATE KEY") && label != "PGP PRIVATE KEY BLOCK" {
        return None;
    }
    let start = at + label.len() + "-----".len();
    let body = text.get(start..)?;
    let body = body.get(..body.floor_char_boundary(MAX_LEN))?;
    let body = body.split_once("-----").map_or(body, |(body, _)| body);
    let base64: String = body
        .replace("\\n", "\n")
        .replace("\\r", "")
        .lines()
        .map(|line| line.trim_matches(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '/' | '=')))
        // Headers such as `Proc-Type: 4,ENCRYPTED` are no part of the key.
        .filter(|line| line.bytes().all(BASE64))
        .collect();
    (base64.len() >= 64 && is_random(&base64, Alphabet::Base62)).then(|| start..start + body.trim_end().len())
}
