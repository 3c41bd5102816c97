import { type BurnOrder, DEFAULT_BURN_ORDER } from '@billhook/core/credits/burn-order';
import { balanceAt } from '@billhook/core/credits/entry';
import type { Decimal12 } from '@billhook/core/kernel/decimal';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { CommandCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { creditTypes } from './catalogue-repo.ts';
import { isAllowanceDue, lookAtReloads } from './purchase-repo.ts';
import { heldOf } from './repo.ts';
import type { StoredCreditType } from './types.ts';

/** The seller's choice of how grants of a type are spent. */
export function orderOf(type: StoredCreditType): BurnOrder {
  return { ...DEFAULT_BURN_ORDER, promotionsFirst: type.promotionsFirst };
}

/** By key or row id. Ends with `credit_type.not_found`. */
export async function creditTypeNamed(ctx: CommandCtx | Parameters<typeof creditTypes>[0], ref: string) {
  return typeNamed(await creditTypes(ctx), ref);
}

/** As `creditTypeNamed`, among types that the caller has. */
export function typeNamed(types: Iterable<StoredCreditType>, ref: string): StoredCreditType {
  for (const type of types) if (type.key === ref || type.id === ref) return type;
  return refuse('credit_type.not_found', `There is no credit type ${ref}.`);
}

/** How much of a type a customer has now, and had before. */
export type BalanceMove = {
  customerId: string;
  type: StoredCreditType;
  before: Decimal12;
  after: Decimal12;
};

/** As `followBalances`, of one that is read again. */
export async function followBalance(
  ctx: CommandCtx,
  customerId: string,
  type: StoredCreditType,
  before: Decimal12,
): Promise<void> {
  const after = balanceAt(await heldOf(ctx, customerId), type.id, ctx.now);
  await followBalances(ctx, [{ customerId, type, before, after }]);
}

/**
 * Follows changes of balances under the customers' locks: falling below the mark of its type is told once, and an
 * automatic reload looks at it. Where a plan is about to grant the next period's credits, nothing is told between the
 * two.
 */
export async function followBalances(ctx: CommandCtx, moves: readonly BalanceMove[]): Promise<void> {
  for (const { customerId, type, before, after } of moves) {
    const { lowAt, key: credit_type, name, unit } = type;
    const hasFallen = lowAt !== null && before >= lowAt && after < lowAt;
    if (hasFallen && !(await isAllowanceDue(ctx, customerId)))
      ctx.emit({
        type: 'credits.low',
        objectId: ctx.newId(),
        customerId,
        payload: { credit_type, name, unit, balance: formatDecimal12(after) },
      });
    // Whoever answers from a copy of the balance hears that nothing is left.
    if (before > 0n && after === 0n)
      ctx.emit({ type: 'credits.used_up', objectId: ctx.newId(), customerId, payload: { credit_type } });
  }
  await lookAtReloads(
    ctx,
    moves
      .filter(({ before, after }) => after < before)
      .map(({ customerId, type }) => ({ customerId, creditTypeId: type.id })),
    ctx.now,
  );
}
