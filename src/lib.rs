//! chub-lint: a linter for content hubs.
//!
//! 1. A hub is read once into `Document`s. After that nothing reads files.
//! 2. The packages that documents cover or install are looked up once into `PackageLookups`. Where symbols are
//!    checked, the files of a release that a document needs are read once into `SymbolChecks`. After that nothing uses the
//!    network.
//! 3. A rule is a documented function from those to `Diagnostic`s. It cannot read files, use the network or see
//!    the clock.
//! 4. Diagnostics are sorted, filtered and only then written, by a reporter that sees the whole run.
//! 5. Each rule has one Markdown page. It is the help text, the SARIF help, the website and the test.

pub mod branches;
pub mod chub;
pub mod commands;
pub mod config;
pub mod diagnostic;
pub mod document;
pub mod edit;
pub mod error;
pub mod exit;
pub mod fix;
pub mod forge;
pub mod fsio;
pub mod git;
pub mod hub;
pub mod lang;
pub mod lsp;
pub mod mcp;
pub mod one_or_many;
pub mod package;
pub mod pager;
pub mod pipeline;
pub mod releases;
pub mod report;
pub mod rule;
pub mod rules;
pub mod safe_path;
pub mod safe_text;
pub mod safety;
pub mod secret;
pub mod site;
pub mod suggest;
pub mod suppress;
pub mod symbols;
pub mod text;
pub mod timing;
