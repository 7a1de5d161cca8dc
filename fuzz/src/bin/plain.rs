//! Mutate the seeds without coverage, with a fixed random seed: the same inputs on every machine, and no special flags.
//!
//! usage: plain TARGET EXECUTIONS [SEED_OF_RANDOMNESS]
//!        plain TARGET --input FILE      runs one input, such as a crash that was found
//!        plain TARGET --corpus FOLDER   writes the seeds of a target for the guided fuzzer
//!        plain --list

use chub_lint_fuzz::{TARGETS, mutate::Mutator, seeds, target};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// An input that takes longer than this is a finding.
const LIMIT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let (name, rest) = match words.as_slice() {
        ["--list"] => {
            for target in TARGETS {
                println!("{}", target.name);
            }
            return ExitCode::SUCCESS;
        }
        [name, rest @ ..] => (*name, rest),
        [] => ("", [].as_slice()),
    };
    let Some(target) = target(name) else {
        eprintln!(
            "usage: plain TARGET EXECUTIONS [SEED] | TARGET --input FILE | TARGET --corpus FOLDER | --list"
        );
        return ExitCode::from(2);
    };
    let seeds = seeds::of(target.name);
    match rest {
        ["--input", file] => {
            (target.run)(&std::fs::read(file).expect("the input can be read"));
            ExitCode::SUCCESS
        }
        ["--corpus", folder] => {
            std::fs::create_dir_all(folder).expect("the folder can be made");
            for (at, seed) in seeds.iter().enumerate() {
                std::fs::write(format!("{folder}/seed-{at:04}"), seed).expect("the folder can be written");
            }
            ExitCode::SUCCESS
        }
        [count, rest @ ..] => {
            let count: u64 = count.parse().expect("a number of executions");
            let random: u64 = rest.first().map_or(1, |seed| seed.parse().expect("a number"));
            let mut mutator = Mutator::new(random, seeds);
            let started = Instant::now();
            let mut failed = 0;
            for at in 0..count {
                let input = mutator.mutant();
                let before = Instant::now();
                let ended = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(&input)));
                let slow = before.elapsed() > LIMIT;
                if ended.is_err() || slow {
                    let file = format!("{}-{random}-{at}.input", target.name);
                    std::fs::write(&file, &input).expect("the working folder can be written");
                    eprintln!("{}: {file}", if slow { "slow" } else { "failed" });
                    failed += 1;
                    if failed == 10 {
                        break;
                    }
                }
            }
            println!(
                "{}: {count} executions in {:.1?}, {failed} failed",
                target.name,
                started.elapsed()
            );
            ExitCode::from(u8::from(failed > 0))
        }
        [] => ExitCode::from(2),
    }
}
