//! Guesses with proof, and blocks that are none.

use super::super::tag;
use super::*;

#[test]
fn untagged_code_is_guessed_with_proof_only() {
    for (code, tag) in [
        ("pip install x\n", Some("bash")),
        ("$ ls\na\n", Some("console")),
        (">>> 1\n1\n", Some("pycon")),
        ("from a import b\nb()\n", Some("python")),
        ("const a = 1;\n", Some("js")),
        ("const a: string = b;\n", Some("ts")),
        ("{\"a\": 1}\n", Some("json")),
        ("[a]\nb = 1\n", Some("toml")),
        ("a: 1\nb: 2\n", Some("yaml")),
        ("A_KEY=1\n", Some("dotenv")),
        ("<template>\n</template>\n", Some("vue")),
        ("This is a sentence of words.\n", None),
        ("src/\n  a.py\n", None),
        ("go to the next page\nand read\n", None),
        ("", None),
    ] {
        assert_eq!(guess(code), tag, "{code}");
    }
}

#[test]
fn mislabelled_blocks_need_proof() {
    for (tag, code, better) in [
        ("js", "const a: string = b;\n", Some("ts")),
        ("js", "const a: string = <div>a b</div>;\n", Some("tsx")),
        ("ts", "const a = <div>a b</div>;\n", Some("tsx")),
        ("python", "A_B=http://x\nC=\n", Some("dotenv")),
        ("python", "pip install x\n", Some("bash")),
        (
            "python",
            "The client sends the request to the server.\n",
            Some("text"),
        ),
        ("json", "{a: 1}\n", Some("json5")),
        ("js", "const a = ;\n", None),
        ("python", "x = (\n", None),
        ("bash", "echo 'a\n", None),
    ] {
        let language = tag::by_tag(tag).expect("a known tag");
        assert_eq!(better_tag(language, code), better, "{code}");
    }
}
