import { type AccessStage, type AccessState, accessOf } from '@billhook/core/access/access';
import type { SubscriptionStatus } from '@billhook/core/subscriptions/subscription';
import { insertStep, type RunRow, saveRun, unpaidRuns } from '../modules/dunning/api.ts';
import { type AccessMove, moveAccess } from '../modules/entitlements/api.ts';
import { findInvoices, type StoredInvoice, setRetry } from '../modules/invoicing/api.ts';
import { collectedSince, isCollectable, scheduleCollection } from '../modules/payments/api.ts';
import { subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import type { CommandCtx, OutboxEvent } from '../platform/context.ts';

/** Facts after which an unpaid invoice may no longer be one, or access may have to move. */
const ABOUT_MONEY: ReadonlySet<string> = new Set([
  'invoice.paid',
  'invoice.voided',
  'credit_note.issued',
  'credit_note.voided',
  'payment.failed',
  'dunning.step_taken',
]);
const ABOUT_METHODS: ReadonlySet<string> = new Set(['payment_method.added', 'payment_method.made_default']);

/**
 * What must be true with a fact, in its transaction, whoever brought it about: a run ends with the money, and access is
 * back with it. Called with everything that a command has published, before it is committed.
 */
export async function followMoney(ctx: CommandCtx, events: readonly OutboxEvent[]): Promise<void> {
  const money = customersOf(events, ABOUT_MONEY);
  const methods = customersOf(events, ABOUT_METHODS);
  await followCustomers(ctx, money, methods);
}

/** The same, where the outcome of an invoice was decided elsewhere and no fact here tells of it. */
export async function followCustomers(
  ctx: CommandCtx,
  money: readonly string[],
  methods: readonly string[] = [],
): Promise<void> {
  if (money.length + methods.length === 0) return;
  const runs = await unpaidRuns(ctx, [...new Set([...money, ...methods])]);
  if (runs.length === 0) return;
  const invoices = new Map(
    (
      await findInvoices(
        ctx,
        runs.map(({ invoiceId }) => invoiceId),
      )
    ).map((invoice) => [invoice.id, invoice]),
  );
  const left: RunRow[] = [];
  for (const run of runs) {
    const invoice = invoices.get(run.invoiceId);
    const after = invoice === undefined ? run : await endWithMoney(ctx, run, invoice);
    left.push(after);
    if (invoice !== undefined && methods.includes(run.customerId)) await tryNewMethod(ctx, after, invoice);
  }
  await syncAccess(ctx, left);
}

function customersOf(events: readonly OutboxEvent[], types: ReadonlySet<string>): string[] {
  const ids = events.flatMap(({ type, customerId }) =>
    types.has(type) && customerId !== undefined ? [customerId] : [],
  );
  return [...new Set(ids)];
}

/** What became of a run by what became of its invoice. */
async function endWithMoney(ctx: CommandCtx, run: RunRow, invoice: StoredInvoice): Promise<RunRow> {
  const isOver = run.status !== 'active' && run.status !== 'paused';
  const ended = { ...run, nextAt: null, pausedAt: null, endedAt: run.endedAt ?? ctx.now };
  if (invoice.status === 'paid') return recovered(ctx, ended, invoice.failureCount);
  if (invoice.status === 'void') return saved(ctx, { ...ended, status: 'closed' });
  if (invoice.status === 'uncollectible' && !isOver) return saved(ctx, { ...ended, status: 'exhausted' });
  return run;
}

/** Paid before anything was due is no rescue: reminders ahead of the due date recover nothing. */
async function recovered(ctx: CommandCtx, run: RunRow, failureCount: number): Promise<RunRow> {
  if (run.kind === 'terms' && run.anchorAt > ctx.now) return saved(ctx, { ...run, status: 'closed' });
  const { capturedMinor, lastPurpose, lastNumber } = await collectedSince(ctx, run.invoiceId, run.startedAt);
  const step = run.definition.steps.find(({ key }) => key === run.retryStep);
  // Stripe counts its own tries alone, so a payment with a number beyond the failures was one of them.
  const isRetryOfStripe = run.collectedBy === 'stripe' && (lastNumber ?? 0) > failureCount;
  const byTry = lastPurpose === 'invoice' && step !== undefined;
  const by =
    capturedMinor === 0n
      ? 'credit'
      : byTry && step.action === 'change_method'
        ? 'change_method'
        : byTry || isRetryOfStripe
          ? 'retry'
          : 'customer';
  if (byTry)
    await insertStep(ctx, {
      runId: run.id,
      key: step.key,
      action: step.action,
      outcome: 'succeeded',
      reason: null,
    });
  ctx.emit({
    type: 'dunning.recovered',
    objectId: run.id,
    customerId: run.customerId,
    payload: { invoice_id: run.invoiceId, amount_minor: `${capturedMinor}`, currency: run.currency, by },
  });
  return saved(ctx, {
    ...run,
    status: 'recovered',
    recoveredMinor: capturedMinor,
    recoveredBy: by,
    recoveredStep: byTry ? step.key : null,
  });
}

async function saved(ctx: CommandCtx, run: RunRow): Promise<RunRow> {
  await saveRun(ctx, run);
  return run;
}

/** A new method, or another default, is tried at once for what nothing is planned for. */
export async function tryNewMethod(ctx: CommandCtx, run: RunRow, invoice: StoredInvoice): Promise<void> {
  // Held back means held back; what was stopped is tried all the same, since somebody wishes to pay.
  const isTried = run.status === 'active' || run.status === 'stopped';
  if (!isTried || run.kind !== 'charge' || invoice.status !== 'open' || invoice.authority === 'stripe')
    return;
  if (!(await isCollectable(ctx, invoice.id))) return;
  await scheduleCollection(ctx, [invoice]);
  await setRetry(ctx, { invoiceId: invoice.id, at: ctx.now, failureCount: invoice.failureCount });
}

/** Moves the access of everything that these runs are about to what core says it must be. */
async function syncAccess(ctx: CommandCtx, runs: readonly RunRow[]): Promise<void> {
  const unpaid = runs.filter(
    ({ status }) => status === 'active' || status === 'paused' || status === 'stopped',
  );
  const concerned = new Set(runs.flatMap(({ subscriptionIds }) => subscriptionIds));
  const customers = [...new Set(runs.map(({ customerId }) => customerId))];
  const moves = (await subscriptionsOfCustomers(ctx, customers)).flatMap((subscription): AccessMove[] => {
    if (!concerned.has(subscription.id)) return [];
    const own = unpaid.filter(({ subscriptionIds }) => subscriptionIds.includes(subscription.id));
    const move = moveOf(subscription, own);
    return move === null ? [] : [move];
  });
  await moveAccess(ctx, moves);
}

function moveOf(
  subscription: { id: string; customerId: string; status: SubscriptionStatus; access: AccessState },
  unpaid: readonly { invoiceId: string; stage: AccessStage }[],
): AccessMove | null {
  const { id, customerId, status, access } = subscription;
  const to = accessOf(
    status,
    unpaid.map(({ stage }) => stage),
  );
  if (to === access) return null;
  const cause = unpaid.find(({ stage }) => stage === to);
  return { customerId, subscriptionId: id, from: access, to, invoiceId: cause?.invoiceId ?? null };
}
