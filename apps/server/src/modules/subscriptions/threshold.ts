import type { OwnThreshold } from '@billhook/core/subscriptions/subscription';

/** How the threshold of a subscription is said on the wire. */
export type ThresholdInput = { source: 'seller' } | { source: 'subscription'; amount: string | null };

/** Null where the seller's holds. */
export function readThreshold(input: ThresholdInput | undefined): OwnThreshold | null {
  if (input === undefined || input.source === 'seller') return null;
  return { amountMinor: input.amount === null ? null : BigInt(input.amount) };
}

export function presentThreshold(own: OwnThreshold | undefined) {
  if (own === undefined) return { source: 'seller' as const };
  return { source: 'subscription' as const, amount: own.amountMinor === null ? null : `${own.amountMinor}` };
}
