//! Holds `chub-lint build` to what `chub build` was recorded to do. See `registry/cases/README.md`.

mod registry {
    pub mod case;
    pub mod recorded;
    pub mod tree;
}
