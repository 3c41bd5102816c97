import type { CommandCtx } from '../../platform/context.ts';
import type { DueSource } from '../../platform/due.ts';
import { iso } from '../../platform/sql.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { settleCases } from './commands/settle-cases.ts';

const ACTOR = { kind: 'system', id: 'support' } as const;

/** Closes cases that nobody renewed in time: what they told of happens no more. By real time, whatever a clock says. */
export function passedCasesSource(transactor: Transactor): DueSource {
  return {
    name: 'passed-cases',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        'select distinct tenant_id as id from cases where closed_at is null and stands_until <= $1',
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    nextDueAt: async () => null,
    run: (tenantId, limit) =>
      transactor.command({ tenantId, actor: ACTOR, requestId: null }, (ctx) => closePassed(ctx, limit)),
  };
}

async function closePassed(ctx: CommandCtx, limit: number): Promise<number> {
  const rows = await ctx.sql.rows<{ kind: string; subject: string }>(
    `select kind, subject_id as subject from cases
     where tenant_id = $1 and closed_at is null and stands_until <= $2 order by stands_until limit $3`,
    [ctx.tenant.id, iso(ctx.wallNow), limit],
  );
  for (const { kind, subject } of rows) await settleCases(ctx, kind, [subject], 'It did not happen again.');
  return rows.length;
}
