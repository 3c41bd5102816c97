import type { Draft } from '../state/draft.ts';
import type { PaymentFault, PaymentMethodRecord, SetupIntentRecord } from '../state/records.ts';
import { giveMandate } from './debit.ts';
import { ApiError } from './error.ts';
import { judgeSetup } from './judge.ts';
import { attachMethod } from './methods.ts';
import { render } from './render.ts';

/** Tries to keep a card for later. A decline is an outcome here, not an error. */
export function attemptSetup(
  draft: Draft,
  intent: SetupIntentRecord,
  method: PaymentMethodRecord,
  authenticated: boolean,
): SetupIntentRecord {
  const verdict = judgeSetup(method, { nowMs: draft.nowMs, authenticated });
  if (verdict.kind === 'declined') {
    const { code, declineCode, message } = verdict.decline;
    return recordFailure(draft, intent, method.id, { code, declineCode, message });
  }
  if (verdict.kind === 'authenticate') {
    const waiting: SetupIntentRecord = {
      ...intent,
      status: 'requires_action',
      paymentMethod: method.id,
      lastFault: null,
    };
    draft.put('setup_intent', waiting);
    draft.emit('setup_intent.requires_action', 'setup_intent', waiting);
    return waiting;
  }
  const kept = draft.put('payment_method', {
    ...method,
    authenticatedSetup: method.authenticatedSetup || authenticated,
  });
  if (intent.customer !== null) attachMethod(draft, kept, intent.customer);
  const mandate = method.debit === undefined ? null : giveMandate(draft, kept).id;
  const done = draft.put('setup_intent', {
    ...intent,
    status: 'succeeded',
    paymentMethod: method.id,
    lastFault: null,
    mandate,
  });
  draft.emit('setup_intent.succeeded', 'setup_intent', done);
  return done;
}

/** The intent after its cardholder failed to authenticate. */
export function failSetupAuthentication(draft: Draft, intent: SetupIntentRecord): SetupIntentRecord {
  return recordFailure(draft, intent, intent.paymentMethod, {
    code: 'setup_intent_authentication_failure',
    declineCode: null,
    message: 'The latest attempt to set up the payment method has failed because authentication failed.',
  });
}

/** The card error of a set-up that was declined; what happened is kept. */
export function declinedSetupError(draft: Draft, intent: SetupIntentRecord, fault: PaymentFault): ApiError {
  const { code, message, declineCode } = fault;
  return new ApiError(
    402,
    {
      type: 'card_error',
      code,
      message,
      ...(declineCode === null ? {} : { decline_code: declineCode }),
      setup_intent: render('setup_intent', intent, draft),
    },
    true,
  );
}

function recordFailure(
  draft: Draft,
  intent: SetupIntentRecord,
  paymentMethod: string | null,
  fault: Pick<PaymentFault, 'code' | 'declineCode' | 'message'>,
): SetupIntentRecord {
  const failed = draft.put('setup_intent', {
    ...intent,
    status: 'requires_payment_method',
    paymentMethod: null,
    lastFault: { type: 'card_error', charge: null, paymentMethod, ...fault },
  });
  draft.emit('setup_intent.setup_failed', 'setup_intent', failed);
  return failed;
}
