import { DECIMAL12_ZERO, type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Customer, getCustomers } from '../modules/customers/api.ts';
import { burnMarked } from '../modules/entitlements/api.ts';
import { type InvoiceDraft, upcomingInvoice } from '../modules/invoicing/api.ts';
import { subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import { type CorrectionRequest, type CorrectionSummary, correct } from '../modules/usage/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { iso } from '../platform/sql.ts';
import { type BilledDifference, settleUsage } from './correct-usage.ts';

/** The next invoice of one subscription. */
type Upcoming = { customer: Customer; subscriptionId: string; currency: string; draft: InvoiceDraft };

export type CorrectionEffects = {
  summary: CorrectionSummary;
  billed: readonly BilledDifference[];
  customers: ReadonlyMap<string, Customer>;
  upcoming: readonly { before: Upcoming; after: Upcoming | null }[];
};

/**
 * Puts usage right, settles what that changes of what was billed, and says what became of every invoice: those that
 * were issued, and those that come next. Run to its end in a transaction that is taken back, it is the preview.
 */
export async function correctWithEffects(
  ctx: CommandCtx,
  request: CorrectionRequest,
): Promise<CorrectionEffects> {
  let before: Upcoming[] = [];
  let customerIds: readonly string[] = [];
  const { touched, summary } = await correct(ctx, request, async (ids) => {
    customerIds = ids;
    before = await upcomingOf(ctx, ids);
  });
  const owed = await burnMarked(ctx, customerIds);
  const billed = await settleUsage(ctx, [...touched, ...owed]);
  const after = new Map((await upcomingOf(ctx, customerIds)).map((one) => [one.subscriptionId, one]));
  const upcoming = before.map((one) => ({ before: one, after: after.get(one.subscriptionId) ?? null }));
  return { summary, billed, customers: await getCustomers(ctx, customerIds), upcoming };
}

async function upcomingOf(ctx: QueryCtx, customerIds: readonly string[]): Promise<Upcoming[]> {
  const customers = await getCustomers(ctx, customerIds);
  const found: Upcoming[] = [];
  for (const subscription of await subscriptionsOfCustomers(ctx, customerIds)) {
    const customer = customers.get(subscription.customerId);
    if (customer === undefined || subscription.nextActionAt === null) continue;
    const draft = await upcomingInvoice(ctx, customer, subscription);
    if (draft !== null)
      found.push({ customer, subscriptionId: subscription.id, currency: subscription.currency, draft });
  }
  return found;
}

/** As the wire has it; only what differs. */
export function presentEffects({ summary, billed, customers, upcoming }: CorrectionEffects) {
  return {
    ...summary,
    billed: billed.map(({ customerId, subscription, item, rated, ...difference }) => ({
      customer: encodeTypeId('cus', customerId),
      customer_name: customers.get(customerId)?.name ?? '',
      subscription: encodeTypeId('sub', subscription.id),
      price_name: item.price.name,
      period: { start: iso(rated.billingPeriod.start), end: iso(rated.billingPeriod.end) },
      currency: subscription.currency as string,
      quantity_before: formatDecimal12(rated.quantityBefore),
      quantity_after: formatDecimal12(rated.quantityAfter),
      amount_before: `${rated.grossBeforeMinor}`,
      amount_after: `${rated.grossAfterMinor}`,
      outcome: difference.outcome,
      settled: `${difference.settledMinor}`,
      deducted: `${difference.deductedMinor}`,
      invoices: difference.invoices.map(({ id, number }) => ({ id: encodeTypeId('inv', id), number })),
    })),
    upcoming: upcoming.flatMap(({ before, after }) => {
      const lines = linesOf(before.draft, after?.draft ?? null);
      if (lines.length === 0) return [];
      return [
        {
          customer: encodeTypeId('cus', before.customer.id),
          customer_name: before.customer.name,
          subscription: encodeTypeId('sub', before.subscriptionId),
          at: iso(before.draft.billsAt),
          currency: before.currency,
          total_before: `${totalOf(before.draft)}`,
          total_after: `${after === null ? 0n : totalOf(after.draft)}`,
          lines,
        },
      ];
    }),
  };
}

type Line = { description: string; quantity: Decimal12; amountMinor: bigint };

function linesOf(before: InvoiceDraft, after: InvoiceDraft | null) {
  const was = byKey(before);
  const is = byKey(after);
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const [left, right] = [was.get(key), is.get(key)];
    const [quantities, amounts] = [
      [left?.quantity ?? DECIMAL12_ZERO, right?.quantity ?? DECIMAL12_ZERO] as const,
      [left?.amountMinor ?? 0n, right?.amountMinor ?? 0n] as const,
    ];
    if (quantities[0] === quantities[1] && amounts[0] === amounts[1]) return [];
    return [
      {
        description: right?.description ?? left?.description ?? '',
        quantity_before: formatDecimal12(quantities[0]),
        quantity_after: formatDecimal12(quantities[1]),
        amount_before: `${amounts[0]}`,
        amount_after: `${amounts[1]}`,
      },
    ];
  });
}

/** A charge that a correction makes has another id in every preview, so it goes by what it says. */
function byKey(draft: InvoiceDraft | null): Map<string, Line> {
  return new Map(
    (draft?.lines ?? []).map((line) => [line.kind === 'one_off' ? line.description : line.key, line]),
  );
}

function totalOf({ totals }: InvoiceDraft): bigint {
  return totals.netMinor + totals.taxMinor;
}
