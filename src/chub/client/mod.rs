//! What the hub's client does with a built tree: ranks, shows and gets entries.

mod lexical;
pub mod preview;
pub mod rank;
pub mod show;
