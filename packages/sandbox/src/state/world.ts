import { createHash } from 'node:crypto';
import { AppendLog } from '../journal/append-log.ts';
import { bodyBytes, encodeChange, type JournalLine } from '../journal/line.ts';
import { replay } from '../journal/replay.ts';
import type { Account } from './account.ts';
import { ANSWER_LIFE_MS, applyLine } from './apply.ts';
import { NO_FAULTS } from './faults.ts';
import { idMaker, type MakeId, type RandomBytes } from './ids.ts';
import type { AccountRecord } from './records.ts';

/** Everything the sandbox remembers, with the journal below it. */
export interface World {
  readonly accounts: Map<string, Account>;
  readonly journal: AppendLog;
  readonly makeId: MakeId;
  readonly wallNow: () => number;
}

/** Rebuilds the world from the journal at `path`, or starts an empty one. */
export async function openWorld(
  path: string,
  wallNow: () => number,
  randomBytes: RandomBytes,
): Promise<World> {
  const accounts = new Map<string, Account>();
  const keepBytes = await replay(path, (line, offset) => applyLine(accounts, line, offset));
  const journal = await AppendLog.open(path, keepBytes);
  forgetOldAnswers(accounts, wallNow());
  return { accounts, journal, makeId: idMaker(randomBytes), wallNow };
}

/** Writes a change to the journal and applies it. It is durable once `journal.settled()` resolves. */
export function writeChange(
  world: World,
  change: Omit<JournalLine, 'wallMs'>,
  bodies: readonly string[] = [],
  urgency: 'now' | 'soon' = 'now',
): void {
  const line: JournalLine = { ...change, wallMs: world.wallNow() };
  const start = world.journal.append(encodeChange(line, bodies), urgency);
  const offset = bodies.reduce((sum, body) => sum + bodyBytes(body) + 2, start);
  applyLine(world.accounts, line, offset);
}

/** The account of an API key, created at first use. The journal keeps a hash of the key, never the key. */
export function accountOfKey(world: World, key: string, sellerName = 'Sandbox seller'): Account {
  const keyHash = createHash('sha256').update(key).digest('hex');
  const id = `acct_${keyHash.slice(0, 24)}`;
  const known = world.accounts.get(id);
  if (known !== undefined) return known;
  writeSettings(world, {
    id,
    keyHash,
    sellerName,
    frozenAtMs: null,
    enforceMinimumAmount: false,
    faults: NO_FAULTS,
  });
  const created = world.accounts.get(id);
  if (created === undefined) throw new Error('an account that was just created is missing');
  return created;
}

/** Writes an account's settings. */
export function writeSettings(world: World, settings: AccountRecord): void {
  writeChange(world, { account: settings.id, settings });
}

function forgetOldAnswers(accounts: Map<string, Account>, wallMs: number): void {
  for (const { answers } of accounts.values()) {
    for (const [key, answer] of answers) {
      if (answer.wallMs < wallMs - ANSWER_LIFE_MS) answers.delete(key);
    }
  }
}
