import type { Draft } from '../state/draft.ts';
import type { Debit } from '../state/money-records.ts';
import type {
  ChargeRecord,
  PaymentFault,
  PaymentIntentRecord,
  PaymentMethodRecord,
} from '../state/records.ts';
import { beginDebit } from './debit.ts';
import { type Decline, declineOf } from './declines.ts';
import { openDispute } from './dispute.ts';
import { ApiError } from './error.ts';
import { judgeCharge, type Verdict } from './judge.ts';
import { render } from './render.ts';

/** Days until the money of a charge is available, as on a European account. */
const AVAILABLE_AFTER_SECONDS = 2 * 86_400;

/** Fee of a charge in minor units: 1.4 %, rounded half up, plus 25. */
export function chargeFeeMinor(amount: number): number {
  return Number((BigInt(amount) * 14n + 500n) / 1000n) + 25;
}

interface Attempt {
  readonly offSession: boolean;
  readonly authenticated: boolean;
}

/**
 * Tries to take the money of an intent with a method. Returns the intent as it stands afterwards; a decline is
 * an outcome here, not an error.
 */
export function attemptPayment(
  draft: Draft,
  intent: PaymentIntentRecord,
  method: PaymentMethodRecord,
  attempt: Attempt,
): PaymentIntentRecord {
  const { debit } = method;
  if (debit !== undefined) return startDebit(draft, intent, method, debit, attempt);
  const verdict = verdictOf(draft, method, attempt);
  if (verdict.kind === 'declined') return recordDecline(draft, intent, method, verdict.decline);
  if (verdict.kind === 'authenticate') {
    const waiting = draft.put('payment_intent', {
      ...intent,
      status: 'requires_action',
      paymentMethod: method.id,
      lastFault: null,
    });
    draft.emit('payment_intent.requires_action', 'payment_intent', waiting);
    return waiting;
  }
  return recordSuccess(draft, intent, method, attempt.authenticated);
}

/** The intent after its cardholder failed to authenticate. */
export function failAuthentication(draft: Draft, intent: PaymentIntentRecord): PaymentIntentRecord {
  const failed = draft.put('payment_intent', {
    ...intent,
    status: 'requires_payment_method',
    paymentMethod: null,
    lastFault: {
      type: 'card_error',
      code: 'payment_intent_authentication_failure',
      declineCode: null,
      message:
        'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
      charge: null,
      paymentMethod: intent.paymentMethod,
    },
  });
  draft.emit('payment_intent.payment_failed', 'payment_intent', failed);
  return failed;
}

/** The card error of an intent whose last attempt was declined; what happened is kept. */
export function declinedError(draft: Draft, intent: PaymentIntentRecord, fault: PaymentFault): ApiError {
  const method = fault.paymentMethod === null ? undefined : draft.get('payment_method', fault.paymentMethod);
  return new ApiError(
    402,
    {
      type: 'card_error',
      code: fault.code,
      message: fault.message,
      ...(fault.declineCode === null ? {} : { decline_code: fault.declineCode }),
      ...(fault.charge === null ? {} : { charge: fault.charge }),
      payment_intent: render('payment_intent', intent, draft),
      ...(method === undefined ? {} : { payment_method: render('payment_method', method, draft) }),
    },
    true,
  );
}

function startDebit(
  draft: Draft,
  intent: PaymentIntentRecord,
  unattached: PaymentMethodRecord,
  debit: Debit,
  { offSession }: Attempt,
): PaymentIntentRecord {
  const method = keepForLater(draft, intent, unattached, false);
  // A bank refuses a debit when it answers, days later.
  const returnsAs = draft.strike('failCharges') ? draft.settings.faults.failChargesWith : null;
  const charge = { ...chargeOf(draft, intent, method.id), ...(returnsAs === null ? {} : { returnsAs }) };
  return beginDebit(draft, intent, method, debit, charge, offSession);
}

function verdictOf(draft: Draft, method: PaymentMethodRecord, attempt: Attempt): Verdict {
  if (draft.strike('failCharges')) {
    return { kind: 'declined', decline: declineOf(draft.settings.faults.failChargesWith) };
  }
  return judgeCharge(method, { ...attempt, nowMs: draft.nowMs });
}

function recordSuccess(
  draft: Draft,
  intent: PaymentIntentRecord,
  unattached: PaymentMethodRecord,
  authenticated: boolean,
): PaymentIntentRecord {
  const method = keepForLater(draft, intent, unattached, authenticated);
  const chargeId = draft.id('ch_');
  const transaction = draft.put('balance_transaction', {
    id: draft.id('txn_'),
    created: draft.now,
    amount: intent.amount,
    fee: chargeFeeMinor(intent.amount),
    currency: intent.currency,
    type: 'charge',
    source: chargeId,
    description: intent.description,
    availableOn: method.card?.last4 === '0077' ? draft.now : draft.now + AVAILABLE_AFTER_SECONDS,
  });
  const charge = draft.put('charge', {
    ...chargeOf(draft, intent, method.id),
    id: chargeId,
    status: 'succeeded',
    balanceTransaction: transaction.id,
    failure: null,
    authenticated,
    risk: riskOf(method.card?.behaviour),
  });
  const paid = draft.put('payment_intent', {
    ...intent,
    status: 'succeeded',
    paymentMethod: method.id,
    latestCharge: charge.id,
    lastFault: null,
  });
  draft.emit('charge.succeeded', 'charge', charge);
  draft.emit('payment_intent.succeeded', 'payment_intent', paid);
  disputeAtOnce(draft, charge, method.card?.behaviour ?? '');
  return paid;
}

function recordDecline(
  draft: Draft,
  intent: PaymentIntentRecord,
  method: PaymentMethodRecord,
  decline: Decline,
): PaymentIntentRecord {
  const { code, declineCode, message } = decline;
  const charge = draft.put('charge', {
    ...chargeOf(draft, intent, method.id),
    id: draft.id('ch_'),
    status: 'failed',
    balanceTransaction: null,
    failure: decline,
    authenticated: false,
    risk: riskOf(method.card?.behaviour),
  });
  const failed = draft.put('payment_intent', {
    ...intent,
    status: 'requires_payment_method',
    paymentMethod: null,
    latestCharge: charge.id,
    lastFault: {
      type: 'card_error',
      code,
      declineCode,
      message,
      charge: charge.id,
      paymentMethod: method.id,
    },
  });
  draft.emit('charge.failed', 'charge', charge);
  draft.emit('payment_intent.payment_failed', 'payment_intent', failed);
  return failed;
}

function riskOf(behaviour: string | undefined): NonNullable<ChargeRecord['risk']> {
  if (behaviour === 'risk:elevated') return 'elevated';
  return behaviour === 'risk:highest' || behaviour === 'blocked' ? 'highest' : 'normal';
}

/** Some test cards have their payments disputed as soon as they are made. */
function disputeAtOnce(draft: Draft, charge: ChargeRecord, behaviour: string): void {
  const [what, reason] = behaviour.split(':');
  if (what !== 'disputes' && what !== 'inquires') return;
  openDispute(draft, charge, { reason: reason ?? 'general', isInquiry: what === 'inquires' });
}

function chargeOf(draft: Draft, intent: PaymentIntentRecord, paymentMethod: string) {
  return {
    created: draft.now,
    amount: intent.amount,
    currency: intent.currency,
    customer: intent.customer,
    paymentIntent: intent.id,
    paymentMethod,
    amountRefunded: 0,
    description: intent.description,
    metadata: intent.metadata,
    receiptEmail: intent.receiptEmail,
    statementDescriptor: intent.statementDescriptor,
    statementDescriptorSuffix: intent.statementDescriptorSuffix,
    shipping: intent.shipping,
    transferGroup: intent.transferGroup,
  } satisfies Partial<ChargeRecord>;
}

/** Attaches the method when the intent says that it will be used again. */
function keepForLater(
  draft: Draft,
  intent: PaymentIntentRecord,
  method: PaymentMethodRecord,
  authenticated: boolean,
): PaymentMethodRecord {
  if (intent.setupFutureUsage === null || intent.customer === null) return method;
  const kept = { ...method, authenticatedSetup: method.authenticatedSetup || authenticated };
  if (method.customer !== null) return draft.put('payment_method', kept);
  const attached = draft.put('payment_method', { ...kept, customer: intent.customer });
  draft.emit('payment_method.attached', 'payment_method', attached);
  return attached;
}
