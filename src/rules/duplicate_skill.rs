//! Two skills of one name in one plugin or one folder of skills.

use crate::document::{Document, DocumentKind};
use crate::hub::ids::name_span;
use crate::hub::{FileKind, Hub};
use crate::rule::{Check, Context, Rule, Sink, rule};
use std::collections::HashMap;

/// The rule; see its page.
pub static RULE: Rule = rule!("duplicate-skill", Check::Hub(check));

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    let mut seen: HashMap<(&str, &str), &Document> = HashMap::new();
    for again in hub.entries(DocumentKind::Skill) {
        // Skills of hubs have ids, which another rule compares. A link is the same skill.
        let is_file = hub.files.get(again.path.path_in_hub()) == Some(&FileKind::File);
        let name = again.front_matter().and_then(|front| front.field(&["name"]));
        let Some(name) = name.and_then(|(_, name)| name.as_str()).map(str::trim) else {
            continue;
        };
        if name.is_empty() || !is_file || !again.is_plain_skill() {
            continue;
        }
        let first = *seen.entry((scope(hub, again), name)).or_insert(again);
        if first.path == again.path {
            continue;
        }
        // A run over some files reports at one of them.
        let turned = hub.in_run(&first.path) && !hub.in_run(&again.path);
        let (here, there) = if turned { (first, again) } else { (again, first) };
        let label = if turned { "the second" } else { "the first" };
        sink.report_in(
            &here.path,
            name_span(here),
            format!("the skill `{name}` is also {}", there.path),
        )
        .related_in(&there.path, name_span(there), label)
        .help("give one of them another name: clients load only one");
    }
}

/// The folder in which the names of skills must differ: the nearest plugin or folder `skills` above it, else the folder
/// that it is in with others.
fn scope<'a>(hub: &Hub, skill: &'a Document) -> &'a str {
    let above = skill
        .path
        .folder()
        .rsplit_once('/')
        .map_or("", |(above, _)| above);
    let plugin = hub.plugin_of(above);
    let mut folder = above;
    let skills = loop {
        match folder.rsplit_once('/') {
            _ if folder == "skills" => break Some(folder),
            Some((_, "skills")) => break Some(folder),
            Some((up, _)) => folder = up,
            None => break None,
        }
    };
    match (plugin, skills) {
        (Some(plugin), Some(skills)) if plugin.len() > skills.len() => plugin,
        (_, Some(skills)) => skills,
        (_, None) => above,
    }
}
