//! The memory that open archives hold together.

use super::error::ArchiveError;
use super::limits::MAX_OPEN_BYTES;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What one archive holds. It is given back when the archive is dropped.
#[derive(Debug, Default)]
pub(super) struct HeldMemory {
    all: Arc<AtomicUsize>,
    own: usize,
}

impl HeldMemory {
    /// Nothing yet, of a sum that others share.
    pub(super) fn of(all: &Arc<AtomicUsize>) -> Self {
        Self {
            all: Arc::clone(all),
            own: 0,
        }
    }

    /// Hold more bytes.
    ///
    /// # Errors
    /// When all archives would hold too much.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), ArchiveError> {
        if self.all.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > MAX_OPEN_BYTES {
            self.all.fetch_sub(bytes, Ordering::Relaxed);
            return Err(ArchiveError::Memory);
        }
        self.own += bytes;
        Ok(())
    }
}

impl Drop for HeldMemory {
    fn drop(&mut self) {
        self.all.fetch_sub(self.own, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_can_be_held_again() {
        let all = Arc::default();
        let mut first = HeldMemory::of(&all);
        assert_eq!(first.grow(MAX_OPEN_BYTES), Ok(()));
        let mut second = HeldMemory::of(&all);
        assert_eq!(second.grow(1), Err(ArchiveError::Memory));
        drop(first);
        assert_eq!(second.grow(MAX_OPEN_BYTES), Ok(()));
        drop(second);
        assert_eq!(all.load(Ordering::Relaxed), 0);
    }
}
