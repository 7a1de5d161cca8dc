//! What a page may do to the agent that reads it: characters nobody sees, words meant for the model alone, and
//! credentials that somebody left behind.

pub mod instruction;
pub mod invisible;
pub mod secret;
