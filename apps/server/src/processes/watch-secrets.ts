import { type KnownSecret, noteSecrets, secretAges, takeTold } from '../modules/credentials/api.ts';
import { settleCases } from '../modules/support/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { SECRET_CASE, secretSubject, tellOfSecret } from './tell-of-secret.ts';

const ACTOR: Actor = { kind: 'system', id: 'watch-secrets' };

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
        for (const secret of told) await tellOfSecret(ctx, secret);
        await settleFresh(ctx);
        return told.length;
      }),
  };
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
