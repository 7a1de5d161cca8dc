//! Guesses with proof, and blocks for which there is no guess.

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
        ("export A_KEY=1\n", Some("bash")),
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
        (
            "ts",
            "import { A } from 'kit'\n\n<A size={2}>text of it</A>\n<A b={3}>of it</A>\n",
            Some("tsx"),
        ),
        (
            "ts",
            "import { A } from 'kit'\n\n<A size={2}>text of it</A>\nand (;\n",
            None,
        ),
        (
            "python",
            "10:08:02.948 | INFO    | Kit 'a' - open\n",
            Some("text"),
        ),
        ("js", "10:08:02.948 | INFO    | Kit 'a' - open\n", Some("text")),
        ("ts", "const a = <div>{{ b }}</div>;\n", None),
        ("python", "A_B=http://x\nC=\n", Some("dotenv")),
        ("python", "export A_B=http://x\nexport C='d'\n", Some("bash")),
        ("python", "pip install x\n", Some("bash")),
        (
            "python",
            "The client sends the request to the server.\n",
            Some("text"),
        ),
        ("json", "{a: 1}\n", Some("json5")),
        (
            "js",
            "// .env file\nKIT_URL=kit://name@localhost\nKIT_PATH=/\n",
            Some("dotenv"),
        ),
        ("js", "KIT_URL=kit://name@localhost\nKIT_PATH=/\n", Some("dotenv")),
        ("js", "// .env\nKIT_PATH=/\nstart();\n", None),
        ("shell", ">>> kit.open()\nWidget(size=2)\n", Some("pycon")),
        (
            "shell",
            ">>> kit.table()\n+------+\n| size |\n+------+\n",
            Some("pycon"),
        ),
        ("json", ">>> kit.size()\n{'size': 2}\n", Some("pycon")),
        ("shell", ">>> kit.open(\n| size |\n", None),
        (
            "python",
            "{\n  \"size\": 2, // of the widget\n  \"all\": true\n}\n",
            Some("jsonc"),
        ),
        (
            "ts",
            "<script>\n  import { W } from 'kit'\n</script>\n\n<W>a</W>\n",
            Some("svelte"),
        ),
        (
            "ts",
            "<script>\n  let a = 1\n</script>\n\n<p>a</p>\n",
            Some("html"),
        ),
        // What TypeScript refuses too is an error, whatever the tag.
        ("js", "const client;\n", None),
        ("js", "export const a = 1, b;\n", None),
        ("js", "export default a;\nexport default b;\n", None),
        ("js", "export const a = 1;\nexport const a = 2;\n", None),
        ("js", "switch (a) { default: b(); default: c(); }\n", None),
        ("js", "const client: Client;\n", None),
        ("js", "function f(a?, b) {}\n", None),
        ("js", "export default a as A;\nexport default b;\n", None),
        (
            "ts",
            "const a = <div>a b</div>;\nexport default a;\nexport default a;\n",
            None,
        ),
        (
            "js",
            "export default function f(a: A): B;\nexport default function f(a: C): B {}\n",
            Some("ts"),
        ),
        ("js", "const a = ;\n", None),
        ("python", "x = (\n", None),
        ("bash", "echo 'a\n", None),
    ] {
        let language = tag::by_tag(tag).expect("a known tag");
        assert_eq!(better_tag(language, code), better, "{code}");
    }
}
