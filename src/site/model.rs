//! What the pages of a site show. Every text of a document is a [`SafeText`].

use super::history::HistoryLine;
use crate::diagnostic::Severity;
use crate::document::HubPath;
use crate::report::Run;
use crate::safe_text::SafeText;
use jiff::civil::Date;

/// A whole site.
#[derive(Debug, Default)]
pub struct Site {
    /// What it is about.
    pub title: SafeText,
    /// The day that it was made on.
    pub date: Date,
    /// The entries, in order of path.
    pub entries: Vec<SiteEntry>,
    /// What was not checked, as phrases.
    pub not_checked: Vec<SafeText>,
    /// What was suppressed, as phrases.
    pub suppressed: Vec<SafeText>,
    /// What was found by earlier runs and this one, by day.
    pub history: Vec<HistoryLine>,
}

/// What is known about the version of an entry, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryState {
    /// The code uses what the declared release does not have.
    Wrong,
    /// The declared version or the package was never published.
    NoRelease,
    /// The code uses what the newest release does not have.
    Breaks,
    /// Behind, and nothing more is known.
    Behind,
    /// Behind, and the newest release has what the code uses.
    Safe,
    /// The package is not known, or a registry gave no answer.
    NotChecked,
    /// The newest release, or a later one.
    Fresh,
    /// It covers no package.
    NoPackage,
}

impl EntryState {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Wrong,
        Self::NoRelease,
        Self::Breaks,
        Self::Behind,
        Self::Safe,
        Self::NotChecked,
        Self::Fresh,
        Self::NoPackage,
    ];

    /// The name in addresses.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::NoRelease => "no-release",
            Self::Breaks => "breaks",
            Self::Behind => "behind",
            Self::Safe => "safe",
            Self::NotChecked => "not-checked",
            Self::Fresh => "fresh",
            Self::NoPackage => "no-package",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Wrong => "wrong symbols",
            Self::NoRelease => "no such release",
            Self::Breaks => "symbols gone",
            Self::Behind => "behind",
            Self::Safe => "safe to raise",
            Self::NotChecked => "not checked",
            Self::Fresh => "fresh",
            Self::NoPackage => "no package",
        }
    }

    /// What it means.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Wrong => "The code uses symbols that the declared release does not have.",
            Self::NoRelease => "The declared version or the package does not exist in its registry.",
            Self::Breaks => "The code uses symbols that the newest release no longer has.",
            Self::Behind => "There is a newer release. Whether the code works with it was not decided.",
            Self::Safe => "There is a newer release, and it has every decided symbol of the code.",
            Self::NotChecked => "The package could not be determined, or nothing is known about it.",
            Self::Fresh => "The declared version is the newest release.",
            Self::NoPackage => "The entry covers no package, or is a skill.",
        }
    }
}

/// One entry.
#[derive(Debug, Default)]
pub struct SiteEntry {
    /// The name of its page.
    pub page: String,
    /// Its path in output.
    pub path: SafeText,
    /// Its name: that of the front matter, or of its folder.
    pub name: SafeText,
    /// Its description.
    pub description: SafeText,
    /// The first folder of the hub.
    pub author: SafeText,
    /// The paths of its files: the entry itself first, then its companions.
    pub files: Vec<HubPath>,
    /// The packages that it covers. The one that needs most comes first.
    pub packages: Vec<SitePackage>,
    /// The declared versions as written.
    pub declared: SafeText,
    /// `metadata.updated-on`.
    pub updated_on: SafeText,
    /// What to do.
    pub to_do: Vec<SafeText>,
    /// Whether it is a skill.
    pub is_skill: bool,
    /// What readers said of it, in words.
    pub readers: Option<String>,
}

/// A package of an entry.
#[derive(Debug)]
pub struct SitePackage {
    /// Its name with its ecosystem; empty when it is not known.
    pub name: SafeText,
    /// The state of the entry with respect to it.
    pub state: EntryState,
    /// How the declared version compares with the newest, in words.
    pub status: SafeText,
    /// The newest release.
    pub newest: Option<SafeText>,
    /// Its day.
    pub newest_date: Option<Date>,
    /// How far behind it is.
    pub behind: Option<Behind>,
    /// What symbol checks say about it, when there were any.
    pub symbols: Option<SiteSymbols>,
    /// Its releases.
    pub releases: ReleaseDates,
}

/// How far an entry is behind.
#[derive(Clone, Debug, Default)]
pub struct Behind {
    /// The size of the step, to sort and to count by.
    pub step: BehindStep,
    /// A number that grows with the distance.
    pub rank: u64,
    /// The step in words, without the age.
    pub distance: SafeText,
    /// The days between the two releases.
    pub days: Option<i64>,
    /// The same in words.
    pub age: SafeText,
}

/// The kinds of distances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum BehindStep {
    /// A patch, or the final release of a pre-release.
    #[default]
    Patch,
    /// A minor release.
    Minor,
    /// By the calendar, or another way to number releases.
    Other,
    /// Releases that may break: the next major release, or a minor one below 1.0.
    Major,
    /// More than one of these.
    Majors,
}

/// The releases of a package, for a time line.
#[derive(Clone, Debug, Default)]
pub struct ReleaseDates {
    /// The days on which something was released, in order.
    pub days: Vec<Date>,
    /// The declared release.
    pub declared: Option<(SafeText, Date)>,
    /// The newest release.
    pub newest: Option<(SafeText, Date)>,
    /// The first release of each of the last major versions.
    pub majors: Vec<(SafeText, Date)>,
    /// How many releases were published between the declared one and the newest.
    pub between: usize,
}

/// What symbol checks say about an entry.
#[derive(Debug, Default)]
pub struct SiteSymbols {
    /// The verdict with its reason.
    pub verdict: SafeText,
    /// How many symbols were decided.
    pub decided: usize,
    /// How many the code uses.
    pub total: usize,
    /// The version of the declared release; `None` when it was not looked at.
    pub declared: Option<SafeText>,
    /// That of the newest.
    pub newest: Option<SafeText>,
    /// Why a release could not be read.
    pub not_read: Vec<SafeText>,
    /// Each symbol: those that are missing first.
    pub rows: Vec<SymbolRow>,
}

/// A symbol that the code uses.
#[derive(Debug)]
pub struct SymbolRow {
    /// Its name.
    pub symbol: SafeText,
    /// Where it is used: the number of the file of the entry, and the line.
    pub lines: Vec<(usize, usize)>,
    /// Whether the declared release has it.
    pub declared: Option<SymbolState>,
    /// Whether the newest release has it.
    pub newest: Option<SymbolState>,
}

/// What was found out about a symbol. The order is from the least to the most urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SymbolState {
    /// Not decided, and why.
    Undecided(&'static str),
    /// There.
    Found,
    /// Not there.
    Missing,
}

impl Site {
    /// How many entries have one of these states.
    #[must_use]
    pub fn count(&self, states: &[EntryState]) -> usize {
        let entries = self.entries.iter();
        entries.filter(|entry| states.contains(&entry.state())).count()
    }

    /// How many entries are behind, whatever is known about their symbols.
    #[must_use]
    pub fn behind(&self) -> usize {
        let entries = self.entries.iter();
        entries.filter(|entry| entry.behind().is_some()).count()
    }

    /// What symbol checks say about the entries whose code uses symbols.
    pub fn symbols(&self) -> impl Iterator<Item = &SiteSymbols> {
        let symbols = self.entries.iter().filter_map(SiteEntry::symbols);
        symbols.filter(|symbols| symbols.total > 0)
    }

    /// The numbers of a run, for the history.
    #[must_use]
    pub fn numbers(&self, run: &Run<'_>) -> HistoryLine {
        let errors = run.count(Severity::Error);
        HistoryLine {
            date: self.date,
            entries: self.entries.len() as u64,
            fresh: self.count(&[EntryState::Fresh]) as u64,
            behind: self.behind() as u64,
            safe: self.count(&[EntryState::Safe]) as u64,
            broken: self.count(&[EntryState::Breaks, EntryState::Wrong]) as u64,
            errors: errors as u64,
            warnings: run.count(Severity::Warning) as u64,
            notes: run.count(Severity::Note) as u64,
            decided: self.symbols().map(|symbols| symbols.decided as u64).sum(),
            symbols: self.symbols().map(|symbols| symbols.total as u64).sum(),
        }
    }
}

impl SymbolRow {
    /// The state that matters most.
    #[must_use]
    pub fn worst(&self) -> Option<SymbolState> {
        self.declared.max(self.newest)
    }
}

impl SiteEntry {
    /// The path of its page in the site.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}/{}", super::names::ENTRIES, self.page)
    }

    /// The state of its first package.
    #[must_use]
    pub fn state(&self) -> EntryState {
        self.packages
            .first()
            .map_or(EntryState::NoPackage, |package| package.state)
    }

    /// How far it is behind.
    #[must_use]
    pub fn behind(&self) -> Option<&Behind> {
        self.packages.first().and_then(|package| package.behind.as_ref())
    }

    /// What was found out about its symbols.
    #[must_use]
    pub fn symbols(&self) -> Option<&SiteSymbols> {
        self.packages.iter().find_map(|package| package.symbols.as_ref())
    }
}
