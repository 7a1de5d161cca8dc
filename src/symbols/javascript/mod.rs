//! JavaScript and TypeScript: what the declarations of a release export, and what the blocks of a document use of them.

mod builtin;
mod call;
mod code;
mod describe;
mod evaluate;
mod manifest;
mod member;
mod names;
mod plain;
mod read;
mod release;
mod resolve;
mod store;
mod summary;
mod ty;
pub mod usage;

pub use release::{Release, TABLE_VERSION};

#[cfg(test)]
mod tests;
