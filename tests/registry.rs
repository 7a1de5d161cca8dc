//! The commands about the built tree. `chub-lint build` is held to what `chub build` was recorded to do: see
//! `registry/cases/README.md`. `registry/client.sh` runs the real client.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests lay out folders and look at what became of them; one that cannot go on has failed"
)]

mod registry {
    pub mod case;
    pub mod commands;
    pub mod interruption;
    pub mod recorded;
    pub mod target;
    pub mod tree;
}
