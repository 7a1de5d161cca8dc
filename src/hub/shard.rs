//! One of several equal parts of a hub, for machines that share the work.

use super::{Hub, HubPart, join_path};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The most parts; more would be a mistake.
const MAX_COUNT: usize = 1_000;

/// The part `index` of `count`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    index: usize,
    count: usize,
}

/// A text or two numbers that name no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a part as INDEX/COUNT, from 1/COUNT to COUNT/COUNT, COUNT at most {MAX_COUNT}")]
pub struct ShardError;

impl Shard {
    /// The part `index` of `count`.
    ///
    /// # Errors
    /// When there is no such part, or `count` is too large.
    pub fn new(index: usize, count: usize) -> Result<Self, ShardError> {
        let exists = (1..=count).contains(&index) && count <= MAX_COUNT;
        exists.then_some(Self { index, count }).ok_or(ShardError)
    }

    /// Which part.
    #[must_use]
    pub fn index(self) -> usize {
        self.index
    }

    /// Of how many.
    #[must_use]
    pub fn count(self) -> usize {
        self.count
    }

    /// Report only on the files of this part. The whole hub is still there for the rules to look at.
    ///
    /// Entries are distributed round-robin, in order of path, each with its companions; files that belong to no entry
    /// go with their author. So the parts are of equal size, every path is in exactly one, and all machines agree.
    pub fn narrow(self, hub: &mut Hub) {
        if self.count == 1 {
            return;
        }
        let paths: BTreeSet<&str> = hub
            .files
            .keys()
            .map(String::as_str)
            .chain(hub.unread.iter().map(|unread| unread.path.path_in_hub()))
            .chain([""])
            .filter(|path| hub.focus.as_ref().is_none_or(|focus| focus.contains(*path)))
            .collect();
        let groups: BTreeSet<&str> = paths.iter().map(|path| group(hub, path)).collect();
        let mine: BTreeSet<&str> = groups
            .into_iter()
            .enumerate()
            .filter(|(i, _)| i % self.count == self.index - 1)
            .map(|(_, group)| group)
            .collect();
        let paths = paths
            .into_iter()
            .filter(|path| mine.contains(group(hub, path)))
            .map(str::to_owned)
            .collect();
        hub.part = Some(HubPart {
            paths,
            first: self.index == 1,
        });
    }
}

/// The unit that a path is distributed with: the folder of its entry, else its author.
fn group<'a>(hub: &Hub, path: &'a str) -> &'a str {
    let mut folder = path;
    loop {
        let entry = ["DOC.md", "SKILL.md"]
            .iter()
            .any(|name| hub.files.contains_key(&join_path(folder, name)));
        match folder.rsplit_once('/') {
            _ if entry => return folder,
            Some((above, _)) => folder = above,
            None => return folder,
        }
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (index, count) = text.split_once('/').ok_or(ShardError)?;
        let number = |part: &str| part.parse().map_err(|_| ShardError);
        Self::new(number(index)?, number(count)?)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::FileKind;

    fn hub() -> Hub {
        let mut hub = Hub::default();
        for path in [
            "a",
            "a/docs",
            "a/docs/x",
            "a/docs/x/DOC.md",
            "a/docs/x/more.md",
            "a/docs/x/sub/deep.md",
            "a/docs/y/python/DOC.md",
            "a/notes.txt",
            "b/skills/z/SKILL.md",
            "stray.md",
        ] {
            hub.files.insert(path.to_owned(), FileKind::File);
        }
        hub
    }

    fn focus(text: &str, mut hub: Hub) -> BTreeSet<String> {
        text.parse::<Shard>().unwrap().narrow(&mut hub);
        hub.part.unwrap().paths
    }

    #[test]
    fn every_path_is_in_exactly_one_part() {
        for count in [2, 3, 7] {
            let mut all = Vec::new();
            for index in 1..=count {
                all.extend(focus(&format!("{index}/{count}"), hub()));
            }
            all.sort();
            let mut expected: Vec<_> = hub().files.into_keys().chain([String::new()]).collect();
            expected.sort();
            assert_eq!(all, expected);
        }
    }

    #[test]
    fn companions_stay_with_their_entry() {
        let with_x: Vec<_> = (1..=7)
            .map(|i| focus(&format!("{i}/7"), hub()))
            .filter(|focus| focus.contains("a/docs/x/DOC.md"))
            .collect();
        let [only] = with_x.as_slice() else {
            panic!("{with_x:?}")
        };
        assert!(only.contains("a/docs/x/more.md") && only.contains("a/docs/x/sub/deep.md"));
    }

    #[test]
    fn only_what_was_named_is_dealt() {
        let mut named = hub();
        named.focus = Some(BTreeSet::from(["a/docs/x/DOC.md".to_owned()]));
        assert_eq!(focus("1/2", named).len(), 1);
    }

    #[test]
    fn a_part_is_index_and_count() {
        assert_eq!("2/8".parse::<Shard>().unwrap().to_string(), "2/8");
        for wrong in ["0/8", "9/8", "2", "2/0", "a/b", "1/1001", "-1/2", "/"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
