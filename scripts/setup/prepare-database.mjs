import fs from 'node:fs';
import path from 'node:path';
import { root, runtime, stampFile } from './places.mjs';
import { withProgress } from './progress.mjs';
import { runBeside } from './run-beside.mjs';

const PROGRAM = path.join(root, 'apps/server/src/start/prepare-database.ts');
const MIGRATIONS = path.join(root, 'apps/server/migrations');
const FOLDER = path.join(runtime, 'prepared-database');
const NOTE = path.join(FOLDER, 'made-from.json');

/**
 * Makes the database that a start in an empty data folder copies, where a migration or the packages are newer than it. A
 * failure is not told here: such a start then makes its own database, and says what is wrong with that.
 */
export async function prepareDatabase() {
  if (process.env.DATABASE_URL || process.env.DATABASE_URL_FILE || isPrepared()) return;
  await withProgress('Preparing the database, after a change of its tables only', async () => {
    // Looked at again by the program, which knows what it was really made from.
    if (await runBeside([PROGRAM, FOLDER])) fs.utimesSync(NOTE, new Date(), new Date());
  }).catch(() => undefined);
}

/** Takes less than a millisecond. */
function isPrepared() {
  const since = fs.statSync(NOTE, { throwIfNoEntry: false })?.mtimeMs;
  if (since === undefined) return false;
  const files = fs.readdirSync(MIGRATIONS).map((name) => path.join(MIGRATIONS, name));
  return [stampFile, ...files].every(
    (file) => (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < since,
  );
}
