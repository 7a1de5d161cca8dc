//! The Python of a block as the parser takes it, with places mapped back to the block.

use crate::lang::limits;
use crate::lang::python::typed_lines;
use ruff_python_ast::{Mod, ModModule, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

/// A block that was parsed.
pub(super) struct Source {
    /// The text that was parsed.
    pub text: String,
    /// Its tree.
    pub tree: ModModule,
    /// For each piece of the text, where it starts in the text and where in the block.
    pieces: Vec<(usize, usize)>,
}

impl Source {
    /// Parse a block. `None` when it is not Python.
    pub fn parse(code: &str) -> Option<Self> {
        let (text, pieces) = typed(code).unwrap_or_else(|| (code.to_owned(), vec![(0, 0)]));
        if let Some(tree) = parse(&text) {
            return Some(Self { text, tree, pieces });
        }
        // A block that is indented as a whole.
        let indent = code
            .lines()
            .find(|line| !line.trim().is_empty())
            .map(|line| line.len() - line.trim_start().len())
            .filter(|indent| *indent > 0)?;
        let mut text = String::new();
        let mut pieces = Vec::new();
        let mut at = 0;
        for line in code.split_inclusive('\n') {
            let removed = line
                .len()
                .min(indent)
                .min(line.len() - line.trim_start_matches([' ', '\t']).len());
            pieces.push((text.len(), at + removed));
            text.push_str(line.get(removed..)?);
            at += line.len();
        }
        let tree = parse(&text)?;
        Some(Self { text, tree, pieces })
    }

    /// A place of the text as a place of the block.
    pub fn to_block(&self, at: usize) -> usize {
        let index = self
            .pieces
            .partition_point(|(start, _)| *start <= at)
            .saturating_sub(1);
        self.pieces
            .get(index)
            .map_or(at, |(start, block)| block + (at - start))
    }
}

/// The largest block that is read, in bytes: the types of its expressions are found by recursion.
const MAX_BYTES: usize = 64 * 1024;

fn parse(text: &str) -> Option<ModModule> {
    if text.len() > MAX_BYTES || limits::is_deeper(text, limits::MAX_DEPTH) {
        return None;
    }
    limits::catch_parser_panic(|| parse_module(text)).flatten()
}

/// Parse a module; `None` when it has a syntax error.
pub(super) fn parse_module(text: &str) -> Option<ModModule> {
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::latest());
    let parsed = parse_unchecked(text, options);
    if !parsed.errors().is_empty() {
        return None;
    }
    match parsed.into_syntax() {
        Mod::Module(module) => Some(module),
        Mod::Expression(_) => None,
    }
}

/// What was typed in a console session, without prompts and output; `None` for code without prompts.
fn typed(code: &str) -> Option<(String, Vec<(usize, usize)>)> {
    let mut text = String::new();
    let mut pieces = Vec::new();
    for (at, line) in typed_lines(code)?.into_iter().flatten() {
        pieces.push((text.len(), at));
        text.push_str(line);
        text.push('\n');
    }
    Some((text, pieces))
}
