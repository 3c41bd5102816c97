import { type BurnOrder, DEFAULT_BURN_ORDER } from '@billhook/core/credits/burn-order';
import { balanceAt } from '@billhook/core/credits/entry';
import type { Decimal12 } from '@billhook/core/kernel/decimal';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { CommandCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { creditTypes } from './catalogue-repo.ts';
import { isAllowanceDue, lookAtReload } from './purchase-repo.ts';
import { heldOf } from './repo.ts';
import type { StoredCreditType } from './types.ts';

/** The seller's choice of how grants of a type are spent. */
export function orderOf(type: StoredCreditType): BurnOrder {
  return { ...DEFAULT_BURN_ORDER, promotionsFirst: type.promotionsFirst };
}

/** By key or row id. Ends with `credit_type.not_found`. */
export async function creditTypeNamed(ctx: CommandCtx | Parameters<typeof creditTypes>[0], ref: string) {
  const found = (await creditTypes(ctx)).find(({ key, id }) => key === ref || id === ref);
  return found ?? refuse('credit_type.not_found', `There is no credit type ${ref}.`);
}

/**
 * Follows a change of a balance under the customer's lock: falling below the mark of its type is told once, and an
 * automatic reload looks at it. Where a plan is about to grant the next period's credits, nothing is told between the
 * two.
 */
export async function followBalance(
  ctx: CommandCtx,
  customerId: string,
  type: StoredCreditType,
  before: Decimal12,
): Promise<void> {
  const after = balanceAt(await heldOf(ctx, customerId), type.id, ctx.now);
  const hasFallen = type.lowAt !== null && before >= type.lowAt && after < type.lowAt;
  if (hasFallen && !(await isAllowanceDue(ctx, customerId))) {
    ctx.emit({
      type: 'credits.low',
      objectId: ctx.newId(),
      customerId,
      payload: { credit_type: type.key, name: type.name, unit: type.unit, balance: formatDecimal12(after) },
    });
  }
  // Whoever answers from a copy of the balance hears that nothing is left.
  if (before > 0n && after === 0n)
    ctx.emit({
      type: 'credits.used_up',
      objectId: ctx.newId(),
      customerId,
      payload: { credit_type: type.key },
    });
  if (after < before) await lookAtReload(ctx, { customerId, creditTypeId: type.id }, ctx.now);
}
