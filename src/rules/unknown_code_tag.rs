//! A language tag that is not known.

use crate::document::Document;
use crate::edit::Edit;
use crate::lang;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::suggest;

/// The rule; see its page.
pub static RULE: Rule = rule!("unknown-code-tag", Check::Document(check)).with(&[Property::FixesTags]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let mut suggestions = suggest::SuggestionBudget::default();
    for sample in &document.snippets().all {
        let tag = sample.tag.slice(&document.text);
        // `{note}` is a directive of MyST, not a language.
        let before = document.text.get(..sample.tag.start as usize).unwrap_or_default();
        let directive = before.ends_with('{');
        // `*/` behind a fence is the end of a comment around it.
        let is_word = tag.contains(char::is_alphanumeric);
        if !is_word || directive || lang::is_known_tag(tag) {
            continue;
        }
        let suggests = suggestions.spend();
        let near = Some(tag).filter(|_| suggests).and_then(lang::suggest);
        // `{.name}` is any class, of a block that an extension of MkDocs or a filter of Pandoc renders.
        if near.is_none() && before.ends_with("{.") {
            continue;
        }
        let report = sink.report(sample.tag, format!("unknown language tag `{tag}`"));
        if let Some(near) = near {
            let edit = Edit {
                span: sample.tag,
                text: near.to_owned(),
            };
            report
                .help(format!("did you mean `{near}`?"))
                .fix(format!("write `{near}`"), vec![edit]);
        }
    }
}
