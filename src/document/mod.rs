//! One file, parsed once, never changed.

mod path;

pub use path::HubPath;
