//! The flags of `merge`.

use super::args::{Output, OutputParser};
use crate::config::file::FailOn;
use clap::Args;
use std::path::PathBuf;

/// The flags of `merge`.
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
