//! What every page has: the head with its Content Security Policy, the header and the footer.

use super::model::Site;
use super::names;
use crate::diagnostic::Severity;
use crate::report::finding::Finding;
use crate::safe_text::SafeText;
use maud::{DOCTYPE, Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Nothing is loaded but the files of the site, and nothing is sent. A page that was opened from disk has no origin in some
/// browsers, so that `'self'` does not name its files: `file:` does, and is nothing on a server. The icon is empty and
/// only there so that no browser asks for one.
const POLICY: &str =
    "default-src 'none'; style-src 'self' file:; img-src data:; base-uri 'none'; form-action 'none'";
/// What the overview adds to it: its one script, which cannot make markup of a text.
const SCRIPT_POLICY: &str =
    "; script-src 'self' file:; require-trusted-types-for 'script'; trusted-types 'none'";

/// A page of the site.
pub struct Page<'a> {
    /// The title of the window.
    pub title: &'a str,
    /// The way from the page to the top of the site: empty or `../`.
    pub up: &'static str,
    /// Whether it has the script.
    pub has_script: bool,
}

impl Page<'_> {
    /// The whole page around its main part.
    pub fn render(&self, site: &Site, main: &Markup) -> String {
        let policy = match self.has_script {
            true => format!("{POLICY}{SCRIPT_POLICY}"),
            false => POLICY.to_owned(),
        };
        let Self { title, up, .. } = self;
        let markup = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    meta name="generator" content=(concat!("chub-lint ", env!("CARGO_PKG_VERSION")));
                    title { (title) }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href={ (up) (names::STYLE) };
                    @if self.has_script {
                        script src={ (up) (names::SCRIPT) } defer {}
                    }
                }
                body {
                    a.skip href="#main" { "Skip to content" }
                    header.top {
                        nav aria-label="Site" {
                            a.home href={ (up) (names::OVERVIEW) } { (short(site.title.as_str(), MAX_TITLE)) }
                            a href={ (up) (names::OVERVIEW) "#entries" } { "Entries" }
                        }
                    }
                    main #main tabindex="-1" { (main) }
                    footer {
                        p {
                            "Made by chub-lint " (env!("CARGO_PKG_VERSION")) " on "
                            time datetime=(site.date) { (site.date) } "."
                        }
                    }
                }
            }
        };
        markup.into_string()
    }
}

/// The longest title that is shown, in characters.
const MAX_TITLE: usize = 120;

/// A text that is at most so many characters long.
pub fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// How many findings of a severity there are.
pub fn count(findings: &[Finding<'_>], severity: Severity) -> usize {
    let some = findings.iter().filter(|finding| finding.severity == severity);
    some.map(|finding| finding.count).sum()
}

/// Numbers of findings as marks with a word each; a dash for none.
pub fn finding_counts(findings: &[Finding<'_>]) -> Markup {
    let counts = [Severity::Error, Severity::Warning, Severity::Note]
        .map(|severity| (severity.as_str(), count(findings, severity)));
    html! {
        @if findings.is_empty() { span.quiet { "none" } }
        @for (word, count) in counts {
            @if count > 0 {
                span class={ "tag " (word) } { (crate::report::pluralize(count, word)) } " "
            }
        }
    }
}

/// A text with what is between back-ticks as code, as messages have it.
pub fn prose(text: &SafeText) -> Markup {
    let parts: Vec<&str> = text.as_str().split('`').collect();
    html! {
        @for (at, part) in parts.iter().enumerate() {
            @let is_inside = at % 2 == 1;
            @if is_inside && at + 1 < parts.len() { code { (part) } }
            @else { @if is_inside { "`" } (part) }
        }
    }
}

/// A text as a part of an address behind `#`.
pub fn in_address(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// "1 entry", "2 entries".
pub fn entries(count: usize) -> String {
    match count {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    }
}

/// A path as an argument of a command that a person can paste; the word instead, where a shell would read it in another
/// way.
pub fn argument<'a>(path: &'a str, word: &'a str) -> &'a str {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./@+".contains(c);
    match path.chars().all(is_plain) && !path.starts_with('-') && !path.is_empty() {
        true => path,
        false => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_between_back_ticks() {
        let prose = |text: &str| prose(&SafeText::new(text)).into_string();
        assert_eq!(prose("run `a<b>` now"), "run <code>a&lt;b&gt;</code> now");
        assert_eq!(prose("one ` alone <i>"), "one ` alone &lt;i&gt;");
        assert_eq!(prose("``"), "<code></code>");
    }

    #[test]
    fn only_a_plain_path_is_an_argument() {
        assert_eq!(argument("a/b-c/DOC.md", "FILE"), "a/b-c/DOC.md");
        for odd in ["-rf", "a b", "$(x)", "", "a;b", "é"] {
            assert_eq!(argument(odd, "FILE"), "FILE");
        }
    }
}
