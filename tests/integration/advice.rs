//! What findings and fixes advise about packages: nothing that makes a document worse.

use crate::support;
use chub_lint::fix;

const ENTRY: &str = "acme/docs/openai/DOC.md";

const OPENAI: &str = r#"---
name: openai
description: "How to use the OpenAI library from Python"
metadata:
  languages: "python"
  versions: "2.0.0"
  revision: 1
  updated-on: "2026-05-01"
  source: community
  tags: "openai"
---

# OpenAI for Python

```bash
pip install openia==2.0.0
```

```python
from openai import OpenAI
```
"#;

fn findings(text: &str, releases: &str) -> Vec<chub_lint::diagnostic::Diagnostic> {
    let hub = support::hub(&[(ENTRY, text)]);
    let settings = support::settings("", &["unresolved-package", "unknown-package", "stale-version"]);
    let workspace = support::workspace(hub, settings, Some(support::releases(releases)));
    support::findings(&workspace)
}

#[test]
fn a_package_that_does_not_exist_is_never_advised() {
    for known in [
        r#"{ "pypi:openia": null, "pypi:openai": { "latest": "2.0.0" } }"#,
        r#"{ "pypi:openia": null, "pypi:openai": { "latest": "3.0.0" } }"#,
    ] {
        let found = findings(OPENAI, known);
        assert!(
            found.iter().any(|found| found.rule == "unknown-package"),
            "{found:#?}"
        );
        for finding in found {
            let help = finding.help.unwrap_or_default();
            assert!(!help.contains("openia"), "{help}");
            let names_it = finding.rule == "unresolved-package" && finding.message.contains("openia");
            assert!(!names_it, "{}", finding.message);
        }
    }
    let found = findings(
        OPENAI,
        r#"{ "pypi:openia": null, "pypi:openai": { "latest": "2.0.0" } }"#,
    );
    let unknown = found.iter().find(|found| found.rule == "unknown-package");
    assert_eq!(
        unknown.and_then(|found| found.help.as_deref()),
        Some("did you mean `openai`?")
    );
}

#[test]
fn the_fix_of_an_old_version_raises_the_commands_that_pin_it() {
    let text = OPENAI.replace("openia==2.0.0", "'openai[x]==2.0.0' other==2.0.0");
    let found = findings(
        &text,
        r#"{ "pypi:openai": { "latest": "3.0.0", "versions": ["2.0.0"] } }"#,
    );
    let stale = found.iter().find(|found| found.rule == "stale-version").unwrap();
    let fixed = fix::apply(&text, &stale.fix.as_ref().unwrap().edits).unwrap();
    assert!(fixed.contains("versions: \"3.0.0\""), "{fixed}");
    assert!(fixed.contains("'openai[x]==3.0.0' other==2.0.0"), "{fixed}");
    assert!(stale.help.as_ref().unwrap().contains("chub-lint bump"));
}
