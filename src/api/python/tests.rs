//! Small releases and documents: what is missing, and where nothing may be said.

use super::usage::{Block, references};
use super::{Files, Release};
use crate::api::Outcome;

struct Sources(&'static [(&'static str, &'static str)]);

impl Files for Sources {
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let mut files = self.0.iter();
        let found = files.find(|(file, _)| *file == name);
        Ok(found
            .map(|(_, text)| text.as_bytes().to_vec())
            .unwrap_or_default())
    }
}

/// The symbols that `code` uses and the release lacks.
fn missing(files: &'static [(&'static str, &'static str)], code: &str) -> Vec<String> {
    let release = Release::new(Box::new(Sources(files)));
    let block = Block {
        code,
        is_quiet: false,
    };
    references(&release, &[block])
        .into_iter()
        .filter(|found| matches!(found.outcome, Outcome::Missing { .. }))
        .map(|found| found.symbol)
        .collect()
}

#[test]
fn a_value_with_computed_attributes_may_have_any() {
    let files = &[(
        "pkg/__init__.py",
        "class Table(dict):\n    pass\n\ncodes = Table()\nplain = Table()\n\ndef fill():\n    \
         for name in NAMES:\n        setattr(codes, name, 1)\n",
    )];
    assert!(missing(files, "import pkg\npkg.codes.teapot\n").is_empty());
    assert_eq!(missing(files, "import pkg\npkg.plain.teapot\n"), ["Table.teapot"]);
}

#[test]
fn an_annotated_attribute_has_what_its_value_has() {
    let files = &[(
        "pkg/__init__.py",
        "class Store:\n    def save(self): pass\n\nclass Cookies(Store):\n    serializer = 1\n\n\
         class App:\n    store: Store = Cookies()\n\nstore: Store = Cookies()\n",
    )];
    let code = "import pkg\napp = pkg.App()\napp.store.serializer\npkg.store.serializer\napp.store.gone\n";
    assert_eq!(missing(files, code), ["Store.gone"]);
}

#[test]
fn what_is_annotated_with_an_abstract_class_may_have_more() {
    let files = &[(
        "pkg/__init__.py",
        "from abc import ABC\nfrom typing import Protocol\n\nclass Api(ABC):\n    def get(self): pass\n\n\
         class Shape(Protocol):\n    def get(self): pass\n\nclass Client(Api):\n    def close(self): pass\n\n\
         def connect() -> Api: ...\ndef shape() -> Shape: ...\n",
    )];
    assert!(missing(files, "import pkg\npkg.connect().close()\npkg.shape().close()\n").is_empty());
    assert_eq!(
        missing(files, "import pkg\npkg.Client().shut()\n"),
        ["Client.shut"]
    );
}
