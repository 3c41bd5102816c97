import type { Instant } from '../time/instant.ts';
import type { RefundStatus } from './refund.ts';

/** A refund of a payment, and when each thing became of it. */
export interface TimedRefund {
  readonly id: string;
  readonly status: RefundStatus;
  readonly amountMinor: bigint;
  readonly createdAt: Instant;
  readonly finishedAt: Instant | null;
  readonly returnedAt: Instant | null;
}

/**
 * Which refunds of a payment that came back have been given back since. A refund makes up for those that came back before
 * it was asked for, oldest first, and each part of it for one of them; one that comes back itself is to be made up for anew.
 */
export function madeUpFor(refunds: readonly TimedRefund[]): string[] {
  const owed = refunds
    .flatMap(({ id, amountMinor, returnedAt }) =>
      returnedAt === null ? [] : [{ id, since: returnedAt, leftMinor: amountMinor }],
    )
    .sort((one, other) => one.since - other.since);
  const made = refunds
    .flatMap(({ amountMinor, createdAt, finishedAt, status }) =>
      finishedAt !== null && (status === 'succeeded' || status === 'returned')
        ? [{ amountMinor, createdAt, finishedAt }]
        : [],
    )
    .sort((one, other) => one.finishedAt - other.finishedAt);
  for (const { amountMinor, createdAt } of made) {
    let restMinor = amountMinor;
    for (const debt of owed) {
      if (debt.since > createdAt) continue;
      const partMinor = debt.leftMinor < restMinor ? debt.leftMinor : restMinor;
      debt.leftMinor -= partMinor;
      restMinor -= partMinor;
    }
  }
  return owed.flatMap(({ id, leftMinor }) => (leftMinor === 0n ? [id] : []));
}
