import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Phone } from '@billhook/core/texts/text-rules';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { auditPhone } from './audit-phone.ts';

export type CustomerPhone = Phone & { customerId: string; consentBy: string | null };

const PHONE = `p.customer_id as "customerId", p.number, p.consent_at as "consentAt", p.consent_by as "consentBy",
  s.stopped_at as "optedOutAt", p.fault`;
/** A stop is the number's: it holds for every customer who has it, now and later. */
const FROM = `customer_phones p left join text_stops s on s.tenant_id = p.tenant_id and s.number = p.number
  where p.tenant_id = $1 and p.customer_id = $2`;

export function phoneOf(ctx: QueryCtx, customerId: string): Promise<CustomerPhone | undefined> {
  return ctx.sql.row<CustomerPhone>(`select ${PHONE} from ${FROM}`, [ctx.tenant.id, customerId]);
}

/**
 * Sets the number, and whether its owner agreed to be texted. That ends no stop: only the owner of the number does, or staff
 * with a reason. Another number begins without the faults of the one before. Lock the customer first.
 */
export async function putPhone(
  ctx: CommandCtx,
  customerId: string,
  { number, consent }: { number: string; consent: boolean },
): Promise<CustomerPhone> {
  const before = await ctx.sql.row<CustomerPhone>(`select ${PHONE} from ${FROM} for update of p`, [
    ctx.tenant.id,
    customerId,
  ]);
  const isSame = before?.number === number;
  const keepsConsent = isSame && before.consentAt !== null;
  const consentAt = consent ? (keepsConsent ? before.consentAt : ctx.now) : null;
  const consentBy = consent ? (keepsConsent ? before.consentBy : `${ctx.actor.kind}:${ctx.actor.id}`) : null;
  await ctx.sql.run(
    `insert into customer_phones (tenant_id, customer_id, number, consent_at, consent_by, fault, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, customer_id) do update set number = excluded.number, consent_at = excluded.consent_at,
       consent_by = excluded.consent_by, fault = excluded.fault, updated_at = excluded.updated_at`,
    [
      ctx.tenant.id,
      customerId,
      number,
      isoOrNull(consentAt),
      consentBy,
      isSame ? before.fault : null,
      iso(ctx.now),
    ],
  );
  auditPhone(ctx, customerId, 'customer.phone_set', { consent });
  const after = await phoneOf(ctx, customerId);
  if (after === undefined) throw new Error('a number was just kept');
  return after;
}

export async function removePhone(ctx: CommandCtx, customerId: string): Promise<void> {
  const removed = await ctx.sql.run('delete from customer_phones where tenant_id = $1 and customer_id = $2', [
    ctx.tenant.id,
    customerId,
  ]);
  if (removed > 0) auditPhone(ctx, customerId, 'customer.phone_removed', {});
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
