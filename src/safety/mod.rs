//! What a page may do to the agent that reads it: invisible characters and instructions to the model.

pub mod instruction;
pub mod invisible;
