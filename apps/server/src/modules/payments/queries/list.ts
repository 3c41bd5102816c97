import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { ATTEMPT, type AttemptRow } from '../attempts.ts';
import type { MethodKind } from '../provider.ts';

export type PaymentRow = AttemptRow & {
  methodKind: MethodKind | null;
  methodBrand: string | null;
  methodLast4: string | null;
  riskLevel: 'normal' | 'elevated' | 'highest' | null;
  riskOutcome: string | null;
};

export type PaymentFilter = {
  limit: number;
  customerId?: string | null;
  invoiceIds?: readonly string[] | null;
  /** These alone. */
  ids?: readonly string[] | null;
  status?: string | null;
  /** The last one of the page before. */
  startingAfter?: string | null;
};

const COLUMNS = `${ATTEMPT}, m.kind as "methodKind", m.brand as "methodBrand", m.last4 as "methodLast4",
  a.risk_level as "riskLevel", a.risk_outcome as "riskOutcome"`;
const FROM = `from payment_attempts a
  left join payments p on p.tenant_id = a.tenant_id and p.attempt_id = a.id
  left join payment_methods m on m.tenant_id = a.tenant_id and m.id = a.payment_method_id`;

/** Every try at collecting, newest first. Refunds are shown with the payment that they are taken from. */
export function listPayments(ctx: QueryCtx, filter: PaymentFilter): Promise<PaymentRow[]> {
  return ctx.sql.rows<PaymentRow>(
    `select ${COLUMNS} ${FROM}
     where a.tenant_id = $1 and a.purpose <> 'refund'
       and ($2::uuid is null or a.customer_id = $2)
       and ($3::uuid[] is null or a.invoice_id = any ($3))
       and ($4::text is null or a.status = $4)
       and ($5::uuid is null or (a.created_at, a.id) < (select created_at, id from payment_attempts where tenant_id = $1 and id = $5))
     and ($7::uuid[] is null or a.id = any ($7))
     order by a.created_at desc, a.id desc limit $6`,
    [
      ctx.tenant.id,
      filter.customerId ?? null,
      filter.invoiceIds ?? null,
      filter.status ?? null,
      filter.startingAfter ?? null,
      filter.limit,
      filter.ids ?? null,
    ],
  );
}

/** When a customer's next try is planned, by invoice. */
export async function plannedTries(
  ctx: QueryCtx,
  invoiceIds: readonly string[],
): Promise<ReadonlyMap<string, Instant>> {
  const rows = await ctx.sql.rows<{ invoiceId: string; at: Instant }>(
    `select invoice_id as "invoiceId", due_at as at from payment_attempts
     where tenant_id = $1 and invoice_id = any ($2::uuid[]) and status = 'created' and purpose = 'invoice'`,
    [ctx.tenant.id, invoiceIds],
  );
  return new Map(rows.map((row) => [row.invoiceId, row.at]));
}
