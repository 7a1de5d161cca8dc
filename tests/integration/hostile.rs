//! Hostile code: no hang, stack overflow or abort, in any language.
//!
//! Debug builds are some twenty times slower, so their time limit is longer and the blocks just under the size limits
//! are smaller. Code above the limits is refused at once in any build.

use std::time::{Duration, Instant};

use chub_lint::document::{Document, HubPath};
use chub_lint::lang::pattern::CodeQuery;
use chub_lint::lang::{LANGUAGES, by_tag, check_snippet, guess};

use crate::hostile_seeds::{SEEDS, combined};

/// The time limit of one block.
const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 1 });

/// Sizes just under the limits of grammars and of parsers, in bytes.
const BELOW_LIMITS: &[usize] = if cfg!(debug_assertions) {
    &[1_500]
} else {
    &[64_000, 250_000]
};

fn survives(code: &str, what: &str) {
    for language in LANGUAGES {
        let start = Instant::now();
        let _ = check_snippet(language, code);
        let took = start.elapsed();
        assert!(took < LIMIT, "{}: {what}: {took:?}", language.id);
    }
    let start = Instant::now();
    let _ = guess::guess(code);
    assert!(start.elapsed() < LIMIT, "guess: {what}");
}

/// A document that repeats one block.
fn page(tag: &str, seed: &str, block: usize, total: usize) -> Document {
    let code = seed.repeat(block / seed.len() + 1);
    let block = format!("``````{tag}\n{code}\n``````\n\n");
    let text = block.repeat(total / block.len() + 1);
    Document::new(HubPath::new("", "a/docs/b/notes.md"), text)
}

/// Texts that took from a second to two minutes per megabyte, in spite of the limits of one block.
const WORST: &[(&str, &str)] = &[
    ("css", "=>"),
    ("csharp", "f\"{"),
    ("csharp", "A<B<"),
    ("rust", "\"\"\""),
    ("rust", "<x y>"),
    ("java", "a=>"),
    ("ruby", "%a\n"),
    ("go", "a=>"),
    ("bash", "a|"),
    ("bash", "A<B<"),
    ("json", "…"),
    ("js", "…"),
    ("python", "def f()\n"),
];

#[test]
fn a_document_of_many_hostile_blocks_is_judged_in_time() {
    let total = if cfg!(debug_assertions) { 20_000 } else { 250_000 };
    for (tag, seed) in WORST {
        for block in [700, 4_000, 30_000] {
            let start = Instant::now();
            let document = page(tag, seed, block, total);
            for sample in &document.snippets().all {
                let _ = sample.check_result(&document);
            }
            let took = start.elapsed();
            assert!(took < LIMIT * 4, "{tag}: {seed:?}: {block}: {took:?}");
        }
    }
}

#[test]
fn a_verdict_depends_on_the_text_alone() {
    for (tag, seed) in WORST {
        let counts = || {
            let document = page(tag, seed, 1_500, 30_000);
            for sample in &document.snippets().all {
                let _ = sample.check_result(&document);
            }
            document.snippets().unchecked_counts(&document.text)
        };
        // The result must not depend on the order, or on earlier work in this process.
        let alone = counts();
        let beside: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(counts)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(
            beside.iter().all(|counts| *counts == alone),
            "{tag}: {seed:?}: {alone:?} {beside:?}"
        );
    }
}

#[test]
fn a_pattern_finds_all_or_says_that_it_did_not() {
    let python = by_tag("python").unwrap();
    let query = "(call function: (identifier) @match (#eq? @match \"f\"))";
    let pattern = CodeQuery::compile(python, query).unwrap();
    for lines in [300, 380, 2_000, 20_000] {
        let code: String = (0..lines).map(|i| format!("x{i} = f(a, b, c, d)\n")).collect();
        let found = pattern.matches(python, &code);
        assert!(found.matches.len() == lines || found.unread.is_some(), "{lines}");
        assert!(
            found.matches.len() == lines || lines > 2_000,
            "{lines}: {:?}",
            found.unread
        );
    }
}

#[test]
fn what_is_far_above_the_limits_is_refused_in_time() {
    let size = if cfg!(debug_assertions) {
        600_000
    } else {
        1_000_000
    };
    for seed in SEEDS {
        survives(&seed.repeat(size / seed.len()), seed);
    }
}

#[test]
fn blocks_below_the_limits_are_judged_in_time() {
    for size in BELOW_LIMITS {
        for seed in SEEDS {
            survives(&seed.repeat(size / seed.len()), seed);
        }
    }
}

#[test]
fn small_blocks_that_nest_are_judged_in_time() {
    let counts: &[usize] = if cfg!(debug_assertions) {
        &[1, 2, 5, 12, 40, 100]
    } else {
        &[1, 2, 3, 5, 8, 12, 20, 40, 100]
    };
    for seed in SEEDS {
        for times in counts.iter().copied() {
            survives(&seed.repeat(times), seed);
            survives(&format!("x = {}", seed.repeat(times)), seed);
        }
    }
}

#[test]
fn blocks_of_tokens_side_by_side_are_judged_in_time() {
    for text in combined(if cfg!(debug_assertions) { 10 } else { 60 }, 1) {
        survives(&text.repeat(1_000 / text.len() + 1), &text);
    }
}

#[test]
fn a_line_of_ten_megabytes_is_refused() {
    survives(&"a b ".repeat(2_500_000), "words");
    survives(&format!("\"{}\"", "x".repeat(10_000_000)), "a string");
}

#[test]
fn documents_of_fences_are_read_in_time() {
    let seeds = [
        "```\n",
        "```a\n",
        "~~~\n",
        "````\n```\n",
        "> ```js\n",
        "- ```\n",
        "```markdown\n```js\n",
        "```a\nThese are a few words.\n",
    ];
    for seed in seeds {
        let text = seed.repeat(200_000 / seed.len());
        let start = Instant::now();
        let document = Document::new(HubPath::new("", "a/docs/b/notes.md"), text);
        let _ = document.snippets();
        assert!(start.elapsed() < LIMIT, "{seed:?}: {:?}", start.elapsed());
    }
    let lists: String = (0..50_000).map(|_| "- ").collect();
    let start = Instant::now();
    let document = Document::new(HubPath::new("", "a/docs/b/notes.md"), lists);
    let _ = document.snippets();
    assert!(start.elapsed() < LIMIT, "nested lists: {:?}", start.elapsed());
}
