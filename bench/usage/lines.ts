import type { Line } from './ground.ts';
import { checkHttp } from './lines/check-http.ts';
import { ingestHundred, ingestOne } from './lines/ingest.ts';
import { consume, hotKey, reserve } from './lines/units.ts';

/** All that is measured, in the order of the table. */
export const LINES: readonly Line[] = [ingestOne, ingestHundred, checkHttp, consume, reserve, hotKey];
