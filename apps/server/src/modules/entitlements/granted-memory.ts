import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { createRecent } from '../../platform/recent.ts';
import type { RowMark } from '../../platform/row-marks.ts';
import type { Insistence } from '../../platform/together.ts';
import type { Words } from '../catalog/api.ts';
import {
  NO_SUBSCRIPTIONS,
  type SubscriptionMark,
  subscriptionMarks,
  subscriptionsAre,
} from '../subscriptions/api.ts';
import { type Access, loadGranted } from './access.ts';
import { changesAfter } from './horizon.ts';
import { agreementMarks, agreementsAre } from './rights-repo.ts';

type Marks = { subscriptions: SubscriptionMark; agreements: RowMark };

type Known = {
  /** Which rows it was made of, and what else it rests on. */
  marks: Marks;
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
  const marksOf = (id: string): Marks => ({
    subscriptions: subscriptions.get(id) ?? NO_SUBSCRIPTIONS,
    agreements: agreements.get(id) ?? 0n,
  });
  const settings = settingsOf(ctx);
  const isGood = (known: Known | undefined, id: string): known is Known =>
    known !== undefined &&
    isOfNow(ctx, known, words, settings) &&
    known.marks.subscriptions.mark === (subscriptions.get(id) ?? NO_SUBSCRIPTIONS).mark &&
    known.marks.agreements === (agreements.get(id) ?? 0n);
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
      marks: marksOf(id),
      words,
      settings,
      access,
      from: ctx.now,
      until: changesAfter(ctx, access),
    });
  }
  return granted;
}

type Reading = Pick<QueryCtx, 'tenant' | 'now'>;

const settingsOf = ({ tenant }: Reading) => `${tenant.timeZone} ${tenant.settings.serviceGraceDays}`;

function isOfNow({ now }: Reading, known: Known, words: Words, settings: string): boolean {
  return known.words === words && known.settings === settings && known.from <= now && now < known.until;
}

/** Rights as they were worked out before. They hold where the transaction insists on their rows. */
export type SeenRights = { customerId: string; access: Access; marks: Marks };

/** What is remembered of a customer; undefined where the clock, the words or the settings say that it is over. */
export function rightsAtHand(ctx: Reading, customerId: string, words: Words): SeenRights | undefined {
  const known = remembered.get(`${ctx.tenant.id}/${customerId}`);
  if (known === undefined || !isOfNow(ctx, known, words, settingsOf(ctx))) return undefined;
  return { customerId, access: known.access, marks: known.marks };
}

/**
 * That the rights of customers, whom the transaction shares, rest on the rows that they were made of.
 *
 * @param customerIds theirs, as `uuid[]`
 */
export function rightsStand(
  { now }: Reading,
  customerIds: Buffer,
  seen: readonly SeenRights[],
): readonly Insistence[] {
  return [
    subscriptionsAre(
      customerIds,
      seen.map(({ marks }) => marks.subscriptions),
    ),
    agreementsAre(
      customerIds,
      seen.map(({ marks }) => marks.agreements),
      now,
    ),
  ];
}
