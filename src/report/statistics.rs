//! `--statistics`: how many findings each rule has, in place of the findings.

use super::rule_counts::{RuleCounts, count_by_rule, table};
use super::{RenderOptions, Reporter, Run, escaped_json, text_summary};
use crate::rule::page::RulePage;
use std::cmp::Reverse;
use std::io::{self, Write};

/// The reporter of `--statistics`. As in ruff, the rule with the most findings is first.
#[derive(Debug)]
pub struct StatisticsReporter {
    /// Colours, and whether there is a summary.
    pub render: RenderOptions,
    /// Whether to write JSON.
    pub json: bool,
}

impl Reporter for StatisticsReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut counts = count_by_rule(run);
        counts.sort_by_key(|of_rule| Reverse(of_rule.count));
        if self.json {
            let list: Vec<_> = counts.iter().map(as_json).collect();
            return escaped_json::pretty(&list, out);
        }
        out.write_all(table(&counts, true, self.render.colour).as_bytes())?;
        if !self.render.quiet {
            if !counts.is_empty() {
                writeln!(out)?;
            }
            out.write_all(text_summary::lines(run, &counts, &self.render).as_bytes())?;
        }
        Ok(())
    }
}

fn as_json(of_rule: &RuleCounts) -> serde_json::Value {
    serde_json::json!({
        "rule": of_rule.rule.id,
        "title": RulePage::for_rule(of_rule.rule).title,
        "severity": of_rule.severity,
        "count": of_rule.count,
        "fixable": of_rule.safe,
        "fixable_unsafe": of_rule.needs_review,
    })
}
