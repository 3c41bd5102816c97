import type { Scope } from '@billhook/contract/scopes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { hashToken } from '../../platform/crypto.ts';
import { createJoiner } from '../../platform/joiner.ts';
import type { Log } from '../../platform/log.ts';
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

/**
 * Finds out what a key opens. Each request looks its hash up, so that a revoked key stops at once; requests that arrive
 * together share a look-up. Scopes and expiry of a key never change and are remembered.
 */
export function createKeyDirectory(transactor: Transactor, log: Log) {
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

  return {
    async findKey(token: string): Promise<KeyRights | undefined> {
      if (!looksLikeKey(token)) return undefined;
      const found = await lookUps.ask(hashToken(token));
      if (found === undefined) return undefined;
      const key = await factsOf(found.tenantId, found.keyId);
      if (key === undefined || (key.expiresAt !== null && key.expiresAt <= transactor.wallNow()))
        return undefined;
      noteUse(found.tenantId, found.keyId);
      return {
        kind: 'api_key',
        id: encodeTypeId('key', found.keyId),
        tenantId: found.tenantId,
        scopes: key.scopes,
      };
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
