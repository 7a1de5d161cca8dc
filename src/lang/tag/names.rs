//! Tags that highlighters know and this tool does not parse.

/// The common ones, in lower case: what an unknown tag may have been meant to be.
pub(super) fn common_tags() -> impl Iterator<Item = &'static str> {
    COMMON.split_ascii_whitespace()
}

/// Names and aliases of highlight.js, Linguist, Prism, Pygments and Shiki, in lower case; the parsed ones are among them.
pub(super) fn highlighter_tags() -> impl Iterator<Item = &'static str> {
    recorded().filter(|name| !name.is_empty())
}

/// Names and aliases of GitHub Linguist, in lower case, with hyphens for blanks.
pub(super) fn linguist_names() -> impl Iterator<Item = &'static str> {
    recorded().take_while(|name| !name.is_empty())
}

/// The lines of the recorded file below its comment: the names of Linguist, an empty line, and the other ones.
fn recorded() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("highlighters.txt").lines();
    lines.skip_while(|line| line.starts_with('#'))
}

/// Whether a tag in lower case is that of text, output, diagrams, addresses or attributes of rustdoc.
pub(super) fn is_no_code(tag: &str) -> bool {
    NO_CODE.split_ascii_whitespace().any(|known| known == tag)
}

/// Tags of text that is not code.
const NO_CODE: &str = "
    text txt plain plaintext none nohighlight output raw ansi log logfile mdx-code-block tree math latex tex bibtex mermaid plantuml puml
    dot graphviz d2 ditaa diff patch udiff diff-js markdown md mdoc rst restructuredtext asciidoc adoc org http https rest
    uri url csv tsv psv git git-commit git-rebase gitcommit ignore gitignore dockerignore gitattributes editorconfig hosts codeowners
    erd erdiagram sequence flowchart gantt pikchr svgbob bytefield vega vega-lite vegalite excalidraw wavedrom nomnoml
    structurizr c4plantuml tikz chart stderr stdout error result response request prompt skill mcp snippet file filetree
    files directory ascii asciiart art pip-requirements requirements requirements.txt gomod go.mod gosum go.sum lock
    lockfile manifest mf srt vtt subtitles hexdump hex xxd bin binary base64 pem asc gpg ics vcard po pot strings
    text-only fundamental plain-text tap irc irc-logs pytb py3tb pypylog python-traceback python3-traceback output-only
    raw-token-data pem-file public-key subrip subrip-text srecode webvtt vimhelp vim-help-file gitignore-file
    ebnf bnf abnf roff troff groff nroff abc lilypond compile_fail should_panic no_run edition2018 edition2021 edition2024
";

/// Names of languages in common use, and the attributes that stand for Rust in rustdoc, with white space between them.
const COMMON: &str = "
    text txt plain plaintext none nohighlight output raw ansi log mdx-code-block tree math latex tex bibtex mermaid
    plantuml puml dot graphviz d2 ditaa diff patch udiff markdown md mdx mdoc rst restructuredtext
    asciidoc adoc org vue vue-html svelte astro angular angular-html angular-ts marko riot prisma http
    https rest curl uri url csv tsv psv xml svg xsl xslt xsd wsdl rss plist scss sass less stylus styl
    postcss c h cpp c++ cc hpp cxx objc objective-c objectivec objcpp objective-cpp cuda cu opencl metal
    glsl hlsl wgsl shaderlab asm nasm x86asm arm armasm mips mipsasm wasm wat llvm mlir kotlin kt kts
    scala sbt groovy gradle gradle.kts cedar clojure clj cljs edn swift dart elixir ex exs heex eex erlang erl haskell hs
    lhs purescript elm ocaml ml reason reasonml rescript fsharp fs f# vb vbnet vb.net vba vbscript perl pl
    perl6 raku lua luau moonscript r rmd julia jl matlab octave fortran f90 ada pascal delphi cobol abap
    apex lisp common-lisp commonlisp cl elisp emacs-lisp scheme racket fennel janet prolog mercury zig nim
    crystal cr d v vlang odin gleam roc mojo carbon hare solidity sol vyper cairo move tact func clarity
    circom noir verilog systemverilog sv vhdl tcl awk sed vim viml vimscript fish nu nushell powershell
    ps1 pwsh ps posh batch bat cmd dos winbatch makefile make mk cmake meson ninja just justfile bazel
    starlark bzl dockerfile docker containerfile docker-compose nix hcl terraform tf tfvars bicep puppet
    ansible helm jsonnet cue dhall pkl kdl ron rego nginx nginxconf apache apacheconf htaccess caddyfile
    haproxy systemd service ssh-config sshconfig gitconfig gitignore dockerignore gitattributes git git-commit
    git-rebase gitcommit ignore editorconfig hosts crontab cron logfile regex regexp re ebnf bnf abnf peg
    pest antlr antlr4 g4 yacc lex proto protobuf proto3 thrift avro avdl capnp flatbuffers fbs asn1 smithy
    wit openapi raml jinja jinja2 jinja-html django twig liquid handlebars hbs mustache ejs erb haml slim
    pug jade nunjucks njk mako velocity freemarker ftl razor cshtml aspnet jsp blade smarty latte gotmpl
    go-template go-html-template gherkin cucumber feature robot robotframework cypher sparql turtle ttl n3
    ntriples jsonld json-ld gql-schema promql logql kql kusto flux influxql lucene esql spl splunk mongo
    mongodb redis surql surrealql edgeql dax powerquery plsql-block jsonl ndjson geojson topojson har
    postman ics vcard po pot gettext icu fluent strings rc reg desktop gdscript gd glimmer gjs gts typst q
    kdb apl bqn uiua j k stata sas spss wolfram mathematica maple maxima sage gap coq rocq lean lean4 agda
    idris isabelle tla tlaplus alloy smt smtlib z3 brainfuck bf logo scratch applescript ahk autohotkey
    autoit qml qss xquery xpath postscript gcode ledger beancount hledger abc lilypond supercollider sc
    csound faust chuck processing arduino ino pine pinescript mql actionscript as as3 haxe hx coffeescript
    coffee livescript flow imba civet wren pony io factor forth smalltalk st self eiffel modula2 oberon
    simula algol rexx pli jcl rpgle cobol-free al bsl 1c xpp x++ pig hive hiveql hql dbml erd erdiagram
    sequence flowchart gantt pikchr svgbob bytefield vega vega-lite vegalite excalidraw wavedrom nomnoml
    structurizr c4plantuml tikz chart stderr stdout error result response request prompt skill mcp
    jsonpath jq jmespath jsonata cel expr wgsl-template zsh-session snippet file filetree files directory
    ascii asciiart art codeowners procfile pip-requirements requirements requirements.txt gomod go.mod
    gosum go.sum lock lockfile manifest mf properties-file srt vtt subtitles hexdump hex xxd bin binary
    base64 pem asc gpg diff-js embedded-template elvish roff troff groff nroff webidl hjson compile_fail
    should_panic no_run edition2018 edition2021 edition2024
";
