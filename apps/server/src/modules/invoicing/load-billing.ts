import { type BillingInput, usageToLoad } from '@billhook/core/invoicing/decide-invoice';
import type { BilledLine, UsageQuantity } from '@billhook/core/invoicing/line';
import { measureBasis } from '@billhook/core/invoicing/measure-basis';
import type { UsageWindow } from '@billhook/core/invoicing/propose-lines';
import type { BillingSettings } from '@billhook/core/invoicing/settings';
import type { UsageCorrection } from '@billhook/core/invoicing/usage-correction';
import { invariant } from '@billhook/core/kernel/invariant';
import { currencyCode } from '@billhook/core/money/currency';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { listMeters } from '../catalog/api.ts';
import { type Customer, creditIn } from '../customers/api.ts';
import { quantitiesForPeriods, usageDetails } from '../usage/api.ts';
import { billingSettings } from './billing-settings.ts';
import { usageCorrections } from './queries/usage-corrections.ts';
import * as repo from './repo.ts';
import { taxChoiceFor } from './tax-choice.ts';
import { taxFactsOf } from './tax-facts.ts';

/** A customer with the subscriptions that are to be billed together: all in one currency, which is the invoice's. */
export type ToBill = {
  customer: Customer;
  subscriptions: readonly Subscription[];
  /** Whether there is a way to collect; left out by a preview, which supposes one. */
  hasPaymentMethod?: boolean;
  /** Lines that a preview supposes to be billed beside those that are. */
  supposed?: readonly BilledLine[];
};

/**
 * Loads set-wise what deciding needs: lines billed before and the usage of every period that is due. One input for
 * each customer, in the order given.
 *
 * @param now the instant up to which is billed; later than the present for a preview of what comes
 */
export async function loadBilling(
  ctx: QueryCtx,
  toBill: readonly ToBill[],
  now: Instant,
  newInvoiceId: () => string,
): Promise<BillingInput[]> {
  const settingsOf = ({ customer }: ToBill) => billingSettings(ctx.tenant.settings, customer);
  const subscriptionIds = toBill.flatMap(({ subscriptions }) => subscriptions.map(({ id }) => id));
  const billed = Map.groupBy(await repo.billedLines(ctx, subscriptionIds), (line) => line.subscriptionId);
  const billedOf = ({ subscriptions, supposed = [] }: ToBill) => [
    ...subscriptions.flatMap(({ id }) => billed.get(id) ?? []),
    ...supposed,
  ];
  const corrections = await loadCorrections(ctx, toBill);
  const usage = await loadUsage(ctx, toBill, now, settingsOf, billedOf);
  const factsOf = await taxFactsOf(
    ctx,
    toBill.map(({ customer }) => customer),
  );
  return toBill.map((entry, index) => ({
    now,
    invoiceId: newInvoiceId(),
    customer: accountOf(entry),
    subscriptions: entry.subscriptions,
    billed: billedOf(entry),
    usage: usage[index] ?? [],
    corrections: entry.subscriptions.flatMap(({ id }) => corrections.get(id) ?? []),
    taxChoice: taxChoiceFor(ctx.tenant, entry.customer, now, factsOf(entry.customer.id)),
    settings: settingsOf(entry),
    hasPaymentMethod: entry.hasPaymentMethod ?? true,
  }));
}

/** Whom an invoice is made out to, in its currency, with the credit in that currency alone. */
function accountOf({ customer, subscriptions }: ToBill): BillingInput['customer'] {
  const currency = subscriptions[0]?.currency ?? currencyCode(customer.currency);
  return { id: customer.id, currency, creditBalanceMinor: creditIn(customer, currency) };
}

/** By subscription, of those that a commitment belongs to. */
async function loadCorrections(ctx: QueryCtx, toBill: readonly ToBill[]) {
  const committed = toBill.flatMap(({ subscriptions }) =>
    subscriptions.filter(({ items }) => items.some(({ price }) => price.model.kind === 'commitment')),
  );
  if (committed.length === 0) return new Map<string, UsageCorrection[]>();
  const ids = committed.map(({ id }) => id);
  return Map.groupBy(await usageCorrections(ctx, ids), ({ subscriptionId }) => subscriptionId);
}

async function loadUsage(
  ctx: QueryCtx,
  toBill: readonly ToBill[],
  now: Instant,
  settingsOf: (entry: ToBill) => BillingSettings,
  billedOf: (entry: ToBill) => readonly BilledLine[],
): Promise<UsageQuantity[][]> {
  const wanted = toBill.flatMap((entry, owner) =>
    usageToLoad({
      now,
      subscriptions: entry.subscriptions,
      billed: billedOf(entry),
      settings: settingsOf(entry),
      hasPaymentMethod: entry.hasPaymentMethod ?? true,
    }).map((window) => ({
      owner,
      window,
      customerId: entry.customer.id,
    })),
  );
  const found = await loadWindows(ctx, wanted);
  const usage: UsageQuantity[][] = toBill.map(() => []);
  for (const [index, { owner }] of wanted.entries()) usage[owner]?.push(found[index] as UsageQuantity);
  return usage;
}

/** The usage of these windows, in their order. */
export async function loadWindows(
  ctx: QueryCtx,
  wanted: readonly { customerId: string; window: UsageWindow }[],
): Promise<UsageQuantity[]> {
  if (wanted.length === 0) return [];
  const meters = new Map((await listMeters(ctx)).map((meter) => [meter.id, meter]));
  const requests = wanted.map(({ customerId, window: { meterId, period, needs } }) => {
    const meter = meters.get(meterId);
    invariant(meter !== undefined, 'The meter of a price is never taken away.');
    return { customerId, meter, needs, ...period };
  });
  const found = await quantitiesForPeriods(ctx, requests);
  const details = await usageDetails(ctx, requests);
  return wanted.map(({ window }, index) => {
    const measured = found[index];
    const meter = requests[index]?.meter;
    if (measured === undefined || meter === undefined)
      throw new Error('a quantity was asked for and not answered');
    return {
      itemId: window.itemId,
      meterId: window.meterId,
      period: window.period,
      quantity: measured.quantity,
      eventCount: measured.eventCount,
      digest: measured.digest,
      ...measureBasis(meter, measured.measured),
      reading: details[index] ?? {},
    };
  });
}
