import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from './run-steps.ts';

/** Changes core on purpose, thousands of times, and fails where fewer than nine changes in ten are noticed by a test. */
const program = path.join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
const args = [program, 'run', 'tests/mutation/stryker.config.json', ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
