//! `chub-lint mcp`: the server for agents.

use super::args::Verbosity;
use super::sources::UNNAMED;
use super::{Cli, RunEnv, client_folder};
use crate::chub::client::sources::{HubPlace, HubSource};
use crate::error::Error;
use crate::exit::Exit;
use crate::mcp::{self, ServerSettings};
use crate::pipeline::RegistryOptions;
use crate::releases::Environment;
use crate::safe_path;
use clap::builder::FalseyValueParser;
use clap::{Args, Parser};
use std::io::Write;
use std::path::PathBuf;

/// Serve agents over standard input and output (Model Context Protocol): read hubs, write and check entries
#[derive(Clone, Debug, Args)]
pub struct McpArgs {
    /// Built trees or content folders, in order of priority; `NAME=DIR` names one for ids such as `NAME:author/entry`. By
    /// default the hubs of `[[sources]]` in the config, else the working folder
    #[arg(value_name = "[NAME=]DIR")]
    pub hubs: Vec<String>,
    /// Serve over HTTP on this port of 127.0.0.1 in place of standard input and output; 0 takes a free port. Each request needs
    /// the token of CHUB_LINT_MCP_TOKEN; without one a random token is made and shown on standard error
    #[arg(long, value_name = "PORT")]
    pub http: Option<u16>,
    /// Ask no registry and no server: use only the cache
    #[arg(long, env = "CHUB_LINT_OFFLINE", value_parser = FalseyValueParser::new())]
    pub offline: bool,
    /// The index to ask in place of PyPI
    #[arg(long, value_name = "URL")]
    pub pypi_index: Option<String>,
    /// The registry to ask in place of npm's
    #[arg(long, value_name = "URL")]
    pub npm_registry: Option<String>,
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// Serve until the client disconnects.
///
/// # Errors
/// When a hub does not exist, or the client breaks the protocol.
pub fn run(args: &McpArgs, env: &RunEnv, _: &mut dyn Write) -> Result<Exit, Error> {
    let mut sources: Vec<HubSource> = match args.hubs.is_empty() {
        true => super::sources::configured(args.offline, env)?,
        false => Vec::new(),
    };
    let default = [".".to_owned()];
    let named = match args.hubs.is_empty() && sources.is_empty() {
        true => &default[..],
        false => &args.hubs,
    };
    for hub in named {
        let source = source(hub, &sources)?;
        sources.push(source);
    }
    let (cwd, today, moment) = (env.cwd.clone(), env.today, env.moment);
    let run = move |arguments: &[String]| {
        let env = RunEnv {
            cwd: cwd.clone(),
            arguments: Vec::new(),
            today: moment().map_or(today, |moment| jiff::tz::TimeZone::UTC.to_datetime(moment).date()),
            moment,
            render: crate::report::RenderOptions::default(),
        };
        let program = std::iter::once(env!("CARGO_PKG_NAME"));
        let cli = Cli::try_parse_from(program.chain(arguments.iter().map(String::as_str)))
            .map_err(|error| super::CommandError::Arguments(error.to_string()))?;
        let mut out = Vec::new();
        cli.run(&env, &mut out)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    };
    let settings = ServerSettings {
        sources,
        cwd: env.cwd.clone(),
        moment: env.moment,
        client_folder: client_folder(),
        registries: RegistryOptions {
            offline: args.offline,
            pypi_index: args.pypi_index.clone(),
            npm_registry: args.npm_registry.clone(),
            quiet: true,
            ..RegistryOptions::default()
        },
        run: Box::new(run),
    };
    let served = match args.http {
        None => mcp::serve_stdio(settings),
        Some(port) => {
            let token = Environment::from_process();
            let token = token.var("CHUB_LINT_MCP_TOKEN").map(str::to_owned);
            mcp::serve_http(settings, port, token, super::warn)
        }
    };
    served.map(|()| Exit::Clean)
}

/// A hub as it is named: a folder, or a name and a folder.
fn source(named: &str, others: &[HubSource]) -> Result<HubSource, Error> {
    let (name, folder) = match named.split_once('=') {
        Some((name, folder)) if !name.is_empty() && !name.contains(['/', ':', '\\', '.']) => {
            (Some(name), folder)
        }
        _ => (None, named),
    };
    let given = PathBuf::from(folder);
    safe_path::check_read_path(&given)?;
    if !safe_path::is_folder(&given) {
        return Err(Error::NoSuchPath(given));
    }
    let folder = safe_path::canonicalize_or_keep(&super::tree(&given));
    let last = folder
        .file_name()
        .map(|name| name.to_string_lossy().replace(':', "-"));
    let name = name.map_or_else(|| last.unwrap_or_else(|| UNNAMED.to_owned()), str::to_owned);
    if others.iter().any(|other| other.name == name) {
        return Err(super::CommandError::TwoSources(name).into());
    }
    Ok(HubSource {
        name,
        place: HubPlace::Folder(folder),
    })
}
