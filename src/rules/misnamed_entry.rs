//! Files that would be entries if their name were in capitals.

use crate::hub::Hub;
use crate::rule::{Check, Context, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("misnamed-entry", Check::Hub(check));

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for misnamed in &hub.misnamed {
        let path = &misnamed.file.path;
        if !hub.in_focus(path) {
            continue;
        }
        let name = path.file_name();
        let right = name
            .rsplit_once('.')
            .map_or(name, |(stem, _)| stem)
            .to_uppercase();
        let message = format!("`{name}` is not read as an entry: its name is not in capitals");
        sink.report_in(path, misnamed.name, message)
            .help(format!("rename it to `{right}.md`"));
    }
}
