//! A block as the parser takes it, with its scopes.

use crate::lang::{javascript, limits};
use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{Semantic, SemanticBuilder};
use oxc_span::SourceType;

/// The largest block that is read, in bytes: the types of its expressions are found by recursion.
const MAX_BYTES: usize = 64 * 1024;

/// A block that was parsed: its nodes, scopes and references.
pub(super) struct Source<'a> {
    /// The code.
    pub code: &'a str,
    /// What is known of it.
    pub semantic: Semantic<'a>,
}

impl<'a> Source<'a> {
    /// Parse a block in its language, or else as TypeScript with JSX: documents mark that as JavaScript, too. `None`
    /// when it has a syntax error.
    pub fn parse(arena: &'a Allocator, code: &'a str, language: &str) -> Option<Self> {
        if code.len() > MAX_BYTES
            || limits::is_deeper(code, limits::MAX_DEPTH)
            || javascript::is_too_slow(code)
        {
            return None;
        }
        let typed = SourceType::tsx().with_module(true);
        let kind = match language {
            "typescript" => SourceType::ts().with_module(true),
            "tsx" => typed,
            _ => SourceType::jsx(),
        };
        parse_as(arena, code, kind).or_else(|| parse_as(arena, code, typed))
    }
}

fn parse_as<'a>(arena: &'a Allocator, code: &'a str, kind: SourceType) -> Option<Source<'a>> {
    let options = ParseOptions {
        allow_return_outside_function: true,
        ..ParseOptions::default()
    };
    let parse = || {
        let result = Parser::new(arena, code, kind).with_options(options).parse();
        let is_valid =
            !result.panicked && javascript::errors::of_syntax(&result, kind.is_typescript()).is_empty();
        let program = is_valid.then(|| &*arena.alloc(result.program))?;
        let semantic = SemanticBuilder::new()
            .with_build_nodes(true)
            .build(program)
            .semantic;
        Some(Source { code, semantic })
    };
    limits::catch_parser_panic(parse).flatten()
}
