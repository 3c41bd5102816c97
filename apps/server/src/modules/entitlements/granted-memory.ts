import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { createRecent } from '../../platform/recent.ts';
import type { Words } from '../catalog/api.ts';
import { subscriptionMarks } from '../subscriptions/api.ts';
import { type Access, loadGranted } from './access.ts';
import { changesAfter } from './horizon.ts';
import { agreementMarks } from './rights-repo.ts';

type Known = {
  /** Which rows it was made of, and what else it rests on. */
  mark: string;
  words: Words;
  settings: string;
  access: Access;
  /** It holds from the instant for which it was made until the clock alone changes it. */
  from: Instant;
  until: number;
};

const MOST_CUSTOMERS = 5_000;
const remembered = createRecent<string, Known>(MOST_CUSTOMERS);

/**
 * As `loadGranted`, for a transaction that shares these customers, so that nobody changes their rights meanwhile. Rights
 * that were worked out before are good as long as every row that they rest on is the very one that was read: a row that
 * changes is written by another transaction, whose number it carries. So this decides about hard limits as well.
 */
export async function grantedNow(
  ctx: QueryCtx,
  customerIds: readonly string[],
  words: Words,
): Promise<ReadonlyMap<string, Access>> {
  const [subscriptions, agreements] = await Promise.all([
    subscriptionMarks(ctx, customerIds),
    agreementMarks(ctx, customerIds),
  ]);
  const markOf = (id: string) => `${subscriptions.get(id) ?? ''}/${agreements.get(id) ?? ''}`;
  const settings = `${ctx.tenant.timeZone} ${ctx.tenant.settings.serviceGraceDays}`;
  const isGood = (known: Known | undefined, id: string): known is Known =>
    known !== undefined &&
    known.words === words &&
    known.settings === settings &&
    known.mark === markOf(id) &&
    known.from <= ctx.now &&
    ctx.now < known.until;
  const granted = new Map<string, Access>();
  const missing: string[] = [];
  for (const id of customerIds) {
    const known = remembered.get(`${ctx.tenant.id}/${id}`);
    if (isGood(known, id)) granted.set(id, known.access);
    else missing.push(id);
  }
  if (missing.length === 0) return granted;
  for (const [id, access] of await loadGranted(ctx, missing, { words })) {
    granted.set(id, access);
    remembered.set(`${ctx.tenant.id}/${id}`, {
      mark: markOf(id),
      words,
      settings,
      access,
      from: ctx.now,
      until: changesAfter(ctx, access),
    });
  }
  return granted;
}
