import type { datevSettings } from '@billhook/contract/schemas/accounting';
import { checkDatevSettings, type DatevSettings } from '@billhook/core/transfer/datev/settings';
import type { Static } from 'typebox';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';

type Wire = Static<typeof datevSettings>;

/** Null where the seller has said nothing yet. */
export async function readDatevSettings(ctx: QueryCtx): Promise<DatevSettings | null> {
  const row = await ctx.sql.row<{ datev: DatevSettings }>(
    'select datev from accounting_settings where tenant_id = $1',
    [ctx.tenant.id],
  );
  return row?.datev ?? null;
}

/** Says what the tax adviser's program needs. Refuses with every fault at once. */
export async function putDatevSettings(ctx: CommandCtx, wire: Wire): Promise<void> {
  const settings: DatevSettings = {
    consultant: wire.consultant,
    client: wire.client,
    fiscalYearMonth: wire.fiscal_year_month,
    accountLength: wire.account_length,
    chart: wire.chart,
    fixed: wire.fixed,
    accounts: Object.fromEntries(
      wire.accounts.map(({ account, number, tax_key }) => [account, { number, taxKey: tax_key }]),
    ),
  };
  const faults = checkDatevSettings(settings).map(({ pointer, detail }) => ({
    pointer: `/datev${pointer}`,
    code: 'invalid',
    detail,
  }));
  if (faults.length > 0) refuse('request.invalid', 'The settings have faults.', { faults });
  await ctx.sql.run(
    `insert into accounting_settings (tenant_id, datev, updated_at) values ($1, $2, $3)
     on conflict (tenant_id) do update set datev = excluded.datev, updated_at = excluded.updated_at`,
    [ctx.tenant.id, JSON.stringify(settings), iso(ctx.wallNow)],
  );
  ctx.audit({
    action: 'accounting_settings.update',
    objectKind: 'accounting_settings',
    objectId: 'datev',
    details: { accounts: Object.keys(settings.accounts).length },
  });
}
