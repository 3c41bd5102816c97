import { isCurrencyCode } from '../money/currency.ts';
import {
  CATEGORIES,
  COUNTRY_CODES,
  EAS_CODES,
  ICD_CODES,
  MEANS_CODES,
  TYPE_CODES,
  UNIT_CODES,
  VATEX_CODES,
} from './codes.ts';
import type { EInvoice } from './model.ts';
import { type Rule, rule } from './rule.ts';

const countries = ({ seller, buyer, deliveredTo }: EInvoice) => [
  seller.address.country,
  buyer.address.country,
  ...(deliveredTo === null ? [] : [deliveredTo.country]),
];
const schemes = ({ seller, buyer }: EInvoice) =>
  [seller.endpoint, buyer.endpoint].flatMap((one) => (one === null ? [] : [one.scheme ?? '']));

/** BR-CL: codes come from the lists that the standard names. */
export const CODE_RULES: readonly Rule[] = [
  rule('BR-CL-01', 'BT-3', 'The type is one of the list.', ({ type }) => TYPE_CODES.has(type)),
  rule('BR-CL-04', 'BT-5', 'The currency is one of ISO 4217.', ({ currency }) => isCurrencyCode(currency)),
  rule('BR-CL-11', 'BT-30', 'Schemes of registrations are those of ISO 6523.', ({ seller, buyer }) =>
    [seller.registration, buyer.registration].every((one) => !one?.scheme || ICD_CODES.has(one.scheme)),
  ),
  rule('BR-CL-14', 'BT-40', 'Countries are those of ISO 3166-1.', (i) =>
    countries(i).every((code) => code === '' || COUNTRY_CODES.has(code)),
  ),
  rule('BR-CL-16', 'BT-81', 'The means of payment is one of the list.', ({ payment }) =>
    payment === null ? true : MEANS_CODES.has(payment.means),
  ),
  rule('BR-CL-17', 'BT-118', 'Categories of the breakdown are those of the list.', ({ vat }) =>
    vat.every(({ category }) => CATEGORIES.has(category)),
  ),
  rule('BR-CL-18', 'BT-151', 'Categories of lines and of adjustments are those of the list.', (i) =>
    [...i.lines, ...i.adjustments].every(({ category }) => category === null || CATEGORIES.has(category)),
  ),
  rule('BR-CL-22', 'BT-121', 'Reasons of exemption are codes of VATEX.', ({ vat }) =>
    vat.every(({ exemptionCode }) => exemptionCode === null || VATEX_CODES.has(exemptionCode)),
  ),
  rule('BR-CL-23', 'BT-130', 'Units are those of UN/ECE Recommendation 20.', ({ lines }) =>
    lines.every(({ unit }) => UNIT_CODES.has(unit)),
  ),
  rule('BR-CL-25', 'BT-34', 'Schemes of electronic addresses are those of EAS.', (i) =>
    schemes(i).every((scheme) => EAS_CODES.has(scheme)),
  ),
];

/** A note that begins with a sign of its own names what it is about; of such notes ours have none. */
export const NOTE_RULES: readonly Rule[] = [
  rule('BR-CL-08', 'BT-21', 'A note does not look as if it had a code for its subject.', ({ note }) =>
    note === null ? true : !/^[^#]*#[^#]{3}#/.test(note),
  ),
];
