import { type BurnOrder, DEFAULT_BURN_ORDER } from '@billhook/core/credits/burn-order';
import { balanceAt } from '@billhook/core/credits/entry';
import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { CommandCtx, EarlyCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { creditTypes } from './catalogue-repo.ts';
import { promisedByCustomer, promisedOf } from './hold-repo.ts';
import { marksByCustomer } from './mark-repo.ts';
import { isAllowanceDue, lookAtReloads } from './purchase-repo.ts';
import { heldOf } from './repo.ts';
import type { StoredCreditType } from './types.ts';

/** The seller's choice of how grants of a type are spent. */
export function orderOf(type: StoredCreditType): BurnOrder {
  return { ...DEFAULT_BURN_ORDER, promotionsFirst: type.promotionsFirst };
}

/** By key or row id. Ends with `credit_type.not_found`. */
export async function creditTypeNamed(ctx: EarlyCtx, ref: string) {
  return typeNamed(await creditTypes(ctx), ref);
}

/** As `creditTypeNamed`, among types that the caller has. */
export function typeNamed(types: Iterable<StoredCreditType>, ref: string): StoredCreditType {
  for (const type of types) if (type.key === ref || type.id === ref) return type;
  return refuse('credit_type.not_found', `There is no credit type ${ref}.`);
}

/** What a customer can spend of a type, with what is promised to processes and not used yet. */
export async function wholeBalance(ctx: QueryCtx, customerId: string, typeId: string): Promise<Decimal12> {
  const free = balanceAt(await heldOf(ctx, customerId), typeId, ctx.now);
  return decimal12FromScaled(free + ((await promisedOf(ctx, customerId)).get(typeId) ?? 0n));
}

/** How much of a type a customer has now, and had before. */
export type BalanceMove = {
  customerId: string;
  type: StoredCreditType;
  before: Decimal12;
  after: Decimal12;
  /** Whether `before` counts what is promised to processes; otherwise both figures are what is free. */
  isWithPromised?: boolean;
};

/** As `followBalances`, of one that is read again. */
export async function followBalance(
  ctx: CommandCtx,
  customerId: string,
  type: StoredCreditType,
  before: Decimal12,
  { isWithPromised = false } = {},
): Promise<void> {
  const after = balanceAt(await heldOf(ctx, customerId), type.id, ctx.now);
  await followBalances(ctx, [{ customerId, type, before, after, isWithPromised }]);
}

/**
 * Follows changes of balances under the customers' locks: falling below its mark, the customer's own or that of the type,
 * is told once, and an automatic reload looks at it. Where a plan is about to grant the next period's credits, nothing is
 * told between the two. Credits that are promised to processes are not used yet, so they count here.
 */
export async function followBalances(ctx: CommandCtx, moves: readonly BalanceMove[]): Promise<void> {
  const fallen = moves.filter(
    ({ before, after, isWithPromised = false }) => isWithPromised || after < before,
  );
  if (fallen.length === 0) return;
  const customerIds = [...new Set(fallen.map(({ customerId }) => customerId))];
  const [promised, marks] = await Promise.all([
    promisedByCustomer(ctx, customerIds),
    marksByCustomer(ctx, customerIds),
  ]);
  const lowered: BalanceMove[] = [];
  for (const move of fallen) {
    const { customerId, type, isWithPromised = false } = move;
    const held = promised.get(customerId)?.get(type.id) ?? 0n;
    const after = decimal12FromScaled(move.after + held);
    const before = isWithPromised ? move.before : decimal12FromScaled(move.before + held);
    if (after >= before) continue;
    lowered.push(move);
    await tell(ctx, { customerId, type, before, after }, marks.get(customerId)?.get(type.id) ?? type.lowAt);
  }
  await lookAtReloads(
    ctx,
    lowered.map(({ customerId, type }) => ({ customerId, creditTypeId: type.id })),
    ctx.now,
  );
}

async function tell(
  ctx: CommandCtx,
  { customerId, type, before, after }: BalanceMove,
  mark: Decimal12 | null,
): Promise<void> {
  const { key: credit_type, name, unit } = type;
  const hasFallen = mark !== null && before >= mark && after < mark;
  if (hasFallen && !(await isAllowanceDue(ctx, customerId)))
    ctx.emit({
      type: 'credits.low',
      objectId: ctx.newId(),
      customerId,
      payload: {
        credit_type,
        name,
        unit,
        balance: formatDecimal12(after),
        low_at: formatDecimal12(mark),
      },
    });
  // Whoever answers from a copy of the balance hears that nothing is left.
  if (after === 0n)
    ctx.emit({ type: 'credits.used_up', objectId: ctx.newId(), customerId, payload: { credit_type } });
}
