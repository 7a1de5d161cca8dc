//! The modules that code blocks import, through the parsers of Python, JavaScript and TypeScript.

use crate::lang::javascript::is_too_slow;
use crate::lang::{self, grammar, limits};
use crate::package::{Ecosystem, Package};
use crate::text::{any_of, line_start};
use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;
use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, CallExpression, ExportAllDeclaration, ExportFromDeclaration, Expression, ImportDeclaration,
    ImportExpression, StringLiteral, TSExternalModuleReference,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser as JsParser;
use oxc_span::SourceType;
use ruff_python_ast::{Mod, Stmt};
use ruff_python_parser::{Mode, ParseOptions as PythonOptions, parse_unchecked};
use std::cell::RefCell;
use std::sync::LazyLock;
use tree_sitter::Node;

/// The longest excerpt that is parsed.
const MAX_LEN: usize = 64 * 1024;
/// The longest line (with its continuations) that is parsed alone, and how many of them in one block. Real
/// imports are shorter.
const MAX_PIECE_LEN: usize = 2_000;
const MAX_PIECES: usize = 100;
/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 64;

mod plain;

thread_local! {
    static ARENA: RefCell<Allocator> = RefCell::new(Allocator::default());
}

/// Dotted names of the modules that Python code imports: `a.b` for `import a.b` and `from a.b import c`. Relative
/// imports do not count.
#[must_use]
pub fn python(code: &str) -> Vec<String> {
    let excerpt = python_lines(code);
    match plain::python(&excerpt) {
        Some(names) => names.into_iter().map(str::to_owned).collect(),
        None => parsed_python(&excerpt.text),
    }
}

fn python_lines(code: &str) -> ImportLines {
    static IMPORT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("import"));
    // One word is searched for much faster than two. In `from a \` and `import b`, it is on the second line.
    let find = |code: &str| {
        let line = line_start(code, IMPORT.find(code.as_bytes())?);
        let above = code.get(..line).and_then(|above| above.strip_suffix("\\\n"));
        Some(above.map_or(line, |above| line_start(code, above.len())))
    };
    excerpt(code, find, |line| {
        line.starts_with("import ") || line.starts_with("from ")
    })
}

fn parsed_python(excerpt: &str) -> Vec<String> {
    let mut out = Vec::new();
    if limits::is_deeper(excerpt, MAX_DEPTH) {
        return out;
    }
    // This parser recovers from errors, statement by statement.
    let parsed = limits::catch_parser_panic(|| {
        limits::with_stack(excerpt.len(), || {
            parse_unchecked(excerpt, PythonOptions::from(Mode::Module))
        })
    });
    let Some(parsed) = parsed else { return out };
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
/// Relative paths, `node:` modules and aliases (`@/x`, `~/x`, `#x`) do not count.
#[must_use]
pub fn javascript(code: &str) -> Vec<Package> {
    let excerpt = javascript_lines(code);
    if let Some(names) = plain::javascript(&excerpt) {
        return names.into_iter().filter_map(specifier).collect();
    }
    parsed_javascript(&excerpt)
}

fn javascript_lines(code: &str) -> ImportLines {
    static WORDS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| any_of(["import", "export", "require(", "from "]));
    let find = |code: &str| {
        WORDS
            .as_ref()?
            .find(code)
            .map(|hit| line_start(code, hit.start()))
    };
    excerpt(code, find, |line| {
        line.starts_with("import")
            || line.starts_with("export")
            || ["require(", "from ", "import("]
                .iter()
                .any(|word| line.contains(word))
    })
}

fn parsed_javascript(excerpt: &ImportLines) -> Vec<Package> {
    requested(&excerpt.text).unwrap_or_else(|| {
        // A single incomplete statement would make the whole text invalid, so each piece is parsed alone.
        let pieces = excerpt.pieces();
        pieces
            .take(MAX_PIECES)
            .flat_map(|piece| requested(piece).unwrap_or_else(|| in_tree(piece)))
            .collect()
    })
}

/// The modules that valid code asks for; `None` when it is not valid.
fn requested(code: &str) -> Option<Vec<Package>> {
    if limits::is_deeper(code, MAX_DEPTH) || is_too_slow(code) {
        return None;
    }
    ARENA.with(|cell| {
        let mut arena = cell.try_borrow_mut().ok()?;
        let read = || {
            let kind = SourceType::tsx().with_module(true);
            let result = JsParser::new(&arena, code, kind).parse();
            if result.panicked || result.diagnostics.errors().next().is_some() {
                return None;
            }
            let mut requests = ImportedModules::default();
            requests.visit_program(&result.program);
            requests.0.sort_unstable();
            let names = requests.0.iter();
            Some(names.filter_map(|(_, name)| specifier(name)).collect())
        };
        let packages = limits::catch_parser_panic(|| limits::with_stack(code.len(), read));
        arena.reset();
        packages.flatten()
    })
}

/// The modules that a program asks for, each with its place.
#[derive(Default)]
struct ImportedModules<'a>(Vec<(u32, &'a str)>);

impl<'a> ImportedModules<'a> {
    fn add(&mut self, source: &StringLiteral<'a>) {
        self.0.push((source.span.start, source.value.as_str()));
    }
}

impl<'a> Visit<'a> for ImportedModules<'a> {
    fn visit_import_declaration(&mut self, import: &ImportDeclaration<'a>) {
        self.add(&import.source);
    }

    fn visit_export_all_declaration(&mut self, export: &ExportAllDeclaration<'a>) {
        self.add(&export.source);
    }

    fn visit_export_from_declaration(&mut self, export: &ExportFromDeclaration<'a>) {
        self.add(&export.source);
    }

    fn visit_ts_external_module_reference(&mut self, module: &TSExternalModuleReference<'a>) {
        self.add(&module.expression);
    }

    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        // Anything but a literal is computed at run time.
        if let Expression::StringLiteral(source) = &import.source {
            self.add(source);
        }
        walk::walk_import_expression(self, import);
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        let required = matches!(&call.callee, Expression::Identifier(name) if name.name == "require");
        if let (true, Some(Argument::StringLiteral(source))) = (required, call.arguments.first()) {
            self.add(source);
        }
        walk::walk_call_expression(self, call);
    }
}

/// The same through the grammar, which recovers from errors.
fn in_tree(excerpt: &str) -> Vec<Package> {
    let mut out = Vec::new();
    // Only code with `import`, `export` or `require` and a quote can load a module.
    if excerpt.len() > MAX_PIECE_LEN
        || !excerpt.contains(['"', '\''])
        || !["import", "export", "require"]
            .iter()
            .any(|word| excerpt.contains(word))
    {
        return out;
    }
    let tree = lang::by_id("tsx").map(|tsx| grammar::syntax_tree(tsx, excerpt));
    if let Some(Ok(tree)) = tree {
        each(tree.root_node(), 0, &mut |node| {
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
    }
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

/// The lines of a block that may hold imports.
#[derive(Default)]
struct ImportLines {
    text: String,
    /// Where each line that may hold one begins, with what continues it behind it.
    starts: Vec<usize>,
}

impl ImportLines {
    fn pieces(&self) -> impl Iterator<Item = &str> {
        let ends = self.starts.iter().skip(1).copied().chain([self.text.len()]);
        self.starts
            .iter()
            .zip(ends)
            .filter_map(|(start, end)| self.text.get(*start..end))
    }
}

/// The lines that may hold imports, and what continues them until the brackets are closed: parsing whole programs
/// for their first lines would be most of the work of a run.
///
/// `find` returns the first byte of the first line that may hold an import; `starts` gets lines without
/// indentation.
fn excerpt(code: &str, find: impl Fn(&str) -> Option<usize>, starts: impl Fn(&str) -> bool) -> ImportLines {
    let mut out = ImportLines::default();
    let mut open = 0_i32;
    let mut rest = code;
    loop {
        if open <= 0 {
            let Some(line) = find(rest) else { break };
            rest = rest.get(line..).unwrap_or_default();
        }
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |newline| newline + 1);
        let (line, below) = rest.split_at(end);
        if line.is_empty() {
            break;
        }
        rest = below;
        let body = line.trim();
        if open <= 0 {
            if !starts(body) {
                continue;
            }
            open = 0;
            out.starts.push(out.text.len());
        }
        for c in body.bytes() {
            match c {
                b'(' | b'{' => open += 1,
                b')' | b'}' => open -= 1,
                _ => {}
            }
        }
        // A line that opens a function is not the start of an import over several lines.
        if open > 0 && (body.ends_with("=> {") || body.ends_with(") {")) {
            open = 0;
        }
        out.text.push_str(body);
        out.text.push('\n');
        if out.text.len() > MAX_LEN {
            break;
        }
    }
    out
}

fn each(node: Node<'_>, depth: usize, visit: &mut impl FnMut(Node<'_>) -> bool) {
    if depth > MAX_DEPTH || !visit(node) {
        return;
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        each(child, depth + 1, visit);
    }
}

fn text(node: Node<'_>, code: &str) -> Option<String> {
    code.get(node.byte_range()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn python_imports_are_found() {
        let code = "import a.b as c, d\nfrom e.f import (\n    g,\n    h,\n)\nfrom . import i\nx = 1\nif y:\n    import j\n\
            from k \\\n    import l\n";
        assert_eq!(python(code), ["a.b", "d", "e.f", "j", "k"]);
    }

    #[test]
    fn javascript_imports_are_found() {
        let code = "import a, {\n  b,\n} from 'a/sub';\nimport '@s/c/x.css';\nconst d = require(\"d\");\n\
            const e = await import('e');\nimport f = require('f');\nimport './g';\nimport h from '@/h';\nimport i from 'node:fs';\n\
            export * from 'j';\nimport type { K } from 'k';\n";
        let names: Vec<_> = javascript(code).iter().map(|p| p.name().to_owned()).collect();
        assert_eq!(names, ["a", "@s/c", "d", "e", "f", "j", "k"]);
    }

    /// Lines of the pieces that imports are made of, in any order.
    fn lines() -> impl Strategy<Value = String> {
        let pieces = [
            "import ",
            "from ",
            "export ",
            "const ",
            "require(",
            ")",
            "(",
            "{",
            "}",
            " as ",
            ", ",
            ",",
            ".",
            "*",
            " from ",
            " = ",
            "'a'",
            "\"b\"",
            "'@c/d'",
            "'./e'",
            ";",
            "\n",
            "\n",
            "f",
            "g.h",
            "type ",
            "class",
            "import f from 'i';\n",
            "from f import g\n",
            "import f.g as h\n",
            "const f = require('i');\n",
            " # k",
            " // k",
            "\\",
            "1",
            "é",
            "import f, {\n g as h,\n} from 'i'\n",
            "from f import (\n    g,\n)\n",
        ];
        let piece = proptest::sample::select(pieces.to_vec());
        proptest::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
    }

    proptest::proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_read_without_a_parser_is_what_the_parser_reads(code in lines()) {
            let excerpt = python_lines(&code);
            if let Some(names) = plain::python(&excerpt) {
                prop_assert_eq!(names, parsed_python(&excerpt.text), "{}", code);
            }
            let excerpt = javascript_lines(&code);
            if let (Some(names), Some(read)) = (plain::javascript(&excerpt), requested(&excerpt.text)) {
                let names: Vec<Package> = names.into_iter().filter_map(specifier).collect();
                prop_assert_eq!(names, read, "{}", code);
            }
        }
    }

    #[test]
    fn common_forms_need_no_parser() {
        let python = python_lines("import os, a.b as c\nfrom d.e import (\n    f,\n    g as h,\n)\n");
        assert_eq!(plain::python(&python), Some(vec!["os", "a.b", "d.e"]));
        let code = "import a from 'b';\nimport {\n  c,\n} from \"d\"\nexport { e } from 'f';\nconst { g } = require('h');\n\
            export default function run() {\n  return 1;\n}\n";
        let javascript = javascript_lines(code);
        assert_eq!(plain::javascript(&javascript), Some(vec!["b", "d", "f", "h"]));
        for other in [
            "import a from 'b' with { type: 'json' };",
            "const a = await import('b');",
        ] {
            assert_eq!(plain::javascript(&javascript_lines(other)), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_program_is_read_piece_by_piece() {
        let code = "import a from 'a';\nexport default function f() {\n  const b = require('b').c(() => {\n";
        let names: Vec<_> = javascript(code).iter().map(|p| p.name().to_owned()).collect();
        assert_eq!(names, ["a", "b"]);
    }
}
