//! One benchmark for each stage, on a hub made of the fixtures. For people who change a stage:
//!
//! ```text
//! cargo bench --bench stages                  # everything
//! cargo bench --bench stages -- samples       # benchmarks whose name holds a word
//! cargo bench --bench stages -- --sample-count 20 languages
//! ```
//!
//! Each line shows the time of one pass over the hub and its throughput. Compare two states of the code on one machine,
//! one after the other; figures of different machines cannot be compared. `benches/compare.sh` compares whole runs with
//! other tools, and checks the documented ratios.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot go on has failed"
)]

use chub_lint::chub::build::recommend::RecommendPolicy;
use chub_lint::chub::build::{self, content};
use chub_lint::commands::args;
use chub_lint::config::Settings;
use chub_lint::document::{Document, HubPath, read_front_matter};
use chub_lint::hub::{Hub, decode, discover};
use chub_lint::lang::{self, LANGUAGES};
use chub_lint::package::evidence;
use chub_lint::pipeline::Workspace;
use chub_lint::report::{Format, RenderOptions, Run, RunSummary};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use jiff::civil::{Date, date};
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    divan::main();
}

/// How often the fixtures are repeated: enough for a pass to take much longer than the noise of the clock.
const COPIES: usize = 20;
const TODAY: Date = date(2026, 6, 1);

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Path and text of every Markdown file of the hub, repeated under other authors.
fn files() -> Vec<(String, String)> {
    let root = fixtures().join("hub");
    let mut stack = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = stack.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                stack.push(path);
            } else if path.extension().is_some_and(|e| e == "md") {
                let inside = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                found.push((inside, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    let copies = (0..COPIES).flat_map(|copy| {
        let files = found.iter();
        files.map(move |(path, text)| (format!("author{copy}-{path}"), text.clone()))
    });
    copies.collect()
}

fn hub() -> Hub {
    let mut hub = Hub::default();
    for (path, text) in files() {
        hub.insert(Document::new(HubPath::new("", &path), text));
    }
    hub
}

fn bytes(hub: &Hub) -> BytesCount {
    BytesCount::new(
        hub.documents()
            .iter()
            .map(|document| document.text.len())
            .sum::<usize>(),
    )
}

/// The hub, with its packages resolved.
fn workspace() -> Workspace {
    Workspace::new(
        fixtures(),
        hub(),
        Settings::unconfigured(chub_lint::rules::RULES),
        TODAY,
    )
}

/// Find, read and decode the files, and parse the documents.
#[divan::bench]
fn discover_and_read(bencher: Bencher<'_, '_>) {
    let paths = [fixtures().join("hub")];
    bencher.bench(|| {
        let folders = discover::discover(&paths).unwrap();
        discover::read_hub(&folders[0], "hub", &[], None).unwrap()
    });
}

#[divan::bench]
fn decode_utf8(bencher: Bencher<'_, '_>) {
    let files = files();
    bencher
        .counter(BytesCount::new(
            files.iter().map(|(_, text)| text.len()).sum::<usize>(),
        ))
        .bench(|| {
            for (_, text) in &files {
                black_box(decode::decode(text.clone().into_bytes()).is_ok());
            }
        });
}

#[divan::bench]
fn front_matter(bencher: Bencher<'_, '_>) {
    let hub = hub();
    bencher.bench(|| {
        for document in hub.documents() {
            black_box(read_front_matter(&document.text).is_ok());
        }
    });
}

/// Front matter and Markdown together.
#[divan::bench]
fn documents(bencher: Bencher<'_, '_>) {
    let files = files();
    bencher
        .counter(BytesCount::new(
            files.iter().map(|(_, text)| text.len()).sum::<usize>(),
        ))
        .bench(|| {
            for (path, text) in &files {
                black_box(Document::new(HubPath::new("", path), text.clone()));
            }
        });
}

/// Fences and the parse result of every block. Each run has a new hub, since parse results are cached.
#[divan::bench]
fn samples(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(hub).input_counter(bytes).bench_values(|hub| {
        for document in hub.documents() {
            black_box(document.snippets());
        }
        hub
    });
}

/// A valid example of each language through its parser.
#[divan::bench(args = LANGUAGES.iter().map(|language| language.id))]
fn languages(bencher: Bencher<'_, '_>, id: &str) {
    let language = lang::by_id(id).unwrap();
    let entries = fs::read_dir(fixtures().join("languages").join(id)).unwrap();
    let good = entries
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_stem().is_some_and(|stem| stem == "good"));
    let code = fs::read_to_string(good.unwrap()).unwrap();
    bencher
        .counter(BytesCount::of_str(&code))
        .bench(|| lang::check_snippet(language, black_box(&code)));
}

#[divan::bench]
fn evidence_only(bencher: Bencher<'_, '_>) {
    let hub = hub();
    bencher.counter(bytes(&hub)).bench(|| {
        for document in hub.documents() {
            black_box(evidence::collect(document, None));
        }
    });
}

/// Evidence and the decision, on all processors.
#[divan::bench]
fn resolve(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(|| (hub(), Settings::unconfigured(chub_lint::rules::RULES)))
        .input_counter(|(hub, _)| bytes(hub))
        .bench_values(|(hub, settings)| Workspace::new(fixtures(), hub, settings, TODAY));
}

/// Every rule, on all processors. The parse results of blocks are already cached.
#[divan::bench]
fn rules(bencher: Bencher<'_, '_>) {
    let workspace = workspace();
    black_box(workspace.run_rules());
    bencher
        .counter(bytes(workspace.hub()))
        .bench(|| workspace.run_rules());
}

/// Each format of a run with findings.
#[divan::bench(args = args::formats())]
fn reports(bencher: Bencher<'_, '_>, format: &Format) {
    let workspace = workspace();
    let run = Run {
        diagnostics: workspace.run_rules(),
        hubs: std::slice::from_ref(workspace.hub()),
        summary: RunSummary::default(),
        marks: Vec::new(),
    };
    bencher.bench(|| {
        let mut out = Vec::new();
        format
            .reporter(RenderOptions::default())
            .report(&run, &mut out)
            .unwrap();
        out
    });
}

/// The registry and the search index of the fixtures, read from disk.
#[divan::bench]
fn registry_build(bencher: Bencher<'_, '_>) {
    let root = fixtures().join("hub");
    bencher.bench(|| {
        let content = content::read_content(&root).unwrap();
        let settings = build::BuildOptions {
            base_url: None,
            generated: "2026-06-01T00:00:00.000Z".to_owned(),
            recommend: RecommendPolicy::default(),
        };
        let built = build::build(&content, settings);
        (built.to_json(), built.search_index().to_json())
    });
}
