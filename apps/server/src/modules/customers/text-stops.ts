import type { CommandCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';
import { auditPhone } from './audit-phone.ts';
import { type CustomerPhone, phoneOf } from './phones.ts';

/** E.164. */
const NUMBER = /^\+[1-9][0-9]{6,14}$/;

/** Ends the stop of a customer's number on the word of staff, who say why. Refuses with `customer.texts_not_stopped`. */
export async function liftStop(ctx: CommandCtx, customerId: string, reason: string): Promise<CustomerPhone> {
  const phone = await phoneOf(ctx, customerId);
  const lifted = phone === undefined ? [] : await endStop(ctx, phone.number);
  if (phone === undefined || lifted.length === 0)
    return refuse('customer.texts_not_stopped', 'Nobody stopped texts to this number.');
  for (const id of new Set([customerId, ...lifted]))
    auditPhone(ctx, id, 'customer.text_stop_lifted', { reason });
  return { ...phone, optedOutAt: null };
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
  for (const id of changed) auditPhone(ctx, id, `customer.texts_${action}`, {});
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
