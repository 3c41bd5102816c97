import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Phone } from '@billhook/core/texts/text-rules';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';

export type CustomerPhone = Phone & { customerId: string; consentBy: string | null };

const PHONE = `customer_id as "customerId", number, consent_at as "consentAt", consent_by as "consentBy",
  opted_out_at as "optedOutAt", fault`;

/** As `phoneOf`, held until the transaction ends: its owner may say stop at the same time. */
function lockPhone(ctx: CommandCtx, customerId: string): Promise<CustomerPhone | undefined> {
  return ctx.sql.row<CustomerPhone>(
    `select ${PHONE} from customer_phones where tenant_id = $1 and customer_id = $2 for update`,
    [ctx.tenant.id, customerId],
  );
}

export function phoneOf(ctx: QueryCtx, customerId: string): Promise<CustomerPhone | undefined> {
  return ctx.sql.row<CustomerPhone>(
    `select ${PHONE} from customer_phones where tenant_id = $1 and customer_id = $2`,
    [ctx.tenant.id, customerId],
  );
}

/**
 * Sets the number, and whether its owner agreed to be texted. Agreeing anew ends an earlier stop; another number begins
 * without the stop and the faults of the one before. Lock the customer first.
 */
export async function putPhone(
  ctx: CommandCtx,
  customerId: string,
  { number, consent }: { number: string; consent: boolean },
): Promise<CustomerPhone> {
  const before = await lockPhone(ctx, customerId);
  const isSame = before?.number === number;
  const keepsConsent = isSame && before.consentAt !== null && before.optedOutAt === null;
  const after: CustomerPhone = {
    customerId,
    number,
    consentAt: consent ? (keepsConsent ? before.consentAt : ctx.now) : null,
    consentBy: consent ? (keepsConsent ? before.consentBy : `${ctx.actor.kind}:${ctx.actor.id}`) : null,
    optedOutAt: consent || !isSame ? null : before.optedOutAt,
    fault: isSame ? before.fault : null,
  };
  await ctx.sql.run(
    `insert into customer_phones (tenant_id, customer_id, number, consent_at, consent_by, opted_out_at, fault, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (tenant_id, customer_id) do update set number = excluded.number, consent_at = excluded.consent_at,
       consent_by = excluded.consent_by, opted_out_at = excluded.opted_out_at, fault = excluded.fault,
       updated_at = excluded.updated_at`,
    [
      ctx.tenant.id,
      customerId,
      number,
      isoOrNull(after.consentAt),
      after.consentBy,
      isoOrNull(after.optedOutAt),
      after.fault,
      iso(ctx.now),
    ],
  );
  audited(ctx, customerId, 'customer.phone_set', { consent });
  return after;
}

export async function removePhone(ctx: CommandCtx, customerId: string): Promise<void> {
  const removed = await ctx.sql.run('delete from customer_phones where tenant_id = $1 and customer_id = $2', [
    ctx.tenant.id,
    customerId,
  ]);
  if (removed > 0) audited(ctx, customerId, 'customer.phone_removed', {});
}

/** What the owner of a number, or the network, says of it; for every customer who has it. */
export async function tellOfPhone(
  ctx: CommandCtx,
  number: string,
  told: { kind: 'stop' } | { kind: 'start' } | { kind: 'fault'; fault: string },
): Promise<void> {
  const change = {
    stop: 'opted_out_at = $3 where tenant_id = $1 and number = $2 and opted_out_at is null',
    // Who never agreed does not agree by a word that undoes a stop.
    start:
      'opted_out_at = null where tenant_id = $1 and number = $2 and opted_out_at is not null and $3::timestamptz is not null',
    fault: 'fault = $3 where tenant_id = $1 and number = $2 and fault is distinct from $3',
  }[told.kind];
  const value = told.kind === 'fault' ? told.fault : iso(ctx.now);
  const rows = await ctx.sql.rows<{ id: string }>(
    `update customer_phones set ${change} returning customer_id as id`,
    [ctx.tenant.id, number, value],
  );
  const action = { stop: 'stopped', start: 'started', fault: 'unusable' }[told.kind];
  for (const { id } of rows) audited(ctx, id, `customer.texts_${action}`, {});
}

function audited(ctx: CommandCtx, customerId: string, action: string, details: object): void {
  const objectId = encodeTypeId('cus', customerId);
  ctx.audit({ action, objectKind: 'customer', objectId, details: { ...details } });
}

export function presentPhone(customerId: string, phone: CustomerPhone | undefined) {
  return {
    object: 'customer_phone' as const,
    customer: encodeTypeId('cus', customerId),
    number: phone?.number ?? null,
    consent_at: isoOrNull(phone?.consentAt ?? null),
    opted_out_at: isoOrNull(phone?.optedOutAt ?? null),
    fault: phone?.fault ?? null,
  };
}
