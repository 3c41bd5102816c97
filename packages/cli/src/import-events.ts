import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { BillhookError } from '@billhook/sdk/error';
import type { Billhook } from '@billhook/sdk/operator';
import { type EventDraft, type Mapping, mapRecord } from './mapping.ts';

/** Lines of one request: few enough to be answered soon, many enough that the way there costs little. */
const SEGMENT = 5000;

export interface ImportSummary {
  lines: number;
  accepted: number;
  duplicate: number;
  quarantined: number;
  rejected: number;
  /** Lines of which no event could be made. */
  unreadable: number;
}

export interface ImportWatcher {
  /** @param share from 0 to 1, by bytes */
  progress(share: number, summary: Readonly<ImportSummary>): void;
  /** A line that did not become usage, and why. */
  fault(line: number, reason: string): void;
  /** Lines that an earlier run has sent already. */
  resumed(lines: number): void;
}

type Receipt = Awaited<ReturnType<Billhook['eventStreams']['get']>>;

/**
 * Sends the records of a file with one JSON value a line through a stream: every line of the file is a line of the
 * stream, so its receipt says how far the file has come. A note beside the file names the stream until all is sent; a
 * run that was broken off goes on from the receipt. Without the note it begins anew, and nothing counts twice.
 *
 * @param server address, so that a note is of use for this one alone
 */
export async function importEvents(
  billhook: Billhook,
  source: { file: string; server: string },
  mapping: Mapping,
  watcher: ImportWatcher,
): Promise<ImportSummary> {
  const { file } = source;
  const { size, mtimeMs } = await stat(file);
  const note = new Note(file, JSON.stringify([source.server, size, mtimeMs, mapping]));
  let receipt = await openOrResume(billhook, note);
  if (receipt.linesTaken > 0) watcher.resumed(receipt.linesTaken);
  let lines = 0;
  let unreadable = 0;
  // Counted line by line: the stream itself reads far ahead of what was sent.
  let bytesDone = 0;
  let segment: string[] = [];
  const summary = (): ImportSummary => ({ lines, ...receipt.counts, unreadable });
  const flush = async (): Promise<void> => {
    receipt = await append(billhook, receipt, segment);
    segment = [];
    watcher.progress(size === 0 ? 1 : bytesDone / size, summary());
  };
  const input = createReadStream(file);
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    lines += 1;
    bytesDone += Buffer.byteLength(text) + 1;
    const event = text.trim() === '' ? null : eventOf(text, mapping);
    if (typeof event === 'string') {
      unreadable += 1;
      watcher.fault(lines, event);
    }
    if (lines <= receipt.linesTaken) continue;
    // A line of which no event can be made is an empty one, so that both count alike.
    segment.push(
      typeof event === 'object' && event !== null ? JSON.stringify({ specversion: '1.0', ...event }) : '',
    );
    if (segment.length === SEGMENT) await flush();
  }
  if (segment.length > 0) await flush();
  for (const fault of receipt.faults) watcher.fault(fault.line, `${fault.status}: ${fault.reason}`);
  await note.remove();
  return summary();
}

function eventOf(text: string, mapping: Mapping): EventDraft | string {
  try {
    return mapRecord(JSON.parse(text), mapping);
  } catch {
    return 'It is not JSON.';
  }
}

async function openOrResume(billhook: Billhook, note: Note): Promise<Receipt> {
  const known = await note.read();
  if (known !== null) {
    try {
      return await billhook.eventStreams.get(known);
    } catch (error) {
      if (!(error instanceof BillhookError) || error.status !== 404) throw error;
    }
  }
  const receipt = await billhook.eventStreams.open();
  await note.write(receipt.id);
  return receipt;
}

/**
 * Sends lines after those that were taken. Where an answer was lost, the receipt says what of them arrived, and only the
 * rest is sent again.
 */
async function append(billhook: Billhook, receipt: Receipt, lines: readonly string[]): Promise<Receipt> {
  const until = receipt.linesTaken + lines.length;
  let taken = receipt.linesTaken;
  for (;;) {
    try {
      const rest = lines.slice(lines.length - (until - taken));
      return await billhook.eventStreams.append(receipt.id, `${rest.join('\n')}\n`, { after: taken });
    } catch (error) {
      if (!(error instanceof BillhookError) || error.code !== 'stream.out_of_step') throw error;
      const now = await billhook.eventStreams.get(receipt.id);
      if (now.linesTaken === until) return now;
      if (now.linesTaken <= taken || now.linesTaken > until) throw error;
      taken = now.linesTaken;
    }
  }
}

/** Names the stream of a file beside it. Where nothing can be written there, a broken import begins anew. */
class Note {
  private readonly place: string;
  private readonly fingerprint: string;

  constructor(file: string, identity: string) {
    this.place = `${file}.billhook-import`;
    this.fingerprint = createHash('sha256').update(identity).digest('hex');
  }

  async read(): Promise<string | null> {
    try {
      const [fingerprint, id] = (await readFile(this.place, 'utf8')).split('\n');
      return fingerprint === this.fingerprint && id !== undefined ? id : null;
    } catch {
      return null;
    }
  }

  async write(id: string): Promise<void> {
    await writeFile(this.place, `${this.fingerprint}\n${id}\n`).catch(() => undefined);
  }

  async remove(): Promise<void> {
    await rm(this.place, { force: true }).catch(() => undefined);
  }
}
