import { DEFAULT_BILLING_SETTINGS } from '@billhook/core/invoicing/settings';
import { NO_TAX } from '@billhook/core/invoicing/tax';
import type { CurrencyCode } from '@billhook/core/money/currency';
import type { Instant } from '@billhook/core/time/instant';
import type { YearAsk } from '@billhook/core/worker/answer';
import type { PublicPlan, Seller } from '@billhook/sdk/generated/types';
import { decimalOf, enginePriceOf } from './engine-price.ts';
import { usageFor } from './usage-scale.ts';

export interface Expected {
  readonly seats: number;
  /** Of every period, by key of the meter. */
  readonly usage: Readonly<Record<string, string>>;
}

/**
 * The question what a year of a plan costs from now on, before tax and without its trial, as the server's preview
 * answers it; null where the plan has prices that no quantity tells.
 */
export function yearQuestion(
  plan: PublicPlan,
  { seats, usage }: Expected,
  { now, timeZone }: Pick<Seller, 'now' | 'timeZone'>,
): YearAsk | null {
  const prices = plan.prices.map(enginePriceOf).filter((price) => price !== null);
  if (prices.length < plan.prices.length) return null;
  const { id, key, name, family, rank, currency, versionId } = plan;
  const quantities = Object.entries(usageFor(plan, usage));
  return {
    ask: 'year',
    plan: { id, key, name, family, rank },
    version: {
      id: versionId,
      planId: id,
      number: 1,
      currency: currency as CurrencyCode,
      prices,
      entitlements: [],
      trialDays: 0,
    },
    seats: BigInt(seats),
    timeZone,
    from: Date.parse(now) as Instant,
    usage: Object.fromEntries(quantities.map(([meter, quantity]) => [meter, decimalOf(quantity)])),
    settings: { ...DEFAULT_BILLING_SETTINGS, zeroInvoices: 'issue' },
    taxChoice: NO_TAX,
    creditBalanceMinor: 0n,
  };
}
