import { isAddressScheme } from '@billhook/core/einvoice/codes';
import type { Consolidation } from '@billhook/core/invoicing/consolidation';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { isCurrencyCode } from '@billhook/core/money/currency';
import { isKnownZone } from '@billhook/core/time/zone';
import { type FieldFault, refuse } from '../../platform/refuse.ts';
import { isCountryCode } from './countries.ts';
import type { readEInvoice } from './e-invoice.ts';
import type { Address } from './types.ts';

/** What a seller writes of a customer. Only the name is needed to create one. */
export type CustomerInput = {
  name?: string | undefined;
  external_id?: string | null | undefined;
  email?: string | null | undefined;
  currency?: string | undefined;
  time_zone?: string | undefined;
  country?: string | null | undefined;
  address?: Address | undefined;
  tax_id?: string | null | undefined;
  tax_exempt?: boolean | undefined;
  e_invoice?: Parameters<typeof readEInvoice>[0] | undefined;
  payment_terms_days?: number | null | undefined;
  invoice_consolidation?: Consolidation | null | undefined;
  pays_by_transfer?: boolean | undefined;
  locale?: string | undefined;
  metadata?: Record<string, string> | undefined;
};

/** Whether a BCP 47 tag is well formed and names a language that dates and amounts can be written in. */
function isKnownLocale(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf([tag]).length > 0;
  } catch {
    return false;
  }
}

/** Checks what a schema cannot: that currency, zone, country and locale exist. Every fault at once, as `request.invalid`. */
export function checkCustomerInput(input: CustomerInput): void {
  const faults: FieldFault[] = [];
  if (input.currency !== undefined && !isCurrencyCode(input.currency)) {
    faults.push({
      pointer: '/currency',
      code: 'currency.unknown',
      detail: 'A currency is an active ISO 4217 code in capital letters, such as EUR.',
    });
  }
  if (input.time_zone !== undefined && !isKnownZone(input.time_zone)) {
    faults.push({
      pointer: '/time_zone',
      code: 'zone.unknown',
      detail: 'A time zone is an IANA name such as Europe/Berlin.',
    });
  }
  if (input.country && !isCountryCode(input.country)) {
    faults.push({
      pointer: '/country',
      code: 'country.unknown',
      detail: 'A country is an ISO 3166-1 code of two capital letters, such as DE.',
    });
  }
  if (input.locale !== undefined && !isKnownLocale(input.locale)) {
    faults.push({
      pointer: '/locale',
      code: 'locale.unknown',
      detail: 'A locale is a language that is spoken, with a region if one likes, such as de or pt-BR.',
    });
  }
  if (input.name !== undefined && input.name.trim() === '') {
    faults.push({ pointer: '/name', code: 'text.blank', detail: 'A name is more than white space.' });
  }
  if (input.e_invoice?.endpoint && !isAddressScheme(input.e_invoice.endpoint.scheme)) {
    faults.push({
      pointer: '/e_invoice/endpoint/scheme',
      code: 'scheme.unknown',
      detail: 'The scheme of an electronic address is a code of the list EAS, such as 0204 or 9930.',
    });
  }
  // Else the same text could name two customers.
  if (input.external_id && decodeTypeId('cus', input.external_id).ok) {
    faults.push({
      pointer: '/external_id',
      code: 'external_id.reserved',
      detail: 'An external id must not look like an id of ours.',
    });
  }
  if (faults.length > 0) refuse('request.invalid', 'The customer has faults.', { faults });
}
