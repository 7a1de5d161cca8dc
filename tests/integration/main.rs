//! All integration tests in one program: each further program would link all parsers again.

#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests lay out files and start programs; one that cannot go on has failed"
)]

mod action;
mod advice;
mod architecture;
mod archives;
mod attachments;
#[cfg(unix)]
mod attacks;
mod baseline;
mod ci_files;
mod cli;
mod closed_output;
mod config_schema;
mod exit_codes;
mod fixtures;
mod fuzz;
mod hostile;
mod hostile_hubs;
mod hostile_reports;
mod hostile_seeds;
mod ignored;
mod languages;
mod logging;
mod lsp;
mod many_findings;
mod mcp;
#[cfg(unix)]
mod mcp_killed;
mod packages;
#[cfg(unix)]
mod packaging;
#[cfg(unix)]
mod patches;
#[cfg(unix)]
mod picture;
mod plugins;
mod private;
mod properties;
#[cfg(unix)]
mod propose;
mod published;
mod raise;
mod readme;
#[cfg(unix)]
mod registry;
mod releases;
mod reports;
mod roots;
mod rule_pages;
mod safety;
mod schemas;
mod shards;
mod since;
#[cfg(unix)]
mod site;
mod snapshots;
mod sources;
mod stdin;
mod support;
mod suppress;
mod symbols;
mod text_report;
mod verdict;
