//! The registry of a hub: `registry.json` and `search-index.json` in the bytes that `chub build` of
//! `@aisuite/chub` 0.1.4 writes, the content tree beside them, and what the client makes of them.

pub mod js;
pub mod json;
pub mod lexical;
pub mod log;
pub mod order;
pub mod rank;
pub mod search;
pub mod tokens;
