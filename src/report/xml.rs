//! Text inside XML. It has no control characters, which XML 1.0 does not allow, because [`SafeText`] escapes them.
//!
//! [`SafeText`]: crate::safe_text::SafeText

use std::fmt;

/// A text for the content of an element or a quoted attribute: every markup character is escaped, also the `>` of
/// `]]>`.
#[derive(Debug)]
pub struct Xml<'a>(pub &'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::Xml;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(
            Xml("a]]><b x='\"'>&é").to_string(),
            "a]]&gt;&lt;b x=&#39;&quot;&#39;&gt;&amp;é"
        );
    }
}
