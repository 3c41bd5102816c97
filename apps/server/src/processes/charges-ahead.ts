import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { openItems } from '@billhook/core/subscriptions/items';
import { dateAt } from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import { type Customer, creditIn } from '../modules/customers/api.ts';
import { type InvoiceDraft, upcomingInvoice, upcomingTogether } from '../modules/invoicing/api.ts';
import type { StoredSubscription } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { iso } from '../platform/sql.ts';

/** An invoice that lies ahead, and what is on it. */
type Charge = { draft: InvoiceDraft; currency: string; subscriptions: readonly StoredSubscription[] };

/**
 * The next invoice of each subscription, the earliest first. What is billed at the same moment in the same currency is one
 * invoice, as the bill run makes it, so nobody is told the sum of a part of it.
 */
export async function chargesAhead(
  ctx: QueryCtx,
  customer: Customer,
  held: readonly StoredSubscription[],
): Promise<Charge[]> {
  const alone: Charge[] = [];
  for (const subscription of held) {
    const draft = await upcomingInvoice(ctx, customer, subscription);
    if (draft !== null) alone.push({ draft, currency: subscription.currency, subscriptions: [subscription] });
  }
  const together = new Map<string, Charge[]>();
  for (const charge of alone) {
    const key = `${charge.currency} ${charge.draft.billsAt}`;
    together.set(key, [...(together.get(key) ?? []), charge]);
  }
  const groups = [...together.values()].sort(([a], [b]) => startOf(a) - startOf(b));
  const charges: Charge[] = [];
  // Credit is spent once: what the first invoice takes is not there for the second.
  const credits = new Map(customer.creditBalances);
  for (const group of groups) {
    const charge = await drawn(ctx, { ...customer, creditBalances: credits }, group);
    if (charge === null) continue;
    const left = creditIn({ creditBalances: credits }, charge.currency);
    credits.set(charge.currency, left - charge.draft.totals.creditAppliedMinor);
    charges.push(charge);
  }
  return charges;
}

const startOf = (charge: Charge | undefined): number => charge?.draft.billsAt ?? 0;

async function drawn(ctx: QueryCtx, customer: Customer, group: readonly Charge[]): Promise<Charge | null> {
  const [first] = group;
  if (first === undefined) return null;
  const subscriptions = group.flatMap((charge) => charge.subscriptions);
  const draft = await upcomingTogether(ctx, customer, subscriptions, first.draft.billsAt);
  return draft && { draft, currency: first.currency, subscriptions };
}

export function presentCharge({ draft, currency, subscriptions }: Charge) {
  const { totals } = draft;
  return {
    at: iso(draft.billsAt),
    currency,
    total: `${totals.totalMinor}`,
    credit_applied: `${totals.creditAppliedMinor}`,
    due: `${totals.dueMinor}`,
    is_estimate: subscriptions.some((one) => openItems(one).some(isMetered)),
    subscriptions: subscriptions.map(({ id }) => encodeTypeId('sub', id)),
  };
}

const isMetered = ({ price }: ReturnType<typeof openItems>[number]) => price.quantity.kind === 'meter';

/** All that is charged on the day of the next charge, in its currency: one sum, though it may be several invoices. */
export function presentNextCharge({ timeZone }: Customer, charges: readonly Charge[]) {
  const [first] = charges;
  if (first === undefined) return null;
  const zone = zoneNamed(timeZone);
  const dayOf = (at: Instant) => dateAt(at, zone);
  const sameDay = charges.filter(
    ({ currency, draft }) =>
      currency === first.currency && dayOf(draft.billsAt) === dayOf(first.draft.billsAt),
  );
  const sum = (of: (totals: InvoiceDraft['totals']) => bigint) =>
    `${sameDay.reduce((all, { draft }) => all + of(draft.totals), 0n)}`;
  return {
    ...presentCharge({ ...first, subscriptions: sameDay.flatMap(({ subscriptions }) => subscriptions) }),
    total: sum(({ totalMinor }) => totalMinor),
    credit_applied: sum(({ creditAppliedMinor }) => creditAppliedMinor),
    due: sum(({ dueMinor }) => dueMinor),
    invoices: sameDay.length,
  };
}
