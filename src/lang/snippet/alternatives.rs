//! Members of a mapping or arguments of a call that are there twice, the second as another way below a comment.

use std::collections::HashSet;

use super::{SyntaxError, text};

/// Put a comma in the place of a comment that says that what follows is another way:
///
/// ```text
/// "size": 2
/// # or by name
/// "size": "small"
/// ```
///
/// The comment begins with "or" or the like, or the key below it is one of those above it, as deep.
pub(super) fn members(code: &str, _: &SyntaxError) -> Option<String> {
    let (mut found, mut keys) = (Vec::new(), HashSet::new());
    // The comment that starts a gap after code without a comma.
    let (mut comment, mut due, mut at) = (None, false, 0);
    for line in code.split_inclusive('\n') {
        let words = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if let Some(says) = words.strip_prefix('#').or_else(|| words.strip_prefix("//")) {
            if due && comment.is_none() {
                comment = Some((start..start + words.len(), is_alternative(says)));
            }
            continue;
        }
        if words.is_empty() {
            continue;
        }
        let key = key(words).map(|key| (line.len() - line.trim_start().len(), key));
        let known = key.is_some_and(|key| !keys.insert(key));
        if let Some((range, says)) = comment.take()
            && key.is_some()
            && (says || known)
        {
            found.push(range);
        }
        due = !words.ends_with([',', '{', '(', '[', ':', '=']);
    }
    text::fill(code, &found, |_| ",".to_owned())
}

/// Whether a comment says that another way follows.
fn is_alternative(comment: &str) -> bool {
    let first = comment
        .split(|c: char| !c.is_alphabetic())
        .find(|word| !word.is_empty());
    first.is_some_and(|word| {
        matches!(
            word.to_lowercase().as_str(),
            "or" | "alternatively" | "alternative"
        )
    })
}

/// The key of a line `"size": 2`, `size: 2` or `size=2`. With a space before the `=` it is a statement.
fn key(line: &str) -> Option<&str> {
    let end = line.find([':', '='])?;
    if line.get(end..)?.starts_with('=') && line.get(..end)?.ends_with(' ') {
        return None;
    }
    let key = line.get(..end)?.trim();
    let name = key.trim_matches(['"', '\'']);
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    plain.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::super::Idiom;
    use super::super::tests::excused;

    #[test]
    fn another_way_below_a_comment_is_excused() {
        for (tag, code) in [
            (
                "python",
                "kit.open({\n    # by size\n    \"size\": 2\n    # by name\n    \"size\": \"small\"\n})\n",
            ),
            (
                "python",
                "x = {\n    \"size\": 2\n    # or\n    # as a number\n    \"width\": 2,\n}\n",
            ),
            (
                "python",
                "kit.open(\n    size=2\n    # Alternatively, by name\n    name=\"a\",\n)\n",
            ),
            ("js", "kit.open({\n  size: 2\n  // or by name\n  name: 'a'\n})\n"),
            ("js", "kit.open({\n  size: 2\n\n  // by name\n  size: 'a'\n})\n"),
        ] {
            assert_eq!(excused(tag, code), Some(Idiom::Several), "{code}");
        }
    }

    #[test]
    fn lost_commas_are_not() {
        for (tag, code) in [
            (
                "python",
                "x = {\n    \"size\": 2\n    # the color\n    \"color\": 1,\n}\n",
            ),
            ("python", "x = {\n    \"size\": 2\n    \"size\": 3,\n}\n"),
            (
                "python",
                "kit.open(\n\n# Alternative: by name\nsize = kit.size()\nsize = 2\n",
            ),
            ("js", "kit.open({\n  size: 2\n  // the color\n  color: 1\n})\n"),
            (
                "js",
                "kit.open({\n  size: 2\n  // order matters\n  color: 1\n})\n",
            ),
        ] {
            assert_eq!(excused(tag, code), None, "{code}");
        }
    }
}
