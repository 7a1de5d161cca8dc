//! What a page may do to the agent that reads it: invisible characters, instructions to the model, and
//! leaked credentials.

pub mod instruction;
pub mod invisible;
pub mod secret;
