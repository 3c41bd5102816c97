import type { RegistryRecord } from '@billhook/core/tax/registry-answer';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import type { VatRegistryAnswer } from './registry.ts';

type Row = {
  customer_id: string;
  number: string;
  is_valid: boolean | null;
  answered_at: Instant | null;
  consultation_number: string | null;
  registered_name: string | null;
  registered_address: string | null;
  down_since: Instant | null;
  ask_at: Instant;
};

/** What is known of a customer's number. */
export type VatNumberRecord = RegistryRecord & {
  customerId: string;
  number: string;
  registeredName: string | null;
  registeredAddress: string | null;
};

const COLUMNS = `customer_id, number, is_valid, answered_at, consultation_number, registered_name, registered_address,
  down_since, ask_at`;

const toRecord = (row: Row): VatNumberRecord => ({
  customerId: row.customer_id,
  number: row.number,
  registeredName: row.registered_name,
  registeredAddress: row.registered_address,
  downSince: row.down_since,
  answer:
    row.is_valid === null || row.answered_at === null
      ? null
      : {
          isValid: row.is_valid,
          answeredAt: row.answered_at,
          consultationNumber: row.consultation_number,
        },
});

/** Notes a number that is to be asked about; one that is known already keeps what was answered. */
export async function noteNumber(ctx: CommandCtx, customerId: string, number: string): Promise<void> {
  await ctx.sql.run(
    `insert into customer_vat_numbers (tenant_id, customer_id, number, ask_at) values ($1, $2, $3, $4)
     on conflict (tenant_id, customer_id) do update set number = excluded.number, ask_at = excluded.ask_at,
       is_valid = null, answered_at = null, consultation_number = null, registered_name = null,
       registered_address = null, down_since = null
     where customer_vat_numbers.number <> excluded.number`,
    [ctx.tenant.id, customerId, number, iso(ctx.now)],
  );
}

export async function forgetNumber(ctx: CommandCtx, customerId: string): Promise<void> {
  await ctx.sql.run('delete from customer_vat_numbers where tenant_id = $1 and customer_id = $2', [
    ctx.tenant.id,
    customerId,
  ]);
}

export async function recordsOf(ctx: QueryCtx, customerIds: readonly string[]): Promise<VatNumberRecord[]> {
  const rows = await ctx.sql.rows<Row>(
    `select ${COLUMNS} from customer_vat_numbers where tenant_id = $1 and customer_id = any ($2::uuid[])`,
    [ctx.tenant.id, customerIds],
  );
  return rows.map(toRecord);
}

export async function dueRecords(ctx: QueryCtx, limit: number): Promise<VatNumberRecord[]> {
  const rows = await ctx.sql.rows<Row>(
    `select ${COLUMNS} from customer_vat_numbers where tenant_id = $1 and ask_at <= $2
     order by ask_at, customer_id limit $3`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
  return rows.map(toRecord);
}

export async function nextAskAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    'select min(ask_at) as at from customer_vat_numbers where tenant_id = $1',
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}

/** Writes what was answered, unless the customer has another number by now. */
export async function keepAnswer(
  ctx: CommandCtx,
  { customerId, number }: VatNumberRecord,
  answer: Extract<VatRegistryAnswer, { kind: 'answered' }>,
  askAt: Instant,
): Promise<void> {
  await ctx.sql.run(
    `update customer_vat_numbers set is_valid = $4, answered_at = $5, consultation_number = $6, registered_name = $7,
       registered_address = $8, down_since = null, ask_at = $9
     where tenant_id = $1 and customer_id = $2 and number = $3`,
    [
      ctx.tenant.id,
      customerId,
      number,
      answer.isValid,
      iso(ctx.now),
      answer.consultationNumber,
      answer.name,
      answer.address,
      iso(askAt),
    ],
  );
}

/** Writes that no answer came: what was answered before stays. */
export async function keepSilence(
  ctx: CommandCtx,
  { customerId, number }: VatNumberRecord,
  askAt: Instant,
): Promise<void> {
  await ctx.sql.run(
    `update customer_vat_numbers set down_since = coalesce(down_since, $4), ask_at = $5
     where tenant_id = $1 and customer_id = $2 and number = $3`,
    [ctx.tenant.id, customerId, number, iso(ctx.now), iso(askAt)],
  );
}
