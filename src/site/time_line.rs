//! The versions of a package on a time line: each day with a release, the declared release and the newest.

use super::model::ReleaseDates;
use super::raw::Picture;
use super::svg::{self, Align, Ink, Sheet, scaled};
use crate::safe_text::SafeText;
use jiff::civil::Date;

const WIDTH: i32 = 460;
const HEIGHT: i32 = 118;
const MARGIN: i32 = 8;
const AXIS: i32 = 62;

/// A time line; `None` when fewer than two days are known.
pub fn picture(releases: &ReleaseDates) -> Option<Picture> {
    let marked = [&releases.declared, &releases.newest].into_iter().flatten();
    let mut days: Vec<Date> = releases.days.clone();
    days.extend(marked.map(|(_, day)| *day));
    let (first, last) = (*days.iter().min()?, *days.iter().max()?);
    if first == last {
        return None;
    }
    let axis = TimeAxis { first, last };
    Some(svg::draw(WIDTH, HEIGHT, |sheet| {
        axis.years(sheet);
        if let (Some((_, from)), Some((_, to))) = (&releases.declared, &releases.newest)
            && from < to
        {
            let (from, to) = (axis.x(*from), axis.x(*to));
            sheet.bar(from, AXIS - 3, (to - from).max(1), 6, Ink::Warn);
        }
        axis.ticks(sheet, &releases.days);
        axis.majors(sheet, releases);
        let newest = axis.mark(sheet, releases.newest.as_ref(), Ink::Good, "newest", None);
        let is_same =
            releases.declared.as_ref().map(|(_, day)| day) == releases.newest.as_ref().map(|(_, day)| day);
        if !is_same {
            axis.mark(sheet, releases.declared.as_ref(), Ink::Bad, "declared", newest);
        }
    }))
}

struct TimeAxis {
    first: Date,
    last: Date,
}

impl TimeAxis {
    fn x(&self, day: Date) -> i32 {
        let days = |from: Date, to: Date| f64::from(from.until(to).map_or(0, |span| span.get_days()));
        let part = days(self.first, day) / days(self.first, self.last).max(1.0);
        MARGIN + scaled(part.clamp(0.0, 1.0), f64::from(WIDTH - 2 * MARGIN))
    }

    /// The line, with the years below it.
    fn years(&self, sheet: &Sheet<'_>) {
        sheet.line(&[(MARGIN, AXIS), (WIDTH - MARGIN, AXIS)], 1, Ink::Line);
        let years = i32::from(self.last.year()) - i32::from(self.first.year());
        let step = (years / 9 + 1).max(1);
        for year in (i32::from(self.first.year()) + 1..=i32::from(self.last.year())).filter(|y| y % step == 0)
        {
            let Some(day) = i16::try_from(year)
                .ok()
                .and_then(|year| Date::new(year, 1, 1).ok())
            else {
                continue;
            };
            let x = self.x(day);
            sheet.line(&[(x, AXIS + 8), (x, AXIS + 14)], 1, Ink::Line);
            if x > 20 && x < WIDTH - 20 {
                let text = year.to_string();
                sheet.text(&text, (x, AXIS + 24), Align::Middle, Ink::Quiet, 60);
            }
        }
        if years == 0 {
            let ends = [
                (self.first, MARGIN, Align::Start),
                (self.last, WIDTH - MARGIN, Align::End),
            ];
            for (day, x, align) in ends {
                sheet.text(&day.to_string(), (x, AXIS + 24), align, Ink::Quiet, 100);
            }
        }
    }

    /// A tick for each day with a release, and not more than one for each second pixel.
    fn ticks(&self, sheet: &Sheet<'_>, days: &[Date]) {
        let mut before = -2;
        for x in days.iter().map(|day| self.x(*day)) {
            if x >= before + 2 {
                sheet.line(&[(x, AXIS - 5), (x, AXIS + 5)], 1, Ink::Unknown);
                before = x;
            }
        }
    }

    /// The names of major versions above their first release, where there is room.
    fn majors(&self, sheet: &Sheet<'_>, releases: &ReleaseDates) {
        let mut free = WIDTH;
        for (version, day) in releases.majors.iter().rev() {
            let (x, half) = (self.x(*day), svg::width(version.as_str()).min(60) / 2 + 4);
            if x + half <= free && x >= half {
                sheet.line(&[(x, AXIS - 12), (x, AXIS - 5)], 1, Ink::Quiet);
                sheet.text(version.as_str(), (x, AXIS - 20), Align::Middle, Ink::Quiet, 60);
                free = x - half;
            }
        }
    }

    /// A dot with the version: the newest above, and the declared one below when they would overlap.
    fn mark(
        &self,
        sheet: &Sheet<'_>,
        release: Option<&(SafeText, Date)>,
        ink: Ink,
        word: &str,
        taken: Option<(i32, i32)>,
    ) -> Option<(i32, i32)> {
        let (version, day) = release?;
        let x = self.x(*day);
        let label = format!("{word} {version}");
        let room = WIDTH / 2 - MARGIN;
        let half = svg::width(&label).min(room) / 2 + 6;
        let middle = x.clamp(half, WIDTH - half);
        let range = (middle - half, middle + half);
        let overlaps = taken.is_some_and(|(from, to)| range.0 < to && from < range.1);
        let y = if overlaps { AXIS + 46 } else { 14 };
        let end = if overlaps { AXIS + 36 } else { 23 };
        sheet.line(&[(x, end), (x, AXIS)], 1, ink);
        sheet.dot(x, AXIS, 5, ink);
        sheet.text(&label, (middle, y), Align::Middle, Ink::Text, room);
        Some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use maud::Render;

    #[test]
    fn both_releases_are_marked_and_days_are_thinned_out() {
        let start = date(2015, 1, 1);
        let days: Vec<Date> = (0..20_000)
            .filter_map(|day| start.checked_add(jiff::Span::new().days(day / 5)).ok())
            .collect();
        let newest = *days.last().unwrap();
        let releases = ReleaseDates {
            declared: Some((SafeText::new("1.0.0"), date(2016, 5, 1))),
            newest: Some((SafeText::new("4.2.0"), newest)),
            majors: vec![(SafeText::new("2.0"), date(2018, 1, 1))],
            days,
            between: 7,
        };
        let svg = picture(&releases).unwrap().render().into_string();
        for text in ["declared 1.0.0", "newest 4.2.0", "2.0", "2020"] {
            assert!(svg.contains(text), "{text}");
        }
        assert!(svg.matches("<polyline").count() < 300, "{}", svg.len());
        assert!(picture(&ReleaseDates::default()).is_none());
    }
}
