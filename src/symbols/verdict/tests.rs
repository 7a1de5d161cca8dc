//! The edges of each verdict.

use super::*;
use crate::package::Package;

/// Uses in the order of places: `a+` is there, `a-` is missing, `a?` is not decided, `.` is a place without a use.
fn release(version: &str, text: &str) -> ReleaseSymbols {
    let uses = text
        .split(' ')
        .enumerate()
        .filter(|(_, word)| *word != "." && !word.is_empty());
    let uses = uses.map(|(at, word)| {
        let (symbol, mark) = word.split_at(word.len() - 1);
        SymbolUse {
            path: HubPath::new("", "a/docs/b/DOC.md"),
            span: Span::new(at * 10, at * 10 + 1),
            place: Span::new(at * 10, at * 10 + 1),
            kind: crate::symbols::SymbolKind::Member,
            symbol: symbol.to_owned(),
            outcome: match mark {
                "+" => Outcome::Found,
                "-" => Outcome::Missing {
                    candidates: Vec::new(),
                    module: None,
                },
                _ => Outcome::Undecided(Undecided::Kwargs),
            },
            signature: None,
        }
    });
    ReleaseSymbols {
        version: version.to_owned(),
        uses: Ok(uses.collect()),
    }
}

fn entry(declared: &str, newest: Option<&str>) -> EntrySymbols {
    EntrySymbols {
        package: Package::parse("pypi:widget").unwrap(),
        declared: Some(release("1.0", declared)),
        newest: newest.map(|newest| release("2.0", newest)),
    }
}

/// The verdict on an entry that is behind: kind, gone, missing, "decided of total".
fn behind(declared: &str, newest: &str) -> (VerdictKind, usize, usize, String) {
    let symbols = entry(declared, Some(newest));
    let verdict = Verdict::new(&symbols, true);
    let counts = format!("{} of {}", verdict.decided, verdict.total);
    (verdict.kind, verdict.gone, verdict.missing, counts)
}

#[test]
fn five_decided_symbols_are_enough_and_four_are_not() {
    use UnknownVerdict::TooFew;
    let five = "a+ b+ c+ d+ e+";
    assert_eq!(behind(five, five), (VerdictKind::Safe, 0, 0, "5 of 5".to_owned()));
    let four = "a+ b+ c+ d+";
    assert_eq!(
        behind(four, four),
        (VerdictKind::Unknown(TooFew), 0, 0, "4 of 4".to_owned())
    );
    // The same symbol at many places is one symbol.
    let often = "a+ a+ a+ a+ a+ a+ b+";
    assert_eq!(
        behind(often, often),
        (VerdictKind::Unknown(TooFew), 0, 0, "2 of 2".to_owned())
    );
    assert_eq!(
        behind("", ""),
        (VerdictKind::Unknown(TooFew), 0, 0, "0 of 0".to_owned())
    );
}

#[test]
fn the_reason_names_the_number() {
    let why = VerdictKind::Unknown(UnknownVerdict::TooFew).why().unwrap();
    assert!(why.contains(&format!(" {MIN_DECIDED} ")), "{why}");
}

#[test]
fn half_is_enough_and_less_is_not() {
    let half = "a+ b+ c+ d+ e+ f? g? h? i? j?";
    assert_eq!(
        behind(half, half),
        (VerdictKind::Safe, 0, 0, "5 of 10".to_owned())
    );
    let less = "a+ b+ c+ d+ e+ f? g? h? i? j? k?";
    let why = UnknownVerdict::LessThanHalf;
    assert_eq!(
        behind(less, less),
        (VerdictKind::Unknown(why), 0, 0, "5 of 11".to_owned())
    );
    // A symbol that is decided at one place is decided.
    let mixed = "a+ b+ c+ d+ e+ a? b? c? d? e? f?";
    assert_eq!(
        behind(mixed, mixed),
        (VerdictKind::Safe, 0, 0, "5 of 6".to_owned())
    );
}

#[test]
fn only_what_the_newest_release_decides_counts() {
    let why = UnknownVerdict::TooFew;
    let verdict = behind("a+ b+ c+ d+ e+", "a+ b? c? d? e?");
    assert_eq!(verdict, (VerdictKind::Unknown(why), 0, 0, "1 of 5".to_owned()));
    // Uses that the newest release does not list, because the type of their value is not known there.
    let why = UnknownVerdict::LessThanHalf;
    let verdict = behind("a+ b+ c+ d+ e+ f+ g+ h+ i+ j+ k+", "a+ b+ c+ d+ e+");
    assert_eq!(verdict, (VerdictKind::Unknown(why), 0, 0, "5 of 11".to_owned()));
}

#[test]
fn one_symbol_that_is_gone_breaks_however_few_there_are() {
    assert_eq!(
        behind("a+", "a-"),
        (VerdictKind::Breaks, 1, 0, "1 of 1".to_owned())
    );
    let verdict = behind("a+ b+ c+ a+ d?", "a- b- c+ a- d?");
    assert_eq!(verdict, (VerdictKind::Breaks, 2, 0, "3 of 4".to_owned()));
    // Found at one place and gone at another is gone.
    let verdict = behind("a+ a+ b+ c+ d+ e+", "a+ a- b+ c+ d+ e+");
    assert_eq!(verdict, (VerdictKind::Breaks, 1, 0, "5 of 5".to_owned()));
    // It is not known whether the declared release has it.
    assert_eq!(
        behind("a?", "a-"),
        (VerdictKind::Breaks, 1, 0, "1 of 1".to_owned())
    );
    let symbols = entry("a+ b+ c+ a+ d?", Some("a- b- c+ a- d?"));
    let verdict = Verdict::new(&symbols, true);
    let places: Vec<u32> = verdict.gone_at.iter().map(|one| one.span.start).collect();
    assert_eq!(places, [0, 10, 30]);
    let text = "0123456\n".repeat(5);
    let document = Document::new(HubPath::new("", "a/docs/b/DOC.md"), text.clone());
    assert_eq!(verdict.gone_lines(&document), [1, 2, 4]);
    let other = Document::new(HubPath::new("", "a/docs/b/other.md"), text);
    assert!(verdict.gone_lines(&other).is_empty());
}

#[test]
fn what_the_declared_release_lacks_comes_first() {
    let verdict = behind("a- b+ c+ d+ e+ f+", "a- b+ c+ d+ e+ f+");
    assert_eq!(verdict, (VerdictKind::Wrong, 0, 1, "6 of 6".to_owned()));
    let verdict = behind("a- b+ c+ d+ e+ f+", "a- b- c+ d+ e+ f+");
    assert_eq!(verdict, (VerdictKind::Wrong, 1, 1, "6 of 6".to_owned()));
    let ahead = |declared, newest| Verdict::new(&entry(declared, Some(newest)), true).is_ahead();
    assert!(ahead("a- b+", "a+ b+"));
    assert!(ahead("a- a- b+", "a+ a+ b+"));
    assert!(!ahead("a- a- b+", "a+ a- b+"));
    assert!(!ahead("a- b- c+", "a+ b- c+"));
    assert!(!ahead("a- b+", "a? b+"));
    // The newest release brings one and drops another.
    assert!(!ahead("a- b+", "a+ b-"));
}

#[test]
fn an_entry_that_is_not_behind_is_current_or_wrong() {
    let kind = |symbols: &EntrySymbols| Verdict::new(symbols, false).kind;
    assert_eq!(kind(&entry("a+", None)), VerdictKind::Current);
    assert_eq!(kind(&entry("a-", None)), VerdictKind::Wrong);
    // The release that the registry calls newest is older than the declared one.
    let symbols = entry("a+ b+", Some("a- b+"));
    assert_eq!(Verdict::new(&symbols, false).gone, 0);
    assert_eq!(kind(&symbols), VerdictKind::Current);
    let mut unread = entry("a+", None);
    unread.declared.as_mut().unwrap().uses = Err("too large".to_owned());
    assert_eq!(kind(&unread), VerdictKind::Unknown(UnknownVerdict::NotRead));
    unread.declared = None;
    assert_eq!(kind(&unread), VerdictKind::Unknown(UnknownVerdict::NotRead));
}

#[test]
fn a_release_that_was_not_read_says_nothing() {
    let five = "a+ b+ c+ d+ e+";
    let kind = |symbols: &EntrySymbols| Verdict::new(symbols, true).kind;
    assert_eq!(
        kind(&entry(five, None)),
        VerdictKind::Unknown(UnknownVerdict::NotAsked)
    );
    let mut unread = entry(five, Some(five));
    unread.newest.as_mut().unwrap().uses = Err("too large".to_owned());
    assert_eq!(kind(&unread), VerdictKind::Unknown(UnknownVerdict::NotRead));
    let verdict = Verdict::new(&unread, true);
    assert_eq!((verdict.decided, verdict.total), (5, 5));
    // What the newest release has is enough to raise the version.
    let mut unread = entry(five, Some(five));
    unread.declared.as_mut().unwrap().uses = Err("too large".to_owned());
    assert_eq!(kind(&unread), VerdictKind::Safe);
    assert_eq!(kind(&entry("a-", None)), VerdictKind::Wrong);
}
