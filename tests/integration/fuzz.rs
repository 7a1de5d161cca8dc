//! A short smoke test of every fuzz target, with the same inputs on every machine. `fuzz/run.sh` runs the full fuzzing.
//!
//! `FUZZ_EXECUTIONS=10000` runs more inputs of each target.

#[expect(
    clippy::disallowed_methods,
    clippy::panic,
    dead_code,
    reason = "it is a crate of its own, which is compiled here once more"
)]
#[path = "../../fuzz/src/lib.rs"]
mod fuzz_targets;

use fuzz_targets::{TARGETS, mutate::Mutator, seeds};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// The time for all inputs of one target: a slow machine runs fewer of them, and at least a few.
const BUDGET: Duration = Duration::from_secs(3);
const FEW: u64 = 20;

#[test]
fn every_target_holds_for_its_seeds_and_their_mutants() {
    let wanted = std::env::var("FUZZ_EXECUTIONS")
        .ok()
        .and_then(|number| number.parse().ok());
    let executions: u64 = wanted.unwrap_or(300);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = TARGETS
            .iter()
            .map(|target| {
                scope.spawn(move || {
                    let mut mutator = Mutator::new(1, seeds::of(target.name));
                    let started = Instant::now();
                    (0..executions).find_map(|at| {
                        if wanted.is_none() && at >= FEW && started.elapsed() > BUDGET {
                            return None;
                        }
                        let input = mutator.mutant();
                        let ended = catch_unwind(AssertUnwindSafe(|| (target.run)(&input)));
                        let input = String::from_utf8_lossy(&input).into_owned();
                        ended
                            .is_err()
                            .then(|| format!("{} number {at}: {input:?}", target.name))
                    })
                })
            })
            .collect();
        threads
            .into_iter()
            .filter_map(|thread| thread.join().ok()?)
            .collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
