//! The server for agents (Model Context Protocol): they check what they write, and read what the hubs hold.
//!
//! `hubs.rs` holds the hubs, each read when it is first needed, and `checked.rs` those whose documents are checked.
//! `server.rs` is the protocol.
//!
//! A tool has a method in `server.rs` with its name and description, a type in `tool_args.rs` with its arguments, and a
//! plain function that answers: in `reader_tools.rs` when it reads a hub, in `author_tools.rs` when it helps to write
//! one.

mod answer;
mod author_tools;
mod checked;
mod http;
mod hubs;
mod reader_tools;
mod server;
mod tool_args;

pub use http::serve_http;
pub use hubs::{CommandRunner, ServerSettings};
pub use server::serve_stdio;
