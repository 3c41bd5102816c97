import type { Draft } from '../state/draft.ts';
import type { SessionRecord } from '../state/records.ts';
import { billingPart } from '../stripe/billing-part.ts';

/** Expires an open session and cancels its intent, so that it can no longer take money. */
export function expireSession(draft: Draft, session: SessionRecord): SessionRecord {
  const payment =
    session.paymentIntent === null ? undefined : draft.get('payment_intent', session.paymentIntent);
  if (payment !== undefined && payment.status !== 'succeeded' && payment.status !== 'canceled') {
    const canceled = draft.put('payment_intent', {
      ...payment,
      status: 'canceled',
      canceledAt: draft.now,
      cancellationReason: 'automatic',
    });
    draft.emit('payment_intent.canceled', 'payment_intent', canceled);
  }
  const setup = session.setupIntent === null ? undefined : draft.get('setup_intent', session.setupIntent);
  if (setup !== undefined && setup.status !== 'succeeded' && setup.status !== 'canceled') {
    const canceled = draft.put('setup_intent', {
      ...setup,
      status: 'canceled',
      cancellationReason: 'abandoned',
    });
    draft.emit('setup_intent.canceled', 'setup_intent', canceled);
  }
  const started = session.subscribes?.subscription ?? null;
  const subscription = started === null ? undefined : draft.get('subscription', started);
  if (subscription?.status === 'incomplete') billingPart()?.expireIncomplete(draft, subscription);
  const expired = draft.put('checkout_session', { ...session, status: 'expired' });
  draft.emit('checkout.session.expired', 'checkout_session', expired);
  return expired;
}

/** Expires every session whose time is over on the account's clock. */
export function expireDue(draft: Draft): void {
  const due = draft
    .all('checkout_session')
    .filter(({ status, expiresAt }) => status === 'open' && expiresAt <= draft.now);
  for (const session of due) expireSession(draft, session);
}
