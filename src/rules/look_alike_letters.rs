//! Words of code with letters that look like those of another script.

use crate::document::Document;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::safety::letters::{self, LetterKind, LookAlike};
use crate::text::join_list;

/// The rule; see its page.
pub static RULE: Rule = rule!("look-alike-letters", Check::Document(check))
    .with(&[Property::NeverCausedByFix, Property::ChecksAttachments]);

/// How many letters a message names.
const MAX_NAMED: usize = 3;

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for word in letters::find(document) {
        let named: Vec<String> = word.letters.iter().take(MAX_NAMED).map(described).collect();
        let verb = if named.len() == 1 { "is" } else { "are" };
        sink.report(
            word.span,
            format!(
                "this looks like \"{}\", but {} {verb} not",
                word.plain,
                join_list(&named, "and")
            ),
        )
        .label(format!("not \"{}\"", word.plain))
        .help(format!(
            "type \"{}\" on a Latin keyboard; a program or address with such letters is a different one",
            word.plain
        ));
    }
}

/// A letter by code point and name.
fn described((c, found): &(char, LookAlike)) -> String {
    let number = u32::from(*c);
    let form = matches!(found.kind, LetterKind::Form) && !found.name.starts_with("LETTERLIKE");
    let letter = if form {
        format!(" {}", found.ascii.to_ascii_uppercase())
    } else {
        String::new()
    };
    format!("U+{number:04X} ({}{letter})", found.name)
}
