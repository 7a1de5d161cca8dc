//! The commands that list instead of judge.

pub mod outdated;
pub mod packages;
pub mod status;
mod table;
