//! Tabs that indent a block collection, which YAML 1.2.2, 6.1 forbids and the scanner accepts: after spaces at the start of
//! a line, and behind the `-` or `?` of a collection that starts on the same line.

use super::source::YamlSource;
use saphyr_parser::{Event, Span};

/// Follows the events of a text that has tabs.
pub struct TabCheck {
    /// Whether each open collection is one in brackets, and whether a mapping waits for a key.
    open: Vec<(bool, Option<bool>)>,
}

impl TabCheck {
    /// A check for a text; `None` where it has no tab.
    #[must_use]
    pub fn for_text(text: &str) -> Option<Self> {
        text.contains('\t').then_some(Self { open: Vec::new() })
    }

    /// The tab that indents what an event starts, as its byte in the original text.
    pub fn find(
        &mut self,
        event: &Event<'_>,
        span: Span,
        source: &YamlSource<'_>,
        text: &str,
    ) -> Option<usize> {
        let in_flow = self.open.last().is_some_and(|(flow, _)| *flow);
        let is_block = span.start.index() == span.end.index();
        let place = source.byte(span.start.index());
        let is_key = matches!(self.open.last(), Some((false, Some(true))));
        let (starts, has_properties) = match event {
            Event::MappingStart(anchor, tag) => (is_block, *anchor != 0 || tag.is_some()),
            Event::SequenceStart(anchor, tag) => {
                // A sequence that is not indented starts at its first item.
                let own = text.get(place..).and_then(|rest| rest.strip_prefix('-'));
                let starts =
                    own.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
                (is_block && starts, *anchor != 0 || tag.is_some())
            }
            Event::Scalar(_, _, anchor, tag) => (is_key, *anchor != 0 || tag.is_some()),
            Event::Alias(_) => (is_key, false),
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
                self.node();
                return None;
            }
            _ => return None,
        };
        match event {
            Event::MappingStart(..) => self.open.push((!is_block, Some(true))),
            Event::SequenceStart(..) => self.open.push((!is_block, None)),
            _ => self.node(),
        }
        if in_flow || !starts && !has_properties {
            return None;
        }
        let before = text.get(..place)?;
        let properties = || property_tab(before).filter(|_| has_properties);
        tab(before).or_else(properties)
    }

    /// A node ended: a mapping around it now waits for the other half of a pair.
    fn node(&mut self) {
        if let Some((_, Some(waits))) = self.open.last_mut() {
            *waits = !*waits;
        }
    }
}

/// The tab in the white space at the end of a text, if that begins a line or follows an indicator.
fn tab(before: &str) -> Option<usize> {
    let lead = before.trim_end_matches([' ', '\t']);
    let tab = before.get(lead.len()..)?.find('\t')?;
    let is_indicator = |lead: &str| {
        let rest = lead.strip_suffix(['-', '?']);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with([' ', '\t', '\n']))
    };
    (lead.is_empty() || lead.ends_with('\n') || is_indicator(lead)).then_some(lead.len() + tab)
}

/// The tab before the anchor and the tag of a node.
fn property_tab(before: &str) -> Option<usize> {
    let mut before = before;
    loop {
        let lead = before.trim_end_matches([' ', '\t']);
        let start = lead.rfind([' ', '\t', '\n']).map_or(0, |at| at + 1);
        if !lead.get(start..)?.starts_with(['&', '!']) {
            return None;
        }
        before = lead.get(..start)?;
        if let Some(tab) = tab(before) {
            return Some(tab);
        }
    }
}
