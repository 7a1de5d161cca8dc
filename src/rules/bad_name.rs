//! A name by which clients cannot fetch the entry.

use super::fields;
use super::skill_fields::MAX_NAME;
use crate::diagnostic::Severity;
use crate::document::{Document, YamlNode};
use crate::edit::Edit;
use crate::hub::supplied::unsafe_name_reason;
use crate::rule::{Check, Context, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("bad-name", Check::Document(check));

/// The words that uploads refuse in a name (platform.claude.com, Agent Skills, best practices).
const RESERVED: [&str; 2] = ["anthropic", "claude"];

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some((name, node)) = document
        .front_matter()
        .and_then(|front| fields::text(front.field(&["name"])))
    else {
        return;
    };
    if document.is_plain_skill() {
        skill_name(document, name, node, sink);
        return;
    }
    let unreachable = if name.contains(':') {
        Some("a `:`, which clients read as the end of a source's name")
    } else if name.trim() != name {
        Some("white space around it, which clients trim")
    } else if name.split_whitespace().collect::<Vec<_>>().join(" ") != name {
        Some("repeated white space, which clients collapse")
    } else {
        None
    };
    if let Some(wrong) = unsafe_name_reason(name) {
        sink.report(
            node.span,
            format!("the build refuses the name `{name}`: it {wrong}"),
        )
        .help("use small letters, digits and single hyphens");
    } else if let Some(what) = unreachable {
        sink.report(
            node.span,
            format!("clients cannot fetch the name `{name}`: it has {what}"),
        )
        .help("use small letters, digits and single hyphens");
    } else if sink.pedantic() && !is_kebab_case(name) {
        sink.report(node.span, format!("the name `{name}` is not in kebab case"))
            .severity(Severity::Warning)
            .help("use small letters, digits and single hyphens");
    }
}

/// The rules of the Agent Skills format. Clients load a skill with another name, but not all of them.
fn skill_name(document: &Document, name: &str, node: &YamlNode, sink: &mut Sink<'_>) {
    let folder = document.path.folder().rsplit('/').next().unwrap_or_default();
    let length = name.chars().count();
    let refused = if !name
        .chars()
        .all(|c| c == '-' || (c.is_alphanumeric() && !c.is_uppercase()))
    {
        Some("may have only small letters, digits and hyphens".to_owned())
    } else if name.starts_with('-') || name.ends_with('-') || name.contains("--") {
        Some("may not begin or end with a hyphen, or have two in a row".to_owned())
    } else if length > MAX_NAME {
        Some(format!("has {length} characters; {MAX_NAME} is the limit"))
    } else {
        None
    };
    let slug = slug(name);
    // A file at the top is in the folder of the checkout, which can have any name.
    let is_other = !folder.is_empty() && folder != name;
    if let Some(refused) = refused {
        let report = sink
            .report(node.span, format!("the skill's name `{name}` {refused}"))
            .severity(Severity::Warning);
        if is_valid(&slug) {
            let report = report.help(format!("write `{slug}`: some clients skip the skill"));
            if slug == folder {
                report.unsafe_fix(
                    format!("rename it to `{slug}`"),
                    vec![Edit {
                        span: node.span,
                        text: slug,
                    }],
                );
            }
        } else {
            report.help("use small letters, digits and single hyphens: some clients skip the skill");
        }
    } else if is_other {
        sink.report(
            node.span,
            format!("the skill's name `{name}` is not that of its folder, `{folder}`"),
        )
        .severity(Severity::Warning)
        .help("give both one name: VS Code does not load the skill, and the reference validator refuses it");
    } else if let Some(word) = RESERVED.iter().find(|word| name.contains(**word)) {
        sink.report(
            node.span,
            format!("the skill's name `{name}` has the reserved word `{word}`"),
        )
        .severity(Severity::Note)
        .help(
            "use another name to upload it to claude.ai or the API, which refuse it; Claude Code accepts it",
        );
    }
}

/// A name as the Agent Skills format wants it, made from another one.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

fn is_valid(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.chars().count())
}

/// Whether a name has small letters, digits and single hyphens only.
#[must_use]
pub fn is_kebab_case(name: &str) -> bool {
    name.split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}
