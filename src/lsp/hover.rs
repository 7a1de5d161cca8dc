//! Hovers: the page of a rule over its finding, what the cache knows over the version.

use super::convert;
use super::state::OpenDocument;
use crate::document::Document;
use crate::package::{Ecosystem, Package};
use crate::pipeline::Workspace;
use crate::releases::{PackageLookup, PackageLookups};
use crate::rules::fields;
use crate::safe_text;
use crate::text::{ColumnUnit, Span};
use lsp_types as lsp;

/// The content of the hover at a position.
#[must_use]
pub fn hover(
    open: &OpenDocument,
    document: &Document,
    workspace: &Workspace,
    at: lsp::Position,
    unit: ColumnUnit,
) -> Option<lsp::Hover> {
    let offset = u32::try_from(convert::offset(document, at, unit)).ok()?;
    let mut parts = Vec::new();
    let mut range = None;
    if let Some(front) = document.front_matter() {
        for field in fields::FIELDS {
            let Some((key, value)) = field.find(front) else {
                continue;
            };
            let holds = |span: Span| span.start <= offset && offset <= span.end;
            if holds(key.span) {
                parts.push(format!("**{}**: {}", field.path(), field.purpose));
                range = Some(key.span);
            } else if field.key == "versions" && holds(value.span) {
                parts.extend(versions(document, workspace));
                range = Some(value.span);
            }
        }
    }
    for found in &open.findings {
        if found.span.start <= offset && offset <= found.span.end {
            parts.extend(convert::rule_page(found.rule));
            range = Some(found.span);
        }
    }
    if let Some((text, span)) = symbol(document, workspace, offset) {
        parts.push(text);
        range = range.or(Some(span));
    }
    (!parts.is_empty()).then(|| lsp::Hover {
        contents: lsp::HoverContents::Markup(lsp::MarkupContent {
            kind: lsp::MarkupKind::Markdown,
            value: parts.join("\n\n---\n\n"),
        }),
        range: range.map(|span| convert::range(document, span, unit)),
    })
}

/// The signature of a symbol in code, and the release that has it.
fn symbol(document: &Document, workspace: &Workspace, offset: u32) -> Option<(String, Span)> {
    let symbols = workspace.symbols().get(&document.path)?;
    let declared = symbols.declared.as_ref()?;
    let found = declared.uses.iter().flatten().find(|found| {
        found.path == document.path && found.span.start <= offset && offset <= found.span.end
    })?;
    let signature = safe_text::escape(found.signature.as_deref()?).replace('`', "");
    let package = safe_text::escape(symbols.package.name()).into_owned();
    let version = safe_text::escape(&declared.version).into_owned();
    let language = match symbols.package.ecosystem() {
        Ecosystem::PyPi => "python",
        Ecosystem::Npm => "typescript",
    };
    Some((
        format!("```{language}\n{signature}\n```\n\n{package} {version}"),
        found.span,
    ))
}

/// The newest version of each covered package, if it is known without a request.
fn versions(document: &Document, workspace: &Workspace) -> Option<String> {
    let covered = workspace.coverage().get(&document.path)?;
    let lines: Vec<String> = covered
        .packages()
        .iter()
        .map(|package| line(package, workspace.releases()))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n\n"))
}

fn line(package: &Package, releases: Option<&PackageLookups>) -> String {
    let name = safe_text::escape(&package.to_string()).into_owned();
    match releases.and_then(|releases| releases.get(package)) {
        Some(PackageLookup::Published(published)) => match (&published.newest, published.newest_date) {
            (Some(newest), Some(date)) => {
                format!("`{name}`: newest is {} of {date}", safe_text::escape(newest))
            }
            (Some(newest), None) => format!("`{name}`: newest is {}", safe_text::escape(newest)),
            (None, _) => format!("`{name}`: no release that can be installed"),
        },
        Some(PackageLookup::Missing) => format!("`{name}`: the package does not exist"),
        _ => format!("`{name}`: not in the cache; run `chub-lint` to look it up"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::releases::{PublishedPackage, ReleaseOrigin};
    use jiff::civil::date;

    #[test]
    fn a_version_is_compared_with_what_is_known() {
        let package = Package::parse("pypi:widget").unwrap();
        let mut releases = PackageLookups::default();
        assert!(line(&package, Some(&releases)).contains("not in the cache"));
        assert!(line(&package, None).contains("not in the cache"));
        let published = PublishedPackage {
            newest: Some("2.2.0".to_owned()),
            newest_date: Some(date(2026, 5, 4)),
            ..PublishedPackage::default()
        };
        releases.insert(
            package.clone(),
            PackageLookup::Published(published),
            ReleaseOrigin::Cache { age: 60 },
        );
        assert_eq!(
            line(&package, Some(&releases)),
            "`pypi:widget`: newest is 2.2.0 of 2026-05-04"
        );
        releases.insert(package.clone(), PackageLookup::Missing, ReleaseOrigin::Lock);
        assert_eq!(
            line(&package, Some(&releases)),
            "`pypi:widget`: the package does not exist"
        );
    }
}
