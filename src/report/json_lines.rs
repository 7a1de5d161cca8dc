//! For programs that read as they go: one line of JSON for each finding, as in the JSON format.

use super::{Reporter, Run, inert, json};
use std::io::{self, Write};

/// The JSON lines reporter.
#[derive(Debug)]
pub struct JsonLines;

impl Reporter for JsonLines {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        for finding in run.findings() {
            inert::compact(&json::entry(&finding), out)?;
        }
        Ok(())
    }
}
