//! Commands that are more than a report.

pub mod baseline;
pub mod bump;
pub mod init;
pub mod watch;
