import type { Draft } from '../state/draft.ts';
import type {
  CustomerDetails,
  PaymentMethodRecord,
  SessionRecord,
  SessionSubscription,
} from '../state/records.ts';
import { intentOf } from '../stripe/billing/collect.ts';
import { startFromSession } from '../stripe/billing/start-from-session.ts';
import { attemptPayment } from '../stripe/pay.ts';
import { attemptSetup } from '../stripe/set-up.ts';
import { customerOf, newSetupIntent, type Outcome, outcomeOf } from './complete.ts';

/** Submits a card to an open session that starts a subscription. */
export function submitSubscription(
  draft: Draft,
  session: SessionRecord,
  method: PaymentMethodRecord,
  details: CustomerDetails,
): Outcome {
  const { subscribes } = session;
  if (subscribes === undefined)
    throw new Error('a session that starts nothing was submitted as one that does');
  const named: SessionRecord = {
    ...session,
    customer: customerOf(draft, session, details),
    customerDetails: details,
  };
  return session.amountTotal === 0
    ? keepCard(draft, named, method)
    : payFirst(draft, named, subscribes, method);
}

/** Nothing is due today: the card is kept, and the subscription starts once that went well. */
function keepCard(draft: Draft, session: SessionRecord, method: PaymentMethodRecord): Outcome {
  const known = session.setupIntent === null ? undefined : draft.get('setup_intent', session.setupIntent);
  const intent = known ?? newSetupIntent(draft, session);
  draft.put('checkout_session', { ...session, setupIntent: intent.id });
  return outcomeOf(draft, attemptSetup(draft, intent, method, false));
}

/** The subscription waits incomplete for its first payment, which the customer makes here. */
function payFirst(
  draft: Draft,
  session: SessionRecord,
  subscribes: SessionSubscription,
  method: PaymentMethodRecord,
): Outcome {
  const known =
    subscribes.subscription === null ? undefined : draft.get('subscription', subscribes.subscription);
  const waiting = known?.endedAt === null ? known : startFromSession(draft, session, null);
  const invoice = waiting.latestInvoice === null ? undefined : draft.get('invoice', waiting.latestInvoice);
  const intent = invoice === undefined ? undefined : intentOf(draft, invoice);
  if (intent === undefined) throw new Error('the first invoice of a session asks for nothing');
  const shown = draft.put('payment_intent', { ...intent, session: session.id });
  return outcomeOf(draft, attemptPayment(draft, shown, method, { offSession: false, authenticated: false }));
}
