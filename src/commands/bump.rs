//! `chub-lint bump`: raise versions, day and revision of entries together.

use crate::cli::bump::BumpArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::fix::bump::{Bump, Bumped, bump};
use crate::fix::write;
use crate::hub::discover;
use crate::pipeline;
use crate::pipeline::World;
use crate::report::safe;
use std::io::Write;

/// Raise entries. All of them or none: nothing is written when one cannot be raised.
///
/// # Errors
/// When an entry needs a person, or cannot be read or written.
pub fn run(args: &BumpArgs, world: &World, out: &mut dyn Write) -> Result<Exit, Error> {
    let wanted = Bump {
        versions: args.to.clone(),
        date: args.date.unwrap_or(world.today),
    };
    let mut work = Vec::new();
    for folder in discover::hubs(&args.paths)? {
        let shown = pipeline::shown(&folder.root, &world.cwd);
        let hub = discover::read(&folder, &shown, &[], None)?;
        if let Some(unread) = hub.unread.iter().find(|unread| hub.in_focus(&unread.path)) {
            return Err(Error::Usage(format!("`{}` {}", unread.path, unread.reason)));
        }
        for document in hub.focused().filter(|document| document.kind.is_entry()) {
            let Bumped { text, fields } = bump(document, &wanted)
                .map_err(|why| Error::Usage(format!("`{}` {why}; nothing was changed", document.path)))?;
            let place = (folder.root.clone(), document.path.clone());
            work.push((place, document.text.clone(), text, fields));
        }
    }
    if work.is_empty() {
        return Err(Error::Usage("no DOC.md or SKILL.md found".to_owned()));
    }
    for ((root, path), ..) in &work {
        write::check(root, path.in_hub())?;
    }
    for ((root, path), before, after, fields) in &work {
        write::replace(root, path.in_hub(), before, after)?;
        let said: Vec<_> = fields
            .iter()
            .map(|(key, old, new)| match old.as_str() {
                "" => format!("{key} {new} (new)"),
                old => format!("{key} {old} -> {new}"),
            })
            .collect();
        let line = format!("{path}: {}", said.join(", "));
        writeln!(out, "{}", safe::text(&line)).map_err(Error::Output)?;
    }
    out.flush().map_err(Error::Output)?;
    Ok(Exit::Clean)
}
