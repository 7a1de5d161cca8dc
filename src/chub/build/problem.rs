//! The errors and warnings of a build.

use std::fmt;

use crate::text::{ColumnUnit, LineIndex, Position, Span};

/// Whether a problem stops the build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemLevel {
    /// The build goes on.
    Warning,
    /// Nothing is written.
    Error,
}

/// One problem, with its place where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildProblem {
    /// Whether it stops the build.
    pub level: ProblemLevel,
    /// The file or folder, relative to the content folder.
    pub path: String,
    /// Line and column, when it is about a part of a file.
    pub position: Option<Position>,
    /// The same part as bytes of the file; empty when it is about a whole file.
    pub span: Span,
    /// What is wrong.
    pub message: String,
}

impl BuildProblem {
    /// An error about a whole file or folder.
    #[must_use]
    pub fn error(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            level: ProblemLevel::Error,
            path: path.into(),
            position: None,
            span: Span::default(),
            message: message.into(),
        }
    }

    /// The same problem at another level.
    #[must_use]
    pub fn warning(self) -> Self {
        Self {
            level: ProblemLevel::Warning,
            ..self
        }
    }

    /// The same problem at a place in its file.
    #[must_use]
    pub fn at(self, position: Position) -> Self {
        Self {
            position: Some(position),
            ..self
        }
    }

    /// The line that users see; the path starts with `hub`, the content folder as typed.
    #[must_use]
    pub fn line(&self, hub: &str) -> String {
        let level = match self.level {
            ProblemLevel::Warning => "Warning",
            ProblemLevel::Error => "Error",
        };
        let slash = if hub.is_empty() || hub.ends_with('/') {
            ""
        } else {
            "/"
        };
        let place = DisplayPosition(self.position);
        format!("{level}: {hub}{slash}{}{place}: {}", self.path, self.message)
    }
}

struct DisplayPosition(Option<Position>);

impl fmt::Display for DisplayPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(at) => write!(f, ":{}:{}", at.line, at.column),
            None => Ok(()),
        }
    }
}

/// The file that problems are reported for, which knows its lines.
pub struct SourceFile<'a> {
    path: &'a str,
    text: &'a str,
}

impl<'a> SourceFile<'a> {
    /// A file by its path in the content folder.
    #[must_use]
    pub fn new(path: &'a str, text: &'a str) -> Self {
        Self { path, text }
    }

    /// Its path in the content folder.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// Line and column of the start of a span.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        LineIndex::new(self.text).position(self.text, span.start, ColumnUnit::Chars)
    }

    /// An error at a place in the file.
    #[must_use]
    pub fn error(&self, span: Span, message: impl Into<String>) -> BuildProblem {
        BuildProblem {
            span,
            ..BuildProblem::error(self.path, message).at(self.position(span))
        }
    }
}
