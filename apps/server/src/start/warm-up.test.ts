import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/main-process.ts';

const SOURCE = path.dirname(fileURLToPath(new URL('../main.ts', import.meta.url)));

/** Loads the program's modules without starting it, and says whether a compiler of TypeScript had to be loaded for that. */
const PROBE = `
  await Promise.all([import('${SOURCE}/main.ts'), import('${SOURCE}/composition.ts'), import('@billhook/sandbox/start')]);
  console.log(process.moduleLoadList.some((name) => name.includes('amaro')));
`;

const run = (cache: string, ...args: string[]) =>
  execFileSync(process.execPath, args, {
    cwd: SOURCE,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: cache },
  }).trim();
const compiles = (cache: string, options: string[] = []) =>
  run(cache, ...options, '--input-type=module', '--eval', PROBE);

const PACKAGE = fileURLToPath(new URL('../../../../package.json', import.meta.url));
const { scripts } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { scripts: { start: string } };

test('a process after the warm-up compiles no TypeScript itself', () => {
  expect(compiles(temporaryFolder())).toBe('true');
  const warm = temporaryFolder();
  run(warm, path.join(SOURCE, 'start/warm-up.ts'));
  expect(compiles(warm)).toBe('false');
});

test('the warm-up before a start is made with the options that the server runs with, or it would be of no use', () => {
  const options = scripts.start.split(' ').filter((word) => word.startsWith('--'));
  expect(options.length).toBeGreaterThan(0);
  const warm = temporaryFolder();
  run(warm, path.join(SOURCE, 'start/warm-up.ts'));
  expect(compiles(warm, options)).toBe('true');
  run(warm, ...options, path.join(SOURCE, 'start/warm-up.ts'));
  expect(compiles(warm, options)).toBe('false');
});
