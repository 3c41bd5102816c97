import { taxByPlacePosting } from '@billhook/core/ledger/tax-by-place';
import { currencyCode } from '@billhook/core/money/currency';
import { unplacedTax } from '../modules/invoicing/api.ts';
import { claimCorrection, endCorrection, nextCorrectionAt, post } from '../modules/ledger/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'tax-accounts' };

/**
 * Moves tax that was booked before there were accounts by place to them: once a currency, dated on the day on which it is
 * done (decision 89).
 */
export function taxPlacingSource(transactor: Transactor): DueSource {
  return {
    name: 'tax-accounts',
    async tenantsDue(sql) {
      const rows = await sql.rows<{ id: number }>(
        'select distinct tenant_id as id from ledger_corrections where done_at is null',
      );
      return rows.map(({ id }) => id);
    },
    nextDueAt: nextCorrectionAt,
    async run(tenantId, limit, goesOn = always) {
      let done = 0;
      while (done < limit && goesOn()) {
        const isDone = await transactor.command({ tenantId, actor: ACTOR, requestId: null }, placeNext);
        if (!isDone) break;
        done += 1;
      }
      return done;
    },
  };
}

async function placeNext(ctx: CommandCtx): Promise<boolean> {
  const correction = await claimCorrection(ctx);
  if (correction === undefined) return false;
  const { id, currency, notedAt } = correction;
  const shares = await unplacedTax(ctx, currency, notedAt);
  const posting = taxByPlacePosting({ id, currency: currencyCode(currency) }, shares, ctx.now);
  if (posting !== null) await post(ctx, [posting]);
  await endCorrection(ctx, id);
  return true;
}
