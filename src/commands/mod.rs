//! Commands that are more than a report: they list, write, fix or wait.

pub mod baseline;
pub mod bump;
pub mod cache;
pub mod check;
pub mod init;
pub mod outdated;
pub mod packages;
pub mod status;
mod table;
pub mod watch;
