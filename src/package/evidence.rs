//! What a document says about packages: install commands, dependency tables, imports, links, titles, prose and its
//! path, gathered in one pass. Scoring is in `score.rs`.

mod context;
mod imports;
mod managers;
pub mod names;
mod options;
mod prose;
mod requirement;
mod shell;
mod skill;
mod tables;

pub use managers::ManagerAction;
pub use options::REGISTRY_OPTIONS;
pub use prose::Mention;
pub use requirement::{PackageRequirement, parse as read_requirement};
pub use skill::{SkillRegistries, of_attachment as packages_of_attachment};

use super::{Ecosystem, Package};
use crate::document::{CodeBlock, Document};
use crate::lang::work::WorkBudget;
use crate::lang::{self, Family};
use crate::text::{Span, any_of, ascii_lowercase};
use aho_corasick::AhoCorasick;
use names::DocumentNames;
use std::sync::LazyLock;

/// The declared versions that are looked at: the text is searched for each. Real entries declare fewer.
pub const MAX_DECLARED: usize = 100;

/// What a document says about packages.
#[derive(Clone, Debug, Default)]
pub struct Evidence<'a> {
    /// The registries of its languages.
    pub ecosystems: Vec<Ecosystem>,
    /// Its languages.
    pub languages: Vec<&'a str>,
    /// The versions that it declares.
    pub declared: Vec<&'a str>,
    /// The names that it gives itself.
    pub identity: DocumentNames,
    /// Its first heading of level 1.
    pub title: Option<&'a str>,
    /// The description in its front matter.
    pub description: &'a str,
    /// Install commands in code blocks, in order.
    pub commands: Vec<InstallCommand>,
    /// Install commands in back-ticks.
    pub inline: Vec<InstallCommand>,
    /// What commands in code spans of a skill ask for.
    pub spans: Vec<RequestedPackage>,
    /// Rows of dependency tables.
    pub tables: Vec<RequestedPackage>,
    /// Packages whose project pages are named.
    pub links: Vec<Package>,
    /// What follows "Package:".
    pub lines: Vec<(Option<Ecosystem>, String)>,
    /// Back-ticked texts.
    pub mentions: Vec<Mention<'a>>,
    /// The text before each mention of a declared version.
    pub ties: Vec<&'a str>,
    /// Dotted modules that Python blocks import.
    pub modules: Vec<String>,
    /// Packages that JavaScript and TypeScript blocks import.
    pub imports: Vec<Package>,
    /// Whether its author is only named after its language.
    pub on_language_shelf: bool,
}

/// An install command of the document.
#[derive(Clone, Debug)]
pub struct InstallCommand {
    /// What it does.
    pub action: ManagerAction,
    /// The packages.
    pub packages: Vec<RequestedPackage>,
}

/// A package that a command or a table asks for.
#[derive(Clone, Debug)]
pub struct RequestedPackage {
    /// The package.
    pub package: Package,
    /// Its name as written.
    pub span: Span,
    /// The version beside it, its place, and whether exactly it is asked for.
    pub spec: Option<(String, Span, bool)>,
    /// Whether the words around it say not to.
    pub negative: bool,
    /// Whether the usual registry does not apply to it.
    pub elsewhere: bool,
    /// Whether it is from a registry that is not public.
    pub in_house: bool,
}

/// What a code block may hold, by its tag.
enum BlockContent {
    Commands,
    Toml,
    Json,
    Python,
    JavaScript,
    /// No tag, or one for any text.
    Anything,
    Nothing,
}

fn holds(block: &CodeBlock) -> BlockContent {
    let tag = block.info.split([' ', ',', '{', ':']).next().unwrap_or_default();
    let tag = ascii_lowercase(tag);
    // Tags of parsed languages are in the table of languages; these are read only for evidence.
    match &*tag {
        "powershell" | "ps1" | "pwsh" | "cmd" | "bat" | "batch" | "fish" | "dockerfile" | "docker" => {
            return BlockContent::Commands;
        }
        "vue" | "svelte" => return BlockContent::JavaScript,
        "" | "text" | "txt" | "plaintext" | "requirements" | "requirements.txt" | "pip-requirements"
        | "ini" => return BlockContent::Anything,
        _ => {}
    }
    let language = lang::by_tag(&tag);
    match language.map(|language| (language.family, language.id)) {
        Some((Family::Shell, _)) => BlockContent::Commands,
        Some((Family::Data, "toml")) => BlockContent::Toml,
        Some((Family::Json, _)) => BlockContent::Json,
        Some((Family::Python, _)) => BlockContent::Python,
        Some((Family::JavaScript, _)) => BlockContent::JavaScript,
        _ => BlockContent::Nothing,
    }
}

/// Gather what a document says. Companions have commands and tables only. `skill` is what the files of its skill say.
#[must_use]
pub fn collect<'a>(document: &'a Document, skill: Option<&SkillRegistries>) -> Evidence<'a> {
    WorkBudget::for_bytes(document.text.len()).within(|| read(document, skill))
}

fn read<'a>(document: &'a Document, skill: Option<&SkillRegistries>) -> Evidence<'a> {
    let front = document.front_matter();
    let text = document.text.as_str();
    let list = |key: &str| -> Vec<&str> {
        front
            .map(|front| front.list(key, text))
            .unwrap_or_default()
            .into_iter()
            .map(|(piece, _)| piece)
            .filter(|piece| !piece.is_empty())
            .collect()
    };
    let mut evidence = Evidence {
        languages: list("languages"),
        declared: list("versions").into_iter().take(MAX_DECLARED).collect(),
        ..Evidence::default()
    };
    for language in &evidence.languages {
        let ecosystem = match language.to_ascii_lowercase().as_str() {
            "python" | "py" | "python3" => Ecosystem::PyPi,
            "javascript" | "typescript" | "js" | "ts" | "node" | "nodejs" => Ecosystem::Npm,
            _ => continue,
        };
        if !evidence.ecosystems.contains(&ecosystem) {
            evidence.ecosystems.push(ecosystem);
        }
    }
    let mut scopes = prose::private_scopes(text);
    scopes.extend(skill.into_iter().flat_map(|skill| skill.scopes().iter().cloned()));
    for block in &document.body.code_blocks {
        read_block(document, block, &scopes, &mut evidence);
        if skill.is_some() {
            script_block(document, block, &scopes, &mut evidence);
        }
    }
    if skill.is_some() {
        evidence.spans = skill::of_spans(document, &scopes);
    }
    // Without a registry there are no candidates.
    if document.kind.is_entry() && !evidence.ecosystems.is_empty() {
        identify(document, &mut evidence);
    }
    evidence
}

/// All evidence for the package that an entry covers.
fn identify<'a>(document: &'a Document, evidence: &mut Evidence<'a>) {
    evidence.identity = DocumentNames::new(&document.path, prose::front_name(document));
    evidence.on_language_shelf = prose::is_in_language_folder(&document.path, &evidence.languages);
    evidence.title = document
        .body
        .headings
        .iter()
        .find(|heading| heading.level == 1)
        .map(|heading| heading.text.as_str());
    evidence.description = document
        .front_matter()
        .and_then(|front| front.field(&["description"]))
        .and_then(|(_, node)| node.as_str())
        .unwrap_or_default();
    let prose = prose::parse(document, &evidence.declared);
    evidence.links = prose.links;
    evidence.lines = prose.lines;
    evidence.ties = prose.ties;
    for mention in &prose.mentions {
        if mention.text.contains(' ') && may_install(mention.text) {
            for words in shell::commands(mention.text) {
                if let Some(command) = managers::parse(&words) {
                    let negative = mention.is_negative();
                    evidence
                        .inline
                        .push(placed(command, negative, &[], |_| mention.span));
                }
            }
        }
    }
    evidence.mentions = prose.mentions;
}

/// Inline metadata of a script in a Python block.
fn script_block(document: &Document, block: &CodeBlock, scopes: &[String], evidence: &mut Evidence<'_>) {
    if matches!(holds(block), BlockContent::Python) {
        let found = tables::script(block.code(&document.text));
        rows(document, block, found, scopes, evidence);
    }
}

fn read_block(document: &Document, block: &CodeBlock, scopes: &[String], evidence: &mut Evidence<'_>) {
    let code = block.code(&document.text);
    let holds = holds(block);
    if matches!(holds, BlockContent::Commands | BlockContent::Anything)
        || matches!(holds, BlockContent::Python)
            && (code.contains("!pip") || code.contains("%pip") || code.contains("!uv"))
    {
        if may_install(code) {
            commands(document, block, code, scopes, evidence);
        } else if matches!(holds, BlockContent::Anything)
            && (code.contains("==") || code.contains(">=") || code.contains("[project]"))
        {
            let mut found = if code.contains('[') {
                tables::toml(code)
            } else {
                Vec::new()
            };
            if found.is_empty() {
                found = tables::requirements(code);
            }
            rows(document, block, found, scopes, evidence);
        }
    }
    match holds {
        BlockContent::Toml => rows(document, block, tables::toml(code), scopes, evidence),
        BlockContent::Json => rows(document, block, tables::package_json(code), scopes, evidence),
        BlockContent::Python if document.kind.is_entry() => evidence.modules.extend(imports::python(code)),
        BlockContent::JavaScript if document.kind.is_entry() => {
            evidence.imports.extend(imports::javascript(code));
        }
        _ => {}
    }
}

/// A fast check before a text is parsed: does one of its lines, with those that continue it, hold the words of an
/// install command at all?
fn may_install(code: &str) -> bool {
    static MANAGERS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        any_of([
            "pip", "npm", "yarn", "pnpm", "bun", "uv", "poetry", "pdm", "npx", "conda", "mamba", "deno",
        ])
    });
    static VERBS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        any_of([
            "install", "add", " i ", "npx ", "uvx ", "dlx", "bunx", "--with", "remove", "download", " rm ",
            " run ", " create ", " inject ",
        ])
    });
    let (Some(managers), Some(verbs)) = (MANAGERS.as_ref(), VERBS.as_ref()) else {
        return true;
    };
    let mut rest = code;
    while let Some(manager) = managers.find(rest) {
        let line = rest.get(..manager.start()).map_or(0, last_line);
        let end = rest.get(manager.end()..).map_or(0, first_line) + manager.end();
        if rest.get(line..end).is_some_and(|line| verbs.is_match(line)) {
            return true;
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    false
}

/// Where the last line of a text begins. What ends in `\`, `^` or a back-tick goes on: shells, cmd, PowerShell.
fn last_line(text: &str) -> usize {
    let mut at = text.len();
    loop {
        match text.get(..at).and_then(|before| before.rfind('\n')) {
            Some(end) if goes_on(&text[..end]) => at = end,
            Some(end) => return end + 1,
            None => return 0,
        }
    }
}

/// How long the first line of a text is.
fn first_line(text: &str) -> usize {
    let mut ends = memchr::memchr_iter(b'\n', text.as_bytes());
    ends.find(|end| !goes_on(&text[..*end])).unwrap_or(text.len())
}

fn goes_on(line: &str) -> bool {
    line.trim_end_matches('\r').ends_with(['\\', '^', '`'])
}

fn commands(
    document: &Document,
    block: &CodeBlock,
    code: &str,
    scopes: &[String],
    evidence: &mut Evidence<'_>,
) {
    let before = context::line_before(&document.text, block.span.start as usize);
    let warned = context::find_warning(before).is_some();
    for words in shell::commands(code) {
        let Some(command) = managers::parse(&words) else {
            continue;
        };
        let at = words.first().map_or(0, |word| word.range.start);
        let negative = warned || context::comment_warns(code, at);
        evidence
            .commands
            .push(placed(command, negative, scopes, |range| block.to_file(range)));
    }
}

fn placed(
    command: managers::ManagerCommand,
    negative: bool,
    scopes: &[String],
    file: impl Fn(std::ops::Range<usize>) -> Span,
) -> InstallCommand {
    let registry = TextRegistry {
        own: command.own_registry,
        in_house: command.in_house,
    };
    InstallCommand {
        action: command.action,
        packages: command
            .requirements
            .into_iter()
            .map(|requirement| found(requirement, negative, registry, scopes, &file))
            .collect(),
    }
}

/// Which registry a text names for its packages.
#[derive(Clone, Copy, Default)]
struct TextRegistry {
    /// Whether it names a registry.
    own: bool,
    /// Whether the registry is private.
    in_house: bool,
}

fn found(
    requirement: PackageRequirement,
    negative: bool,
    registry: TextRegistry,
    scopes: &[String],
    file: impl Fn(std::ops::Range<usize>) -> Span,
) -> RequestedPackage {
    let private = requirement
        .package
        .scope()
        .is_some_and(|scope| scopes.iter().any(|private| private == scope));
    RequestedPackage {
        span: file(requirement.name),
        spec: requirement
            .spec
            .map(|spec| (spec.version, file(spec.range), spec.exact)),
        package: requirement.package,
        negative,
        elsewhere: registry.own || private,
        in_house: registry.in_house || private,
    }
}

fn rows(
    document: &Document,
    block: &CodeBlock,
    requirements: Vec<PackageRequirement>,
    scopes: &[String],
    evidence: &mut Evidence<'_>,
) {
    if requirements.is_empty() {
        return;
    }
    let before = context::line_before(&document.text, block.span.start as usize);
    let negative = context::find_warning(before).is_some();
    evidence
        .tables
        .extend(requirements.into_iter().map(|requirement| {
            found(requirement, negative, TextRegistry::default(), scopes, |range| {
                block.to_file(range)
            })
        }));
}
