//! The value of `--symbols`.

use crate::config::file::SymbolReleases;
use crate::pipeline::SymbolRequest;
use clap::ValueEnum;
use clap::builder::{PossibleValue, TypedValueParser};
use std::ffi::OsStr;

/// Reads `declared`, `both`, `off` or `oldest:N`. It lists them, so that help and completions show them.
#[derive(Clone, Copy, Debug)]
pub struct SymbolsParser;

impl TypedValueParser for SymbolsParser {
    type Value = SymbolRequest;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<SymbolRequest, clap::Error> {
        value.to_str().and_then(parse).ok_or_else(|| {
            let message = format!(
                "--symbols `{}`: unknown value; the values are declared, both, off, and oldest:N with a number of entries\n",
                value.display()
            );
            clap::Error::raw(clap::error::ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let releases = SymbolReleases::value_variants().iter();
        let oldest = PossibleValue::new("oldest:N")
            .help("The N entries whose symbols were checked longest ago: a whole hub in many runs");
        Some(Box::new(
            releases.filter_map(ValueEnum::to_possible_value).chain([oldest]),
        ))
    }
}

fn parse(text: &str) -> Option<SymbolRequest> {
    let mut request = SymbolRequest::default();
    match text.strip_prefix("oldest:") {
        Some(number) => request.oldest = number.parse().ok().filter(|number| *number > 0),
        None => request.releases = SymbolReleases::from_str(text, false).ok(),
    }
    (request != SymbolRequest::default()).then_some(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value() {
        assert_eq!(parse("oldest:20").and_then(|of| of.oldest), Some(20));
        assert_eq!(
            parse("declared").and_then(|of| of.releases),
            Some(SymbolReleases::Declared)
        );
        for wrong in [
            "",
            "oldest",
            "oldest:",
            "oldest:0",
            "oldest:-1",
            "oldest:x",
            "Both",
            "newest",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
