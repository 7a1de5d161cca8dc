//! Run the program on mutated documents: batches of them as hubs, in each format, with different numbers of threads. It
//! must exit with 0 or 1, not panic, and print the same bytes with every number of threads.
//!
//! usage: batches PROGRAM [DOCUMENTS] [SEED_OF_RANDOMNESS]
//!
//! The hub of a failure is kept, and its folder is printed.

use chub_lint_fuzz::{mutate::Mutator, seeds};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const BATCH: usize = 500;
const THREADS: [&str; 3] = ["1", "2", "8"];
/// A batch that takes longer is a failure; a debug build on a busy machine takes a tenth of it.
const LIMIT: Duration = Duration::from_secs(300);
/// The formats of every run, and those of every tenth batch.
const ALWAYS: [&[&str]; 2] = [&["--select", "all", "--output", "json"], &["--output", "json"]];
const TENTH: [&[&str]; 6] = [
    &["--select", "all", "--output", "sarif"],
    &["--select", "all", "--output", "text"],
    &["--select", "all", "--output", "github"],
    &["--output", "sarif"],
    &["--output", "text"],
    &["--output", "github"],
];

/// What has been run and what has failed.
#[derive(Default)]
struct Counts {
    documents: usize,
    bytes: usize,
    runs: usize,
    failures: Vec<String>,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, otherwise: u64| args.get(at).map_or(Some(otherwise), |n| n.parse().ok());
    let (Some(program), Some(documents), Some(random)) = (args.first(), number(1, 5000), number(2, 1)) else {
        eprintln!("usage: batches PROGRAM [DOCUMENTS] [SEED_OF_RANDOMNESS]");
        return ExitCode::from(2);
    };
    match run(
        Path::new(program),
        usize::try_from(documents).unwrap_or(usize::MAX),
        random,
    ) {
        Ok(counts) => {
            for failure in &counts.failures {
                println!("failed: {failure}");
            }
            println!(
                "{} documents of {} bytes, {} runs, {} failed",
                counts.documents,
                counts.bytes,
                counts.runs,
                counts.failures.len()
            );
            ExitCode::from(u8::from(!counts.failures.is_empty()))
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(program: &Path, documents: usize, random: u64) -> io::Result<Counts> {
    let program = program.canonicalize()?;
    let mut sources = seeds::of("documents");
    sources.extend(seeds::of("safety"));
    sources.extend(pieces());
    let mut mutator = Mutator::new(random, sources);
    let root = std::env::temp_dir().join(format!("chub-lint-batches-{}", std::process::id()));
    let mut counts = Counts::default();
    for batch in 0..documents.div_ceil(BATCH) {
        let hub = root.join(format!("batch-{random}-{batch}"));
        for at in 0..BATCH.min(documents - batch * BATCH) {
            let input = mutator.mutant();
            counts.documents += 1;
            counts.bytes += input.len();
            write(&hub, at, &input)?;
        }
        let before = counts.failures.len();
        let tenth = if batch % 10 == 0 { &TENTH[..] } else { &[] };
        for flags in ALWAYS.iter().chain(tenth) {
            check(&program, &hub, flags, &mut counts)?;
        }
        if counts.failures.len() == before {
            std::fs::remove_dir_all(&hub)?;
        }
        eprintln!("batch {batch}: {} failed", counts.failures.len());
        if counts.failures.len() > 20 {
            break;
        }
    }
    // This fails when the hub of a failure is in it, which is intended.
    let _ = std::fs::remove_dir(&root);
    Ok(counts)
}

/// Entries of a few authors, in one language, in several, and with files next to them.
fn write(hub: &Path, at: usize, input: &[u8]) -> io::Result<()> {
    let (kind, file) = if at % 7 == 0 {
        ("skills", "SKILL.md")
    } else {
        ("docs", "DOC.md")
    };
    let entry = hub.join(format!("author-{}/{kind}/entry-{at}", at % 20));
    let folder: PathBuf = match at % 5 {
        0 if kind == "docs" => entry.join("python"),
        1 if kind == "docs" => entry.join("javascript/2.0.0"),
        _ => entry.clone(),
    };
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(file), input)?;
    if at % 11 == 0 {
        std::fs::create_dir_all(folder.join("references"))?;
        std::fs::write(folder.join("references/notes.md"), input)?;
    }
    Ok(())
}

/// Run the program once for each number of threads.
fn check(program: &Path, hub: &Path, flags: &[&str], counts: &mut Counts) -> io::Result<()> {
    let mut first: Option<Vec<u8>> = None;
    for threads in THREADS {
        let out = hub.with_extension("out");
        let err = hub.with_extension("err");
        let mut child = Command::new(program)
            .args(["check", "--offline", "--fail-on", "never"])
            .args(flags)
            .arg(hub)
            .current_dir(hub)
            .env("RAYON_NUM_THREADS", threads)
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(&out)?)
            .stderr(std::fs::File::create(&err)?)
            .spawn()?;
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            if started.elapsed() > LIMIT {
                child.kill()?;
                child.wait()?;
                break None;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        counts.runs += 1;
        let said = String::from_utf8_lossy(&std::fs::read(&err)?).into_owned();
        let shown = without_seconds(std::fs::read(&out)?);
        let mut fail = |what: String| {
            counts
                .failures
                .push(format!("{} {flags:?} threads={threads}: {what}", hub.display()));
        };
        // With `--fail-on never` a successful run exits with 0.
        match status.map(|status| status.code()) {
            Some(Some(0 | 1)) => {}
            Some(code) => fail(format!("exit code {code:?}: {said}")),
            None => fail(format!("not done after {LIMIT:?}")),
        }
        if said.contains("panicked") || said.contains("overflowed its stack") {
            fail(format!("panic: {said}"));
        }
        match &first {
            Some(first) if *first != shown => {
                std::fs::write(hub.with_extension("first"), first)?;
                std::fs::write(hub.with_extension("other"), &shown)?;
                fail("other output than with one thread".to_owned());
            }
            Some(_) => {}
            None => first = Some(shown),
        }
        std::fs::remove_file(out)?;
        std::fs::remove_file(err)?;
    }
    Ok(())
}

/// The output without the time that the summary of `text` ends in: ` (1.23 s)`.
fn without_seconds(output: Vec<u8>) -> Vec<u8> {
    let Ok(text) = String::from_utf8(output) else {
        return b"not UTF-8".to_vec();
    };
    let is_time = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let lines = text
        .split_inclusive('\n')
        .map(|line| match line.rsplit_once(" (") {
            Some((before, time)) if time.strip_suffix(" s)\n").is_some_and(is_time) => format!("{before}\n"),
            _ => line.to_owned(),
        });
    lines.collect::<String>().into_bytes()
}

/// Pieces that the mutator splices in: deeply nested structures, links, anchors, control characters.
fn pieces() -> Vec<Vec<u8>> {
    let deep = [
        ">", "- ", "[", "*", "(", "<b>", "[![", "{\"a\":[", "a:\n  ", "`", "#", "| a ",
    ];
    let mut out: Vec<_> = deep.iter().map(|piece| piece.repeat(300).into_bytes()).collect();
    let links = "[a](#b) [a](../../x/DOC.md#y) [a]: <b c> 'd'\n[a][b] [a] <https://e.org/%2e%2e/x> [x](//e.org) \
        <a id=\"b\"></a> {#b} [^1]\n\n[^1]: x\n[a](references/notes.md#\u{202e}x) [x](C:\\x) \
        ![x](file:///etc/passwd)\n";
    out.push(links.as_bytes().to_vec());
    let controls: String = ('\u{1}'..='\u{1f}')
        .chain([
            '\u{7f}', '\u{85}', '\u{9b}', '\u{200b}', '\u{200e}', '\u{2028}', '\u{2066}', '\u{2069}',
            '\u{fff9}',
        ])
        .chain('\u{202a}'..='\u{202e}')
        .chain(['\u{e0001}', '\u{e007f}', '\u{10ffff}', '\u{301}', '\u{1f1e6}'])
        .collect();
    out.push(controls.into_bytes());
    out.push(b"\xff\xfe\x00\xc3\x28\xed\xa0\x80".to_vec());
    out
}
