import { DECIMAL12_SCALE } from '../kernel/decimal.ts';
import { vatOf } from './figures.ts';
import type { EInvoice, EVatRow, VatCategory } from './model.ts';
import { given, type Rule, rule } from './rule.ts';
import { rowKey, taxedAmounts } from './totals.ts';

const CENT = DECIMAL12_SCALE / 100n;

/** The categories with the name that their rules have: BR-AE-01. */
const NAMES: Readonly<Record<VatCategory, string>> = {
  S: 'S',
  Z: 'Z',
  E: 'E',
  AE: 'AE',
  K: 'IC',
  G: 'G',
  O: 'O',
};

const taxedIn = (category: VatCategory, { lines, adjustments }: EInvoice) =>
  taxedAmounts(lines, adjustments).filter((one) => one.category === category);
const rowsOf = (category: VatCategory, { vat }: EInvoice) => vat.filter((row) => row.category === category);

/** Whether the rows of a category have the sums of their amounts, as BR-S-08 and its like say. */
function sumsHold(category: VatCategory, invoice: EInvoice): boolean {
  return rowsOf(category, invoice).every((row) => {
    let sum = 0n;
    for (const taxed of taxedIn(category, invoice)) if (rowKey(taxed) === rowKey(row)) sum += taxed.net;
    return sum === row.taxable;
  });
}

/**
 * Whether the tax of a row is that of its rate. Where prices include VAT, or each line is rounded, it may be a cent off
 * for each line; the published rule allows less than one unit.
 */
function taxHolds(row: EVatRow, { lines }: EInvoice): boolean {
  if (row.percent === null) return row.tax === 0n;
  const off = row.tax - vatOf(row.taxable, row.percent);
  const allowed = CENT * BigInt(Math.min(Math.max(lines.length, 1), 99));
  return (off < 0n ? -off : off) <= allowed;
}

const hasSellerId = ({ seller }: EInvoice) => given(seller.vatId) || given(seller.taxNumber);

function partiesHold(category: VatCategory, invoice: EInvoice): boolean {
  const { seller, buyer } = invoice;
  if (category === 'O') return !given(seller.vatId) && !given(buyer.vatId);
  if (category === 'AE') return hasSellerId(invoice) && (given(buyer.vatId) || buyer.registration !== null);
  if (category === 'K') return given(seller.vatId) && given(buyer.vatId);
  return category === 'G' ? given(seller.vatId) : hasSellerId(invoice);
}

function percentHolds(category: VatCategory, percent: bigint | null): boolean {
  if (category === 'O') return percent === null;
  return category === 'S' ? percent !== null && percent > 0n : percent === 0n;
}

const isAdjustedIn = (category: VatCategory, isCharge: boolean, { adjustments }: EInvoice) =>
  adjustments.some((one) => one.category === category && one.isCharge === isCharge);

/** Outside the scope of VAT there is nothing else: no amount of another category beside a row of O. */
const isAlone = (invoice: EInvoice, categories: readonly (VatCategory | null)[]) =>
  rowsOf('O', invoice).length === 0 || categories.every((category) => category === 'O');
const adjustedIn = ({ adjustments }: EInvoice, isCharge: boolean) =>
  adjustments.flatMap((one) => (one.isCharge === isCharge ? [one.category] : []));

/** The ten rules that every category has, as far as they differ from each other. */
function rulesOfCategory(category: VatCategory): readonly Rule[] {
  const id = (number: string) => `BR-${NAMES[category]}-${number}`;
  const isExempt = category !== 'S' && category !== 'Z';
  const once = category !== 'S';
  return [
    rule(id('01'), 'BG-23', `Amounts of category ${category} stand in the breakdown.`, (i) => {
      const rows = rowsOf(category, i).length;
      const used = taxedIn(category, i).length > 0;
      return used ? rows > 0 && (!once || rows === 1) : rows === 0;
    }),
    rule(id('02'), 'BT-31', `Category ${category} needs or forbids tax numbers of the parties.`, (i) =>
      taxedIn(category, i).length === 0 ? true : partiesHold(category, i),
    ),
    rule(id('03'), 'BT-31', `An allowance of category ${category} needs or forbids tax numbers.`, (i) =>
      isAdjustedIn(category, false, i) ? partiesHold(category, i) : true,
    ),
    rule(id('04'), 'BT-31', `A charge of category ${category} needs or forbids tax numbers.`, (i) =>
      isAdjustedIn(category, true, i) ? partiesHold(category, i) : true,
    ),
    rule(id('05'), 'BT-152', `The rate of a line fits category ${category}.`, ({ lines }) =>
      lines.every((line) => line.category !== category || percentHolds(category, line.percent)),
    ),
    rule(id('06'), 'BT-96', `The rate of an allowance fits category ${category}.`, ({ adjustments }) =>
      adjustments.every(
        (one) => one.isCharge || one.category !== category || percentHolds(category, one.percent),
      ),
    ),
    rule(id('07'), 'BT-103', `The rate of a charge fits category ${category}.`, ({ adjustments }) =>
      adjustments.every(
        (one) => !one.isCharge || one.category !== category || percentHolds(category, one.percent),
      ),
    ),
    rule(id('08'), 'BT-116', `The taxable amount is the sum of category ${category}.`, (i) =>
      sumsHold(category, i),
    ),
    rule(id('09'), 'BT-117', `The tax is that of category ${category}.`, (i) =>
      rowsOf(category, i).every((row) => (category === 'S' ? taxHolds(row, i) : row.tax === 0n)),
    ),
    rule(id('10'), 'BT-120', `Category ${category} needs or forbids a reason of exemption.`, (i) =>
      rowsOf(category, i).every(
        (row) => isExempt === (given(row.exemptionReason) || given(row.exemptionCode)),
      ),
    ),
  ];
}

/** The rules of the breakdown of VAT, by category. */
export const VAT_RULES: readonly Rule[] = [
  ...(['S', 'Z', 'E', 'AE', 'K', 'G', 'O'] as const).flatMap(rulesOfCategory),
  rule('BR-48', 'BT-119', 'Every row has a rate, but outside the scope of VAT.', ({ vat }) =>
    vat.every(({ category, percent }) => category === 'O' || percent !== null),
  ),
  rule('BR-CO-17', 'BT-117', 'The tax of a row is its taxable amount at its rate.', (i) =>
    i.vat.every((row) => taxHolds(row, i)),
  ),
  rule('BR-IC-11', 'BT-72', 'A supply inside the community has a day or a period of delivery.', (i) =>
    rowsOf('K', i).length === 0 ? true : i.period !== null || given(i.deliveredOn),
  ),
  rule('BR-IC-12', 'BT-80', 'A supply inside the community names the country of delivery.', (i) =>
    rowsOf('K', i).length === 0 ? true : given(i.deliveredTo?.country),
  ),
  rule('BR-O-11', 'BG-23', 'Outside the scope of VAT there is no other row.', (i) =>
    rowsOf('O', i).length === 0 ? true : i.vat.length === 1,
  ),
  rule('BR-O-12', 'BT-151', 'Outside the scope of VAT there is no line of another category.', (i) =>
    isAlone(
      i,
      i.lines.map(({ category }) => category),
    ),
  ),
  rule('BR-O-13', 'BT-95', 'Outside the scope of VAT there is no allowance of another category.', (i) =>
    isAlone(i, adjustedIn(i, false)),
  ),
  rule('BR-O-14', 'BT-102', 'Outside the scope of VAT there is no charge of another category.', (i) =>
    isAlone(i, adjustedIn(i, true)),
  ),
];
