//! Limits of the work for code: counted, never timed, so that every machine and every number of threads gives the
//! same result.
//!
//! A unit is about what a parser does for one byte of ordinary code: some ten nanoseconds. What is read by a slower
//! parser, or read twice, costs more of them.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The base budget of one block, in addition to its length: enough to try every idiom on a short block.
const BLOCK_BASE: u64 = 100_000;
/// The base budget of one document, in addition to its length.
const DOCUMENT_BASE: u64 = 2_000_000;
/// The budget for each byte of a block or a document. Ordinary blocks take one to ten.
const PER_BYTE: u64 = 100;

/// What is left in this thread, and whether more was asked for.
#[derive(Clone, Copy)]
struct Meter {
    left: u64,
    /// Work beyond the limit, to be charged to the surrounding limit.
    owed: u64,
    is_over: bool,
}

thread_local! {
    /// `None` where work is not counted.
    static METER: Cell<Option<Meter>> = const { Cell::new(None) };
}

/// What all blocks of one document may still cost. They are parsed one after the other, in order, by the
/// thread that has the document.
#[derive(Debug)]
pub struct WorkBudget(AtomicU64);

impl WorkBudget {
    /// The budget of a document of so many bytes.
    #[must_use]
    pub fn for_bytes(bytes: usize) -> Self {
        Self(AtomicU64::new(
            DOCUMENT_BASE.saturating_add(PER_BYTE.saturating_mul(bytes as u64)),
        ))
    }

    /// Do some work of this document.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        let left = self.0.load(Relaxed);
        let (result, used, _) = counted(left, work);
        self.0.store(left.saturating_sub(used), Relaxed);
        result
    }
}

/// Do the work of one block of so many bytes; and whether it would have cost more than it may.
pub fn run_block<T>(bytes: usize, work: impl FnOnce() -> T) -> (T, bool) {
    let limit = BLOCK_BASE.saturating_add(PER_BYTE.saturating_mul(bytes as u64));
    let (result, _, is_over) = counted(limit, work);
    (result, is_over)
}

/// Do some work with a separate limit, which is never more than what is left around it; and how much was used.
fn counted<T>(limit: u64, work: impl FnOnce() -> T) -> (T, u64, bool) {
    let outer = METER.get();
    let limit = outer.map_or(limit, |outer| limit.min(outer.left));
    METER.set(Some(Meter {
        left: limit,
        owed: 0,
        is_over: false,
    }));
    let result = work();
    let inner = METER.replace(outer);
    let used = inner.map_or(0, |inner| {
        limit.saturating_sub(inner.left).saturating_add(inner.owed)
    });
    let is_over = inner.is_some_and(|inner| inner.is_over);
    if let Some(outer) = outer {
        METER.set(Some(Meter {
            left: outer.left.saturating_sub(used),
            ..outer
        }));
    }
    (result, used, is_over)
}

/// Charge for the next step. `false` when that is more than what is left: then skip the step.
#[must_use]
pub fn try_spend(units: usize) -> bool {
    let Some(mut meter) = METER.get() else { return true };
    match meter.left.checked_sub(units as u64) {
        Some(left) if !meter.is_over => meter.left = left,
        _ => meter.is_over = true,
    }
    METER.set(Some(meter));
    !meter.is_over
}

/// Charge for a step already done. The block continues; its document has less left for the next ones.
pub fn spend(units: usize) {
    if let Some(mut meter) = METER.get() {
        meter.owed = meter.owed.saturating_add(units as u64);
        METER.set(Some(meter));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted_where_somebody_counts() {
        assert!(try_spend(usize::MAX));
        let most = usize::try_from(BLOCK_BASE).unwrap();
        assert_eq!(run_block(0, || try_spend(most)), (true, false));
        assert_eq!(
            run_block(0, || (try_spend(most + 1), try_spend(1))),
            ((false, false), true)
        );
    }

    #[test]
    fn a_document_pays_for_its_blocks() {
        let budget = WorkBudget::for_bytes(0);
        let one = || budget.within(|| run_block(0, || try_spend(usize::try_from(BLOCK_BASE).unwrap())));
        let all: Vec<_> = (0..21).map(|_| one()).collect();
        assert_eq!((all[19], all[20]), ((true, false), (false, true)));
    }
}
