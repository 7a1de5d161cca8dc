//! `chub-lint merge`: join the reports of the parts of a hub.

use super::World;
use super::args::{Output, OutputParser};
use crate::config::file::FailOn;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fsio;
use crate::report::merge::{self, Part};
use crate::report::sarif::model::Log;
use crate::report::{Format, inert, sarif};
use clap::Args;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;

/// Join the reports of the parts of a hub into one
#[derive(Clone, Debug, Args)]
pub struct MergeArgs {
    /// The reports of all parts, written with `--shard I/N --output json=FILE` or `sarif=FILE`
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Write the joined report as FORMAT, the format of the parts, to standard output or to a file
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = OutputParser)]
    pub output: Vec<Output>,
    /// The lowest severity that sets the exit code to 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "warning")]
    pub fail_on: FailOn,
}

/// The largest report that is read, in bytes.
const MAX_REPORT: u64 = 256 * 1024 * 1024;

/// Read the reports and write the joined one.
///
/// # Errors
/// When a file cannot be read, the parts do not fit together, or the output breaks.
pub fn run(args: &MergeArgs, _: &World, out: &mut dyn Write) -> Result<Exit, Error> {
    let mut parts = Vec::new();
    for file in &args.files {
        let name = file.display().to_string();
        let text = fsio::read_text(file, MAX_REPORT)?;
        let report: Value = serde_json::from_str(&text)
            .map_err(|error| Error::Usage(format!("`{name}`: not a JSON or SARIF report: {error}")))?;
        parts.push(Part { name, report });
    }
    let is_sarif = |part: &Part<Value>| part.report.get("runs").is_some();
    let format = match parts.iter().filter(|part| is_sarif(part)).count() {
        0 => Format::Json,
        n if n == parts.len() => Format::Sarif,
        _ => return Err(Error::Usage("some parts are SARIF and some are JSON".to_owned())),
    };
    if args.output.iter().any(|output| output.format != format) {
        let name = if format == Format::Json { "json" } else { "sarif" };
        return Err(Error::Usage(format!(
            "the parts are {name}: only `--output {name}` can be written of them"
        )));
    }
    let mut bytes = Vec::new();
    let worst = if format == Format::Sarif {
        let parts = parts.into_iter().map(log).collect::<Result<_, _>>()?;
        let merged = sarif::merge::merge(parts).map_err(Error::Usage)?;
        inert::pretty(&merged.report, &mut bytes).map_err(Error::Output)?;
        merged.worst
    } else {
        let merged = merge::merge(parts).map_err(Error::Usage)?;
        inert::pretty(&merged.report, &mut bytes).map_err(Error::Output)?;
        merged.worst
    };
    for file in args.output.iter().filter_map(|output| output.file.as_ref()) {
        fsio::write_atomic(file, &bytes)?;
    }
    if args.output.is_empty() || args.output.iter().any(|output| output.file.is_none()) {
        exit::written(out.write_all(&bytes))?;
    }
    Ok(Exit::of(worst, args.fail_on.severity()))
}

fn log(part: Part<Value>) -> Result<Part<Log>, Error> {
    let Part { name, report } = part;
    match serde_json::from_value(report) {
        Ok(report) => Ok(Part { name, report }),
        Err(error) => Err(Error::Usage(format!(
            "`{name}`: not SARIF as chub-lint writes it: {error}"
        ))),
    }
}
