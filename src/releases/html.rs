//! The links of a PEP 503 page. No HTML parser: the format is a flat list of anchors, and any other page has no file
//! names in it.

use super::client::sanitize;
use jiff::civil::Date;
use percent_encoding::percent_decode_str;

/// The maximum length of a URL. A longer one is ignored.
const MAX_URL_BYTES: usize = 8 << 10;

/// A file of a release, from JSON or HTML.
pub(crate) struct ReleaseFile {
    /// The address as written, with its `#sha256=`.
    pub address: String,
    /// The bare file name.
    pub name: String,
    /// Whether it is yanked, and why (possibly empty).
    pub yanked: Option<String>,
    /// When it was uploaded.
    pub date: Option<Date>,
}

/// All linked files, with the reason in `data-yanked` (PEP 592).
pub(crate) fn files(page: &str) -> impl Iterator<Item = ReleaseFile> {
    tags(page, "a").filter_map(|anchor| anchor.file())
}

/// The content of the first `<meta name=... content=...>` of a name.
pub(crate) fn meta(page: &str, name: &str) -> Option<String> {
    // `<meta>` elements come before the list of files, which may be long.
    let head = page.split_once("</head>").map_or(page, |(head, _)| head);
    tags(head, "meta")
        .find(|tag| tag.name.is_some_and(|found| found.eq_ignore_ascii_case(name)))
        .map(|tag| {
            let content: String = tag
                .content
                .unwrap_or_default()
                .chars()
                .take(MAX_URL_BYTES)
                .collect();
            unescape(&content)
        })
}

/// Every tag of an element, outside of comments.
fn tags<'p>(page: &'p str, element: &'static str) -> impl Iterator<Item = TagAttributes<'p>> {
    let mut rest = page;
    std::iter::from_fn(move || {
        while let Some(at) = rest.find('<') {
            rest = rest.get(at + 1..).unwrap_or_default();
            // Links in a comment are ignored.
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let (name, after) = rest.split_at_checked(element.len()).unwrap_or_default();
            if name.eq_ignore_ascii_case(element) && after.starts_with(|c: char| c.is_whitespace()) {
                let (tag, after) = attributes(after);
                rest = after;
                return Some(tag);
            }
        }
        None
    })
}

/// The attributes of a tag that are used, not unescaped.
#[derive(Default)]
struct TagAttributes<'a> {
    href: Option<&'a str>,
    yanked: Option<&'a str>,
    name: Option<&'a str>,
    content: Option<&'a str>,
}

impl<'a> TagAttributes<'a> {
    /// Set an attribute, unless it is already set.
    fn add(&mut self, name: &str, value: &'a str) {
        let slot = if name.eq_ignore_ascii_case("href") {
            &mut self.href
        } else if name.eq_ignore_ascii_case("data-yanked") {
            &mut self.yanked
        } else if name.eq_ignore_ascii_case("name") {
            &mut self.name
        } else if name.eq_ignore_ascii_case("content") {
            &mut self.content
        } else {
            return;
        };
        slot.get_or_insert(value);
    }

    fn file(&self) -> Option<ReleaseFile> {
        let address = unescape(self.href.filter(|href| href.len() <= MAX_URL_BYTES)?);
        let path = address.split(['#', '?']).next().unwrap_or_default();
        let name = percent_decode_str(path.rsplit('/').next().unwrap_or_default())
            .decode_utf8_lossy()
            .into_owned();
        (!name.is_empty()).then(|| ReleaseFile {
            name,
            address,
            yanked: self.yanked.map(|reason| {
                let reason: String = reason.chars().take(MAX_URL_BYTES).collect();
                sanitize(&unescape(&reason), 300)
            }),
            date: None,
        })
    }
}

/// The attributes of a tag, up to its `>`, and what follows it.
fn attributes(text: &str) -> (TagAttributes<'_>, &str) {
    let mut found = TagAttributes::default();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return (found, after);
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || "=>/".contains(c))
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let after_space = after.trim_start();
        let (value, after) = match after_space.strip_prefix('=') {
            Some(after) => value(after.trim_start()),
            None => ("", after),
        };
        found.add(name, value);
        // No progress: a stray `=` or the end of the page.
        if after.is_empty() || after.len() == rest.len() {
            return (found, after);
        }
        rest = after;
    }
}

fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    text.split_at(
        text.find(|c: char| c.is_whitespace() || c == '>')
            .unwrap_or(text.len()),
    )
}

/// The entities that index pages use.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = text.to_owned();
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&amp;", "&"),
    ];
    for (entity, plain) in entities {
        out = out.replace(entity, plain);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_of_all_shapes() {
        let page = r##"<!DOCTYPE html><body><abbr title="x">no</abbr>
<!-- <a href="hidden-1.0.zip">x</a> -->
<a href="../../f/a-1.0.tar.gz#sha256=00" data-requires-python="&gt;=3.8">a-1.0.tar.gz</a>
<A HREF='a-1.1%2Bx.zip' data-yanked>one</A><a data-yanked = "bad &amp; old" href=/f/a-1.2.zip>t</a>
<a name="none">n</a><a href="">e</a><a href="https://h/dir/">d</a>"##;
        let found: Vec<_> = files(page).map(|f| (f.name, f.yanked)).collect();
        let own = |name: &str, yanked: Option<&str>| (name.to_owned(), yanked.map(str::to_owned));
        assert_eq!(
            found,
            [
                own("a-1.0.tar.gz", None),
                own("a-1.1+x.zip", Some("")),
                own("a-1.2.zip", Some("bad & old")),
            ]
        );
    }

    #[test]
    fn meta_tags_are_read_before_the_files() {
        let page = r#"<head><!-- <meta name="x" content="no"> --><META content='a &amp; b' name="X">
<meta name=y></head><a href="1.zip"><meta name="z" content="late">"#;
        assert_eq!(meta(page, "x").as_deref(), Some("a & b"));
        assert_eq!(meta(page, "y").as_deref(), Some(""));
        assert_eq!(meta(page, "z"), None);
        assert_eq!(meta("<meta", "x"), None);
    }

    #[test]
    fn nonsense_ends() {
        for page in [
            "<a",
            "<a ",
            "<a =",
            "<a = = =>",
            "<a href=\"x",
            "<a href='",
            "<<<a >",
            "<a é=é",
            "<!--",
            "<a\n/",
        ] {
            assert!(files(page).count() <= 1, "{page}");
        }
        assert_eq!(files(&"<a href=x>".repeat(1000)).count(), 1000);
    }
}
