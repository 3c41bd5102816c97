import { parseVatNumber, type VatNumber } from '@billhook/core/tax/vat-number';
import { addMs, type Instant, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { Actor, TenantContext } from '../../../platform/context.ts';
import { always, type DueSource, inSlices } from '../../../platform/due.ts';
import { iso } from '../../../platform/sql.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import type { VatRegistry } from './registry.ts';
import { dueRecords, keepAnswer, keepSilence, nextAskAt, type VatNumberRecord } from './repo.ts';

const ACTOR: Actor = { kind: 'system', id: 'vat-numbers' };

export type RegistryOf = (tenant: Pick<TenantContext, 'kind'>) => VatRegistry;

/**
 * Asks the registry about numbers that are new or whose answer is over, for sellers who follow rules of tax. Nothing is
 * locked meanwhile; the answer is for the number that was asked about, whatever the customer has by then.
 */
export function vatNumbersSource(deps: { transactor: Transactor; registryOf: RegistryOf }): DueSource {
  const { transactor, registryOf } = deps;
  return {
    name: 'vat-numbers',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct n.tenant_id as id from customer_vat_numbers n join tenants t on t.id = n.tenant_id
         where n.ask_at <= coalesce(t.frozen_at, $1) and jsonb_typeof(t.settings -> 'taxRules') = 'object'`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: async (ctx) => (ctx.tenant.settings.taxRules === null ? null : nextAskAt(ctx)),
    run: (tenantId, limit, goesOn = always) =>
      inSlices(limit, goesOn, (size) => askSome({ transactor, registryOf }, tenantId, size)),
  };
}

async function askSome(
  { transactor, registryOf }: { transactor: Transactor; registryOf: RegistryOf },
  tenantId: number,
  limit: number,
): Promise<number> {
  const request = { tenantId, actor: ACTOR, requestId: null };
  const found = await transactor.query(request, async (ctx) => {
    const { tenant } = ctx;
    if (tenant.settings.taxRules === null) return { due: [], ask: undefined };
    return { due: await dueRecords(ctx, limit), ask: registryOf(tenant), own: sellersNumber(tenant) };
  });
  const { due, ask, own = null } = found;
  if (ask === undefined) return 0;
  for (const record of due) {
    const number = parseVatNumber(record.number);
    if (!number.ok) continue;
    const answer = await ask(number.value, own);
    await transactor.command(request, async (ctx) => {
      if (answer.kind === 'down') return keepSilence(ctx, record, retryAt(record, ctx.now));
      const validDays = ctx.tenant.settings.taxRules?.registry.validDays ?? 1;
      await keepAnswer(ctx, record, answer, addMs(ctx.now, validDays * MS_PER_DAY));
      const { customerId: id } = record;
      const payload = { fields: ['vat_number'] };
      ctx.emit({ type: 'customer.updated', objectId: id, customerId: id, payload });
    });
  }
  return due.length;
}

function sellersNumber(tenant: TenantContext): VatNumber | null {
  const own = parseVatNumber(tenant.settings.seller.taxId ?? '');
  return own.ok ? own.value : null;
}

/** An hour after the first silence, then as long as it has lasted, at most a day. */
function retryAt({ downSince }: VatNumberRecord, now: Instant): Instant {
  const lastedMs = downSince === null ? 0 : now - downSince;
  return addMs(now, Math.min(MS_PER_DAY, Math.max(MS_PER_HOUR, lastedMs)));
}
