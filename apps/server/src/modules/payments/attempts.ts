import type { PastTry } from '@billhook/core/dunning/scheme-limit';
import { currencyCode } from '@billhook/core/money/currency';
import type { PaymentAttempt, PaymentStatus } from '@billhook/core/payments/payment';
import { isTerminalPayment } from '@billhook/core/payments/transitions';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';

/** One try, at collecting or at sending a refund. Of a success at collecting a payment comes, with the attempt's id. */
export type AttemptRow = {
  id: string;
  customerId: string;
  invoiceId: string | null;
  /** `received`: money that came by itself, which is no way of collecting. */
  purpose: 'invoice' | 'checkout' | 'refund' | 'received' | 'request';
  /** The request that it pays, beside invoices. */
  requestId: string | null;
  /** For the sending of a refund: the payment that it is taken from. */
  refundedPaymentId: string | null;
  provider: string;
  paymentMethodId: string | null;
  /** The method that it is for; null for the default at the time it is sent. */
  wantedMethodId: string | null;
  idempotencyKey: string;
  status: PaymentStatus;
  attemptNumber: number;
  currency: string;
  amountMinor: bigint;
  providerObjectId: string | null;
  failureCode: string | null;
  failureMessage: string | null;
  dueAt: Instant;
  sentAt: Instant | null;
  lookUpAt: Instant | null;
  lookUpCount: number;
  createdAt: Instant;
  finishedAt: Instant | null;
  capturedMinor: bigint;
  feeMinor: bigint;
  creditedMinor: bigint;
  refundedMinor: bigint;
  /** The part of the refunds that came out of the credit. */
  creditReturnedMinor: bigint;
};

export const ATTEMPT = `a.id, a.customer_id as "customerId", a.invoice_id as "invoiceId", a.purpose,
  a.payment_id as "refundedPaymentId", a.provider, a.payment_method_id as "paymentMethodId",
  a.wanted_method_id as "wantedMethodId", a.request_id as "requestId",
  a.idempotency_key as "idempotencyKey", a.status, a.attempt_number as "attemptNumber", a.currency,
  a.amount_minor as "amountMinor", a.provider_object_id as "providerObjectId", a.failure_code as "failureCode",
  a.failure_message as "failureMessage", a.due_at as "dueAt", a.sent_at as "sentAt", a.look_up_at as "lookUpAt",
  a.look_up_count as "lookUpCount", a.created_at as "createdAt", a.finished_at as "finishedAt",
  coalesce(p.amount_minor, 0) as "capturedMinor", coalesce(p.fee_minor, 0) as "feeMinor",
  coalesce(p.credited_minor, 0) as "creditedMinor", coalesce(p.refunded_minor, 0) as "refundedMinor",
  coalesce(p.credit_returned_minor, 0) as "creditReturnedMinor"`;

const FROM = `from payment_attempts a
  left join payments p on p.tenant_id = a.tenant_id and p.attempt_id = a.id and a.purpose <> 'refund'`;

export function findAttempt(ctx: QueryCtx, id: string): Promise<AttemptRow | undefined> {
  return ctx.sql.row<AttemptRow>(`select ${ATTEMPT} ${FROM} where a.tenant_id = $1 and a.id = $2`, [
    ctx.tenant.id,
    id,
  ]);
}

/** By id. */
export async function findAttempts(
  ctx: QueryCtx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AttemptRow>> {
  const rows = await ctx.sql.rows<AttemptRow>(
    `select ${ATTEMPT} ${FROM} where a.tenant_id = $1 and a.id = any ($2::uuid[])`,
    [ctx.tenant.id, ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** What was paid with, such as `card` or `sepa_debit`, also where it was removed since; null where that is not known. */
export async function methodKindOf(ctx: QueryCtx, attemptId: string): Promise<string | null> {
  const row = await ctx.sql.row<{ kind: string | null }>(
    `select coalesce(m.kind, case when a.provider = 'paypal' then 'paypal' end) as kind from payment_attempts a
     left join payment_methods m on m.tenant_id = a.tenant_id and m.id = a.payment_method_id
     where a.tenant_id = $1 and a.id = $2`,
    [ctx.tenant.id, attemptId],
  );
  return row?.kind ?? null;
}

/** Locks the attempt. Lock its customer first. */
export function lockAttempt(ctx: CommandCtx, id: string): Promise<AttemptRow | undefined> {
  return ctx.sql.row<AttemptRow>(
    `select ${ATTEMPT} ${FROM} where a.tenant_id = $1 and a.id = $2 for update of a`,
    [ctx.tenant.id, id],
  );
}

export function findAttemptByObject(
  ctx: QueryCtx,
  provider: string,
  objectId: string,
): Promise<AttemptRow | undefined> {
  return ctx.sql.row<AttemptRow>(
    `select ${ATTEMPT} ${FROM}
     where a.tenant_id = $1 and a.provider = $2 and a.provider_object_id = $3 and a.purpose <> 'refund'
     order by a.created_at desc limit 1`,
    [ctx.tenant.id, provider, objectId],
  );
}

/** By the key that it was, or would be, sent under. */
export function findAttemptByKey(ctx: QueryCtx, key: string): Promise<AttemptRow | undefined> {
  return ctx.sql.row<AttemptRow>(
    `select ${ATTEMPT} ${FROM} where a.tenant_id = $1 and a.idempotency_key = $2`,
    [ctx.tenant.id, key],
  );
}

/** Core's view of an attempt at collecting. */
export function coreAttempt(row: AttemptRow): PaymentAttempt {
  return {
    id: row.id,
    customerId: row.customerId,
    invoiceId: row.invoiceId,
    provider: row.provider,
    currency: currencyCode(row.currency),
    amountMinor: row.amountMinor,
    status: row.status,
    capturedMinor: row.capturedMinor,
    feeMinor: row.feeMinor,
    creditedMinor: row.creditedMinor,
    refundedMinor: row.refundedMinor,
    creditReturnedMinor: row.creditReturnedMinor,
    failureCode: row.failureCode,
  };
}

export type NewAttempt = {
  id: string;
  customerId: string;
  invoiceId: string | null;
  purpose: AttemptRow['purpose'];
  refundedPaymentId: string | null;
  /** Null for a charge that is planned: it goes to the provider of the method that is the default when it is sent. */
  provider: string | null;
  paymentMethodId: string | null;
  wantedMethodId?: string | null;
  requestId?: string | null;
  idempotencyKey: string;
  status: PaymentStatus;
  attemptNumber: number;
  currency: string;
  amountMinor: bigint;
  providerObjectId: string | null;
  dueAt: Instant;
};

/** Commits intents; the provider is called in a later transaction's wake. */
export async function insertAttempts(ctx: CommandCtx, attempts: readonly NewAttempt[]): Promise<void> {
  if (attempts.length === 0) return;
  await ctx.sql.run(
    `insert into payment_attempts (tenant_id, id, customer_id, invoice_id, purpose, payment_id, provider,
       payment_method_id, idempotency_key, status, attempt_number, currency, amount_minor, provider_object_id, due_at,
       created_at, wanted_method_id, request_id)
     select $1, a.id, a.customer_id, a.invoice_id, a.purpose, a.payment_id,
       coalesce(a.provider, m.provider, d.provider, 'stripe'), a.payment_method_id, a.key,
       a.status, a.attempt_number, a.currency, a.amount_minor, a.provider_object_id, a.due_at, $2, a.wanted_method_id, a.request_id
     from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::uuid[], $10::text[],
       $11::text[], $12::integer[], $13::text[], $14::bigint[], $15::text[], $16::timestamptz[],
       $17::uuid[], $18::uuid[])
       as a (id, customer_id, invoice_id, purpose, payment_id, provider, payment_method_id, key, status,
         attempt_number, currency, amount_minor, provider_object_id, due_at, wanted_method_id, request_id)
     left join payment_methods m on m.tenant_id = $1 and m.customer_id = a.customer_id and m.is_default and m.removed_at is null
     left join provider_accounts d on d.tenant_id = $1 and d.is_default`,
    [
      ctx.tenant.id,
      iso(ctx.now),
      attempts.map((attempt) => attempt.id),
      attempts.map((attempt) => attempt.customerId),
      attempts.map((attempt) => attempt.invoiceId),
      attempts.map((attempt) => attempt.purpose),
      attempts.map((attempt) => attempt.refundedPaymentId),
      attempts.map((attempt) => attempt.provider),
      attempts.map((attempt) => attempt.paymentMethodId),
      attempts.map((attempt) => attempt.idempotencyKey),
      attempts.map((attempt) => attempt.status),
      attempts.map((attempt) => attempt.attemptNumber),
      attempts.map((attempt) => attempt.currency),
      attempts.map((attempt) => attempt.amountMinor),
      attempts.map((attempt) => attempt.providerObjectId),
      attempts.map((attempt) => iso(attempt.dueAt)),
      attempts.map((attempt) => attempt.wantedMethodId ?? null),
      attempts.map((attempt) => attempt.requestId ?? null),
    ],
  );
}

/** Locks the unfinished tries of an invoice, so that whoever sends them has done so or waits. Lock the customer first. */
export async function lockAttemptsOf(ctx: CommandCtx, invoiceId: string): Promise<void> {
  await ctx.sql.rows(
    `select 1 from payment_attempts where tenant_id = $1 and invoice_id = $2 and purpose = 'invoice'
       and status in ('created', 'sending', 'requires_action', 'processing', 'unknown') order by id for update`,
    [ctx.tenant.id, invoiceId],
  );
}

/** Whether something is under way at the provider that may still take money for the invoice. */
export async function isCollecting(ctx: QueryCtx, invoiceId: string): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    `select exists (select 1 from payment_attempts where tenant_id = $1 and invoice_id = $2 and purpose = 'invoice'
       and status in ('sending', 'requires_action', 'processing', 'unknown')) as found`,
    [ctx.tenant.id, invoiceId],
  );
  return row?.found ?? false;
}

/** Takes back tries that are planned and not sent. */
export async function cancelPlanned(ctx: CommandCtx, invoiceId: string): Promise<number> {
  return ctx.sql.run(
    `update payment_attempts set status = 'canceled', finished_at = $3
     where tenant_id = $1 and invoice_id = $2 and purpose = 'invoice' and status = 'created'`,
    [ctx.tenant.id, invoiceId, iso(ctx.now)],
  );
}

/** Brings planned tries forward to now. */
export async function bringForward(ctx: CommandCtx, invoiceId: string): Promise<number> {
  return ctx.sql.run(
    `update payment_attempts set due_at = least(due_at, $3)
     where tenant_id = $1 and invoice_id = $2 and purpose = 'invoice' and status = 'created'`,
    [ctx.tenant.id, invoiceId, iso(ctx.now)],
  );
}

/** How the latest try of an invoice that failed ended, and what it charged. */
export function lastFailureOf(
  ctx: QueryCtx,
  invoiceId: string,
): Promise<{ methodId: string | null; code: string } | undefined> {
  return ctx.sql.row(
    `select payment_method_id as "methodId", coalesce(failure_code, '') as code from payment_attempts
     where tenant_id = $1 and invoice_id = $2 and status = 'failed' order by attempt_number desc limit 1`,
    [ctx.tenant.id, invoiceId],
  );
}

export type AttemptFacts = {
  providerObjectId: string | null;
  failureMessage: string | null;
  lookUpAt: Instant | null;
  chargeId?: string | null;
  riskLevel?: string | null;
  riskOutcome?: string | null;
};

/** Moves an attempt; writes only over the status the decision rests on. */
export async function moveAttempt(
  ctx: CommandCtx,
  move: {
    id: string;
    fromStatus: PaymentStatus;
    status: PaymentStatus;
    failureCode: string | null;
  } & AttemptFacts,
): Promise<boolean> {
  const isFinal = isTerminalPayment(move.status);
  const changed = await ctx.sql.run(
    `update payment_attempts set status = $4, failure_code = $5, failure_message = $6,
       provider_object_id = coalesce($7, provider_object_id), look_up_at = $8, lease_until = null, lease_owner = null,
       finished_at = case when $9 then $10::timestamptz end, provider_charge_id = coalesce($11, provider_charge_id),
       risk_level = coalesce($12, risk_level), risk_outcome = coalesce($13, risk_outcome)
     where tenant_id = $1 and id = $2 and status = $3`,
    [
      ctx.tenant.id,
      move.id,
      move.fromStatus,
      move.status,
      move.failureCode,
      move.failureMessage,
      move.providerObjectId,
      isoOrNull(move.lookUpAt),
      isFinal,
      iso(ctx.now),
      move.chargeId ?? null,
      move.riskLevel ?? null,
      move.riskOutcome ?? null,
    ],
  );
  return changed === 1;
}

/** Whether money for the invoice may be on its way: something was sent and nobody knows yet what came of it. */
export async function isMoneyComing(ctx: QueryCtx, invoiceId: string): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    `select exists (select 1 from payment_attempts where tenant_id = $1 and invoice_id = $2 and purpose <> 'refund'
       and status in ('sending', 'processing', 'unknown')) as found`,
    [ctx.tenant.id, invoiceId],
  );
  return row?.found ?? false;
}

/** Whether nothing is planned or under way, so that a try may be planned. */
export async function isCollectable(ctx: QueryCtx, invoiceId: string): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    `select exists (select 1 from payment_attempts where tenant_id = $1 and invoice_id = $2 and purpose <> 'refund'
       and status in ('created', 'sending', 'requires_action', 'processing', 'unknown')) as found`,
    [ctx.tenant.id, invoiceId],
  );
  return row?.found === false;
}

/** The tries with a method since a time, as far as something came of them. Business time. */
export async function triesWith(ctx: QueryCtx, methodId: string, since: Instant): Promise<PastTry[]> {
  return ctx.sql.rows<PastTry>(
    `select coalesce(finished_at, due_at) as at, status = 'failed' as "hasFailed" from payment_attempts
     where tenant_id = $1 and payment_method_id = $2 and purpose = 'invoice'
       and (sent_at is not null or provider_object_id is not null)
       and coalesce(finished_at, due_at) > $3 order by 1`,
    [ctx.tenant.id, methodId, iso(since)],
  );
}

/** What a planned try is charged to, instead of the default. */
export async function payPlannedWith(ctx: CommandCtx, invoiceId: string, methodId: string): Promise<void> {
  await ctx.sql.run(
    `update payment_attempts set payment_method_id = $3
     where tenant_id = $1 and invoice_id = $2 and purpose = 'invoice' and status = 'created'`,
    [ctx.tenant.id, invoiceId, methodId],
  );
}

/** Says what a try was made with, where nobody knew when it was planned. */
export async function nameMethod(ctx: CommandCtx, attemptId: string, methodId: string): Promise<void> {
  await ctx.sql.run(
    `update payment_attempts a set payment_method_id = m.id from payment_methods m
     where a.tenant_id = $1 and a.id = $2 and a.payment_method_id is null
       and m.tenant_id = $1 and m.id = $3 and m.customer_id = a.customer_id`,
    [ctx.tenant.id, attemptId, methodId],
  );
}

type Collected = {
  capturedMinor: bigint;
  lastPurpose: AttemptRow['purpose'] | null;
  lastNumber: number | null;
};

/** What came in for an invoice since a time, and by what kind of attempt the last of it. */
export async function collectedSince(ctx: QueryCtx, invoiceId: string, since: Instant): Promise<Collected> {
  const row = await ctx.sql.row<Collected>(
    `select coalesce(sum(p.amount_minor - p.credited_minor), 0)::bigint as "capturedMinor",
       (array_agg(a.purpose order by a.finished_at desc nulls last, a.id desc))[1] as "lastPurpose",
       (array_agg(a.attempt_number order by a.finished_at desc nulls last, a.id desc))[1] as "lastNumber"
     from payments p join payment_attempts a on a.tenant_id = p.tenant_id and a.id = p.attempt_id
     where p.tenant_id = $1 and p.invoice_id = $2 and coalesce(a.finished_at, a.created_at) >= $3`,
    [ctx.tenant.id, invoiceId, iso(since)],
  );
  return row ?? { capturedMinor: 0n, lastPurpose: null, lastNumber: null };
}
