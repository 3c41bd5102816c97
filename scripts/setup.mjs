// The one door of every npm script: `node scripts/setup.mjs [NODE OPTIONS] PROGRAM ARGUMENTS`.
// Brings the right Node and the packages if they are not there, then becomes the program. Plain JavaScript for
// Node 20 and later, without any package, because nothing is installed yet when it first runs.

import { PlainError } from './setup/plain-error.mjs';
import { isPrepared, prepare } from './setup/prepare.mjs';
import { prepareDatabase } from './setup/prepare-database.mjs';
import { isServer, nodeOptions, runProgram } from './setup/run-program.mjs';
import { warmUp } from './setup/warm-up.mjs';

try {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new PlainError(
      `Node ${process.versions.node} is too old to begin with: install Node 20 or newer and run this again.`,
    );
  }
  if (!isPrepared()) await prepare();
  const args = process.argv.slice(2);
  if (isServer(args)) await Promise.all([warmUp(nodeOptions(args)), prepareDatabase()]);
  runProgram(args);
} catch (error) {
  if (!(error instanceof PlainError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
