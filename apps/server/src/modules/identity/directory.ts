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

/**
 * Finds out what a key opens. Its hash is looked up; requests that arrive together share a look-up. What was found is
 * remembered for a moment while news of other processes arrive, and forgotten when a key of the tenant is revoked, in
 * this process before the revocation is answered. Scopes and expiry of a key never change.
 */
export function createKeyDirectory(
  transactor: Transactor,
  log: Log,
  news: Pick<NewsDesk, 'hear' | 'isHearing'>,
) {
  const known = createRecent<string, KnownKey>(MAX_REMEMBERED);
  // Of a look-up that news came in the middle of nobody knows whether it is older than them.
  let forgotten = 0;
  news.hear((heard) => {
    if (heard !== 'missed' && heard.about !== 'keys') return;
    forgotten += 1;
    known.clear();
  });
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

  async function lookUp(token: string, hash: string): Promise<KeyRights | undefined> {
    const before = forgotten;
    const found = await lookUps.ask(hashToken(token));
    if (found === undefined) return undefined;
    const key = await factsOf(found.tenantId, found.keyId);
    const now = transactor.wallNow();
    if (key === undefined || (key.expiresAt !== null && key.expiresAt <= now)) return undefined;
    noteUse(found.tenantId, found.keyId);
    const { tenantId, keyId } = found;
    const rights: KeyRights = {
      kind: 'api_key',
      id: encodeTypeId('key', keyId),
      tenantId,
      scopes: key.scopes,
    };
    if (news.isHearing() && forgotten === before)
      known.set(hash, { rights, until: Math.min(now + MOST_AGE_MS, key.expiresAt ?? Infinity) });
    return rights;
  }

  /** What is remembered of a key whose token has this hash. */
  function remembered(hash: string): KeyRights | undefined {
    const key = known.get(hash);
    return key !== undefined && transactor.wallNow() < key.until && news.isHearing() ? key.rights : undefined;
  }

  return {
    /** Without waiting: undefined also for a good key that is not remembered just now. */
    knownKey: (token: string): KeyRights | undefined => remembered(memoryName(token)),
    async findKey(token: string): Promise<KeyRights | undefined> {
      const name = memoryName(token);
      return remembered(name) ?? (looksLikeKey(token) ? lookUp(token, name) : undefined);
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
