//! Which of several versions a client gets when it does not ask for one.

use semver::Version;

/// How the recommended version of a language is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecommendPolicy {
    /// The first in the client's own order, as `chub build` does it: byte for byte the same registry.
    #[default]
    Client,
    /// The highest release by semantic versioning, and a pre-release only where there is nothing else.
    Semver,
}

impl RecommendPolicy {
    /// The recommended version of versions in the client's order; empty without versions.
    #[must_use]
    pub fn choose<'a>(self, versions: &[&'a str]) -> &'a str {
        let first = versions.first().copied().unwrap_or_default();
        match self {
            Self::Client => first,
            Self::Semver => highest(versions).unwrap_or(first),
        }
    }
}

/// The highest version that can be read; releases come before pre-releases, the earlier of equal ones first.
fn highest<'a>(versions: &[&'a str]) -> Option<&'a str> {
    let mut best: Option<((bool, Version), &str)> = None;
    for &text in versions {
        let Some(version) = lenient(text) else {
            continue;
        };
        let rank = (version.pre.is_empty(), version);
        if best.as_ref().is_none_or(|(highest, _)| rank > *highest) {
            best = Some((rank, text));
        }
    }
    best.map(|(_, text)| text)
}

/// Reads `v2`, `2.1` and `2024.04` as semantic versions: no `v`, three parts, no leading zeros.
fn lenient(text: &str) -> Option<Version> {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (numbers, suffix) = text.split_at(end);
    let mut parts = Vec::new();
    for part in numbers.split('.') {
        parts.push(part.parse::<u64>().ok()?.to_string());
    }
    if parts.len() > 3 {
        return None;
    }
    parts.resize(3, "0".to_owned());
    Version::parse(&format!("{}{suffix}", parts.join("."))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semver_prefers_the_highest_release() {
        let choose = |versions: &[&'static str]| RecommendPolicy::Semver.choose(versions);
        assert_eq!(choose(&["2.0.0-rc.1", "1.9", "1.10.0"]), "1.10.0");
        assert_eq!(choose(&["v2", "10"]), "10");
        assert_eq!(choose(&["1.0.0-alpha.9", "1.0.0-alpha.10"]), "1.0.0-alpha.10");
        assert_eq!(choose(&["latest"]), "latest");
        assert_eq!(choose(&[]), "");
        assert_eq!(RecommendPolicy::Client.choose(&["v2", "10"]), "v2");
    }
}
