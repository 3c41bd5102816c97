import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import type { Instant } from '../../time/instant.ts';
import { billedLinesOf, decideInvoice, usageToLoad } from '../decide-invoice.ts';
import type { IssuedInvoice } from '../invoice.ts';
import type { BilledLine } from '../line.ts';
import type { UsageWindow } from '../propose-lines.ts';
import type { AheadInput } from './preview-ahead.ts';

/** More invoices than these are no preview: a subscription of a daily price has 366 a year. */
const MAX_INVOICES = 1000;

/**
 * The invoices that lie ahead as `decideInvoice` makes them, run by run, with everything on the schedule taking effect on
 * the way. Slower than `previewAhead`, for what that leaves out. Refusals are those of `decideInvoice`, and
 * `preview.too_many_invoices`.
 */
export function decideAhead(input: AheadInput): Result<readonly IssuedInvoice[]> {
  const { settings, taxChoice, until } = input;
  const invoices: IssuedInvoice[] = [];
  let { creditBalanceMinor } = input;
  let subscription: Subscription = input.subscription;
  let billed: readonly BilledLine[] = input.billed;
  for (let now: Instant | null = input.from; now !== null && now <= until; now = subscription.nextActionAt) {
    if (invoices.length >= MAX_INVOICES) {
      return refuse('preview.too_many_invoices', 'A preview ends after a thousand invoices.');
    }
    const run = { now, subscriptions: [subscription], billed, settings, hasPaymentMethod: true };
    const usage = usageToLoad(run).map((window) => usageIn(window, input));
    const decided = decideInvoice({
      ...run,
      usage,
      taxChoice,
      invoiceId: `${invoices.length + 1}`,
      customer: { id: subscription.customerId, currency: subscription.currency, creditBalanceMinor },
    });
    if (!decided.ok) return decided;
    subscription = decided.value.subscriptions[0] ?? subscription;
    const { invoice } = decided.value;
    if (invoice === null) continue;
    invoices.push(invoice);
    billed = [...billed, ...billedLinesOf(invoice)];
    creditBalanceMinor += invoice.totals.creditGrantedMinor - invoice.totals.creditAppliedMinor;
  }
  return ok(invoices);
}

function usageIn(window: UsageWindow, { usageOf }: AheadInput) {
  const { itemId, meterId, period } = window;
  return { itemId, meterId, period, quantity: usageOf(window), eventCount: 0n, digest: null };
}
