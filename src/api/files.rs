//! The files of a release, wherever they are.

/// The files of a release. Names have `/` and are relative.
pub trait Files: Send + Sync {
    /// The names of all files.
    fn names(&self) -> Vec<String>;
    /// The text of a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, name: &str) -> Result<Vec<u8>, String>;
}
