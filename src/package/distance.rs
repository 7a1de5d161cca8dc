//! How far a declared version is behind the newest.

use super::version::Version;
use jiff::civil::Date;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;

/// How a package numbers its releases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VersionScheme {
    /// By the numbers: calendar versions are those that begin with a year of four digits or a whole date.
    #[default]
    Detect,
    /// Calendar versions even where they begin with a year of two digits (`24.04`): this has to be configured.
    Calendar,
}

/// The largest step between two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionStep {
    /// The declared version is the newest.
    Same,
    /// The declared version is higher than anything the registry calls newest. Mirrors lag.
    Ahead,
    /// The declared version is a pre-release of the newest, or of a later pre-release of the same release.
    Prerelease,
    /// Only what follows major and minor differs; also post releases (PEP 440).
    Patch(u64),
    /// The second number differs, by so many.
    Minor(u64),
    /// The first number differs, by so many; or the epoch, which counts as one.
    Major(u64),
    /// Both are calendar versions, of different months: only the days between them are meaningful.
    Calendar,
    /// One is a calendar version and the other is not: numbers cannot be compared.
    Scheme,
}

/// How far a version is behind, in three sizes. A baseline accepts a size and no larger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VersionLag {
    /// Patches, or the final release of a pre-release.
    Patch,
    /// Releases that should not break anything, and steps whose size is not known.
    Minor,
    /// Releases that may break what the version shows.
    Major,
}

impl VersionLag {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// The one of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Patch, Self::Minor, Self::Major]
            .into_iter()
            .find(|lag| lag.as_str() == name)
    }
}

/// The distance from a declared version to the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionDistance {
    /// The largest step.
    pub step: VersionStep,
    /// Days between their uploads; for calendar versions without known uploads, between the dates that they name.
    pub days: Option<i64>,
    /// How many releases of the kind of the step were published since, when that is known. The numbers of two versions
    /// do not show it: 1.87 may follow 1.2.
    pub counted: Option<usize>,
    below_one: bool,
    is_final: bool,
}

impl VersionDistance {
    /// Compare two versions of one package. Local parts (`+cu118`) are left out, as registries leave them out.
    #[must_use]
    pub fn between(declared: &Version, newest: &Version, numbering: VersionScheme) -> Self {
        let (from, to) = (calendar_day(declared, numbering), calendar_day(newest, numbering));
        let step = match declared.without_local().cmp(&newest.without_local()) {
            Ordering::Equal => VersionStep::Same,
            _ if from.is_some() != to.is_some() && declared.epoch() == newest.epoch() => VersionStep::Scheme,
            Ordering::Greater => VersionStep::Ahead,
            Ordering::Less if declared.epoch() != newest.epoch() => VersionStep::Major(1),
            Ordering::Less if from.is_some() && is_other_month(declared, newest) => VersionStep::Calendar,
            Ordering::Less => step(declared, newest),
        };
        let days = match (step, from, to) {
            (VersionStep::Calendar, Some(from), Some(to)) => Some(days_between(from, to)),
            _ => None,
        };
        Self {
            step,
            days,
            counted: None,
            below_one: declared.epoch() == 0 && declared.release_number(0) == 0,
            is_final: !newest.is_prerelease(),
        }
    }

    /// Take the days between two uploads, when both are known.
    #[must_use]
    pub fn with_dates(mut self, declared: Option<Date>, newest: Option<Date>) -> Self {
        if let (Some(from), Some(to)) = (declared, newest) {
            self.days = Some(days_between(from, to));
        }
        self
    }

    /// Take the number of releases from a complete list of those that can be installed.
    #[must_use]
    pub fn with_releases(mut self, declared: &Version, newest: &Version, published: &[Version]) -> Self {
        self.counted = match self.step {
            VersionStep::Major(_) => count_since(declared, newest, published, |v| {
                (v.epoch(), v.release_number(0), 0)
            }),
            VersionStep::Minor(_) => count_since(declared, newest, published, |v| {
                (v.epoch(), v.release_number(0), v.release_number(1))
            }),
            VersionStep::Patch(_) => Some(releases_between(declared, newest, published)),
            VersionStep::Same
            | VersionStep::Ahead
            | VersionStep::Prerelease
            | VersionStep::Calendar
            | VersionStep::Scheme => None,
        }
        .filter(|count| *count > 0);
        self
    }

    /// Whether there is something newer.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        !matches!(self.step, VersionStep::Same | VersionStep::Ahead)
    }

    /// How far the declared version is behind; `None` when it is not.
    #[must_use]
    pub fn lag(&self) -> Option<VersionLag> {
        match self.step {
            VersionStep::Same | VersionStep::Ahead => None,
            _ if self.is_breaking() => Some(VersionLag::Major),
            VersionStep::Prerelease | VersionStep::Patch(_) => Some(VersionLag::Patch),
            _ => Some(VersionLag::Minor),
        }
    }

    /// Whether the newest may break what the declared version shows: another major (semver 8, an epoch of PEP 440), or
    /// another minor below 1.0 (semver 4). Calendar versions and a change of scheme do not show whether they break.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        match self.step {
            VersionStep::Major(_) => true,
            VersionStep::Minor(_) => self.below_one,
            _ => false,
        }
    }
}

/// `4 major releases, 9 months newer`, to go in brackets after the newest version.
impl fmt::Display for VersionDistance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let age = self.days.filter(|days| *days > 0).map(format_age);
        let counted = |kind: &str| match self.counted {
            None => format!("a later {kind} release"),
            Some(1) => format!("1 {kind} release"),
            Some(n) => format!("{n} {kind} releases"),
        };
        let what = match self.step {
            VersionStep::Same => return f.write_str("the newest release"),
            VersionStep::Ahead => return f.write_str("ahead of the registry"),
            VersionStep::Prerelease if self.is_final => "its final release".to_owned(),
            VersionStep::Prerelease => "a later pre-release".to_owned(),
            VersionStep::Patch(_) => counted("patch"),
            VersionStep::Minor(_) => counted("minor"),
            VersionStep::Major(_) => counted("major"),
            VersionStep::Scheme => "the version scheme has changed".to_owned(),
            VersionStep::Calendar => {
                return match age {
                    Some(age) => write!(f, "{age} newer"),
                    None => f.write_str("a newer calendar version"),
                };
            }
        };
        match (self.counted, age) {
            (_, Some(age)) => write!(f, "{what}, {age} newer"),
            (Some(_), None) => write!(f, "{what} newer"),
            (None, None) => f.write_str(&what),
        }
    }
}

/// How many final releases come after `declared`, up to and including `newest`.
#[must_use]
pub fn releases_between(declared: &Version, newest: &Version, published: &[Version]) -> usize {
    let mut between: Vec<&Version> = published
        .iter()
        .filter(|version| *version > declared && *version <= newest && !version.is_prerelease())
        .collect();
    between.sort_unstable();
    between.dedup();
    between.len()
}

/// How many different releases of a kind come after that of `declared`, up to that of `newest`. `kind` gives the
/// numbers that make two versions the same release of that kind.
fn count_since(
    declared: &Version,
    newest: &Version,
    published: &[Version],
    kind: impl Fn(&Version) -> (u64, u64, u64),
) -> Option<usize> {
    let kinds: BTreeSet<_> = published
        .iter()
        .filter(|version| *version > declared && *version <= newest && !version.is_prerelease())
        .map(&kind)
        .filter(|found| *found != kind(declared))
        .collect();
    Some(kinds.len())
}

/// Days in words: `1 day`, `3 weeks`, `9 months`, `2 years`.
#[must_use]
pub fn format_age(days: i64) -> String {
    let (count, unit) = match days {
        ..14 => (days, "day"),
        14..60 => (days / 7, "week"),
        // A month is 30.4 days; rounded, since 274 days are nine of them.
        60..720 => ((days * 10 + 152) / 304, "month"),
        _ => ((days + 182) / 365, "year"),
    };
    match count {
        1 => format!("1 {unit}"),
        _ => format!("{count} {unit}s"),
    }
}

/// The step between two versions of one numbering, where the first is lower.
fn step(declared: &Version, newest: &Version) -> VersionStep {
    let gap = |part: usize| {
        newest
            .release_number(part)
            .abs_diff(declared.release_number(part))
    };
    match (gap(0), gap(1)) {
        (0, 0) if declared.is_prerelease() && declared.release() == newest.release() => {
            VersionStep::Prerelease
        }
        (0, 0) => VersionStep::Patch(gap(2).max(1)),
        (0, minor) => VersionStep::Minor(minor),
        (major, _) => VersionStep::Major(major),
    }
}

/// Calendar versions differ within a month as others do within a minor.
fn is_other_month(a: &Version, b: &Version) -> bool {
    a.release_number(0) != b.release_number(0) || a.release_number(1) != b.release_number(1)
}

/// The day that a calendar version names, the first of the month or year where it names no more.
fn calendar_day(version: &Version, numbering: VersionScheme) -> Option<Date> {
    let first = version.release_number(0);
    if first > 9999 {
        // 20240131 and 202401.
        let (day, month) = if first > 999_999 {
            (first % 100, first / 100)
        } else {
            (1, first)
        };
        return date(month / 100, month % 100, day).filter(|date| is_plausible(date.year().into()));
    }
    let year = match numbering {
        VersionScheme::Calendar if first < 100 => 2000 + first,
        _ => first,
    };
    if !is_plausible(i64::try_from(year).ok()?) {
        return None;
    }
    let month = Some(version.release_number(1))
        .filter(|month| (1..=12).contains(month))
        .unwrap_or(1);
    // The third number may be a day or a counter; a day only if there is such a day.
    let day =
        Some(version.release_number(2)).filter(|day| (1..=31).contains(day) && version.release_len() >= 3);
    date(year, month, day.unwrap_or(1)).or_else(|| date(year, month, 1))
}

/// Years in which packages can have been published.
fn is_plausible(year: i64) -> bool {
    (1990..=2100).contains(&year)
}

fn date(year: u64, month: u64, day: u64) -> Option<Date> {
    let (year, month, day) = (
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    Date::new(year, month, day).ok()
}

fn days_between(from: Date, to: Date) -> i64 {
    // By default jiff counts days.
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::super::Ecosystem;
    use super::super::Ecosystem::{Npm, PyPi};
    use super::*;

    fn between(ecosystem: Ecosystem, declared: &str, newest: &str) -> VersionDistance {
        let of = |text| Version::parse(ecosystem, text).unwrap_or_else(|| panic!("{text}"));
        VersionDistance::between(&of(declared), &of(newest), VersionScheme::Detect)
    }

    #[test]
    fn traps() {
        for (ecosystem, declared, newest, step, breaking) in [
            (Npm, "19.1.0", "23.1.0", VersionStep::Major(4), true),
            (Npm, "1.2.3", "1.2.3+build", VersionStep::Same, false),
            (Npm, "1.0.0-rc.1", "1.0.0", VersionStep::Prerelease, false),
            (Npm, "1.0.0-rc.1", "1.1.0", VersionStep::Minor(1), false),
            (Npm, "2.0.0-rc.1", "1.9.0", VersionStep::Ahead, false),
            (Npm, "0.3.0", "0.5.9", VersionStep::Minor(2), true),
            (Npm, "0.9.9", "1.0.0", VersionStep::Major(1), true),
            (Npm, "1.2.3", "1.2.9", VersionStep::Patch(6), false),
            (PyPi, "16.0", "16.0.0", VersionStep::Same, false),
            (PyPi, "1.0", "1.0.post1", VersionStep::Patch(1), false),
            (PyPi, "1.0.0.1", "1.0.0.2", VersionStep::Patch(1), false),
            (PyPi, "9.9", "1!0.1", VersionStep::Major(1), true),
            (PyPi, "2.0", "2.0+cu118", VersionStep::Same, false),
            (PyPi, "2.0+cu118", "2.0", VersionStep::Same, false),
            (PyPi, "2.0+cu118", "2.1", VersionStep::Minor(1), false),
            (PyPi, "0.61b0", "0.62b0", VersionStep::Minor(1), true),
            (PyPi, "0.61b0", "0.61b1", VersionStep::Prerelease, false),
            (PyPi, "1.0.dev3", "1.0", VersionStep::Prerelease, false),
            (PyPi, "2025.1", "2026.3", VersionStep::Calendar, false),
            (PyPi, "2026.1.post1", "2026.1.post2", VersionStep::Patch(1), false),
            (PyPi, "2026.1.1", "2026.1.4", VersionStep::Patch(3), false),
            (PyPi, "20240131", "20240302", VersionStep::Calendar, false),
            (PyPi, "0.9", "2024.1", VersionStep::Scheme, false),
            (PyPi, "2024.1", "1.2", VersionStep::Scheme, false),
            (PyPi, "2024.1", "1!1.2", VersionStep::Major(1), true),
            (PyPi, "2026.5", "2026.3", VersionStep::Ahead, false),
            (PyPi, "18446744073709551615", "1.0", VersionStep::Ahead, false),
            (PyPi, "23.1", "24.2", VersionStep::Major(1), true),
        ] {
            let found = between(ecosystem, declared, newest);
            assert_eq!(
                (found.step, found.is_breaking()),
                (step, breaking),
                "{declared} -> {newest}"
            );
        }
    }

    #[test]
    fn calendar_versions_are_told_in_time_never_in_majors() {
        assert_eq!(between(PyPi, "2025.1", "2026.3").to_string(), "14 months newer");
        assert_eq!(between(PyPi, "20240131", "20240210").to_string(), "10 days newer");
        let of = |text| Version::parse(PyPi, text).unwrap();
        let two_digits = VersionDistance::between(&of("23.1"), &of("24.2"), VersionScheme::Calendar);
        assert_eq!(
            (two_digits.step, two_digits.days),
            (VersionStep::Calendar, Some(396))
        );
        assert_eq!(
            between(PyPi, "0.9", "2024.1").to_string(),
            "the version scheme has changed"
        );
    }

    #[test]
    fn said_in_words() {
        let day = |text: &str| text.parse().ok();
        let with =
            |declared, newest, from, to| between(Npm, declared, newest).with_dates(from, to).to_string();
        let nine = with("19.1.0", "23.1.0", day("2025-11-01"), day("2026-08-02"));
        assert_eq!(nine, "a later major release, 9 months newer");
        assert_eq!(
            with("1.0.0", "1.1.0", None, day("2026-08-02")),
            "a later minor release"
        );
        // A backport may be uploaded before.
        assert_eq!(
            with("1.0.0", "1.0.2", day("2026-01-02"), day("2026-01-01")),
            "a later patch release"
        );
        assert_eq!(
            with("1.0.0-a", "1.0.0", day("2026-01-01"), day("2026-01-02")),
            "its final release, 1 day newer"
        );
        assert_eq!(with("1.0.0-a", "1.0.0-b", None, None), "a later pre-release");
        assert_eq!(with("1.0.0", "1.0.0", None, None), "the newest release");
        for (days, words) in [
            (13, "13 days"),
            (14, "2 weeks"),
            (60, "2 months"),
            (719, "24 months"),
            (1000, "3 years"),
        ] {
            assert_eq!(format_age(days), words);
        }
    }

    #[test]
    fn releases_are_counted_and_never_computed() {
        let counted = |declared: &str, newest: &str, listed: &[&str]| {
            let of = |text: &&str| Version::parse(Npm, text).unwrap_or_else(|| panic!("{text}"));
            let listed: Vec<Version> = listed.iter().map(of).collect();
            between(Npm, declared, newest)
                .with_releases(&of(&declared), &of(&newest), &listed)
                .to_string()
        };
        // Versions that were never published do not count.
        assert_eq!(
            counted(
                "1.2.0",
                "1.87.0",
                &["1.2.0", "1.2.1", "1.40.0", "1.40.1", "1.87.0", "1.88.0-rc.1"]
            ),
            "2 minor releases newer"
        );
        assert_eq!(
            counted("5.1.0", "43.0.0", &["5.1.0", "5.2.0", "43.0.0"]),
            "1 major release newer"
        );
        assert_eq!(
            counted("1.0.0", "1.0.9", &["1.0.0", "1.0.3", "1.0.9"]),
            "2 patch releases newer"
        );
        // A list that is not of this package.
        assert_eq!(counted("1.0.0", "2.0.0", &[]), "a later major release");
    }

    #[test]
    fn releases_between_are_final_ones() {
        let published: Vec<Version> = ["1.0", "1.1", "1.1.0", "1.2rc1", "1.2", "2.0", "2.1"]
            .iter()
            .filter_map(|text| Version::parse(PyPi, text))
            .collect();
        let of = |text| Version::parse(PyPi, text).unwrap();
        assert_eq!(releases_between(&of("1.0"), &of("2.0"), &published), 3);
    }
}
