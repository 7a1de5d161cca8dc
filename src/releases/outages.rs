//! What clients and look-ups of one run share: the hosts that were given up, and counts of requests.

use super::UnknownReason;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The maximum time budget. A much larger number of seconds would overflow the clock.
pub(crate) const MAX_TIMEOUT: Duration = Duration::from_secs(7 * 24 * 3600);

/// The hosts that were given up in this run, with the reasons. Several look-ups and clients can share them, so that a
/// host that does not answer costs its time once.
#[derive(Clone, Debug, Default)]
pub struct Outages(Arc<Mutex<BTreeMap<String, UnknownReason>>>);

impl Outages {
    pub(super) fn get(&self, host: &str) -> Option<UnknownReason> {
        self.lock().get(host).cloned()
    }

    pub(super) fn add(&self, host: &str, reason: UnknownReason) {
        self.lock().insert(host.to_owned(), reason);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, UnknownReason>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts requests, redirects and retries included, and the bytes of their replies.
#[derive(Debug, Default)]
pub(crate) struct TrafficCounter {
    pub requests: AtomicU64,
    pub bytes: AtomicU64,
}
