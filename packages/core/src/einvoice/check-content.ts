import { COUNTRY_CODES } from './codes.ts';
import type { EInvoice, EPeriod } from './model.ts';
import { given, type Rule, rule } from './rule.ts';

const day = (value: string) => /^\d{4}-\d{2}-\d{2}$/.test(value);
const hasDay = (period: EPeriod | null) => period === null || given(period.start) || given(period.end);
const allOf = (isCharge: boolean) => (invoice: EInvoice) =>
  invoice.adjustments.filter((one) => one.isCharge === isCharge);
const allowances = allOf(false);
const charges = allOf(true);

/** BR-1 to BR-65: what must stand on a document at all, as far as ours can hold it. */
export const CONTENT_RULES: readonly Rule[] = [
  rule('BR-01', 'BT-24', 'The document names the rules it follows.', (i) => given(i.specification)),
  rule('BR-02', 'BT-1', 'The document has a number.', (i) => given(i.number)),
  rule('BR-03', 'BT-2', 'The document has a day of issue.', (i) => day(i.issuedOn)),
  rule('BR-04', 'BT-3', 'The document has a type.', (i) => given(i.type)),
  rule('BR-05', 'BT-5', 'The document has a currency.', (i) => given(i.currency)),
  rule('BR-06', 'BT-27', 'The seller has a name.', (i) => given(i.seller.name)),
  rule('BR-07', 'BT-44', 'The buyer has a name.', (i) => given(i.buyer.name)),
  rule('BR-09', 'BT-40', 'The address of the seller has a country.', (i) => given(i.seller.address.country)),
  rule('BR-11', 'BT-55', 'The address of the buyer has a country.', (i) => given(i.buyer.address.country)),
  rule('BR-16', 'BG-25', 'There is at least one line.', (i) => i.lines.length > 0),
  rule('BR-21', 'BT-126', 'Every line has an id.', (i) => i.lines.every(({ id }) => given(id))),
  rule('BR-23', 'BT-130', 'Every quantity has a unit.', (i) => i.lines.every(({ unit }) => given(unit))),
  rule('BR-25', 'BT-153', 'Every line has a name.', (i) => i.lines.every(({ name }) => given(name))),
  rule('BR-27', 'BT-146', 'No price is negative.', (i) => i.lines.every(({ price }) => price >= 0n)),
  rule('BR-29', 'BG-14', 'The period ends no day before it begins.', ({ period }) =>
    period === null ? true : period.start <= period.end,
  ),
  rule('BR-30', 'BG-26', 'The period of a line ends no day before it begins.', (i) =>
    i.lines.every(({ period }) => period === null || period.start <= period.end),
  ),
  rule('BR-32', 'BT-95', 'Every allowance has a category of VAT.', (i) =>
    allowances(i).every(({ category }) => category !== null),
  ),
  rule('BR-33', 'BT-97', 'Every allowance has a reason.', (i) =>
    allowances(i).every(({ reason }) => given(reason)),
  ),
  rule('BR-37', 'BT-102', 'Every charge has a category of VAT.', (i) =>
    charges(i).every(({ category }) => category !== null),
  ),
  rule('BR-38', 'BT-104', 'Every charge has a reason.', (i) =>
    charges(i).every(({ reason }) => given(reason)),
  ),
  rule('BR-42', 'BT-139', 'Every allowance of a line has a reason.', (i) =>
    i.lines.every(({ adjustments }) => adjustments.every((one) => one.isCharge || given(one.reason))),
  ),
  rule('BR-44', 'BT-144', 'Every charge of a line has a reason.', (i) =>
    i.lines.every(({ adjustments }) => adjustments.every((one) => !one.isCharge || given(one.reason))),
  ),
  rule('BR-49', 'BT-81', 'Instructions to pay name the means.', ({ payment }) =>
    payment === null ? true : given(payment.means),
  ),
  rule('BR-50', 'BT-84', 'An account to pay to has a number.', ({ payment }) =>
    payment?.account ? given(payment.account.iban) : true,
  ),
  rule('BR-55', 'BT-25', 'A preceding invoice has a number.', ({ preceding }) =>
    preceding === null ? true : given(preceding.number),
  ),
  rule('BR-57', 'BT-80', 'An address of delivery has a country.', ({ deliveredTo }) =>
    deliveredTo === null ? true : given(deliveredTo.country),
  ),
  rule('BR-61', 'BT-84', 'A credit transfer names the account.', ({ payment }) =>
    payment !== null && ['30', '58'].includes(payment.means) ? given(payment.account?.iban) : true,
  ),
  rule('BR-62', 'BT-34', 'The electronic address of the seller has a scheme.', ({ seller }) =>
    seller.endpoint === null ? true : given(seller.endpoint.scheme),
  ),
  rule('BR-63', 'BT-49', 'The electronic address of the buyer has a scheme.', ({ buyer }) =>
    buyer.endpoint === null ? true : given(buyer.endpoint.scheme),
  ),
  rule('BR-CO-04', 'BT-151', 'Every line has a category of VAT.', (i) =>
    i.lines.every(({ category }) => given(category)),
  ),
  rule('BR-CO-19', 'BT-73', 'A period has a first or a last day.', ({ period }) => hasDay(period)),
  rule('BR-CO-20', 'BT-134', 'The period of a line has a first or a last day.', (i) =>
    i.lines.every(({ period }) => hasDay(period)),
  ),
  rule('BR-CO-21', 'BT-97', 'Every allowance says why.', (i) =>
    allowances(i).every(({ reason }) => given(reason)),
  ),
  rule('BR-CO-22', 'BT-104', 'Every charge says why.', (i) =>
    charges(i).every(({ reason }) => given(reason)),
  ),
  rule('BR-CO-23', 'BT-139', 'Every allowance of a line says why.', (i) =>
    i.lines.every(({ adjustments }) => adjustments.every((one) => one.isCharge || given(one.reason))),
  ),
  rule('BR-CO-24', 'BT-144', 'Every charge of a line says why.', (i) =>
    i.lines.every(({ adjustments }) => adjustments.every((one) => !one.isCharge || given(one.reason))),
  ),
  rule('BR-CO-09', 'BT-31', 'A VAT number begins with the code of its country.', ({ seller, buyer }) =>
    [seller.vatId, buyer.vatId].every(
      (id) => id === null || id.startsWith('EL') || COUNTRY_CODES.has(id.slice(0, 2)),
    ),
  ),
  rule('BR-CO-26', 'BT-31', 'The seller is identified by an id, a registration or a VAT number.', (i) =>
    [i.seller.id, i.seller.registration?.value, i.seller.vatId].some(given),
  ),
];
