//! When the symbols of each entry of a hub were last checked, as the cache keeps it.
//!
//! A file of the cache is not trusted more than necessary: a date decides only which entries are checked first.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The dates of one hub, in seconds since 1970.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DatesFile {
    hub: String,
    checked: BTreeMap<String, u64>,
}

/// Read the dates of a hub. `None` when the file is damaged, or is about another hub. A date in the future is left out:
/// its entry would never be checked again.
pub(super) fn parse(bytes: &[u8], hub: &Path, now: u64) -> Option<BTreeMap<String, u64>> {
    let mut file: DatesFile = serde_json::from_slice(bytes).ok()?;
    file.checked.retain(|_, date| *date <= now);
    (file.hub == hub.to_string_lossy()).then_some(file.checked)
}

/// The file for these dates.
pub(super) fn to_bytes(checked: BTreeMap<String, u64>, hub: &Path) -> Vec<u8> {
    let hub = hub.to_string_lossy().into_owned();
    // serde_json cannot fail on strings and numbers, and a file that is empty is damaged.
    serde_json::to_vec(&DatesFile { hub, checked }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_of_this_hub_that_are_past() {
        let hub = Path::new("/srv/hub");
        let dates = BTreeMap::from([("a".to_owned(), 5), ("b".to_owned(), 7)]);
        let bytes = to_bytes(dates.clone(), hub);
        assert_eq!(parse(&bytes, hub, 7), Some(dates));
        assert_eq!(parse(&bytes, hub, 6).map(|dates| dates.len()), Some(1));
        assert_eq!(parse(&bytes, Path::new("/work"), 7), None);
        for damaged in [
            &b""[..],
            b"{}",
            b"[]",
            b"\xff",
            br#"{"hub":"/srv/hub","checked":{"a":-1}}"#,
            br#"{"hub":"/srv/hub","checked":{"a":"x"}}"#,
        ] {
            assert_eq!(parse(damaged, hub, 7), None);
        }
    }
}
