//! Read a file of declarations or source into a summary. Nothing is run.

mod commonjs;
mod function;
mod scope;
mod shape;
mod type_of;
mod value;

use super::summary::{Def, File, Function, Scope, Shape};
use crate::lang::javascript::is_too_slow;
use crate::lang::limits;
use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;
pub(super) use shape::{ASYNC_ITERATOR, ITERATOR};
use std::collections::BTreeSet;

/// The largest file that is read, in bytes. Bundled declarations have a million.
const MAX_BYTES: usize = 8 << 20;

/// The most words and signs of a file. Code is nested at most as deep as it has words and signs, and the stack has room
/// for so many levels.
const MAX_TOKENS: usize = 300_000;

/// How deep types, values and namespaces are nested at most: what is deeper is not known. A summary is dropped and stored with the
/// usual stack, and read again by a parser with a limit of 128, of which a level here takes at most three.
const MAX_NESTED: usize = 36;

/// Read a file; its name says of what kind it is. `None` when it does not parse or is too large.
#[must_use]
pub fn read(source: &str, name: &str) -> Option<File> {
    if source.len() > MAX_BYTES || is_too_slow(source) {
        return None;
    }
    let tokens = tokens(source);
    if tokens > MAX_TOKENS {
        return None;
    }
    limits::catch_parser_panic(|| limits::with_stack(tokens, || read_file(source, name))).flatten()
}

/// How many words and signs a source has, comments included.
fn tokens(source: &str) -> usize {
    let mut count = 0;
    let mut is_word = false;
    for byte in source.bytes() {
        let was_word = is_word;
        is_word = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii();
        if is_word && !was_word || !is_word && !byte.is_ascii_whitespace() {
            count += 1;
        }
    }
    count
}

fn read_file(source: &str, name: &str) -> Option<File> {
    let arena = Allocator::default();
    let kind = source_type(name);
    let options = ParseOptions {
        allow_return_outside_function: true,
        enable_ident_hashes: false,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(&arena, source, kind).with_options(options).parse();
    // After an error that the parser skips, the tree is whole. Declarations that TypeScript accepts have many of these.
    if parsed.panicked {
        return None;
    }
    let mut reader = FileReader {
        source,
        is_declaration: kind.is_typescript_definition(),
        is_script: !kind.is_typescript(),
        ..FileReader::default()
    };
    reader.program(&parsed.program);
    Some(reader.file)
}

/// What a file is, by its name.
fn source_type(name: &str) -> SourceType {
    let is = |ending: &str| name.ends_with(ending);
    if is(".d.ts") || is(".d.mts") || is(".d.cts") {
        SourceType::d_ts()
    } else if is(".tsx") {
        SourceType::tsx().with_module(true)
    } else if is(".ts") || is(".mts") || is(".cts") {
        SourceType::ts().with_module(true)
    } else {
        SourceType::unambiguous().with_jsx(true)
    }
}

/// Collects the summary of one file.
#[derive(Default)]
struct FileReader<'s> {
    source: &'s str,
    /// Whether it declares only, and all of it is ambient.
    is_declaration: bool,
    /// Whether it is JavaScript.
    is_script: bool,
    file: File,
    /// Names that belong to functions which are being read: the file's names of the same spelling are not meant.
    locals: Vec<String>,
    /// How many types and values are being read, one inside of the other.
    nested: usize,
    /// How many namespaces are being read, one inside of the other.
    namespaces: usize,
    /// How many occurrences of `exports` in the source are not understood yet.
    unread_exports: usize,
}

impl FileReader<'_> {
    fn program(&mut self, program: &Program<'_>) {
        self.file.scopes.push(Scope::default());
        self.references(program);
        self.file.is_module = scope::is_module(&program.body);
        self.statements(0, &program.body, self.is_declaration);
        if self.is_script && !self.file.is_module {
            self.commonjs(&program.body);
            self.file.is_module = true;
        }
        self.note_added();
        self.note_extensible();
    }

    /// `/// <reference path="..." />`
    fn references(&mut self, program: &Program<'_>) {
        for comment in &program.comments {
            let text = comment.content_span().source_text(self.source);
            let Some(rest) = text.trim_start_matches('/').trim().strip_prefix("<reference") else {
                continue;
            };
            let Some((_, path)) = rest.split_once("path=") else {
                continue;
            };
            let quote = path.chars().next().unwrap_or_default();
            if let Some(path) = path.strip_prefix(['"', '\''])
                && let Some((path, _)) = path.split_once(quote)
            {
                let path = if path.starts_with('.') {
                    path.to_owned()
                } else {
                    format!("./{path}")
                };
                self.file.loads.push(path);
            }
        }
    }

    /// Remember what the file adds to the interfaces of other modules: their classes may have it.
    fn note_added(&mut self) {
        let scopes = &self.file.scopes;
        let adds = |index: &&usize| {
            let defs = scopes.get(**index).map(|scope| scope.names.values().flatten());
            // A script declares modules; with types alone it adds to one that another file declares.
            self.file.is_module || defs.into_iter().flatten().all(is_type)
        };
        let ambient = self.file.ambient.values().flatten().filter(adds);
        let mut added: BTreeSet<usize> = ambient.chain(&self.file.globals).copied().collect();
        // Namespaces inside of them.
        for (index, scope) in scopes.iter().enumerate() {
            if scope.parent.is_some_and(|parent| added.contains(&parent)) {
                added.insert(index);
            }
        }
        for shape in &self.file.shapes {
            if added.contains(&shape.scope) {
                self.file.added.extend(shape.members.names.keys().cloned());
            }
        }
        for index in added {
            let names = scopes.get(index).map(|scope| scope.names.keys());
            self.file.added.extend(names.into_iter().flatten().cloned());
        }
    }

    /// Remember whether the package has a way for others to extend what it gives.
    fn note_extensible(&mut self) {
        let of_scopes = self.file.scopes.iter().flat_map(|scope| scope.names.keys());
        let of_shapes = self.file.shapes.iter().flat_map(|shape| {
            let members = &shape.members.names;
            members.keys().chain(shape.statics.names.keys())
        });
        let mut names = of_scopes.chain(of_shapes);
        self.file.is_extensible = names.any(|name| EXTENDING.contains(&name.as_str()));
    }

    fn push_shape(&mut self, shape: Shape) -> usize {
        self.file.shapes.push(shape);
        self.file.shapes.len() - 1
    }

    fn push_function(&mut self, function: Function) -> usize {
        self.file.functions.push(function);
        self.file.functions.len() - 1
    }

    fn push_scope(&mut self, scope: Scope) -> usize {
        self.file.scopes.push(scope);
        self.file.scopes.len() - 1
    }
}

/// What functions are called that add members to objects of a package.
const EXTENDING: [&str; 10] = [
    "use",
    "extend",
    "extends",
    "register",
    "decorate",
    "plugin",
    "plugins",
    "mixin",
    "augment",
    "addMethod",
];

fn is_type(def: &Def) -> bool {
    matches!(
        def,
        Def::Interface(_) | Def::Alias(..) | Def::Import(..) | Def::Namespace(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_the_same_after_it_was_stored() {
        let source = "/// <reference path='more.d.ts' />\nimport A, { b as c } from './a';\nimport * as d from 'd';\n\
            import e = require('e');\nexport * from './f';\nexport * as g from './g';\nexport { c as h };\n\
            declare module 'x' { interface Y { added(): void } }\ndeclare global { var z: number }\n\
            export declare class K<T = string> extends A<T> { #p; static s: this; [k: string]: T; m(x?: T, ...y: T[]): Promise<T> }\n\
            export interface I extends d.J { (): void; new (): K; get q(): typeof c }\n\
            export declare namespace n.m { const o: import('./p').P<string>['q'] }\n\
            export declare enum L { One, 'two' = 2 }\nexport default K;\n";
        let file = read(source, "x.d.ts").unwrap();
        let stored = serde_json::to_string(&file).unwrap();
        assert_eq!(serde_json::from_str::<File>(&stored).unwrap(), file);
    }

    #[test]
    fn deep_and_large_files_are_not_read() {
        assert_eq!(read(&"!".repeat(MAX_TOKENS + 1), "x.ts"), None);
        assert_eq!(read(&" ".repeat(MAX_BYTES + 1), "x.ts"), None);
        assert_eq!(tokens("a.b ( é1 )"), 6);
    }
}
