//! A file on a server, read in blocks that are kept. A server that answers wrongly is asked for the whole file once.

use super::error::ArchiveError;
use super::limits::BLOCK_BYTES;
use super::memory::HeldMemory;
use super::zip::ZipBytes;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A file that a server has.
pub(super) trait RemoteFile: Send + Sync {
    /// Parts of it, requested at the same time, each of the length of its range; `None` for one that the server does not
    /// give.
    fn parts(&self, ranges: &[Range<u64>]) -> Vec<Result<Option<Vec<u8>>, ArchiveError>>;
    /// All of it. It has the hash that the index lists.
    fn whole(&self) -> Result<Vec<u8>, ArchiveError>;
}

/// The blocks of a file.
pub(super) struct Blocks {
    file: Box<dyn RemoteFile>,
    size: u64,
    /// How many bytes at the end were read at first.
    tail: u64,
    state: Mutex<BlocksState>,
}

struct BlocksState {
    /// By number. Only the last may be shorter.
    blocks: BTreeMap<u64, Vec<u8>>,
    /// The whole file, or why it cannot be used.
    whole: Option<Result<Arc<Vec<u8>>, ArchiveError>>,
    memory: HeldMemory,
}

impl Blocks {
    /// A file of `size` bytes, of which the last are `tail`.
    pub(super) fn new(
        file: Box<dyn RemoteFile>,
        size: u64,
        tail: &[u8],
        memory: HeldMemory,
    ) -> Result<Self, ArchiveError> {
        let mut state = BlocksState {
            blocks: BTreeMap::new(),
            whole: None,
            memory,
        };
        let start = size.saturating_sub(tail.len() as u64);
        // The part before the first whole block is read again if it is needed.
        let first = start.div_ceil(BLOCK_BYTES);
        let skip = usize::try_from(first * BLOCK_BYTES - start).unwrap_or(usize::MAX);
        state.add(first, tail.get(skip..).unwrap_or_default())?;
        Ok(Self {
            file,
            size,
            tail: size.saturating_sub(first * BLOCK_BYTES),
            state: Mutex::new(state),
        })
    }

    fn state(&self) -> MutexGuard<'_, BlocksState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Get the blocks of some ranges, all at the same time.
    ///
    /// # Errors
    /// When the server does not give them, and not the whole file either.
    pub(super) fn prefetch(&self, ranges: &[Range<u64>]) -> Result<(), ArchiveError> {
        self.fetch(&mut self.state(), ranges)
    }

    fn fetch(&self, state: &mut BlocksState, ranges: &[Range<u64>]) -> Result<(), ArchiveError> {
        let missing = match state.whole {
            Some(_) => Vec::new(),
            None => state.missing(ranges),
        };
        if missing.is_empty() {
            return Ok(());
        }
        let wanted: Vec<Range<u64>> = missing
            .iter()
            .map(|run| run.start * BLOCK_BYTES..(run.end * BLOCK_BYTES).min(self.size))
            .collect();
        for (run, part) in missing.iter().zip(self.file.parts(&wanted)) {
            match part? {
                Some(bytes) => state.add(run.start, &bytes)?,
                None => {
                    state.whole(|| self.file.whole(), self.size)?;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Whether all of the file was received, and has the hash of the index.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.state().whole, Some(Ok(_)))
    }

    /// The whole file, for when a part of it is not what it should be. It is requested at most once.
    ///
    /// # Errors
    /// When the server does not send a file with the hash of the index.
    pub(super) fn whole(&self) -> Result<Arc<Vec<u8>>, ArchiveError> {
        self.state().whole(|| self.file.whole(), self.size)
    }
}

impl BlocksState {
    fn add(&mut self, first: u64, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.memory.grow(bytes.len())?;
        let block = usize::try_from(BLOCK_BYTES).unwrap_or(usize::MAX);
        for (number, bytes) in (first..).zip(bytes.chunks(block)) {
            self.blocks.insert(number, bytes.to_vec());
        }
        Ok(())
    }

    fn whole(
        &mut self,
        get: impl FnOnce() -> Result<Vec<u8>, ArchiveError>,
        size: u64,
    ) -> Result<Arc<Vec<u8>>, ArchiveError> {
        if self.whole.is_none() {
            let got = get().and_then(|bytes| {
                if bytes.len() as u64 != size {
                    return Err(ArchiveError::Damaged("the server reports two different sizes"));
                }
                self.memory.grow(bytes.len())?;
                Ok(Arc::new(bytes))
            });
            self.blocks.clear();
            self.whole = Some(got);
        }
        match &self.whole {
            Some(whole) => whole.clone(),
            None => Err(ArchiveError::Damaged("the whole file")),
        }
    }

    /// The blocks of some ranges that are not kept, adjacent ones joined.
    fn missing(&self, ranges: &[Range<u64>]) -> Vec<Range<u64>> {
        let numbers = |range: &Range<u64>| range.start / BLOCK_BYTES..range.end.div_ceil(BLOCK_BYTES);
        let wanted: BTreeSet<u64> = ranges
            .iter()
            .flat_map(numbers)
            .filter(|number| !self.blocks.contains_key(number))
            .collect();
        let mut runs: Vec<Range<u64>> = Vec::new();
        for number in wanted {
            match runs.last_mut() {
                Some(run) if run.end == number => run.end += 1,
                _ => runs.push(number..number + 1),
            }
        }
        runs
    }

    /// Bytes of kept blocks.
    fn copy(&self, range: &Range<u64>) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::try_from(range.end - range.start).ok()?);
        for number in range.start / BLOCK_BYTES..range.end.div_ceil(BLOCK_BYTES) {
            let (block, start) = (self.blocks.get(&number)?, number * BLOCK_BYTES);
            let at = |offset: u64| usize::try_from(offset.saturating_sub(start).min(BLOCK_BYTES)).ok();
            bytes.extend_from_slice(block.get(at(range.start)?..at(range.end)?)?);
        }
        Some(bytes)
    }
}

impl ZipBytes for Blocks {
    fn size(&self) -> u64 {
        self.size
    }

    fn known_tail(&self) -> u64 {
        self.tail
    }

    fn bytes(&self, range: Range<u64>) -> Result<Cow<'_, [u8]>, ArchiveError> {
        let outside = || ArchiveError::Damaged("a part is missing");
        if range.start > range.end || range.end > self.size {
            return Err(outside());
        }
        // Held during requests, so that nothing is asked for twice.
        let mut state = self.state();
        self.fetch(&mut state, std::slice::from_ref(&range))?;
        let bytes = match &state.whole {
            Some(whole) => {
                let whole = whole.clone()?;
                whole.as_slice().bytes(range)?.into_owned()
            }
            None => state.copy(&range).ok_or_else(outside)?,
        };
        Ok(Cow::Owned(bytes))
    }
}
