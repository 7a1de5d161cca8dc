//! Signatures as the headings of references write them, without `def` and body: `Client.get(id: int) -> Item`,
//! `kit.Widget(self, /, *args)`, `class kit.Widget(size, *, color=None)`.

use super::super::super::Language;
use super::super::{parses, text};
use super::printed;

/// Whether all that the code says is signatures, each on separate lines, with or without comments.
pub(super) fn are_all(language: &Language, code: &str) -> bool {
    let values = printed::values(code);
    let is_printed = values.is_some();
    let shown = printed::defaults(values.as_deref().unwrap_or(code)).or(values);
    let plain = shown.as_deref().unwrap_or(code);
    let optional = text::optional_arguments(plain);
    let edited = optional.as_deref().unwrap_or(plain);
    let mut source = String::with_capacity(code.len() + 64);
    let (mut open, mut seen, mut defined) = (0_i32, false, false);
    let mut typed = is_printed || optional.is_some() || code.contains(':');
    for line in edited.lines() {
        let text = line.split(" #").next().unwrap_or_default().trim_end();
        if open == 0 {
            if text.trim().is_empty() || text.trim_start().starts_with('#') {
                continue;
            }
            let Some(signature) = Signature::read(text.trim()) else {
                return false;
            };
            seen = true;
            defined = signature.defines;
            typed |= signature.declares;
            source.push_str("def _");
            source.push_str(signature.parameters);
        } else {
            source.push_str(text);
        }
        typed |= text.contains("->") || has_mark(text);
        open += depth(text);
        if open == 0 && defined && source.ends_with(':') {
            source.pop();
        }
        source.push_str(if open == 0 { ": ...\n" } else { "\n" });
    }
    seen && typed && open == 0 && parses(language, &source)
}

/// Whether the text is one logical line: every bracket that it opens is closed at its end and not before, and
/// nothing follows the parameters but the type of the result.
pub(super) fn is_one(header: &str) -> bool {
    let mut lines = header
        .lines()
        .map(|line| line.split(" #").next().unwrap_or_default());
    let mut open = depth(lines.next().unwrap_or_default());
    for line in lines {
        if open <= 0 {
            return false;
        }
        open += depth(line);
    }
    open == 0
}

/// The first line of a signature.
struct Signature<'a> {
    /// From the parenthesis on.
    parameters: &'a str,
    /// Whether a word or a name shows that it is not a call.
    declares: bool,
    /// Whether it is written as a definition, which ends in a colon.
    defines: bool,
}

impl<'a> Signature<'a> {
    /// The signature that starts with the line, as Sphinx writes its head: `async classmethod kit.open(`.
    fn read(line: &'a str) -> Option<Self> {
        let words = [
            "abstract",
            "abstractmethod",
            "async",
            "class",
            "classmethod",
            "coroutine",
            "def",
            "exception",
            "function",
            "method",
            "property",
            "static",
            "staticmethod",
        ];
        let (head, _) = line.split_once('(')?;
        let (before, name) = head.rsplit_once(' ').unwrap_or(("", head));
        let declared = before.split_whitespace().all(|word| words.contains(&word));
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_.".contains(c));
        // A module can have this name, but a call cannot.
        let digits = name
            .split('.')
            .any(|part| part.starts_with(|c: char| c.is_ascii_digit()));
        let signature = Self {
            parameters: line.get(head.len()..)?,
            declares: !before.is_empty() || digits,
            defines: before.ends_with("def") || before.ends_with("class"),
        };
        (declared && plain).then_some(signature)
    }
}

/// Whether a line has a bare `*` or `/` among the parameters, which no call has.
fn has_mark(line: &str) -> bool {
    line.split([',', '(', ')'])
        .any(|part| matches!(part.trim(), "*" | "/"))
}

/// How many more brackets a line opens than it closes.
fn depth(line: &str) -> i32 {
    line.bytes()
        .map(|byte| match byte {
            b'(' | b'[' | b'{' => 1,
            b')' | b']' | b'}' => -1,
            _ => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::super::super::Idiom;
    use super::super::super::tests::excused;

    #[test]
    fn signatures_of_references_are_excused() {
        for code in [
            "kit.Widget(self, /, *args, **kwargs)\n",
            "kit.start(self, *, port=80)\n",
            "kit.stop(widget, *, force=False, after=())\n\nkit.wait(widget, /)\n",
            "kit.migrations.0002_add_color.Migration(self, name)\n",
            "kit.open(self, reader: 'Reader' = <class 'kit.io.Reader'>, size: 'int' = 2)\n",
            "kit.make(name: 'str' = None, color: 'Color' = <factory>, size=<Size('2')>)\n",
            "kit.lock(self) -> <function Lock at 0x7f02fd7e2000>\n",
            "kit.find(context=<kit.Context object at 0x7f02fd7e2000>, *, deep=True)\n",
            "class kit.Widget(size, *, color=None)\n",
            "async kit.Widget.open(self) -> Widget\nclassmethod kit.Widget.make(cls, size)\n",
            "__init__(\n    *,\n    size: int = 2,\n    color: str | Color = Color.RED\n) -> None\n",
            "kit.slice(start, stop[, step])\n",
            "def kit.Widget.open(self, size: int = 2) -> None:\n",
            "@kit.output(size=int)\nasync def open(size: int,\n               *,\n               color: str = \"red\")\n",
        ] {
            assert_eq!(excused("python", code), Some(Idiom::Signature), "{code}");
        }
    }

    #[test]
    fn calls_with_errors_are_not() {
        for code in [
            "kit.start(port=80, 81)\n",
            "kit.start(self, *, port=80\n",
            "kit.start(self, *,)\n",
            "kit.start(self / , *)\n",
            "kit.start(a b, *, c)\n",
            "x = kit.start(self, /)\n",
            "class kit.Widget(a b)\n",
            "kit.start(2, *, port=80)\n",
            "kit.open(self)\nx = (\n",
            "kit.open():\n    kit.stop()\n",
            "kit.open(\n    size=2,\n):\n",
            "@kit.output(size=int)\nasync def open(size: int,\n",
        ] {
            assert_eq!(excused("python", code), None, "{code}");
        }
    }
}
