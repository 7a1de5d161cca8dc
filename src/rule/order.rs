//! The order of findings, and how many of them are kept.

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::HubPath;
use std::collections::HashMap;

/// Sort findings in the total order of a run.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics
        .sort_by(|a, b| (&a.path, a.span, a.rule, &a.message).cmp(&(&b.path, b.span, b.rule, &b.message)));
}

/// Keep at most so many findings of each rule and severity in each file, the first ones; the last one kept says how many
/// are left out. The findings are sorted.
pub fn cap(diagnostics: &mut Vec<Diagnostic>, most: usize) {
    if diagnostics.len() <= most {
        return;
    }
    // The number of findings so far, and how many findings the dropped ones represent.
    let mut rows: HashMap<(HubPath, &'static str, Severity), (usize, usize)> = HashMap::new();
    for diagnostic in diagnostics.iter() {
        let key = (diagnostic.path.clone(), diagnostic.rule, diagnostic.severity);
        let (count, dropped) = rows.entry(key).or_default();
        *count += 1;
        if *count > most {
            *dropped += diagnostic.count();
        }
    }
    rows.retain(|_, (count, _)| *count > most);
    if rows.is_empty() {
        return;
    }
    let mut kept: HashMap<(HubPath, &'static str, Severity), usize> = HashMap::new();
    diagnostics.retain_mut(|diagnostic| {
        let key = (diagnostic.path.clone(), diagnostic.rule, diagnostic.severity);
        let Some((_, dropped)) = rows.get(&key) else {
            return true;
        };
        let kept = kept.entry(key).or_default();
        *kept += 1;
        if *kept == most {
            diagnostic.leave_out(*dropped);
        }
        *kept <= most
    });
}
