//! Decide which diagnostics count. Keeps the hidden ones.

pub mod comment;
pub mod paths;
