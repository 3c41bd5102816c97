import type { DebitableLine } from '@billhook/core/invoicing/documents/decide-debit-note';
import type { QueryCtx } from '../../../platform/context.ts';
import type { readFrozen } from '../frozen.ts';
import { linesOf, type StoredInvoice } from './read.ts';

type FrozenLines = ReturnType<typeof readFrozen>['lines'];

/** The lines of an invoice with the rates that its frozen text has for them. */
export async function debitableLines(
  ctx: QueryCtx,
  { id }: StoredInvoice,
  frozen: FrozenLines,
): Promise<readonly DebitableLine[]> {
  const stored = await linesOf(ctx, [id]);
  const ratesOf = new Map(frozen.map(({ position, taxes }) => [position, taxes.map(({ rate }) => rate)]));
  return stored.map((line) => ({
    position: line.position,
    subscriptionId: line.subscriptionId,
    planId: String(line.explanation.plan_id),
    planVersionId: line.planVersionId,
    description: line.description,
    taxCode: line.taxCode,
    rates: ratesOf.get(line.position) ?? [],
    servicePeriod: { start: line.periodStart, end: line.periodEnd },
  }));
}
