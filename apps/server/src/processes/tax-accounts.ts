import { isMemberState } from '@billhook/core/invoicing/choose-tax';
import { monthText } from '@billhook/core/ledger/revenue-waterfall';
import { type PlacedTaxRow, taxByPlace } from '../modules/invoicing/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { endOf } from './end-months.ts';
import { monthsAsked } from './tax-owed.ts';

/** Tax as the books have it, by country, region and rate: what stands on each account, and which return it belongs on. */
export async function taxAccountsOf(ctx: QueryCtx, query: { from?: string; to?: string }) {
  const { from, to } = monthsAsked(ctx, query);
  const rows = await taxByPlace(ctx, endOf(ctx, from - 1), endOf(ctx, to));
  return {
    object: 'tax_accounts' as const,
    time_zone: ctx.tenant.timeZone,
    from: monthText(from),
    to: monthText(to),
    rows: rows.map((row) => present(ctx, row)),
  };
}

function present(ctx: QueryCtx, { currency, account, chargedMinor, takenBackMinor, netMinor }: PlacedTaxRow) {
  const [, place = '', percent = '0'] = account.split(':');
  const [country = '', region = null] = place.split('-');
  return {
    currency,
    account,
    country,
    region,
    percent,
    filed_by: filedBy(ctx, country),
    net: `${netMinor}`,
    charged: `${chargedMinor}`,
    taken_back: `${takenBackMinor}`,
    owed: `${chargedMinor - takenBackMinor}`,
  };
}

/** `oss`: with the return of the one-stop shop, which has a line for each member state and rate. */
function filedBy({ tenant }: QueryCtx, country: string): 'home' | 'registration' | 'oss' | 'elsewhere' {
  const { taxRules, sellerIdentity } = tenant.settings;
  const home = taxRules?.country ?? sellerIdentity?.country ?? null;
  if (country === home) return 'home';
  const registrations = taxRules?.registrations ?? [];
  if (registrations.some((one) => one.scheme === 'local' && one.country === country)) return 'registration';
  const isOss = registrations.some(({ scheme }) => scheme === 'oss') || taxRules === null;
  return isOss && home !== null && isMemberState(country) ? 'oss' : 'elsewhere';
}
