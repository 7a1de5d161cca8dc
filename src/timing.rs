//! How long a stage of a run takes, for the log.

use log::Level;
use std::fmt;
use std::time::Instant;

/// When a stage began. The clock is read only when there is a log.
#[derive(Clone, Copy, Debug)]
pub struct Timer(Option<Instant>);

impl Timer {
    /// A stage begins.
    #[must_use]
    pub fn start() -> Self {
        Self(log::log_enabled!(Level::Debug).then(Instant::now))
    }
}

impl fmt::Display for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elapsed = self.0.map_or(0, |start| start.elapsed().as_millis());
        write!(f, "{elapsed} ms")
    }
}
