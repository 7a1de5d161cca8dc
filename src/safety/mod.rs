//! What a page may do to the agent that reads it: invisible characters, look-alike letters, instructions to the model,
//! dangerous commands.

pub mod command;
pub mod instruction;
pub mod invisible;
pub mod letters;
