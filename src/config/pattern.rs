//! Compile `[[pattern]]` rows. A query that does not compile is an error with its location in the query.

use super::file::{self, ConfigDiagnostic};
use crate::lang;
use crate::lang::pattern::CodeQuery;
use crate::rule::options::{CodePattern, SeverityLevel};
use globset::{Glob, GlobSetBuilder};

/// Compile a row; `None` when it is turned off.
///
/// # Errors
/// When the row is invalid, with the location in the text of the config.
pub(super) fn compile(row: &file::PatternRow, text: &str) -> Result<Option<CodePattern>, ConfigDiagnostic> {
    let severity = match row.severity.map(SeverityLevel::severity) {
        Some(None) => return Ok(None),
        Some(severity) => severity,
        None => None,
    };
    let name = row.language.get_ref();
    let language = lang::by_tag(name).ok_or_else(|| {
        let near = lang::suggest(name).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        ConfigDiagnostic {
            span: row.language.span(),
            message: format!("patterns cannot be written for the language `{name}`{near}"),
        }
    })?;
    let source = row.query.get_ref();
    let query = CodeQuery::compile(language, source).map_err(|error| {
        let whole = row.query.span();
        // In a literal string the query has no escapes, so that the location is exact.
        let written = text.get(whole.clone()).unwrap_or_default();
        let span = match written.find(source.as_str()) {
            Some(at) => {
                let start = whole.start + at + error.offset;
                let length = source.get(error.offset..).map_or(0, |rest| {
                    rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))
                        .unwrap_or(rest.len())
                });
                start..start + length.max(1)
            }
            None => whole,
        };
        let message = format!(
            "line {}, column {} of the query: {}",
            error.line, error.column, error.message
        );
        ConfigDiagnostic { span, message }
    })?;
    let mut globs = GlobSetBuilder::new();
    for pattern in &row.paths {
        let glob = Glob::new(pattern).map_err(|error| ConfigDiagnostic {
            span: row.query.span(),
            message: format!("`paths`: {error}"),
        })?;
        globs.add(glob);
    }
    let paths = globs.build().map_err(|error| ConfigDiagnostic {
        span: row.query.span(),
        message: format!("`paths`: {error}"),
    })?;
    Ok(Some(CodePattern {
        query,
        message: row.message.clone(),
        severity,
        fix: row.fix.clone(),
        paths: (!row.paths.is_empty()).then_some(paths),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::{Overrides, Settings};

    fn error(config: &str) -> String {
        Settings::from_text(config, None, &Overrides::default(), crate::rules::RULES)
            .map(|_| ())
            .expect_err("a bad pattern")
            .to_string()
    }

    #[test]
    fn a_query_that_does_not_compile_is_pointed_at() {
        let text = error(
            "[[pattern]]\nlanguage = \"python\"\nquery = '''\n(call\n  (nonsense))\n'''\nmessage = \"m\"\n",
        );
        assert!(text.contains(":5:4"), "{text}");
        assert!(text.contains("nonsense"), "{text}");
        let text = error("[[pattern]]\nlanguage = \"pyton\"\nquery = '(call)'\nmessage = \"m\"\n");
        assert!(text.contains("did you mean `python`"), "{text}");
        let text = error("[[pattern]]\nlanguage = \"json\"\nquery = '(call)'\nmessage = \"m\"\n");
        assert!(text.contains("grammar"), "{text}");
    }
}
