import { explainCustomerTax } from '@billhook/core/invoicing/customer-tax';
import { NO_TAX, type TaxChoice, type TaxRate } from '@billhook/core/invoicing/tax';
import { decimal12FromScaled, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { certificateOn, type TaxCertificate } from '@billhook/core/tax/certificates';
import { decideTax, needsEvidence, type TaxCase, type TaxDecision } from '@billhook/core/tax/decide-tax';
import { EXEMPTIONS } from '@billhook/core/tax/exemptions';
import { assessEvidence, type EvidenceFinding } from '@billhook/core/tax/location-evidence';
import { type NumberWorth, worthOfNumber } from '@billhook/core/tax/registry-answer';
import { parseVatNumber } from '@billhook/core/tax/vat-number';
import { dateAt } from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { TaxRules, TenantContext, TenantSettings } from '../../platform/context.ts';
import type { Customer } from '../customers/api.ts';
import { NO_TAX_FACTS, type TaxFacts } from './tax-facts.ts';

export type TaxedCustomer = Pick<Customer, 'country' | 'taxId' | 'taxExempt'> &
  Partial<Pick<Customer, 'address'>>;
type TaxedTenant = Pick<TenantContext, 'settings' | 'timeZone'>;

/**
 * The tax of a customer at a moment. A seller who set rules of tax follows `decideTax`, with the rates of that day and what
 * the registry said about the number; any other charges what it set for the customer's country.
 */
export function taxChoiceFor(
  tenant: TaxedTenant,
  customer: TaxedCustomer,
  now: Instant,
  facts: TaxFacts = NO_TAX_FACTS,
): TaxChoice {
  const { taxBehaviour: mode, taxRules } = tenant.settings;
  if (taxRules === null) return explainOwnRates(tenant, customer, now, facts).choice;
  const { rate, country } = explainTax(tenant, taxRules, customer, now, facts).decision;
  if (rate === null) return NO_TAX;
  return { mode, standardRate: rate, ratesByTaxCode: lineRates(taxRules, country) };
}

/** The certificate by which a customer would be charged nothing at a moment; null where none decides. */
export function certificateFor(
  tenant: TaxedTenant,
  customer: TaxedCustomer,
  now: Instant,
  facts: TaxFacts,
): TaxCertificate | null {
  const { taxRules } = tenant.settings;
  if (facts.certificates.length === 0) return null;
  if (taxRules === null) return explainOwnRates(tenant, customer, now, facts).certificate;
  return explainTax(tenant, taxRules, customer, now, facts).decision.certificate ?? null;
}

/** The certificate that a provider of taxes is told of: it knows what would be due, so only the place and the day count. */
export function certificateAtProvider(
  { timeZone }: Pick<TaxedTenant, 'timeZone'>,
  { country, address }: TaxedCustomer,
  now: Instant,
  { certificates }: TaxFacts,
): TaxCertificate | null {
  if (country === null) return null;
  const place = { country, region: address?.region ?? null };
  return certificateOn(certificates, place, dateAt(now, zoneNamed(timeZone)));
}

/** What a seller without rules charges: the rate that it set for the customer's country. */
function explainOwnRates(
  { settings, timeZone }: TaxedTenant,
  { country, taxId, taxExempt: isExempt, address }: TaxedCustomer,
  now: Instant,
  { certificates }: TaxFacts,
) {
  const region = address?.region ?? null;
  return explainCustomerTax({
    mode: settings.taxBehaviour,
    rates: ownRates(settings),
    sellerTaxId: settings.seller.taxId,
    customer: { country, taxId, isExempt, isTaxIdConfirmed: null, region, certificates },
    day: dateAt(now, zoneNamed(timeZone)),
  });
}

/** The decision with what it rests on: the form of the number, what the registry's answer is worth, the evidence. */
export type ExplainedTax = {
  decision: TaxDecision;
  number: ReadNumber;
  worth: NumberWorth | null;
  /** Null where nothing needs to be proved. */
  evidence: EvidenceFinding | null;
  /** Whether an invoice waits, because the tax hangs on an answer that the registry has not given. */
  isHeld: boolean;
};

type ReadNumber = { state: 'none' | 'malformed' | 'well_formed'; country: string | null };

/** Which tax applies to a customer at a moment, by the rules of the seller. */
export function explainTax(
  { settings, timeZone }: TaxedTenant,
  rules: TaxRules,
  customer: TaxedCustomer,
  now: Instant,
  { record, kept, certificates }: TaxFacts,
): ExplainedTax {
  const number = readNumber(customer.taxId);
  const worth =
    number.state === 'well_formed' && record !== undefined
      ? worthOfNumber(record, { ...rules.registry }, now)
      : null;
  const given: TaxCase = {
    day: dateAt(now, zoneNamed(timeZone)),
    supply: rules.supply,
    seller: { country: rules.country, registrations: rules.registrations },
    customer: {
      country: customer.country,
      postalCode: customer.address?.postal_code ?? null,
      vatNumber: worth?.state ?? number.state,
      vatNumberCountry: number.country,
      exemptReason: customer.taxExempt ? EXEMPTIONS.exempt_customer.text : null,
      region: customer.address?.region ?? null,
      certificates,
    },
    rules,
    ownRates: ownRates(settings),
  };
  const decision = decideTax(given);
  const isAsked = rules.evidence !== 'none' && needsEvidence(decision, rules.supply);
  const evidence = isAsked
    ? assessEvidence([...addressOf(customer), ...kept], { needed: rules.evidence === 'one' ? 1 : 2 })
    : null;
  return { decision, number, worth, evidence, isHeld: worth?.hold === true && isDecisive(given, decision) };
}

/** Whether the tax would be another one if the number were confirmed. */
function isDecisive(given: TaxCase, decision: TaxDecision): boolean {
  const confirmed = decideTax({ ...given, customer: { ...given.customer, vatNumber: 'confirmed' } });
  return confirmed.ground !== decision.ground;
}

/** The address that the customer gave is a piece like any other. */
export function addressOf({ country }: Pick<Customer, 'country'>) {
  return country === null ? [] : [{ kind: 'billing_address' as const, country }];
}

/** Where the tax of a country is charged, lines of some tax codes have other rates than the standard one. */
function lineRates({ lineRates: all }: TaxRules, country: string | null): TaxChoice['ratesByTaxCode'] {
  return Object.fromEntries(
    all
      .filter((one) => one.country === country)
      .map(({ taxCode, rate }) => [taxCode, rateOf(country, { name: 'VAT', rate })]),
  );
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

function rateOf(country: string | null, { name, rate }: TenantSettings['taxRates'][string]): TaxRate {
  const fraction = parseDecimal12(rate);
  invariant(fraction.ok && fraction.value >= 0n, 'A stored tax rate is a decimal fraction.');
  return {
    id: `${country}/${rate}`,
    name,
    percent: decimal12FromScaled(fraction.value * 100n),
    category: fraction.value === 0n ? 'Z' : 'S',
    country,
  };
}
