import type { datevSettings } from '@billhook/contract/schemas/accounting';
import type { DatevSettings } from '@billhook/core/transfer/datev/settings';
import type { Static } from 'typebox';
import type { QueryCtx } from '../../platform/context.ts';
import { readDatevSettings } from './settings.ts';

type Wire = Static<typeof datevSettings>;

/** The settings, and which accounts of the ledger have no number there. */
export async function presentSettings(ctx: QueryCtx) {
  const settings = await readDatevSettings(ctx);
  const posted = await postedAccounts(ctx);
  return {
    object: 'accounting_settings' as const,
    datev: settings === null ? null : present(settings),
    missing_accounts: posted.filter((account) => settings?.accounts[account] === undefined),
  };
}

/** Accounts that something was posted to, found by one look into the index each. */
async function postedAccounts(ctx: QueryCtx): Promise<string[]> {
  const rows = await ctx.sql.rows<{ account: string }>(
    `with recursive a as (
       (select account from ledger_entries where tenant_id = $1 order by account limit 1)
       union all
       select (select e.account from ledger_entries e where e.tenant_id = $1 and e.account > a.account
         order by e.account limit 1) from a where a.account is not null)
     select account from a where account is not null`,
    [ctx.tenant.id],
  );
  return rows.map(({ account }) => account);
}

function present(settings: DatevSettings): Wire {
  return {
    consultant: settings.consultant,
    client: settings.client,
    fiscal_year_month: settings.fiscalYearMonth,
    account_length: settings.accountLength,
    chart: settings.chart,
    fixed: settings.fixed,
    accounts: Object.entries(settings.accounts).map(([account, { number, taxKey }]) => ({
      account,
      number,
      tax_key: taxKey,
    })),
  };
}
