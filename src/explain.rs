//! Show a rule's page in the terminal, and the list of rules.

use crate::cli::args::ListFormat;
use crate::config::unknown_rule;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::report::Look;
use crate::rule::page::Page;
use crate::rules::{RULES, by_id};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

/// Write a rule's page.
///
/// # Errors
/// When there is no such rule, or the output breaks.
pub fn explain(id: &str, look: Look, out: &mut dyn Write) -> Result<Exit, Error> {
    let rule = by_id(id).ok_or_else(|| Error::Usage(unknown_rule(id)))?;
    let page = Page::of(rule);
    let text = render(rule.id, page, look);
    finish(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

fn finish(result: io::Result<()>) -> Result<Exit, Error> {
    exit::written(result).map(|()| Exit::Clean)
}

/// The page for a terminal: headings in bold, code indented, fences gone.
fn render(id: &str, page: &Page, look: Look) -> String {
    let style = |style: Style| if look.colour { style } else { Style::new() };
    let bold = style(Style::new().bold());
    let code = style(AnsiColor::Cyan.on_default());
    let fix = match page.fix {
        None => "no fix",
        Some(crate::diagnostic::Safety::Safe) => "fixed by --fix",
        Some(crate::diagnostic::Safety::Unsafe) => "fixed by --fix --unsafe-fixes",
    };
    let optional = if page.pedantic {
        "; pedantic: off unless selected"
    } else {
        ""
    };
    let mut out = format!("{bold}{id}{bold:#}: {}\n", page.title);
    out.push_str(&format!(
        "{} ({}), {fix}, since {}{optional}\n",
        page.severity.as_str(),
        page.category.as_str(),
        page.since
    ));
    let mut fence: Option<String> = None;
    for line in page.body.lines().skip(1) {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if ticks.len() >= open.len() && line.len() == ticks.len() => fence = None,
            None if ticks.len() >= 3 => fence = Some(ticks),
            Some(_) if line.is_empty() => out.push('\n'),
            Some(_) => out.push_str(&format!("    {code}{line}{code:#}\n")),
            None => match line.trim_start_matches('#') {
                heading if heading.len() < line.len() => {
                    out.push_str(&format!("{bold}{}{bold:#}\n", heading.trim()));
                }
                _ => out.push_str(&format!("{line}\n")),
            },
        }
    }
    out
}

/// Write the list of rules.
///
/// # Errors
/// When the output cannot be written.
pub fn list(format: ListFormat, out: &mut dyn Write) -> Result<Exit, Error> {
    let result = match format {
        ListFormat::Text => list_text(out),
        ListFormat::Json => list_json(out),
    };
    finish(result.and_then(|()| out.flush()))
}

fn severity(page: &Page) -> String {
    format!(
        "{}{}",
        page.severity.as_str(),
        if page.pedantic { " (pedantic)" } else { "" }
    )
}

fn list_text(out: &mut dyn Write) -> io::Result<()> {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in RULES {
        let page = Page::of(rule);
        writeln!(
            out,
            "{:width$}  {:18}  {:12}  {}",
            rule.id,
            severity(page),
            page.category.as_str(),
            page.title
        )?;
    }
    Ok(())
}

fn list_json(out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<_> = RULES
        .iter()
        .map(|rule| {
            let page = Page::of(rule);
            serde_json::json!({
                "id": rule.id,
                "severity": page.severity,
                "pedantic": page.pedantic,
                "category": page.category.as_str(),
                "fix": page.fix,
                "since": page.since,
                "title": page.title,
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &rules)?;
    writeln!(out)
}
