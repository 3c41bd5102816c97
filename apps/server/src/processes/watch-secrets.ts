import { createHash } from 'node:crypto';
import {
  type AgedSecret,
  type KnownSecret,
  noteSecrets,
  secretAges,
  takeTold,
} from '../modules/credentials/api.ts';
import { openCase, settleCases } from '../modules/support/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'watch-secrets' };
const SECRET_CASE = 'secret.rotation';

/** Tells staff of secrets that are to be replaced soon, and of those that should have been. Real time counts. */
export function watchSecretsSource(deps: { transactor: Transactor }): DueSource {
  return {
    name: 'secrets',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        'select distinct tenant_id as id from secret_marks where tell_at <= $1',
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    nextDueAt: async () => null,
    run: (tenantId) =>
      deps.transactor.command({ tenantId, actor: ACTOR, requestId: null }, async (ctx) => {
        const told = await takeTold(ctx);
        for (const secret of told) await tell(ctx, secret);
        await settleFresh(ctx);
        return told.length;
      }),
  };
}

async function tell(ctx: CommandCtx, secret: AgedSecret): Promise<void> {
  const days = Math.ceil((secret.dueAt - ctx.wallNow) / 86_400_000);
  const when =
    secret.state === 'overdue' ? 'should have been replaced by now' : `is to be replaced within ${days} days`;
  const detail = `The secret "${secret.name}" is ${secret.ageDays} days old and ${when}.`;
  await openCase(ctx, {
    kind: SECRET_CASE,
    customerId: null,
    subjectId: secretSubject(secret.name),
    detail,
    facts: {
      name: secret.name,
      kind: secret.kind,
      due_at: iso(secret.dueAt),
      rotate_days: secret.rotateDays,
    },
  });
  ctx.emit({
    type: secret.state === 'overdue' ? 'secret.overdue' : 'secret.due_soon',
    objectId: secretSubject(secret.name),
    payload: { name: secret.name, due_at: iso(secret.dueAt), detail },
  });
}

/** Takes note of the secrets in use. The case of one that was replaced has lost its cause. */
export async function noteUsedSecrets(ctx: CommandCtx, secrets: readonly KnownSecret[]): Promise<void> {
  await noteSecrets(ctx, secrets);
  await settleFresh(ctx);
}

async function settleFresh(ctx: CommandCtx): Promise<void> {
  const fresh = (await secretAges(ctx)).filter(({ state }) => state === 'fresh');
  const subjects = fresh.map(({ name }) => secretSubject(name));
  await settleCases(ctx, SECRET_CASE, subjects, 'The secret was replaced, or may be used for longer.');
}

/** Cases name their subject by a UUID; that of a secret is made from its name (RFC 9562, version 8). */
function secretSubject(name: string): string {
  const hex = createHash('sha256').update(`secret ${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
