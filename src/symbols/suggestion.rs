//! Suggestions for a name that does not exist.

use crate::suggest;
use std::collections::BTreeSet;

/// The candidates that `name` may be a mistake for, best first: the same words in another order or case, the name
/// without the words of its class, then a similar spelling. Empty when nothing is similar.
#[must_use]
pub fn suggest<'a>(name: &str, owner: &str, candidates: &'a [String]) -> Vec<&'a str> {
    let wanted = words(name);
    let owner: BTreeSet<String> = words(owner).into_iter().map(singular).collect();
    let same = |candidate: &&String| {
        let mut sorted = words(candidate);
        let mut other = wanted.clone();
        sorted.sort();
        other.sort();
        sorted == other
    };
    // `Users.get_user` is `Users.get`; `Sessions.get_session_list` is `Sessions.list`.
    let without_owner: Vec<String> = wanted
        .iter()
        .filter(|word| !owner.contains(&singular((*word).clone())))
        .cloned()
        .collect();
    let shorter = |candidate: &&String| {
        let words = words(candidate);
        without_owner.len() < wanted.len()
            && (words == without_owner
                || words.len() == 1 && without_owner.last() == words.last() && without_owner.len() == 2)
    };
    let mut found: Vec<&str> = candidates.iter().filter(same).map(String::as_str).collect();
    if found.is_empty() {
        found = candidates.iter().filter(shorter).map(String::as_str).collect();
    }
    // `Transport` is a class and `transport` a module or a value.
    let has_style = |candidate: &&str| style(candidate) == style(name);
    if found.iter().any(has_style) {
        found.retain(|candidate| has_style(candidate));
    }
    if found.is_empty() {
        let (of_style, others): (Vec<&str>, Vec<&str>) =
            candidates.iter().map(String::as_str).partition(has_style);
        // Of equally near names the first is taken.
        let slip = suggest::slip_of(name, of_style.into_iter().chain(others));
        found = slip.into_iter().map(|(_, candidate)| candidate).collect();
    }
    found.truncate(3);
    found
}

/// How a name is written.
#[derive(PartialEq, Eq)]
enum Style {
    /// `MAX_SIZE`
    Constant,
    /// `MaxSize`
    Class,
    /// `maxSize`
    Camel,
    /// `max_size`
    Snake,
}

fn style(name: &str) -> Style {
    let name = name.trim_start_matches('_');
    let has_upper = name.chars().any(char::is_uppercase);
    let has_lower = name.chars().any(char::is_lowercase);
    match (name.starts_with(char::is_uppercase), has_upper, has_lower) {
        (_, true, false) => Style::Constant,
        (true, _, _) => Style::Class,
        (false, true, _) => Style::Camel,
        _ => Style::Snake,
    }
}

/// The words of a name in lower case: `createIssue`, `create_issue` and `CreateIssue` are the same.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_lower = false;
    let mut is_open = false;
    for c in name.chars() {
        if c == '_' || c == '.' {
            is_open = false;
            continue;
        }
        if !is_open || c.is_uppercase() && is_lower {
            words.push(String::new());
            is_open = true;
        }
        is_lower = c.is_lowercase() || c.is_numeric();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

fn singular(word: String) -> String {
    match word.strip_suffix('s') {
        Some(shorter) if shorter.len() > 2 => shorter.to_owned(),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(name: &str, owner: &str, candidates: &[&str]) -> Vec<String> {
        let candidates: Vec<String> = candidates.iter().map(|&name| name.to_owned()).collect();
        suggest(name, owner, &candidates)
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn names_that_mean_the_same_are_found() {
        assert_eq!(
            suggested("issueCreate", "Client", &["createIssue", "issues"]),
            ["createIssue"]
        );
        assert_eq!(
            suggested("fetch_card", "Payment", &["fetchCard", "fetch"]),
            ["fetchCard"]
        );
        assert_eq!(
            suggested("get_user", "Users", &["get", "list", "delete"]),
            ["get"]
        );
        assert_eq!(
            suggested("get_session_list", "Sessions", &["get", "list"]),
            ["list"]
        );
        assert_eq!(suggested("quer", "Index", &["query", "fetch"]), ["query"]);
        assert_eq!(
            suggested("Transport_", "pkg", &["transport", "Transport"]),
            ["Transport"]
        );
        assert_eq!(
            suggested("transports", "pkg", &["Transport", "transport"]),
            ["transport"]
        );
        assert_eq!(
            suggested("get_user", "Client", &["getUser", "GetUser"]),
            ["getUser", "GetUser"]
        );
        assert!(suggested("frobnicate", "Index", &["query", "fetch"]).is_empty());
        assert!(suggested("fetch", "Client", &["patch", "get"]).is_empty());
    }
}
