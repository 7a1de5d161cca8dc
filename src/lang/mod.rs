//! The languages of code blocks.
