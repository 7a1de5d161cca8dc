//! Archives of releases: from servers that behave and that do not, from hostile authors, from files and folders.

mod hostile;
mod local;
mod mutated;
mod served;
