//! Whether a heading, a line before a block or a comment says that the code is old, wrong or for another version.
//!
//! Some words always mean this (`deprecated`). Others are as often about something else (`Insert before an element`,
//! `if the token is invalid`), and count only when they describe the code. In doubt they count.

/// Words that always mean that the code is old or wrong.
#[rustfmt::skip]
const STRONG: [&str; 18] = [
    "older", "legacy", "deprecated", "wrong", "migration", "migrate", "migrating", "migrated", "removed", "previously",
    "previous", "upgrading", "incorrect", "breaking", "obsolete", "no longer", "anti-pattern", "antipattern",
];

/// Words that begin a condition: `if the token is invalid` does not say that the token is invalid.
const CONDITIONS: &str = "if when whether unless until while";

/// Words for code that `old`, `bad` and `invalid` can describe.
const CODE: &str = "approach approaches call calls code comparison example examples habit idea import imports pattern \
    patterns practice practices snippet snippets style syntax usage way ways";

/// Words for what belongs to another version when it is called `old`. They do not count after
/// `invalid`: an invalid name may be the name of anything.
const OLD_CODE: &str = "answers api apis app apps argument arguments articles attribute attributes behavior behaviour class \
    classes client clients codebase codebases days docs documentation form format function functions generation guide \
    guides interface keyword keywords library libraries material method methods module modules name names one ones option \
    options package packages parameter parameters posts project projects release releases sdk sdks server servers \
    signature signatures tutorial tutorials version versions";

/// Words for what makes a call fail when it is called `invalid`.
const WRONG_CODE: &str = "argument arguments attribute attributes keyword keywords parameter parameters";

/// Words for data: `old API keys` does not describe code.
const VALUES: &str = "credentials id ids key keys secret secrets token tokens";

/// Words for changes of code.
const CHANGES: &str = "change changes fix introduction new refactor refactoring rename rewrite update";

/// The kind of a word that means this only in some places. It decides which words must be beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weak {
    /// `before 2.0`, `before this change`.
    Time,
    /// `don't use`, `never do this`.
    Order,
    /// `the old client`, `a bad idea`.
    Quality,
    /// `renamed to`, `replaced by`.
    Change,
}

/// Whether words say that code is old, wrong or for another version.
#[must_use]
pub fn says_old_or_wrong(text: &str) -> bool {
    if text.contains(['❌', '✗', '✘', '🚫', '⛔']) {
        return true;
    }
    let text = text.to_lowercase().replace('’', "'");
    let words = words(&text);
    STRONG.iter().any(|word| has_word(&text, word)) || says_upgrade(&words) || says_so_weakly(&words)
}

/// Whether a text has a word, and not only as part of another.
fn has_word(text: &str, word: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text.get(..at).is_some_and(|before| before.ends_with(is_letter))
            && !text
                .get(at + word.len()..)
                .is_some_and(|after| after.starts_with(is_letter))
    })
}

/// Whether a text is about an upgrade. A command such as `pip install --upgrade acme` does not count.
fn says_upgrade(words: &[Word<'_>]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let is_flag = at
            .checked_sub(1)
            .and_then(|before| words.get(before))
            .is_some_and(|before| before.gap.ends_with("--"));
        let is_command = words
            .get(at + 1)
            .is_some_and(|next| ["head", "heads", "pip"].contains(&next.text));
        word.text == "upgrade" && !is_flag && !is_command
    })
}

/// A word, and the text between it and the next one.
struct Word<'t> {
    text: &'t str,
    gap: &'t str,
}

impl Word<'_> {
    /// Whether a sentence ends after the word.
    fn ends_sentence(&self) -> bool {
        let mut after = self.gap.chars().skip_while(|c| !matches!(c, '.' | '!' | '?'));
        after.next().is_some() && after.any(char::is_whitespace) && self.text != "vs"
    }

    /// Whether the text after the word explains it: `Old: ...`, `bad - ...`, `wrong (...)`.
    fn is_label(&self) -> bool {
        self.gap
            .contains([':', '(', ')', '[', ']', '—', '–', '→', '|', '<', '>', '✅', '✓'])
            || self.gap.contains(" -")
            || self.gap.contains("- ")
    }

    /// Whether the next word belongs to this one.
    fn is_joined(&self) -> bool {
        self.gap
            .chars()
            .all(|c| matches!(c, ' ' | '`' | '*' | '_' | '"' | '\'' | '-' | '/'))
    }
}

/// The words of a text in lower case. `don't` is one word.
fn words(text: &str) -> Vec<Word<'_>> {
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\'');
    let mut words = Vec::new();
    // List markers and numbers do not count as words: `2. Old way`.
    let mut rest = text.trim_start_matches(|c: char| !is_letter(c) || c.is_ascii_digit());
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(|c| !is_letter(c)).unwrap_or(rest.len()));
        let (gap, next) = after.split_at(after.find(is_letter).unwrap_or(after.len()));
        let text = word.trim_matches('\'');
        words.push(Word {
            text: text.strip_suffix("'s").unwrap_or(text),
            gap,
        });
        rest = next;
    }
    words
}

/// The kind of the word at a place, and how many words it has.
fn weak_at(words: &[Word<'_>], at: usize) -> Option<(Weak, usize)> {
    let next = || words.get(at + 1).map(|word| word.text);
    Some(match words.get(at)?.text {
        "before" => (Weak::Time, 1),
        "don't" | "dont" | "never" | "avoid" => (Weak::Order, 1),
        "do" if next() == Some("not") => (Weak::Order, 2),
        "old" | "bad" | "invalid" => (Weak::Quality, 1),
        "renamed" | "replaced" => (Weak::Change, 1),
        _ => return None,
    })
}

/// Whether a word that only sometimes means this means it here.
fn says_so_weakly(words: &[Word<'_>]) -> bool {
    // Only the first sentence, or a last one that ends in a colon, describes the code.
    let colon = words.last().is_some_and(|word| {
        word.gap
            .trim_start_matches(['*', '_', '`', ' '])
            .starts_with([':', '：'])
    });
    let all_but_last = words.split_last().map_or(words, |(_, rest)| rest);
    let last_sentence = all_but_last.iter().filter(|word| word.ends_sentence()).count();
    let mut sentence = 0;
    let mut is_start = true;
    let mut is_conditional = false;
    let mut is_example = false;
    for (at, word) in words.iter().enumerate() {
        if let Some((kind, length)) = weak_at(words, at) {
            let before = words.get(..at).unwrap_or_default();
            let after = words.get(at + length..).unwrap_or_default();
            let last = words.get(at + length - 1).unwrap_or(word);
            if (is_start && !is_reminder(kind, after))
                || speaks_of_code(kind, last, after)
                || (is_example && kind == Weak::Quality)
                || (!is_conditional && (ends(kind, last, after) || is_said(kind, before)))
            {
                return true;
            }
        }
        is_example |= ["example", "examples"].contains(&word.text);
        let ends_sentence = word.ends_sentence();
        sentence += usize::from(ends_sentence);
        is_start = word.is_label() || (ends_sentence && colon && sentence == last_sentence);
        is_conditional = !ends_sentence
            && !word.is_label()
            && !word.gap.contains([',', ';'])
            && (is_conditional || is_one(CONDITIONS, word.text));
    }
    false
}

/// Whether a list has a word.
fn is_one(list: &str, word: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

/// `Don't forget to close it` is about what the code does.
fn is_reminder(kind: Weak, after: &[Word<'_>]) -> bool {
    kind == Weak::Order
        && after
            .first()
            .is_some_and(|next| is_one("forget worry need miss", next.text))
}

/// Whether the word does not describe a word after it: `the way it was before`, `invalid:`, `old vs new`.
fn ends(kind: Weak, last: &Word<'_>, after: &[Word<'_>]) -> bool {
    if after.is_empty() || last.is_label() || last.ends_sentence() {
        return true;
    }
    let (other, rest) = match after {
        [and, the, other, rest @ ..] if is_one("and or to vs", and.text) && the.text == "the" => {
            (other, rest)
        }
        [and, other, rest @ ..] if is_one("and or to vs versus", and.text) => (other, rest),
        [other, rest @ ..] if last.gap.contains(['/', '&', '+']) => (other, rest),
        _ => return false,
    };
    match (kind, other.text) {
        // `Insert before/after an element` is about something else.
        (Weak::Time, "after") => {
            rest.is_empty() || other.is_label() || other.ends_sentence() || is_code(last.text, rest)
        }
        (Weak::Quality, "new" | "good" | "valid") => true,
        _ => false,
    }
}

/// Whether the words before it make it a statement: `this is invalid`, `it was renamed`, `you should never`.
fn is_said(kind: Weak, before: &[Word<'_>]) -> bool {
    let [rest @ .., previous] = before else {
        return false;
    };
    let follows = |list: &str| previous.is_joined() && is_one(list, previous.text);
    match kind {
        Weak::Time => {
            follows("code version versions release releases as did had like looked was were worked")
        }
        Weak::Order => {
            let things = "code examples mistakes patterns pitfalls practices things usage what";
            follows("has have must please should was were")
                || (follows("to") && rest.last().is_some_and(|thing| is_one(things, thing.text)))
        }
        Weak::Quality => follows("are been considered is it that was were") || previous.text == "vs",
        Weak::Change => true,
    }
}

/// Whether the words after it name code or a version.
fn speaks_of_code(kind: Weak, last: &Word<'_>, after: &[Word<'_>]) -> bool {
    let Some(next) = after.first().filter(|_| last.is_joined()) else {
        return false;
    };
    let is_this = is_one("this that these those", next.text);
    match kind {
        Weak::Time => is_this || is_version(after) || is_change(after),
        Weak::Order => {
            is_this
                || is_one(
                    "call calling copy copying do doing import importing use using write writing",
                    next.text,
                )
                || is_one("compile exist existed recommend run work worked works", next.text)
        }
        // `the old send()`, the old `send`
        Weak::Quality => {
            is_version(after)
                || is_code(last.text, after)
                || last.gap.contains('`')
                || next.gap.starts_with('(')
        }
        Weak::Change => is_one("as by from in since to with", next.text),
    }
}

/// `v2`, `2.0`, `version 2`, `the 2.0 release`, `Python 3.9`.
fn is_version(words: &[Word<'_>]) -> bool {
    let [first, rest @ ..] = words else { return false };
    let is_number = |word: &Word<'_>| {
        let number = word.text.strip_prefix('v').unwrap_or(word.text);
        let starts = number.starts_with(|c: char| c.is_ascii_digit());
        starts && (number.len() < word.text.len() || !word.gap.starts_with(char::is_whitespace))
    };
    match first.text {
        "version" | "versions" | "release" | "releases" => true,
        "the" => is_version(rest),
        _ if is_number(first) => true,
        part if is_one("step phase line page part section chapter", part) => false,
        _ => first.is_joined() && rest.first().is_some_and(is_number),
    }
}

/// `before refactoring`, `before the change`.
fn is_change(after: &[Word<'_>]) -> bool {
    match after {
        [the, next, ..] if the.text == "the" => is_one(CHANGES, next.text),
        [next, ..] => is_one("refactoring refactor", next.text),
        [] => false,
    }
}

/// Whether one of the next words names code: `old Python client`, `bad practice`.
fn is_code(word: &str, after: &[Word<'_>]) -> bool {
    for (at, next) in after.iter().take(3).enumerate() {
        let is_value = after
            .get(at + 1)
            .is_some_and(|value| next.is_joined() && is_one(VALUES, value.text));
        let more = if word == "old" { OLD_CODE } else { WRONG_CODE };
        if !is_value && (is_one(CODE, next.text) || is_one(more, next.text)) {
            return true;
        }
        if !next.is_joined() {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::says_old_or_wrong;

    #[test]
    fn text_about_old_or_wrong_code() {
        for text in [
            // Words that always mean it.
            "Use this with older releases of the server",
            "`Client.send` is deprecated",
            "The order was wrong here",
            "An anti-pattern: one client for each order",
            "❌ one client for each order",
            // At the start: after marks, numbers and labels.
            "Before",
            "### 2. Old orders",
            "- **Avoid** many small requests:",
            "⚠️ Never share a client",
            "Don't send orders one by one",
            "Don’t send orders one by one",
            "DO NOT send orders one by one",
            "Orders: bad",
            "Orders (never like so)",
            "Orders - old",
            // At the end, and where an explanation follows.
            "How it was before",
            "How it was before:",
            "The client (old)",
            "The next call is invalid: it has no id",
            "Patterns to avoid",
            "Orders, the way it was before. Now there is more.",
            "Old vs. new orders",
            "From old to new",
            "Orders before and after:",
            "A before/after comparison of orders",
            // Before words for code or a version.
            "Orders before 2.0 have no id",
            "With releases before v2 of the client",
            "With the client before version 2",
            "The client before the rewrite had two methods",
            "How the client looked before this change was made",
            "You could, but never do this at home",
            "Orders may be sent twice, so don't use the shared client here",
            "To be fast, avoid calling it in a loop",
            "What the old Python client did with orders",
            "What the `old` client did with orders",
            "What the old `send` did with orders",
            "What the old send() did with orders",
            "The old and the new client",
            "As it stands in many old tutorials",
            "A call with an invalid keyword",
            "Orders before Python 3.9",
            "How it worked before asynchronous clients",
            "How it was done before the new client",
            "The method never existed in the client",
            "It was never part of the client",
            "The old order/item API is gone",
            "It is a bad idea to send orders twice",
            "Code before refactoring of orders",
            "The method was renamed `send`",
            "The method, renamed to `send`, takes an id",
            "Replaced by `send` in all places",
            "If you know the old way of sending orders",
            "One should never send an order twice",
            "Example of a bad order",
            "Good orders vs. bad orders",
            "What to never put into an order",
            "How to upgrade from the first client",
            "Major upgrade of the orders client",
            // The first sentence, and a last one that ends in a colon.
            "Never share a client. Each thread needs its own.",
            "Each thread needs its own client. Never share one:",
            "Each thread needs its own client. **Never share one:**",
        ] {
            assert!(says_old_or_wrong(text), "{text}");
        }
    }

    #[test]
    fn text_about_something_else() {
        for text in [
            "",
            "...",
            "Orders",
            "Bold orders are sent beforehand",
            "Insert an item before or after another",
            "Insert before/after an item",
            "Make a client before you send orders:",
            "Check that the order is there before sending it",
            "Sleep before 3 more tries",
            "Where shared clients don't fit:",
            "If you do not want to share a client:",
            "Orders that never expire have no date",
            "Send many orders at once to avoid slow requests",
            "Make a client. Do not give it the key of another account.",
            "Make a client. Never share it, as each thread needs its own. Send orders with it:",
            "Don't forget to close the client",
            "Raises an error if the order is invalid",
            "True when renamed",
            "True if the item was replaced",
            "Removes all old orders",
            "Returns the old value",
            "Revoke the old API key",
            "A reply of 400 stands for a bad request",
            "Raises `OrderError` for an invalid signature",
            "Read the page before step 2",
            "pip install --upgrade acme",
            "pip install --upgrade pip",
            "alembic upgrade head",
        ] {
            assert!(!says_old_or_wrong(text), "{text}");
        }
    }

    #[test]
    fn long_text_takes_linear_time() {
        for text in [
            "before ",
            "if do not old, ",
            "old/",
            "a. ",
            "'",
            "never: ",
            "example bad ",
        ] {
            let _ = says_old_or_wrong(&text.repeat(50_000));
        }
    }
}
