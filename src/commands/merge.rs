//! `chub-lint merge`: join the reports of the parts of a hub.

use super::RunEnv;
use super::args::{OutputParser, OutputTarget};
use crate::config::file::FailOn;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fsio;
use crate::report::merge::{self, MergeError, ReportPart};
use crate::report::read::{self, Read};
use crate::report::{self, Format, escaped_json};
use clap::Args;
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
    pub output: Vec<OutputTarget>,
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
pub fn run(args: &MergeArgs, _: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let (mut json, mut sarif) = (Vec::new(), Vec::new());
    for file in &args.files {
        let name = file.display().to_string();
        match read::read(&fsio::read_text(file, MAX_REPORT)?) {
            Ok(Read::Json(report)) => json.push(ReportPart {
                name,
                report: *report,
            }),
            Ok(Read::Sarif(report)) => sarif.push(ReportPart { name, report }),
            Err(source) => return Err(MergeError::Part { name, source }.into()),
        }
    }
    let (format, name) = match (json.is_empty(), sarif.is_empty()) {
        (false, false) => return Err(MergeError::Mixed.into()),
        (_, true) => (Format::Json, "json"),
        (true, false) => (Format::Sarif, "sarif"),
    };
    if args.output.iter().any(|output| output.format != format) {
        return Err(MergeError::Format(name).into());
    }
    let mut bytes = Vec::new();
    let worst = if format == Format::Sarif {
        let merged = report::sarif::merge::merge(sarif)?;
        escaped_json::pretty(&merged.report, &mut bytes).map_err(Error::Output)?;
        merged.worst
    } else {
        let merged = merge::merge(json)?;
        escaped_json::pretty(&merged.report, &mut bytes).map_err(Error::Output)?;
        merged.worst
    };
    for file in args.output.iter().filter_map(|output| output.file.as_ref()) {
        fsio::write_atomic(file, &bytes)?;
    }
    if args.output.is_empty() || args.output.iter().any(|output| output.file.is_none()) {
        exit::ignore_broken_pipe(out.write_all(&bytes))?;
    }
    Ok(Exit::from_severity(worst, args.fail_on.severity()))
}
