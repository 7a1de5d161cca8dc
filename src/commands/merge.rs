//! `chub-lint merge`: join the reports of the parts of a hub.

use super::args::{OutputParser, OutputTarget};
use super::{RunEnv, unchecked};
use crate::config::file::FailOn;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fsio;
use crate::report::merge::{self, MergeError, MergedRender, ReportPart};
use crate::report::read::{self, Read};
use crate::report::{self, Format, RenderOptions, escaped_json};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

/// Join the reports of the parts of a hub into one
#[derive(Clone, Debug, Args)]
pub struct MergeArgs {
    /// The reports of all parts, written with `--shard I/N --output json=FILE` or `sarif=FILE`. JSON reports can be
    /// joined into every format
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Write the joined report as FORMAT, to standard output or to a file. The default is the format of the parts. May be
    /// repeated
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = OutputParser)]
    pub output: Vec<OutputTarget>,
    /// The lowest severity that sets the exit code to 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "warning")]
    pub fail_on: FailOn,
    /// Fail with exit code 2 when a package could not be checked in one of the parts
    #[arg(long)]
    pub fail_on_unchecked: bool,
}

/// The largest report that is read, in bytes.
const MAX_REPORT: u64 = 256 * 1024 * 1024;

/// Read the reports and write the joined one.
///
/// # Errors
/// When a file cannot be read, the parts do not fit together, or the output breaks.
pub fn run(args: &MergeArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
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
    let started = Instant::now();
    let own = match (json.is_empty(), sarif.is_empty()) {
        (false, false) => return Err(MergeError::Mixed.into()),
        (_, true) => Format::Json,
        (true, false) => Format::Sarif,
    };
    let outputs = match args.output.as_slice() {
        [] => &[OutputTarget {
            format: own,
            file: None,
        }],
        outputs => outputs,
    };
    let fail = args.fail_on_unchecked;
    let (worst, not_checked) = if own == Format::Sarif {
        if outputs.iter().any(|output| output.format != own) {
            return Err(MergeError::OnlySarif.into());
        }
        let merged = report::sarif::merge::merge(sarif, fail)?;
        write_all(outputs, &env.render, out, |_, _, bytes| {
            escaped_json::pretty(&merged.report, bytes)
        })?;
        (merged.worst, merged.not_checked)
    } else {
        let is_json = |output: &OutputTarget| matches!(output.format, Format::Json | Format::JsonLines);
        let mut merged = merge::merge(json, !outputs.iter().all(is_json))?;
        write_all(outputs, &env.render, out, |format, render, bytes| {
            let render = MergedRender {
                options: render,
                fail_on_unchecked: fail,
                elapsed: started.elapsed(),
            };
            merged.write(format, render, bytes)
        })?;
        (merged.worst, merged.not_checked().clone())
    };
    unchecked::report(&not_checked, fail)?;
    Ok(Exit::from_severity(worst, args.fail_on.severity()))
}

/// Write the outputs, files first, so that a closed pipe does not prevent them.
fn write_all(
    outputs: &[OutputTarget],
    render: &RenderOptions,
    out: &mut dyn Write,
    mut report: impl FnMut(Format, RenderOptions, &mut Vec<u8>) -> io::Result<()>,
) -> Result<(), Error> {
    for output in outputs {
        if let Some(file) = &output.file {
            let mut bytes = Vec::new();
            report(output.format, RenderOptions::default(), &mut bytes).map_err(Error::Output)?;
            fsio::write_atomic(file, &bytes)?;
        }
    }
    for output in outputs.iter().filter(|output| output.file.is_none()) {
        let mut bytes = Vec::new();
        report(output.format, render.clone(), &mut bytes).map_err(Error::Output)?;
        exit::ignore_broken_pipe(out.write_all(&bytes))?;
    }
    Ok(())
}
