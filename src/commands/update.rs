//! `chub-lint update`: ask the servers of the hubs in the config for their registries.

use super::args::Verbosity;
use super::sources::{self, ServerArgs};
use super::{CommandError, RunEnv, warn};
use crate::chub::client::sources::HubPlace;
use crate::error::{Error, with_sources};
use crate::exit::{self, Exit};
use crate::releases::Refresh;
use crate::report::pluralize;
use crate::safe_text::SafeText;
use clap::Args;
use std::io::Write;

/// Read the registries of hubs on servers again: those of `[[sources]]` in the config
#[derive(Clone, Debug, Args)]
pub struct UpdateArgs {
    /// Only these hubs, by their names in the config
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// How hubs on servers are read.
    #[command(flatten)]
    pub server: ServerArgs,
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// Ask each server, and say what it has.
///
/// # Errors
/// When a name is not in the config, or a server gives no answer that can be used; the others are asked all the same.
pub fn run(args: &UpdateArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let hubs = sources::configured(args.server.offline, env)?;
    if let Some(unknown) = args
        .names
        .iter()
        .find(|name| hubs.iter().all(|hub| hub.name != **name))
    {
        return Err(CommandError::NoSource(unknown.clone()).into());
    }
    let is_asked = |name: &String| args.names.is_empty() || args.names.contains(name);
    let asked: Vec<_> = hubs.into_iter().filter(|hub| is_asked(&hub.name)).collect();
    if asked.is_empty() {
        return Err(CommandError::NoSources.into());
    }
    if args.server.offline {
        return Err(CommandError::UpdateOffline.into());
    }
    let mut failed = 0;
    for hub in asked {
        let line = match &hub.place {
            HubPlace::Folder(_) => "a folder, which is read as it is".to_owned(),
            HubPlace::Address(files) => match files.registry(Refresh::Now) {
                Ok(read) => {
                    let entries = match read.entries {
                        1 => "1 entry".to_owned(),
                        several => format!("{several} entries"),
                    };
                    format!("{entries}, {}", if read.is_new { "updated" } else { "unchanged" })
                }
                Err(error) => {
                    failed += 1;
                    warn(&format!("error: {}", with_sources(&error)));
                    continue;
                }
            },
        };
        exit::ignore_broken_pipe(writeln!(out, "{}: {line}", SafeText::new(&hub.name)))?;
    }
    match failed {
        0 => Ok(Exit::Clean),
        failed => Err(CommandError::NotUpdated(pluralize(failed, "hub")).into()),
    }
}
