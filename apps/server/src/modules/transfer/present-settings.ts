import type { datevSettings } from '@billhook/contract/schemas/accounting';
import type { TaxCategory } from '@billhook/core/invoicing/tax';
import { namedAccount } from '@billhook/core/transfer/datev/buchungsstapel';
import type { DatevSettings } from '@billhook/core/transfer/datev/settings';
import { treatmentOf } from '@billhook/core/transfer/datev/treatments';
import type { Static } from 'typebox';
import type { QueryCtx } from '../../platform/context.ts';
import { homeOf } from './exports/read-journal.ts';
import { readDatevSettings } from './settings.ts';

type Wire = Static<typeof datevSettings>;

/** The settings, and which accounts of the ledger have no number there. */
export async function presentSettings(ctx: QueryCtx) {
  const settings = await readDatevSettings(ctx);
  const posted = await withTreatments(ctx, await postedAccounts(ctx));
  return {
    object: 'accounting_settings' as const,
    datev: settings === null ? null : present(settings),
    missing_accounts: posted.filter(
      (account) => namedAccount(settings ?? NO_ACCOUNTS, account) === undefined,
    ),
  };
}

/** On these each invoice posts: an index would lead to every second entry, and the first look finds them. */
const COMMON = ['receivable', 'revenue'];
const IS_RARE = `account <> all (array['receivable', 'revenue'])`;
const isPosted = (account: string) =>
  `select '${account}' as account where (
     select 1 from ledger_entries e where e.tenant_id = $1 and e.account = '${account}' limit 1) is not null`;

/** Accounts that something was posted to; rare ones are found by one look into their index each. */
async function postedAccounts(ctx: QueryCtx): Promise<string[]> {
  const rows = await ctx.sql.rows<{ account: string }>(
    `with recursive a as (
       (select account from ledger_entries where tenant_id = $1 and ${IS_RARE} order by account limit 1)
       union all
       select (select e.account from ledger_entries e where e.tenant_id = $1 and e.account > a.account and e.${IS_RARE}
         order by e.account limit 1) from a where a.account is not null)
     select account from a where account is not null union all ${COMMON.map(isPosted).join(' union all ')}
     order by account`,
    [ctx.tenant.id],
  );
  // For the adviser tax is divided by treatment, whatever account it is booked on here.
  return [...new Set(rows.map(({ account }) => (account.startsWith('tax:') ? 'tax' : account)))];
}

const NO_ACCOUNTS = { accounts: {} };
/** Invoices that are looked at for how sales are taxed; an export names what only older ones need. */
const LOOKED_AT = 2_000;

/** Sales and tax by how they were taxed, beside the plain accounts, which stay for what has no rate. */
async function withTreatments(ctx: QueryCtx, posted: readonly string[]): Promise<string[]> {
  if (!posted.includes('revenue')) return [...posted];
  const rates = await ctx.sql.rows<{ category: TaxCategory; percent: string; country: string | null }>(
    `select distinct x ->> 'category' as category, x ->> 'percent' as percent, x ->> 'country' as country
     from (select app.frozen_text(d) as canonical from invoices d where tenant_id = $1 and status <> 'skipped' order by id desc limit ${LOOKED_AT}) i
     cross join lateral jsonb_array_elements(i.canonical::jsonb -> 'taxes') x where x ->> 'category' is not null`,
    [ctx.tenant.id],
  );
  const treated = rates.flatMap((rate) => {
    const treatment = treatmentOf(rate, homeOf(ctx));
    return [`revenue:${treatment}`, ...(rate.category === 'S' ? [`tax:${treatment}`] : [])];
  });
  return [...new Set([...posted, ...treated])].toSorted();
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
