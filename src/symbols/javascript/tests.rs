//! Small releases: what is found in them, what is missing, and where nothing may be said.

mod commonjs;
mod endings;
mod guards;
mod hostile;
mod resolve;
mod tables;
mod types;
mod usage;

use super::Release;
use super::ty::{Lookup, ModuleMode, Ty};
use crate::symbols::files::{Files, Sources};

/// Files that a test makes.
pub(super) struct Owned(pub Vec<(String, String)>);

impl Files for Owned {
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let found = self.0.iter().find(|(file, _)| file == name);
        found
            .map(|(_, text)| text.as_bytes().to_vec())
            .ok_or_else(|| format!("{name} is not there"))
    }
}

/// A release of the package `pkg`.
pub(super) fn release(files: &'static [(&'static str, &'static str)]) -> Release {
    Release::new("pkg", Box::new(Sources(files)))
}

/// Follow steps from a module: an exported name, then members, `new`, `call`, `await`, `each` and `type`. A module that
/// ends with `!` is required.
pub(super) fn follow(release: &Release, steps: &str) -> Lookup {
    let mut steps = steps.split(' ');
    let module = steps.next().unwrap_or_default();
    let mode = if module.ends_with('!') {
        ModuleMode::Require
    } else {
        ModuleMode::Import
    };
    let mut found = release.module(module.trim_end_matches('!'), mode);
    let mut is_first = true;
    for step in steps {
        let Lookup::Found(ty) = &found else {
            return found;
        };
        found = match step {
            "new" => Lookup::Found(release.construct(ty)),
            "call" => Lookup::Found(release.call(ty, &[])),
            "call1" => Lookup::Found(release.call(ty, &[Ty::Foreign])),
            "await" => Lookup::Found(release.awaited(ty)),
            "each" => Lookup::Found(release.element(ty, false)),
            "each-async" => Lookup::Found(release.element(ty, true)),
            "type" => Lookup::Found(release.instance_of(ty)),
            name if is_first => release.export(ty, name, mode),
            name => release.member(ty, name),
        };
        is_first = false;
    }
    found
}

/// `found`, `missing` or `unknown`.
pub(super) fn look(release: &Release, steps: &str) -> &'static str {
    match follow(release, steps) {
        Lookup::Found(_) => "found",
        Lookup::Missing(_) => "missing",
        Lookup::Unknown(_) => "unknown",
    }
}

/// Check what each of many steps gives.
pub(super) fn check(files: &'static [(&'static str, &'static str)], expected: &[(&str, &str)]) {
    let release = release(files);
    for (steps, answer) in expected {
        assert_eq!(
            look(&release, steps),
            *answer,
            "{steps}: {:?}",
            follow(&release, steps)
        );
    }
    assert_eq!(release.read_error(), None);
    // The same from what was stored, without files.
    let stored = Release::from_table("pkg", &release.to_table(), None).unwrap();
    for (steps, answer) in expected {
        assert_eq!(look(&stored, steps), *answer, "stored: {steps}");
    }
    assert!(!stored.is_incomplete(), "{files:?}");
}
