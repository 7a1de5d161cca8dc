//! Limits for one host: concurrent requests, requested pauses, and giving up after failures.

use super::UnknownReason;
use futures_util::future::{Either, select};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// The maximum number of concurrent requests.
pub(crate) const MAX_CONCURRENT: usize = 16;
/// Failures in a row after which this host is not queried again in this run: more than the concurrent requests, so that
/// one short outage is not enough.
const MAX_FAILURES: u32 = 40;
/// How many failures a timeout counts as. A host that does not answer takes the most time, so one timeout of each
/// concurrent request is enough.
const TIMEOUT_WEIGHT: u32 = 3;

/// The state of one host in one run.
pub(crate) struct HostLimiter {
    places: Semaphore,
    /// The minimum time between the starts of two requests.
    gap: Duration,
    next: Cell<Option<Instant>>,
    not_before: Cell<Option<Instant>>,
    failures: Cell<u32>,
    /// When it last sent something, whatever it was.
    heard: Cell<Option<Instant>>,
    last: RefCell<Option<UnknownReason>>,
    given_up: Notify,
}

impl HostLimiter {
    /// A host with a number of concurrent requests and a minimum time between their starts.
    pub(crate) fn new(places: usize, gap: Duration) -> Self {
        Self {
            places: Semaphore::new(places),
            gap,
            next: Cell::new(None),
            not_before: Cell::new(None),
            failures: Cell::new(0),
            heard: Cell::new(None),
            last: RefCell::new(None),
            given_up: Notify::new(),
        }
    }

    /// Wait for a permit, and until the host accepts requests.
    ///
    /// # Errors
    /// When the deadline is reached, or the host was given up.
    pub(crate) async fn enter(&self, deadline: Instant) -> Result<SemaphorePermit<'_>, UnknownReason> {
        let waiting = async {
            while let Some(until) = self.not_before.get().filter(|until| *until > Instant::now()) {
                tokio::time::sleep_until(until).await;
            }
            let place = self.places.acquire().await;
            if !self.gap.is_zero() {
                let start = self.next.get().max(Some(Instant::now()));
                self.next.set(start.and_then(|start| start.checked_add(self.gap)));
                if let Some(start) = start {
                    tokio::time::sleep_until(start).await;
                }
            }
            place
        };
        let place = match tokio::time::timeout_at(deadline, waiting).await {
            // The semaphore is never closed. If it were, there would be no permit.
            Ok(place) => place.map_err(|_| UnknownReason::Budget)?,
            Err(_) => return Err(UnknownReason::Budget),
        };
        if Instant::now() >= deadline {
            return Err(UnknownReason::Budget);
        }
        match self.is_given_up() {
            true => Err(self.why()),
            false => Ok(place),
        }
    }

    /// Wait for a future, unless the host is given up first.
    pub(crate) async fn unless_given_up<T>(&self, work: impl Future<Output = T>) -> Result<T, UnknownReason> {
        let given_up = pin!(self.given_up.notified());
        match select(pin!(work), given_up).await {
            Either::Left((done, _)) => Ok(done),
            Either::Right(_) => Err(self.why()),
        }
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.failures.get() >= MAX_FAILURES
    }

    /// The last failure.
    pub(crate) fn why(&self) -> UnknownReason {
        self.last.borrow().clone().unwrap_or(UnknownReason::Timeout)
    }

    /// Record an answer.
    pub(crate) fn record_success(&self) {
        self.failures.set(0);
    }

    /// Record that it sent something.
    pub(crate) fn record_sign_of_life(&self) {
        self.heard.set(Some(Instant::now()));
    }

    /// Record a request that ended because the host sent nothing more. It is given up at once when it has sent nothing
    /// to any request since then: others would wait as long for nothing.
    pub(crate) fn record_silence(&self, since: Instant) {
        self.record_failure(&UnknownReason::Timeout);
        if self.heard.get().is_none_or(|heard| heard < since) {
            self.give_up(UnknownReason::Timeout);
        }
    }

    /// Send no more requests in this run, and end those that wait.
    pub(crate) fn give_up(&self, reason: UnknownReason) {
        self.failures.set(MAX_FAILURES);
        *self.last.borrow_mut() = Some(reason);
        self.given_up.notify_waiters();
    }

    /// Record a failure.
    pub(crate) fn record_failure(&self, reason: &UnknownReason) {
        let weight = if *reason == UnknownReason::Timeout {
            TIMEOUT_WEIGHT
        } else {
            1
        };
        self.failures.set(self.failures.get().saturating_add(weight));
        *self.last.borrow_mut() = Some(reason.clone());
        if self.is_given_up() {
            self.give_up(reason.clone());
        }
    }

    /// Send no request until then, as the host requested.
    pub(crate) fn pause(&self, until: Instant) {
        self.not_before.set(self.not_before.get().max(Some(until)));
    }
}
