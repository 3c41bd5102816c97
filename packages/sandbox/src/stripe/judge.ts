import type { PaymentMethodRecord } from '../state/records.ts';
import { isExpired } from './cards.ts';
import { type Decline, declineOf } from './declines.ts';

/** What the bank says to a charge or a set-up. */
export type Verdict =
  | { readonly kind: 'approved' }
  | { readonly kind: 'authenticate' }
  | { readonly kind: 'declined'; readonly decline: Decline };

interface Situation {
  readonly nowMs: number;
  /** The customer is away, so nobody could authenticate. */
  readonly offSession: boolean;
  /** The cardholder has authenticated this very payment or set-up. */
  readonly authenticated: boolean;
}

function declined(code: string): Verdict {
  return { kind: 'declined', decline: declineOf(code) };
}

/** Judges a charge by how its test card behaves, see Stripe's list of test cards. */
export function judgeCharge(method: PaymentMethodRecord, situation: Situation): Verdict {
  // What a bank says to a debit is known days later.
  if (method.card === null) return { kind: 'approved' };
  const { behaviour } = method.card;
  if (isExpired(method.card, situation.nowMs)) return declined('expired_card');
  if (behaviour.startsWith('declined:')) return declined(behaviour.slice('declined:'.length));
  if (behaviour === 'declined_after_attaching') return declined('generic_decline');
  if (behaviour === 'blocked') return declined('fraudulent');
  const asks =
    behaviour === 'authenticates_always' ||
    behaviour.startsWith('authenticates_then:') ||
    (behaviour === 'authenticates_present' && !situation.offSession) ||
    (behaviour === 'authenticates_once' && !method.authenticatedSetup);
  if (asks && situation.authenticated && behaviour.startsWith('authenticates_then:')) {
    return declined(behaviour.slice('authenticates_then:'.length));
  }
  if (!asks || situation.authenticated) return { kind: 'approved' };
  return situation.offSession ? declined('authentication_required') : { kind: 'authenticate' };
}

/** Judges keeping a card for later. */
export function judgeSetup(method: PaymentMethodRecord, situation: Omit<Situation, 'offSession'>): Verdict {
  if (method.card === null) return { kind: 'approved' };
  const { behaviour } = method.card;
  if (isExpired(method.card, situation.nowMs)) return declined('expired_card');
  if (behaviour.startsWith('declined:')) return declined(behaviour.slice('declined:'.length));
  const asks = behaviour.startsWith('authenticates');
  return asks && !situation.authenticated ? { kind: 'authenticate' } : { kind: 'approved' };
}
