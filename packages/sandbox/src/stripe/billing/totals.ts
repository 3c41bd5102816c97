import type {
  CouponRecord,
  InvoiceLine,
  InvoiceRecord,
  LineDiscount,
  LineTax,
} from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { decimal, divideRounded, ONE, splitByWeight } from './decimal.ts';

/** The sums of an invoice in minor units. */
export interface Totals {
  readonly subtotal: number;
  readonly discount: number;
  /** Taxes on top of the lines. */
  readonly exclusive: number;
  /** Taxes that the lines contain. */
  readonly inclusive: number;
  readonly total: number;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((left, right) => left + right, 0);
}

/** The sums over the lines of an invoice. */
export function totalsOf(lines: readonly InvoiceLine[]): Totals {
  const subtotal = sum(lines.map((line) => line.amount));
  const discount = sum(lines.flatMap((line) => line.discounts.map(({ amount }) => amount)));
  const taxes = lines.flatMap((line) => line.taxes);
  const exclusive = sum(taxes.filter((tax) => !tax.inclusive).map(({ amount }) => amount));
  const inclusive = sum(taxes.filter((tax) => tax.inclusive).map(({ amount }) => amount));
  return { subtotal, discount, exclusive, inclusive, total: subtotal - discount + exclusive };
}

/** What an invoice asks for after the customer's balance, and the balance after it. */
export function dueOf(total: number, balance: number): { readonly due: number; readonly after: number } {
  const sum = total + balance;
  return sum > 0 ? { due: sum, after: 0 } : { due: 0, after: sum };
}

/** What an invoice asks for in all, less what credit notes took off before it was paid. */
export function amountDue(invoice: InvoiceRecord): number {
  const { due } = dueOf(totalsOf(invoice.lines).total, invoice.startingBalance);
  return Math.max(0, due - invoice.creditedBefore);
}

/** What is still to be paid of an invoice. */
export function amountRemaining(invoice: InvoiceRecord): number {
  return Math.max(0, amountDue(invoice) - invoice.amountPaid);
}

/** Lines with the discounts and taxes that hold for them. The rates of a line stand before those of the invoice. */
export function withDiscountsAndTaxes(
  draft: Draft,
  lines: readonly InvoiceLine[],
  discounts: readonly string[],
  taxRates: readonly string[],
): InvoiceLine[] {
  const redeemed = discounts.flatMap((id) => {
    const coupon = draft.get('coupon', draft.get('discount', id)?.coupon ?? '');
    return coupon === undefined ? [] : { id, coupon };
  });
  return withCouponsAndTaxes(draft, lines, redeemed, taxRates);
}

/** The same for coupons that are to be redeemed later; `id` names each discount. */
export function withCouponsAndTaxes(
  draft: Draft,
  lines: readonly InvoiceLine[],
  coupons: readonly { readonly id: string; readonly coupon: CouponRecord }[],
  taxRates: readonly string[],
): InvoiceLine[] {
  let priced: InvoiceLine[] = lines.map((line) => ({ ...line, discounts: [] }));
  for (const { id, coupon } of coupons) priced = applyCoupon(priced, id, coupon);
  return priced.map((line) => ({
    ...line,
    taxes: taxesOf(draft, line, line.taxRates.length > 0 ? line.taxRates : taxRates),
  }));
}

function netOf(line: InvoiceLine): number {
  return line.amount - sum(line.discounts.map(({ amount }) => amount));
}

function applyCoupon(lines: readonly InvoiceLine[], discount: string, coupon: CouponRecord): InvoiceLine[] {
  const counts = (line: InvoiceLine) =>
    line.discountable &&
    netOf(line) > 0 &&
    (coupon.products.length === 0 || (line.product !== null && coupon.products.includes(line.product)));
  const weights = lines.map((line) => (counts(line) ? netOf(line) : 0));
  const base = sum(weights);
  const off =
    coupon.percentOff === null
      ? Math.min(base, coupon.amountOff ?? 0)
      : Number(divideRounded(BigInt(base) * decimal(coupon.percentOff), 100n * ONE));
  const parts = splitByWeight(off, weights);
  return lines.map((line, index) => {
    const amount = parts[index] ?? 0;
    const added: LineDiscount[] = amount === 0 && !counts(line) ? [] : [{ discount, amount }];
    return { ...line, discounts: [...line.discounts, ...added] };
  });
}

/** Taxes of one line, each rounded once, halves away from zero. */
function taxesOf(draft: Draft, line: InvoiceLine, rates: readonly string[]): LineTax[] {
  const known = rates.flatMap((id) => draft.get('tax_rate', id) ?? []);
  const net = BigInt(netOf(line));
  const inside = known.filter((rate) => rate.inclusive);
  const insideShare = inside.reduce((all, rate) => all + decimal(rate.percentage), 0n);
  const bare = divideRounded(net * 100n * ONE, 100n * ONE + insideShare);
  const insideParts = splitByWeight(
    Number(net - bare),
    inside.map((rate) => Number(decimal(rate.percentage) / 1_000_000n)),
  );
  return known.map((rate) => {
    const amount = rate.inclusive
      ? (insideParts[inside.indexOf(rate)] ?? 0)
      : Number(divideRounded(bare * decimal(rate.percentage), 100n * ONE));
    return { taxRate: rate.id, amount, taxable: Number(bare), inclusive: rate.inclusive };
  });
}
