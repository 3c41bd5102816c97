import { createHash } from 'node:crypto';
import { AppendLog } from '../journal/append-log.ts';
import { replay } from '../journal/replay.ts';
import { NO_FAULTS } from '../state/faults.ts';
import { idMaker, type RandomBytes } from '../state/ids.ts';
import type { AnswerRecord, DeliveryRecord, Kind, Records, Settings } from './records.ts';

export type PutEntry = { readonly [K in Kind]: readonly [K, Records[K]] }[Kind];

/** One change of state: everything in it holds, or nothing of it. */
export interface Change {
  readonly account: string;
  readonly settings?: Settings;
  readonly put?: readonly PutEntry[];
  readonly remove?: readonly (readonly [Kind, string])[];
  readonly answer?: AnswerRecord;
  readonly deliveries?: readonly DeliveryRecord[];
}

type Tables = { readonly [K in Kind]: Map<string, Records[K]> };

/** An account in memory. */
export interface Account {
  settings: Settings;
  readonly tables: Tables;
  readonly answers: Map<string, AnswerRecord>;
  readonly pending: Map<string, DeliveryRecord & { readonly dueAtMs: number }>;
  /** Request ids whose request is being carried out. */
  readonly inFlight: Set<string>;
}

/** Everything the stand-in remembers, with the journal below it. */
export interface Store {
  readonly accounts: Map<string, Account>;
  readonly journal: AppendLog;
  readonly wallNow: () => number;
  /** An id as PayPal's look: 17 capital letters and digits. */
  readonly makeId: () => string;
  readonly randomBytes: RandomBytes;
}

/** Rebuilds the state from the journal at `path`, or starts an empty one. */
export async function openStore(
  path: string,
  wallNow: () => number,
  randomBytes: RandomBytes,
): Promise<Store> {
  const accounts = new Map<string, Account>();
  const keepBytes = await replay<Change>(path, (change) => apply(accounts, change));
  const journal = await AppendLog.open(path, keepBytes);
  const make = idMaker(randomBytes);
  return { accounts, journal, wallNow, randomBytes, makeId: () => make('', 17).toUpperCase() };
}

/** Writes a change to the journal and applies it. It is durable once `journal.settled()` resolves. */
export function writeChange(store: Store, change: Change, urgency: 'now' | 'soon' = 'now'): void {
  store.journal.append(Buffer.from(`${JSON.stringify(change)}\n`, 'utf8'), urgency);
  apply(store.accounts, change);
}

/** The account of a client id, created at first use with that secret; null for another secret than the first. */
export function accountOf(store: Store, clientId: string, secret: string): Account | null {
  const secretHash = hash(secret);
  const id = `pp_${hash(clientId).slice(0, 24)}`;
  const known = store.accounts.get(id);
  if (known !== undefined) return known.settings.secretHash === secretHash ? known : null;
  const settings = {
    id,
    clientId,
    secretHash,
    sellerName: 'Sandbox seller',
    frozenAtMs: null,
    faults: NO_FAULTS,
  };
  writeChange(store, { account: id, settings });
  return store.accounts.get(id) ?? null;
}

/** The account's time in milliseconds: where its clock is frozen, or the wall's. */
export function nowOf(store: Store, account: Account): number {
  return account.settings.frozenAtMs ?? Math.floor(store.wallNow());
}

export function deliveryKey(event: string, webhook: string): string {
  return `${event} ${webhook}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function emptyAccount(settings: Settings): Account {
  return {
    settings,
    tables: {
      order: new Map(),
      capture: new Map(),
      refund: new Map(),
      setup_token: new Map(),
      payment_token: new Map(),
      dispute: new Map(),
      transaction: new Map(),
      webhook: new Map(),
      event: new Map(),
    },
    answers: new Map(),
    pending: new Map(),
    inFlight: new Set(),
  };
}

/** Live requests and replay both go through here, so that a restart sees the state that was answered. */
function apply(accounts: Map<string, Account>, change: Change): void {
  let account = accounts.get(change.account);
  if (change.settings !== undefined) {
    account ??= emptyAccount(change.settings);
    accounts.set(change.account, account);
    account.settings = change.settings;
  }
  if (account === undefined) throw new Error('the sandbox journal names an account that it never created');
  for (const [kind, record] of change.put ?? []) {
    (account.tables[kind] as Map<string, typeof record>).set(record.id, record);
  }
  for (const [kind, id] of change.remove ?? []) account.tables[kind].delete(id);
  if (change.answer !== undefined) account.answers.set(change.answer.key, change.answer);
  for (const delivery of change.deliveries ?? []) {
    const key = deliveryKey(delivery.event, delivery.webhook);
    if (delivery.dueAtMs === null) account.pending.delete(key);
    else account.pending.set(key, { ...delivery, dueAtMs: delivery.dueAtMs });
  }
}
