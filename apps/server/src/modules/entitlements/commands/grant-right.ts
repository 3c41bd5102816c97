import { type Instant, parseInstant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import type { FieldFault } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import { requestUsageChecks } from '../../usage/api.ts';
import { changeToJson } from '../change-json.ts';
import { grantId } from '../ids.ts';
import { insertGrant, type StoredGrant } from '../rights-repo.ts';
import { type AgreementInput, readTarget, refuseRight } from './read-target.ts';

export type GrantInput = AgreementInput & { from?: string | undefined; until: string };

/** Gives a right for a time, from now or later on, never back in time: what was refused stays refused. */
export async function grantRight(
  ctx: CommandCtx,
  customerId: string,
  input: GrantInput,
): Promise<StoredGrant> {
  const { subscriptionId, feature, change } = await readTarget(ctx, customerId, input, 'grant');
  const { from, until } = readSpan(ctx.now, input);
  const grant: StoredGrant = {
    id: ctx.newId(),
    customerId,
    subscriptionId,
    featureId: feature.id,
    change,
    from,
    until,
    reason: input.reason,
    by: ctx.actor,
    createdAt: ctx.now,
    revokedAt: null,
    revokedReason: null,
  };
  await insertGrant(ctx, grant);
  await requestUsageChecks(ctx, [customerId]);
  const span = { from: iso(from), until: iso(until) };
  ctx.emit({
    type: 'entitlement.granted',
    objectId: grant.id,
    customerId,
    payload: { feature_id: feature.id, feature: feature.key, subscription_id: subscriptionId, ...span },
  });
  ctx.audit({
    action: 'entitlement.grant',
    objectKind: 'entitlement_grant',
    objectId: grantId(grant.id),
    details: { feature: feature.key, change: changeToJson(change), ...span, reason: input.reason },
  });
  return grant;
}

function readSpan(now: Instant, input: GrantInput): { from: Instant; until: Instant } {
  const faults: FieldFault[] = [];
  const read = (text: string, pointer: string): Instant => {
    const moment = parseInstant(text);
    if (moment.ok) return moment.value;
    faults.push({ pointer, code: moment.refusal.code, detail: moment.refusal.detail });
    return now;
  };
  const from = input.from === undefined ? now : read(input.from, '/from');
  const until = read(input.until, '/until');
  if (faults.length === 0 && from < now)
    faults.push({ pointer: '/from', code: 'right.from_past', detail: 'A grant begins now or later.' });
  if (faults.length === 0 && until <= from)
    faults.push({ pointer: '/until', code: 'right.until', detail: 'A grant ends after it begins.' });
  return faults.length > 0 ? refuseRight(faults) : { from, until };
}
