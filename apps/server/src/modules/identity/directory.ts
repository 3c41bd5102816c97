import { hash } from 'node:crypto';
import type { Scope } from '@billhook/contract/scopes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import type { EarlyCtx } from '../../platform/context.ts';
import { hashToken } from '../../platform/crypto.ts';
import { createJoiner } from '../../platform/joiner.ts';
import type { Log } from '../../platform/log.ts';
import type { NewsDesk } from '../../platform/news.ts';
import { refuse } from '../../platform/refuse.ts';
import type { Insistence } from '../../platform/together.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { createKeyMemory } from './key-memory.ts';
import { looksLikeKey } from './key-token.ts';
import * as repo from './repo.ts';
import type { Role } from './roles.ts';

export type KeyRights = { kind: 'api_key'; id: string; tenantId: number; scopes: readonly Scope[] };
export type OperatorRights = { kind: 'operator'; id: string; tenantId: number; role: Role };

type KeyFacts = { scopes: readonly Scope[]; expiresAt: number | null };

type Recalled = { rights: KeyRights; keyId: string; expiresAt: number | null };

const NOTE_USE_EVERY_MS = 60_000;
const MAX_REMEMBERED = 10_000;

/** The digest of a token. Most requests carry the token of the one before, whose digest is at hand. */
function digests(): (token: string) => string {
  let last = { token: '', hex: '' };
  return (token) => {
    if (token !== last.token) last = { token, hex: hash('sha256', token, 'hex') };
    return last.hex;
  };
}

/**
 * Which of these keys stand, as the transaction sees it: they are not revoked.
 *
 * @param ids TypeIDs of keys of the tenant
 */
export async function standingKeys(ctx: EarlyCtx, ids: Iterable<string>): Promise<ReadonlySet<string>> {
  const standing = await repo.unrevokedKeys(ctx, rowsOf(ids));
  return new Set(standing.map((id) => encodeTypeId('key', id)));
}

/** That all these keys stand; undefined where none is named. */
export function keysStand(ids: Iterable<string>): Insistence | undefined {
  const rowIds = rowsOf(ids);
  return rowIds.length === 0 ? undefined : repo.areUnrevoked(rowIds);
}

function rowsOf(ids: Iterable<string>): string[] {
  return [...new Set(ids)].flatMap((id) => {
    const row = decodeTypeId('key', id);
    return row.ok ? [row.value] : [];
  });
}

/** Kept once a minute and not waited for: when a key was last used is good to know and no fact of business. */
function useNoter(transactor: Transactor, log: Log) {
  const usedAtMs = new Map<string, number>();
  return (tenantId: number, keyId: string): void => {
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
  };
}

/**
 * Finds out what a key opens. Each request looks its hash up, so that a revoked key stops at once; requests that arrive
 * together share a look-up. Scopes and expiry of a key never change and are remembered.
 */
export function createKeyDirectory(
  transactor: Transactor,
  log: Log,
  news: Pick<NewsDesk, 'hear' | 'isHearing'>,
) {
  const hexOf = digests();
  const memory = createKeyMemory(news, transactor.wallNow);
  const facts = new Map<string, KeyFacts>();
  const recalled = new Map<string, Recalled>();
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

  const noteUse = useNoter(transactor, log);

  return {
    async findKey(token: string): Promise<KeyRights | undefined> {
      if (!looksLikeKey(token)) return undefined;
      const digest = hashToken(token);
      const keep = memory.begin();
      const found = await lookUps.ask(digest);
      if (found === undefined) {
        recalled.delete(digest.toString('hex'));
        return undefined;
      }
      const { tenantId, keyId } = found;
      const key = await factsOf(tenantId, keyId);
      if (key === undefined || (key.expiresAt !== null && key.expiresAt <= transactor.wallNow()))
        return undefined;
      noteUse(tenantId, keyId);
      const rights = {
        kind: 'api_key' as const,
        id: encodeTypeId('key', keyId),
        tenantId,
        scopes: key.scopes,
      };
      if (recalled.size >= MAX_REMEMBERED) recalled.clear();
      recalled.set(digest.toString('hex'), { rights, keyId, expiresAt: key.expiresAt });
      keep(digest.toString('hex'), rights, key.expiresAt);
      return rights;
    },

    /** What a key opens, as far as it was looked up within the last moment and no key was revoked since. */
    knownKey: (token: string): KeyRights | undefined => memory.find(hexOf(token)),

    /**
     * What a key opened when it was last looked up, without asking the database: it may have been revoked since. Only for
     * work whose own transaction sees by `standingKeys` that the key stands.
     */
    recallKey(token: string): KeyRights | undefined {
      const known = recalled.get(hexOf(token));
      if (known === undefined) return undefined;
      if (known.expiresAt !== null && known.expiresAt <= transactor.wallNow()) return undefined;
      noteUse(known.rights.tenantId, known.keyId);
      return known.rights;
    },
  };
}

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
