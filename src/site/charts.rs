//! The charts of the overview: what they show and how they are drawn. Each has a table of its numbers.

use super::history::HistoryLine;
use super::model::{BehindStep, EntryState, Site};
use super::raw::Picture;
use super::svg::{self, Align, Ink, scaled, share};
use crate::report::finding::Finding;
use crate::safe_text::SafeText;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The width of every chart in pixels: that of a phone.
const WIDTH: i32 = 400;
/// The most rows of a chart.
const MAX_ROWS: usize = 10;

/// A chart with its numbers.
pub struct Chart {
    /// The heading.
    pub title: &'static str,
    /// What it shows, in a sentence.
    pub summary: String,
    /// The picture.
    pub picture: Picture,
    /// The columns of its table: what, and how many.
    pub columns: [&'static str; 2],
    /// The rows of its table.
    pub rows: Vec<ChartRow>,
}

/// A row of the table of a chart.
pub struct ChartRow {
    /// What is counted.
    pub label: SafeText,
    /// How many.
    pub count: usize,
    /// Its colour.
    pub ink: Ink,
    /// The filter of the table of entries that shows them.
    pub filter: Option<(&'static str, String)>,
}

impl ChartRow {
    fn new(label: &str, count: usize, ink: Ink) -> Self {
        Self {
            label: SafeText::new(label),
            count,
            ink,
            filter: None,
        }
    }

    fn filtered(mut self, key: &'static str, value: &str) -> Self {
        self.filter = Some((key, value.to_owned()));
        self
    }
}

/// The colour of a state.
pub fn ink(state: EntryState) -> Ink {
    match state {
        EntryState::Wrong | EntryState::NoRelease | EntryState::Breaks => Ink::Bad,
        EntryState::Behind => Ink::Warn,
        EntryState::Safe => Ink::Easy,
        EntryState::Fresh => Ink::Good,
        EntryState::NotChecked | EntryState::NoPackage => Ink::Unknown,
    }
}

/// The charts of a site, in the order of the page.
pub fn all(site: &Site, by_entry: &[Vec<Finding<'_>>], outside: &[Finding<'_>]) -> Vec<Chart> {
    let mut charts = vec![states(site)];
    charts.extend(trend(&site.history));
    charts.extend([distances(site), ages(site)]);
    charts.extend(symbols(site));
    charts.push(rules(by_entry, outside));
    charts.push(authors(site, by_entry));
    charts
}

fn states(site: &Site) -> Chart {
    let rows: Vec<ChartRow> = EntryState::ALL
        .into_iter()
        .map(|state| {
            let count = site.count(&[state]);
            ChartRow::new(state.label(), count, ink(state)).filtered("state", state.id())
        })
        .filter(|row| row.count > 0)
        .collect();
    Chart {
        title: "Entries by state",
        summary: sentence(&rows),
        picture: bars(&rows),
        columns: ["State", "Entries"],
        rows,
    }
}

fn distances(site: &Site) -> Chart {
    let steps = [
        (BehindStep::Patch, "a patch", Ink::Easy),
        (BehindStep::Minor, "minor releases", Ink::Easy),
        (BehindStep::Other, "by date or scheme", Ink::Warn),
        (BehindStep::Major, "a major release", Ink::Warn),
        (BehindStep::Majors, "several major releases", Ink::Bad),
    ];
    let behind: Vec<BehindStep> = site
        .entries
        .iter()
        .filter_map(|entry| entry.behind())
        .map(|behind| behind.step)
        .collect();
    let rows: Vec<ChartRow> = steps
        .into_iter()
        .map(|(step, label, ink)| {
            let count = behind.iter().filter(|one| **one == step).count();
            ChartRow::new(label, count, ink)
        })
        .collect();
    Chart {
        title: "Distance to the newest release",
        summary: sentence(&rows),
        picture: bars(&rows),
        columns: ["Behind by", "Entries"],
        rows,
    }
}

/// Days of an age, with the words for it.
const AGES: [(i64, &str); 6] = [
    (30, "1 month"),
    (91, "3 months"),
    (182, "6 months"),
    (365, "1 year"),
    (730, "2 years"),
    (i64::MAX, "more"),
];

fn ages(site: &Site) -> Chart {
    let days: Vec<i64> = site
        .entries
        .iter()
        .filter_map(|entry| entry.behind())
        .filter_map(|behind| behind.days)
        .collect();
    let mut least = i64::MIN;
    let mut rows = Vec::new();
    for (at, (most, label)) in AGES.into_iter().enumerate() {
        let count = days
            .iter()
            .filter(|days| **days > least && **days <= most)
            .count();
        let ink = match at {
            0 | 1 => Ink::Easy,
            2 | 3 => Ink::Warn,
            _ => Ink::Bad,
        };
        rows.push(ChartRow::new(label, count, ink));
        least = most;
    }
    Chart {
        title: "Age: days between declared and newest",
        summary: sentence(&rows),
        picture: columns(&rows),
        columns: ["Up to", "Entries"],
        rows,
    }
}

fn symbols(site: &Site) -> Option<Chart> {
    let symbols: Vec<_> = site.symbols().collect();
    if symbols.is_empty() {
        return None;
    }
    let parts = [
        (0, 25, "under 25 %", Ink::Unknown),
        (25, 50, "25 to 50 %", Ink::Warn),
        (50, 75, "50 to 75 %", Ink::Easy),
        (75, 100, "75 to 99 %", Ink::Good),
        (100, 101, "all", Ink::Good),
    ];
    let percent = |decided: usize, total: usize| decided * 100 / total.max(1);
    let rows: Vec<ChartRow> = parts
        .into_iter()
        .map(|(from, to, label, ink)| {
            let of = symbols
                .iter()
                .map(|symbols| percent(symbols.decided, symbols.total));
            ChartRow::new(label, of.filter(|share| (from..to).contains(share)).count(), ink)
        })
        .collect();
    let decided: usize = symbols.iter().map(|symbols| symbols.decided).sum();
    let total: usize = symbols.iter().map(|symbols| symbols.total).sum();
    Some(Chart {
        title: "Coverage of symbol checks",
        summary: format!(
            "{decided} of {total} symbols in {} entries were decided. Entries by share: {}",
            symbols.len(),
            sentence(&rows)
        ),
        picture: columns(&rows),
        columns: ["Symbols decided", "Entries"],
        rows,
    })
}

fn rules(by_entry: &[Vec<Finding<'_>>], outside: &[Finding<'_>]) -> Chart {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in by_entry.iter().flatten().chain(outside) {
        *counts.entry(finding.rule.id).or_default() += finding.count;
    }
    let mut rows: Vec<ChartRow> = counts
        .into_iter()
        .map(|(rule, count)| ChartRow::new(rule, count, Ink::Accent).filtered("rule", rule))
        .collect();
    rows.sort_by_key(|row| Reverse(row.count));
    Chart {
        title: "Findings by rule",
        summary: sentence(&rows),
        picture: bars(rows.get(..MAX_ROWS).unwrap_or(&rows)),
        columns: ["Rule", "Findings"],
        rows,
    }
}

fn authors(site: &Site, by_entry: &[Vec<Finding<'_>>]) -> Chart {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (entry, findings) in site.entries.iter().zip(by_entry) {
        *counts.entry(entry.author.as_str()).or_default() +=
            findings.iter().map(|finding| finding.count).sum::<usize>();
    }
    let mut rows: Vec<ChartRow> = counts
        .into_iter()
        .map(|(author, count)| ChartRow::new(author, count, Ink::Accent).filtered("author", author))
        .filter(|row| row.count > 0)
        .collect();
    rows.sort_by_key(|row| Reverse(row.count));
    Chart {
        title: "Findings by author",
        summary: sentence(&rows),
        picture: bars(rows.get(..MAX_ROWS).unwrap_or(&rows)),
        columns: ["Author", "Findings"],
        rows,
    }
}

/// The rows of a trend: what, its colour and its number in a line.
type Series = (&'static str, Ink, fn(&HistoryLine) -> u64);

const SERIES: [Series; 4] = [
    ("fresh", Ink::Good, |line| line.fresh),
    ("behind", Ink::Warn, |line| line.behind),
    ("errors", Ink::Bad, |line| line.errors),
    ("warnings", Ink::Accent, |line| line.warnings),
];

fn trend(history: &[HistoryLine]) -> Option<Chart> {
    let (first, last) = (history.first()?, history.last()?);
    if history.len() < 2 {
        return None;
    }
    let rows = SERIES
        .iter()
        .map(|(label, ink, of)| ChartRow::new(label, usize::try_from(of(last)).unwrap_or(usize::MAX), *ink))
        .collect();
    let changes: Vec<String> = SERIES
        .iter()
        .map(|(label, _, of)| format!("{label} from {} to {}", of(first), of(last)))
        .collect();
    Some(Chart {
        title: "Trend",
        summary: format!(
            "{} runs from {} to {}: {}",
            history.len(),
            first.date,
            last.date,
            changes.join(", ")
        ),
        picture: lines(history, first, last),
        columns: ["Now", "Number"],
        rows,
    })
}

/// The numbers of a chart in words.
fn sentence(rows: &[ChartRow]) -> String {
    let some = rows.iter().filter(|row| row.count > 0).take(MAX_ROWS);
    let some: Vec<String> = some.map(|row| format!("{} {}", row.label, row.count)).collect();
    match some.is_empty() {
        true => "none".to_owned(),
        false => some.join(", "),
    }
}

/// Bars from left to right, one below the other.
fn bars(rows: &[ChartRow]) -> Picture {
    const ROW: i32 = 24;
    const LABEL: i32 = 150;
    let most = rows.iter().map(|row| row.count).max().unwrap_or(0);
    let height = ROW * i32::try_from(rows.len().max(1)).unwrap_or(1);
    svg::draw(WIDTH, height, |sheet| {
        let mut y = 0;
        for row in rows {
            let length = share(row.count, most, WIDTH - LABEL - 60);
            sheet.text(
                row.label.as_str(),
                (LABEL - 8, y + ROW / 2),
                Align::End,
                Ink::Text,
                LABEL - 8,
            );
            sheet.bar(LABEL, y + 4, length, ROW - 8, row.ink);
            sheet.text(
                &row.count.to_string(),
                (LABEL + length + 6, y + ROW / 2),
                Align::Start,
                Ink::Quiet,
                60,
            );
            y += ROW;
        }
        if rows.is_empty() {
            sheet.text("none", (0, ROW / 2), Align::Start, Ink::Quiet, WIDTH);
        }
    })
}

/// Columns beside each other.
fn columns(rows: &[ChartRow]) -> Picture {
    const HEIGHT: i32 = 144;
    const BASE: i32 = HEIGHT - 24;
    let most = rows.iter().map(|row| row.count).max().unwrap_or(0);
    let step = WIDTH / i32::try_from(rows.len().max(1)).unwrap_or(1);
    svg::draw(WIDTH, HEIGHT, |sheet| {
        let mut x = 0;
        for row in rows {
            let tall = share(row.count, most, BASE - 22);
            sheet.bar(x + 8, BASE - tall, step - 16, tall, row.ink);
            let middle = x + step / 2;
            sheet.text(
                &row.count.to_string(),
                (middle, BASE - tall - 10),
                Align::Middle,
                Ink::Quiet,
                step,
            );
            sheet.text(
                row.label.as_str(),
                (middle, BASE + 13),
                Align::Middle,
                Ink::Text,
                step + 6,
            );
            x += step;
        }
        sheet.line(&[(0, BASE), (WIDTH, BASE)], 1, Ink::Line);
    })
}

/// Numbers over time, a line for each.
fn lines(history: &[HistoryLine], first: &HistoryLine, last: &HistoryLine) -> Picture {
    const HEIGHT: i32 = 176;
    const TOP: i32 = 10;
    const BASE: i32 = HEIGHT - 26;
    const RIGHT: i32 = WIDTH - 92;
    let most = history
        .iter()
        .flat_map(|line| SERIES.iter().map(|(_, _, of)| of(line)))
        .max()
        .unwrap_or(0)
        .max(1);
    let days = |line: &HistoryLine| {
        f64::from(
            first
                .date
                .until(line.date)
                .map_or(0, |span: jiff::Span| span.get_days()),
        )
    };
    let x = |line: &HistoryLine| 6 + scaled(days(line) / days(last).max(1.0), f64::from(RIGHT - 6));
    let y = |count: u64| BASE - scaled(count as f64 / most as f64, f64::from(BASE - TOP));
    svg::draw(WIDTH, HEIGHT, |sheet| {
        for part in [0, most / 2, most] {
            sheet.line(&[(0, y(part)), (RIGHT, y(part))], 1, Ink::Line);
        }
        let mut taken: Vec<i32> = Vec::new();
        for (label, ink, of) in SERIES {
            let mut points: Vec<(i32, i32)> = history.iter().map(|line| (x(line), y(of(line)))).collect();
            points.dedup();
            sheet.line(&points, 2, ink);
            sheet.dot(x(last), y(of(last)), 3, ink);
            let mut at = y(of(last));
            // Labels do not overlap: each goes to the nearest free place, upwards first.
            for by in (0..=9).flat_map(|by| [-14 * by, 14 * by]) {
                let place = at + by;
                let is_free = taken.iter().all(|other| (other - place).abs() >= 14);
                if is_free && (6..HEIGHT - 20).contains(&place) {
                    at = place;
                    break;
                }
            }
            taken.push(at);
            let text = format!("{label} {}", of(last));
            sheet.text(&text, (RIGHT + 8, at), Align::Start, ink, 84);
        }
        sheet.text(
            &first.date.to_string(),
            (0, BASE + 14),
            Align::Start,
            Ink::Quiet,
            100,
        );
        sheet.text(
            &last.date.to_string(),
            (RIGHT, BASE + 14),
            Align::End,
            Ink::Quiet,
            100,
        );
    })
}
