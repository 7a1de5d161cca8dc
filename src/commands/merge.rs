//! `chub-lint merge`: join the reports of the parts of a hub.

use super::World;
use super::args::{Output, OutputParser};
use crate::config::file::FailOn;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fsio;
use crate::report::merge::{self, MergeError, Part, Read};
use crate::report::{self, Format, inert};
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
    let (mut json, mut sarif) = (Vec::new(), Vec::new());
    for file in &args.files {
        let name = file.display().to_string();
        match merge::read(&fsio::read_text(file, MAX_REPORT)?) {
            Ok(Read::Json(report)) => json.push(Part {
                name,
                report: *report,
            }),
            Ok(Read::Sarif(report)) => sarif.push(Part { name, report }),
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
        inert::pretty(&merged.report, &mut bytes).map_err(Error::Output)?;
        merged.worst
    } else {
        let merged = merge::merge(json)?;
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
