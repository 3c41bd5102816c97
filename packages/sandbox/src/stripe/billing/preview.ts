import type { InvoiceRecord, SubscriptionRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { type Change, planChange, prorationsFor } from './change.ts';
import { newInvoice, pendingItems } from './invoices.ts';
import { advanceLines, lineOfItem, usageLines } from './lines.ts';
import { invoiceBasis, nextPeriod } from './subscribe.ts';

/** Shows an invoice without writing anything: an id that cannot be asked for, a draft that never becomes final. */
function shown(invoice: InvoiceRecord, id: string): InvoiceRecord {
  return { ...invoice, id, autoAdvance: false, finalizesAt: null };
}

/** The invoice that the end of the running period will bring. `prorations` would be added by a change. */
function upcoming(
  draft: Draft,
  subscription: SubscriptionRecord,
  prorations: Parameters<typeof lineOfItem>[1][],
  ends: boolean,
): InvoiceRecord {
  const period = { start: subscription.periodStart, end: subscription.periodEnd };
  const next = nextPeriod(draft, subscription);
  const used = subscription.status === 'trialing' ? [] : usageLines(draft, subscription, period);
  const waiting = pendingItems(draft, subscription.customer, subscription.currency, subscription.id);
  return newInvoice(draft, {
    ...invoiceBasis(draft, subscription),
    billingReason: 'upcoming',
    created: subscription.periodEnd,
    periodStart: period.start,
    periodEnd: period.end,
    lines: [
      ...[...waiting, ...prorations].map((item) => lineOfItem(draft, item)),
      ...used,
      ...(ends ? [] : advanceLines(draft, subscription, next)),
    ],
  });
}

/** What the next invoice of a subscription will be, or would be after a change. */
export function previewChange(
  draft: Draft,
  before: SubscriptionRecord,
  change: Change | null,
  ends: boolean,
): InvoiceRecord {
  const id = draft.id('upcoming_in_');
  if (change === null) return shown(upcoming(draft, before, [], ends), id);
  const planned = planChange(draft, before, change);
  if (!planned.invoices) {
    return shown(upcoming(draft, planned.after, [...planned.prorations], ends), id);
  }
  const waiting = pendingItems(draft, before.customer, before.currency, before.id);
  const invoice = newInvoice(draft, {
    ...invoiceBasis(draft, planned.after),
    billingReason: 'upcoming',
    prorationDate: change.at,
    lines: [...[...waiting, ...planned.prorations].map((item) => lineOfItem(draft, item)), ...planned.lines],
  });
  return shown(invoice, id);
}

/** What the last invoice would be if a subscription ended now. */
export function previewEnd(draft: Draft, before: SubscriptionRecord, prorate: boolean): InvoiceRecord {
  const credits = prorate ? prorationsFor(draft, before, [], draft.now, true) : [];
  const waiting = pendingItems(draft, before.customer, before.currency, before.id);
  const period = { start: before.periodStart, end: draft.now };
  const used = prorate || before.status === 'trialing' ? [] : usageLines(draft, before, period);
  const invoice = newInvoice(draft, {
    ...invoiceBasis(draft, before),
    billingReason: 'upcoming',
    lines: [...[...waiting, ...credits].map((item) => lineOfItem(draft, item)), ...used],
  });
  return shown(invoice, draft.id('upcoming_in_'));
}
