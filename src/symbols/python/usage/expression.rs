//! The types of expressions in a block, with a record of every use on the way.

use super::super::read::annotation_of;
use super::super::summary::Expr as Summary;
use super::super::ty::{Lookup, Ty};
use super::{DEPTH, Walker};
use crate::symbols::reference::{Outcome, SymbolKind, Undecided};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

/// How many names are offered in place of a missing one.
const MAX_CANDIDATES: usize = 400;

impl<'a> Walker<'a> {
    pub(super) fn eval(&mut self, expression: &'a Expr) -> Ty {
        match expression {
            Expr::Name(name) => self.lookup(name.id.as_str()),
            Expr::Attribute(attribute) => self.attribute(attribute, false),
            Expr::Call(call) => self.call(call),
            Expr::Await(awaited) => {
                let inner = self.eval(&awaited.value);
                self.release.awaited(&inner, DEPTH)
            }
            Expr::Subscript(subscript) => self.subscript(subscript),
            Expr::Named(named) => {
                let value = self.eval(&named.value);
                self.assign(&named.target, value.clone());
                value
            }
            Expr::If(either) => {
                let guard = self.enter_test(&either.test);
                let body = self.eval(&either.body);
                self.leave_test(guard);
                let other = self.eval(&either.orelse);
                either_of(body, other)
            }
            Expr::BoolOp(operation) => self.bool_operation(operation),
            Expr::List(list) => self.items(&list.elts),
            Expr::Set(set) => self.items(&set.elts),
            Expr::Tuple(tuple) => Ty::Tuple(tuple.elts.iter().map(|item| self.eval(item)).collect()),
            Expr::Dict(dict) => self.dict(dict),
            Expr::ListComp(comprehension) => {
                let element = self.comprehension(&comprehension.generators, &[&comprehension.elt]);
                items(vec![element])
            }
            Expr::SetComp(comprehension) => {
                let element = self.comprehension(&comprehension.generators, &[&comprehension.elt]);
                items(vec![element])
            }
            Expr::Generator(comprehension) => {
                let element = self.comprehension(&comprehension.generators, &[&comprehension.elt]);
                items(vec![element])
            }
            Expr::DictComp(comprehension) => self.dict_comprehension(comprehension),
            Expr::Lambda(lambda) => {
                self.scopes.push(super::TypesByName::new());
                if let Some(parameters) = &lambda.parameters {
                    self.bind_parameters(parameters);
                }
                self.eval(&lambda.body);
                self.scopes.pop();
                Ty::Unknown
            }
            _ => {
                self.children(expression);
                Ty::Unknown
            }
        }
    }

    fn items(&mut self, parts: &'a [Expr]) -> Ty {
        items(parts.iter().map(|item| self.eval(item)).collect())
    }

    fn subscript(&mut self, subscript: &'a ast::ExprSubscript) -> Ty {
        let base = self.eval(&subscript.value);
        self.eval(&subscript.slice);
        if matches!(&*subscript.slice, Expr::Slice(_)) {
            return match base {
                Ty::Items(..) => base,
                Ty::Unknown | Ty::Foreign | Ty::External(_) => Ty::Unknown,
                _ => Ty::UnknownOfPackage,
            };
        }
        if let (Ty::Tuple(parts), Expr::NumberLiteral(number)) = (&base, &*subscript.slice)
            && let ast::Number::Int(index) = &number.value
            && let Some(part) = index.as_usize().and_then(|index| parts.get(index))
        {
            return part.clone();
        }
        self.release.item(&base, DEPTH)
    }

    fn bool_operation(&mut self, operation: &'a ast::ExprBoolOp) -> Ty {
        // `hasattr(x, "y") and x.y`
        let guard_depth = self.guard_depth;
        let mut narrowed = Vec::new();
        let mut result = None;
        for value in &operation.values {
            let ty = self.eval(value);
            if operation.op == ast::BoolOp::And {
                narrowed.push(self.narrow(value));
            }
            result = Some(match result {
                Some(before) => either_of(before, ty),
                None => ty,
            });
        }
        for guard in narrowed.into_iter().rev() {
            self.leave_test(guard);
        }
        self.guard_depth = guard_depth;
        result.unwrap_or(Ty::Unknown)
    }

    fn dict(&mut self, dict: &'a ast::ExprDict) -> Ty {
        let mut values = Vec::new();
        for item in &dict.items {
            if let Some(key) = &item.key {
                self.eval(key);
            }
            values.push(self.eval(&item.value));
        }
        match values.is_empty() || values.iter().any(|ty| !ty.is_of_package()) {
            true => Ty::Unknown,
            false => Ty::Map(Box::new(Ty::union(values))),
        }
    }

    fn dict_comprehension(&mut self, comprehension: &'a ast::ExprDictComp) -> Ty {
        let mut parts: Vec<&'a Expr> = comprehension.key.as_deref().into_iter().collect();
        parts.push(&comprehension.value);
        let value = self.comprehension(&comprehension.generators, &parts);
        if value.is_of_package() {
            Ty::Map(Box::new(value))
        } else {
            Ty::Unknown
        }
    }

    /// Evaluate what is inside of an expression whose type does not matter.
    fn children(&mut self, expression: &'a Expr) {
        struct Children<'w, 'a>(&'w mut Walker<'a>);
        impl<'a> ast::visitor::Visitor<'a> for Children<'_, 'a> {
            fn visit_expr(&mut self, expression: &'a Expr) {
                self.0.eval(expression);
            }
        }
        ast::visitor::walk_expr(&mut Children(self), expression);
    }

    fn comprehension(&mut self, generators: &'a [ast::Comprehension], parts: &[&'a Expr]) -> Ty {
        self.scopes.push(super::TypesByName::new());
        let guard_depth = self.guard_depth;
        let mut guards = Vec::new();
        for generator in generators {
            let iterated = self.eval(&generator.iter);
            let each = self.release.each(&iterated, generator.is_async, DEPTH);
            self.assign(&generator.target, each);
            for test in &generator.ifs {
                self.eval(test);
                guards.push(self.narrow(test));
            }
        }
        let mut last = Ty::Unknown;
        for part in parts {
            last = self.eval(part);
        }
        for guard in guards.into_iter().rev() {
            self.leave_test(guard);
        }
        self.guard_depth = guard_depth;
        self.scopes.pop();
        last
    }

    /// `is_called` says whether the attribute is called.
    fn attribute(&mut self, attribute: &'a ast::ExprAttribute, is_called: bool) -> Ty {
        let name = attribute.attr.as_str();
        // `self.client` in a class of the document.
        if let Expr::Name(base) = &*attribute.value
            && let Some((receiver, known)) = self.receivers.last()
            && base.id.as_str() == receiver
        {
            return match known.get(name) {
                Some(types) if types.iter().all(Ty::is_of_package) => Ty::union(types.clone()),
                _ => Ty::Unknown,
            };
        }
        let base = self.eval(&attribute.value);
        if self.is_tested(&attribute.value) {
            return Ty::Unknown;
        }
        if let Ty::External(path) = &base {
            return Ty::External(format!("{path}.{name}"));
        }
        let Some((kind, owner)) = self.owner(&base) else {
            return match &base {
                Ty::UnknownOfPackage if !attribute.ctx.is_load() => Ty::Unknown,
                Ty::UnknownOfPackage => {
                    let symbol = format!("?.{name}");
                    let why = Undecided::Type;
                    self.record(
                        attribute.attr.range(),
                        SymbolKind::Member,
                        symbol,
                        Outcome::Undecided(why),
                    );
                    Ty::Unknown
                }
                _ => Ty::Unknown,
            };
        };
        let mut found = self.release.attribute(&base, name, DEPTH);
        if !attribute.ctx.is_load() {
            return Ty::Unknown;
        }
        let computed = match &found {
            Lookup::Unknown(Undecided::OpenClass) => self.release.computed(&base, name, DEPTH),
            _ => Ty::UnknownOfPackage,
        };
        // `__getattr__` gives something for any name, but nothing that can be called.
        if is_called && self.release.refuses_calls(&computed, DEPTH) {
            found = Lookup::Missing;
        }
        let symbol = format!("{owner}.{name}");
        let outcome = match &found {
            Lookup::Found(_) => Outcome::Found,
            Lookup::Missing if self.stored.contains(name) => Outcome::Undecided(Undecided::SetByDocument),
            Lookup::Missing => Outcome::Missing {
                candidates: self.candidates(&base),
                module: None,
            },
            Lookup::Unknown(why) => Outcome::Undecided(*why),
        };
        // Another package of the namespace is not this one's.
        if found != Lookup::Unknown(Undecided::NotOwned) && !(name.starts_with("__") && name.ends_with("__"))
        {
            let ty = match &found {
                Lookup::Found(ty) => Some(ty),
                _ => None,
            };
            self.record_found(attribute.attr.range(), kind, symbol, outcome, ty);
        }
        match found {
            Lookup::Found(ty) => ty,
            Lookup::Missing => Ty::Unknown,
            Lookup::Unknown(_) => computed,
        }
    }

    /// Whether the class of a part of an expression was tested.
    fn is_tested(&self, part: &Expr) -> bool {
        let text = self.source.text.get(part.range().to_std_range());
        !self.tested.is_empty() && text.is_some_and(|text| self.tested.contains(text))
    }

    /// What a type is called where one of its members is missing.
    pub(super) fn owner(&self, base: &Ty) -> Option<(SymbolKind, String)> {
        match base {
            Ty::Module(module) => Some((SymbolKind::Attribute, module.clone())),
            Ty::Class(class) | Ty::Instance(class, _) => Some((
                SymbolKind::Member,
                self.release.class(class).map(|class| class.name.clone())?,
            )),
            Ty::Union(parts) => {
                let mut named = None;
                for part in parts {
                    if matches!(part, Ty::Foreign | Ty::None | Ty::Unknown | Ty::External(_)) {
                        return None;
                    }
                    named = named.or_else(|| self.owner(part));
                }
                named
            }
            _ => None,
        }
    }

    fn candidates(&self, base: &Ty) -> Vec<String> {
        if self.is_recording_off {
            return Vec::new();
        }
        let mut names: Vec<String> = base
            .alternatives()
            .iter()
            .flat_map(|ty| match ty {
                Ty::Module(module) => self.release.names_of(module),
                Ty::Class(class) | Ty::Instance(class, _) => self.release.members_of(class),
                _ => std::collections::BTreeSet::new(),
            })
            .collect();
        names.sort();
        names.dedup();
        names.truncate(MAX_CANDIDATES);
        names
    }

    fn call(&mut self, call: &'a ast::ExprCall) -> Ty {
        let callee = match &*call.func {
            Expr::Attribute(attribute) => self.attribute(attribute, true),
            function => self.eval(function),
        };
        for argument in &call.arguments.args {
            self.eval(argument);
        }
        for keyword in &call.arguments.keywords {
            self.eval(&keyword.value);
        }
        // What is recorded does not change types.
        let named = if self.is_recording_off {
            None
        } else {
            self.callee_name(&callee)
        };
        if let Some(name) = named.filter(|_| !call.arguments.keywords.is_empty()) {
            let known = self.release.keywords(&callee, DEPTH);
            for keyword in &call.arguments.keywords {
                let Some(written) = &keyword.arg else { continue };
                let outcome = match &known {
                    Ok(known) if known.names.contains(written.as_str()) => Outcome::Found,
                    Ok(known) if known.takes_more => Outcome::Undecided(Undecided::Kwargs),
                    Ok(known) => Outcome::Missing {
                        candidates: known.names.iter().cloned().collect(),
                        module: None,
                    },
                    Err(why) => Outcome::Undecided(*why),
                };
                let symbol = format!("{name}({written}=)");
                self.record(written.range(), SymbolKind::Keyword, symbol, outcome);
            }
        }
        match callee {
            Ty::Unknown | Ty::Foreign | Ty::External(_) => Ty::Unknown,
            callee => self.release.result(&callee, DEPTH),
        }
    }

    /// What a function is called in `Client.create(x=)`.
    fn callee_name(&self, callee: &Ty) -> Option<String> {
        use super::super::ty::Subject;
        match callee {
            Ty::Class(class) | Ty::Instance(class, _) => Some(self.release.class(class)?.name.clone()),
            Ty::Function(id, subject) => {
                let name = self.release.function(id)?.name.clone();
                Some(match subject {
                    Subject::None => name,
                    Subject::Unbound(class) | Subject::Instance(class, _) | Subject::Class(class) => {
                        format!("{}.{name}", self.release.class(class)?.name)
                    }
                })
            }
            Ty::Union(parts) => {
                let all: Option<Vec<String>> = parts.iter().map(|part| self.callee_name(part)).collect();
                all?.into_iter().next()
            }
            _ => None,
        }
    }

    /// The type that an annotation in the document means.
    pub(super) fn annotated(&mut self, annotation: &Expr) -> Ty {
        let summary = annotation_of(annotation);
        self.annotation_type(&summary)
    }

    fn annotation_type(&self, annotation: &Summary) -> Ty {
        match annotation {
            Summary::Name(_) | Summary::Attribute(..) => match self.annotation_value(annotation) {
                Ty::Class(class) => Ty::Instance(class, Vec::new()),
                Ty::Form(ty) => *ty,
                _ => Ty::Unknown,
            },
            Summary::Pipe(parts) => {
                let parts: Vec<Ty> = parts.iter().map(|part| self.annotation_type(part)).collect();
                if parts.contains(&Ty::Unknown) {
                    Ty::Unknown
                } else {
                    Ty::union(parts)
                }
            }
            Summary::None => Ty::None,
            Summary::Index(base, arguments) => {
                let name = match &**base {
                    Summary::Name(name) | Summary::Attribute(_, name) => name.as_str(),
                    _ => "",
                };
                let mut parts: Vec<Ty> = arguments.iter().map(|part| self.annotation_type(part)).collect();
                match name {
                    "Optional" | "Annotated" if !parts.is_empty() => parts.swap_remove(0),
                    "Union" if !parts.contains(&Ty::Unknown) => Ty::union(parts),
                    "list" | "List" | "Sequence" | "Iterable" | "Iterator" if parts.len() == 1 => {
                        Ty::Items(Box::new(parts.swap_remove(0)), false)
                    }
                    "AsyncIterator" | "AsyncIterable" if parts.len() == 1 => {
                        Ty::Items(Box::new(parts.swap_remove(0)), true)
                    }
                    _ => match self.annotation_value(base) {
                        Ty::Class(class) => Ty::Instance(class, parts),
                        _ => Ty::Unknown,
                    },
                }
            }
            _ => Ty::Unknown,
        }
    }

    fn annotation_value(&self, annotation: &Summary) -> Ty {
        match annotation {
            Summary::Name(name) => self.lookup(name),
            Summary::Attribute(base, name) => match self.annotation_value(base) {
                base @ (Ty::Module(_) | Ty::Class(_)) => match self.release.attribute(&base, name, DEPTH) {
                    Lookup::Found(ty) => ty,
                    _ => Ty::Unknown,
                },
                _ => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }
}

/// One of two values; unknown when one is.
pub(super) fn either_of(first: Ty, second: Ty) -> Ty {
    match (&first, &second) {
        (Ty::Unknown | Ty::External(_) | Ty::Foreign, _)
        | (_, Ty::Unknown | Ty::External(_) | Ty::Foreign) => Ty::Unknown,
        _ => Ty::union(vec![first, second]),
    }
}

fn items(parts: Vec<Ty>) -> Ty {
    if parts.is_empty() || parts.iter().any(|ty| !ty.is_of_package()) {
        Ty::Unknown
    } else {
        Ty::Items(Box::new(Ty::union(parts)), false)
    }
}
