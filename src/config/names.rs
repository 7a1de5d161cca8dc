//! The names that a config may hold, as its JSON Schema describes them.

use crate::rule::options::SeverityLevel;
use crate::rule::page::RuleCategory;
use crate::rules::RULES;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// The name of a rule.
pub(super) struct RuleName;

impl JsonSchema for RuleName {
    fn schema_name() -> Cow<'static, str> {
        "RuleName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": ids().collect::<Vec<_>>() })
    }
}

/// An item of `select`, `extend-select` and `ignore`.
pub(super) struct Selector;

impl JsonSchema for Selector {
    fn schema_name() -> Cow<'static, str> {
        "Selector".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let groups = RuleCategory::ALL.iter().map(|category| category.as_str());
        let names: Vec<&str> = ["all", "pedantic"]
            .into_iter()
            .chain(groups)
            .chain(ids())
            .collect();
        json_schema!({ "type": "string", "enum": names })
    }
}

/// A table of severities by rule.
pub(super) fn severities(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": generator.subschema_for::<RuleName>(),
        "additionalProperties": generator.subschema_for::<SeverityLevel>(),
    })
}

fn ids() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.id)
}
