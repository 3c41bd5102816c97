import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Billhook } from '@billhook/sdk/operator';
import { type EventDraft, type Mapping, mapRecord } from './mapping.ts';

/** As many as the server takes at once. */
const BATCH = 1000;

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
}

interface Pending {
  readonly line: number;
  readonly event: EventDraft;
}

/**
 * Sends the records of a file with one JSON value a line. It may be repeated after any interruption: the server knows
 * each event by source and id, and answers `duplicate` for what it has.
 */
export async function importEvents(
  billhook: Billhook,
  file: string,
  mapping: Mapping,
  watcher: ImportWatcher,
): Promise<ImportSummary> {
  const summary: ImportSummary = {
    lines: 0,
    accepted: 0,
    duplicate: 0,
    quarantined: 0,
    rejected: 0,
    unreadable: 0,
  };
  const { size } = await stat(file);
  // Counted line by line: the stream itself reads far ahead of what was sent.
  let bytesDone = 0;
  let batch: Pending[] = [];
  const flush = async (): Promise<void> => {
    await send(billhook, batch, summary, watcher);
    batch = [];
    watcher.progress(size === 0 ? 1 : bytesDone / size, summary);
  };
  for await (const text of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    summary.lines += 1;
    bytesDone += Buffer.byteLength(text) + 1;
    if (text.trim() === '') continue;
    const event = eventOf(text, mapping);
    if (typeof event === 'string') {
      summary.unreadable += 1;
      watcher.fault(summary.lines, event);
      continue;
    }
    batch.push({ line: summary.lines, event });
    if (batch.length === BATCH) await flush();
  }
  await flush();
  return summary;
}

function eventOf(text: string, mapping: Mapping): EventDraft | string {
  try {
    return mapRecord(JSON.parse(text), mapping);
  } catch {
    return 'It is not JSON.';
  }
}

async function send(
  billhook: Billhook,
  batch: readonly Pending[],
  summary: ImportSummary,
  watcher: ImportWatcher,
): Promise<void> {
  if (batch.length === 0) return;
  const { results } = await billhook.events.ingest(batch.map((one) => one.event));
  for (const result of results) {
    summary[result.status] += 1;
    if (result.status === 'quarantined' || result.status === 'rejected') {
      watcher.fault(
        batch[result.index]?.line ?? 0,
        `${result.status}: ${result.reason ?? 'no reason was given'}`,
      );
    }
  }
}
