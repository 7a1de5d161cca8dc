//! Python: the modules of a release, and what the blocks of a document use of them.

mod builtin;
mod evaluate;
mod foreign;
mod getattr;
mod keyword;
mod member;
mod place;
mod read;
mod release;
mod signature;
mod source;
mod standard;
mod style;
mod summary;
mod ty;
pub mod usage;

pub use release::{Release, TABLE_VERSION};

#[cfg(test)]
mod tests;
