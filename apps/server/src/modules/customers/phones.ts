import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Phone } from '@billhook/core/texts/text-rules';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';

/** E.164. */
const NUMBER = /^\+[1-9][0-9]{6,14}$/;

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
  audited(ctx, customerId, 'customer.phone_set', { consent });
  const after = await phoneOf(ctx, customerId);
  if (after === undefined) throw new Error('a number was just kept');
  return after;
}

/** Ends the stop of a customer's number on the word of staff, who say why. Refuses with `customer.texts_not_stopped`. */
export async function liftStop(ctx: CommandCtx, customerId: string, reason: string): Promise<CustomerPhone> {
  const phone = await phoneOf(ctx, customerId);
  const lifted = phone === undefined ? [] : await endStop(ctx, phone.number);
  if (phone === undefined || lifted.length === 0)
    return refuse('customer.texts_not_stopped', 'Nobody stopped texts to this number.');
  for (const id of new Set([customerId, ...lifted]))
    audited(ctx, id, 'customer.text_stop_lifted', { reason });
  return { ...phone, optedOutAt: null };
}

export async function removePhone(ctx: CommandCtx, customerId: string): Promise<void> {
  const removed = await ctx.sql.run('delete from customer_phones where tenant_id = $1 and customer_id = $2', [
    ctx.tenant.id,
    customerId,
  ]);
  if (removed > 0) audited(ctx, customerId, 'customer.phone_removed', {});
}

/** What the owner of a number, or the network, says of it; for every customer who has it, now and later. */
export async function tellOfPhone(
  ctx: CommandCtx,
  number: string,
  told: { kind: 'stop' } | { kind: 'start' } | { kind: 'fault'; fault: string },
): Promise<void> {
  if (!NUMBER.test(number)) return;
  const action = { stop: 'stopped', start: 'started', fault: 'unusable' }[told.kind];
  // Who never agreed does not agree by a word that undoes a stop.
  const changed =
    told.kind === 'fault'
      ? await keepFault(ctx, number, told.fault)
      : told.kind === 'stop'
        ? await beginStop(ctx, number)
        : await endStop(ctx, number);
  for (const id of changed) audited(ctx, id, `customer.texts_${action}`, {});
}

async function keepFault(ctx: CommandCtx, number: string, fault: string): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `update customer_phones set fault = $3 where tenant_id = $1 and number = $2 and fault is distinct from $3
     returning customer_id as id`,
    [ctx.tenant.id, number, fault],
  );
  return rows.map(({ id }) => id);
}

async function beginStop(ctx: CommandCtx, number: string): Promise<string[]> {
  const begun = await ctx.sql.run(
    'insert into text_stops (tenant_id, number, stopped_at) values ($1, $2, $3) on conflict do nothing',
    [ctx.tenant.id, number, iso(ctx.now)],
  );
  return begun === 0 ? [] : customersWith(ctx, number);
}

/** Whoever has the number; nobody where there was no stop. */
async function endStop(ctx: CommandCtx, number: string): Promise<string[]> {
  const ended = await ctx.sql.run('delete from text_stops where tenant_id = $1 and number = $2', [
    ctx.tenant.id,
    number,
  ]);
  return ended === 0 ? [] : customersWith(ctx, number);
}

async function customersWith(ctx: CommandCtx, number: string): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    'select customer_id as id from customer_phones where tenant_id = $1 and number = $2 order by customer_id',
    [ctx.tenant.id, number],
  );
  return rows.map(({ id }) => id);
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
