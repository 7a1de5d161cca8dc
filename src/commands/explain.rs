//! `chub-lint explain`: a rule's page in the terminal.

use super::RunEnv;
use super::args::RuleParser;
use crate::config::unknown_rule;
use crate::diagnostic::{Applicability, Severity};
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::pager;
use crate::report::rule_counts::severity_style;
use crate::rule::page::RulePage;
use crate::rules::{RULES, by_id};
use crate::secret;
use annotate_snippets::renderer::DEFAULT_LINE_NUM_STYLE;
use anstyle::{AnsiColor, Style};
use clap::Args;
use semver::Version;
use std::io::Write;

/// Show a rule's page: why it exists, bad and good examples
#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    /// The rule's id, as in the output: stale-version
    #[arg(value_parser = RuleParser::ID, hide_possible_values = true)]
    pub rule: String,
}

/// Write a rule's page. On a terminal that is too small for it, it is shown with the pager.
///
/// # Errors
/// When there is no such rule, or the output breaks.
pub fn run(args: &ExplainArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let rule = by_id(&args.rule).ok_or_else(|| unknown_rule(&args.rule, RULES))?;
    let text = render(rule.id, RulePage::for_rule(rule), env.render.colour);
    let is_long = env
        .render
        .height
        .is_some_and(|height| text.lines().count() >= height);
    if is_long && pager::show(&text, &env.cwd) {
        return Ok(Exit::Clean);
    }
    exit::ignore_broken_pipe(out.write_all(text.as_bytes())).map(|()| Exit::Clean)
}

/// How the parts of a page look.
struct PageStyles {
    heading: Style,
    code: Style,
    gutter: Style,
    colour: bool,
}

impl PageStyles {
    fn new(colour: bool) -> Self {
        let style = |style: Style| if colour { style } else { Style::new() };
        Self {
            heading: style(Style::new().bold()),
            code: style(AnsiColor::Cyan.on_default()),
            gutter: style(DEFAULT_LINE_NUM_STYLE),
            colour,
        }
    }

    /// A line of text, with code spans.
    fn prose(&self, line: &str) -> String {
        let code = self.code;
        let mut painted = String::new();
        let mut rest = line;
        while let Some((text, (span, after))) = rest
            .split_once('`')
            .and_then(|(text, behind)| Some((text, behind.split_once('`')?)))
        {
            painted.push_str(&format!("{text}{code}`{span}`{code:#}"));
            rest = after;
        }
        painted + rest
    }

    /// A line of a report, as `check` writes it.
    fn report(&self, line: &str) -> String {
        let (bold, gutter) = (self.heading, self.gutter);
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let name = severity.as_str();
            let level = line.split_inclusive(']').next().unwrap_or_default();
            if line.starts_with(name) && line[name.len()..].starts_with('[') {
                let style = severity_style(severity, self.colour);
                let message = &line[level.len()..];
                return format!("{style}{level}{style:#}{bold}{message}{bold:#}");
            }
        }
        let marks = ["--> ", "::: ", "| ", "= "].iter();
        let end = marks.filter_map(|mark| Some(line.find(mark)? + mark.len())).min();
        let is_gutter = |part: &str| part.chars().all(|c| c.is_ascii_digit() || " ->:|=.".contains(c));
        match end.unwrap_or(line.len()) {
            end if is_gutter(&line[..end]) => {
                format!("{gutter}{}{gutter:#}{}", &line[..end], &line[end..])
            }
            _ => line.to_owned(),
        }
    }
}

/// The page for a terminal: headings in bold, code indented, fences gone.
fn render(id: &str, page: &RulePage<'_>, colour: bool) -> String {
    let styles = PageStyles::new(colour);
    let (bold, code) = (styles.heading, styles.code);
    let severity = severity_style(page.severity, colour);
    let fix = match page.fix {
        None => "no fix",
        Some(Applicability::Safe) => "fixed by --fix",
        Some(Applicability::Unsafe) => "fixed by --fix --unsafe-fixes",
    };
    let optional = match page.pedantic {
        true => "; pedantic: off unless selected",
        false => "",
    };
    let unreleased = match Version::parse(&page.since).ok() > Version::parse(env!("CARGO_PKG_VERSION")).ok() {
        true => " (not released yet)",
        false => "",
    };
    let mut out = format!("{bold}{id}{bold:#}: {}\n", styles.prose(&page.title));
    out.push_str(&format!(
        "{severity}{}{severity:#} ({}), {fix}, since {}{unreleased}{optional}\n",
        page.severity.as_str(),
        page.category.as_str(),
        page.since
    ));
    // The back-ticks of the fence that is open, and whether it holds the output of a check.
    let mut fence: Option<(&str, bool)> = None;
    let mut is_escaped = false;
    for line in page.body.lines().skip(1) {
        let (ticks, info) = line.split_at(line.len() - line.trim_start_matches('`').len());
        match fence {
            Some((open, _)) if ticks.len() >= open.len() && info.is_empty() => fence = None,
            None if ticks.len() >= 3 => {
                fence = Some((ticks, info == "text"));
                is_escaped = info.split(' ').any(|word| word == "escaped");
            }
            Some(_) if line.is_empty() => out.push('\n'),
            Some((_, true)) => out.push_str(&format!("    {}\n", styles.report(line))),
            Some((_, false)) => {
                let line = if is_escaped {
                    readable(line)
                } else {
                    line.to_owned()
                };
                out.push_str(&format!("    {code}{line}{code:#}\n"));
            }
            None => match line.trim_start_matches('#') {
                heading if heading.len() < line.len() => {
                    out.push_str(&format!("{bold}{}{bold:#}\n", heading.trim()));
                }
                _ => out.push_str(&format!("{}\n", styles.prose(line))),
            },
        }
    }
    out
}

/// A line of an example with escapes: those of letters, which keep secret scanners from the page, are read, and what
/// looks like a credential then is masked.
fn readable(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\\u{") {
        out.push_str(before);
        let letter = after.split_once('}').and_then(|(digits, after)| {
            let letter = u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii_graphic)?;
            Some((char::from(letter), after))
        });
        if let Some((letter, after)) = letter {
            out.push(letter);
            rest = after;
        } else {
            out.push_str("\\u{");
            rest = after;
        }
    }
    out.push_str(rest);
    secret::mask_secrets(&out).into_owned()
}
