//! The order of findings, and how many of them are kept.

use super::MAX_FINDINGS;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::HubPath;
use std::collections::HashMap;

/// Sort findings in the total order of a run.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics
        .sort_by(|a, b| (&a.path, a.span, a.rule, &a.message).cmp(&(&b.path, b.span, b.rule, &b.message)));
}

/// Keep the first findings of each rule and severity in each file; the last one kept says how many are left out. The
/// findings are sorted.
pub fn cap(diagnostics: &mut Vec<Diagnostic>) {
    if diagnostics.len() <= MAX_FINDINGS {
        return;
    }
    let mut counts: HashMap<(HubPath, &'static str, Severity), usize> = HashMap::new();
    for diagnostic in diagnostics.iter() {
        *counts
            .entry((diagnostic.path.clone(), diagnostic.rule, diagnostic.severity))
            .or_default() += 1;
    }
    counts.retain(|_, count| *count > MAX_FINDINGS);
    if counts.is_empty() {
        return;
    }
    let mut kept: HashMap<(HubPath, &'static str, Severity), usize> = HashMap::new();
    diagnostics.retain_mut(|diagnostic| {
        let key = (diagnostic.path.clone(), diagnostic.rule, diagnostic.severity);
        let Some(all) = counts.get(&key) else { return true };
        let kept = kept.entry(key).or_default();
        *kept += 1;
        if *kept == MAX_FINDINGS {
            diagnostic.leave_out(all - MAX_FINDINGS);
        }
        *kept <= MAX_FINDINGS
    });
}
