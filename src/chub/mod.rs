//! What the hub's own tool `@aisuite/chub` 0.1.4 does: how it builds a hub, how its client searches and gets.

pub mod build;
pub mod client;
pub mod js;
