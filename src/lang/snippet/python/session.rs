//! Sessions whose prompts are not those that Python writes.

use super::super::super::ParseResult;
use super::super::super::python::{is_prompt, parse};

/// Whether what was typed is one program: some write `>>>` also where a statement goes on.
pub(super) fn is_typed(code: &str) -> bool {
    let typed = code.lines().map(str::trim_start).filter_map(|line| {
        let rest = line.strip_prefix(">>>").or_else(|| line.strip_prefix("..."))?;
        Some(rest.strip_prefix(' ').unwrap_or(rest))
    });
    let program: String = typed.flat_map(|line| [line, "\n"]).collect();
    parse(&program) == ParseResult::Valid
}

/// How many lines one statement may go on without a prompt.
const MAX_LINES: usize = 60;

/// How often a session is parsed.
const MAX_PARSES: usize = 400;

/// Whether each statement parses, with as many of the lines below it as it takes: what is pasted into a session has a
/// prompt in front of its first line only.
pub(super) fn is_pasted(code: &str) -> bool {
    let mut parses = 0;
    let mut lines = code.lines().map(str::trim_end).peekable();
    while let Some(line) = lines.next() {
        let Some(first) = typed(line) else { continue };
        let mut statement = format!("{first}\n");
        let mut taken = 0;
        loop {
            parses += 1;
            if parses > MAX_PARSES {
                return false;
            }
            match parse(&statement) {
                ParseResult::Valid => break,
                ParseResult::NotChecked(_) => return false,
                ParseResult::Invalid(_) => {}
            }
            let Some(next) = lines.next_if(|next| typed(next).is_none() && taken < MAX_LINES) else {
                return false;
            };
            taken += 1;
            statement.push_str(next.strip_prefix("... ").unwrap_or(next));
            statement.push('\n');
        }
    }
    parses > 0
}

/// The code after a first prompt.
fn typed(line: &str) -> Option<&str> {
    let rest = line
        .trim_start()
        .strip_prefix(">>>")
        .filter(|_| is_prompt(line))?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::super::super::Idiom;
    use super::super::super::tests::excused;

    #[test]
    fn sessions_without_all_prompts_are_excused() {
        for code in [
            ">>> for x in y:\n>>>     f(x)\n1\n>>>\n>>> y\n",
            ">>> f(\n    {'a': 1},\n    b=2,\n)\nnot code (\n>>> data = {\n    'a': 1,\n}\n>>> f(data)\n{'a': 1}\n",
            ">>> def f():\n    a()\n    b()\n\n>>> f()\n",
        ] {
            assert_eq!(excused("python", code), Some(Idiom::Prompt), "{code}");
        }
    }

    #[test]
    fn real_errors_in_them_are_not() {
        for code in [
            ">>> for x in y:\n>>> f(x)\n",
            ">>> f(\n    {'a': 1,\n)\n>>> g()\n",
            ">>> f(a b)\n1\n>>> g()\n",
            ">>> f()\n>>> g(\n",
        ] {
            assert_eq!(excused("python", code), None, "{code}");
        }
    }
}
