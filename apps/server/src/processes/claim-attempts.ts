import { LOOK_UP_DELAYS_MS, PROCESSING_DELAYS_MS } from '@billhook/core/payments/look-up';
import { addMs, type Instant, later, MS_PER_DAY, MS_PER_SECOND } from '@billhook/core/time/instant';
import { type MethodKind, scheduleCollection } from '../modules/payments/api.ts';
import { blockedPayers } from '../modules/risk/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { iso } from '../platform/sql.ts';
import { heldByScheme } from './held-tries.ts';

/** How long a sender may take before its call counts as one without an answer. Wall time. */
const LEASE_MS = 120 * MS_PER_SECOND;

/** Everything that calling the provider takes; nothing more is read before the call. */
export type Claimed = {
  id: string;
  purpose: 'invoice' | 'refund' | 'checkout' | 'request';
  requestId: string | null;
  /** What a request beside invoices is for. */
  requestText: string | null;
  customerId: string;
  invoiceId: string | null;
  /** Who is asked: for a charge the provider of the card, for a refund that of the payment. */
  provider: string;
  status: string;
  currency: string;
  amountMinor: bigint;
  idempotencyKey: string;
  providerObjectId: string | null;
  /** Business time: it was not sent before. */
  dueAt: Instant;
  sentAt: Instant | null;
  lookUpCount: number;
  invoiceNumber: string | null;
  raisesInvoiceId: string | null;
  providerCustomerId: string | null;
  providerMethodId: string | null;
  methodKind: MethodKind | null;
  refundId: string | null;
  /** For a refund: the payment at the provider that it is taken from. */
  intentId: string | null;
};

type Candidate = Claimed & {
  methodId: string | null;
  cardMark: string | null;
  cardCountry: string | null;
  attemptNumber: number;
  blockedCode: string | null;
};

/** How an invoice stands, read after its tries are locked. */
type Standing = {
  id: string;
  status: string;
  dueMinor: bigint;
  failureCount: number;
  /** While a payment page is open: until when it may be. */
  checkoutUntil: Instant | null;
};

/** Who was asked, or is to be asked now that the card is chosen. */
const PROVIDER = 'coalesce(m.provider, a.provider)';

const SELECT = `${PROVIDER} as provider, a.id, a.purpose, a.customer_id as "customerId", a.invoice_id as "invoiceId", a.status, a.currency,
  a.amount_minor as "amountMinor", a.idempotency_key as "idempotencyKey", a.provider_object_id as "providerObjectId",
  a.due_at as "dueAt", a.sent_at as "sentAt", a.look_up_count as "lookUpCount", i.number as "invoiceNumber",
  i.raises_invoice_id as "raisesInvoiceId",
  a.request_id as "requestId", q.description as "requestText",
  c.provider_customer_id as "providerCustomerId", m.provider_method_id as "providerMethodId", m.kind as "methodKind", m.id as "methodId",
  m.fingerprint as "cardMark", m.country as "cardCountry", m.blocked_code as "blockedCode", a.attempt_number as "attemptNumber",
  r.id as "refundId", p.provider_object_id as "intentId"`;

const JOINS = `left join provider_customers c on c.tenant_id = a.tenant_id and c.customer_id = a.customer_id and c.provider = ${PROVIDER}
  left join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
  left join payment_requests q on q.tenant_id = a.tenant_id and q.id = a.request_id
  left join refunds r on r.tenant_id = a.tenant_id and r.attempt_id = a.id
  left join payments p on p.tenant_id = a.tenant_id and p.id = a.payment_id`;

/** What becomes of the tries that are due. */
export type Claims = {
  /** Marked as being sent, under a lease. */
  toSend: Claimed[];
  /** Cannot be sent: the customer has no card. They fail without a call. */
  withoutMethod: string[];
  /** Cannot be sent: the card must never be charged again. They fail without a call too. */
  blocked: string[];
  /** Taken back or put off. */
  settled: number;
};

/**
 * Claims due tries: those that are still wanted are marked as being sent, with the card that is the default now, and
 * are committed so before any call.
 */
export async function claimDue(ctx: CommandCtx, limit: number): Promise<Claims> {
  const due = await ctx.sql.rows<Candidate>(
    `select ${SELECT} from payment_attempts a
     left join payment_methods m on m.tenant_id = a.tenant_id and m.customer_id = a.customer_id and a.purpose <> 'refund'
       and m.removed_at is null and case when coalesce(a.wanted_method_id, a.payment_method_id) is null then m.is_default
         else m.id = coalesce(a.wanted_method_id, a.payment_method_id) end
     ${JOINS}
     where a.tenant_id = $1 and a.status = 'created' and a.due_at <= $2
     order by a.due_at, a.id limit $3 for update of a skip locked`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
  const standings = await standingsOf(ctx, due);
  const banned = await blockedPayers(
    ctx,
    due.filter(({ purpose }) => purpose !== 'refund'),
  );
  const held = await heldByScheme(ctx, due);
  const claims: Claims = { toSend: [], withoutMethod: [], blocked: [], settled: 0 };
  const canceled: string[] = [];
  const postponed: { id: string; until: Instant }[] = [];
  for (const one of due) {
    const standing = standings.get(one.invoiceId ?? one.requestId ?? '');
    if (one.purpose === 'refund') claims.toSend.push(one);
    else if (standing?.status !== 'open' || standing.dueMinor === 0n) canceled.push(one.id);
    else if (standing.checkoutUntil !== null) postponed.push({ id: one.id, until: standing.checkoutUntil });
    else if (standing.dueMinor !== one.amountMinor) canceled.push(one.id);
    else if (banned.has(one.customerId)) postponed.push(await waitForStaff(ctx, one));
    else if (one.methodId === null || one.providerCustomerId === null) claims.withoutMethod.push(one.id);
    else if (one.blockedCode !== null) claims.blocked.push(one.id);
    else if (held.has(one.id)) postponed.push({ id: one.id, until: held.get(one.id) ?? ctx.now });
    else claims.toSend.push(one);
  }
  claims.settled = canceled.length + postponed.length;
  await cancel(ctx, canceled);
  await postpone(ctx, postponed);
  await markSending(ctx, claims.toSend as Candidate[]);
  // A part was paid meanwhile: what is left is tried anew, under a key of its own.
  await scheduleCollection(
    ctx,
    due.flatMap(({ id, invoiceId, customerId, currency }) => {
      const standing = canceled.includes(id) ? standings.get(invoiceId ?? '') : undefined;
      if (standing?.status !== 'open' || standing.dueMinor === 0n) return [];
      const { dueMinor, failureCount } = standing;
      return [{ id: standing.id, customerId, currency, dueMinor, failureCount }];
    }),
  );
  return claims;
}

/**
 * Reads the invoices of tries that are locked by now, in a statement of its own: whoever opens a page, voids or credits
 * locks the tries first, so what they committed before we held them is seen here, and what comes later waits for us.
 */
async function standingsOf(
  ctx: CommandCtx,
  locked: readonly Candidate[],
): Promise<ReadonlyMap<string, Standing>> {
  const rows = await ctx.sql.rows<Standing>(
    `select i.id, i.status, i.due_minor as "dueMinor", i.failure_count as "failureCount",
       k.expires_at as "checkoutUntil"
     from invoices i
     left join checkouts k on k.tenant_id = i.tenant_id and k.invoice_id = i.id and k.status in ('creating', 'open')
     where i.tenant_id = $1 and i.id = any ($2::uuid[])
     union all
     select q.id, q.status, q.amount_minor, 0, k.expires_at from payment_requests q
     left join checkouts k on k.tenant_id = q.tenant_id and k.request_id = q.id and k.status in ('creating', 'open')
     where q.tenant_id = $1 and q.id = any ($3::uuid[])`,
    [
      ctx.tenant.id,
      locked.flatMap(({ invoiceId }) => (invoiceId === null ? [] : [invoiceId])),
      locked.flatMap(({ requestId }) => (requestId === null ? [] : [requestId])),
    ],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Nothing is taken from a blocked payer by itself: the try waits a day, and somebody decides what becomes of it. */
async function waitForStaff(ctx: CommandCtx, one: Candidate): Promise<{ id: string; until: Instant }> {
  await openCase(ctx, {
    kind: 'payment.blocked',
    customerId: one.customerId,
    subjectId: one.invoiceId ?? one.id,
    detail: 'An invoice is due, and its payer is on the block list. Nothing is collected.',
    facts: { invoice_number: one.invoiceNumber, amount_minor: `${one.amountMinor}`, currency: one.currency },
  });
  return { id: one.id, until: addMs(ctx.now, MS_PER_DAY) };
}

async function cancel(ctx: CommandCtx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await ctx.sql.run(
    `update payment_attempts set status = 'canceled', finished_at = $3 where tenant_id = $1 and id = any ($2::uuid[])`,
    [ctx.tenant.id, ids, iso(ctx.now)],
  );
}

/** While the customer has a payment page open, nothing else may collect the same invoice. */
async function postpone(ctx: CommandCtx, rows: readonly { id: string; until: Instant }[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.sql.run(
    `update payment_attempts a set due_at = p.until from unnest($2::uuid[], $3::timestamptz[]) as p (id, until)
     where a.tenant_id = $1 and a.id = p.id`,
    [
      ctx.tenant.id,
      rows.map(({ id }) => id),
      rows.map(({ until }) => iso(later(addMs(until, MS_PER_SECOND), addMs(ctx.now, MS_PER_SECOND)))),
    ],
  );
}

async function markSending(ctx: CommandCtx, rows: readonly Candidate[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.sql.run(
    `update payment_attempts a set status = 'sending', lease_until = $2, lease_owner = $3, sent_at = $4,
       payment_method_id = s.method_id, provider = s.provider
     from unnest($5::uuid[], $6::uuid[], $7::text[]) as s (id, method_id, provider) where a.tenant_id = $1 and a.id = s.id`,
    [
      ctx.tenant.id,
      iso(addMs(ctx.wallNow, LEASE_MS)),
      ctx.processId,
      iso(ctx.wallNow),
      rows.map(({ id }) => id),
      rows.map(({ purpose, methodId }) => (purpose === 'refund' ? null : methodId)),
      rows.map(({ provider }) => provider),
    ],
  );
}

/** A sender is gone when its lease ran out or its process has ended: `$2` is real time, `$3` this process. */
const SENDER_IS_GONE = `a.status = 'sending'
  and (a.lease_until < $2 or (a.lease_owner <> $3 and not app.process_lives(a.lease_owner)))`;

/**
 * Calls whose sender is gone: whether they happened is unknown, so they are looked up at once. A process that was
 * killed gives its calls back as soon as anybody looks, so that a move of the clock goes on at the same instant.
 */
export async function releaseLostLeases(ctx: CommandCtx): Promise<number> {
  const lost = await ctx.sql.rows<{ id: string }>(
    `update payment_attempts a set status = 'unknown', lease_until = null, lease_owner = null, look_up_at = $4
     where a.tenant_id = $1 and ${SENDER_IS_GONE} returning a.id`,
    [ctx.tenant.id, iso(ctx.wallNow), ctx.processId, iso(ctx.now)],
  );
  if (lost.length === 0) return 0;
  await ctx.sql.run(
    `update refunds set status = 'unknown'
     where tenant_id = $1 and attempt_id = any ($2::uuid[]) and status = 'pending'`,
    [ctx.tenant.id, lost.map(({ id }) => id)],
  );
  return lost.length;
}

/** Takes the open outcomes whose look-up is due, and sets the time of the next one. */
export async function claimLookUps(ctx: CommandCtx, limit: number): Promise<Claimed[]> {
  const due = await ctx.sql.rows<Candidate>(
    `select ${SELECT} from payment_attempts a
     left join payment_methods m on m.tenant_id = a.tenant_id and m.id = a.payment_method_id
     ${JOINS}
     where a.tenant_id = $1 and a.status in ('unknown', 'processing', 'requires_action') and a.look_up_at <= $2
     order by a.look_up_at, a.id limit $3 for update of a skip locked`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
  await ctx.sql.run(
    `update payment_attempts set look_up_count = look_up_count + 1,
       look_up_at = $3::timestamptz + make_interval(secs =>
         (case status when 'processing' then $5::double precision[] else $4::double precision[] end)[look_up_count + 2] / 1000)
     where tenant_id = $1 and id = any ($2::uuid[])`,
    [ctx.tenant.id, due.map(({ id }) => id), iso(ctx.now), LOOK_UP_DELAYS_MS, PROCESSING_DELAYS_MS],
  );
  return due.map((one) => ({ ...one, lookUpCount: one.lookUpCount + 1 }));
}

/** The next business instant at which something is to be sent or looked up. */
export async function nextCollectionAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    `select min(case when a.status = 'created' then a.due_at
                     when a.status = 'sending' then case when ${SENDER_IS_GONE} then $4::timestamptz end
                     else a.look_up_at end) as at
     from payment_attempts a
     where a.tenant_id = $1 and a.status in ('created', 'sending', 'unknown', 'processing', 'requires_action')`,
    [ctx.tenant.id, iso(ctx.wallNow), ctx.processId, iso(ctx.now)],
  );
  return row?.at ?? null;
}
