import fs from 'node:fs';
import path from 'node:path';
import { compileCache, modules, NODE_VERSION, root } from './places.mjs';
import { withProgress } from './progress.mjs';
import { runBeside } from './run-beside.mjs';

const SOURCES = ['apps/server/src', 'packages/core/src', 'packages/contract/src', 'packages/sandbox/src'];
const PROGRAM = path.join(root, 'apps/server/src/start/warm-up.ts');
const stampFile = path.join(modules, '.cache', 'server-warm');

/**
 * Fills the compile cache in a process that ends, where a source of the server is newer than the cache. A process that
 * compiles TypeScript itself keeps the compiler, some 25 MB, for as long as it lives. A failure is not told here: the
 * start that follows meets it too, and says it better.
 *
 * @param given the options of Node that the server runs with: what one set of them compiled is of no use to another
 */
export async function warmUp(given) {
  // A debugger waits for somebody, and a watcher for ever.
  const options = given.filter((option) => !/^--(?:inspect|watch)/.test(option));
  // Whoever chose a cache of their own looks after it.
  const chosen = process.env.NODE_COMPILE_CACHE;
  const stamp = `${[NODE_VERSION, ...options].join(' ')}\n`;
  if ((chosen && chosen !== compileCache) || isWarm(stamp)) return;
  await withProgress('Compiling the server, after a change only', async () => {
    if (!(await runBeside([...options, PROGRAM]))) return;
    fs.mkdirSync(path.dirname(stampFile), { recursive: true });
    fs.writeFileSync(stampFile, stamp);
  });
}

/** Takes some ten milliseconds. */
function isWarm(stamp) {
  const since = fs.statSync(stampFile, { throwIfNoEntry: false })?.mtimeMs;
  if (since === undefined || fs.readFileSync(stampFile, 'utf8') !== stamp) return false;
  return SOURCES.every((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .every(
        (entry) =>
          !entry.name.endsWith('.ts') ||
          entry.name.endsWith('.test.ts') ||
          fs.statSync(path.join(entry.parentPath, entry.name)).mtimeMs < since,
      ),
  );
}
