//! Signatures as the headings of references write them: `new Widget(name: string)`, `widget.show(size?: number): void`,
//! `class Kit.Widget {`.

use super::super::super::ParseResult;
use super::super::super::javascript::parse_ts;

/// Whether all that the code says is signatures of TypeScript, each on separate lines, with or without comments.
pub(super) fn are_all(code: &str) -> bool {
    let mut source = String::with_capacity(code.len() + 64);
    let (mut open, mut typed) = (0_i32, false);
    for line in code.lines() {
        let text = line.trim();
        let comment = text.starts_with("//") || text.starts_with("/*") || text.starts_with('*');
        if comment {
            continue;
        }
        match parameters(text).filter(|_| open == 0) {
            Some(rest) => {
                source.push_str("function _");
                source.push_str(rest);
            }
            None if open == 0 && !text.is_empty() => return false,
            None => source.push_str(text),
        }
        source.push('\n');
        typed |= has_type(text);
        for byte in text.bytes() {
            match byte {
                b'(' | b'[' | b'{' => open += 1,
                b')' | b']' | b'}' => open -= 1,
                _ => {}
            }
        }
    }
    typed && parse_ts(&source) == ParseResult::Valid
}

/// What follows the name in `new A.b<T>(`: from its type parameters or its parenthesis on.
fn parameters(line: &str) -> Option<&str> {
    // `const widget = kit.open(name: string)` says what it gives.
    let value = ["const ", "let "].iter().find_map(|word| line.strip_prefix(word));
    let line = match value.and_then(|rest| rest.split_once(" = ")) {
        Some((name, call)) if name.chars().all(|c| c.is_alphanumeric() || "_$".contains(c)) => call,
        _ => line,
    };
    let name = line
        .strip_prefix("new ")
        .or_else(|| line.strip_prefix("await "))
        .unwrap_or(line);
    let end = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '#')))?;
    let keyword = ["if", "for", "while", "switch", "catch", "function", "return"];
    let (name, rest) = name.split_at(end);
    (!name.is_empty() && !keyword.contains(&name) && rest.starts_with(['(', '<'])).then_some(rest)
}

/// Whether a line gives a parameter a type: a name, not a value, after a colon.
fn has_type(line: &str) -> bool {
    line.match_indices(": ").any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at + 2..).unwrap_or_default();
        let word = after
            .split(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or_default();
        let simple = [
            "string", "number", "boolean", "bigint", "object", "any", "unknown", "void", "never",
        ];
        let named = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '?' | '_' | ')'));
        named && (simple.contains(&word) || word.starts_with(char::is_uppercase))
    })
}

/// Put a name without dots where a class, an interface or the like is declared with its namespace: `class Kit.Widget {`.
pub(super) fn dotted_names(code: &str) -> Option<String> {
    let mut edited = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        let declared = ["class ", "interface ", "enum ", "type ", "function "];
        let text = line
            .trim_start()
            .trim_start_matches("export ")
            .trim_start_matches("declare ");
        let name = declared
            .iter()
            .find_map(|word| text.strip_prefix(word))
            .map_or("", |rest| {
                rest.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.')))
                    .next()
                    .unwrap_or_default()
            });
        if name.contains('.') && !name.ends_with('.') {
            edited.push_str(&line.replacen(name, &name.replace('.', "_"), 1));
        } else {
            edited.push_str(line);
        }
    }
    (edited != code).then_some(edited)
}

#[cfg(test)]
mod tests {
    use super::super::super::Idiom;
    use super::super::super::tests::excused;

    #[test]
    fn signatures_are_excused() {
        for code in [
            "new Kit.Widget(name: string, options: Options);\n\n// from another\nnew Kit.Widget(other: Widget);\n",
            "widget.show(size: number, color?: string): void;\n",
            ".show<T>(\n  size: number,\n  of: T,\n): Promise<T>\n",
            "const widget = kit.open(name?: string)\n",
            "import { kit } from 'kit'\n\nconst widget = kit.open(name?: string)\n",
            "class Kit.Widget {\n  constructor(options: Options)\n  show(): void\n}\n",
        ] {
            assert_eq!(excused("ts", code), Some(Idiom::Signature), "{code}");
        }
    }

    #[test]
    fn what_only_looks_so_is_not() {
        for code in [
            "widget.show(size: 2);\n",
            "widget.show(name: \"Kit\");\n",
            "widget.show(size: number;\n",
            "const widget = kit.open(size: 2)\n",
            "widget.show(size: number);\nconst a = ;\n",
            "class Kit. {\n}\n",
        ] {
            assert_eq!(excused("ts", code), None, "{code}");
        }
    }
}
