import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './run-steps.ts';

/**
 * Changes core on purpose, thousands of times, and fails where fewer than nine changes in ten of a folder are noticed by
 * the tests of `tests/mutation/suites`. Arguments: folders (all five if none is named), then options of Stryker.
 */
const FOLDERS = ['money', 'time', 'rating', 'proration', 'invoicing'];
const program = path.join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
const cache = path.join(root, 'node_modules', '.cache', 'mutation');

const args = process.argv.slice(2);
const options = args.slice(args.findIndex((arg) => arg.startsWith('-')) >>> 0);
const named = args.slice(0, args.length - options.length);

for (const folder of named.length === 0 ? FOLDERS : named) {
  const code = await mutate(folder);
  if (code !== 0) process.exitCode = code;
}

/** Each folder is run by itself, against the tests that guard it: a change of rounding need not bill ten thousand months. */
function mutate(folder: string): Promise<number> {
  const settings = JSON.parse(readFileSync(path.join(root, 'tests/mutation/stryker.json'), 'utf8'));
  const own = path.join(cache, folder);
  settings.mutate.unshift(`packages/core/src/${folder}/**/*.ts`);
  settings.tempDirName = path.join('node_modules/.cache/mutation', folder, 'sandbox');
  settings.jsonReporter = { fileName: path.join(own, 'report.json') };
  settings.htmlReporter = { fileName: path.join(own, 'report.html') };
  mkdirSync(own, { recursive: true });
  const config = path.join(own, 'stryker.json');
  writeFileSync(config, JSON.stringify(settings));
  const child = spawn(process.execPath, [program, 'run', config, ...options], {
    cwd: root,
    env: { ...process.env, BILLHOOK_MUTATED: folder },
    stdio: 'inherit',
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(code ?? 1));
  });
}
