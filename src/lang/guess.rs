//! Guess the language of code: of blocks without a tag, and of blocks that do not parse as what they say.
//!
//! A guess needs proof: the whole block parses as the language, and has syntax that prose does not have.

mod output;

use super::{Family, Language, ParseResult, by_id, javascript, json, parse, python, shell};

/// The tag that a broken block should have: it parses as another language. `None` without proof.
#[must_use]
pub fn better_tag(language: &Language, code: &str) -> Option<&'static str> {
    match language.id {
        "javascript" | "jsx" => {
            if javascript::is_compiled(code, false) {
                return Some("ts");
            }
            if !has_interpolation(code) && javascript::is_compiled(code, true) {
                return Some("tsx");
            }
        }
        "typescript"
            if !has_interpolation(code) && (javascript::is_compiled(code, true) || is_markup_below(code)) =>
        {
            return Some("tsx");
        }
        "json" | "jsonc" => {
            if let Some(tag) = json_superset(language, code) {
                return Some(tag);
            }
        }
        _ => {}
    }
    if language.family != Family::Python && is_python_session(code) {
        return Some("pycon");
    }
    if language.family == Family::Python && code.trim_start().starts_with(['{', '[']) && has_comment(code) {
        let valid = json::parse_jsonc(code) == ParseResult::Valid;
        return valid.then_some("jsonc").or_else(|| foreign(language, code));
    }
    // Assignments are shell code too.
    if language.id != "dotenv" && language.family != Family::Shell && is_env_file(language, code) {
        return Some(env_tag(code));
    }
    foreign(language, code)
}

/// Whether the code is statements that TypeScript's compiler accepts, and elements beside each other below them.
fn is_markup_below(code: &str) -> bool {
    let element = code.match_indices("\n<").map(|(newline, _)| newline + 1).next();
    let start = if code.starts_with('<') { Some(0) } else { element };
    let Some((head, elements)) = start.and_then(|at| code.split_at_checked(at)) else {
        return false;
    };
    elements.contains("</")
        && markup(code).is_none()
        && javascript::is_compiled(head, true)
        && javascript::adjacent_markup(elements, true)
}

/// Whether an element has text in two braces, as in templates of Angular and Vue. In JSX this would be an object, which
/// cannot be rendered.
pub(super) fn has_interpolation(code: &str) -> bool {
    code.match_indices(">{{")
        .any(|(at, _)| !code.get(..at).is_some_and(|before| before.ends_with('=')))
}

/// The tag of a language of another family, or of text that is not code.
fn foreign(language: &Language, code: &str) -> Option<&'static str> {
    if let Some(tag) = markup(code) {
        return (language.family != Family::Other).then_some(tag);
    }
    let foreign = match language.family {
        Family::Python => [Sign::Shell, Sign::JavaScript, Sign::Json],
        Family::JavaScript => [Sign::Shell, Sign::Python, Sign::Json],
        Family::Shell => [Sign::Python, Sign::JavaScript, Sign::Json],
        Family::Json => [Sign::Python, Sign::JavaScript, Sign::Shell],
        Family::Data => [Sign::Json, Sign::Shell, Sign::Python],
        Family::Other => return None,
    };
    foreign
        .into_iter()
        .find_map(|sign| sign.proof(code))
        .or_else(|| output::tag(language.family, code))
        .or_else(|| is_prose(code).then_some("text"))
}

/// Whether the code is what was typed at the prompt of Python and what it answered.
fn is_python_session(code: &str) -> bool {
    let first = code
        .lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    first.is_some_and(python::is_prompt) && python::parse_session(code) == ParseResult::Valid
}

/// Whether all lines are valid in a `.env` file. In a block of JavaScript, comments may begin with `//`.
pub(super) fn is_env_file(language: &Language, code: &str) -> bool {
    if language.family != Family::JavaScript || !code.contains("//") {
        return is_dotenv(code);
    }
    let comment = |line: &str| line.trim_start().starts_with("//");
    let plain: String = code.split_inclusive('\n').filter(|line| !comment(line)).collect();
    is_dotenv(&plain)
}

/// The tag of assignments: those of a shell are exported.
fn env_tag(code: &str) -> &'static str {
    let exports = code.lines().any(|line| line.trim_start().starts_with("export "));
    if exports { "bash" } else { "dotenv" }
}

/// The superset of JSON that a block is written in.
#[must_use]
pub fn json_superset(language: &Language, code: &str) -> Option<&'static str> {
    if language.id == "json" && json::parse_jsonc(code) == ParseResult::Valid && has_comment(code) {
        return Some("jsonc");
    }
    let looks = code.trim_start().starts_with(['{', '[', '/']);
    (language.family == Family::Json
        && looks
        && has_bare_key(code)
        && json::parse_json5(code) == ParseResult::Valid)
        .then_some("json5")
}

fn has_comment(code: &str) -> bool {
    code.contains("//") || code.contains("/*")
}

/// Whether most keys are written without quotes: a typing mistake would not leave out all of them.
fn has_bare_key(code: &str) -> bool {
    let bare = |line: &&str| {
        let line = line.trim_start_matches(['{', ' ', '\t']);
        line.starts_with(|c: char| c.is_alphabetic() || c == '_') && line.contains(':')
    };
    let quoted = code
        .lines()
        .filter(|line| line.trim_start_matches(['{', ' ', '\t']).starts_with('"') && line.contains("\":"));
    code.lines().filter(bare).count() > quoted.count()
}

/// The language of a block without a tag.
#[must_use]
pub fn guess(code: &str) -> Option<&'static str> {
    let text = code.trim();
    if text.is_empty() || code.len() > super::limits::MAX_LENIENT_BYTES {
        return None;
    }
    if let Some(line) = text.lines().next().filter(|line| line.starts_with("#!")) {
        return ["python", "node", "bash", "sh", "ruby", "php"]
            .into_iter()
            .find(|name| line.contains(name))
            .map(|name| match name {
                "node" => "js",
                "sh" => "bash",
                other => other,
            });
    }
    if text.lines().any(python::is_prompt) {
        return Some("pycon");
    }
    let typed = text.lines().filter(|line| line.starts_with("$ ")).count();
    if typed > 0 && shell::parse_session(code) == ParseResult::Valid {
        return Some("console");
    }
    if text.starts_with("diff --git") || text.starts_with("--- a/") {
        return Some("diff");
    }
    if is_dotenv(code) {
        return Some(env_tag(code));
    }
    markup(code)
        .or_else(|| Sign::Json.proof(code))
        .or_else(|| Sign::Sql.proof(code))
        .or_else(|| Sign::Shell.proof(code))
        .or_else(|| Sign::Python.proof(code))
        .or_else(|| Sign::JavaScript.proof(code))
        .or_else(|| Sign::Toml.proof(code))
        .or_else(|| Sign::Yaml.proof(code))
}

/// A language that is recognised by syntax that only it has.
#[derive(Clone, Copy)]
enum Sign {
    Json,
    Shell,
    Python,
    JavaScript,
    Sql,
    Toml,
    Yaml,
}

impl Sign {
    /// The tag of the language, if the code has its syntax and parses as it.
    fn proof(self, code: &str) -> Option<&'static str> {
        let lines = || code.lines().map(str::trim).filter(|line| !line.is_empty());
        let starts = |words: &[&str]| lines().any(|line| words.iter().any(|word| line.starts_with(word)));
        let valid = |id: &str| by_id(id).is_some_and(|language| parse(language, code) == ParseResult::Valid);
        match self {
            Self::Json => (code.trim_start().starts_with(['{', '[']) && code.contains('"') && valid("json"))
                .then_some("json"),
            Self::Shell => {
                let all = lines().filter(|line| !line.starts_with('#')).all(is_command);
                (lines().count() > 0 && lines().any(is_command) && all && valid("bash")).then_some("bash")
            }
            Self::Python => {
                let sign = lines().any(|line| {
                    (line.starts_with("def ") || line.starts_with("class ") || line.starts_with("async def "))
                        && line.ends_with(':')
                        || line.starts_with("from ") && line.contains(" import ")
                        || line.starts_with("import ") && !line.contains(['\'', '"', ';', '{'])
                        || line.starts_with("print(")
                        || line.starts_with("with ") && line.ends_with(':')
                });
                (sign && valid("python")).then_some("python")
            }
            Self::JavaScript => {
                let sign = starts(&[
                    "const ",
                    "let ",
                    "export ",
                    "function ",
                    "async function ",
                    "console.",
                ]) || lines().any(|line| line.starts_with("import ") && line.contains(" from "))
                    || code.contains("=> ");
                if !sign {
                    return None;
                }
                if valid("javascript") {
                    return Some("js");
                }
                [(false, "ts"), (true, "tsx")]
                    .into_iter()
                    .find(|(markup, _)| javascript::is_compiled(code, *markup))
                    .map(|(_, tag)| tag)
            }
            Self::Sql => {
                let words = [
                    "SELECT ",
                    "INSERT INTO ",
                    "CREATE TABLE ",
                    "UPDATE ",
                    "DELETE FROM ",
                    "ALTER TABLE ",
                ];
                (starts(&words) && code.contains(';')).then_some("sql")
            }
            Self::Toml => (lines().any(|line| line.starts_with('[') && line.ends_with(']'))
                && code.contains(" = ")
                && valid("toml"))
            .then_some("toml"),
            Self::Yaml => {
                let pairs = lines()
                    .filter(|line| {
                        let line = line.trim_start_matches("- ");
                        line.split_once(':').is_some_and(|(key, value)| {
                            (value.is_empty() || value.starts_with(' '))
                                && key.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
                        })
                    })
                    .count();
                (pairs >= 2 && pairs * 2 > lines().count() && valid("yaml")).then_some("yaml")
            }
        }
    }
}

/// Programs that start the commands of documentation.
const COMMANDS: &[&str] = &[
    "pip",
    "pip3",
    "pipx",
    "uv",
    "uvx",
    "poetry",
    "conda",
    "npm",
    "npx",
    "yarn",
    "pnpm",
    "bun",
    "bunx",
    "deno",
    "node",
    "python",
    "python3",
    "cargo",
    "rustup",
    "git",
    "curl",
    "wget",
    "docker",
    "docker-compose",
    "kubectl",
    "helm",
    "brew",
    "apt",
    "apt-get",
    "sudo",
    "cd",
    "mkdir",
    "source",
    "make",
    "gem",
    "bundle",
    "composer",
    "dotnet",
    "chmod",
    "cp",
    "mv",
    "rm",
    "ls",
    "cat",
    "echo",
    "terraform",
    "aws",
    "gcloud",
    "az",
    "heroku",
    "vercel",
    "pytest",
    "tsx",
    "ts-node",
];

/// Whether a line is a command or continues one.
fn is_command(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or_default();
    let lower = words
        .next()
        .is_none_or(|word| !word.starts_with(['=', '(']) && !word.starts_with("is"));
    COMMANDS.contains(&first) && lower
}

/// Whether all lines are `KEY=value`, with keys in capitals as environment variables are written.
fn is_dotenv(code: &str) -> bool {
    let mut pairs = 0;
    if super::dotenv::parse(code) != ParseResult::Valid {
        return false;
    }
    for line in code
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let Some((key, _)) = line.split_once('=') else {
            return false;
        };
        let key = key.strip_prefix("export ").unwrap_or(key);
        let shouted = key.starts_with(|c: char| c.is_ascii_uppercase())
            && key
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if !shouted {
            return false;
        }
        pairs += 1;
    }
    pairs > 0
}

/// Single-file components and pages, recognised by their first element.
fn markup(code: &str) -> Option<&'static str> {
    let mut text = code.trim_start();
    while let Some(rest) = text.strip_prefix("<!--") {
        text = rest.split_once("-->").map_or("", |(_, rest)| rest.trim_start());
    }
    let line = text.lines().next().unwrap_or_default();
    if line.starts_with("<template") || line.starts_with("<script setup") {
        return Some("vue");
    }
    if line.starts_with("<script") {
        if code.contains("<template") {
            return Some("vue");
        }
        // HTML has no elements with capitals, so an element such as `<Widget>` is a component.
        let component = code
            .split_once("</script>")
            .is_some_and(|(_, rest)| names_component(rest));
        let signs = ["{#", "{@", "$state(", "on:"];
        let svelte = component || signs.iter().any(|sign| code.contains(sign));
        return Some(if svelte { "svelte" } else { "html" });
    }
    let lower = line.to_ascii_lowercase();
    (lower.starts_with("<!doctype html") || lower.starts_with("<html")).then_some("html")
}

/// Whether an element has a name with a capital: `<Widget`.
fn names_component(markup: &str) -> bool {
    markup.match_indices('<').any(|(at, _)| {
        markup
            .get(at + 1..)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
    })
}

/// Sentences, without a single line that has the shape of code.
fn is_prose(code: &str) -> bool {
    let mut sentences = 0;
    let mut others = 0;
    for line in code.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let keyword = [
            "def ", "class ", "return ", "import ", "from ", "if ", "for ", "const ", "let ", "#", "//", "@",
        ];
        let shape = line.contains('=')
            || line.contains("()")
            || line.ends_with(['{', '(', ';', ',', '[', '\\', '"', '\'', '`'])
            || keyword.iter().any(|word| line.starts_with(word));
        if shape {
            return false;
        }
        let words = line.split_whitespace().count();
        let letters = line
            .chars()
            .filter(|c| c.is_alphabetic() || c.is_whitespace() || ",.'’-".contains(*c))
            .count();
        let wordy = words >= 5 && letters * 100 >= line.chars().count() * 85;
        if wordy && line.starts_with(char::is_uppercase) && line.ends_with(['.', ':', '!', '?']) {
            sentences += 1;
        } else if !wordy {
            others += 1;
        }
    }
    sentences > 0 && sentences >= others
}

#[cfg(test)]
mod tests;
