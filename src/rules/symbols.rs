//! Shared code of the rules about symbols: uses of the same missing symbol together, and wording.

use crate::diagnostic::SymbolNote;
use crate::edit::Edit;
use crate::package::Package;
use crate::rule::Sink;
use crate::suggest::slip_of;
use crate::symbols::{EntrySymbols, Outcome, ReleaseSymbols, SymbolKind, SymbolUse, suggest};
use crate::text::join_list;
use std::collections::{BTreeMap, BTreeSet};

/// The most other places of a symbol that are listed.
const MAX_PLACES: usize = 50;

/// The most names that are listed in the place of one that is missing.
const MAX_SHOWN: usize = 5;

/// A symbol that a release does not have, with every place that uses it.
pub struct MissingSymbol<'a> {
    /// The first place, then the others.
    uses: Vec<&'a SymbolUse>,
    /// The module that is missing, where that is the reason.
    module: Option<&'a str>,
    candidates: &'a [String],
}

/// What is missing in a release: one item per symbol, and one for a missing module whatever is imported from it.
pub fn missing(release: &ReleaseSymbols) -> Vec<MissingSymbol<'_>> {
    let mut found: Vec<MissingSymbol<'_>> = Vec::new();
    let mut by_key: BTreeMap<&str, usize> = BTreeMap::new();
    for one in release.uses.iter().flatten() {
        let Outcome::Missing { candidates, module } = &one.outcome else {
            continue;
        };
        let key = module.as_deref().unwrap_or(&one.symbol);
        match by_key.get(key).and_then(|at| found.get_mut(*at)) {
            Some(missing) => missing.uses.push(one),
            None => {
                by_key.insert(key, found.len());
                found.push(MissingSymbol {
                    uses: vec![one],
                    module: module.as_deref(),
                    candidates,
                });
            }
        }
    }
    found
}

impl MissingSymbol<'_> {
    fn first(&self) -> Option<&SymbolUse> {
        self.uses.first().copied()
    }

    /// Whether another release has it, at each place.
    pub fn is_found_in(&self, other: &ReleaseSymbols) -> bool {
        self.all_in(other, |outcome| *outcome == Outcome::Found)
    }

    /// What to say about another release that has it: under which name, when its class is called otherwise there.
    pub fn found_in_phrase(&self, other: &ReleaseSymbols) -> String {
        let (Some(first), Ok(uses)) = (self.first(), &other.uses) else {
            return String::new();
        };
        let version = &other.version;
        let mut same = uses
            .iter()
            .filter(|of| of.path == first.path && of.span == first.span && of.outcome == Outcome::Found);
        match same.next() {
            Some(of) if self.module.is_none() && of.symbol != first.symbol => {
                let symbol = of.symbol.trim_end_matches("=)");
                match symbol.split_once('(') {
                    Some((function, _)) => format!("; `{function}` of {version} has it"),
                    None => format!("; {version} has `{symbol}`"),
                }
            }
            _ => format!("; {version} has it"),
        }
    }

    /// Whether another release lacks it too, at each place.
    pub fn is_missing_in(&self, other: &ReleaseSymbols) -> bool {
        self.all_in(other, |outcome| matches!(outcome, Outcome::Missing { .. }))
    }

    fn all_in(&self, other: &ReleaseSymbols, is_so: impl Fn(&Outcome) -> bool) -> bool {
        let Ok(uses) = &other.uses else { return false };
        self.uses.iter().all(|one| {
            let mut same = uses
                .iter()
                .filter(|of| of.path == one.path && of.span == one.span);
            same.any(|of| is_so(&of.outcome))
        })
    }

    /// What is wrong, in one sentence.
    pub fn message(&self, package: &Package, version: &str, verb: &str) -> String {
        let name = package.name();
        let Some(first) = self.first() else {
            return String::new();
        };
        if let Some(module) = self.module {
            let rest = |symbol: &str| symbol.rsplit(['.', '#']).next().unwrap_or_default().to_owned();
            let names: BTreeSet<String> = self
                .uses
                .iter()
                .filter(|one| one.kind == SymbolKind::From)
                .map(|one| format!("`{}`", rest(&one.symbol)))
                .collect();
            let names: Vec<String> = names.into_iter().take(12).collect();
            let imports = match names.as_slice() {
                [] => String::new(),
                [name] => format!(", from which {name} is imported"),
                names => format!(", from which {} are imported", join_list(names, "and")),
            };
            let verb = if verb == "has no" {
                "has no module"
            } else {
                "no longer has the module"
            };
            return format!("{name} {version} {verb} `{module}`{imports}");
        }
        if first.kind == SymbolKind::Keyword
            && let Some((function, keyword)) = first.symbol.split_once('(')
        {
            let keyword = keyword.trim_end_matches("=)");
            return format!("`{function}` of {name} {version} {verb} parameter `{keyword}`")
                .replace("no longer has parameter", "no longer has the parameter");
        }
        format!("{name} {version} {verb} `{}`", first.symbol)
    }

    /// Report it at its first place.
    pub fn report(
        &self,
        sink: &mut Sink<'_>,
        message: String,
        help: Option<String>,
        symbols: &EntrySymbols,
        version: &str,
    ) {
        let Some(first) = self.first() else { return };
        let (owner, name) = split(&first.symbol);
        let suggested = match self.module {
            None => suggest(name, owner, self.candidates),
            Some(_) => Vec::new(),
        };
        let mut report = sink
            .report_in(&first.path, first.place, message)
            .symbol(SymbolNote {
                symbol: self.module.unwrap_or(&first.symbol).to_owned(),
                package: symbols.package.to_string(),
                release: version.to_owned(),
            });
        // Several names may be imported from a module in one place.
        let mut places: Vec<_> = vec![(&first.path, first.place)];
        for other in &self.uses {
            let place = (&other.path, other.place);
            if places.len() <= MAX_PLACES && !places.contains(&place) {
                report = report.related_in(&other.path, other.place, "also used here");
                places.push(place);
            }
        }
        // At two edits, ask "did you mean" but offer no fix.
        if let [only] = suggested.as_slice()
            && slip_of(name, [*only]).is_none_or(|(distance, _)| distance < 2)
        {
            // The places of another file cannot be edited with this finding.
            let edits: Vec<Edit> = self
                .uses
                .iter()
                .filter(|one| one.path == first.path)
                .map(|one| Edit {
                    span: one.span,
                    text: (*only).to_owned(),
                })
                .collect();
            report = report.unsafe_fix(format!("write `{only}`"), edits);
        }
        let names: Vec<String> = suggested.iter().map(|name| format!("`{name}`")).collect();
        match (help, names.is_empty()) {
            (Some(help), _) => {
                report.help(help);
            }
            (None, false) => {
                report.help(format!("did you mean {}?", names.join(" or ")));
            }
            (None, true) => {
                report.help(self.alternatives(owner, name, &symbols.package, version));
            }
        }
    }

    /// The help when no name is similar: the names that the release has instead.
    fn alternatives(&self, owner: &str, name: &str, package: &Package, version: &str) -> String {
        let is_private = name.starts_with('_');
        let public: BTreeSet<&str> = self
            .candidates
            .iter()
            .map(String::as_str)
            .filter(|name| is_private || !name.starts_with('_'))
            .collect();
        let instead = format!(
            "use what {} {version} has, or declare the release",
            package.name()
        );
        if self.module.is_some() || public.is_empty() {
            return format!("{instead} that the code is for");
        }
        let shown: Vec<String> = public
            .iter()
            .take(MAX_SHOWN)
            .map(|name| format!("`{name}`"))
            .collect();
        let more = match public.len().checked_sub(shown.len()) {
            None | Some(0) => String::new(),
            Some(more) => format!(" and {more} more"),
        };
        let owner = if owner.is_empty() { package.name() } else { owner };
        let is_keyword = self.first().is_some_and(|one| one.kind == SymbolKind::Keyword);
        let verb = if is_keyword { "takes" } else { "has" };
        format!("`{owner}` {verb} {}{more}", shown.join(", "))
    }
}

/// The owner and the last name of a symbol: `Users` and `get_user`, `create` and `email`.
fn split(symbol: &str) -> (&str, &str) {
    let symbol = symbol.trim_end_matches("=)");
    symbol
        .rsplit_once('(')
        .or_else(|| symbol.rsplit_once(['.', '#']))
        .unwrap_or(("", symbol))
}
