// Runs the hub's real client, @aisuite/chub 0.1.4, on a tree that chub-lint built. Started by client.sh.
//
//   node client.mjs CHUB_FOLDER TREE SCRATCH
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [folder, tree, scratch] = process.argv.slice(2);
const bin = join(folder, 'node_modules/@aisuite/chub/bin');
const config = join(scratch, 'client');
mkdirSync(config, { recursive: true });
writeFileSync(join(config, 'config.yaml'), `sources:\n  - name: local\n    path: ${JSON.stringify(tree)}\n`);
// Nothing is asked of or told to anybody else.
const env = { PATH: process.env.PATH, HOME: scratch, CHUB_DIR: config, CHUB_TELEMETRY: '0', CHUB_FEEDBACK: '0' };

let count = 0;
function check(what, test) {
  test();
  count += 1;
  console.log(`ok  ${what}`);
}

function chub(...args) {
  const run = spawnSync(process.execPath, [join(bin, 'chub'), ...args], { env, encoding: 'utf8', timeout: 30000 });
  assert.equal(run.status, 0, `chub ${args.join(' ')}: ${run.stderr}`);
  return run.stdout;
}
const file = (path) => readFileSync(join(tree, path), 'utf8');
const python = file('acme/docs/widget/python/DOC.md');

check('search by a word of the description', () => {
  const found = JSON.parse(chub('search', 'spectrograms', '--json'));
  assert.deepEqual(found.results.map((entry) => entry.id), ['acme/widget']);
});
check('search by a misspelt name', () => assert.match(chub('search', 'wigdet'), /acme\/widget {2}\[doc\] {2}py, js/));
check('search by id', () => assert.match(chub('search', 'acme/widget'), /Recommended: 2\.1\.0/));
check('search with filters', () => {
  const ids = (...flags) => JSON.parse(chub('search', 'acme', ...flags, '--json')).results.map((entry) => entry.id);
  assert.deepEqual(ids('--lang', 'js'), ['acme/widget']);
  assert.deepEqual(ids('--tags', 'paper'), ['acme/fold']);
});
check('get with an alias of the language', () => assert.ok(chub('get', 'acme/widget', '--lang', 'py').startsWith(python)));
check('get another language', () => {
  const text = file('acme/docs/widget/javascript/DOC.md');
  assert.ok(chub('get', 'acme/widget', '--lang', 'javascript').startsWith(text));
});
check('get --version', () => {
  const text = file('acme/docs/widget/1.9.0/DOC.md');
  assert.ok(chub('get', 'acme/widget', '--lang', 'py', '--version', '1.9.0').startsWith(text));
});
check('get --full', () => {
  const full = chub('get', 'acme/widget', '--lang', 'py', '--full');
  const part = (name) => `# FILE: ${name}\n\n${file(`acme/docs/widget/python/${name}`)}`;
  assert.equal(full, [part('DOC.md'), part('references/colours.md')].join('\n\n---\n\n'));
});
check('get --file', () => {
  const text = file('acme/docs/widget/python/references/colours.md');
  assert.ok(chub('get', 'acme/widget', '--lang', 'py', '--file', 'references/colours.md').startsWith(text));
});
check('get a skill', () => assert.ok(chub('get', 'acme/fold').startsWith(file('acme/skills/fold/SKILL.md'))));

// The server speaks JSON-RPC, one message a line.
const server = spawn(process.execPath, [join(bin, 'chub-mcp')], { env, stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = new Map();
createInterface({ input: server.stdout }).on('line', (line) => {
  const message = JSON.parse(line);
  waiting.get(message.id)?.(message);
});
const send = (message) => server.stdin.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\n');
let last = 0;
function ask(method, params) {
  const id = ++last;
  const answer = new Promise((resolve, reject) => {
    waiting.set(id, resolve);
    setTimeout(() => reject(new Error(`${method}: no answer`)), 30000).unref();
  });
  send({ id, method, params });
  return answer;
}
const tool = async (name, args) => (await ask('tools/call', { name, arguments: args })).result.content[0].text;
try {
  const clientInfo = { name: 'chub-lint-test', version: '0' };
  const hello = await ask('initialize', { protocolVersion: '2024-11-05', capabilities: {}, clientInfo });
  check('the MCP server starts', () => assert.ok(hello.result.serverInfo.name));
  send({ method: 'notifications/initialized' });
  const found = JSON.parse(await tool('chub_search', { query: 'spectrograms' }));
  check('its search', () => assert.deepEqual(found.results.map((entry) => entry.id), ['acme/widget']));
  const text = await tool('chub_get', { id: 'acme/widget', lang: 'py' });
  check('its get', () => assert.equal(text, python));
  const skill = await tool('chub_get', { id: 'acme/fold' });
  check('its get of a skill', () => assert.equal(skill, file('acme/skills/fold/SKILL.md')));
} finally {
  server.kill();
}
console.log(`${count} checks passed`);
