//! A small mutator with a fixed seed.

/// Pieces with a meaning in some part of the input.
const WORDS: &[&str] = &[
    "---\n",
    "\n---\n",
    "```",
    "````\n",
    "~~~",
    "\n> ",
    "\n- ",
    "\n    ",
    "\r\n",
    "\r",
    "\t",
    "\u{feff}",
    "\0",
    "é",
    "\u{202e}",
    "\u{200b}",
    "<\u{200b}!-- ",
    "``\u{200b}`\n",
    "\u{e0041}",
    "👩‍💻",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "[[",
    "{{",
    "}}",
    "]]",
    "((",
    "))",
    ": ",
    "? ",
    "# ",
    "...",
    "<name>",
    "$(",
    "`",
    "\"",
    "'",
    "\"\"\"",
    "\\",
    "${",
    "<<EOF\n",
    "=>",
    "/*",
    "*/",
    "::set-output name=a::b",
    "%0A",
    "\u{1b}[31m",
    "<!-- chub-lint: allow ",
    "-->",
    "<a href=\"",
    "![x](",
    "](",
    "https://",
    "pip install ",
    "npm i ",
    "==",
    "1.0.0",
    "999999999999999999999",
    "-rc.1",
    ">=1,<2",
    "^",
    "||",
    "python",
    "json",
    "metadata:\n  ",
    "versions: \"",
    "name: ",
    "\"latest\":",
    "null",
    "1e999",
    "-0",
];

/// Bytes with a meaning in some language.
const MARKS: &[u8] = b" \n\t(){}[]<>'\"`:#-*.,;=\\/$&|!?%@~^+_0aZ";

/// Makes inputs from seeds.
pub struct Mutator {
    state: u64,
    seeds: Vec<Vec<u8>>,
}

impl Mutator {
    /// A mutator that gives the same inputs for the same number and seeds.
    #[must_use]
    pub fn new(random: u64, mut seeds: Vec<Vec<u8>>) -> Self {
        if seeds.is_empty() {
            seeds.push(Vec::new());
        }
        Self {
            state: random.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            seeds,
        }
    }

    /// xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled" (2016).
    fn random(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.random() >> 33).unwrap_or(0) % limit.max(1)
    }

    fn seed(&mut self) -> Vec<u8> {
        let at = self.below(self.seeds.len());
        self.seeds[at].clone()
    }

    /// The next input.
    #[must_use]
    pub fn mutant(&mut self) -> Vec<u8> {
        let mut input = self.seed();
        for _ in 0..=self.below(6) {
            let at = self.below(input.len() + 1);
            match self.below(8) {
                0 => {
                    let word = WORDS[self.below(WORDS.len())];
                    input.splice(at..at, word.bytes());
                }
                1 => {
                    let end = (at + self.below(40)).min(input.len());
                    input.drain(at..end);
                }
                2 => input.truncate(at),
                3 => {
                    let other = self.seed();
                    let from = self.below(other.len() + 1);
                    let to = (from + self.below(200)).min(other.len());
                    input.splice(at..at, other[from..to].iter().copied());
                }
                4 => {
                    let end = (at + self.below(60)).min(input.len());
                    let piece = input[at..end].to_vec();
                    let times = self.below(12);
                    for _ in 0..times {
                        input.splice(at..at, piece.iter().copied());
                    }
                }
                5 => {
                    if let Some(byte) = input.get_mut(at) {
                        *byte ^= 1 << (at % 8);
                    }
                }
                6 => {
                    let word = WORDS[self.below(WORDS.len())];
                    let end = (at + word.len()).min(input.len());
                    input.splice(at..end, word.bytes());
                }
                _ => {
                    let byte = MARKS[self.below(MARKS.len())];
                    input.insert(at, byte);
                }
            }
            input.truncate(16 * 1024);
        }
        input
    }
}
