import type { EInvoiceProfile } from '@billhook/core/einvoice/model';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { columnOf, type DocumentRef } from './repo.ts';

export type DocumentFormat = 'pdf' | EInvoiceProfile;

export type Delivery = {
  id: string;
  invoiceId: string | null;
  creditNoteId: string | null;
  channel: 'mail' | 'download' | 'peppol';
  format: DocumentFormat;
  recipient: string;
  status: 'queued' | 'sent' | 'accepted' | 'refused' | 'done';
  reference: string | null;
  detail: string | null;
  times: number;
  firstAt: Instant;
  lastAt: Instant;
  attempts: number;
};

const DELIVERY = `id, invoice_id as "invoiceId", credit_note_id as "creditNoteId", channel, format, recipient, status,
  reference, detail, times, first_at as "firstAt", last_at as "lastAt", attempts`;

// Longer than an access point may take to answer.
const LEASE_MS = 60_000;

type Given = Pick<Delivery, 'format' | 'recipient'> & { channel: 'mail' | 'download' };

/** Notes that a document reached somebody. The same way, form and recipient again are counted. */
export async function recordDelivery(ctx: CommandCtx, document: DocumentRef, given: Given): Promise<void> {
  const column = columnOf(document);
  await ctx.sql.run(
    `insert into document_deliveries as d
       (tenant_id, id, ${column}, channel, format, recipient, status, first_at, last_at)
     values ($1, $2, $3, $4, $5, $6, 'done', $7, $7)
     on conflict (tenant_id, ${column}, channel, format, recipient) where ${column} is not null
     do update set times = d.times + 1, last_at = excluded.last_at`,
    [
      ctx.tenant.id,
      ctx.newId(),
      document.id,
      given.channel,
      given.format,
      given.recipient.slice(0, 400),
      iso(ctx.now),
    ],
  );
}

/** Plans to send a document by Peppol, once. */
export async function queuePeppol(ctx: CommandCtx, document: DocumentRef, recipient: string): Promise<void> {
  const column = columnOf(document);
  await ctx.sql.run(
    `insert into document_deliveries
       (tenant_id, id, ${column}, channel, format, recipient, status, first_at, last_at, retry_at)
     values ($1, $2, $3, 'peppol', 'peppol_bis', $4, 'queued', $5, $5, $6)
     on conflict (tenant_id, ${column}, channel, format, recipient) where ${column} is not null do nothing`,
    [ctx.tenant.id, ctx.newId(), document.id, recipient.slice(0, 400), iso(ctx.now), iso(ctx.wallNow)],
  );
}

/** Plans to send once more what was refused; undefined where it is not refused, or none by Peppol. */
export function requeuePeppol(ctx: CommandCtx, id: string): Promise<Delivery | undefined> {
  return ctx.sql.row<Delivery>(
    `update document_deliveries set status = 'queued', reference = null, detail = null, times = times + 1, attempts = 0,
       retry_at = $3, lease_until = null
     where tenant_id = $1 and id = $2 and channel = 'peppol' and status = 'refused' returning ${DELIVERY}`,
    [ctx.tenant.id, id, iso(ctx.wallNow)],
  );
}

export function findDelivery(ctx: QueryCtx, id: string): Promise<Delivery | undefined> {
  return ctx.sql.row<Delivery>(
    `select ${DELIVERY} from document_deliveries where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id],
  );
}

/** Newest first. */
export function listDeliveries(ctx: QueryCtx, document: DocumentRef): Promise<Delivery[]> {
  return ctx.sql.rows<Delivery>(
    `select ${DELIVERY} from document_deliveries where tenant_id = $1 and ${columnOf(document)} = $2
     order by last_at desc, id desc limit 200`,
    [ctx.tenant.id, document.id],
  );
}

/** Takes what is due by Peppol and not leased. */
export function claimPeppol(ctx: CommandCtx, limit: number): Promise<Delivery[]> {
  return ctx.sql.rows<Delivery>(
    `with due as materialized (
       select id from document_deliveries where tenant_id = $1 and retry_at <= $2
         and (lease_until is null or lease_until <= $2)
       order by retry_at, id limit $4 for update skip locked)
     update document_deliveries set lease_until = $3, attempts = attempts + 1
     where tenant_id = $1 and id = any (array(select id from due))
     returning ${DELIVERY}`,
    [ctx.tenant.id, iso(ctx.wallNow), iso(ctx.wallNow + LEASE_MS), limit],
  );
}

/** Writes what became of a try. @param after when it is looked at again; null once nothing is to be done */
export async function movePeppol(
  ctx: CommandCtx,
  id: string,
  moved: Pick<Delivery, 'status' | 'reference' | 'detail'> & { after: number | null },
): Promise<void> {
  await ctx.sql.run(
    `update document_deliveries set status = $3, reference = $4, detail = $5, retry_at = $6, last_at = $7,
       attempts = case when status = $3 then attempts else 0 end, lease_until = null
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      id,
      moved.status,
      moved.reference,
      moved.detail?.slice(0, 1000) ?? null,
      moved.after === null ? null : iso(ctx.wallNow + moved.after),
      iso(ctx.now),
    ],
  );
}

export function presentDelivery(delivery: Delivery) {
  const { channel, format, recipient, status, reference, detail, times } = delivery;
  return {
    id: encodeTypeId('dlv', delivery.id),
    object: 'document_delivery' as const,
    channel,
    format,
    recipient,
    status,
    reference,
    detail,
    times,
    first_at: iso(delivery.firstAt),
    last_at: iso(delivery.lastAt),
  };
}
