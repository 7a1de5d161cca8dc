// Records what `chub build` of @aisuite/chub 0.1.4 does with every case in cases/*.txt, into recorded/*.json.
//
//   npm install --prefix FOLDER @aisuite/chub@0.1.4
//   node tests/registry/record.mjs FOLDER
//
// The tests compare chub-lint with the recordings and need neither node nor network. The format of the cases is
// described in cases/README.md.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const here = new URL('.', import.meta.url).pathname;
if (!process.argv[2]) throw new Error('usage: record.mjs FOLDER, in which @aisuite/chub is installed');
const chub = join(process.argv[2], 'node_modules/@aisuite/chub/bin/chub');
const epoch = 1767312000;
// The reference knows no SOURCE_DATE_EPOCH: its clock is stopped instead.
const clock = `const Real = Date; globalThis.Date = class extends Real {
  constructor(...a) { if (a.length) super(...a); else super(${epoch * 1000}); } };`;
const clockUrl = `data:text/javascript,${encodeURIComponent(clock)}`;

function decode(text) {
  const bytes = [];
  for (let i = 0; i < text.length; ) {
    const rest = text.slice(i);
    const hex = /^\\x([0-9a-f]{2})/.exec(rest);
    const simple = /^\\([nrt\\])/.exec(rest);
    if (hex) bytes.push(parseInt(hex[1], 16));
    else if (simple) bytes.push({ n: 10, r: 13, t: 9, '\\': 92 }[simple[1]]);
    else {
      const c = String.fromCodePoint(rest.codePointAt(0));
      bytes.push(...Buffer.from(c));
      i += c.length;
      continue;
    }
    i += (hex ?? simple)[0].length;
  }
  return Buffer.from(bytes);
}

function parseCases(text) {
  const cases = [];
  let file = null;
  for (const line of text.split('\n').slice(0, -1)) {
    if (line.startsWith('=== ')) {
      cases.push({ name: line.slice(4), runs: [], files: [] });
      file = null;
    } else if (line.startsWith('>>> ')) {
      const current = cases.at(-1);
      const yaml = /^>>> (.*?) = (.*)$/.exec(line);
      const link = /^>>> (.*?) -> (.*)$/.exec(line);
      const kind = /^>>> (.*?)(?: \((escaped|pipe|mode [0-7]+)\))?$/.exec(line);
      if (yaml) {
        const block = yaml[2].split(' | ').join('\n');
        current.files.push({ path: yaml[1], bytes: Buffer.from(`---\n${block}\n---\nBody.\n`) });
        file = null;
      } else if (link) {
        current.files.push({ path: link[1], link: link[2] });
        file = null;
      } else {
        file = { path: kind[1], kind: kind[2] ?? '', lines: [] };
        current.files.push(file);
      }
    } else if (file) {
      file.lines.push(line);
    } else if (line.startsWith('run: ')) {
      cases.at(-1).runs.push(line.slice(5).split(' '));
    }
  }
  return cases;
}

function lay(root, file) {
  // A Buffer, for names that are not UTF-8.
  const path = Buffer.concat([Buffer.from(root + '/'), decode(file.path)]);
  const folder = Buffer.from(dirname(path.toString('latin1')), 'latin1');
  mkdirSync(folder, { recursive: true });
  if (file.link !== undefined) return symlinkSync(file.link, path);
  if (file.path.endsWith('/')) return mkdirSync(path, { recursive: true });
  if (file.kind === 'pipe') return execFileSync('mkfifo', [path.toString()]);
  let bytes = file.bytes;
  if (!bytes && file.kind === 'escaped') bytes = decode(file.lines.join(''));
  if (!bytes) bytes = Buffer.from(file.lines.map((line) => line + '\n').join(''));
  writeFileSync(path, bytes);
  chmodSync(path, file.kind?.startsWith('mode ') ? parseInt(file.kind.slice(5), 8) : 0o644);
}

function tree(root, folder = '', list = []) {
  for (const name of readdirSync(join(root, folder))) {
    const path = folder ? `${folder}/${name}` : name;
    const is = lstatSync(join(root, path));
    const mode = (is.mode & 0o777).toString(8);
    if (is.isDirectory()) {
      list.push(`${path}/`);
      tree(root, path, list);
    } else if (is.isSymbolicLink()) {
      // chub-lint copies what the link leads to.
      list.push(`${path} ${existsSync(join(root, path)) ? statSync(join(root, path)).size : 'dangling'} link`);
    } else list.push(`${path} ${is.size} ${mode}`);
  }
  return list;
}

function record(one) {
  const root = mkdtempSync(join(tmpdir(), 'chub-case-'));
  mkdirSync(join(root, 'content'));
  for (const file of one.files) lay(root, file);
  const runs = one.runs.length ? one.runs : [['build', 'content', '--validate-only'], ['build', 'content', '-o', 'out']];
  const env = { PATH: process.env.PATH, HOME: root, CHUB_TELEMETRY: '0', CHUB_FEEDBACK: '0', CHUB_DIR: join(root, '.chub') };
  const results = runs.map((args) => {
    const run = spawnSync(process.execPath, ['--import', clockUrl, chub, ...args], { cwd: root, env, encoding: 'utf8', timeout: 20000 });
    const crash = /^\s+at /m.test(run.stderr) || run.status === null;
    // Of a crash only the sentence is kept: the rest names the reference's own files.
    const sentence = /^\w*(Error|Warning)[^\n]*: .*/m.exec(run.stderr.replaceAll(root, ''))?.[0] ?? 'no end';
    // What npm yaml and node add on their own, with process numbers, is no message of the build.
    const own = (line) => /^(Warning|Error): |: loaded registry\.json$/.test(line);
    const stderr = run.stderr.split('\n').filter(own).map((line) => line + '\n').join('');
    const result = { args: args.join(' '), exit: run.status, stdout: run.stdout };
    return crash ? { ...result, crash: sentence.slice(0, 200) } : { ...result, stderr };
  });
  const out = [join(root, 'out'), join(root, 'content/dist'), join(root, 'content/.site')].find((d) => existsSync(d));
  const built = {};
  if (out && existsSync(join(out, 'registry.json'))) {
    built.registry = readFileSync(join(out, 'registry.json'), 'utf8');
    if (existsSync(join(out, 'search-index.json'))) built.index = readFileSync(join(out, 'search-index.json'), 'utf8');
    built.tree = tree(out).filter((line) => !/^(registry|search-index)\.json /.test(line)).sort();
  }
  rmSync(root, { recursive: true, force: true });
  return { runs: results, ...built };
}

mkdirSync(join(here, 'recorded'), { recursive: true });
for (const name of readdirSync(join(here, 'cases')).filter((name) => name.endsWith('.txt'))) {
  const results = {};
  for (const one of parseCases(readFileSync(join(here, 'cases', name), 'utf8'))) results[one.name] = record(one);
  writeFileSync(join(here, 'recorded', name.replace('.txt', '.json')), JSON.stringify(results, null, 1) + '\n');
  console.log(name, Object.keys(results).length, 'cases');
}
