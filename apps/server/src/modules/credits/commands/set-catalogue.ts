import { termsOf } from '@billhook/core/catalog/meter';
import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { CurrencyCode } from '@billhook/core/money/currency';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { burnCreditsOf, listMeters, type StoredMeter } from '../../catalog/api.ts';
import * as repo from '../catalogue-repo.ts';
import { fault } from '../figures.ts';
import { allowanceId, costId, creditTypeId, packId } from '../ids.ts';
import type { StoredAllowance, StoredCost, StoredCreditType, StoredPack } from '../types.ts';

/** Refuses with `credit_type.already_exists`. */
export async function createCreditType(
  ctx: CommandCtx,
  input: Omit<StoredCreditType, 'id' | 'createdAt'>,
): Promise<StoredCreditType> {
  const type = { ...input, id: ctx.newId(), createdAt: ctx.now };
  if (!(await repo.insertType(ctx, type)))
    return refuse('credit_type.already_exists', `The key ${type.key} belongs to another credit type.`);
  ctx.audit({
    action: 'credit_type.create',
    objectKind: 'credit_type',
    objectId: creditTypeId(type.id),
    details: { key: type.key, currency: type.currency },
  });
  return type;
}

/**
 * Adds a version of what a feature costs, from now on or later; what was used before keeps its price. Refusal:
 * `credits.invalid`.
 */
export async function setCost(
  ctx: CommandCtx,
  input: Omit<StoredCost, 'id' | 'effectiveAt' | 'createdAt'> & { effectiveAt: Instant | null },
): Promise<StoredCost> {
  const effectiveAt = beginning(ctx, input.effectiveAt);
  if (input.overageMeterId !== null) await requireOverageMeter(ctx, input.overageMeterId, input.beyond);
  const cost = { ...input, id: ctx.newId(), effectiveAt, createdAt: ctx.now };
  if (!(await repo.insertCost(ctx, cost)))
    return fault('/effective_at', 'Another cost of this feature begins at this very instant.');
  await burnCreditsOf(ctx, cost.featureId);
  if (await repo.owesOnBurning(ctx, cost.featureId)) fault('/feature', OWED_APART);
  ctx.emit({ type: 'feature.cost_set', objectId: cost.featureId, payload: { cost: costId(cost.id) } });
  ctx.audit({
    action: 'credit_cost.set',
    objectKind: 'credit_cost',
    objectId: costId(cost.id),
    details: { per_unit: formatDecimal12(cost.perUnit), beyond: cost.beyond },
  });
  return cost;
}

export const OWED_APART = 'What is owed counts on a meter of its own: not on one whose events cost credits.';

/** What is owed is one figure an event, so its meter adds up a value, whatever else an event says, and burns nothing itself. */
async function requireOverageMeter(ctx: CommandCtx, id: string, beyond: StoredCost['beyond']): Promise<void> {
  const meter = (await listMeters(ctx)).find((one) => one.id === id);
  if (beyond === 'block')
    fault('/overage_meter', 'Where use beyond the balance is refused, nothing is owed for it.');
  if (meter === undefined || meter.archivedAt !== null || !countsOverage(meter))
    fault('/overage_meter', 'What is owed counts on a meter that adds up a value without conditions.');
}

/** Whether what no grant covers may count on a meter. */
export function countsOverage(meter: StoredMeter): boolean {
  return (
    meter.aggregation === 'sum' &&
    meter.valueProperty !== null &&
    meter.unitProperty === null &&
    termsOf(meter).filters.length === 0 &&
    !meter.burnsCredits
  );
}

/** Refuses with `credit_pack.already_exists`, or `credits.invalid` for money credits in another currency. */
export async function createPack(
  ctx: CommandCtx,
  type: StoredCreditType,
  input: Omit<StoredPack, 'id' | 'archivedAt' | 'creditTypeId' | 'createdAt'>,
): Promise<StoredPack> {
  if (type.currency !== null && type.currency !== (input.currency as CurrencyCode))
    return fault('/currency', `Credits in ${type.currency} are sold in ${type.currency}.`);
  const pack = { ...input, id: ctx.newId(), creditTypeId: type.id, archivedAt: null, createdAt: ctx.now };
  if (!(await repo.insertPack(ctx, pack)))
    return refuse('credit_pack.already_exists', `The key ${pack.key} belongs to another pack.`);
  ctx.audit({
    action: 'credit_pack.create',
    objectKind: 'credit_pack',
    objectId: packId(pack.id),
    details: { key: pack.key, amount: formatDecimal12(pack.amount), price: `${pack.priceMinor}` },
  });
  return pack;
}

/** Takes a pack off sale, or back on it. Reloads by it go on until the customer chooses another. */
export async function setPackArchived(
  ctx: CommandCtx,
  pack: StoredPack,
  isArchived: boolean,
): Promise<StoredPack> {
  const archivedAt = isArchived ? (pack.archivedAt ?? ctx.now) : null;
  await repo.updatePackRow(ctx, { ...pack, archivedAt });
  ctx.audit({
    action: 'credit_pack.update',
    objectKind: 'credit_pack',
    objectId: packId(pack.id),
    details: { archived: isArchived },
  });
  return { ...pack, archivedAt };
}

/** Adds a version of what a plan grants each interval, from now on or later. Refusal: `credits.invalid`. */
export async function setAllowance(
  ctx: CommandCtx,
  input: Omit<StoredAllowance, 'id' | 'effectiveAt' | 'createdAt'> & {
    amount: Decimal12;
    effectiveAt: Instant | null;
  },
): Promise<StoredAllowance> {
  const effectiveAt = beginning(ctx, input.effectiveAt);
  const allowance = { ...input, id: ctx.newId(), effectiveAt, createdAt: ctx.now };
  if (!(await repo.insertAllowance(ctx, allowance)))
    return fault('/effective_at', 'Another allowance of this plan begins at this very instant.');
  ctx.audit({
    action: 'credit_allowance.set',
    objectKind: 'credit_allowance',
    objectId: allowanceId(allowance.id),
    details: { amount: formatDecimal12(allowance.amount), interval: allowance.every },
  });
  return allowance;
}

/** History keeps its price: a version begins now or later. */
function beginning(ctx: CommandCtx, at: Instant | null): Instant {
  if (at !== null && at < ctx.now) return fault('/effective_at', 'A version begins now or later.');
  return at ?? ctx.now;
}
