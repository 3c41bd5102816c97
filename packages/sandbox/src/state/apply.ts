import type { JournalLine, PutEntry } from '../journal/line.ts';
import { type Account, deliveryKey, emptyAccount } from './account.ts';

/** Stored answers are kept this long by wall time; Stripe promises at least a day. */
export const ANSWER_LIFE_MS = 30 * 24 * 3_600_000;

/** A body and its line each end in a line feed, and a body starts with a space. */
const BODY_FRAME_BYTES = 2;

/**
 * Applies one journal line, which starts at `offset` of the file, to the accounts in memory. Live requests
 * and replay both go through here, so that a restart cannot see another state than the one that was answered.
 */
export function applyLine(accounts: Map<string, Account>, line: JournalLine, offset: number): void {
  let account = accounts.get(line.account);
  if (line.settings !== undefined) {
    if (account === undefined) {
      account = emptyAccount(line.settings);
      accounts.set(line.account, account);
    }
    account.settings = line.settings;
  }
  if (account === undefined) throw new Error('the sandbox journal names an account that it never created');
  for (const entry of line.put ?? []) putRecord(account, entry);
  for (const [kind, id] of line.remove ?? []) {
    account.tables[kind].delete(id);
    account.due.delete(id);
  }
  applyBodies(account, line, offset);
  for (const delivery of line.deliveries ?? []) {
    const key = deliveryKey(delivery.event, delivery.endpoint);
    if (delivery.dueAtMs === null) account.pending.delete(key);
    else account.pending.set(key, { ...delivery, dueAtMs: delivery.dueAtMs });
  }
}

function putRecord({ tables, due }: Account, [kind, record]: PutEntry): void {
  (tables[kind] as Map<string, typeof record>).set(record.id, record);
  const at = 'dueAt' in record ? record.dueAt : null;
  if (typeof at === 'number') due.set(record.id, { kind, at });
  else due.delete(record.id);
}

function applyBodies(account: Account, line: JournalLine, lineOffset: number): void {
  const events = line.events ?? [];
  const sizes = [...events.map((event) => event.bytes), ...(line.answer ? [line.answer.bytes] : [])];
  let offset = lineOffset - sizes.reduce((sum, bytes) => sum + bytes + BODY_FRAME_BYTES, 0) + 1;
  for (const { id, type, created, bytes, to, dueAtMs } of events) {
    account.events.set(id, { id, type, created, offset, bytes });
    offset += bytes + BODY_FRAME_BYTES;
    for (const endpoint of to) {
      account.pending.set(deliveryKey(id, endpoint), { event: id, endpoint, attempts: 0, dueAtMs });
    }
  }
  if (line.answer === undefined) return;
  const { key, fingerprint, status, requestId, bytes } = line.answer;
  account.answers.set(key, { fingerprint, status, requestId, bytes, offset, wallMs: line.wallMs });
}
