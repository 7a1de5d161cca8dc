//! The markup of the pages: only elements and attributes of the templates are in it, whatever a document holds.

use super::hub::{run, scene, site_files};
use chub_lint::safe_text::is_active;
use std::collections::BTreeSet;

/// The elements of the templates and of the charts.
const ELEMENTS: &[&str] = &[
    "a",
    "bdi",
    "body",
    "button",
    "circle",
    "code",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "head",
    "header",
    "html",
    "input",
    "label",
    "li",
    "line",
    "link",
    "main",
    "mark",
    "meta",
    "nav",
    "noscript",
    "ol",
    "option",
    "p",
    "polyline",
    "rect",
    "script",
    "section",
    "select",
    "span",
    "strong",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "ul",
];

/// A start tag: its name and its attributes.
type Tag = (String, Vec<(String, String)>);

/// The start tags of a page. It fails on markup that the templates cannot write.
fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").unwrap();
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let is_end = rest.starts_with('/');
        let name_end = rest.find(['>', ' ', '\n']).unwrap();
        let name = rest[usize::from(is_end)..name_end].trim_end_matches('/');
        assert!(ELEMENTS.contains(&name), "<{}", &rest[..60.min(rest.len())]);
        let mut attributes = Vec::new();
        rest = rest[name_end..].trim_start();
        while !rest.starts_with(['>', '/']) {
            let name_end = rest.find(['=', '>', ' ']).unwrap();
            let key = rest[..name_end].to_owned();
            rest = &rest[name_end..];
            let mut value = String::new();
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let (text, after) = quoted.split_once('"').unwrap();
                value = text.to_owned();
                rest = after;
            }
            attributes.push((key, value));
            rest = rest.trim_start();
        }
        rest = rest.split_once('>').unwrap().1;
        if name == "script" && !is_end {
            // Data: its text is no markup, and it cannot end the element.
            let (data, after) = rest.split_once("</script>").unwrap();
            assert!(!data.contains('<'), "{}", &data[..60.min(data.len())]);
            rest = after;
        }
        if !is_end {
            tags.push((name.to_owned(), attributes));
        }
    }
    tags
}

#[test]
fn only_the_markup_of_the_templates_is_in_a_page() {
    let scene = scene(8);
    let ran = run(
        &scene,
        &["report", "content", "--locked", "lock.json", "-o", "site"],
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    let files = site_files(&scene.path("site"));
    let mut ids = 0;
    for (name, page) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        let active = page.chars().find(|c| is_active(*c) && !matches!(c, '\n' | '\t'));
        assert_eq!(active, None, "{name}");
        let tags = tags(page);
        let policy = tags
            .iter()
            .position(|(_, attributes)| attributes.iter().any(|(_, v)| v == "Content-Security-Policy"));
        let first_load = tags
            .iter()
            .position(|(name, _)| ["link", "script"].contains(&name.as_str()));
        assert!(policy.unwrap() < first_load.unwrap(), "{name}");
        let scripts = tags.iter().filter(|(name, _)| name == "script").count();
        assert_eq!(scripts, if name == "index.html" { 2 } else { 0 }, "{name}");
        let mut seen = BTreeSet::new();
        for (element, attributes) in &tags {
            for (key, value) in attributes {
                assert!(
                    !key.starts_with("on") && key != "style" && key != "srcdoc",
                    "{name}: {key}"
                );
                let is_address = ["href", "src", "action", "xlink:href"].contains(&key.as_str());
                let is_outside = value.contains(':') || value.starts_with("//");
                assert!(!is_address || !is_outside || value == "data:,", "{name}: {value}");
                assert!(
                    key != "id" || seen.insert(value),
                    "{name}: two of {value} in <{element}>"
                );
                ids += usize::from(key == "id");
            }
        }
    }
    assert!(ids > 100, "{ids}");
}

#[test]
fn every_link_leads_to_a_place_of_the_site() {
    let scene = scene(30);
    run(
        &scene,
        &["report", "content", "--locked", "lock.json", "-o", "site"],
    );
    let files = site_files(&scene.path("site"));
    let mut links = 0;
    for (name, page) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        for (_, attributes) in tags(page) {
            for (_, link) in attributes
                .iter()
                .filter(|(key, value)| key == "href" && value != "data:,")
            {
                let (file, place) = link
                    .split_once('#')
                    .map_or((link.as_str(), None), |(a, b)| (a, Some(b)));
                let target = match file.strip_prefix("../") {
                    _ if file.is_empty() => name.clone(),
                    Some(file) => file.to_owned(),
                    None => file.to_owned(),
                };
                let page = files.get(&target).unwrap_or_else(|| panic!("{name}: {link}"));
                if let Some(place) = place.filter(|place| !place.contains('=')) {
                    assert!(page.contains(&format!("id=\"{place}\"")), "{name}: {link}");
                }
                links += 1;
            }
        }
    }
    assert!(links > 100, "{links}");
}
