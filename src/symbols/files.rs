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

/// The files of a small release in a test.
#[cfg(test)]
pub(super) struct Sources(pub &'static [(&'static str, &'static str)]);

#[cfg(test)]
impl Files for Sources {
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let mut files = self.0.iter();
        let found = files.find(|(file, _)| *file == name);
        found
            .map(|(_, text)| text.as_bytes().to_vec())
            .ok_or_else(|| format!("{name} is not there"))
    }
}
