import { hash as digestOf } from 'node:crypto';
import type { Scope } from '@billhook/contract/scopes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { hashToken } from '../../platform/crypto.ts';
import { createJoiner } from '../../platform/joiner.ts';
import type { Log } from '../../platform/log.ts';
import type { NewsDesk } from '../../platform/news.ts';
import { createRecent } from '../../platform/recent.ts';
import { refuse } from '../../platform/refuse.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { looksLikeKey } from './key-token.ts';
import * as repo from './repo.ts';
import type { Role } from './roles.ts';

export type KeyRights = { kind: 'api_key'; id: string; tenantId: number; scopes: readonly Scope[] };
export type OperatorRights = { kind: 'operator'; id: string; tenantId: number; role: Role };

type KeyFacts = { scopes: readonly Scope[]; expiresAt: number | null };

const NOTE_USE_EVERY_MS = 60_000;
const MAX_REMEMBERED = 10_000;

/** A process that dies between a revocation and its news leaves the key to others for no longer than this. */
const MOST_AGE_MS = 2_000;

type KnownKey = { rights: KeyRights; until: number };

/** What keys open, remembered for a moment by the digests of their tokens while news arrive. */
function createKeyMemory(news: Pick<NewsDesk, 'hear' | 'isHearing'>, wallNow: () => number) {
  const known = createRecent<string, KnownKey>(MAX_REMEMBERED);
  let forgotten = 0;
  news.hear((heard) => {
    if (heard !== 'missed' && heard.about !== 'keys') return;
    forgotten += 1;
    known.clear();
  });
  return {
    find(name: string): KeyRights | undefined {
      const key = known.get(name);
      return key !== undefined && wallNow() < key.until && news.isHearing() ? key.rights : undefined;
    },
    /** Begins a look-up. Of one that news come in the middle of nobody knows whether it is older than them. */
    begin() {
      const before = forgotten;
      return (name: string, rights: KeyRights, expiresAt: number | null): void => {
        if (!news.isHearing() || forgotten !== before) return;
        known.set(name, { rights, until: Math.min(wallNow() + MOST_AGE_MS, expiresAt ?? Infinity) });
      };
    },
  };
}

/**
 * Finds out what a key opens. Its hash is looked up; requests that arrive together share a look-up. What was found is
 * remembered for a moment, and forgotten when a key is revoked, in this process before the revocation is answered.
 * Scopes and expiry of a key never change.
 */
export function createKeyDirectory(
  transactor: Transactor,
  log: Log,
  news: Pick<NewsDesk, 'hear' | 'isHearing'>,
) {
  const memory = createKeyMemory(news, transactor.wallNow);
  const facts = new Map<string, KeyFacts>();
  const usedAtMs = new Map<string, number>();
  const lookUps = createJoiner<Buffer, { tenantId: number; keyId: string } | undefined>({
    run: (hashes) => transactor.lookUp((sql) => repo.lookUpKeys(sql, hashes)),
    maxWeight: 1000,
    lanes: 4,
  });

  async function factsOf(tenantId: number, keyId: string): Promise<KeyFacts | undefined> {
    const known = facts.get(keyId);
    if (known !== undefined) return known;
    const actor = { kind: 'system', id: 'keys' } as const;
    const row = await transactor.query({ tenantId, actor, requestId: null }, (ctx) =>
      repo.findApiKey(ctx, keyId),
    );
    if (row === undefined) return undefined;
    const found = { scopes: row.scopes as Scope[], expiresAt: row.expiresAt };
    if (facts.size >= MAX_REMEMBERED) facts.clear();
    facts.set(keyId, found);
    return found;
  }

  /** Kept once a minute and not waited for: when a key was last used is good to know and no fact of business. */
  function noteUse(tenantId: number, keyId: string): void {
    const nowMs = transactor.wallNow();
    if (nowMs - (usedAtMs.get(keyId) ?? 0) < NOTE_USE_EVERY_MS) return;
    usedAtMs.set(keyId, nowMs);
    transactor
      .command({ tenantId, actor: { kind: 'system', id: 'keys' }, requestId: null }, (ctx) =>
        repo.noteKeyUse(ctx, keyId),
      )
      .catch((error: unknown) =>
        log.warn({ tenantId, reason: String(error) }, 'the use of a key was not noted'),
      );
  }

  async function lookUp(token: string, name: string): Promise<KeyRights | undefined> {
    const keep = memory.begin();
    const found = await lookUps.ask(hashToken(token));
    if (found === undefined) return undefined;
    const { tenantId, keyId } = found;
    const key = await factsOf(tenantId, keyId);
    if (key === undefined || (key.expiresAt !== null && key.expiresAt <= transactor.wallNow()))
      return undefined;
    noteUse(tenantId, keyId);
    const rights = {
      kind: 'api_key',
      id: encodeTypeId('key', keyId),
      tenantId,
      scopes: key.scopes,
    } as const;
    keep(name, rights, key.expiresAt);
    return rights;
  }

  return {
    /** Without waiting: undefined also for a good key that is not remembered just now. */
    knownKey: (token: string): KeyRights | undefined => memory.find(memoryName(token)),
    async findKey(token: string): Promise<KeyRights | undefined> {
      const name = memoryName(token);
      return memory.find(name) ?? (looksLikeKey(token) ? lookUp(token, name) : undefined);
    },
  };
}

/** Tokens themselves are never kept. */
const memoryName = (token: string) => digestOf('sha256', token, 'base64');

/**
 * The rights of a signed-in operator in one of their tenants. With several tenants the request must name one,
 * except where only the person matters.
 */
export async function operatorRights(
  transactor: Transactor,
  operatorId: string,
  tenant: string | undefined,
): Promise<OperatorRights | undefined> {
  const rights = await transactor.lookUp((sql) => repo.findOperatorRights(sql, operatorId));
  if (rights.length === 0) return undefined;
  const publicId = tenant === undefined ? undefined : decodeTypeId('ten', tenant);
  const chosen =
    publicId === undefined
      ? rights[0]
      : rights.find((right) => publicId.ok && right.publicId === publicId.value);
  if (chosen === undefined) refuse('tenant.not_found', 'None of your tenants has this id.');
  return { kind: 'operator', id: operatorId, tenantId: chosen.tenantId, role: chosen.role };
}
