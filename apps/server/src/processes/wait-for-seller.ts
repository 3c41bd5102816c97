import { missingOfSeller, whyNotIssued } from '../modules/invoicing/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { Actor } from '../platform/context.ts';
import type { Transactor } from '../platform/transaction.ts';

/** Whether nothing can be billed for want of the seller's own data. A case says so, and the run goes on once they are there. */
export async function waitsForSeller(
  transactor: Transactor,
  request: { tenantId: number; actor: Actor; requestId: null },
): Promise<boolean> {
  const found = await transactor.query(request, async (ctx) => ({
    reason: whyNotIssued(ctx.tenant),
    missing: missingOfSeller(ctx.tenant),
    subjectId: ctx.tenant.publicId,
  }));
  const { reason, missing, subjectId } = found;
  if (reason === null) return false;
  await transactor.command(request, (ctx) =>
    openCase(ctx, {
      kind: 'seller.data_missing',
      customerId: null,
      subjectId,
      detail: `${reason} What is due waits.`,
      facts: { missing: missing.join(', ') },
    }),
  );
  return true;
}
