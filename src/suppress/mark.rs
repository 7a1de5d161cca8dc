//! Marks: how the baseline recognises a known finding.
//!
//! A finding about how far a document is behind a package is known by package, declared version and distance:
//! `pypi:requests 2.28.0 minor`. A finding of a safety rule is known by its message and the text that it marks; one of
//! a rule with [`Property::KnownByText`] by the text. Others are known by message and text, and up to the number of
//! marks also when both changed: people edit around a known problem, and messages change with the program.

use crate::diagnostic::{BehindPackage, Diagnostic};
use crate::hub::Hub;
use crate::package::Package;
use crate::package::distance::VersionLag;
use crate::package::version::Version;
use crate::rule::Property;
use crate::rule::page::{RuleCategory, RulePage};
use crate::rules;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Bytes of a mark that only identifies a known finding.
const SHORT: usize = 4;
/// Bytes of a mark that must not match another finding: too many to search for a text with the same mark.
const LONG: usize = 16;

/// What another finding may have in common with a known one and still count as known.
enum KnownBy {
    /// It may have nothing in common, up to the number of marks.
    Count,
    /// Message and text are the same.
    MessageAndText,
    /// The text is the same.
    Text,
}

impl KnownBy {
    fn of(rule: &str) -> Self {
        match rules::by_id(rule) {
            Some(rule) if RulePage::for_rule(rule).category == RuleCategory::Safety => Self::MessageAndText,
            Some(rule) if rule.has(Property::KnownByText) => Self::Text,
            _ => Self::Count,
        }
    }
}

/// The mark of a finding. The location is not in it.
pub(super) fn mark(hub: &Hub, diagnostic: &Diagnostic) -> String {
    if let Some(behind) = &diagnostic.behind {
        return format!("{} {} {}", behind.package, behind.declared, behind.lag.as_str());
    }
    let (message, bytes) = match KnownBy::of(diagnostic.rule) {
        KnownBy::Count => (diagnostic.message.as_str(), SHORT),
        KnownBy::MessageAndText => (diagnostic.message.as_str(), LONG),
        KnownBy::Text => ("", LONG),
    };
    let text = hub
        .document_or_registry(diagnostic.path.path_in_hub())
        .map_or("", |document| document.slice(diagnostic.span));
    let mut hash = Sha256::new();
    hash.update(message.as_bytes());
    hash.update([0]);
    hash.update(text.trim().as_bytes());
    hash.finalize()
        .iter()
        .take(bytes)
        .fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

/// Which findings of a row are known, and how many marks are unused.
pub(super) struct MarkMatches {
    pub known: Vec<bool>,
    pub left: usize,
}

/// Match the findings of one rule in one file with marks: equal ones first; then those that are no further behind; then,
/// where the rule allows it, the others by position. With `exact`, position does not count. It is for changes under
/// review, which could replace a known finding with a new one.
pub(super) fn matched(hub: &Hub, marks: &[String], found: &[&Diagnostic], exact: bool) -> MarkMatches {
    let mut left: Vec<&String> = marks.iter().collect();
    // The findings that a finding with `more` leaves out were not compared, so a mark cannot cover them.
    let mut known: Vec<bool> = found
        .iter()
        .map(|diagnostic| {
            let own = mark(hub, diagnostic);
            let at = left.iter().position(|mark| **mark == own);
            at.map(|at| left.swap_remove(at)).is_some() && diagnostic.more == 0
        })
        .collect();
    for (diagnostic, known) in found.iter().zip(&mut known).filter(|(_, known)| !**known) {
        let at = match &diagnostic.behind {
            Some(behind) => left.iter().position(|mark| is_as_far(mark, behind)),
            None if exact || diagnostic.more > 0 => None,
            None => match KnownBy::of(diagnostic.rule) {
                KnownBy::Count => left.len().checked_sub(1),
                KnownBy::MessageAndText | KnownBy::Text => None,
            },
        };
        *known = at.map(|at| left.swap_remove(at)).is_some();
    }
    MarkMatches {
        known,
        left: left.len(),
    }
}

/// Whether a mark is for the same package, for the declared version or a lower one, and for the same distance or
/// a larger one.
fn is_as_far(mark: &str, behind: &BehindPackage) -> bool {
    let mut parts = mark.split(' ');
    let (Some(package), Some(declared), Some(lag), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let ecosystem = behind.package.ecosystem();
    let version = |text| Version::parse(ecosystem, text);
    let is_lower_or_equal = version(declared)
        .zip(version(&behind.declared))
        .is_some_and(|(known, now)| known <= now);
    is_lower_or_equal
        && Package::parse(package).is_ok_and(|package| package == behind.package)
        && VersionLag::parse(lag).is_some_and(|lag| behind.lag <= lag)
}
