import { DECIMAL12_ZERO } from '../kernel/decimal.ts';
import { certificateRate } from '../tax/certificate-rate.ts';
import { certificateOn, type TaxCertificate } from '../tax/certificates.ts';
import type { CalendarDate } from '../time/calendar-date.ts';
import {
  chooseTax,
  DEFAULT_TAX_CHOICE_POLICY,
  isMemberState,
  type TaxChoicePolicy,
  type VatNumberState,
} from './choose-tax.ts';
import { NO_TAX, type TaxChoice, type TaxMode, type TaxRate } from './tax.ts';

/** What the tax of one customer rests on. */
export interface CustomerTaxInput {
  readonly mode: TaxMode;
  /** The rates that the seller charges, by the customer's country (ISO 3166-1). */
  readonly rates: Readonly<Record<string, TaxRate>>;
  /** The seller's number for tax; a VAT number of a member state says where the seller is. */
  readonly sellerTaxId: string | null;
  readonly customer: {
    readonly country: string | null;
    readonly taxId: string | null;
    /** Whether the registry knows the number; null where it was not asked. */
    readonly isTaxIdConfirmed: boolean | null;
    readonly isExempt: boolean;
    /** ISO 3166-2 without the country; left out where it is not known. */
    readonly region?: string | null;
    /** Papers that staff accepted. */
    readonly certificates?: readonly TaxCertificate[];
  };
  /** The day of the tax point: certificates of that day hold. Left out where there are none. */
  readonly day?: CalendarDate;
  readonly policy?: TaxChoicePolicy;
}

/**
 * The tax of a customer. A seller in a member state of the European Union taxes by the rules of the place (`chooseTax`),
 * with the rates it has set; everywhere else, and for all other sellers, what is set for the customer's country is
 * charged. A customer without a country, in a country without a rate, or exempt pays none.
 */
export function customerTax(input: CustomerTaxInput): TaxChoice {
  return explainCustomerTax(input).choice;
}

/** As `customerTax`, with the certificate by which nothing is charged. */
export function explainCustomerTax(input: CustomerTaxInput): {
  readonly choice: TaxChoice;
  readonly certificate: TaxCertificate | null;
} {
  const { mode, rates, customer, policy = DEFAULT_TAX_CHOICE_POLICY } = input;
  const plain = (choice: TaxChoice) => ({ choice, certificate: null });
  if (customer.isExempt) return plain(NO_TAX);
  const chosen = chooseTax(
    {
      sellerCountry: countryOfVatNumber(input.sellerTaxId),
      customerCountry: customer.country,
      vatNumber: vatNumberState(customer),
    },
    policy,
  );
  if (chosen.kind === 'reverse_charge')
    return plain({ mode, standardRate: REVERSE_CHARGE, ratesByTaxCode: {} });
  const country = chosen.kind === 'standard' ? chosen.country : customer.country;
  const rate = country === null ? undefined : rates[country];
  if (country === null || rate === undefined) return plain(NO_TAX);
  const { certificates = [], region = null } = customer;
  const certificate =
    input.day === undefined ? null : certificateOn(certificates, { country, region }, input.day);
  const standardRate = certificate === null ? rate : certificateRate(certificate);
  return { choice: { mode, standardRate, ratesByTaxCode: {} }, certificate };
}

/** The customer accounts for the tax: a row of its own over zero (EN 16931, category AE). */
const REVERSE_CHARGE: TaxRate = {
  id: 'reverse_charge',
  name: 'Reverse charge',
  percent: DECIMAL12_ZERO,
  category: 'AE',
  country: null,
};

const VAT_NUMBER = /^([A-Z]{2})[0-9A-Z+*]{2,12}$/;

/** The member state of a VAT number that is well formed; null for any other. Greek ones begin with EL. */
export function countryOfVatNumber(taxId: string | null): string | null {
  if (taxId === null) return null;
  const prefix = VAT_NUMBER.exec(taxId.replace(/[\s.-]/g, '').toUpperCase())?.[1];
  if (prefix === undefined) return null;
  const country = prefix === 'EL' ? 'GR' : prefix;
  return prefix !== 'GR' && isMemberState(country) ? country : null;
}

/** `none` also where what was given is no VAT number of a member state. */
function vatNumberState({ taxId, isTaxIdConfirmed }: CustomerTaxInput['customer']): VatNumberState {
  if (countryOfVatNumber(taxId) === null) return 'none';
  if (isTaxIdConfirmed === null) return 'well_formed';
  return isTaxIdConfirmed ? 'confirmed' : 'refused';
}
