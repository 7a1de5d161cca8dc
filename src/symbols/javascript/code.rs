//! Classes in the code beside declarations that are written by hand: these may lack what the code has.

use super::store::Store;

/// The most bytes of code that are searched for classes, for each class.
const MAX_BYTES: usize = 16 << 20;

/// The most classes that are looked for.
const MAX_CLASSES: usize = 100;

impl Store {
    /// Whether the code of the package defines a class of this name with this member: the code beside the file that
    /// declares it, otherwise any. Where that is not known, it may.
    pub fn code_defines(&self, declared: &str, class: &str, member: &str) -> bool {
        let key = format!("code:{declared}#{class}#{member}");
        self.remembered(key, || {
            let mut files = self.code_beside(declared, class);
            if files.is_empty() {
                files = self.code_of(class)?;
            }
            let defines = |file: &String| {
                let code = self.code(file)?;
                Some(has_definition(&code, member))
            };
            Some(files.iter().any(|file| defines(file).unwrap_or(true)))
        })
    }

    /// The code beside declarations, where it defines the class.
    fn code_beside(&self, declared: &str, class: &str) -> Vec<String> {
        let stem = [".d.ts", ".d.mts", ".d.cts"]
            .iter()
            .find_map(|ending| declared.strip_suffix(ending));
        let Some(stem) = stem else { return Vec::new() };
        let start = format!("class {class}");
        let names = [".js", ".mjs", ".cjs"].map(|ending| format!("{stem}{ending}"));
        let mut files = Vec::from(names);
        files.retain(|name| {
            let code = self.is_file(name).then(|| self.code(name)).flatten();
            code.is_some_and(|code| words(&code, &start).next().is_some())
        });
        files
    }

    /// The files of code that define a class of this name. `None` when they cannot be searched.
    fn code_of(&self, class: &str) -> Option<Vec<String>> {
        let mut known = self.classes.borrow_mut();
        if let Some(files) = known.get(class) {
            return Some(files.clone());
        }
        if known.len() == MAX_CLASSES {
            return None;
        }
        let start = format!("class {class}");
        let mut found = Vec::new();
        let mut left = MAX_BYTES;
        let names = self.names_below("").filter(|name| {
            [".js", ".mjs", ".cjs"]
                .iter()
                .any(|ending| name.ends_with(ending))
        });
        for name in names {
            let code = self.code(name)?;
            left = left.checked_sub(code.len())?;
            if words(&code, &start).next().is_some() {
                found.push(name.to_owned());
            }
        }
        known.insert(class.to_owned(), found.clone());
        Some(found)
    }
}

/// The positions at which a text occurs as a whole word.
fn words<'c>(code: &'c str, word: &'c str) -> impl Iterator<Item = usize> + 'c {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    code.match_indices(word).filter_map(move |(at, _)| {
        let before = code.get(..at)?.chars().next_back();
        let after = code.get(at + word.len()..)?.chars().next();
        (!before.is_some_and(is_part) && !after.is_some_and(is_part)).then_some(at)
    })
}

/// How many lists of parameters after a name are followed.
const MAX_BODIES: usize = 10_000;

/// How far a list of parameters, or `defineProperty(` before a name, is followed.
const MAX_DISTANCE: usize = 2_000;

/// Whether code defines a member: `name() {`, `get name() {`, `name = value`, `this.name = value`,
/// `defineProperty(x, "name"`.
fn has_definition(code: &str, member: &str) -> bool {
    let mut bodies = 0;
    !member.is_empty()
        && words(code, member).any(|at| {
            let before = code.get(..at).unwrap_or_default();
            let after = code.get(at + member.len()..).unwrap_or_default().trim_start();
            let is_assigned = after.starts_with('=') && !after.starts_with("==");
            if before.ends_with('.') {
                return is_assigned && (before.ends_with("this.") || before.ends_with("prototype."));
            }
            if before.ends_with(['"', '\'']) {
                return is_argument_of_define(before);
            }
            if !starts_member(before) || is_assigned {
                return is_assigned && starts_member(before);
            }
            bodies += 1;
            // Too many calls of one name: assume that one of them defines it.
            bodies > MAX_BODIES || has_body(after)
        })
}

/// Whether a member of a class may start after this text.
fn starts_member(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\t']);
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next();
    before.is_empty()
        || before.ends_with(['\n', '{', '}', ';', ',', '*', '/'])
        || word.is_some_and(|word| matches!(word, "get" | "set" | "async" | "static"))
}

/// Whether a text goes on with parameters and the body of a function.
fn has_body(after: &str) -> bool {
    let mut depth = 0_usize;
    for (at, byte) in after.bytes().enumerate().take(MAX_DISTANCE) {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let rest = after.get(at + 1..).unwrap_or_default();
                    return rest.trim_start().starts_with('{');
                }
            }
            _ if depth == 0 => return false,
            _ => {}
        }
    }
    false
}

fn is_argument_of_define(before: &str) -> bool {
    let start = before.char_indices().rev().nth(100).map_or(0, |(start, _)| start);
    let near = before.get(start..).unwrap_or_default();
    near.rsplit(';')
        .next()
        .is_some_and(|statement| statement.contains("defineProperty("))
}

#[cfg(test)]
mod tests {
    use super::has_definition;

    #[test]
    fn definitions_are_told_from_uses() {
        for code in [
            "class A {\n  name () {}\n}",
            "class A { async name(a, b = f()) { } }",
            "class A { static name = 1 }",
            "class A {\n  get name() { return 1 }\n}",
            "this.name = 1",
            "A.prototype.name = f",
            "Object.defineProperty(this, 'name', { value: 1 })",
        ] {
            assert!(has_definition(code, "name"), "{code}");
        }
        for code in [
            "a.name()",
            "f();\nname();",
            "if (name) {}",
            "other.name = 1",
            "this.name == 1",
            "this.names = 1",
            "emit('name')",
            "const x = name(1)",
        ] {
            assert!(!has_definition(code, "name"), "{code}");
        }
    }
}
