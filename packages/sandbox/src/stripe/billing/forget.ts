import type { Draft } from '../../state/draft.ts';
import { endSubscription } from './subscription-state.ts';

/** What the deletion of a customer ends: their subscriptions at once, and everything that would collect by itself. */
export function forgetCustomer(draft: Draft, customer: string): void {
  for (const subscription of draft.all('subscription')) {
    if (subscription.customer === customer && subscription.endedAt === null) {
      endSubscription(draft, subscription, 'canceled', 'cancellation_requested');
    }
  }
  for (const invoice of draft.all('invoice')) {
    if (invoice.customer !== customer || (invoice.status !== 'draft' && invoice.status !== 'open')) continue;
    draft.put('invoice', { ...invoice, autoAdvance: false, nextAttemptAt: null, finalizesAt: null });
  }
}
