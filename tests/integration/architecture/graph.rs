//! Which modules import which, read from the source text, and the shortest cycle among them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The path of a module below the root of the crate: `["hub", "discover"]`.
type Path = Vec<String>;

/// Where an import is: the file below `src/` and the line.
pub type Place = (String, usize);

/// What each node imports, with the first place that does.
pub type Graph = BTreeMap<String, BTreeMap<String, Place>>;

/// The modules of the crate.
pub struct Modules {
    files: BTreeMap<Path, Module>,
}

/// A file as a module.
struct Module {
    file: String,
    /// What it names outside of `use`, and in `use`.
    paths: Vec<(Path, usize)>,
    /// What a name means here that `use` brought in.
    names: BTreeMap<String, Path>,
}

impl Modules {
    /// Read files, each with its path below `src/`. Files of tests and the roots are left out.
    pub fn new(sources: &[(String, String)]) -> Self {
        let files = sources
            .iter()
            .filter(|(file, _)| file != "main.rs" && file != "lib.rs" && !file.ends_with("tests.rs"))
            .map(|(file, text)| (module_path(file), Module::new(file, text)))
            .collect();
        Self { files }
    }

    /// Every module with modules in it, the root of the crate first.
    pub fn parents(&self) -> BTreeSet<Path> {
        let parents = self.files.keys().map(|path| path[..path.len() - 1].to_vec());
        parents.collect()
    }

    /// Which of the modules directly below a parent import which, each with all that is in it.
    pub fn siblings(&self, parent: &[String]) -> Graph {
        let mut graph = Graph::new();
        let below = |path: &[String]| path.strip_prefix(parent)?.first().cloned();
        for (path, module) in &self.files {
            let Some(from) = below(path) else { continue };
            let imports = graph.entry(from.clone()).or_default();
            for (named, line) in &module.paths {
                let Some(to) = self.resolve(path, named, parent).and_then(|path| below(&path)) else {
                    continue;
                };
                if to != from {
                    imports.entry(to).or_insert((module.file.clone(), *line));
                }
            }
        }
        graph
    }

    /// The module that has what a path names. What the parent itself re-exports belongs to the module that it is from.
    fn resolve(&self, from: &Path, named: &[String], parent: &[String]) -> Option<Path> {
        let mut path = self.absolute(from, named)?;
        for _ in 0..8 {
            let module = self.module_of(&path);
            if module != parent || module.len() == path.len() {
                return Some(module);
            }
            let exported = self
                .files
                .get(&module)
                .and_then(|file| file.names.get(&path[module.len()]));
            let Some(exported) = exported else {
                return Some(module);
            };
            path = self.absolute(&module, exported)?;
        }
        Some(self.module_of(&path))
    }

    /// The longest part of a path that is a module.
    fn module_of(&self, path: &[String]) -> Path {
        let lengths = (0..=path.len()).rev();
        let mut parts = lengths.map(|length| &path[..length]);
        let found = parts.find(|part| self.files.contains_key(*part));
        found.unwrap_or_default().to_vec()
    }

    /// A path from the root of the crate; `None` for other crates, local names and the like.
    fn absolute(&self, from: &Path, named: &[String]) -> Option<Path> {
        let mut at = from.clone();
        let mut rest = named;
        match named.first()?.as_str() {
            "crate" => {
                at.clear();
                rest = &named[1..];
            }
            "self" => rest = &named[1..],
            "super" => {}
            first => {
                let child: Path = from.iter().cloned().chain([first.to_owned()]).collect();
                let meant = self.files[from].names.get(first);
                if let Some(meant) = meant.filter(|meant| meant.first().is_some_and(|m| m != first)) {
                    let whole: Path = meant.iter().chain(&named[1..]).cloned().collect();
                    return self.absolute(from, &whole);
                }
                if !self.files.contains_key(&child) {
                    return None;
                }
            }
        }
        while rest.first().is_some_and(|part| part == "super") {
            at.pop()?;
            rest = &rest[1..];
        }
        at.extend(rest.iter().cloned());
        Some(at)
    }
}

impl Module {
    fn new(file: &str, text: &str) -> Self {
        let tokens = without_tests(&tokens(text));
        let mut module = Self {
            file: file.to_owned(),
            paths: Vec::new(),
            names: BTreeMap::new(),
        };
        let mut at = 0;
        while at < tokens.len() {
            if tokens[at].0 == "use" {
                at += 1;
                module.use_tree(&tokens, &mut at, &[]);
            } else if is_name(&tokens[at].0) {
                let line = tokens[at].1;
                let path = path(&tokens, &mut at);
                if path.len() > 1 {
                    module.paths.push((path, line));
                }
            } else {
                at += 1;
            }
        }
        module
    }

    /// One tree of a `use`, whose part in front is known.
    fn use_tree(&mut self, tokens: &[(String, usize)], at: &mut usize, prefix: &[String]) {
        let token = |at: usize| tokens.get(at).map_or("", |(token, _)| token.as_str());
        let line = tokens.get(*at).map_or(0, |(_, line)| *line);
        let mut whole = prefix.to_vec();
        whole.extend(path(tokens, at));
        if whole.last().is_some_and(|last| last == "self") && whole.len() > 1 {
            whole.pop();
        }
        match token(*at) {
            "{" => {
                *at += 1;
                while *at < tokens.len() && token(*at) != "}" {
                    self.use_tree(tokens, at, &whole);
                    *at += usize::from(token(*at) == ",");
                }
                *at += 1;
                return;
            }
            "*" => *at += 1,
            "as" => {
                self.names.insert(token(*at + 1).to_owned(), whole.clone());
                *at += 2;
            }
            _ => {
                if let Some(last) = whole.last() {
                    self.names.insert(last.clone(), whole.clone());
                } else {
                    // Nothing that a `use` has: go on behind it.
                    *at += 1;
                }
            }
        }
        self.paths.push((whole, line));
    }
}

/// The names joined by `::` from a token on; `at` ends behind them, and behind a last `::`.
fn path(tokens: &[(String, usize)], at: &mut usize) -> Path {
    let mut path = Path::new();
    while let Some((token, _)) = tokens.get(*at)
        && (is_name(token) || (token == "::" && path.is_empty()))
    {
        if token == "::" {
            *at += 1;
            continue;
        }
        path.push(token.clone());
        *at += 1;
        if tokens.get(*at).is_none_or(|(token, _)| token != "::") {
            break;
        }
        *at += 1;
    }
    path
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn module_path(file: &str) -> Path {
    let name = file.trim_end_matches(".rs").trim_end_matches("/mod");
    name.split('/').map(str::to_owned).collect()
}

/// The tokens without each item behind a `#[cfg(test)]`.
fn without_tests(tokens: &[(String, usize)]) -> Vec<(String, usize)> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let marked = tokens.len() - at >= MARK.len()
            && MARK
                .iter()
                .zip(&tokens[at..])
                .all(|(mark, (token, _))| mark == token);
        if !marked {
            out.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let mut depth = 0_usize;
        while at < tokens.len() {
            let token = tokens[at].0.as_str();
            at += 1;
            depth += usize::from(token == "{");
            if (depth == 0 && token == ";") || (depth == 1 && token == "}") {
                break;
            }
            depth -= usize::from(token == "}");
        }
    }
    out
}

/// Names, `::` and single characters with their lines; no comments, strings or characters.
fn tokens(text: &str) -> Vec<(String, usize)> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let length = blank(rest).unwrap_or_else(|| match first {
            c if is_name(&c.to_string()) => rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len()),
            ':' if rest.starts_with("::") => 2,
            c => c.len_utf8(),
        });
        let (token, after) = rest.split_at(length);
        if blank(rest).is_none() && !first.is_whitespace() {
            out.push((token.to_owned(), line));
        }
        line += token.matches('\n').count();
        rest = after;
    }
    out
}

/// The length of the comment, string, character or lifetime at the start.
fn blank(text: &str) -> Option<usize> {
    let end = |from: usize, of: &str| {
        text[from..]
            .find(of)
            .map_or(text.len(), |at| from + at + of.len())
    };
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(end(2, "*/"));
    }
    let literal = text.trim_start_matches(['b', 'c']);
    let before = text.len() - literal.len();
    if let Some(raw) = literal.strip_prefix('r').filter(|_| before < 2) {
        let quoted = raw.trim_start_matches('#');
        if quoted.starts_with('"') {
            let marks = &raw[..raw.len() - quoted.len()];
            return Some(end(before + 2 + marks.len(), &format!("\"{marks}")));
        }
    }
    if literal.starts_with('"') && before < 2 {
        return Some(before + quoted(literal, '"'));
    }
    if literal.starts_with('\'') && before < 2 {
        let mut inner = literal.chars().skip(1);
        let (first, second) = (inner.next()?, inner.next());
        // A lifetime has no quote behind its first character.
        let is_lifetime = first != '\\' && second != Some('\'');
        return Some(before + if is_lifetime { 1 } else { quoted(literal, '\'') });
    }
    None
}

/// The length of a literal whose quotes may be escaped in it.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

/// The public structs, enums and traits of a text: each with its fields, variants or methods, without what is written
/// around them.
pub fn types(text: &str) -> Vec<(String, Vec<String>)> {
    let tokens: Vec<String> = without_tests(&tokens(text))
        .into_iter()
        .map(|(token, _)| token)
        .collect();
    let mut out = Vec::new();
    for at in 2..tokens.len() {
        let kind = matches!(tokens[at - 1].as_str(), "struct" | "enum" | "trait");
        if tokens[at - 2] != "pub" || !kind {
            continue;
        }
        let head = tokens[at..]
            .iter()
            .take_while(|token| !matches!(token.as_str(), "{" | ";" | "("));
        let open = at + head.count();
        let members = if tokens.get(open).is_some_and(|token| token == "{") {
            members(&tokens[open + 1..])
        } else {
            Vec::new()
        };
        out.push((tokens[at].clone(), members));
    }
    out
}

/// What stands between the commas or semicolons up to a closing brace, without attributes and visibility.
fn members(tokens: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    let mut member: Vec<&str> = Vec::new();
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        let is_arrow = at > 0 && matches!(tokens[at - 1].as_str(), "-" | "=");
        let is_last_comma = token == "," && tokens.get(at + 1).is_some_and(|next| next == ")");
        match token.as_str() {
            "," if is_last_comma => continue,
            "}" | "," | ";" if depth == 0 => {
                let last = std::mem::take(&mut member);
                out.extend((!last.is_empty()).then(|| last.join(" ")));
                if token == "}" {
                    break;
                }
                continue;
            }
            "(" | "[" | "{" | "<" => depth += 1,
            ">" if is_arrow => {}
            ")" | "]" | "}" | ">" => depth = depth.saturating_sub(1),
            _ => {}
        }
        member.push(token);
        let is_attribute = depth == 0 && member[0] == "#" && token == "]";
        if is_attribute || (member == ["pub"]) {
            member.clear();
        }
    }
    out
}

/// The shortest cycle, as `a -> b (file:line) -> a (file:line)`.
pub fn cycle(graph: &Graph) -> Option<String> {
    let cycles = graph.keys().filter_map(|start| way_back(graph, start));
    let shortest = cycles.min_by_key(Vec::len)?;
    let mut out = shortest[0].clone();
    for pair in shortest.windows(2) {
        let (file, line) = &graph[&pair[0]][&pair[1]];
        out.push_str(&format!(" -> {} ({file}:{line})", pair[1]));
    }
    Some(out)
}

/// The shortest way from a node to itself.
fn way_back(graph: &Graph, start: &String) -> Option<Vec<String>> {
    let mut before: BTreeMap<&String, &String> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for next in graph.get(node).into_iter().flatten().map(|(next, _)| next) {
            if before.contains_key(next) {
                continue;
            }
            before.insert(next, node);
            if next != start {
                queue.push_back(next);
                continue;
            }
            let mut way = vec![start.clone()];
            let mut at = node;
            while at != start {
                way.push(at.clone());
                at = before[at];
            }
            way.push(start.clone());
            way.reverse();
            return Some(way);
        }
    }
    None
}
