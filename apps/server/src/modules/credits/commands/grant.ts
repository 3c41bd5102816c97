import { ANY_USE, type GrantScope } from '@billhook/core/credits/grant';
import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { lockCustomer } from '../../customers/api.ts';
import { addGrant } from '../changes.ts';
import { fault } from '../figures.ts';
import { grantId } from '../ids.ts';
import type { StoredCreditType, StoredGrant } from '../types.ts';

export type GrantInput = {
  customerId: string;
  type: StoredCreditType;
  amount: Decimal12;
  source: 'promotion' | 'adjustment';
  priority: number;
  effectiveAt: Instant | null;
  expiresAt: Instant | null;
  featureIds: readonly string[] | null;
  subscriptionId: string | null;
  reason: string;
};

/** Gives credits by hand. Refusals: `customer.not_found`, `credits.invalid`. */
export async function grantCredits(ctx: CommandCtx, input: GrantInput): Promise<StoredGrant> {
  await lockCustomer(ctx, input.customerId);
  const effectiveAt = input.effectiveAt ?? ctx.now;
  if (input.expiresAt !== null && (input.expiresAt <= effectiveAt || input.expiresAt <= ctx.now))
    fault('/expires_at', 'Credits expire after they become effective, and not in the past.');
  const scope: GrantScope = {
    ...ANY_USE,
    featureIds: input.featureIds,
    subscriptionId: input.subscriptionId,
  };
  const grant = await addGrant(ctx, {
    customerId: input.customerId,
    creditTypeId: input.type.id,
    source: input.source,
    amount: input.amount,
    priority: input.priority,
    effectiveAt,
    expiresAt: input.expiresAt,
    scope,
    rollover: null,
    rolledPeriods: 0,
    reason: input.reason,
    fromGrantId: null,
    originSubscriptionId: null,
    paidMinor: 0n,
    paidCurrency: null,
    fact: `by_hand:${ctx.newId()}`,
  });
  announceGrant(ctx, grant, input.type);
  ctx.audit({
    action: 'credits.grant',
    objectKind: 'credit_grant',
    objectId: grantId(grant.id),
    details: { credit_type: input.type.key, amount: formatDecimal12(grant.amount), reason: grant.reason },
  });
  return grant;
}

export function announceGrant(ctx: CommandCtx, grant: StoredGrant, type: StoredCreditType): void {
  ctx.emit({
    type: 'credits.granted',
    objectId: grant.id,
    customerId: grant.customerId,
    payload: {
      credit_type: type.key,
      amount: formatDecimal12(grant.amount),
      source: grant.source,
      expires_at: grant.expiresAt,
    },
  });
}
