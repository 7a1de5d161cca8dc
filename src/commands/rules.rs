//! `chub-lint rules`: the list of rules.

use super::RunEnv;
use super::args::ListFormat;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::rule::page::RulePage;
use crate::rule::{Check, Property, Rule};
use crate::rules::RULES;
use clap::Args;
use std::io::{self, Write};

/// List the rules
#[derive(Clone, Copy, Debug, Args)]
pub struct RulesArgs {
    /// How to write the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub output: ListFormat,
}

/// Write the list of rules.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &RulesArgs, _: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let result = match args.output {
        ListFormat::Text => text(out),
        ListFormat::Json => json(out),
    };
    exit::ignore_broken_pipe(result).map(|()| Exit::Clean)
}

fn severity(page: &RulePage<'_>) -> String {
    format!(
        "{}{}",
        page.severity.as_str(),
        if page.pedantic { " (pedantic)" } else { "" }
    )
}

fn text(out: &mut dyn Write) -> io::Result<()> {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in RULES {
        let page = RulePage::for_rule(rule);
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

fn json(out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<_> = RULES.iter().map(|rule| as_json(rule)).collect();
    serde_json::to_writer_pretty(&mut *out, &rules)?;
    writeln!(out)
}

/// Everything that is known of a rule; docs/json.md lists the fields.
fn as_json(rule: &Rule) -> serde_json::Value {
    let page = RulePage::for_rule(rule);
    let (_, explanation) = page.body.split_once('\n').unwrap_or_default();
    serde_json::json!({
        "id": rule.id,
        "severity": page.severity,
        "pedantic": page.pedantic,
        "category": page.category.as_str(),
        "fix": page.fix,
        "since": page.since,
        "title": page.title,
        "checks": match rule.check {
            Check::Document(_) => "document",
            Check::Hub(_) => "hub",
            Check::Releases(_) => "releases",
            Check::Symbols(_) => "symbols",
            Check::Suppress => "suppressions",
        },
        "always_on": rule.has(Property::AlwaysOn),
        "needs_base": rule.has(Property::NeedsBase),
        "needs_whole_hub": rule.has(Property::NeedsWholeHub),
        "why": page.why(),
        "explanation": explanation.trim(),
    })
}
