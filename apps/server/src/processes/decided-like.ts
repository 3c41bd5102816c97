import type { BillingDecision } from '@billhook/core/invoicing/decide-invoice';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { renaming } from '@billhook/core/kernel/renaming';

/** What is to be written of a decision. */
export type ToWrite = Pick<BillingDecision, 'changes' | 'events' | 'invoice'>;

/**
 * The decision about the first of a kind, for the others: worked out once, with an id for each new invoice. Its lines are
 * not made again for each: they are written as those of the first.
 */
export function decidedLike(
  { changes, events }: ToWrite,
  invoice: IssuedInvoice,
  leaderNames: readonly string[],
): (names: readonly string[]) => ToWrite {
  // The invoice is written apart from the changes.
  const others = changes.filter(({ type }) => type !== 'invoice.create');
  return renaming({ changes: others, events, invoice: { ...invoice, lines: [] } }, leaderNames);
}
