//! The parts of npm's JSON that are used, read in bounded memory: long values are shortened or left out while they are
//! read, and entries over a limit are counted and not kept.

use super::client::sanitize;
use super::{UnknownReason, size};
use jiff::civil::Date;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt::{self, Formatter};
use std::marker::PhantomData;

/// The maximum length of a version, tag or name. A longer one is invalid.
const MAX_NAME_BYTES: usize = 256;
/// The maximum number of entries of `time`, which also lists unpublished versions.
const MAX_TIMES: usize = 3 * size::MAX_VERSIONS;

/// The date of a timestamp such as `2024-05-06T07:08:09.000Z`.
pub(crate) fn day(time: &str) -> Option<Date> {
    time.get(..10)?.parse().ok()
}

/// The document of a package, abbreviated or full.
#[derive(Deserialize)]
pub(super) struct Packument {
    #[serde(default)]
    pub name: Option<BoundedText>,
    #[serde(rename = "dist-tags", default)]
    pub dist_tags: Tags,
    #[serde(default)]
    pub versions: VersionDetails,
    #[serde(default)]
    pub time: VersionDates,
}

/// The document of one version.
#[derive(Default, Deserialize)]
pub(super) struct VersionDocument {
    #[serde(default)]
    pub deprecated: DeprecationMessage,
    #[serde(default)]
    pub dist: NpmDist,
}

/// What npm says about the files of a version.
#[derive(Default, Deserialize)]
pub(super) struct NpmDist {
    #[serde(rename = "unpackedSize", default)]
    pub unpacked_size: FileSize,
}

/// A size in bytes. No value is built for other types.
#[derive(Clone, Copy, Default)]
pub(super) struct FileSize(pub Option<u64>);

impl<'de> Deserialize<'de> for FileSize {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct SizeVisitor;
        impl<'de> Visitor<'de> for SizeVisitor {
            type Value = FileSize;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("a size")
            }

            fn visit_u64<E>(self, size: u64) -> Result<FileSize, E> {
                Ok(FileSize(Some(size)))
            }

            fn visit_i64<E>(self, _: i64) -> Result<FileSize, E> {
                Ok(FileSize(None))
            }

            fn visit_f64<E>(self, _: f64) -> Result<FileSize, E> {
                Ok(FileSize(None))
            }

            fn visit_bool<E>(self, _: bool) -> Result<FileSize, E> {
                Ok(FileSize(None))
            }

            fn visit_str<E>(self, _: &str) -> Result<FileSize, E> {
                Ok(FileSize(None))
            }

            fn visit_unit<E>(self) -> Result<FileSize, E> {
                Ok(FileSize(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<FileSize, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(FileSize(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FileSize, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(FileSize(None))
            }
        }
        reader.deserialize_any(SizeVisitor)
    }
}

/// The dist-tags.
#[derive(Default)]
pub(super) struct Tags(pub BoundedMap<String>);

/// The versions with their deprecation messages and sizes.
#[derive(Default)]
pub(super) struct VersionDetails(pub BoundedMap<(Option<String>, FileSize)>);

/// The dates of versions, and `created` and `unpublished`.
#[derive(Default)]
pub(super) struct VersionDates(pub BoundedMap<Option<Date>>);

/// A deprecation message. An empty one undoes the deprecation. Some tools wrote `false` or other values.
#[derive(Default)]
pub(super) struct DeprecationMessage(pub Option<String>);

/// A map with a maximum number of entries.
pub(super) struct BoundedMap<V> {
    map: BTreeMap<String, V>,
    text: usize,
    too_large: bool,
}

impl<V> Default for BoundedMap<V> {
    fn default() -> Self {
        Self {
            map: BTreeMap::new(),
            text: 0,
            too_large: false,
        }
    }
}

impl<V> BoundedMap<V> {
    /// The map, unless it had too many entries.
    pub(super) fn all(self) -> Result<BTreeMap<String, V>, UnknownReason> {
        match self.too_large {
            true => Err(UnknownReason::TooLarge),
            false => Ok(self.map),
        }
    }

    fn insert(&mut self, key: String, value: V, text: usize, most: usize) {
        self.text += key.len() + text;
        self.too_large |=
            self.text > size::MAX_TEXT_BYTES || self.map.len() >= most && !self.map.contains_key(&key);
        if !self.too_large {
            self.map.insert(key, value);
        }
    }
}

/// A text of at most the maximum length, or `None`.
pub(super) struct BoundedText(pub Option<String>);

/// Reads any value, and passes a text to a function.
struct TextVisitor<F>(F);

impl<'de> Deserialize<'de> for BoundedText {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct BoundedTextVisitor;
        impl Visitor<'_> for BoundedTextVisitor {
            type Value = BoundedText;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E>(self, text: &str) -> Result<BoundedText, E> {
                Ok(BoundedText(
                    (text.len() <= MAX_NAME_BYTES).then(|| text.to_owned()),
                ))
            }
        }
        reader.deserialize_str(BoundedTextVisitor)
    }
}

impl<'de, T, F: FnOnce(&str) -> Option<T>> DeserializeSeed<'de> for TextVisitor<F> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Option<T>, D::Error> {
        reader.deserialize_any(self)
    }
}

/// No value is built when it is not a text: a nested list would take sixteen times the memory of its two bytes.
impl<'de, T, F: FnOnce(&str) -> Option<T>> Visitor<'de> for TextVisitor<F> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<T>, E> {
        Ok(self.0(text))
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de> Deserialize<'de> for DeprecationMessage {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let message = |text: &str| {
            let text = text.trim();
            (!text.is_empty()).then(|| sanitize(text, 500))
        };
        TextVisitor(message).deserialize(reader).map(Self)
    }
}

/// A map whose entries are read one by one.
trait Entries: Default {
    fn add<'de, A: MapAccess<'de>>(&mut self, key: Option<String>, map: &mut A) -> Result<(), A::Error>;
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Entries> Visitor<'de> for EntriesVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut found = T::default();
        while let Some(BoundedText(key)) = map.next_key()? {
            found.add(key, &mut map)?;
        }
        Ok(found)
    }
}

impl Entries for Tags {
    /// Tags are shown to users, so control characters and long tags are refused.
    fn add<'de, A: MapAccess<'de>>(&mut self, key: Option<String>, map: &mut A) -> Result<(), A::Error> {
        let BoundedText(version) = map.next_value()?;
        let plain = |text: &String| !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        if let (Some(tag), Some(version)) = (key.filter(plain), version.filter(plain)) {
            let length = version.len();
            self.0.insert(tag, version, length, size::MAX_VERSIONS);
        }
        Ok(())
    }
}

impl Entries for VersionDetails {
    fn add<'de, A: MapAccess<'de>>(&mut self, key: Option<String>, map: &mut A) -> Result<(), A::Error> {
        let document: VersionDocument = map.next_value()?;
        if let Some(version) = key {
            let message = document.deprecated.0;
            let length = message.as_ref().map_or(0, String::len);
            let value = (message, document.dist.unpacked_size);
            self.0.insert(version, value, length, size::MAX_VERSIONS);
        }
        Ok(())
    }
}

impl Entries for VersionDates {
    fn add<'de, A: MapAccess<'de>>(&mut self, key: Option<String>, map: &mut A) -> Result<(), A::Error> {
        let day = map.next_value_seed(TextVisitor(day))?;
        if let Some(version) = key {
            self.0.insert(version, day, 0, MAX_TIMES);
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(EntriesVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for VersionDetails {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(EntriesVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for VersionDates {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(EntriesVisitor(PhantomData))
    }
}
