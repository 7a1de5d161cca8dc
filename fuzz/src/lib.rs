//! The fuzz targets, and the properties that must hold for any input. A target that returns has passed.

pub mod mutate;
mod safety;
pub mod seeds;
mod targets;

/// One thing to fuzz.
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    /// Run one input; panics when a property does not hold.
    pub run: fn(&[u8]),
}

/// Every target.
pub static TARGETS: &[Target] = &[
    Target {
        name: "documents",
        run: targets::documents,
    },
    Target {
        name: "front",
        run: targets::front,
    },
    Target {
        name: "fences",
        run: targets::fences,
    },
    Target {
        name: "languages",
        run: targets::languages,
    },
    Target {
        name: "shell",
        run: targets::shell,
    },
    Target {
        name: "versions",
        run: targets::versions,
    },
    Target {
        name: "replies",
        run: targets::replies,
    },
    Target {
        name: "reports",
        run: targets::reports,
    },
    Target {
        name: "fixes",
        run: targets::fixes,
    },
    Target {
        name: "fixing",
        run: targets::fixing,
    },
    Target {
        name: "safety",
        run: safety::safety,
    },
];

/// The target with a name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
