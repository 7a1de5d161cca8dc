//! The status of a project on a Python index (PEP 792): archived, deprecated or quarantined.

use super::client::sanitize;
use super::packument::BoundedText;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt::{self, Formatter};

/// The maximum length of a reason in characters.
const MAX_REASON: usize = 300;

/// The status of a whole project. An active project has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectStatus {
    /// The status.
    pub state: ProjectState,
    /// Why. It may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// The statuses of PEP 792 that are not `active`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProjectState {
    /// No more releases will be published.
    Archived,
    /// It should no longer be used.
    Deprecated,
    /// Installing it may do harm. The index offers no files of it.
    Quarantined,
}

impl ProjectStatus {
    /// A status as an index writes it. `None` for an active project and for statuses that are not known: PEP 792 lets
    /// an index add some.
    pub(super) fn new(state: &str, reason: &str) -> Option<Self> {
        let state = match state.trim().to_ascii_lowercase().as_str() {
            "archived" => ProjectState::Archived,
            "deprecated" => ProjectState::Deprecated,
            "quarantined" => ProjectState::Quarantined,
            _ => return None,
        };
        let reason = sanitize(reason.trim(), MAX_REASON);
        Some(Self { state, reason })
    }
}

/// The value of `project-status` in JSON. A reason of another type than text is left out.
#[derive(Default)]
pub(super) struct JsonStatus(pub Option<ProjectStatus>);

impl<'de> Deserialize<'de> for JsonStatus {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(field_identifier, rename_all = "lowercase")]
        enum Key {
            Status,
            Reason,
            #[serde(other)]
            Other,
        }
        struct StatusVisitor;
        impl<'de> Visitor<'de> for StatusVisitor {
            type Value = JsonStatus;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("an object with `status`")
            }

            fn visit_unit<E>(self) -> Result<JsonStatus, E> {
                Ok(JsonStatus(None))
            }

            fn visit_str<E>(self, state: &str) -> Result<JsonStatus, E> {
                Ok(JsonStatus(ProjectStatus::new(state, "")))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonStatus, A::Error> {
                let (mut status, mut reason) = (None, String::new());
                while let Some(key) = map.next_key()? {
                    match key {
                        Key::Status => status = map.next_value::<BoundedText>()?.0,
                        Key::Reason => reason = map.next_value::<Reason>()?.0,
                        Key::Other => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(JsonStatus(
                    status.and_then(|status| ProjectStatus::new(&status, &reason)),
                ))
            }
        }
        reader.deserialize_any(StatusVisitor)
    }
}

/// A text or nothing.
struct Reason(String);

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct ReasonVisitor;
        impl Visitor<'_> for ReasonVisitor {
            type Value = Reason;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("a reason")
            }

            fn visit_str<E>(self, text: &str) -> Result<Reason, E> {
                Ok(Reason(sanitize(text, MAX_REASON)))
            }

            fn visit_unit<E>(self) -> Result<Reason, E> {
                Ok(Reason(String::new()))
            }
        }
        reader.deserialize_any(ReasonVisitor)
    }
}
