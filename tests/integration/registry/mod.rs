//! The commands about the built tree. `chub-lint build` is compared with recordings of `chub build`: see
//! `registry/cases/README.md`. `registry/client.sh` runs the real client.

mod case;
mod commands;
mod interruption;
mod recorded;
mod target;
mod tree;
