import { PUBLISHABLE_SCOPES, SCOPES, type Scope } from '@billhook/contract/scopes';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { parseInstant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { type KeyKind, makeKey } from '../key-token.ts';
import type { ApiKeyRow } from '../repo.ts';
import * as repo from '../repo.ts';

export type NewKey = {
  name: string;
  kind?: KeyKind | undefined;
  scopes?: readonly Scope[] | undefined;
  expires_at?: string | null | undefined;
};

/** Makes a key. The secret is in the answer and nowhere else: only its hash is kept. */
export async function createApiKey(
  ctx: CommandCtx,
  asked: NewKey,
): Promise<{ row: ApiKeyRow; secret: string }> {
  const kind = asked.kind ?? 'secret';
  const allowed = kind === 'secret' ? SCOPES : PUBLISHABLE_SCOPES;
  const scopes = asked.scopes ?? allowed;
  const excess = scopes.filter((scope) => !allowed.includes(scope));
  if (excess.length > 0) {
    refuse('request.invalid', 'A publishable key is seen by everyone and may not have these scopes.', {
      faults: [{ pointer: '/scopes', code: 'enum', detail: `Not allowed: ${excess.join(', ')}.`, allowed }],
    });
  }
  const made = makeKey(kind, ctx.tenant.kind, ctx.randomBytes);
  const row: ApiKeyRow = {
    id: ctx.newId(),
    kind,
    name: asked.name,
    scopes: [...scopes],
    prefix: made.prefix,
    last4: made.last4,
    createdBy: ctx.actor.id,
    createdAt: ctx.wallNow,
    expiresAt: readExpiry(ctx, asked.expires_at),
    revokedAt: null,
    lastUsedAt: null,
  };
  await repo.insertApiKey(ctx, row, made.hash);
  ctx.audit({
    action: 'api_key.create',
    objectKind: 'api_key',
    objectId: encodeTypeId('key', row.id),
    details: { name: row.name, kind, scopes: row.scopes },
  });
  return { row, secret: made.token };
}

/** Keys are about security, so their end is in real time, whatever the tenant's clock shows. */
function readExpiry(ctx: CommandCtx, text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const moment = parseInstant(text);
  if (!moment.ok || moment.value <= ctx.wallNow) {
    refuse('request.invalid', 'The request has one fault; nothing was changed.', {
      faults: [
        {
          pointer: '/expires_at',
          code: 'past',
          detail: moment.ok ? 'The time must lie in the future.' : moment.refusal.detail,
        },
      ],
    });
  }
  return moment.value;
}

/** From the commit on, the key opens nothing. Revoking twice changes nothing. */
export async function revokeApiKey(ctx: CommandCtx, id: string): Promise<ApiKeyRow> {
  const row = await repo.findApiKey(ctx, id);
  if (row === undefined) refuse('api_key.not_found', 'There is no API key with this id.');
  if (row.revokedAt !== null) return row;
  await repo.revokeApiKey(ctx, id);
  ctx.outdate('all', 'keys');
  ctx.audit({
    action: 'api_key.revoke',
    objectKind: 'api_key',
    objectId: encodeTypeId('key', id),
    details: { name: row.name },
  });
  return { ...row, revokedAt: ctx.wallNow };
}
