//! Paths that a skill names: which file of the hub they mean.
//!
//! The Agent Skills specification has paths relative to the skill's folder, also in its references. Claude Code replaces
//! some variables before the model reads the text.

use super::{Hub, join_path, up_to_root, upwards};
use crate::document::{HubPath, join_normal};

/// The variables that mean the folder of the skill.
const SKILL_FOLDERS: [&str; 6] = [
    "${CLAUDE_SKILL_DIR}",
    "$CLAUDE_SKILL_DIR",
    "${SKILL_DIR}",
    "$SKILL_DIR",
    "{baseDir}",
    "${SKILL_ROOT}",
];
/// The variables that mean the folder of the plugin.
const PLUGIN_FOLDERS: [&str; 2] = ["${CLAUDE_PLUGIN_ROOT}", "$CLAUDE_PLUGIN_ROOT"];

/// A path as written in a skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SkillPath<'a> {
    /// Where it begins.
    pub base: SkillPathBase,
    /// The path from there.
    pub rest: &'a str,
}

/// Where a path in a skill begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkillPathBase {
    /// No variable: the folder of the skill, or that of the file.
    None,
    /// The folder of the skill.
    Skill,
    /// The folder of the plugin.
    Plugin,
    /// A variable that is not known here.
    Unknown,
}

impl<'a> SkillPath<'a> {
    /// Read a path with its variable.
    #[must_use]
    pub fn parse(written: &'a str) -> Self {
        let after = |variables: &[&str]| {
            let mut found = variables
                .iter()
                .filter_map(|variable| written.strip_prefix(variable));
            found.find_map(|rest| rest.strip_prefix('/'))
        };
        let (base, rest) = if let Some(rest) = after(&SKILL_FOLDERS) {
            (SkillPathBase::Skill, rest)
        } else if let Some(rest) = after(&PLUGIN_FOLDERS) {
            (SkillPathBase::Plugin, rest)
        } else if written.starts_with(['$', '{', '~', '%']) {
            (SkillPathBase::Unknown, written)
        } else {
            (SkillPathBase::None, written.strip_prefix("./").unwrap_or(written))
        };
        Self { base, rest }
    }
}

impl Hub {
    /// Whether a path of a skill leads to something, from the folder of the file, of the skill, of the plugin or from one
    /// above, where the agent may run. `None` when that cannot be known.
    #[must_use]
    pub fn has_skill_path(&self, from: &HubPath, path: SkillPath<'_>) -> Option<bool> {
        let skill = self.entry_folder(from)?;
        let exists = |folder: &str| {
            let joined = join_normal([folder, path.rest]);
            joined.map(|joined| joined.is_empty() || self.files.contains_key(&joined))
        };
        match path.base {
            SkillPathBase::Unknown => None,
            SkillPathBase::Skill => exists(skill),
            SkillPathBase::Plugin => exists(self.plugin_folder(skill)?),
            SkillPathBase::None => {
                let found: Vec<bool> = up_to_root(from.folder()).filter_map(exists).collect();
                (!found.is_empty()).then(|| found.contains(&true))
            }
        }
    }

    /// The folder of the plugin that a folder is in: the nearest one with a manifest.
    fn plugin_folder<'a>(&self, folder: &'a str) -> Option<&'a str> {
        upwards(folder).find(|folder| self.files.contains_key(&join_path(folder, ".claude-plugin")))
    }
}
