//! The shapes of registry.json and manifest.json of a hub, as far as they are checked here. Both are untrusted.

use super::checksum::Checksum;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// The name of the manifest: `chub-lint build --manifest` writes it.
pub(super) const FILE: &str = "manifest.json";
/// How the generator in it begins.
const GENERATOR: &str = "chub-lint";
/// The most files of a hub.
const MAX_FILES: usize = 500_000;

/// The size and the hash of each file of a hub.
#[derive(Debug)]
pub(super) struct HubManifest(BTreeMap<String, (u64, Checksum)>);

impl HubManifest {
    /// Whether a file is listed.
    pub(super) fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Whether a file has its size and hash; `None` when it is not listed.
    pub(super) fn verify(&self, path: &str, bytes: &[u8]) -> Option<bool> {
        let (size, sum) = self.0.get(path)?;
        Some(*size == bytes.len() as u64 && sum.is_of(bytes))
    }
}

/// Whether a file is a manifest of a build of this program. Other programs use the name, too.
pub(super) fn is_ours(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Probe {
        generator: String,
    }
    serde_json::from_slice::<Probe>(bytes).is_ok_and(|probe| probe.generator.starts_with(GENERATOR))
}

/// Read a manifest; `None` when another program wrote it.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<HubManifest>, String> {
    #[derive(Deserialize)]
    struct File {
        schema: u64,
        files: Vec<Row>,
    }
    #[derive(Deserialize)]
    struct Row {
        path: String,
        size: u64,
        sha256: String,
    }
    if !is_ours(bytes) {
        return Ok(None);
    }
    let file: File = serde_json::from_slice(bytes).map_err(|error| place(&error))?;
    if file.schema != 1 {
        return Err("it is of a newer version of chub-lint: update chub-lint".to_owned());
    }
    if file.files.len() > MAX_FILES {
        return Err(format!("it lists more than {MAX_FILES} files"));
    }
    let row = |row: Row| {
        let sum = Checksum::sha256_hex(&row.sha256).ok_or("a SHA-256 in it does not have 64 digits")?;
        Ok((row.path, (row.size, sum)))
    };
    let files: Result<_, String> = file.files.into_iter().map(row).collect();
    Ok(Some(HubManifest(files?)))
}

/// The number of entries of a registry.
///
/// # Errors
/// Why the text is not a registry.
pub(super) fn entries(text: &str) -> Result<usize, String> {
    #[derive(Deserialize)]
    struct Registry {
        docs: Option<Vec<IgnoredAny>>,
        skills: Option<Vec<IgnoredAny>>,
    }
    let registry: Registry = serde_json::from_str(text).map_err(|error| place(&error))?;
    if registry.docs.is_none() && registry.skills.is_none() {
        return Err("it has neither `docs` nor `skills`".to_owned());
    }
    let count = |list: Option<Vec<IgnoredAny>>| list.map_or(0, |list| list.len());
    let entries = count(registry.docs) + count(registry.skills);
    match entries > MAX_FILES {
        true => Err(format!("it has more than {MAX_FILES} entries")),
        false => Ok(entries),
    }
}

/// Where JSON is wrong, without its text.
fn place(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "it does not have the expected structure",
        _ => "it is not JSON",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_registries_and_own_manifests_are_accepted() {
        assert_eq!(entries(r#"{"docs":[{},{}],"skills":[{}],"x":1}"#), Ok(3));
        assert_eq!(entries(r#"{"skills":[]}"#), Ok(0));
        for (text, why) in [
            ("{}", "neither"),
            ("<html>", "not JSON (line 1"),
            (r#"{"docs":{}}"#, "the expected structure"),
            (r#"{"docs":[]"#, "not JSON"),
        ] {
            assert!(entries(text).unwrap_err().contains(why), "{text}");
        }
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let ours = format!(
            r#"{{"schema":1,"generator":"chub-lint build","files":[{{"path":"a","size":3,"sha256":"{hash}"}}]}}"#
        );
        let manifest = parse(ours.as_bytes()).unwrap().unwrap();
        assert!(manifest.has("a") && !manifest.has("b"));
        assert_eq!(manifest.verify("a", b"abc"), Some(true));
        assert_eq!(manifest.verify("a", b"abd"), Some(false));
        assert_eq!(manifest.verify("b", b"abc"), None);
        // The manifest of a web application.
        assert!(parse(br#"{"name":"App","icons":[]}"#).unwrap().is_none());
        for wrong in [
            ours.replace("\"schema\":1", "\"schema\":2"),
            ours.replace(hash, "ba78"),
            ours.replace("\"size\":3", "\"size\":-1"),
        ] {
            assert!(parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
