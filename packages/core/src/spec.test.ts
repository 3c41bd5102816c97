import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LAW_TEST = /\(\s*'(I\d{2,3} [^'\n]+)'/g;

interface Named {
  readonly file: string;
  readonly name: string;
}

const listed: Named[] = [];
for (const line of readFileSync(`${ROOT}packages/core/SPEC.md`, 'utf8').split('\n')) {
  const match = /^- `([^`]+)`: (I\d{2,3} .+)$/.exec(line);
  if (match !== null) listed.push({ file: String(match[1]), name: String(match[2]) });
}

function testsIn(folder: string): Named[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
    .flatMap((path) => {
      const file = `${folder}/${path}`;
      const text = readFileSync(`${ROOT}${file}`, 'utf8');
      return [...text.matchAll(LAW_TEST)].map((match) => ({ file, name: String(match[1]) }));
    });
}

test('every line of SPEC.md names a test that exists', () => {
  const missing = listed.filter(
    ({ file, name }) => !readFileSync(`${ROOT}${file}`, 'utf8').includes(`'${name}'`),
  );
  expect(missing).toEqual([]);
  expect(listed.length).toBeGreaterThan(50);
});

test('every test of a law in core and in the simulator stands in SPEC.md', () => {
  const known = new Set(listed.map(({ file, name }) => `${file}: ${name}`));
  const unlisted = ['packages/core/src', 'packages/sim/src']
    .flatMap(testsIn)
    .map(({ file, name }) => `${file}: ${name}`);
  expect(unlisted.filter((entry) => !known.has(entry))).toEqual([]);
});
