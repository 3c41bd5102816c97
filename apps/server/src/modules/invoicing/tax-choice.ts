import { customerTax } from '@billhook/core/invoicing/customer-tax';
import { NO_TAX, type TaxChoice, type TaxRate } from '@billhook/core/invoicing/tax';
import { decimal12FromScaled, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { decideTax, type TaxDecision } from '@billhook/core/tax/decide-tax';
import { EXEMPTIONS } from '@billhook/core/tax/exemptions';
import { type NumberWorth, worthOfNumber } from '@billhook/core/tax/registry-answer';
import { parseVatNumber } from '@billhook/core/tax/vat-number';
import { dateAt } from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { TaxRules, TenantContext, TenantSettings } from '../../platform/context.ts';
import type { Customer, VatNumberRecord } from '../customers/api.ts';

type TaxedCustomer = Pick<Customer, 'country' | 'taxId' | 'taxExempt'> & Partial<Pick<Customer, 'address'>>;
type TaxedTenant = Pick<TenantContext, 'settings' | 'timeZone'>;

/**
 * The tax of a customer at a moment. A seller who set rules of tax follows `decideTax`, with the rates of that day and what
 * the registry said about the number; any other charges what it set for the customer's country.
 */
export function taxChoiceFor(
  tenant: TaxedTenant,
  customer: TaxedCustomer,
  now: Instant,
  record: VatNumberRecord | undefined,
): TaxChoice {
  const { taxBehaviour: mode, seller, taxRules } = tenant.settings;
  if (taxRules !== null) {
    const { rate } = explainTax(tenant, taxRules, customer, now, record).decision;
    return rate === null ? NO_TAX : { mode, standardRate: rate, ratesByTaxCode: {} };
  }
  const { country, taxId, taxExempt: isExempt } = customer;
  return customerTax({
    mode,
    rates: ownRates(tenant.settings),
    sellerTaxId: seller.taxId,
    customer: { country, taxId, isExempt, isTaxIdConfirmed: null },
  });
}

/** The decision with what it rests on: the form of the number, and what the registry's answer is worth. */
export type ExplainedTax = { decision: TaxDecision; number: ReadNumber; worth: NumberWorth | null };

type ReadNumber = { state: 'none' | 'malformed' | 'well_formed'; country: string | null };

/** Which tax applies to a customer at a moment, by the rules of the seller. */
export function explainTax(
  { settings, timeZone }: TaxedTenant,
  rules: TaxRules,
  customer: TaxedCustomer,
  now: Instant,
  record: VatNumberRecord | undefined,
): ExplainedTax {
  const number = readNumber(customer.taxId);
  const worth =
    number.state === 'well_formed' && record !== undefined
      ? worthOfNumber(record, { ...rules.registry }, now)
      : null;
  const decision = decideTax({
    day: dateAt(now, zoneNamed(timeZone)),
    supply: rules.supply,
    seller: { country: rules.country, registrations: rules.registrations },
    customer: {
      country: customer.country,
      postalCode: customer.address?.postal_code ?? null,
      vatNumber: worth?.state ?? number.state,
      vatNumberCountry: number.country,
      exemptReason: customer.taxExempt ? EXEMPTIONS.exempt_customer.text : null,
    },
    rules,
    ownRates: ownRates(settings),
  });
  return { decision, number, worth };
}

/** What does not begin as a VAT number is another kind of tax number, and none of these. */
function readNumber(taxId: string | null): ReadNumber {
  if (taxId === null) return { state: 'none', country: null };
  const number = parseVatNumber(taxId);
  if (number.ok) return { state: 'well_formed', country: number.value.country };
  const isOther = number.refusal.code === 'vat_number.unknown_country';
  return { state: isOther ? 'none' : 'malformed', country: null };
}

function ownRates(settings: Pick<TenantSettings, 'taxRates'>): Record<string, TaxRate> {
  return Object.fromEntries(
    Object.entries(settings.taxRates).map(([country, rate]) => [country, rateOf(country, rate)]),
  );
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
