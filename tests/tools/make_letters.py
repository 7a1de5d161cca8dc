#!/usr/bin/env python3
"""Write src/safety/letters/table.rs from confusables.txt of UTS 39 (https://www.unicode.org/Public/security/).

    python3 tests/tools/make_letters.py confusables.txt > src/safety/letters/table.rs

Taken are letters and letter numbers of other scripts that look like one ASCII letter. Left out are mathematical
letters and letters of full width, which the code computes, and modifier letters.
"""

import re
import sys
import unicodedata

SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "LATIN", "ROMAN NUMERAL", "SMALL ROMAN NUMERAL")
# Not in the data, which compares with small capitals, and as good a trick.
MORE = {0x043A: "k", 0x03BA: "k", 0x04CF: "l"}
# Alike only as small capitals or in italics.
LESS = {0x0433, 0x042C, 0x018D, 0x0196, 0x017F, 0x01A6, 0x01BD}


def main(path):
    text = open(path, encoding="utf-8-sig").read()
    version = re.search(r"# Version: (\S+)", text)[1]
    rows = {}
    for line in text.splitlines():
        found = re.match(r"([0-9A-F]+) ;\t([0-9A-F]+) ;\tMA\t", line)
        if found:
            source, target = (int(value, 16) for value in found.groups())
            rows[source] = chr(target)
    rows.update(MORE)
    out = []
    for source, looks in sorted(rows.items()):
        char = chr(source)
        name = unicodedata.name(char, "")
        ascii_word = looks.isascii() and looks.isalpha() and source not in LESS
        if source < 0x80 or not ascii_word or unicodedata.category(char) not in ("Lu", "Ll", "Lo", "Nl"):
            continue
        if not name.startswith(SCRIPTS):
            continue
        # The data has one class for `I`, `l` and `1`, and one for `O` and `0`.
        capital = "CAPITAL" in name or name.startswith(("ROMAN", "LISU", "CHEROKEE LETTER"))
        if looks == "l" and capital:
            looks = "I"
        out.append(f"    ('\\u{{{source:x}}}', '{looks}', \"{name}\"),")
    print("//! Letters of other scripts that look like one letter of ASCII.")
    print("//!")
    print(f"//! Made by tests/tools/make_letters.py from confusables.txt of UTS 39, version {version}.")
    print("//! Copyright Unicode, Inc.; Unicode License v3 (<https://www.unicode.org/license.txt>).")
    print()
    print("/// The letter, what it looks like, and its name; sorted by the letter.")
    print("#[rustfmt::skip]")
    print("pub static LOOK_ALIKES: &[(char, char, &str)] = &[")
    print("\n".join(out))
    print("];")


if __name__ == "__main__":
    main(sys.argv[1])
