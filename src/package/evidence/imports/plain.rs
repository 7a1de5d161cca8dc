//! Imports in the forms that nearly all of them have, read without a parser: starting one takes longer than reading
//! the few lines of a block. What has any other form is left to the parser, and so is the whole block with it.

use super::ImportLines;

/// The modules that Python imports: `import a.b`, `import a as b, c`, `from a.b import c`, with or without brackets.
/// `None` when a line has another form.
pub(super) fn python(lines: &ImportLines) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    for piece in lines.pieces() {
        let piece = piece.trim_end();
        if let Some(modules) = piece.strip_prefix("import ") {
            for module in modules.split(',') {
                found.push(with_alias(module, is_dotted)?);
            }
        } else {
            let (module, names) = piece.strip_prefix("from ")?.split_once(" import ")?;
            let names = match names.strip_prefix('(') {
                Some(inside) => {
                    let inside = inside.strip_suffix(')')?.trim_end();
                    inside.strip_suffix(',').unwrap_or(inside)
                }
                None if names.contains('\n') => return None,
                None => names,
            };
            for name in names.split(',') {
                with_alias(name, is_name)?;
            }
            found.push(is_dotted(module).then_some(module)?);
        }
    }
    Some(found)
}

/// The name before `as` and a second one, when both are names.
fn with_alias(text: &str, is_first: fn(&str) -> bool) -> Option<&str> {
    let mut words = text.split_ascii_whitespace();
    let first = words.next().filter(|word| is_first(word))?;
    let is_whole = match (words.next(), words.next(), words.next()) {
        (None, ..) => true,
        (Some("as"), Some(alias), None) => is_name(alias),
        _ => false,
    };
    is_whole.then_some(first)
}

fn is_dotted(text: &str) -> bool {
    text.split('.').all(is_name)
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && !is_keyword(text)
}

/// Whether a word is a keyword of Python and not a name.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "False"
            | "None"
            | "True"
            | "and"
            | "as"
            | "assert"
            | "async"
            | "await"
            | "break"
            | "class"
            | "continue"
            | "def"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "finally"
            | "for"
            | "from"
            | "global"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "nonlocal"
            | "not"
            | "or"
            | "pass"
            | "raise"
            | "return"
            | "try"
            | "while"
            | "with"
            | "yield"
    )
}

/// The modules that JavaScript or TypeScript asks for: `import a, { b } from "c"`, `import "c"`,
/// `const a = require("b")`. `None` when a line that may ask for one has another form.
pub(super) fn javascript(lines: &ImportLines) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    for piece in lines.pieces() {
        let may_ask = piece.contains(['"', '\'', '`']) && ASKS.iter().any(|word| piece.contains(word));
        if may_ask {
            found.push(import(piece).or_else(|| required(piece))?);
        }
    }
    Some(found)
}

/// Every piece that loads a module contains one of these words.
const ASKS: [&str; 3] = ["import", "require", "from"];

/// The module of `import a, { b as c } from "d";` or `export { b } from "d";`.
fn import(piece: &str) -> Option<&str> {
    let rest = piece.strip_prefix("import ").or_else(|| {
        let rest = piece.strip_prefix("export ")?;
        rest.starts_with(['{', '*']).then_some(rest)
    })?;
    let (names, module) = rest.split_at(rest.find(['"', '\''])?);
    let is_of_names = |byte: u8| byte.is_ascii_alphanumeric() || b"_$ ,{}*\n".contains(&byte);
    let fits = names.is_empty()
        || names.bytes().all(is_of_names)
            && names
                .strip_suffix("from ")
                .is_some_and(|names| names.ends_with(' '));
    fits.then(|| quoted(module, ""))?
}

/// The module of `const a = require("b");`.
fn required(piece: &str) -> Option<&str> {
    let rest = ["const ", "let ", "var "]
        .iter()
        .find_map(|word| piece.strip_prefix(word))?;
    let (names, module) = rest.split_once(" = require(")?;
    let is_of_names = |byte: u8| byte.is_ascii_alphanumeric() || b"_$ ,{}:".contains(&byte);
    names.bytes().all(is_of_names).then(|| quoted(module, ")"))?
}

/// The text of a string at the end of a statement.
fn quoted<'a>(text: &'a str, close: &str) -> Option<&'a str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (module, rest) = text.get(1..)?.split_once(quote)?;
    let end = rest.strip_prefix(close)?.trim_end();
    let is_plain = !module.contains(['\\', '\n', '"', '\'', '`']);
    (is_plain && matches!(end, "" | ";")).then_some(module)
}
