//! The JSON Lines format: one line for each finding, with the fields of the JSON format.

use super::{Reporter, Run, escaped_json, json};
use std::io::{self, Write};

/// The JSON lines reporter.
#[derive(Debug)]
pub struct JsonLinesReporter;

impl Reporter for JsonLinesReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        for finding in run.findings() {
            escaped_json::compact(&json::entry(&finding), out)?;
        }
        Ok(())
    }
}
