//! The keywords that a call may have.

use super::builtin;
use super::release::Release;
use super::summary::{Def, Expr};
use super::ty::{Base, ClassId, FunctionId, KeywordSet, Keywords, Lookup, Subject, Ty, TypeScope};
use crate::symbols::reference::Undecided;
use std::collections::BTreeSet;

/// How many steps of the search it costs to go from a function to the one that gets its `**kwargs`.
const FORWARD_STEPS: usize = 5;

impl Release {
    /// The keywords that a call may have; an error when it may have any.
    pub fn keywords(&self, callee: &Ty, depth: usize) -> Result<KeywordSet, Undecided> {
        let depth = self.deeper(depth).ok_or(Undecided::TooDeep)?;
        match callee {
            Ty::Function(id, subject) => self.parameters(id, subject, depth),
            Ty::Class(class) => self.constructor(class, depth),
            Ty::Instance(..) => match self.attribute(callee, "__call__", depth) {
                Lookup::Found(call @ (Ty::Function(..) | Ty::Union(_))) => self.keywords(&call, depth),
                Lookup::Unknown(why) => Err(why),
                _ => Err(Undecided::Type),
            },
            Ty::Union(parts) => {
                let mut all = KeywordSet::default();
                let has_overloads = parts.iter().any(|part| self.is_overload(part));
                for part in parts {
                    match self.keywords(part, depth) {
                        // The overloads say what the function behind them takes.
                        Err(Undecided::Decorated) if has_overloads && !self.is_overload(part) => {}
                        known => all.extend(known?),
                    }
                }
                Ok(all)
            }
            _ => Err(Undecided::Type),
        }
    }

    fn is_overload(&self, ty: &Ty) -> bool {
        let Ty::Function(id, _) = ty else { return false };
        self.function(id).is_some_and(|function| {
            let mut decorators = function.decorators.iter();
            decorators.any(|decorator| matches!(decorator, Expr::Name(name) | Expr::Attribute(_, name) if name == "overload"))
        })
    }

    fn parameters(&self, id: &FunctionId, subject: &Subject, depth: usize) -> Keywords {
        let function = self.function(id).ok_or(Undecided::Unread)?;
        let style = self.style(&function.decorators, &id.module, depth);
        if !style.keeps_parameters {
            return Err(Undecided::Decorated);
        }
        let skipped = usize::from(!matches!(subject, Subject::None));
        let names: BTreeSet<String> = function
            .parameters
            .iter()
            .skip(if matches!(subject, Subject::Unbound(_)) {
                0
            } else {
                skipped
            })
            .filter(|parameter| !parameter.positional_only)
            .map(|parameter| parameter.name.clone())
            .collect();
        let mut all = KeywordSet::from(names);
        all.names.extend(style.taken);
        if let Some(annotation) = &function.kwargs {
            match self.unpacked(annotation, &id.module, depth) {
                Some(keywords) => all.names.extend(keywords?),
                None => {
                    all.extend(self.forwarded(id, subject, depth)?);
                    all.takes_more = true;
                }
            }
        }
        Ok(all)
    }

    /// `**kwargs: Unpack[Options]` takes the keys of `Options`; `None` for another annotation.
    fn unpacked(
        &self,
        annotation: &Expr,
        module: &str,
        depth: usize,
    ) -> Option<Result<BTreeSet<String>, Undecided>> {
        let Expr::Index(of, options) = annotation else {
            return None;
        };
        let is_unpack = matches!(&**of, Expr::Name(name) | Expr::Attribute(_, name) if name == "Unpack");
        let [options] = options.as_slice() else {
            return None;
        };
        let scope = TypeScope::new(module, None);
        is_unpack.then(|| match self.value(options, &scope, depth) {
            Ty::Class(class) => self.fields(&class, depth),
            _ => Err(Undecided::Kwargs),
        })
    }

    /// The keywords that a function takes because it only passes its `**kwargs` on.
    fn forwarded(&self, id: &FunctionId, subject: &Subject, depth: usize) -> Keywords {
        let function = self.function(id).ok_or(Undecided::Unread)?;
        let forward = function.forward.as_ref().ok_or(Undecided::Kwargs)?;
        let depth = depth.checked_sub(FORWARD_STEPS).ok_or(Undecided::TooDeep)?;
        let class = match subject {
            Subject::None => None,
            Subject::Unbound(class) | Subject::Instance(class, _) | Subject::Class(class) => {
                Some(class.clone())
            }
        };
        let key = (id.clone(), class);
        if let Some(known) = self.forwarded.borrow().get(&key) {
            return known.clone();
        }
        let is_first = self.forwarding.borrow().is_empty();
        if !self.forwarding.borrow_mut().insert(key.clone()) {
            // The active outer search already has its keywords.
            return Ok(KeywordSet::default());
        }
        let taken: BTreeSet<String> = forward.taken.iter().cloned().collect();
        let mut names = KeywordSet::from(taken);
        let mut result = Ok(());
        for target in &forward.to {
            match self.keywords_of_target(target, id, subject, depth) {
                Ok(more) => names.extend(more),
                Err(_) => result = Err(Undecided::Kwargs),
            }
        }
        self.forwarding.borrow_mut().remove(&key);
        let result = result.map(|()| names);
        // Inside another search only a part may have been found, so the result is not cached.
        if is_first {
            self.forwarded.borrow_mut().insert(key, result.clone());
        }
        result
    }

    /// The keywords of one function that gets the `**kwargs` of another.
    fn keywords_of_target(
        &self,
        target: &Expr,
        id: &FunctionId,
        subject: &Subject,
        depth: usize,
    ) -> Keywords {
        if let Expr::Attribute(base, method) = target
            && let Expr::Call(function) = &**base
            && **function == Expr::Name("super".to_owned())
        {
            return self.keywords_above(id, subject, method, depth);
        }
        let scope = self.scope_of(id, subject, depth);
        let callee = match self.value(target, &scope, depth) {
            // `Base.__init__(self, **kwargs)`
            Ty::Function(method, Subject::Unbound(class)) => {
                Ty::Function(method, Subject::Instance(class, Vec::new()))
            }
            other => other,
        };
        self.keywords(&callee, depth)
    }

    /// The keywords of `super().METHOD`: of the methods of all classes that may come next. Which one it is depends on
    /// the order of all bases.
    fn keywords_above(&self, id: &FunctionId, subject: &Subject, method: &str, depth: usize) -> Keywords {
        let (class, arguments): (_, &[Ty]) = match subject {
            Subject::Instance(class, arguments) => (class, arguments),
            Subject::Class(class) => (class, &[]),
            Subject::None | Subject::Unbound(_) => return Err(Undecided::Kwargs),
        };
        let (home, _) = self.home(class, id, arguments, depth);
        let is_home = |base: &Base| matches!(base, Base::Own(id, _) if *id == home);
        let mut names = KeywordSet::default();
        for base in self.bases(class, arguments, depth) {
            match &base {
                Base::Own(id, _) if self.bases(id, &[], depth).iter().any(is_home) => {}
                Base::Own(id, _) => {
                    let read = self.class(id).ok_or(Undecided::Unread)?;
                    if self.has_foreign_parts(id, depth) {
                        return Err(Undecided::OpenClass);
                    }
                    let defs = read.members.get(method).into_iter().flatten();
                    names.extend(self.method_parameters(id, defs, subject, depth)?);
                    if method == "__init__" && self.is_data_class(id, depth) {
                        names.extend(self.fields(id, depth)?.into());
                    }
                }
                Base::External(path) if builtin::has_plain_constructor(path) => {}
                Base::External(path) if method == "__init__" && builtin::takes_fields(path) => {
                    names.extend(self.fields(class, depth)?.into());
                }
                Base::External(_) | Base::Unknown => return Err(Undecided::OpenClass),
            }
        }
        Ok(names)
    }

    /// The keywords of all definitions of a method of a class.
    fn method_parameters<'d>(
        &self,
        class: &ClassId,
        defs: impl IntoIterator<Item = &'d Def>,
        subject: &Subject,
        depth: usize,
    ) -> Keywords {
        let mut names = KeywordSet::default();
        for def in defs {
            let Def::Function(index) = def else {
                return Err(Undecided::OpenClass);
            };
            let function = FunctionId {
                module: class.module.clone(),
                index: *index,
            };
            names.extend(self.parameters(&function, subject, depth)?);
        }
        Ok(names)
    }

    /// The annotated names of a class and its bases, all of which must be known.
    fn fields(&self, class: &ClassId, depth: usize) -> Result<BTreeSet<String>, Undecided> {
        let mut names = BTreeSet::new();
        for base in self.bases(class, &[], depth) {
            match base {
                Base::Own(id, _) => {
                    let read = self.class(&id).ok_or(Undecided::Unread)?;
                    if read.open.is_some() {
                        return Err(Undecided::OpenClass);
                    }
                    for field in &read.fields {
                        names.insert(field.name.clone());
                        names.insert(field.name.trim_start_matches('_').to_owned());
                        names.extend(field.aliases.iter().cloned());
                    }
                }
                Base::External(path) if builtin::base_members(&path).is_some() => {}
                _ => return Err(Undecided::OpenClass),
            }
        }
        Ok(names)
    }

    /// The keywords of the constructor of a class.
    fn constructor(&self, class: &ClassId, depth: usize) -> Keywords {
        let mut new = None;
        for base in self.bases(class, &[], depth) {
            match base {
                Base::Own(id, _) => {
                    let read = self.class(&id).ok_or(Undecided::Unread)?;
                    if self.has_foreign_parts(&id, depth) {
                        return Err(Undecided::OpenClass);
                    }
                    if read.members.contains_key("__new__") {
                        new = Some(());
                    }
                    if let Some(defs) = read.members.get("__init__") {
                        let subject = Subject::Instance(class.clone(), Vec::new());
                        return self.method_parameters(&id, defs, &subject, depth);
                    }
                    if self.is_data_class(&id, depth) {
                        return self.fields(class, depth).map(KeywordSet::from);
                    }
                }
                Base::External(path) if builtin::takes_fields(&path) => {
                    return self.fields(class, depth).map(KeywordSet::from);
                }
                Base::External(path) if builtin::has_plain_constructor(&path) => {}
                Base::External(_) | Base::Unknown => return Err(Undecided::OpenClass),
            }
        }
        if new.is_some() {
            return Err(Undecided::OpenClass);
        }
        Ok(KeywordSet::default())
    }

    fn is_data_class(&self, id: &ClassId, depth: usize) -> bool {
        let Some(read) = self.class(id) else { return false };
        let scope = TypeScope::new(&id.module, None);
        read.decorators.iter().any(|decorator| {
            let expression = match decorator {
                Expr::Call(inner) => inner,
                other => other,
            };
            matches!(self.value(expression, &scope, depth), Ty::External(path) if builtin::makes_constructor(&path))
        })
    }
}
