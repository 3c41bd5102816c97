import { invariant } from '@billhook/core/kernel/invariant';
import { afterAbsence, isLongUnknown } from '@billhook/core/payments/look-up';
import { addMs, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { documentName } from '../modules/invoicing/api.ts';
import {
  NO_FACTS,
  type PaymentProvider,
  ProviderFault,
  type ProviderIntent,
  type ProviderRefund,
  type Providers,
} from '../modules/payments/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { always, type DueSource, inSlices } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import {
  type Claimed,
  claimDue,
  claimLookUps,
  nextCollectionAt,
  releaseLostLeases,
} from './claim-attempts.ts';
import { factsOf, newsOf, recordPaymentNews } from './record-payment-news.ts';
import { recordRefundNews, refundNewsOf } from './record-refund-news.ts';

const ACTOR: Actor = { kind: 'system', id: 'collect' };
const CALLS_AT_ONCE = 6;

type Deps = { transactor: Transactor; providers: Providers; log: Log };

/**
 * Collects what is open and sends refunds: intent and key are committed, then the provider is called outside of any
 * transaction, then the outcome is written. A call without an answer is looked up on a schedule and sent again only
 * after a look-up, under its first key, while the provider still knows that key.
 */
export function collectSource(deps: Deps): DueSource {
  return {
    name: 'collect',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct a.tenant_id as id from payment_attempts a join tenants t on t.id = a.tenant_id
         where (a.status = 'created' and a.due_at <= coalesce(t.frozen_at, $1))
            or (a.status = 'sending' and (a.lease_until < $1 or not app.process_lives(a.lease_owner)))
            or (a.status in ('unknown', 'processing', 'requires_action') and a.look_up_at <= coalesce(t.frozen_at, $1))`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: nextCollectionAt,
    run: (tenantId, limit, goesOn = always) =>
      inSlices(limit, goesOn, (size) => collectSome(deps, tenantId, size)),
  };
}

async function collectSome(deps: Deps, tenantId: number, limit: number): Promise<number> {
  const command = <T>(fn: (ctx: CommandCtx) => Promise<T>) =>
    deps.transactor.command({ tenantId, actor: ACTOR, requestId: null }, fn);
  const lost = await command(releaseLostLeases);
  const claims = await command((ctx) => claimDue(ctx, limit));
  for (const id of claims.withoutMethod) {
    await command((ctx) =>
      recordPaymentNews(
        ctx,
        id,
        { status: 'failed', failureCode: 'payment_method_missing' },
        { ...NO_FACTS, failureMessage: 'The customer has no card on file.' },
      ),
    );
  }
  for (const id of claims.blocked) {
    await command((ctx) =>
      recordPaymentNews(
        ctx,
        id,
        { status: 'failed', failureCode: 'payment_method_blocked' },
        { ...NO_FACTS, failureMessage: 'The bank forbade to charge this card again.' },
      ),
    );
  }
  const lookUps = await command((ctx) => claimLookUps(ctx, limit));
  if (claims.toSend.length + lookUps.length > 0) {
    const opened = await openAll(deps, tenantId, [...claims.toSend, ...lookUps]);
    const workOf = (one: Claimed): Work => {
      const provider = opened.get(one.provider);
      invariant(provider !== undefined, 'The accounts of all calls were opened.');
      return { provider, command };
    };
    await inParallel(claims.toSend, (one) => send(workOf(one), one));
    await inParallel(lookUps, (one) => lookUp(workOf(one), one));
  }
  return (
    lost +
    claims.settled +
    claims.withoutMethod.length +
    claims.blocked.length +
    claims.toSend.length +
    lookUps.length
  );
}

type Work = {
  provider: PaymentProvider;
  command(fn: (ctx: CommandCtx) => Promise<void>): Promise<void>;
};

/** The accounts that these calls go to, each opened once. */
async function openAll(
  deps: Deps,
  tenantId: number,
  calls: readonly Claimed[],
): Promise<ReadonlyMap<string, PaymentProvider>> {
  const names = [...new Set(calls.map(({ provider }) => provider))];
  const opened = names.map(async (name) => [name, await deps.providers.of(tenantId, name)] as const);
  return new Map(await Promise.all(opened));
}

async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(CALLS_AT_ONCE, items.length) }, lane));
}

/** Calls the provider under the attempt's key and writes what came of it. */
async function send(work: Work, one: Claimed): Promise<void> {
  try {
    if (one.purpose === 'refund') await writeRefund(work, one, await callRefund(work.provider, one));
    else await writeIntent(work, one, await callCharge(work.provider, one));
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    await writeFault(work, one, error);
  }
}

function callCharge(provider: PaymentProvider, one: Claimed): Promise<ProviderIntent> {
  const { providerCustomerId, providerMethodId, methodKind: kind } = one;
  invariant(
    providerCustomerId !== null && providerMethodId !== null && kind !== null,
    'What is sent has a card.',
  );
  return provider.chargeOffSession(
    {
      attemptId: one.id,
      providerCustomerId,
      providerMethodId,
      kind,
      currency: one.currency,
      amountMinor: one.amountMinor,
      description: one.requestText ?? `${documentName(one)} ${one.invoiceNumber ?? ''}`.trim(),
    },
    one.idempotencyKey,
  );
}

function callRefund(provider: PaymentProvider, one: Claimed): Promise<ProviderRefund> {
  const { refundId, intentId, amountMinor } = one;
  invariant(refundId !== null && intentId !== null, 'A refund belongs to a payment at the provider.');
  return provider.refund({ refundId, intentId, amountMinor }, one.idempotencyKey);
}

function writeIntent(work: Work, one: Claimed, intent: ProviderIntent): Promise<void> {
  return work.command((ctx) => recordPaymentNews(ctx, one.id, newsOf(intent), factsOf(intent)));
}

function writeRefund(work: Work, one: Claimed, refund: ProviderRefund): Promise<void> {
  const news = refundNewsOf(refund);
  const facts = { providerObjectId: refund.id, failureMessage: null };
  return work.command(async (ctx) => {
    if (one.refundId !== null && news !== null) await recordRefundNews(ctx, one.refundId, news, facts);
    await moveRefundAttempt(ctx, one.id, news ?? 'processing', facts.providerObjectId, null);
  });
}

async function writeFault(work: Work, one: Claimed, fault: ProviderFault): Promise<void> {
  await work.command(async (ctx) => {
    if (fault.kind === 'busy') return putBack(ctx, one.id, MS_PER_MINUTE);
    if (fault.kind === 'denied') {
      await openDeniedCase(ctx, fault);
      return putBack(ctx, one.id, MS_PER_HOUR);
    }
    const isUnknown = fault.kind === 'unknown';
    const facts = { providerObjectId: null, failureMessage: fault.message };
    if (one.purpose === 'refund') {
      if (one.refundId !== null)
        await recordRefundNews(ctx, one.refundId, isUnknown ? 'unknown' : 'refused', facts);
      return moveRefundAttempt(ctx, one.id, isUnknown ? 'unknown' : 'failed', null, fault.message);
    }
    return recordPaymentNews(
      ctx,
      one.id,
      isUnknown ? { status: 'unknown' } : { status: 'failed', failureCode: fault.code },
      facts,
    );
  });
}

/** One case for the seller's account, however many calls it keeps from happening. */
function openDeniedCase(ctx: CommandCtx, fault: ProviderFault): Promise<void> {
  return openCase(ctx, {
    kind: 'provider.denied',
    customerId: null,
    subjectId: ctx.tenant.publicId,
    detail:
      'The payment provider does not let this account in. Check its keys; collecting goes on by itself then.',
    facts: { code: fault.code, message: fault.message },
  });
}

/** The provider did nothing: the same call may be made again under the same key. */
async function putBack(ctx: CommandCtx, attemptId: string, delayMs: number): Promise<void> {
  await ctx.sql.run(
    `update payment_attempts set status = 'created', lease_until = null, lease_owner = null, due_at = $3
     where tenant_id = $1 and id = $2 and status = 'sending'`,
    [ctx.tenant.id, attemptId, iso(addMs(ctx.now, delayMs))],
  );
}

async function moveRefundAttempt(
  ctx: CommandCtx,
  attemptId: string,
  status: 'unknown' | 'processing' | 'succeeded' | 'failed',
  providerObjectId: string | null,
  failureMessage: string | null,
): Promise<void> {
  const isOpen = status === 'unknown' || status === 'processing';
  await ctx.sql.run(
    `update payment_attempts set status = $3, provider_object_id = coalesce($4, provider_object_id),
       failure_message = $5, lease_until = null, lease_owner = null,
       look_up_at = case when $6 then coalesce(look_up_at, $7::timestamptz) end,
       finished_at = case when $6 then null else $8::timestamptz end
     where tenant_id = $1 and id = $2 and status in ('sending', 'unknown', 'processing')`,
    [
      ctx.tenant.id,
      attemptId,
      status,
      providerObjectId,
      failureMessage,
      isOpen,
      iso(addMs(ctx.now, MS_PER_MINUTE)),
      iso(ctx.now),
    ],
  );
}

/** Asks the provider what became of a call. Its word decides; only "there is none" may lead to sending again. */
async function lookUp(work: Work, one: Claimed): Promise<void> {
  try {
    const isFound = one.purpose === 'refund' ? await lookUpRefund(work, one) : await lookUpIntent(work, one);
    if (!isFound) await followAbsence(work, one);
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    // The look-up itself had no answer: the next one is planned already.
  }
  await work.command((ctx) => openCaseIfOverdue(ctx, one));
}

async function lookUpIntent(work: Work, one: Claimed): Promise<boolean> {
  const { provider } = work;
  const intent =
    one.providerObjectId !== null
      ? await provider.retrieveIntent(one.providerObjectId)
      : one.providerCustomerId === null
        ? null
        : await provider.findIntent({
            providerCustomerId: one.providerCustomerId,
            attemptId: one.id,
            since: one.dueAt,
          });
  if (intent !== null) await writeIntent(work, one, intent);
  return intent !== null;
}

async function lookUpRefund(work: Work, one: Claimed): Promise<boolean> {
  const { provider } = work;
  const refund =
    one.providerObjectId !== null
      ? await provider.retrieveRefund(one.providerObjectId)
      : one.intentId === null || one.refundId === null
        ? null
        : await provider.findRefund({ intentId: one.intentId, refundId: one.refundId });
  if (refund !== null) await writeRefund(work, one, refund);
  return refund !== null;
}

async function followAbsence(work: Work, one: Claimed): Promise<void> {
  const sentAt = one.sentAt;
  let ageMs = 0;
  await work.command(async (ctx) => {
    ageMs = sentAt === null ? 0 : ctx.wallNow - sentAt;
  });
  const next = afterAbsence(ageMs, one.lookUpCount, work.provider.resendWindowMs);
  if (next === 'send_again') return send(work, one);
  if (next === 'wait') return;
  await writeFault(
    work,
    one,
    new ProviderFault('refused', 'not_executed', 'The provider never carried this call out.'),
  );
}

/** I457: staff are told after an hour, and at the latest when nothing is looked up any more. */
async function openCaseIfOverdue(ctx: CommandCtx, one: Claimed): Promise<void> {
  const row = await ctx.sql.row<{ status: string; isLast: boolean }>(
    `select status, look_up_at is null as "isLast" from payment_attempts
     where tenant_id = $1 and id = $2 and status in ('unknown', 'processing', 'requires_action')`,
    [ctx.tenant.id, one.id],
  );
  if (row === undefined) return;
  // What the provider works on is known to be there; only its schedule says when it takes too long.
  const isAlert = row.status === 'unknown' && isLongUnknown(one.lookUpCount);
  if (!row.isLast && !isAlert) return;
  await openCase(ctx, {
    kind: 'payment.unknown',
    customerId: one.customerId,
    subjectId: one.id,
    detail: row.isLast
      ? 'The outcome of a call to the payment provider is still unknown. Look it up there.'
      : 'The outcome of a call to the payment provider is unknown for an hour. It is looked up daily; look there too.',
    facts: { purpose: one.purpose, idempotency_key: one.idempotencyKey },
  });
}
