//! How similar a name or id is to a query, in the client's points. This is what still finds an entry when a
//! word is joined, split or misspelt.

use indexmap::IndexSet;

use crate::chub::build::tokens::{compact, segments};
use crate::chub::js::float;

/// Points for each kind of match.
struct MatchWeights {
    exact: f64,
    prefix: f64,
    contains: f64,
    fuzzy: f64,
}

const WHOLE_NAME: MatchWeights = points(620.0, 560.0, 520.0, 500.0);
const WHOLE_ID: MatchWeights = points(600.0, 540.0, 500.0, 470.0);
const ID_SEGMENT: MatchWeights = points(580.0, 530.0, 490.0, 460.0);
const NAME_SEGMENT: MatchWeights = points(560.0, 520.0, 480.0, 450.0);

const fn points(exact: f64, prefix: f64, contains: f64, fuzzy: f64) -> MatchWeights {
    MatchWeights {
        exact,
        prefix,
        contains,
        fuzzy,
    }
}

/// The whole query and single words of it, compact, each once; shorter than two characters they are ignored.
#[must_use]
pub fn compact_queries<'a>(query: &'a str, words: impl Iterator<Item = &'a str>) -> IndexSet<String> {
    std::iter::once(query)
        .chain(words)
        .map(compact)
        .filter(|query| query.len() >= 2)
        .collect()
}

/// The best points that any of the compact queries gets from an entry; zero when none matches.
#[must_use]
pub fn boost(id: &str, name: &str, queries: &IndexSet<String>) -> f64 {
    if queries.is_empty() {
        return 0.0;
    }
    let (whole_name, whole_id) = (compact(name), compact(id));
    let (id_segments, name_segments) = (segments(id), segments(name));
    let mut best: f64 = 0.0;
    for query in queries {
        best = best.max(match_points(query, &whole_name, &WHOLE_NAME));
        best = best.max(match_points(query, &whole_id, &WHOLE_ID));
        for (place, segment) in id_segments.iter().enumerate() {
            let points = match_points(query, segment, &ID_SEGMENT);
            if points > 0.0 {
                best = best.max(points + segment_bonus(query, place, &id_segments));
            }
        }
        for segment in &name_segments {
            best = best.max(match_points(query, segment, &NAME_SEGMENT));
        }
    }
    best
}

/// The first and last segments of an id, author and name, count more.
fn segment_bonus(query: &str, place: usize, segments: &IndexSet<String>) -> f64 {
    let is_first = segments.first().is_some_and(|first| first == query);
    let is_last = segments.last().is_some_and(|last| last == query);
    let mut bonus = 0.0;
    if place == 0 {
        bonus += 10.0;
    }
    if place + 1 == segments.len() {
        bonus += 10.0;
    }
    if is_first {
        bonus += 60.0;
    }
    if is_last {
        bonus += 25.0;
    }
    if segments.len() > 1 && is_first && is_last {
        bonus += 40.0;
    }
    bonus
}

/// Points of one compact candidate for one compact query.
fn match_points(query: &str, candidate: &str, points: &MatchWeights) -> f64 {
    if query.is_empty() || candidate.is_empty() {
        return 0.0;
    }
    if candidate == query {
        return points.exact;
    }
    if query.len() < 3 {
        return 0.0;
    }
    let gap = float(candidate.len().abs_diff(query.len()));
    let ratio = float(candidate.len().min(query.len())) / float(candidate.len().max(query.len()));
    if (candidate.starts_with(query) || query.starts_with(candidate)) && ratio >= 0.6 {
        return (points.prefix - gap).max(0.0);
    }
    if (candidate.contains(query) || query.contains(candidate)) && ratio >= 0.75 {
        return (points.contains - gap).max(0.0);
    }
    if query.len() < 5 {
        return 0.0;
    }
    let allowed = match query.len() {
        0..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    if candidate.len().abs_diff(query.len()) > allowed {
        return 0.0;
    }
    let distance = strsim::levenshtein(query, candidate);
    if distance > allowed {
        return 0.0;
    }
    (points.fuzzy - float(distance) * 20.0 - gap).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points_of(id: &str, name: &str, query: &str) -> f64 {
        boost(id, name, &compact_queries(query, std::iter::empty()))
    }

    #[test]
    fn the_name_itself_is_best_and_a_typo_still_counts() {
        // A segment that is the first and the last one gets every bonus: 580 + 10 + 10 + 60 + 25.
        assert_eq!(points_of("widget", "widget", "Widget"), 685.0);
        // The last segment of two: 580 + 10 + 25 is less than the whole name's 620.
        assert_eq!(points_of("acme/widget", "widget", "widget"), 620.0);
        assert_eq!(points_of("acme/widget", "widget", "wigdet"), 460.0);
        assert_eq!(points_of("acme/widget", "widget", "hammer"), 0.0);
        assert_eq!(points_of("acme/widget", "widget", "w"), 0.0);
    }
}
