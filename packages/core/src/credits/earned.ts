import { invariant } from '../kernel/invariant.ts';

/**
 * What of the price of a purchased grant is earned once so much of it is used up, in whole minor units: rounded down
 * until the last credit goes, which earns all the rest. Parts therefore add up to the price, whatever their number.
 *
 * @param usedUp credits that can never be asked for again, of the same scale as `amount`
 */
export function earnedMinor(paidMinor: bigint, amount: bigint, usedUp: bigint): bigint {
  invariant(usedUp >= 0n && usedUp <= amount && amount > 0n, 'A grant is used up within its amount.');
  return (paidMinor * usedUp) / amount;
}
