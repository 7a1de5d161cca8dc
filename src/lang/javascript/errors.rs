//! Which messages of the parser are errors of syntax, for code in documentation.

use oxc_diagnostics::OxcDiagnostic;
use oxc_parser::ParserReturn;

/// The errors with a number of TypeScript's that its own parser reports. All others it leaves to its checker: an order
/// of parameters that cannot be called, modifiers without meaning. Documentation writes signatures so. Beside an
/// error of the parser's they count, since they tell where it went wrong.
const OF_PARSER: [&str; 3] = ["1477", "1490", "1502"];

/// The errors that make code invalid.
pub fn of_syntax<'r>(result: &'r ParserReturn<'_>, typed: bool) -> Vec<&'r OxcDiagnostic> {
    // TypeScript's parser does not report a constant without a value: documentation declares them so.
    let errors: Vec<&OxcDiagnostic> = result
        .diagnostics
        .errors()
        .filter(|error| !(typed && error.message.starts_with("Missing initializer in const")))
        .collect();
    let for_checker = typed
        && !result.panicked
        && errors.iter().all(|error| {
            let code = (error.code.scope.as_deref(), error.code.number.as_deref());
            matches!(code, (Some("TS"), Some(number)) if !OF_PARSER.contains(&number))
        });
    if for_checker { Vec::new() } else { errors }
}
