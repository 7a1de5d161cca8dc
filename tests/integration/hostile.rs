//! Hostile code: nothing hangs, overflows the stack or aborts, in any language.
//!
//! Debug builds are some twenty times slower, so their time limit is longer and the blocks just under the size limits are
//! smaller. What is above the limits is refused at once in any build.

use std::time::{Duration, Instant};

use chub_lint::document::{Document, HubPath};
use chub_lint::lang::{LANGUAGES, check, guess};

/// How long one block may take.
const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 1 });

/// Sizes just under the limits of grammars and of parsers, in bytes.
const BELOW_LIMITS: &[usize] = if cfg!(debug_assertions) {
    &[1_500]
} else {
    &[64_000, 250_000]
};

/// Texts that nest, never end, or multiply when they are repeated.
const SEEDS: &[&str] = &[
    "(",
    "[",
    "{",
    ")",
    "]",
    "}",
    "`",
    "'",
    "\"",
    "\"\"\"",
    "<",
    "<a>",
    "<a b={",
    "$(",
    "${",
    "$((",
    "`${",
    "<<A\n",
    "cat <<EOF ",
    "if a; then ",
    "case a in b) ",
    "f(){ ",
    "!",
    "- ",
    "-",
    "not ",
    "lambda: ",
    "a=>",
    "a?",
    "a?b:",
    "a.",
    "a=",
    "a|",
    "a&&",
    "*",
    "**",
    "x if y else ",
    "[x for x in ",
    "{a:",
    "a:\n ",
    "- - ",
    "? ",
    "&a [*a, ",
    "[a.",
    "[[a]]\n",
    "a.b.c.d.",
    "\\",
    "\\\n",
    "#",
    "/*",
    "//",
    "...",
    "...,",
    "…",
    "<x y>",
    "{{ ",
    "{% ",
    ">>> ",
    "$ ",
    "%a\n",
    "+a\n",
    "-a\n",
    "@a\n",
    "def f(): \n",
    "def f()\n",
    "class A {",
    "else {",
    "try {",
    "for(;;)",
    "do ",
    "async ",
    "await ",
    "new ",
    "typeof ",
    "type A<",
    "A<B<",
    "interface A {",
    "\n\n",
    " \n",
    "\t",
    "\r",
    "\u{feff}",
    "é",
    "😀",
    "\0",
    "SELECT (",
    "a: |\n ",
    "= ",
    "A=\"",
    "||",
    "1e9",
    "f'{",
    "f\"{x:{",
    "0x",
    "{ ...",
];

fn survives(code: &str, what: &str) {
    for language in LANGUAGES {
        let start = Instant::now();
        let _ = check(language, code);
        let took = start.elapsed();
        assert!(took < LIMIT, "{}: {what}: {took:?}", language.id);
    }
    let start = Instant::now();
    let _ = guess::guess(code);
    assert!(start.elapsed() < LIMIT, "guess: {what}");
}

#[test]
fn a_megabyte_of_anything_is_refused_or_judged_in_time() {
    for seed in SEEDS {
        survives(&seed.repeat(1_000_000 / seed.len()), seed);
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
    for seed in SEEDS {
        for times in [1, 2, 3, 5, 8, 12, 20, 40, 100] {
            survives(&seed.repeat(times), seed);
            survives(&format!("x = {}", seed.repeat(times)), seed);
        }
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
        let _ = document.samples();
        assert!(start.elapsed() < LIMIT, "{seed:?}: {:?}", start.elapsed());
    }
    let lists: String = (0..50_000).map(|_| "- ").collect();
    let start = Instant::now();
    let document = Document::new(HubPath::new("", "a/docs/b/notes.md"), lists);
    let _ = document.samples();
    assert!(start.elapsed() < LIMIT, "nested lists: {:?}", start.elapsed());
}
