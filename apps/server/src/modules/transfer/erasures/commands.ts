import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { expiryOf, mayDecide } from '@billhook/core/payments/second-person';
import type { Hindrance } from '@billhook/core/privacy/erasure';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { lockCustomer } from '../../customers/api.ts';
import { personBehind } from '../../identity/api.ts';
import { hindrancesNow, keptUntilOf } from './facts.ts';
import { endHold, insertHold, keepDocuments, type LegalHold, standingHold } from './holds.ts';
import { auditErasure } from './publish.ts';
import {
  decideErasure,
  type ErasureRecord,
  findErasure,
  insertErasure,
  latestErasure,
  lockErasure,
} from './repo.ts';
import { readPrivacySettings } from './settings.ts';

const WORDS: Record<Hindrance, string> = {
  erased: 'it is erased already',
  under_way: 'an erasure is under way',
  legal_hold: 'it is on legal hold',
  subscriptions: 'it has subscriptions that have not ended',
  unbilled: 'its last bill is not made',
  open_invoices: 'it has open invoices',
  money_under_way: 'money is under way',
  disputes: 'it has open disputes',
};

/** Ends with `erasure.not_possible`, which names everything that stands in the way. */
function refuseHindered(hindrances: readonly Hindrance[]): void {
  if (hindrances.length === 0) return;
  refuse(
    'erasure.not_possible',
    `The customer cannot be erased: ${hindrances.map((one) => WORDS[one]).join('; ')}.`,
    {
      facts: { hindrances },
    },
  );
}

/**
 * Begins an erasure, or asks a second person where the settings want one. Nothing is changed in this transaction.
 *
 * @param seen the fingerprint that was previewed
 * Refusals: `customer.not_found`, `erasure.not_possible`, `erasure.not_as_seen`.
 */
export async function requestErasure(
  ctx: CommandCtx,
  customerId: string,
  reason: string,
  isAsSeen: (keptUntil: string | null) => boolean,
): Promise<ErasureRecord> {
  await lockCustomer(ctx, customerId);
  const latest = await latestErasure(ctx, customerId);
  if (latest?.state === 'waiting' && ctx.wallNow >= latest.expiresAt) {
    await decideErasure(ctx, latest.id, 'canceled', 'Nobody agreed in time.');
  }
  refuseHindered(await hindrancesNow(ctx, customerId, null));
  const keptUntil = await keptUntilOf(ctx, customerId);
  if (!isAsSeen(keptUntil)) {
    refuse('erasure.not_as_seen', 'This preview has expired, or what stays has changed. Look at it again.');
  }
  const { needsSecondPerson } = await readPrivacySettings(ctx);
  const id = ctx.newId();
  await insertErasure(ctx, {
    id,
    customerId,
    state: needsSecondPerson ? 'waiting' : 'queued',
    reason,
    askedBy: ctx.actor.id,
    person: await personBehind(ctx),
    expiresAt: expiryOf(ctx.wallNow),
    keptUntil,
  });
  auditErasure(ctx, 'request', { id, customerId });
  return (await findErasure(ctx, id)) ?? noErasure();
}

/** Refusals: `erasure.not_found`, `erasure.not_possible`, `approval.closed`, `approval.own_request`. */
export async function approveErasure(ctx: CommandCtx, id: string): Promise<ErasureRecord> {
  const record = await decidable(ctx, id, 'approved');
  refuseHindered(await hindrancesNow(ctx, record.customerId, id));
  await decideErasure(ctx, id, 'queued');
  auditErasure(ctx, 'approve', record);
  return (await findErasure(ctx, id)) ?? noErasure();
}

/** Refusals: `erasure.not_found`, `approval.closed`. */
export async function cancelErasure(ctx: CommandCtx, id: string): Promise<ErasureRecord> {
  const record = await decidable(ctx, id, 'declined');
  await decideErasure(ctx, id, 'canceled');
  auditErasure(ctx, 'cancel', record);
  return (await findErasure(ctx, id)) ?? noErasure();
}

async function decidable(
  ctx: CommandCtx,
  id: string,
  verdict: 'approved' | 'declined',
): Promise<ErasureRecord> {
  const seen = (await findErasure(ctx, id)) ?? noErasure();
  await lockCustomer(ctx, seen.customerId);
  const record = (await lockErasure(ctx, id)) ?? noErasure();
  const { state, person, expiresAt } = record;
  const status = state === 'waiting' ? 'waiting' : state === 'canceled' ? 'declined' : 'approved';
  const may = mayDecide({ status, askedBy: person, expiresAt }, ctx.actor.id, verdict, ctx.wallNow);
  if (may.ok) return record;
  const isOwn = may.refusal.code === 'approval.own_request';
  return refuse(isOwn ? 'approval.own_request' : 'approval.closed', may.refusal.detail);
}

/** Refusals: `customer.not_found`, `erasure.not_possible`, `legal_hold.already_placed`. */
export async function placeHold(ctx: CommandCtx, customerId: string, reason: string): Promise<LegalHold> {
  await lockCustomer(ctx, customerId);
  if ((await standingHold(ctx, customerId)) !== undefined) {
    refuse('legal_hold.already_placed', 'The customer is on legal hold already.');
  }
  const latest = await latestErasure(ctx, customerId);
  // What an erasure is taking away now cannot be held; the documents that it leaves can.
  if (latest?.state === 'running') refuseHindered(['erased']);
  await keepDocuments(ctx, customerId, true);
  const hold = { id: ctx.newId(), customerId, reason, placedBy: ctx.actor.id, placedAt: ctx.wallNow };
  await insertHold(ctx, hold);
  ctx.audit({
    action: 'legal_hold.place',
    objectKind: 'customer',
    objectId: encodeTypeId('cus', customerId),
    details: {},
  });
  return hold;
}

/** Refusals: `customer.not_found`, `legal_hold.not_placed`. */
export async function releaseHold(ctx: CommandCtx, customerId: string, reason: string): Promise<void> {
  await lockCustomer(ctx, customerId);
  const hold = await standingHold(ctx, customerId);
  if (hold === undefined) return refuse('legal_hold.not_placed', 'The customer is not on legal hold.');
  await endHold(ctx, hold.id, reason);
  await keepDocuments(ctx, customerId, false);
  ctx.audit({
    action: 'legal_hold.release',
    objectKind: 'customer',
    objectId: encodeTypeId('cus', customerId),
    details: {},
  });
}

export function noErasure(): never {
  return refuse('erasure.not_found', 'There is no such erasure.');
}
