import { type BilledLine, lineKey } from '../line.ts';

type Standing = Pick<BilledLine, 'key' | 'kind' | 'itemId' | 'billingPeriod'>;

/**
 * Whether a credit for unused time on another invoice took back a part of what an invoice charged. Its time cannot be
 * waived then: a part would be given away twice.
 *
 * @param keys of the lines of the invoice
 * @param billed the lines of the customer that stand
 */
export function isCreditedElsewhere(keys: ReadonlySet<string>, billed: readonly Standing[]): boolean {
  return billed.some((line) => !keys.has(line.key) && isCredit(line) && keys.has(chargedKey(line)));
}

/**
 * Whether a line of a voided invoice stands as waived. A credit for what another invoice charged does not: it is the
 * customer's, so the next bill gives it again.
 */
export function isWaivable(keys: ReadonlySet<string>, line: Standing): boolean {
  return !isCredit(line) || keys.has(chargedKey(line));
}

function isCredit({ kind }: Standing): boolean {
  return kind === 'proration_credit';
}

function chargedKey({ itemId, billingPeriod }: Standing): string {
  return lineKey(itemId, 'recurring', billingPeriod.start);
}
