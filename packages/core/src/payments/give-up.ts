import type { Change, Decision } from '../decision/change.ts';
import type { CoreEvent } from '../decision/event.ts';
import type { InvoiceStatus } from '../invoicing/invoice.ts';
import type { DayRules } from '../subscriptions/cut-item.ts';
import { endSubscription } from '../subscriptions/decide-cancel.ts';
import { draftOf } from '../subscriptions/draft.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';

export interface GiveUpInput {
  readonly now: Instant;
  readonly invoice: {
    readonly id: string;
    readonly status: InvoiceStatus;
    readonly failureCount: number;
  };
  /** Those that the invoice bills. */
  readonly subscriptions: readonly Subscription[];
  readonly days: DayRules;
}

/**
 * Nobody pays an open invoice: it is uncollectible, nothing more is tried, and the subscriptions that it bills end.
 * Changes nothing where the invoice is not open.
 */
export function decideGiveUp({ now, invoice, subscriptions, days }: GiveUpInput): Decision {
  const changes: Change[] = [];
  const events: CoreEvent[] = [];
  if (invoice.status !== 'open') return { changes, events };
  const { id: invoiceId, failureCount } = invoice;
  changes.push(
    { type: 'payment.retry', invoiceId, at: null, failureCount },
    {
      type: 'invoice.update',
      invoiceId,
      fromStatus: invoice.status,
      status: 'uncollectible',
      paidDeltaMinor: 0n,
    },
  );
  for (const subscription of subscriptions) {
    if (subscription.status === 'canceled') continue;
    const { decision } = endSubscription(draftOf(subscription), {
      at: now,
      creditUnused: false,
      reason: 'payment_failed',
      days,
    });
    changes.push(...decision.changes);
    events.push(...decision.events);
  }
  return { changes, events };
}
