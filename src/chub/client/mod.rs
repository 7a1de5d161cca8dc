//! What the hub's client does with a built tree: ranks, shows and gets entries. And what it keeps of a user: annotations
//! and feedback.

pub mod annotations;
pub mod feedback;
pub mod format;
mod lexical;
pub mod preview;
pub mod rank;
pub mod select;
pub mod sources;
