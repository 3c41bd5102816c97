import { inBurnOrder } from '@billhook/core/credits/burn-order';
import { balanceAt } from '@billhook/core/credits/entry';
import { DECIMAL12_ZERO, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { QueryCtx } from '../../../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../../../platform/page.ts';
import { listFeatures } from '../../catalog/api.ts';
import { orderOf } from '../balance.ts';
import { creditPacks, creditTypes } from '../catalogue-repo.ts';
import { promisedOf } from '../hold-repo.ts';
import { entryId } from '../ids.ts';
import { marksOf } from '../mark-repo.ts';
import { presentEntry, presentGrant, presentReload, presentTypeFace } from '../present.ts';
import { purchasesSince, reloadsOf } from '../purchase-repo.ts';
import { heldOf, pageOfEntries } from '../repo.ts';

/**
 * What a customer has, by type and grant, in the order in which it is spent; types without anything are left out unless
 * something reloads them, is promised of them or is set for them.
 */
export async function balanceOf(ctx: QueryCtx, customerId: string) {
  const held = await heldOf(ctx, customerId);
  const reloads = await reloadsOf(ctx, customerId);
  const features = new Map((await listFeatures(ctx)).map((feature) => [feature.id, feature]));
  const packs = await creditPacks(ctx);
  const waiting = (await purchasesSince(ctx, customerId, ctx.now)).filter(
    ({ status }) => status === 'pending',
  );
  const types = await creditTypes(ctx);
  const promised = await promisedOf(ctx, customerId);
  const marks = await marksOf(ctx, customerId);
  return types.flatMap((type) => {
    const own = held.filter(({ creditTypeId }) => creditTypeId === type.id);
    const reload = reloads.find(({ creditTypeId }) => creditTypeId === type.id);
    const bought = new Set(packs.filter((pack) => pack.creditTypeId === type.id).map(({ id }) => id));
    const isBuying = waiting.some(({ packId }) => bought.has(packId));
    const isPromised = promised.has(type.id);
    const mark = marks.get(type.id);
    const isAny = own.length > 0 || isPromised || reload !== undefined || isBuying || mark !== undefined;
    if (!isAny) return [];
    const lowAt = mark ?? type.lowAt;
    const grants = inBurnOrder(own, orderOf(type));
    return [
      {
        object: 'credit_balance' as const,
        credit_type: presentTypeFace(type),
        available: formatDecimal12(balanceAt(own, type.id, ctx.now)),
        promised: formatDecimal12(promised.get(type.id) ?? DECIMAL12_ZERO),
        low_at: lowAt === null ? null : formatDecimal12(lowAt),
        low_at_is_own: mark !== undefined,
        grants: grants.map((grant) => presentGrant(grant, features, ctx.now)),
        purchase_pending: isBuying,
        reload: reload === undefined ? null : presentReload(reload, packs),
      },
    ];
  });
}

/** What happened to a customer's credits, newest first. */
export async function historyOf(
  ctx: QueryCtx,
  customerId: string,
  query: { limit?: number | undefined; starting_after?: string | undefined },
) {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const after = readCursorId('centry', query.starting_after);
  const rows = await pageOfEntries(ctx, { customerId, after, limit: limit + 1 });
  const types = new Map((await creditTypes(ctx)).map((type) => [type.id, type]));
  const features = new Map((await listFeatures(ctx)).map((feature) => [feature.id, feature]));
  return pageOf(
    rows,
    limit,
    (row) => presentEntry(row, types, features),
    (row) => entryId(row.id),
  );
}
