//! The server for agents (Model Context Protocol): they check what they write, and read what the hubs hold.
//!
//! `hubs.rs` holds the hubs, each read when it is first needed, and `checked.rs` those whose documents are checked. `reader.rs` and `author.rs` are the tools as plain
//! functions; `server.rs` is the protocol.

mod answer;
mod author;
mod checked;
mod http;
mod hubs;
mod reader;
mod server;
mod tools;

pub use http::serve_http;
pub use hubs::{CommandRunner, ServerSettings};
pub use server::serve_stdio;
