import { customerTax } from '@billhook/core/invoicing/customer-tax';
import type { TaxChoice, TaxRate } from '@billhook/core/invoicing/tax';
import { decimal12FromScaled, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { TenantSettings } from '../../platform/context.ts';

/** The tax of a customer by the seller's rates. No registry is asked about VAT numbers, so none counts as confirmed. */
export function taxChoiceFor(
  settings: Pick<TenantSettings, 'taxRates' | 'taxBehaviour' | 'seller'>,
  customer: { country: string | null; taxId: string | null; taxExempt: boolean },
): TaxChoice {
  const { country, taxId, taxExempt: isExempt } = customer;
  return customerTax({
    mode: settings.taxBehaviour,
    rates: Object.fromEntries(
      Object.entries(settings.taxRates).map(([name, rate]) => [name, rateOf(name, rate)]),
    ),
    sellerTaxId: settings.seller.taxId,
    customer: { country, taxId, isExempt, isTaxIdConfirmed: null },
  });
}

function rateOf(country: string, { name, rate }: TenantSettings['taxRates'][string]): TaxRate {
  const fraction = parseDecimal12(rate);
  invariant(fraction.ok && fraction.value >= 0n, 'A stored tax rate is a decimal fraction.');
  return {
    id: `${country}/${rate}`,
    name,
    percent: decimal12FromScaled(fraction.value * 100n),
    category: 'S',
    country,
  };
}
