import { type ComparedLine, type ComparedPair, compareLines } from '@billhook/core/invoicing/compare-lines';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { parseRational } from '@billhook/core/money/rational';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import { listMeters, type StoredMeter } from '../../catalog/api.ts';
import { decimalOf } from '../repo.ts';
import type { StoredExplanation } from '../stored-explanation.ts';
import { findInvoice, linesOf, type StoredInvoice, type StoredLine } from './read.ts';

type Line = ComparedLine & { stored: StoredLine };

/**
 * Two invoices of a customer, line by line, with why each differs: the changes add up to that of the total.
 * Refusals: `invoice.not_found`, `invoice.not_comparable`.
 */
export async function compareInvoices(ctx: QueryCtx, invoice: StoredInvoice, againstId: string) {
  const other = await findInvoice(ctx, againstId);
  if (other === undefined || other.customerId !== invoice.customerId)
    return refuse('invoice.not_found', 'There is no such invoice of this customer to compare with.');
  if (other.currency !== invoice.currency)
    return refuse('invoice.not_comparable', 'One of them is in another currency.');
  if (invoice.authority === 'stripe' || other.authority === 'stripe')
    return refuse('invoice.not_comparable', 'Stripe computed it and says no more than its lines.');
  const stored = await linesOf(ctx, [invoice.id, other.id]);
  const meters = new Map((await listMeters(ctx)).map((meter) => [meter.id, meter]));
  const linesOn = ({ id }: StoredInvoice) =>
    stored.filter(({ invoiceId }) => invoiceId === id).map(comparedLine);
  const pairs = compareLines(linesOn(invoice), linesOn(other));
  const change = invoice.totalMinor - other.totalMinor;
  const ofLines = pairs.reduce((sum, { causes }) => sum + causes.changeMinor, 0n);
  return {
    object: 'invoice_comparison' as const,
    customer: encodeTypeId('cus', invoice.customerId),
    invoice: encodeTypeId('inv', invoice.id),
    number: invoice.number,
    issued_at: iso(invoice.issuedAt),
    against: encodeTypeId('inv', other.id),
    against_number: other.number,
    against_issued_at: iso(other.issuedAt),
    currency: invoice.currency,
    before: `${other.totalMinor}`,
    after: `${invoice.totalMinor}`,
    change: `${change}`,
    lines: pairs.map((pair) => presentPair(pair, meters)),
    other: `${change - ofLines}`,
  };
}

function comparedLine(stored: StoredLine): Line {
  const { kind, itemId, quantity, subscriptionId, grossMinor, amountMinor, netMinor, taxMinor } = stored;
  const { price_key: priceKey, plan_version_id: planVersionId, fraction } = explanationOf(stored);
  const share = parseRational(fraction);
  invariant(share.ok && kind !== 'mirrored', 'What we issued has shares that can be read.');
  return {
    stored,
    kind,
    // A charge that is made once has no item: it is the same thing only as itself.
    itemId: itemId ?? stored.key,
    subscriptionId,
    quantity: decimalOf(quantity),
    grossMinor,
    amountMinor,
    netMinor,
    taxMinor,
    explanation: { priceKey, planVersionId, fraction: share.value },
  };
}

const explanationOf = ({ explanation }: StoredLine) => explanation as unknown as StoredExplanation;

function presentPair(
  { before, after, causes }: ComparedPair<Line>,
  meters: ReadonlyMap<string, StoredMeter>,
) {
  return {
    before: presentSide(before, meters),
    after: presentSide(after, meters),
    change: `${causes.changeMinor}`,
    causes: {
      quantity: `${causes.quantityMinor}`,
      share: `${causes.shareMinor}`,
      price: `${causes.priceMinor}`,
      discount: `${causes.discountMinor}`,
      tax: `${causes.taxMinor}`,
    },
  };
}

function presentSide(lines: readonly Line[], meters: ReadonlyMap<string, StoredMeter>) {
  const [first] = lines;
  if (first === undefined) return null;
  const { stored, kind } = first;
  const starts = lines.map((line) => line.stored.periodStart);
  const ends = lines.map((line) => line.stored.periodEnd);
  // Usage that was billed in parts adds up; seats of two parts of a period are those of the later one.
  const quantity =
    kind === 'usage'
      ? lines.reduce((sum, line) => sum + line.quantity, 0n)
      : ((lines.at(-1) ?? first).quantity as bigint);
  const meter = meters.get(stored.meterId ?? '');
  return {
    lines: lines.map((line) => encodeTypeId('il', line.stored.id)),
    description: stored.description,
    quantity: formatDecimal12(quantity as Line['quantity']),
    unit: stored.unit,
    start: iso(starts.reduce((one, two) => (one < two ? one : two))),
    end: iso(ends.reduce((one, two) => (one > two ? one : two))),
    time_zone: explanationOf(stored).time_zone,
    amount: `${lines.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, 0n)}`,
    meter: meter === undefined ? null : { key: meter.key, name: meter.name },
  };
}
