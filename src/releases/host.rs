//! Manners towards one host: how many requests at once, pauses it asked for, and giving up on it.

use super::UnknownReason;
use futures_util::future::{Either, select};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// Requests under way at once.
pub(crate) const MAX_CONCURRENT: usize = 16;
/// Failures in a row after which this host is not queried again in this run: more than the requests under way, so one
/// bad moment is not enough.
const MAX_FAILURES: u32 = 40;
/// How much a timeout counts: as many as are under way at once are enough, for a silent host costs the most.
const TIMEOUT_WEIGHT: u32 = 3;

/// One host in one run.
pub(crate) struct HostLimiter {
    places: Semaphore,
    /// Between the starts of two requests.
    gap: Duration,
    next: Cell<Option<Instant>>,
    not_before: Cell<Option<Instant>>,
    failures: Cell<u32>,
    last: RefCell<Option<UnknownReason>>,
    given_up: Notify,
}

impl HostLimiter {
    /// A host that is asked for so many things at once, each begun so much later than the one before.
    pub(crate) fn new(places: usize, gap: Duration) -> Self {
        Self {
            places: Semaphore::new(places),
            gap,
            next: Cell::new(None),
            not_before: Cell::new(None),
            failures: Cell::new(0),
            last: RefCell::new(None),
            given_up: Notify::new(),
        }
    }

    /// Wait for a place, and until the host wants to be asked.
    ///
    /// # Errors
    /// When the time is over first, or the host has been given up.
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
            // The semaphore is never closed; should it be, there is no place.
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

    /// Finish some work, unless the host is given up meanwhile.
    pub(crate) async fn unless_given_up<T>(&self, work: impl Future<Output = T>) -> Result<T, UnknownReason> {
        let given_up = pin!(self.given_up.notified());
        match select(pin!(work), given_up).await {
            Either::Left((done, _)) => Ok(done),
            Either::Right(_) => Err(self.why()),
        }
    }

    fn is_given_up(&self) -> bool {
        self.failures.get() >= MAX_FAILURES
    }

    fn why(&self) -> UnknownReason {
        self.last.borrow().clone().unwrap_or(UnknownReason::Timeout)
    }

    /// It answered.
    pub(crate) fn record_success(&self) {
        self.failures.set(0);
    }

    /// It did not.
    pub(crate) fn record_failure(&self, reason: &UnknownReason) {
        let weight = if *reason == UnknownReason::Timeout {
            TIMEOUT_WEIGHT
        } else {
            1
        };
        self.failures.set(self.failures.get().saturating_add(weight));
        *self.last.borrow_mut() = Some(reason.clone());
        if self.is_given_up() {
            self.given_up.notify_waiters();
        }
    }

    /// It asked to be left alone until then.
    pub(crate) fn pause(&self, until: Instant) {
        self.not_before.set(self.not_before.get().max(Some(until)));
    }
}
