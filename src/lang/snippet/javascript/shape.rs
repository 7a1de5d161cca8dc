//! What a line looks like: a property of an object, a method, a member of a class.

/// `name: value`, `"name": value`, `...spread`, `[key]: value`, `name(args) {`: the first line of an object's inside.
pub(super) fn is_property(line: &str) -> bool {
    if line.starts_with("...") || line.starts_with('[') {
        return true;
    }
    let quote = line.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    let rest = match quote {
        Some(quote) => line
            .get(1..)
            .and_then(|rest| rest.split_once(quote))
            .map(|(_, rest)| rest),
        None => {
            let end = line
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                .unwrap_or(line.len());
            if end == 0 { None } else { line.get(end..) }
        }
    };
    rest.is_some_and(|rest| rest.trim_start().starts_with(':')) || is_method(line)
}

/// `async name(args) {` and the like.
pub(super) fn is_method(line: &str) -> bool {
    let Some(paren) = line.find('(') else { return false };
    let head = line.get(..paren).unwrap_or_default().trim();
    let head = head.split('<').next().unwrap_or_default();
    let keyword = [
        "if", "for", "while", "switch", "function", "return", "await", "new", "import", "export", "with",
        "catch",
    ];
    let words: Vec<&str> = head.split_whitespace().collect();
    !words.is_empty()
        && words.len() <= 4
        && !words.iter().any(|word| keyword.contains(word))
        && words
            .iter()
            .all(|word| word.chars().all(|c| c.is_alphanumeric() || "_$#*?".contains(c)))
        && (line.trim_end().ends_with('{')
            || line.trim_end().ends_with('(')
            || line.contains("): ")
            || line.contains(") {"))
}

/// The first line of a class's or an interface's inside.
pub(super) fn is_member(line: &str) -> bool {
    let word = line
        .split(|c: char| !c.is_alphanumeric() && c != '#' && c != '_')
        .next()
        .unwrap_or_default();
    let modifier = [
        "public",
        "private",
        "protected",
        "readonly",
        "static",
        "get",
        "set",
        "constructor",
        "declare",
        "abstract",
        "async",
    ];
    let optional = line.split_once([':', '(']).is_some_and(|(name, _)| {
        let name = name.trim().trim_end_matches('?');
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
    });
    modifier.contains(&word) || line.starts_with('#') || is_method(line) || optional
}
