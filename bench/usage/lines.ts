import type { Line } from './ground.ts';
import { checkHttp } from './lines/check-http.ts';
import { release, settle } from './lines/ended-units.ts';
import { ingestCounted, ingestHundred, ingestOne } from './lines/ingest.ts';
import { credits, ledger } from './lines/ledger.ts';
import { local } from './lines/local.ts';
import { memory } from './lines/memory.ts';
import { stale, visible } from './lines/seen.ts';
import { consume, hotKey, reserve } from './lines/units.ts';
import { commits, duplicates } from './lines/writers.ts';

/** All that is measured, in the order of the table. */
export const LINES: readonly Line[] = [
  ingestOne,
  ingestHundred,
  duplicates,
  commits,
  visible,
  local,
  checkHttp,
  consume,
  reserve,
  settle,
  release,
  hotKey,
  ingestCounted,
  ledger,
  credits,
  stale,
  memory,
];
