//! Read a report that chub-lint wrote, JSON or SARIF.

use super::json::{JsonReport, SCHEMA_VERSION};
use super::merge::PartError;
use super::sarif::model::SarifLog;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// A report that was read.
#[derive(Debug)]
pub enum Read {
    /// JSON.
    Json(Box<JsonReport>),
    /// SARIF.
    Sarif(SarifLog),
}

/// Read a report of either format.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str) -> Result<Read, PartError> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(default)]
        schema: Value,
        runs: Option<IgnoredAny>,
    }
    let head: Head = serde_json::from_str(text).map_err(|error| match error.is_data() {
        true => PartError::Foreign,
        false => PartError::Syntax(error),
    })?;
    if head.runs.is_some() {
        return serde_json::from_str(text)
            .map(Read::Sarif)
            .map_err(PartError::Sarif);
    }
    if head.schema != SCHEMA_VERSION {
        return Err(PartError::Schema);
    }
    serde_json::from_str(text)
        .map(|report| Read::Json(Box::new(report)))
        .map_err(PartError::Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_report_is_refused() {
        assert!(matches!(read("[]"), Err(PartError::Foreign)));
        assert!(matches!(read("{"), Err(PartError::Syntax(_))));
        assert!(matches!(read("{\"schema\": 2}"), Err(PartError::Schema)));
    }
}
