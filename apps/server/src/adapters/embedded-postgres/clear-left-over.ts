import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresFault, systemCode } from './fault.ts';
import { processArguments } from './process-identity.ts';

/** Above the largest process number of any system, so it never names a living process. */
const NOBODY_PID = 4_194_305;
const STOP_WITHIN_MS = 15_000;
const POLL_MS = 25;

/**
 * Makes a database folder startable after its last server died. The caller holds the folder's lock, so a
 * PostgreSQL that still runs on it is an orphan: it is asked to stop. Otherwise the number in the pid file is
 * replaced, because PostgreSQL would take a zombie or a stranger with that number for a living server. The file
 * itself stays, for it also names the shared memory that PostgreSQL checks for survivors.
 */
export async function clearLeftOver(dataFolder: string): Promise<'none' | 'stale' | 'orphan'> {
  const file = path.join(dataFolder, 'postmaster.pid');
  if (!fs.existsSync(file)) return 'none';
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  const args = Number.isInteger(pid) && pid > 0 ? processArguments(pid) : [];
  if (!runsOn(args, dataFolder)) {
    fs.writeFileSync(file, [`${NOBODY_PID}`, ...lines.slice(1)].join('\n'));
    return 'stale';
  }
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') {
      throw new EmbeddedPostgresFault(
        `Another PostgreSQL (process ${pid}) of another account uses ${dataFolder}; stop it first.`,
      );
    }
  }
  // The file goes last; the process itself may stay as a zombie where nobody collects it.
  for (let waitedMs = 0; waitedMs < STOP_WITHIN_MS; waitedMs += POLL_MS) {
    if (!fs.existsSync(file)) return 'orphan';
    await sleep(POLL_MS);
  }
  throw new EmbeddedPostgresFault(
    `Another PostgreSQL (process ${pid}) still uses ${dataFolder} and does not stop; end it and start again.`,
  );
}

function runsOn(args: readonly string[], dataFolder: string): boolean {
  const flag = args.indexOf('-D');
  return flag > 0 && args[flag + 1] === dataFolder;
}
