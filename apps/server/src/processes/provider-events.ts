import { invariant } from '@billhook/core/kernel/invariant';
import { decideRefund, refundableMinor } from '@billhook/core/payments/decide-refund';
import { isTerminalPayment } from '@billhook/core/payments/transitions';
import { addMs, MS_PER_SECOND } from '@billhook/core/time/instant';
import { fetchResult, findCheckoutBySession, markExpired, settlePage } from '../modules/checkout/api.ts';
import { creditIn, lockCustomer } from '../modules/customers/api.ts';
import {
  type AttemptRow,
  applyRefundIntent,
  claimEvents,
  findAttempt,
  findAttemptByObject,
  findRefund,
  findRefundByObject,
  finishEvent,
  hasStoredEvents,
  lockAttempt,
  type PaymentProvider,
  type ProviderNews,
  type ProviderRefund,
  type Providers,
  refundedFrom,
  retryEvent,
  type StoredProviderEvent,
  wakeWaiting,
} from '../modules/payments/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { Actor, CommandCtx, QueryCtx } from '../platform/context.ts';
import { always, type DueSource, inSlices } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { completeCheckout } from './complete-checkout.ts';
import { followMethod } from './follow-method.ts';
import { followInvoice, followSold, followSubscription } from './mirror-events.ts';
import { followCoupon, followCreditNote, followSchedule } from './mirror-related.ts';
import { recordDisputeNews } from './record-dispute-news.ts';
import { factsOf, newsOf, recordPaymentNews } from './record-payment-news.ts';
import { recordRefundNews, refundNewsOf } from './record-refund-news.ts';
import { followSoldCredits } from './return-credits.ts';

const ACTOR: Actor = { kind: 'system', id: 'provider-events' };
const MAX_FAULTS = 10;
/** What comes before its payment waits for it for two hours: longer than until lost messages are asked for. */
const MAX_WAITS = 12;
const NOT_YET = 'The payment that it is about is not known yet.';

type Deps = {
  transactor: Transactor;
  providers: Providers;
  log: Log;
};

type Work = {
  provider: PaymentProvider;
  transactor: Transactor;
  request: { tenantId: number; actor: Actor; requestId: null };
  command<T>(fn: (ctx: CommandCtx) => Promise<T>): Promise<T>;
  query<T>(fn: (ctx: QueryCtx) => Promise<T>): Promise<T>;
};

/**
 * Understands stored webhooks, in any order and any number. An event only says where to look: the object is fetched,
 * and the provider's present word is what counts.
 */
export function providerEventsSource(deps: Deps): DueSource {
  return {
    name: 'provider-events',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct tenant_id as id from provider_events
         where state = 'stored' and (retry_at <= $1 or not app.process_lives(lease_owner))`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    async nextDueAt(ctx) {
      return (await hasStoredEvents(ctx)) ? ctx.now : null;
    },
    run: (tenantId, limit, goesOn = always) =>
      inSlices(limit, goesOn, (size) => takeSome(deps, tenantId, size)),
  };
}

async function takeSome(deps: Deps, tenantId: number, limit: number): Promise<number> {
  const request = { tenantId, actor: ACTOR, requestId: null };
  const events = await deps.transactor.command(request, (ctx) => claimEvents(ctx, limit));
  if (events.length === 0) return 0;
  const opened = new Map<string, PaymentProvider>();
  for (const event of events) {
    const provider = opened.get(event.provider) ?? (await deps.providers.of(tenantId, event.provider));
    opened.set(event.provider, provider);
    const work: Work = {
      provider,
      transactor: deps.transactor,
      request,
      command: (fn) => deps.transactor.command(request, fn),
      query: (fn) => deps.transactor.query(request, fn),
    };
    await takeOne(deps, work, event, tenantId);
  }
  return events.length;
}

async function takeOne(deps: Deps, work: Work, event: StoredProviderEvent, tenantId: number): Promise<void> {
  const news = deps.providers.connector(event.provider)?.read(event.body) ?? null;
  try {
    const found = news === null ? null : await understand(work, news);
    const waits = event.waits + 1;
    if (found === 'not_yet' && waits < MAX_WAITS) {
      await work.command((ctx) =>
        retryEvent(ctx, event, { at: backOff(ctx, waits), detail: NOT_YET, because: 'waits' }),
      );
      return;
    }
    const state = found === null ? 'quarantined' : found === true ? 'done' : 'ignored';
    await work.command(async (ctx) => {
      await finishEvent(ctx, event, { state, detail: null });
      if (state === 'done' && (news?.about === 'intent' || news?.about === 'session'))
        await wakeWaiting(ctx, event.provider, NOT_YET);
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    deps.log.warn(
      { tenantId, process: 'provider-events', objectId: event.id, reason },
      'an event will be tried again',
    );
    await work.command((ctx) => putOff(ctx, event, reason));
  }
}

const backOff = (ctx: CommandCtx, count: number) => addMs(ctx.wallNow, MS_PER_SECOND * 2 ** count);

/** What it waited for before was no fault, and takes none of its tries. */
async function putOff(ctx: CommandCtx, event: StoredProviderEvent, reason: string): Promise<void> {
  const faults = event.attempts - event.waits;
  if (faults < MAX_FAULTS)
    return retryEvent(ctx, event, { at: backOff(ctx, faults), detail: reason, because: 'fault' });
  await finishEvent(ctx, event, { state: 'quarantined', detail: reason.slice(0, 500) });
  await openCase(ctx, {
    kind: 'provider_event.failed',
    customerId: null,
    subjectId: ctx.newId(),
    detail: 'A message of the payment provider could not be understood.',
    facts: { provider_event_id: event.id, type: event.type },
  });
}

/** True if the event was about something of ours; `not_yet` if it may be about a payment that is still to be heard of. */
async function understand(work: Work, news: ProviderNews): Promise<boolean | 'not_yet'> {
  switch (news.about) {
    case 'intent':
      return aboutIntent(work, news);
    case 'session':
      return aboutSession(work, news.objectId);
    case 'refund':
      return news.intentId === null ? false : aboutRefunds(work, news.intentId);
    case 'method':
      return followMethod(work, news.objectId);
    case 'subscription':
      return followSubscription(work, news.objectId);
    case 'invoice':
      return followInvoice(work, news.objectId);
    case 'schedule':
      return followSchedule(work, news.objectId);
    case 'coupon':
      return followCoupon(work, news.objectId);
    case 'credit_note':
      return followCreditNote(work, news.objectId);
    case 'product':
    case 'price':
      return followSold(work, news.about, news.objectId);
    case 'dispute':
      return aboutDispute(work, news);
    default:
      return false;
  }
}

async function aboutIntent(work: Work, news: ProviderNews): Promise<boolean> {
  const { objectId: intentId } = news;
  const known = await work.query((ctx) => findAttemptByObject(ctx, work.provider.name, intentId));
  // What succeeded stays so. Anything else may still turn into a success.
  if (known !== undefined && isTerminalPayment(known.status) && known.status === 'succeeded') return true;
  const intent = await work.provider.retrieveIntent(intentId);
  const { attemptId } = intent;
  const attempt =
    known ?? (attemptId === null ? undefined : await work.query((ctx) => findAttempt(ctx, attemptId)));
  if (attempt === undefined) return false;
  await work.command(async (ctx) => {
    await recordPaymentNews(ctx, attempt.id, newsOf(intent), factsOf(intent));
    if (!news.saysPaid || intent.status === 'succeeded') return;
    await openCase(ctx, {
      kind: 'provider.mismatch',
      customerId: attempt.customerId,
      subjectId: attempt.id,
      detail: 'A message said that this payment was made. The provider, asked for it, says that it was not.',
      facts: { provider_event_id: news.id, type: news.type, provider_status: intent.status },
    });
  });
  return true;
}

async function aboutSession(work: Work, sessionId: string): Promise<boolean> {
  const session = await work.provider.retrieveSession(sessionId);
  const known = await work.query((ctx) => findCheckoutBySession(ctx, sessionId));
  // The event may come before the answer that told us the session's id.
  const checkoutId = known?.id ?? session.checkoutId;
  if (checkoutId === null || known?.status === 'completed') return known !== undefined;
  if (session.status === 'expired') {
    return work.command((ctx) => markExpired(ctx, checkoutId, known?.status ?? 'creating'));
  }
  if (session.status === 'approved') {
    await settlePage(
      { ...work, complete: completeCheckout },
      work.request,
      work.provider,
      checkoutId,
      sessionId,
    );
    return true;
  }
  if (session.status !== 'complete') return true;
  const result = await fetchResult(work.provider, session);
  await work.command((ctx) => completeCheckout(ctx, checkoutId, result));
  return true;
}

/** The payment that something came of, brought up to date first: its own message may be the later one. */
async function paidAttempt(work: Work, intentId: string): Promise<AttemptRow | undefined> {
  const find = () => work.query((ctx) => findAttemptByObject(ctx, work.provider.name, intentId));
  const known = await find();
  if (known === undefined || known.status === 'succeeded' || known.status === 'reversed') return known;
  const intent = await work.provider.retrieveIntent(intentId);
  await work.command((ctx) => recordPaymentNews(ctx, known.id, newsOf(intent), factsOf(intent)));
  return intent.status === 'succeeded' ? find() : undefined;
}

async function aboutRefunds(work: Work, intentId: string): Promise<boolean | 'not_yet'> {
  const payment = await paidAttempt(work, intentId);
  if (payment === undefined) return 'not_yet';
  for (const refund of await work.provider.listRefunds(intentId)) {
    const news = refundNewsOf(refund);
    await work.command(async (ctx) => {
      const id = await ourRefund(ctx, payment.id, payment.customerId, refund);
      if (id !== null && news !== null) {
        await recordRefundNews(ctx, id, news, { providerObjectId: refund.id, failureMessage: null });
      }
    });
  }
  return true;
}

/** Our row of a refund. One made at the provider itself gets a row now; null if it cannot be ours. */
async function ourRefund(
  ctx: CommandCtx,
  paymentId: string,
  customerId: string,
  refund: ProviderRefund,
): Promise<string | null> {
  const customer = await lockCustomer(ctx, customerId);
  const known =
    (await findRefundByObject(ctx, refund.id)) ??
    (refund.refundId === null ? undefined : await findRefund(ctx, refund.refundId));
  if (known !== undefined) return known.paymentId === paymentId ? known.id : null;
  if (refund.status === 'failed') return null;
  const payment = await lockAttempt(ctx, paymentId);
  invariant(payment !== undefined, 'A payment that was found is never deleted.');
  const id = ctx.newId();
  const creditBalanceMinor = creditIn(customer, payment.currency);
  const decision = decideRefund({
    refundId: id,
    now: ctx.now,
    attempt: await refundedFrom(ctx, payment),
    creditBalanceMinor,
    amountMinor: refund.amountMinor,
    reason: 'Made at the payment provider',
  });
  if (!decision.ok) {
    const left = refundableMinor(await refundedFrom(ctx, payment), creditBalanceMinor);
    await openCase(ctx, {
      kind: 'provider.mismatch',
      customerId,
      subjectId: paymentId,
      detail: 'The provider gave back more than this payment has left here.',
      facts: { provider_object_id: refund.id, amount_minor: `${refund.amountMinor}`, left_minor: `${left}` },
    });
    return null;
  }
  await applyRefundIntent(ctx, decision.value, {
    attemptId: null,
    providerObjectId: refund.id,
    byTransfer: false,
  });
  if (payment.invoiceId !== null)
    await followSoldCredits(ctx, payment.invoiceId, 'Refunded at the payment provider.');
  return id;
}

async function aboutDispute(work: Work, { objectId }: ProviderNews): Promise<boolean | 'not_yet'> {
  const told = await work.provider.retrieveDispute?.(objectId);
  if (told === undefined || told.intentId === null) return false;
  if ((await paidAttempt(work, told.intentId)) === undefined) return 'not_yet';
  return work.command((ctx) => recordDisputeNews(ctx, work.provider.name, told));
}
