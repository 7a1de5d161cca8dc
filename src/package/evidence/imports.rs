//! The modules that code blocks import, through the parsers of Python, JavaScript and TypeScript.

use crate::lang::limits;
use crate::package::{Ecosystem, Package};
use oxc_allocator::Allocator;
use oxc_parser::Parser as JsParser;
use oxc_span::SourceType;
use ruff_python_ast::{Mod, Stmt};
use ruff_python_parser::{Mode, ParseOptions as PythonOptions, parse_unchecked};
use std::cell::RefCell;
use tree_sitter::{Language, Node, Parser};

/// The longest excerpt that is parsed.
const MAX_LEN: usize = 64 * 1024;
/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 64;

thread_local! {
    static ARENA: RefCell<Allocator> = RefCell::new(Allocator::default());
    static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
}

/// Dotted names of the modules that Python code imports: `a.b` for `import a.b` and `from a.b import c`; relative
/// imports are none.
#[must_use]
pub fn python(code: &str) -> Vec<String> {
    let excerpt = excerpt(code, |line| {
        line.starts_with("import ") || line.starts_with("from ")
    });
    let mut out = Vec::new();
    if excerpt.is_empty() || limits::depth(&excerpt) > MAX_DEPTH {
        return out;
    }
    // This parser recovers from errors, statement by statement.
    let parsed = limits::with_stack(excerpt.len(), || {
        parse_unchecked(&excerpt, PythonOptions::from(Mode::Module))
    });
    let Mod::Module(module) = parsed.syntax() else {
        return out;
    };
    for statement in &module.body {
        match statement {
            Stmt::Import(import) => out.extend(import.names.iter().map(|alias| alias.name.to_string())),
            Stmt::ImportFrom(import) if import.level == 0 => {
                out.extend(import.module.as_ref().map(ToString::to_string));
            }
            _ => {}
        }
    }
    out.retain(|name| !name.is_empty());
    out
}

/// The packages that JavaScript or TypeScript code imports or requires: `@scope/name` for `@scope/name/part`.
/// Relative paths, `node:` modules and aliases (`@/x`, `~/x`, `#x`) are none.
#[must_use]
pub fn javascript(code: &str) -> Vec<Package> {
    let excerpt = excerpt(code, |line| {
        line.starts_with("import")
            || line.starts_with("export")
            || line.contains("require(")
            || line.contains("from ")
            || line.contains("import(")
    });
    if excerpt.is_empty() {
        return Vec::new();
    }
    requested(&excerpt).unwrap_or_else(|| in_tree(&excerpt))
}

/// The modules that valid code asks for by `import` and `export`; `None` when it calls `require` or is not valid.
fn requested(excerpt: &str) -> Option<Vec<Package>> {
    if excerpt.contains("require(") || limits::depth(excerpt) > MAX_DEPTH {
        return None;
    }
    ARENA.with(|cell| {
        let mut arena = cell.try_borrow_mut().ok()?;
        let packages = limits::with_stack(excerpt.len(), || {
            let kind = SourceType::tsx().with_module(true);
            let result = JsParser::new(&arena, excerpt, kind).parse();
            if result.panicked || result.diagnostics.errors().next().is_some() {
                return None;
            }
            let record = &result.module_record;
            let mut modules: Vec<(u32, &str)> = Vec::new();
            for (name, requests) in &record.requested_modules {
                modules.extend(requests.iter().map(|request| (request.span.start, name.as_str())));
            }
            for import in &record.dynamic_imports {
                let place = import.module_request;
                let written = excerpt.get(place.start as usize..place.end as usize)?;
                // Anything but a literal is made at run time.
                if written.starts_with(['"', '\'']) {
                    modules.push((place.start, written.trim_matches(['"', '\''])));
                }
            }
            modules.sort_unstable();
            Some(
                modules
                    .into_iter()
                    .filter_map(|(_, name)| specifier(name))
                    .collect(),
            )
        });
        arena.reset();
        packages
    })
}

/// The same through the grammar, which knows nothing of errors and everything of the rest.
fn in_tree(excerpt: &str) -> Vec<Package> {
    let mut out = Vec::new();
    parse(excerpt, &tree_sitter_typescript::LANGUAGE_TSX.into(), |root| {
        walk(root, 0, &mut |node| {
            let source = match node.kind() {
                "import_statement" | "export_statement" => node
                    .child_by_field_name("source")
                    .or_else(|| {
                        node.named_child(0)
                            .filter(|n| n.kind() == "import_require_clause")
                    })
                    .map(|n| n.child_by_field_name("source").unwrap_or(n)),
                "call_expression" => node
                    .child_by_field_name("function")
                    .filter(|f| f.kind() == "import" || text(*f, excerpt).is_some_and(|t| t == "require"))
                    .and_then(|_| node.child_by_field_name("arguments"))
                    .and_then(|arguments| arguments.named_child(0)),
                _ => None,
            };
            if let Some(source) = source
                && source.kind() == "string"
            {
                out.extend(text(source, excerpt).and_then(|t| specifier(t.trim_matches(['"', '\'']))));
            }
            true
        });
    });
    out
}

/// The package of an import specifier.
fn specifier(text: &str) -> Option<Package> {
    if text.starts_with(['.', '/', '#', '~']) || text.starts_with("@/") || text.contains(':') {
        return None;
    }
    let parts = if text.starts_with('@') { 2 } else { 1 };
    let end = text
        .match_indices('/')
        .nth(parts - 1)
        .map_or(text.len(), |(at, _)| at);
    Package::new(Ecosystem::Npm, text.get(..end)?).ok()
}

/// The lines that may hold imports, and what continues them until the brackets are closed: parsing whole programs
/// for their first lines would be most of the work of a run.
fn excerpt(code: &str, starts: impl Fn(&str) -> bool) -> String {
    let mut out = String::new();
    let mut open = 0_i32;
    for line in code.lines() {
        let body = line.trim_start();
        if open <= 0 && !starts(body) {
            continue;
        }
        if open <= 0 {
            open = 0;
        }
        for c in body.bytes() {
            match c {
                b'(' | b'{' => open += 1,
                b')' | b'}' => open -= 1,
                _ => {}
            }
        }
        // A function that a line merely opens is not an import that goes on.
        if open > 0 && (body.ends_with("=> {") || body.ends_with(") {")) {
            open = 0;
        }
        out.push_str(body);
        out.push('\n');
        if out.len() > MAX_LEN {
            break;
        }
    }
    out
}

fn parse(code: &str, language: &Language, read: impl FnOnce(Node<'_>)) {
    if code.is_empty() {
        return;
    }
    PARSER.with_borrow_mut(|slot| {
        let parser = slot.get_or_insert_with(Parser::new);
        if parser.set_language(language).is_err() {
            return;
        }
        if let Some(tree) = parser.parse(code.as_bytes(), None) {
            read(tree.root_node());
        }
    });
}

fn walk(node: Node<'_>, depth: usize, visit: &mut impl FnMut(Node<'_>) -> bool) {
    if depth > MAX_DEPTH || !visit(node) {
        return;
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        walk(child, depth + 1, visit);
    }
}

fn text(node: Node<'_>, code: &str) -> Option<String> {
    code.get(node.byte_range()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_imports_are_found() {
        let code = "import a.b as c, d\nfrom e.f import (\n    g,\n    h,\n)\nfrom . import i\nx = 1\nif y:\n    import j\n";
        assert_eq!(python(code), ["a.b", "d", "e.f", "j"]);
    }

    #[test]
    fn javascript_imports_are_found() {
        let code = "import a, {\n  b,\n} from 'a/sub';\nimport '@s/c/x.css';\nconst d = require(\"d\");\n\
            const e = await import('e');\nimport f = require('f');\nimport './g';\nimport h from '@/h';\nimport i from 'node:fs';\n\
            export * from 'j';\nimport type { K } from 'k';\n";
        let names: Vec<_> = javascript(code).iter().map(|p| p.name().to_owned()).collect();
        assert_eq!(names, ["a", "@s/c", "d", "e", "f", "j", "k"]);
    }
}
