//! An invalid date.

use super::fields;
use crate::document::Document;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use jiff::ToSpan;
use jiff::civil::Date;

/// The rule; see its page.
pub static RULE: Rule = rule!("bad-date", Check::Document(check)).with(&[Property::OnlyHubs]);

fn check(document: &Document, context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some((text, node)) = document
        .front_matter()
        .and_then(|front| fields::text(front.metadata("updated-on")))
    else {
        return;
    };
    // In some time zones it is already the next day.
    let latest = context.today.checked_add(1.day()).unwrap_or(context.today);
    if !has_date_shape(text) {
        sink.report(
            node.span,
            format!("`{text}` is not a date of the form YYYY-MM-DD"),
        )
        .help(format!(
            "write the date of the last change: \"{}\"",
            context.today
        ));
    } else {
        match text.parse::<Date>() {
            Err(_) => {
                sink.report(node.span, format!("invalid date `{text}`"))
                    .help(nearest_rule(text));
            }
            Ok(date) if date > latest => {
                sink.report(node.span, format!("`{text}` is in the future"))
                    .help("write the date of the last change");
            }
            Ok(_) => {}
        }
    }
}

/// Why there is no such day.
fn nearest_rule(text: &str) -> String {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<i8>().ok());
    let year = text.get(..4).and_then(|digits| digits.parse::<i16>().ok());
    let month = number(5..7).filter(|month| (1..=12).contains(month));
    let first = year
        .zip(month)
        .and_then(|(year, month)| Date::new(year, month, 1).ok());
    match first {
        None => "write a month from 01 to 12".to_owned(),
        Some(first) => format!(
            "write a day from 01 to {}, the last of {}",
            first.days_in_month(),
            first.strftime("%B %Y")
        ),
    }
}

fn has_date_shape(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| {
            if i == 4 || i == 7 {
                b == b'-'
            } else {
                b.is_ascii_digit()
            }
        })
}
