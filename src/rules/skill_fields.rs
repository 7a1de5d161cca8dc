//! The fields of a `SKILL.md` by client: the source of the rules about skills and of their JSON Schema.
//!
//! Sources: agentskills.io/specification; code.claude.com/docs/en/skills; code.visualstudio.com
//! and docs.github.com (agent skills); cursor.com/docs and opencode.ai/docs (skills); developers.openai.com/codex/skills
//! and geminicli.com/docs (both read only what the specification has).

use crate::document::{Document, DocumentKind, FrontMatter, YamlNode, YamlValue};
use crate::text::join_list;

/// A field of a skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SkillField {
    /// Its key.
    pub key: &'static str,
    /// What its value may be.
    pub value: SkillValue,
    /// Who reads it.
    pub clients: &'static [Client],
    /// Its purpose, in one sentence.
    pub purpose: &'static str,
}

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkillValue {
    /// A string.
    Text,
    /// A string of at most so many characters.
    AtMost(usize),
    /// `true` or `false`.
    Switch,
    /// One of some strings.
    Choice(&'static [&'static str]),
    /// A string, or a list of strings.
    TextOrList,
    /// A mapping.
    Mapping,
}

impl SkillValue {
    /// Whether clients read a value of this type. An empty one is always accepted.
    #[must_use]
    pub fn accepts(self, node: &YamlNode) -> bool {
        matches!(
            (self, &node.value),
            (_, YamlValue::Null)
                | (
                    Self::Text | Self::AtMost(_) | Self::Choice(_) | Self::TextOrList,
                    YamlValue::String(_)
                )
                | (Self::Switch, YamlValue::Bool(_))
                | (Self::TextOrList, YamlValue::Sequence(_))
                | (Self::Mapping, YamlValue::Mapping(_))
        )
    }

    /// What clients read, in messages.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Text | Self::AtMost(_) | Self::Choice(_) => "a string",
            Self::Switch => "`true` or `false`",
            Self::TextOrList => "a string or a list",
            Self::Mapping => "a mapping",
        }
    }
}

impl SkillField {
    /// Who reads it, in messages.
    #[must_use]
    pub fn readers(&self) -> String {
        let names: Vec<&str> = self.clients.iter().map(|client| client.name()).collect();
        match names.as_slice() {
            [] | ["the specification"] => "clients".to_owned(),
            names => join_list(names, "and"),
        }
    }

    /// Whether it is part of the specification, so that all clients read it.
    #[must_use]
    pub fn is_standard(&self) -> bool {
        self.clients.contains(&Client::Specification)
    }
}

/// Who reads a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// The Agent Skills specification, and so every client.
    Specification,
    /// Claude Code.
    ClaudeCode,
    /// GitHub Copilot in VS Code.
    Copilot,
    /// Cursor.
    Cursor,
}

impl Client {
    /// Its name in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Specification => "the specification",
            Self::ClaudeCode => "Claude Code",
            Self::Copilot => "Copilot",
            Self::Cursor => "Cursor",
        }
    }
}

/// The longest name (specification).
pub const MAX_NAME: usize = 64;
/// The longest description (specification).
pub const MAX_DESCRIPTION: usize = 1024;
/// The longest `compatibility` (specification).
const MAX_COMPATIBILITY: usize = 500;

const ALL: &[Client] = &[Client::Specification];
const CLAUDE: &[Client] = &[Client::ClaudeCode];
const CLAUDE_COPILOT: &[Client] = &[Client::ClaudeCode, Client::Copilot];
const CLAUDE_COPILOT_CURSOR: &[Client] = &[Client::ClaudeCode, Client::Copilot, Client::Cursor];
const CLAUDE_CURSOR: &[Client] = &[Client::ClaudeCode, Client::Cursor];

const fn field(
    key: &'static str,
    value: SkillValue,
    clients: &'static [Client],
    purpose: &'static str,
) -> SkillField {
    SkillField {
        key,
        value,
        clients,
        purpose,
    }
}

/// All fields, those of the specification first.
#[rustfmt::skip]
pub static SKILL_FIELDS: &[SkillField] = &[
    field("name", SkillValue::AtMost(MAX_NAME), ALL, "The skill's name, which is that of its folder"),
    field("description", SkillValue::AtMost(MAX_DESCRIPTION), ALL, "What the skill does and when to use it: agents use it to choose a skill"),
    field("license", SkillValue::Text, ALL, "The licence of the skill, or the file with it"),
    field("compatibility", SkillValue::AtMost(MAX_COMPATIBILITY), ALL, "What the skill needs to run"),
    field("metadata", SkillValue::Mapping, ALL, "Any further keys, with strings as values"),
    field("allowed-tools", SkillValue::TextOrList, ALL, "The tools that the skill may use without a question, separated by spaces"),
    field("when_to_use", SkillValue::Text, CLAUDE, "More about when to use the skill, added to the description"),
    field("argument-hint", SkillValue::TextOrList, CLAUDE_COPILOT, "The arguments, as they are shown to the user"),
    field("arguments", SkillValue::TextOrList, CLAUDE, "The names of the arguments"),
    field("disable-model-invocation", SkillValue::Switch, CLAUDE_COPILOT_CURSOR, "Whether only the user can start the skill"),
    field("user-invocable", SkillValue::Switch, CLAUDE_COPILOT, "Whether the user can start the skill"),
    field("disallowed-tools", SkillValue::TextOrList, CLAUDE, "The tools that the skill may not use"),
    field("model", SkillValue::Text, CLAUDE, "The model that the skill runs with"),
    field("effort", SkillValue::Choice(&["low", "medium", "high", "xhigh", "max"]), CLAUDE, "How much the model thinks"),
    field("context", SkillValue::Choice(&["fork"]), CLAUDE_COPILOT, "`fork` runs the skill in an agent of its own"),
    field("agent", SkillValue::Text, CLAUDE, "The kind of agent with `context: fork`"),
    field("hooks", SkillValue::Mapping, CLAUDE, "Hooks while the skill is active"),
    field("paths", SkillValue::TextOrList, CLAUDE_CURSOR, "Patterns of files for which the skill is used"),
    field("shell", SkillValue::Choice(&["bash", "powershell"]), CLAUDE, "The shell of commands in the text"),
];

/// The front matter of a document, when it is a skill.
#[must_use]
pub fn skill_front_matter(document: &Document) -> Option<&FrontMatter> {
    document
        .front_matter()
        .filter(|_| document.kind == DocumentKind::Skill)
}

/// The field with a key.
#[must_use]
pub fn skill_field(key: &str) -> Option<&'static SkillField> {
    SKILL_FIELDS.iter().find(|field| field.key == key)
}
