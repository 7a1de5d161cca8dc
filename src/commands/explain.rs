//! `chub-lint explain`: a rule's page in the terminal.

use super::RunEnv;
use crate::config::unknown_rule;
use crate::diagnostic::Applicability;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::report::RenderOptions;
use crate::rule::page::RulePage;
use crate::rules::{RULES, by_id};
use anstyle::{AnsiColor, Style};
use clap::Args;
use std::io::Write;

/// Show a rule's page: why it exists, bad and good examples
#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    /// The rule's id, as in the output: stale-version
    pub rule: String,
}

/// Write a rule's page.
///
/// # Errors
/// When there is no such rule, or the output breaks.
pub fn run(args: &ExplainArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let rule = by_id(&args.rule).ok_or_else(|| unknown_rule(&args.rule, RULES))?;
    let text = render(rule.id, RulePage::for_rule(rule), env.look);
    exit::ignore_broken_pipe(out.write_all(text.as_bytes())).map(|()| Exit::Clean)
}

/// The page for a terminal: headings in bold, code indented, fences gone.
fn render(id: &str, page: &RulePage, look: RenderOptions) -> String {
    let style = |style: Style| if look.colour { style } else { Style::new() };
    let bold = style(Style::new().bold());
    let code = style(AnsiColor::Cyan.on_default());
    let fix = match page.fix {
        None => "no fix",
        Some(Applicability::Safe) => "fixed by --fix",
        Some(Applicability::Unsafe) => "fixed by --fix --unsafe-fixes",
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
