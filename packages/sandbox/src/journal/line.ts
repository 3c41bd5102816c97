import type { AccountRecord, Kind, Records } from '../state/records.ts';

/** One record written, with its kind. */
export type PutEntry = { readonly [K in Kind]: readonly [K, Records[K]] }[Kind];

/** An event whose body lies in the journal right before the line; `to` are the endpoints that get it. */
export interface EventEntry {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly bytes: number;
  readonly to: readonly string[];
  readonly dueAtMs: number;
}

/** A stored answer of an idempotent request; its body lies in the journal right before the line. */
export interface AnswerEntry {
  readonly key: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly requestId: string;
  readonly bytes: number;
}

/** What became of a delivery: `dueAtMs` null means that no further attempt will be made. */
export interface DeliveryEntry {
  readonly event: string;
  readonly endpoint: string;
  readonly attempts: number;
  readonly dueAtMs: number | null;
}

/** One change of state: everything in it holds, or nothing of it. */
export interface JournalLine {
  readonly account: string;
  readonly wallMs: number;
  readonly settings?: AccountRecord;
  readonly put?: readonly PutEntry[];
  readonly remove?: readonly (readonly [Kind, string])[];
  readonly events?: readonly EventEntry[];
  readonly answer?: AnswerEntry;
  readonly deliveries?: readonly DeliveryEntry[];
}

/**
 * Bytes of a change: first its bodies, each on a line that starts with a space, then the line itself.
 * The bodies come first so that a torn write leaves bodies without a line, which replay passes over.
 */
export function encodeChange(line: JournalLine, bodies: readonly string[]): Buffer {
  let text = '';
  for (const body of bodies) text += ` ${body}\n`;
  return Buffer.from(`${text}${JSON.stringify(line)}\n`, 'utf8');
}

/** Length in bytes that a body takes, without its leading space and line feed. */
export function bodyBytes(body: string): number {
  return Buffer.byteLength(body, 'utf8');
}
