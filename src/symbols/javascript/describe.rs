//! The names of symbols in messages, and the names that exist in place of a missing one.

use super::member::{ShapeRef, Side};
use super::release::{MAX_CANDIDATES, Release};
use super::summary::Def;
use super::ty::Ty;
use std::collections::BTreeSet;
use std::rc::Rc;

impl Release {
    /// The names of the members of a value, for suggestions.
    pub(super) fn members_of(&self, value: &Ty) -> Vec<String> {
        let mut names = BTreeSet::new();
        self.collect_members(value, &mut names, 8);
        names.retain(|name| !name.starts_with('@') && !name.starts_with('_'));
        names.into_iter().take(MAX_CANDIDATES).collect()
    }

    fn collect_members(&self, value: &Ty, names: &mut BTreeSet<String>, depth: usize) {
        let Some(depth) = self.store.deeper(depth) else {
            return;
        };
        match value {
            Ty::Module(scopes, ..) => names.extend(self.names_of(scopes)),
            Ty::Entity(entity) => {
                names.extend(self.names_of(&self.namespaces(entity)));
                let Some((file, defs)) = self.defs(entity) else {
                    return;
                };
                for def in defs.iter() {
                    let (index, side) = match def {
                        Def::Class(index) => (*index, Side::Static),
                        Def::Enum(index) => (*index, Side::Instance),
                        _ => continue,
                    };
                    let shape = self.own_shape(&file, entity, index, &[], value, true);
                    self.collect_shape(&shape, side, names, depth);
                }
            }
            Ty::Class(id) => {
                if let Some(shape) = self.part_shape(id, &Rc::default(), value) {
                    self.collect_shape(&shape, Side::Static, names, depth);
                }
            }
            Ty::Instance(..) | Ty::Object(..) => {
                for shape in self.shapes(value, value) {
                    self.collect_shape(&shape, Side::Instance, names, depth);
                }
            }
            Ty::Union(parts) | Ty::Intersection(parts) => {
                for part in parts {
                    self.collect_members(part, names, depth);
                }
            }
            _ => {}
        }
    }

    fn collect_shape(&self, shape: &ShapeRef, side: Side, names: &mut BTreeSet<String>, depth: usize) {
        let Some(read) = shape.shape() else { return };
        if names.len() > MAX_CANDIDATES {
            return;
        }
        names.extend(side.of(read).names.keys().cloned());
        for base in &read.bases {
            let base = self.base_type(shape, base, side, read.is_literal, depth);
            self.collect_members(&base, names, depth);
        }
    }

    /// How a member of the value is called in messages: `pkg/sub#name` for what a module exports, `Client.query` for
    /// other members.
    #[must_use]
    pub fn symbol(&self, value: &Ty, name: &str) -> String {
        match (value, self.owner(value)) {
            (Ty::Module(..), Some(module)) => format!("{module}#{name}"),
            (_, Some(owner)) => format!("{owner}.{name}"),
            (_, None) => name.to_owned(),
        }
    }

    fn owner(&self, value: &Ty) -> Option<String> {
        match value {
            Ty::Module(_, specifier, _) => Some(specifier.to_string()),
            Ty::Entity(entity) | Ty::Instance(entity, _) => Some(entity.name.to_string()),
            Ty::Class(id) | Ty::Object(id, _) => {
                let file = self.store.file(&id.file)?;
                let name = &file.shapes.get(id.index)?.name;
                (!name.is_empty()).then(|| name.clone())
            }
            Ty::Promise(_) => Some("Promise".to_owned()),
            Ty::Items(..) | Ty::Tuple(_) => Some("Array".to_owned()),
            Ty::Union(parts) | Ty::Intersection(parts) => parts.iter().find_map(|part| self.owner(part)),
            _ => None,
        }
    }

    /// A function or class as one line of TypeScript, for hover.
    #[must_use]
    pub fn signature(&self, value: &Ty) -> Option<String> {
        match value {
            Ty::Function(ids, _) => {
                let text = self.function(ids.first()?)?.0.text.clone();
                (!text.is_empty()).then_some(text)
            }
            Ty::Entity(entity) => {
                let (file, defs) = self.defs(entity)?;
                defs.iter().find_map(|def| match def {
                    Def::Function(index) => {
                        let text = &file.functions.get(*index)?.text;
                        Some(format!("function {}{text}", entity.name))
                    }
                    Def::Class(index) => {
                        let shape = file.shapes.get(*index)?;
                        let constructor = shape.members.constructs.first();
                        let constructor = constructor.and_then(|index| file.functions.get(*index));
                        Some(match constructor {
                            Some(constructor) => format!("new {}{}", entity.name, constructor.text),
                            None => format!("class {}", entity.name),
                        })
                    }
                    _ => None,
                })
            }
            _ => None,
        }
    }
}
