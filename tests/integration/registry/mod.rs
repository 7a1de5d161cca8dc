//! The commands about the built tree. `chub-lint build` is held to what `chub build` was recorded to do: see
//! `registry/cases/README.md`. `registry/client.sh` runs the real client.

mod case;
mod commands;
mod interruption;
mod recorded;
mod target;
mod tree;
