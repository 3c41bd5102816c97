import { NO_TAX, type TaxChoice } from '@billhook/core/invoicing/tax';
import { decimal12FromScaled, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { TenantSettings } from '../../platform/context.ts';

/**
 * The tax of a customer: the seller's rate for the customer's country. A customer without a country, in a country
 * without a rate, or exempt pays none.
 */
export function taxChoiceFor(
  settings: Pick<TenantSettings, 'taxRates' | 'taxBehaviour'>,
  customer: { country: string | null; taxExempt: boolean },
): TaxChoice {
  const chosen = customer.country === null ? undefined : settings.taxRates[customer.country];
  if (customer.taxExempt || customer.country === null || chosen === undefined) return NO_TAX;
  const fraction = parseDecimal12(chosen.rate);
  invariant(fraction.ok && fraction.value >= 0n, 'A stored tax rate is a decimal fraction.');
  return {
    mode: settings.taxBehaviour,
    standardRate: {
      id: `${customer.country}/${chosen.rate}`,
      name: chosen.name,
      percent: decimal12FromScaled(fraction.value * 100n),
      category: 'S',
      country: customer.country,
    },
    ratesByTaxCode: {},
  };
}
