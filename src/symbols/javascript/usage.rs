//! What the code of a document uses of a package of npm: names are followed from block to block.
//!
//! A name is carried into a later block only if every binding of it at the top level of the document is to something of
//! the package. A block that binds the name itself is judged by its own binding.

mod annotation;
mod binding;
mod call;
mod class;
mod context;
mod evaluate;
mod initializer;
mod record;
mod source;
mod value;

use super::release::Release;
use crate::symbols::bindings::Bindings;
use crate::symbols::block::{self, Block, Reference};
use binding::BlockBindings;
use class::Classes;
use context::{BlockContext, MembersSetByDocument};
use oxc_allocator::Allocator;
use oxc_semantic::{NodeId, SymbolId};
use source::Source;
use std::collections::{BTreeMap, BTreeSet};
use value::Value;

/// How deep values are followed from one expression.
const MAX_DEPTH: usize = 150;
/// How many names are offered in place of a missing one.
const MAX_CANDIDATES: usize = 400;
/// How often the results of a block may be discarded because a name has another value than assumed.
const MAX_RESTARTS: usize = 50;

/// Everything that the blocks use of a release.
#[must_use]
pub fn references(release: &Release, blocks: &[Block<'_>]) -> Vec<Reference> {
    block::with_stack(blocks, || find_references(release, blocks))
}

fn find_references(release: &Release, blocks: &[Block<'_>]) -> Vec<Reference> {
    let arena = Allocator::default();
    let parsed: Vec<Option<Parsed<'_>>> = blocks.iter().map(|block| Parsed::of(&arena, block)).collect();
    let mut stored = MembersSetByDocument::default();
    for block in parsed.iter().flatten() {
        stored.add(&block.source);
    }
    // Twice, so that what is bound in one block with names of another is known in a third; then once more to report.
    let mut bindings = Bindings::default();
    for _ in 0..2 {
        for (index, block) in parsed.iter().enumerate() {
            if let Some(block) = block {
                let carried = carried(&bindings, index, block.source.code);
                let bound = BlockEvaluator::new(release, block, index, &carried, &stored).bound();
                bindings.set(index, bound);
            }
        }
    }
    let mut found = Vec::new();
    for (index, (block, given)) in parsed.iter().zip(blocks).enumerate() {
        if let Some(block) = block {
            let carried = carried(&bindings, index, block.source.code);
            let mut evaluator = BlockEvaluator::new(release, block, index, &carried, &stored);
            evaluator.is_marked_outdated = given.is_marked_outdated;
            evaluator.record_all();
            if evaluator.restarts <= MAX_RESTARTS {
                found.append(&mut evaluator.found);
            }
        }
    }
    found
}

/// Names and their values.
type ValuesByName = BTreeMap<String, Value>;

/// The names that a block knows from earlier ones.
fn carried(bindings: &Bindings<Value>, block: usize, code: &str) -> ValuesByName {
    bindings
        .before(block, code)
        .filter(|(_, of_blocks)| of_blocks.values().all(Value::is_of_package))
        .map(|(name, of_blocks)| (name.to_owned(), Value::join(of_blocks.values().cloned())))
        .collect()
}

/// A block that was parsed, and what was collected from it.
struct Parsed<'a> {
    source: Source<'a>,
    classes: Classes<'a>,
    bindings: BlockBindings<'a>,
    context: BlockContext<'a>,
}

impl<'a> Parsed<'a> {
    /// `None` when it has a syntax error.
    fn of(arena: &'a Allocator, block: &Block<'a>) -> Option<Self> {
        let source = Source::parse(arena, block.code, block.language)?;
        let classes = Classes::of(&source);
        let bindings = BlockBindings::of(&source, &classes);
        let context = BlockContext::of(&source);
        Some(Self {
            source,
            classes,
            bindings,
            context,
        })
    }
}

/// What is known of a name while and after its bindings are followed.
enum Known {
    /// What the bindings so far give, and whether that was used.
    Part(Value, bool),
    /// Its value.
    Value(Value),
}

/// Evaluates the expressions of one block.
struct BlockEvaluator<'a, 'r> {
    release: &'r Release,
    source: &'r Source<'a>,
    classes: &'r Classes<'a>,
    bindings: &'r BlockBindings<'a>,
    context: &'r BlockContext<'a>,
    block: usize,
    /// Names of earlier blocks.
    carried: &'r ValuesByName,
    /// Members that the document sets itself or tests for.
    stored: &'r MembersSetByDocument,
    /// Whether nothing is reported.
    is_marked_outdated: bool,
    values: BTreeMap<NodeId, Value>,
    symbols: BTreeMap<SymbolId, Known>,
    /// Functions whose results are being found out.
    running: BTreeSet<NodeId>,
    depth: usize,
    restarts: usize,
    found: Vec<Reference>,
}

impl<'a, 'r> BlockEvaluator<'a, 'r> {
    fn new(
        release: &'r Release,
        block: &'r Parsed<'a>,
        index: usize,
        carried: &'r ValuesByName,
        stored: &'r MembersSetByDocument,
    ) -> Self {
        Self {
            release,
            source: &block.source,
            classes: &block.classes,
            bindings: &block.bindings,
            context: &block.context,
            block: index,
            carried,
            stored,
            is_marked_outdated: false,
            values: BTreeMap::new(),
            symbols: BTreeMap::new(),
            running: BTreeSet::new(),
            depth: 0,
            restarts: 0,
            found: Vec::new(),
        }
    }

    /// What the top level of the block binds.
    fn bound(&mut self) -> ValuesByName {
        let scoping = self.source.semantic.scoping();
        let declared: Vec<(String, SymbolId)> = scoping
            .get_bindings(scoping.root_scope_id())
            .iter()
            .map(|(name, symbol)| (name.to_string(), *symbol))
            .collect();
        let mut names: ValuesByName = declared
            .into_iter()
            .map(|(name, symbol)| (name, self.symbol(symbol)))
            .collect();
        for (name, bindings) in &self.bindings.assigned {
            let values: Vec<Value> = bindings.iter().map(|binding| self.binding(binding)).collect();
            names.insert((*name).to_owned(), Value::join(values));
        }
        names
    }
}
