//! What a tool answers.

use crate::chub::client::format;
use crate::chub::js::{JsKind, JsObject, JsValue};
use crate::report::escaped_json;
use crate::safe_text;
use crate::secret;
use serde::Serialize;

/// The most bytes of one answer: what does not fit into the context of a model is of no use.
pub const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;

/// The answer of a tool: one or more texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The texts.
    pub blocks: Vec<Block>,
    /// Whether the tool failed.
    pub is_error: bool,
}

/// One text of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The text.
    pub text: String,
    /// Whether it is content of a hub, which must not instruct the model.
    pub is_content: bool,
}

impl Answer {
    /// A text of the server, not of a hub.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            blocks: vec![Block {
                text: text.into(),
                is_content: false,
            }],
            is_error: false,
        }
    }

    /// A value, over several lines as JavaScript writes it.
    #[must_use]
    pub fn js(value: JsObject) -> Self {
        let value: JsValue = JsKind::Object(value).into();
        Self::text(format::pretty(&value).trim_end())
    }

    /// A value of a report: inert, over several lines.
    #[must_use]
    pub fn json(value: &impl Serialize) -> Self {
        let mut out = Vec::new();
        match escaped_json::pretty(value, &mut out) {
            Ok(()) => Self::text(String::from_utf8_lossy(&out).trim_end()),
            Err(error) => Self::failed(&error.to_string()),
        }
    }

    /// What the hub's client answers when a tool fails: an object with the reason.
    #[must_use]
    pub fn failed(reason: &str) -> Self {
        Self::failed_with(reason, JsObject::new())
    }

    /// As [`Answer::failed`], with more members.
    #[must_use]
    pub fn failed_with(reason: &str, more: JsObject) -> Self {
        let mut object = JsObject::new();
        let reason = safe_text::escape(&secret::mask_secrets(reason)).into_owned();
        object.insert("error".to_owned(), reason.into());
        object.extend(more);
        Self {
            is_error: true,
            ..Self::js(object)
        }
    }

    /// The answer, or a failure when it is too long.
    #[must_use]
    pub fn within_limit(self) -> Self {
        let bytes: usize = self.blocks.iter().map(|block| block.text.len()).sum();
        if bytes <= MAX_ANSWER_BYTES {
            return self;
        }
        Self::failed(&format!(
            "The answer has {bytes} bytes, more than {MAX_ANSWER_BYTES}. Ask for less: one file, or a smaller limit."
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_too_long_is_a_failure() {
        assert!(!Answer::text("a").within_limit().is_error);
        let long = Answer::text("a".repeat(MAX_ANSWER_BYTES + 1)).within_limit();
        assert!(long.is_error);
        assert!(long.blocks[0].text.contains("Ask for less"));
    }

    #[test]
    fn a_reason_is_inert() {
        let failed = Answer::failed("no `\u{1b}[31m`\n::error::");
        assert_eq!(
            failed.blocks[0].text,
            "{\n  \"error\": \"no `\\\\u{1b}[31m`\\\\n::error::\"\n}"
        );
    }
}
