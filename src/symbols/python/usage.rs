//! What the code of a document uses of a package: names are followed from block to block.
//!
//! A name is carried into a later block only if every binding of it at the top level of the document is to something of
//! the package. A block that binds the name itself is judged by its own binding.

mod context;
mod expression;
mod narrow;
mod statement;

use super::release::Release;
use super::signature;
use super::source::Source;
use super::ty::{Lookup, Ty};
use crate::symbols::bindings::Bindings;
use crate::symbols::block::{self, Block, Reference};
use crate::symbols::reference::{Outcome, SymbolKind};
use ruff_python_ast::{self as ast, StmtFunctionDef};
use ruff_text_size::TextRange;
use std::collections::{BTreeMap, BTreeSet};

/// How deep types are followed from one expression.
const DEPTH: usize = 40;

/// Everything that the blocks use of a release.
#[must_use]
pub fn references(release: &Release, blocks: &[Block<'_>]) -> Vec<Reference> {
    block::with_stack(blocks, || find_references(release, blocks))
}

fn find_references(release: &Release, blocks: &[Block<'_>]) -> Vec<Reference> {
    let sources: Vec<Option<Source>> = blocks.iter().map(|block| Source::parse(block.code)).collect();
    let mut stored = BTreeSet::new();
    for source in sources.iter().flatten() {
        context::stored_attributes(&source.tree.body, &mut stored);
    }
    // Twice, so that what is bound in one block with names of another is known in a third; then once more to report.
    let mut bindings = Bindings::default();
    for _ in 0..2 {
        for (index, (source, block)) in sources.iter().zip(blocks).enumerate() {
            if let Some(source) = source {
                let carried = carried(&bindings, index, block.code);
                let mut walker = Walker::new(release, source, index, carried, &stored);
                walker.is_recording_off = true;
                walker.module();
                bindings.set(index, walker.bound);
            }
        }
    }
    let mut found = Vec::new();
    for (index, (source, block)) in sources.iter().zip(blocks).enumerate() {
        if let Some(source) = source {
            let carried = carried(&bindings, index, block.code);
            let mut walker = Walker::new(release, source, index, carried, &stored);
            walker.guard_depth = usize::from(block.is_marked_outdated);
            walker.module();
            found.append(&mut walker.found);
        }
    }
    found
}

/// The names that a block knows from earlier ones.
fn carried(bindings: &Bindings<Vec<Ty>>, block: usize, code: &str) -> TypesByName {
    bindings
        .before(block, code)
        .filter(|(_, of_blocks)| of_blocks.values().flatten().all(Ty::is_of_package))
        .map(|(name, of_blocks)| {
            let all = of_blocks.values().flatten().cloned().collect();
            (name.to_owned(), Ty::union(all))
        })
        .collect()
}

/// Walks one block.
struct Walker<'a> {
    release: &'a Release,
    source: &'a Source,
    block: usize,
    /// Scopes, the module first.
    scopes: Vec<TypesByName>,
    /// Functions whose bodies run later, by scope.
    pending: Vec<Vec<&'a StmtFunctionDef>>,
    /// Attributes of `self` in the classes around, with the name of the first parameter.
    receivers: Vec<(String, BTreeMap<String, Vec<Ty>>)>,
    /// What the top level binds.
    bound: BTreeMap<String, Vec<Ty>>,
    /// Names that are declared `global` in the function.
    globals: BTreeSet<String>,
    /// Attributes that the document sets itself.
    stored: &'a BTreeSet<String>,
    /// Parts of expressions that were tested for their class, as they are written: what they are is not known.
    tested: BTreeSet<String>,
    /// Parts of the text in which nothing is reported.
    outdated_ranges: Vec<TextRange>,
    /// The number of enclosing tests that may guard against missing names: nothing is reported in them. It starts at
    /// one in a block that is marked as outdated.
    guard_depth: usize,
    /// Whether uses are only evaluated: they are recorded elsewhere, or not at all.
    is_recording_off: bool,
    nesting: usize,
    found: Vec<Reference>,
}

type TypesByName = BTreeMap<String, Ty>;

impl<'a> Walker<'a> {
    fn new(
        release: &'a Release,
        source: &'a Source,
        block: usize,
        carried: TypesByName,
        stored: &'a BTreeSet<String>,
    ) -> Self {
        Self {
            release,
            source,
            block,
            scopes: vec![carried],
            pending: vec![Vec::new()],
            receivers: Vec::new(),
            bound: BTreeMap::new(),
            globals: BTreeSet::new(),
            stored,
            tested: BTreeSet::new(),
            outdated_ranges: context::outdated_ranges(&source.text),
            guard_depth: 0,
            is_recording_off: false,
            nesting: 0,
            found: Vec::new(),
        }
    }

    fn module(&mut self) {
        let body = &self.source.tree.body;
        self.body(body);
        self.run_pending();
    }

    /// The type of a name.
    fn lookup(&self, name: &str) -> Ty {
        for (index, scope) in self.scopes.iter().enumerate().rev() {
            if let Some(ty) = scope.get(name) {
                // A function runs later: any binding of the module may be in force.
                if index == 0
                    && self.scopes.len() > 1
                    && let Some(all) = self.bound.get(name)
                {
                    return if all
                        .iter()
                        .any(|ty| matches!(ty, Ty::Unknown | Ty::Foreign | Ty::External(_)))
                        && all.len() > 1
                    {
                        Ty::Unknown
                    } else {
                        Ty::union(all.clone())
                    };
                }
                return ty.clone();
            }
        }
        Ty::Unknown
    }

    /// Bind a name in the innermost scope.
    fn bind(&mut self, name: &str, ty: Ty) {
        let is_module = self.scopes.len() == 1 || self.globals.contains(name);
        if is_module {
            let all = self.bound.entry(name.to_owned()).or_default();
            if !all.contains(&ty) {
                all.push(ty.clone());
            }
        }
        let scope = if is_module {
            self.scopes.first_mut()
        } else {
            self.scopes.last_mut()
        };
        if let Some(scope) = scope {
            scope.insert(name.to_owned(), ty);
        }
    }

    /// Record a use.
    fn record(&mut self, range: TextRange, kind: SymbolKind, symbol: String, outcome: Outcome) {
        self.record_found(range, kind, symbol, outcome, None);
    }

    /// Record a use of a missing module at `place`.
    fn record_missing_module(
        &mut self,
        range: TextRange,
        place: TextRange,
        kind: SymbolKind,
        symbol: String,
        module: &str,
    ) {
        let before = self.found.len();
        let outcome = Outcome::Missing {
            candidates: Vec::new(),
            module: Some(module.to_owned()),
        };
        self.record(range, kind, symbol, outcome);
        // The name may be written with spaces, and then the whole of it is the place.
        let start = usize::from(place.start());
        let end = start + module.len();
        let is_start = self.source.text.get(start..end) == Some(module);
        let end = if is_start { end } else { usize::from(place.end()) };
        let place = self.source.to_block(start)..self.source.to_block(end);
        for found in self.found.iter_mut().skip(before) {
            found.place.clone_from(&place);
        }
    }

    /// Record a use of something of this type.
    fn record_found(
        &mut self,
        range: TextRange,
        kind: SymbolKind,
        symbol: String,
        outcome: Outcome,
        ty: Option<&Ty>,
    ) {
        if self.is_recording_off {
            return;
        }
        let is_excused = self.guard_depth > 0
            || self
                .outdated_ranges
                .iter()
                .any(|outdated| outdated.contains_range(range));
        let signature = ty.and_then(|ty| signature::signature(self.release, ty));
        let range = self.source.to_block(range.start().into())..self.source.to_block(range.end().into());
        let reference = Reference {
            block: self.block,
            place: range.clone(),
            range,
            kind,
            symbol,
            outcome: outcome.unless_marked_outdated(is_excused),
            signature,
        };
        if !self.found.contains(&reference) {
            self.found.push(reference);
        }
    }

    /// Import a module: record it and return what the name is bound to.
    fn import_module(
        &mut self,
        module: &ast::Identifier,
        range: TextRange,
        kind: SymbolKind,
        imported: &str,
    ) -> Option<Ty> {
        let name = module.as_str();
        if !self.is_ours(name) {
            return None;
        }
        let mut end = 0;
        // The first part that is missing is the one to name.
        for part in name.split('.') {
            end += part.len() + usize::from(end > 0);
            let prefix = name.get(..end).unwrap_or(name);
            if self.release.owned_root(prefix).is_none() {
                continue;
            }
            match self.release.has_module(prefix) {
                Lookup::Found(_) => {}
                Lookup::Missing => {
                    // `pkg.name.part` may work when `name` is a module in disguise.
                    let symbol = if imported.is_empty() {
                        name.to_owned()
                    } else {
                        format!("{name}.{imported}")
                    };
                    self.record_missing_module(range, module.range, kind, symbol, prefix);
                    return Some(Ty::Unknown);
                }
                Lookup::Unknown(why) => {
                    self.record(range, kind, name.to_owned(), Outcome::Undecided(why));
                    return Some(Ty::UnknownOfPackage);
                }
            }
        }
        Some(Ty::Module(name.to_owned()))
    }

    /// Whether a module may be one of the release: an owned root is the first part of it, or it is the first part of one.
    fn is_ours(&self, name: &str) -> bool {
        self.release.owned_root(name).is_some() || self.release.is_namespace(name)
    }
}
