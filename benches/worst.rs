//! Search for the code with the highest cost for its size in each language, which a hostile document would use.
//!
//! ```text
//! cargo bench --bench worst                              # every seed in every language
//! cargo bench --bench worst -- --random 200 css bash     # 200 repeated texts of one to three tokens, two languages
//! cargo bench --bench worst -- --size 120000 --total 1000000 --seed 7
//! ```
//!
//! Each document is checked by all rules, in one thread. The output has the ten worst texts of each language, in
//! seconds per megabyte of document. The limit is two seconds.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on has failed, and its output is for who runs it"
)]

use chub_lint::config::{Overrides, Settings};
use chub_lint::document::{Document, HubPath};
use chub_lint::hub::Hub;
use chub_lint::lang::LANGUAGES;
use chub_lint::pipeline::Workspace;
use jiff::civil::date;
use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;
use std::time::Instant;

#[path = "../tests/integration/hostile_seeds.rs"]
mod seeds;

/// The sizes of one block. A text that takes longer than `ENOUGH` with one size is not tried with the next.
const SIZES: &[usize] = &[700, 4_000, 16_000, 32_000, 64_000, 128_000, 500_000];
const ENOUGH: f64 = 4.0;

struct Wanted {
    size: Option<usize>,
    total: usize,
    random: usize,
    seed: u64,
    languages: Vec<String>,
}

fn wanted() -> Wanted {
    let mut wanted = Wanted {
        size: None,
        total: 128_000,
        random: 0,
        seed: 1,
        languages: Vec::new(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().unwrap().parse::<u64>().unwrap();
        match argument.as_str() {
            "--bench" => {}
            "--size" => wanted.size = Some(usize::try_from(number()).unwrap()),
            "--total" => wanted.total = usize::try_from(number()).unwrap(),
            "--random" => wanted.random = usize::try_from(number()).unwrap(),
            "--seed" => wanted.seed = number(),
            _ => wanted.languages.push(argument),
        }
    }
    wanted
}

/// The processor time of this program, if the system has it: other work on the machine would add to the wall-clock
/// time.
fn processor_seconds() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Vec<f64> = fields
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    match ticks[..] {
        [user, system] => (user + system) / 100.0,
        _ => START.elapsed().as_secs_f64(),
    }
}

/// How many seconds all rules take for a document of blocks with `text`.
fn seconds(tag: &str, text: &str, size: usize, total: usize) -> (f64, usize) {
    let code = text.repeat(size / text.len() + 1);
    let code = &code[..code.floor_char_boundary(size)];
    // The seeds have no fence as long as this one.
    let block = format!("``````{tag}\n{code}\n``````\n\n");
    let page = block.repeat((total / block.len()).max(1));
    let length = page.len();
    let overrides = Overrides {
        select: vec!["all".to_owned()],
        ..Overrides::default()
    };
    let settings = Settings::from_text("", None, &overrides, chub_lint::rules::RULES).unwrap();
    let start = processor_seconds();
    let mut hub = Hub::default();
    hub.insert(Document::new(HubPath::new("", "a/docs/b/notes.md"), page));
    let workspace = Workspace::new("/nowhere".into(), hub, settings, date(2026, 6, 1));
    let _ = workspace.run_rules();
    (processor_seconds() - start, length)
}

fn main() {
    let wanted = wanted();
    let mut texts: Vec<String> = seeds::SEEDS.iter().map(|seed| (*seed).to_owned()).collect();
    if wanted.random > 0 {
        texts = seeds::combined(wanted.random, wanted.seed);
    }
    let sizes = wanted.size.map_or(SIZES.to_vec(), |size| vec![size]);
    let tags = LANGUAGES.iter().map(|language| (language.id, language.tags[0]));
    let tags = tags.chain([("none", "")]);
    let mut all: BTreeMap<u64, String> = BTreeMap::new();
    for (id, tag) in
        tags.filter(|(id, _)| wanted.languages.is_empty() || wanted.languages.iter().any(|l| l == id))
    {
        let mut worst: BTreeMap<u64, String> = BTreeMap::new();
        for text in &texts {
            for size in &sizes {
                let (took, length) = seconds(tag, text, *size, wanted.total);
                let rate = took * 1e6 / f64::from(u32::try_from(length).unwrap());
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
                let rank = (rate * 1e6) as u64;
                worst.insert(rank, format!("{rate:9.3} s/MB  {id:10} {size:6} {text:?}"));
                if took > ENOUGH {
                    break;
                }
            }
        }
        for line in worst.values().rev().take(10) {
            println!("{line}");
        }
        all.append(&mut worst);
    }
    println!("\nof all:");
    for line in all.values().rev().take(20) {
        println!("{line}");
    }
}
