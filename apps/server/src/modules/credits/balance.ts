import { type BurnOrder, DEFAULT_BURN_ORDER } from '@billhook/core/credits/burn-order';
import { balanceAt } from '@billhook/core/credits/entry';
import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { creditTypes } from './catalogue-repo.ts';
import { promisedOf } from './hold-repo.ts';
import { markOf } from './mark-repo.ts';
import { isAllowanceDue, lookAtReload } from './purchase-repo.ts';
import { heldOf } from './repo.ts';
import type { StoredCreditType } from './types.ts';

/** The seller's choice of how grants of a type are spent. */
export function orderOf(type: StoredCreditType): BurnOrder {
  return { ...DEFAULT_BURN_ORDER, promotionsFirst: type.promotionsFirst };
}

/** By key or row id. Ends with `credit_type.not_found`. */
export async function creditTypeNamed(ctx: QueryCtx, ref: string) {
  const found = (await creditTypes(ctx)).find(({ key, id }) => key === ref || id === ref);
  return found ?? refuse('credit_type.not_found', `There is no credit type ${ref}.`);
}

/** What a customer can spend of a type, with what is promised to processes and not used yet. */
export async function wholeBalance(ctx: QueryCtx, customerId: string, typeId: string): Promise<Decimal12> {
  const free = balanceAt(await heldOf(ctx, customerId), typeId, ctx.now);
  return decimal12FromScaled(free + ((await promisedOf(ctx, customerId)).get(typeId) ?? 0n));
}

/**
 * Follows a change of a balance under the customer's lock: falling below its mark, the customer's own or that of the type,
 * is told once, and an automatic reload looks at it. Where a plan is about to grant the next period's credits, nothing is
 * told between the two. Credits that are promised to processes are not used yet, so they count here.
 *
 * @param before what was free, or with `isWithPromised` what was promised too
 */
export async function followBalance(
  ctx: CommandCtx,
  customerId: string,
  type: StoredCreditType,
  before: Decimal12,
  { isWithPromised = false } = {},
): Promise<void> {
  const free = balanceAt(await heldOf(ctx, customerId), type.id, ctx.now);
  if (!isWithPromised && free >= before) return;
  const promised = (await promisedOf(ctx, customerId)).get(type.id) ?? 0n;
  const after = free + promised;
  const stood = isWithPromised ? before : before + promised;
  if (after >= stood) return;
  const mark = await markOf(ctx, customerId, type);
  const hasFallen = mark !== null && stood >= mark && after < mark;
  if (hasFallen && !(await isAllowanceDue(ctx, customerId))) {
    ctx.emit({
      type: 'credits.low',
      objectId: ctx.newId(),
      customerId,
      payload: {
        credit_type: type.key,
        name: type.name,
        unit: type.unit,
        balance: formatDecimal12(decimal12FromScaled(after)),
        low_at: formatDecimal12(mark),
      },
    });
  }
  // Whoever answers from a copy of the balance hears that nothing is left.
  if (after === 0n)
    ctx.emit({
      type: 'credits.used_up',
      objectId: ctx.newId(),
      customerId,
      payload: { credit_type: type.key },
    });
  await lookAtReload(ctx, { customerId, creditTypeId: type.id }, ctx.now);
}
