import { DEFAULT_PRICE_SHAPE, type Price } from '../catalog/price.ts';
import type { Decision } from '../decision/change.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Instant } from '../time/instant.ts';
import { draftOf, withChange, withEvent, withFields } from './draft.ts';
import type { OneOffCharge, Subscription } from './subscription.ts';

export interface CorrectionChargeInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly chargeId: string;
  /** The price that the usage was billed by: name and tax are those of what is charged. */
  readonly price: Pick<Price, 'cadence' | 'taxCode'>;
  /**
   * What the period costs more than was billed, before discounts and tax. Less than 0 for what it costs less and no
   * credit note can give back: discounts leave that as it is.
   */
  readonly grossMinor: bigint;
  /** Says which usage of which period it is for. */
  readonly description: string;
  /** On the next invoice that is made anyway, or on one of its own at once. */
  readonly when: 'next_invoice' | 'at_once';
}

/** The key of the price of a charge that puts right what was billed for usage. */
export const CORRECTION_PRICE_KEY = 'usage-correction';

/**
 * Charges what a billed period of usage costs more than was billed, once, or takes off what it costs less. Where nothing more would ever be billed, as
 * for a subscription that has ended, it is billed at once in any case; one that is paused owes it as well.
 */
export function decideCorrectionCharge(input: CorrectionChargeInput): Decision {
  const { now, subscription, grossMinor } = input;
  invariant(grossMinor !== 0n, 'What costs the same is not corrected.');
  const next = subscription.nextActionAt;
  const at = input.when === 'at_once' || next === null || next < now ? now : next;
  const charge: OneOffCharge = {
    id: input.chargeId,
    at,
    description: input.description,
    price: {
      id: input.chargeId,
      key: CORRECTION_PRICE_KEY,
      name: input.description,
      model: { kind: 'flat', amountMinor: grossMinor },
      quantity: { kind: 'fixed' },
      timing: 'in_arrears',
      cadence: input.price.cadence,
      ...DEFAULT_PRICE_SHAPE,
      taxCode: input.price.taxCode,
    },
    quantity: 1n,
    addOnId: null,
  };
  const draft = at === now ? withFields(draftOf(subscription), { nextActionAt: now }) : draftOf(subscription);
  const charged = withChange(draft, {
    type: 'subscription_charge.create',
    subscriptionId: subscription.id,
    charge,
  });
  return withEvent(charged, 'subscription.charged', { charge_id: charge.id, at }).decision;
}
