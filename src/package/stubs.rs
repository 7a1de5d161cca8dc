//! Packages of type declarations: DefinitelyTyped publishes those of `x` as `@types/x`, and those of `@scope/x` as
//! `@types/scope__x`. A document about using `x` from TypeScript names both, and its declared version belongs to
//! one of them.

use super::evidence::Evidence;
use super::score::CandidateScore;
use super::{Ecosystem, Package};

/// The package of type declarations for a package of npm.
#[must_use]
pub fn types_package(package: &Package) -> Option<Package> {
    if package.ecosystem() != Ecosystem::Npm || package.scope() == Some("@types") {
        return None;
    }
    let mangled = match package
        .name()
        .strip_prefix('@')
        .and_then(|name| name.split_once('/'))
    {
        Some((scope, name)) => format!("{scope}__{name}"),
        None => package.name().to_owned(),
    };
    Package::new(Ecosystem::Npm, &format!("@types/{mangled}")).ok()
}

/// The package whose type declarations a package has, by its name alone: `x` for `@types/x`, `types-x` and `x-stubs`.
#[must_use]
pub fn declared_package(package: &Package) -> Option<Package> {
    let name = package.name();
    let told = match package.ecosystem() {
        Ecosystem::Npm => {
            let mangled = name.strip_prefix("@types/")?;
            mangled
                .split_once("__")
                .map_or_else(|| mangled.to_owned(), |(scope, name)| format!("@{scope}/{name}"))
        }
        Ecosystem::PyPi => name
            .strip_prefix("types-")
            .or_else(|| name.strip_suffix("-stubs"))?
            .to_owned(),
    };
    Package::new(package.ecosystem(), &told).ok()
}

/// Decide between the best candidate and its type declarations, where both are named: the one that is tied to the
/// declared version; else, in a document about TypeScript alone in a folder for it (`typescript/docs/...`), the
/// declarations; else it is unknown, and both keep their points.
pub fn choose_types_package(evidence: &Evidence<'_>, tallies: &mut [CandidateScore]) {
    let only_typescript = evidence
        .languages
        .iter()
        .all(|language| matches!(*language, "typescript" | "ts"));
    if !only_typescript {
        return;
    }
    // The package itself: not one of `@types`, and with a name similar to that of the entry.
    let Some(best) = tallies
        .iter()
        .position(|tally| tally.candidate.package.scope() != Some("@types") && tally.affinity >= 0.7)
    else {
        return;
    };
    let Some(stub) = types_package(&tallies[best].candidate.package)
        .and_then(|stub| tallies.iter().position(|tally| tally.candidate.package == stub))
    else {
        return;
    };
    let runtime_tied = tallies[best].tied;
    let stub_tied = tallies[stub].tied;
    let (winner, loser) = match (runtime_tied, stub_tied) {
        (true, false) => (best, stub),
        (false, true) => (stub, best),
        // Both or neither.
        _ if evidence.on_language_shelf => (stub, best),
        // The releases decide.
        _ => return,
    };
    // Evidence for one of the two counts for both.
    let inherited = tallies[loser].candidate.points.max(0);
    let strong = tallies[loser].strong;
    let (installed, named) = (tallies[loser].installed, tallies[loser].named);
    let affinity = tallies[loser].affinity;
    let reason = if tallies[winner].tied && !tallies[loser].tied {
        "with its counterpart's evidence: the declared version is its own"
    } else {
        "with its counterpart's evidence: a collection of type declarations"
    };
    let chosen = &mut tallies[winner];
    chosen.add(inherited, reason);
    chosen.strong += strong;
    chosen.installed |= installed;
    chosen.named |= named;
    chosen.affinity = chosen.affinity.max(affinity);
    let name = tallies[winner].candidate.package.to_string();
    let lost = tallies[loser].candidate.points.max(0);
    tallies[loser].add(-lost, format!("counted for {name}"));
    tallies.sort_by(|a, b| {
        (b.candidate.points, &a.candidate.package).cmp(&(a.candidate.points, &b.candidate.package))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_have_mangled_names() {
        let of = |name: &str| types_package(&Package::parse(name).unwrap()).map(|p| p.name().to_owned());
        assert_eq!(of("npm:widget").as_deref(), Some("@types/widget"));
        assert_eq!(of("npm:@acme/widget").as_deref(), Some("@types/acme__widget"));
        assert_eq!(of("npm:@types/widget"), None);
        assert_eq!(of("pypi:widget"), None);
    }
}
