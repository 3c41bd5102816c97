import { execFileSync } from 'node:child_process';
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
const compiles = (cache: string) => run(cache, '--input-type=module', '--eval', PROBE);

test('a process after the warm-up compiles no TypeScript itself', () => {
  expect(compiles(temporaryFolder())).toBe('true');
  const warm = temporaryFolder();
  run(warm, path.join(SOURCE, 'start/warm-up.ts'));
  expect(compiles(warm)).toBe('false');
});
