import { hasTwoDecimals, sumOf } from './figures.ts';
import type { EInvoice } from './model.ts';
import { given, type Rule, rule } from './rule.ts';

const adjusted = ({ adjustments }: EInvoice, isCharge: boolean) =>
  sumOf(adjustments.filter((one) => one.isCharge === isCharge).map(({ amount }) => amount));

/** Amounts that have at most two decimals, each with the id of its rule. */
const DECIMALS: readonly (readonly [string, string, (invoice: EInvoice) => readonly bigint[]])[] = [
  ['BR-DEC-01', 'BT-92', (i) => i.adjustments.filter((one) => !one.isCharge).map(({ amount }) => amount)],
  ['BR-DEC-05', 'BT-99', (i) => i.adjustments.filter((one) => one.isCharge).map(({ amount }) => amount)],
  ['BR-DEC-09', 'BT-106', (i) => [i.totals.lines]],
  ['BR-DEC-10', 'BT-107', (i) => [i.totals.allowances]],
  ['BR-DEC-11', 'BT-108', (i) => [i.totals.charges]],
  ['BR-DEC-12', 'BT-109', (i) => [i.totals.withoutVat]],
  ['BR-DEC-13', 'BT-110', (i) => [i.totals.vat]],
  ['BR-DEC-14', 'BT-112', (i) => [i.totals.withVat]],
  ['BR-DEC-16', 'BT-113', (i) => [i.totals.paid]],
  ['BR-DEC-17', 'BT-114', (i) => [i.totals.rounding]],
  ['BR-DEC-18', 'BT-115', (i) => [i.totals.payable]],
  ['BR-DEC-19', 'BT-116', (i) => i.vat.map(({ taxable }) => taxable)],
  ['BR-DEC-20', 'BT-117', (i) => i.vat.map(({ tax }) => tax)],
  ['BR-DEC-23', 'BT-131', (i) => i.lines.map(({ net }) => net)],
  ['BR-DEC-24', 'BT-136', (i) => onLines(i, false)],
  ['BR-DEC-27', 'BT-141', (i) => onLines(i, true)],
];

function onLines({ lines }: EInvoice, isCharge: boolean): readonly bigint[] {
  return lines.flatMap(({ adjustments }) =>
    adjustments.filter((one) => one.isCharge === isCharge).map(({ amount }) => amount),
  );
}

/** BR-CO-10 to BR-CO-25 and BR-DEC: that the amounts of a document follow from each other. */
export const TOTAL_RULES: readonly Rule[] = [
  rule(
    'BR-CO-10',
    'BT-106',
    'The sum of lines is that of their net amounts.',
    ({ totals, lines }) => totals.lines === sumOf(lines.map(({ net }) => net)),
  ),
  rule(
    'BR-CO-11',
    'BT-107',
    'The sum of allowances is that of the allowances.',
    (i) => i.totals.allowances === adjusted(i, false),
  ),
  rule(
    'BR-CO-12',
    'BT-108',
    'The sum of charges is that of the charges.',
    (i) => i.totals.charges === adjusted(i, true),
  ),
  rule(
    'BR-CO-13',
    'BT-109',
    'The total without VAT is lines less allowances and charges on top.',
    ({ totals }) => totals.withoutVat === totals.lines - totals.allowances + totals.charges,
  ),
  rule(
    'BR-CO-14',
    'BT-110',
    'The VAT is the sum of the rows of the breakdown.',
    ({ totals, vat }) => totals.vat === sumOf(vat.map(({ tax }) => tax)),
  ),
  rule(
    'BR-CO-15',
    'BT-112',
    'The total with VAT is that without it and the VAT.',
    ({ totals }) => totals.withVat === totals.withoutVat + totals.vat,
  ),
  rule(
    'BR-CO-16',
    'BT-115',
    'The amount due is the total less what is paid, rounded.',
    ({ totals }) => totals.payable === totals.withVat - totals.paid + totals.rounding,
  ),
  rule('BR-CO-18', 'BG-23', 'There is a breakdown of VAT.', ({ vat }) => vat.length > 0),
  rule('BR-CO-25', 'BT-9', 'What is to be paid has a due day or terms.', ({ totals, dueOn, terms }) =>
    totals.payable > 0n ? given(dueOn) || given(terms) : true,
  ),
  ...DECIMALS.map(([id, term, amounts]) =>
    rule(id, term, 'The amount has at most two decimals.', (invoice) =>
      amounts(invoice).every((amount) => hasTwoDecimals(amount as Parameters<typeof hasTwoDecimals>[0])),
    ),
  ),
];
