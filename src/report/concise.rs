//! One line for each finding, as compilers write them: `path:line:column: level[rule] sentence`.

use super::{RenderOptions, Reporter, Run, text_summary};
use crate::text::ColumnUnit;
use std::io::{self, Write};

/// The reporter of one line for each finding.
#[derive(Debug)]
pub struct ConciseReporter {
    /// Whether there is a summary.
    pub render: RenderOptions,
}

impl Reporter for ConciseReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        for finding in run.findings() {
            let at = finding.place.start(ColumnUnit::Chars);
            let path = finding.place.opened.as_str();
            // GitHub runs a log line that begins with `::` as a command, and a folder can have any name.
            let before = if path.trim_start().starts_with(':') {
                "./"
            } else {
                ""
            };
            writeln!(
                out,
                "{before}{path}:{}:{}: {}[{}] {}",
                at.line,
                at.column,
                finding.severity.as_str(),
                finding.rule.id,
                finding.message
            )?;
        }
        if self.render.quiet {
            return Ok(());
        }
        writeln!(out, "{}", text_summary::one_line(run))
    }
}
