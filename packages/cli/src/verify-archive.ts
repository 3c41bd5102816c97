import { createHash, type Hash } from 'node:crypto';
import { archiveEntries } from './archive-entries.ts';

/** What an archive says of an issued line that rests on its readings. */
interface LineRecord {
  readonly invoice: string;
  readonly line: string;
  readonly customer: string;
  readonly meter: string;
  readonly start: string;
  readonly end: string;
  readonly event_count: number;
  readonly digest: string;
  readonly mark: number;
}

type Reading = readonly [meter: string, quantity: string];

interface EventRecord {
  readonly customer: string;
  readonly at: number;
  readonly source: string;
  readonly id: string;
  readonly hash: string;
  readonly readings: readonly Reading[];
  /** What it counted for before each correction. */
  readonly before?: readonly { readonly mark: number; readonly readings: readonly Reading[] }[];
}

interface Head {
  readonly format: string;
  readonly tenant: string;
  readonly from: string;
  readonly to: string;
  readonly part: number;
}

interface End {
  readonly events: number;
  readonly lines: number;
  readonly last: boolean;
  readonly sha256: string;
}

export interface ArchiveVerdict {
  readonly files: number;
  readonly events: number;
  /** Lines whose whole period lies in these files, and whose readings come to their digest. */
  readonly proved: number;
  /** Lines that rest on times which are in none of these files as well. */
  readonly notCovered: number;
  readonly differences: readonly string[];
}

const FORMAT = 'billhook-usage-archive-1';

/**
 * Proves issued lines by archives alone, without server or database: each file is whole, and the readings that each
 * line rested on when it was issued come to the digest that stands on it. Corrections made afterwards are known by
 * their order, so what was billed is proved as it was billed. Holds one event and the lines at a time.
 *
 * @param progress told after each file
 */
export async function verifyArchives(
  files: readonly string[],
  progress: (done: number) => void = () => undefined,
): Promise<ArchiveVerdict> {
  const differences: string[] = [];
  const heads: { file: string; head: Head }[] = [];
  const lines = new Map<string, LineProof>();
  for (const file of files) {
    const found = await readHead(file, lines, differences);
    if (found !== null) heads.push({ file, head: found });
  }
  heads.sort((a, b) => compare(a.head.from, b.head.from) || a.head.part - b.head.part);
  const byMeter = Map.groupBy(lines.values(), ({ record }) => `${record.customer}/${record.meter}`);
  let events = 0;
  for (const [index, { file }] of heads.entries()) {
    events += await readEvents(file, byMeter, differences);
    progress(index + 1);
  }
  const covered = stretchesOf(heads.map(({ head }) => head));
  let proved = 0;
  let notCovered = 0;
  for (const proof of lines.values()) {
    const { record } = proof;
    const [start, end] = [Date.parse(record.start), Date.parse(record.end)];
    if (!covered.some(([from, to]) => from <= start && end <= to)) notCovered += 1;
    else if (proof.digest() === record.digest && proof.count === record.event_count) proved += 1;
    else differences.push(`${record.invoice} ${record.line}: its readings are not those it was billed by`);
  }
  return { files: heads.length, events, proved, notCovered, differences };
}

const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

/** The stretches of time that are in the files without a gap. A month is there once its last part is. */
function stretchesOf(heads: readonly Head[]): [from: number, to: number][] {
  const stretches: [number, number][] = [];
  for (const { from, to } of heads) {
    const [start, end] = [Date.parse(from), Date.parse(to)];
    const last = stretches.at(-1);
    if (last !== undefined && last[1] >= start) last[1] = Math.max(last[1], end);
    else stretches.push([start, end]);
  }
  return stretches;
}

/** Hashes the readings of a line as the server did: those of a minute in their order, then the minutes. */
class LineProof {
  readonly record: LineRecord;
  readonly start: number;
  readonly end: number;
  count = 0;
  private readonly outer = createHash('sha256');
  private minute: { number: number; hash: Hash } | null = null;

  constructor(record: LineRecord) {
    this.record = record;
    this.start = Date.parse(record.start);
    this.end = Date.parse(record.end);
  }

  take(event: EventRecord): void {
    if (event.at < this.start || event.at >= this.end) return;
    const correction = event.before?.find(({ mark }) => mark > this.record.mark);
    const readings = correction === undefined ? event.readings : correction.readings;
    for (const [meter, quantity] of readings) {
      if (meter !== this.record.meter) continue;
      const number = Math.floor(event.at / 60_000);
      if (this.minute?.number !== number) {
        this.endMinute();
        this.minute = { number, hash: createHash('sha256') };
      }
      this.minute?.hash.update(`${[event.at, event.source, event.id, event.hash, quantity].join('\t')}\n`);
      this.count += 1;
    }
  }

  digest(): string {
    this.endMinute();
    return this.outer.digest('hex');
  }

  private endMinute(): void {
    if (this.minute !== null) this.outer.update(`${this.minute.number} ${this.minute.hash.digest('hex')}\n`);
    this.minute = null;
  }
}

/** The head of a file and the lines that it names; null where it is no archive of ours. */
async function readHead(
  file: string,
  lines: Map<string, LineProof>,
  differences: string[],
): Promise<Head | null> {
  let head: Head | null = null;
  try {
    for await (const entry of archiveEntries(file)) {
      const value = entry.value as Head | LineRecord | EventRecord | End;
      if (head === null) {
        if (!('format' in value) || value.format !== FORMAT) break;
        head = value;
      } else if ('digest' in value) {
        const key = `${value.invoice} ${value.line}`;
        if (!lines.has(key)) lines.set(key, new LineProof(value));
      } else break;
    }
  } catch (error) {
    differences.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
  if (head === null) differences.push(`${file}: this is no archive of usage`);
  return head;
}

/** Goes through the events of a file once, and checks that it is whole. */
async function readEvents(
  file: string,
  byMeter: ReadonlyMap<string, readonly LineProof[]>,
  differences: string[],
): Promise<number> {
  const whole = createHash('sha256');
  let events = 0;
  let end: End | null = null;
  try {
    for await (const entry of archiveEntries(file)) {
      const value = entry.value as Head | LineRecord | EventRecord | End;
      if ('sha256' in value) {
        end = value;
        continue;
      }
      whole.update(`${entry.text}\n`);
      if (!('at' in value)) continue;
      events += 1;
      for (const proof of proofsFor(value, byMeter)) proof.take(value);
    }
  } catch (error) {
    differences.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return events;
  }
  if (end === null) differences.push(`${file}: it breaks off`);
  else if (end.events !== events || end.sha256 !== whole.digest('hex'))
    differences.push(`${file}: it is not as it was written`);
  return events;
}

function proofsFor(event: EventRecord, byMeter: ReadonlyMap<string, readonly LineProof[]>): Set<LineProof> {
  const readings = [event.readings, ...(event.before ?? []).map((one) => one.readings)].flat();
  return new Set(readings.flatMap(([meter]) => byMeter.get(`${event.customer}/${meter}`) ?? []));
}
