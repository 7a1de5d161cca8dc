// Records what Node says about single functions that the build has to reproduce: logarithms, version order.
// Run it as `node record_functions.mjs` beside this file; it needs no package. Results do not change between
// runs: the generator is seeded.
import { writeFileSync } from 'node:fs';

const here = new URL('.', import.meta.url).pathname;
let seed = 20240607;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 4294967296;
};
const below = (n) => Math.floor(random() * n);

const view = new DataView(new ArrayBuffer(8));
const bits = (x) => {
  view.setFloat64(0, x);
  return view.getBigUint64(0).toString(16);
};
const arguments_ = [];
for (let n = 1; n < 3000; n += 17) {
  for (let k = 0; k < 12; k++) {
    const df = 1 + below(n);
    arguments_.push((n - df + 0.5) / (df + 0.5) + 1);
  }
}
for (let i = 0; i < 1500; i++) arguments_.push(random() * 10 ** below(12) + Number.MIN_VALUE);
for (const x of [1, 2, 0.5, 1 + 2 ** -30, 1 - 2 ** -30, Number.MIN_VALUE, Number.MAX_VALUE, 1e-310]) arguments_.push(x);
writeFileSync(`${here}logarithms.txt`, arguments_.map((x) => `${bits(x)} ${bits(Math.log(x))}\n`).join(''));

const compare = (a, b) => a.localeCompare(b, 'en-US', { numeric: true });
const ascii = Array.from({ length: 128 }, (_, i) => String.fromCharCode(i));
const pieces = ['1', '0', '9', '10', '.', '.', '-', 'rc', 'beta', 'alpha', 'v', 'V', 'A', 'a', '+', '_', ' ', '00', 'x'];
const pairs = [];
const text = (from) => Array.from({ length: below(7) }, () => from[below(from.length)]).join('');
for (let i = 0; i < 2000; i++) pairs.push([text(pieces), text(pieces)]);
for (let i = 0; i < 1200; i++) {
  const a = text(ascii);
  pairs.push([a, below(2) ? text(ascii) : a.replace(/[a-z]/i, (c) => c.toUpperCase())]);
}
for (let i = 0; i < 127; i++) pairs.push([ascii[i], ascii[i + 1]]);
const long = (n, end) => '7'.repeat(n) + end;
pairs.push([long(254, '1'), long(254, '2')], [long(253, '1'), long(254, '0')], ['9'.repeat(254), '1' + '0'.repeat(254)]);
pairs.push(['9'.repeat(254), '1' + '0'.repeat(300)], ['1'.repeat(254) + '000', '1'.repeat(254)], ['0'.repeat(300), '0']);
pairs.push(['1'.repeat(254) + '0005', '1'.repeat(254) + '5'], ['1'.repeat(600), '1'.repeat(599) + '2']);
const sign = (n) => (n < 0 ? '<' : n > 0 ? '>' : '=');
writeFileSync(`${here}comparisons.txt`, pairs.map((p) => `${sign(compare(...p))} ${JSON.stringify(p)}\n`).join(''));
