import type { Draft } from '../state/draft.ts';
import type {
  CustomerDetails,
  PaymentFault,
  PaymentIntentRecord,
  PaymentMethodRecord,
  SessionRecord,
  SetupIntentRecord,
} from '../state/records.ts';
import { attemptPayment, failAuthentication } from '../stripe/pay.ts';
import { attemptSetup, failSetupAuthentication } from '../stripe/set-up.ts';

type Intent = PaymentIntentRecord | SetupIntentRecord;

/** What became of a submitted page. */
export type Outcome =
  | { readonly kind: 'complete'; readonly session: SessionRecord }
  | { readonly kind: 'authenticate'; readonly intent: Intent }
  | { readonly kind: 'declined'; readonly fault: PaymentFault };

/** Makes the intent of a session that keeps a card for later. */
export function newSetupIntent(draft: Draft, session: SessionRecord): SetupIntentRecord {
  const id = draft.id('seti_');
  return draft.put('setup_intent', {
    id,
    created: draft.now,
    status: 'requires_payment_method',
    clientSecret: `${id}${draft.id('_secret_', 30)}`,
    customer: session.customer,
    paymentMethod: null,
    description: session.intentData.description,
    metadata: session.intentData.metadata,
    usage: 'off_session',
    paymentMethodTypes: session.paymentMethodTypes,
    automatic: null,
    lastFault: null,
    returnUrl: null,
    cancellationReason: null,
    session: session.id,
  });
}

/** Submits a card to an open session. */
export function submitCard(
  draft: Draft,
  session: SessionRecord,
  method: PaymentMethodRecord,
  details: CustomerDetails,
): Outcome {
  const described = { ...session, customerDetails: details };
  if (session.mode === 'setup') {
    const before =
      (session.setupIntent && draft.get('setup_intent', session.setupIntent)) ||
      newSetupIntent(draft, session);
    draft.put('checkout_session', { ...described, setupIntent: before.id });
    return outcomeOf(draft, attemptSetup(draft, before, method, false));
  }
  const known =
    session.paymentIntent === null ? undefined : draft.get('payment_intent', session.paymentIntent);
  const before = known ?? newPaymentIntent(draft, session, customerOf(draft, session, details));
  draft.put('checkout_session', { ...described, paymentIntent: before.id });
  return outcomeOf(draft, attemptPayment(draft, before, method, { offSession: false, authenticated: false }));
}

/** Goes on after the cardholder authenticated, or failed to. */
export function finishAuthentication(draft: Draft, intent: Intent, passed: boolean): Outcome {
  const method =
    intent.paymentMethod === null ? undefined : draft.get('payment_method', intent.paymentMethod);
  if (method === undefined) throw new Error('an intent that waits for authentication has no payment method');
  const attempt = { offSession: false, authenticated: true };
  if ('amount' in intent) {
    return outcomeOf(
      draft,
      passed ? attemptPayment(draft, intent, method, attempt) : failAuthentication(draft, intent),
    );
  }
  return outcomeOf(
    draft,
    passed ? attemptSetup(draft, intent, method, true) : failSetupAuthentication(draft, intent),
  );
}

/** What a submitted page came to, by its intent; a session that is done is completed. */
export function outcomeOf(draft: Draft, intent: Intent): Outcome {
  if (intent.lastFault !== null) return { kind: 'declined', fault: intent.lastFault };
  if (intent.status === 'requires_action') return { kind: 'authenticate', intent };
  const session = intent.session === null ? undefined : draft.get('checkout_session', intent.session);
  if (session === undefined) throw new Error('an intent of the hosted page has no session');
  const complete = draft.put('checkout_session', {
    ...session,
    status: 'complete',
    customer: intent.customer ?? session.customer,
  });
  draft.emit('checkout.session.completed', 'checkout_session', complete);
  return { kind: 'complete', session: complete };
}

/** The customer of a session, made when it needs one. */
export function customerOf(draft: Draft, session: SessionRecord, details: CustomerDetails): string | null {
  if (session.customer !== null) return session.customer;
  if (session.customerCreation !== 'always' && session.intentData.setupFutureUsage === null) return null;
  const customer = draft.put('customer', {
    id: draft.id('cus_', 14),
    created: draft.now,
    email: details.email,
    name: details.name,
    phone: null,
    description: null,
    metadata: {},
    address: null,
    shipping: null,
    defaultPaymentMethod: null,
    preferredLocales: [],
    taxExempt: 'none',
    deleted: false,
  });
  draft.emit('customer.created', 'customer', customer);
  return customer.id;
}

function newPaymentIntent(
  draft: Draft,
  session: SessionRecord,
  customer: string | null,
): PaymentIntentRecord {
  const id = draft.id('pi_');
  const { amountTotal, currency } = session;
  if (amountTotal === null || currency === null) throw new Error('a session in payment mode has no amount');
  const intent = draft.put('payment_intent', {
    id,
    created: draft.now,
    amount: amountTotal,
    currency,
    status: 'requires_payment_method',
    clientSecret: `${id}${draft.id('_secret_', 25)}`,
    customer,
    paymentMethod: null,
    description: session.intentData.description,
    metadata: session.intentData.metadata,
    receiptEmail: session.intentData.receiptEmail,
    setupFutureUsage: session.intentData.setupFutureUsage,
    statementDescriptor: session.intentData.statementDescriptor,
    statementDescriptorSuffix: session.intentData.statementDescriptorSuffix,
    shipping: null,
    transferGroup: null,
    paymentMethodTypes: session.paymentMethodTypes,
    automatic: null,
    latestCharge: null,
    lastFault: null,
    returnUrl: null,
    canceledAt: null,
    cancellationReason: null,
    session: session.id,
  });
  draft.emit('payment_intent.created', 'payment_intent', intent);
  return intent;
}
