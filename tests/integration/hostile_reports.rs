//! Text from documents is inert in every format: on a terminal, in a log, on a page and in a parser.

use crate::support::samples::{hostile, write};
use chub_lint::report::Format;
use chub_lint::safe_text::{is_active, is_log_command};
use clap::ValueEnum;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

#[test]
fn hostile_text_acts_in_no_format() {
    let (hub, hostile) = hostile();
    for format in Format::value_variants() {
        let out = write(&hub, vec![hostile.clone()], *format);
        for (at, c) in out.char_indices() {
            let shown = format!(
                "{format:?}: {}",
                out[at..].escape_unicode().take(60).collect::<String>()
            );
            assert!(!is_active(c) || matches!(c, '\n' | '\t'), "{shown}");
            assert!(!is_log_command(&out, at), "{shown}");
        }
        let commands = out.lines().filter(|line| line.trim_start().starts_with("::"));
        let expected = usize::from(*format == Format::Github);
        assert_eq!(commands.count(), expected, "{format:?}:\n{out}");
        assert!(!out.trim().is_empty(), "{format:?}");
        match format {
            Format::Markdown => assert_inert_markdown(&out),
            Format::Junit | Format::Checkstyle => {
                let xml = roxmltree::Document::parse(&out).unwrap();
                assert!(xml.descendants().all(|n| !n.has_tag_name("script")), "{out}");
            }
            Format::Json | Format::JsonLines | Format::Sarif | Format::Gitlab | Format::Rdjson => {
                serde_json::from_str::<Value>(&out).unwrap();
            }
            Format::Text | Format::Concise | Format::Github => {}
        }
    }
}

/// Text of a document may appear only in code spans and, escaped, in the folded headings.
fn assert_inert_markdown(out: &str) {
    for event in Parser::new_ext(out, Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = html
                    .replace("<details>", "")
                    .replace("</details>", "")
                    .replace("<summary>", "")
                    .replace("</summary>", "")
                    .replace("<code>", "")
                    .replace("</code>", "");
                assert!(!ours.contains(['<', '>']), "{html}");
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link in\n{out}"),
            Event::Text(text) => assert!(!text.contains("evil") && !text.contains("@someone"), "{text}"),
            _ => {}
        }
    }
}
