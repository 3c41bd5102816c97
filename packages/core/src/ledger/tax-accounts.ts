import type { TaxRate } from '../invoicing/tax.ts';
import { formatDecimal12 } from '../kernel/decimal.ts';
import type { LedgerAccount } from './accounts.ts';

/** What decides whose tax it is: all of it stands on the document, so that what takes it back finds the same account. */
export type PlacedRate = Pick<TaxRate, 'id' | 'percent' | 'jurisdiction'>;

/** The tax of one rate of a document. */
export interface PlacedTax {
  readonly rate: PlacedRate;
  readonly taxMinor: bigint;
}

/** Rates by country begin with it, and with its region where that has one of its own: `PT-20/16`. */
const PLACE_OF_RATE = /^([A-Z]{2}(?:-[A-Z0-9]{1,6})?)\//;
const REGION = /^[A-Z0-9]{1,6}$/;

/** Whom the tax of a rate is owed to: a country, or a region of it; null where the rate does not say. */
export function taxPlace({ id, jurisdiction }: PlacedRate): string | null {
  if (jurisdiction === undefined) return PLACE_OF_RATE.exec(id)?.[1] ?? null;
  const { country, region } = jurisdiction;
  return region !== null && REGION.test(region) ? `${country}-${region}` : country;
}

/** The account of a rate, such as `tax:DE:19` or `tax:US-TX:6.25`; `tax` where nobody says whose it is. */
export function taxAccount(rate: PlacedRate): LedgerAccount {
  const place = taxPlace(rate);
  return place === null ? 'tax' : `tax:${place}:${formatDecimal12(rate.percent)}`;
}

/**
 * The tax of a document by account, in the order of its rates. What the rates do not say of the sum stays on `tax`, so that
 * a document's tax is booked whole.
 */
export function taxByAccount(
  taxes: readonly PlacedTax[],
  sumMinor: bigint,
): readonly (readonly [LedgerAccount, bigint])[] {
  const [only, ...others] = taxes;
  // Most documents have one rate.
  if (only !== undefined && others.length === 0 && only.taxMinor === sumMinor)
    return [[taxAccount(only.rate), sumMinor]];
  const byAccount = new Map<LedgerAccount, bigint>();
  let restMinor = sumMinor;
  for (const { rate, taxMinor } of taxes) {
    const account = taxAccount(rate);
    byAccount.set(account, (byAccount.get(account) ?? 0n) + taxMinor);
    restMinor -= taxMinor;
  }
  if (restMinor !== 0n) byAccount.set('tax', (byAccount.get('tax') ?? 0n) + restMinor);
  return [...byAccount];
}
