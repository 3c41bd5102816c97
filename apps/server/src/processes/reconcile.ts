import { providerFeePosting } from '@billhook/core/ledger/provider-posting';
import {
  decideReconciliation,
  type Movement,
  type MovementOutcome,
} from '@billhook/core/reconciliation/decide-reconciliation';
import { addMs, type Instant, MS_PER_DAY, MS_PER_SECOND } from '@billhook/core/time/instant';
import { post } from '../modules/ledger/api.ts';
import {
  applyOutcomes,
  firstLook,
  keepMovements,
  keepPayouts,
  lockSchedule,
  openMovements,
  type PaymentProvider,
  ProviderFault,
  type Providers,
  payoutsToRead,
  postedFor,
  saveReconciled,
  unmatchedBookings,
} from '../modules/payments/api.ts';
import { openCase, settleCases } from '../modules/support/api.ts';
import type { Actor, CommandCtx, QueryCtx } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'reconciliation' };
const OPEN_CASE = 'reconciliation.open';
const UNLISTED_CASE = 'reconciliation.unlisted';
/** Statements of payouts are read again for so long: what they carry is told late. */
const PAYOUTS_BACK_MS = 14 * MS_PER_DAY;

type Deps = { transactor: Transactor; providers: Providers };
export type ReconcileRequest = { tenantId: number; actor: Actor; requestId: string | null };

/**
 * Reconciles each account once a day of the tenant. A sandbox has nothing at stake, so it begins when somebody first asks
 * for it, and while its clock is being moved it waits: then one run looks at all the days that passed.
 */
export function reconcileSource(deps: Deps & { log: Log }): DueSource {
  return {
    name: 'reconciliation',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select t.id from tenants t where t.advancing_to is null and exists (
           select 1 from provider_accounts a
           left join provider_schedules s on s.tenant_id = a.tenant_id and s.provider = a.provider
           where a.tenant_id = t.id and case when a.mode = 'sandbox' then s.reconcile_at
             else coalesce(s.reconcile_at, a.created_at + interval '1 day') end <= coalesce(t.frozen_at, $1))`,
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    async nextDueAt(ctx) {
      const [first] = await dueAccounts(ctx);
      return first === undefined ? null : first.at;
    },
    async run(tenantId, limit, goesOn = always) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      const due = await deps.transactor.query(request, dueAccounts);
      const now = await deps.transactor.query(request, async (ctx) => ctx.now);
      let done = 0;
      for (const { provider, at } of due) {
        if (done >= limit || at > now || !goesOn()) break;
        await tryOne(deps, request, provider);
        done += 1;
      }
      return done;
    },
  };
}

/** Accounts with the time of their next run, the first one first; none while the clock is being moved. */
function dueAccounts(ctx: QueryCtx): Promise<{ provider: string; at: Instant }[]> {
  return ctx.sql.rows(
    `select provider, at from (
       select a.provider, case when a.mode = 'sandbox' then s.reconcile_at
         else coalesce(s.reconcile_at, a.created_at + interval '1 day') end as at
       from provider_accounts a join tenants t on t.id = a.tenant_id
       left join provider_schedules s on s.tenant_id = a.tenant_id and s.provider = a.provider
       where a.tenant_id = $1 and t.advancing_to is null) due
     where at is not null order by at, provider`,
    [ctx.tenant.id],
  );
}

async function tryOne(deps: Deps & { log: Log }, request: ReconcileRequest, name: string): Promise<void> {
  try {
    await reconcile(deps, request, await deps.providers.of(request.tenantId, name));
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    deps.log.warn(
      { tenantId: request.tenantId, process: 'reconciliation', reason: error.code },
      'a provider could not be reconciled; it will be tried again',
    );
    await deps.transactor.command(request, async (ctx) => {
      await lockSchedule(ctx, name);
      await saveReconciled(ctx, name, { fault: error.message });
    });
  }
}

/**
 * Fetches what is new in a provider's books and brings it together with ours. Running it again adds nothing. Throws
 * `ProviderFault`; what was fetched until then stays, and the next run goes on.
 */
export async function reconcile(
  deps: Deps,
  request: ReconcileRequest,
  provider: PaymentProvider,
): Promise<void> {
  const { name } = provider;
  const command = <T>(fn: (ctx: CommandCtx) => Promise<T>) => deps.transactor.command(request, fn);
  const { since, until } = await command(async (ctx) => {
    const schedule = await lockSchedule(ctx, name);
    return {
      since: await firstLook(ctx, name, schedule.reconciledUntil),
      // Times of providers have whole seconds, and the last one counts as well.
      until: addMs(ctx.now, MS_PER_SECOND),
    };
  });
  if (provider.listTransactions !== undefined) {
    await fetchMovements(provider, { since, until }, (items) =>
      command((ctx) => keepMovements(ctx, name, items)),
    );
    await fetchPayouts(deps, request, provider, { since: addMs(since, -PAYOUTS_BACK_MS), until });
  }
  await command(async (ctx) => {
    await lockSchedule(ctx, name);
    await match(ctx, name);
    await saveReconciled(ctx, name, { until });
  });
}

type Span = { since: Instant; until: Instant };
type Movements = Awaited<ReturnType<NonNullable<PaymentProvider['listTransactions']>>>['items'];

async function fetchMovements(
  provider: PaymentProvider,
  span: Span & { payoutId?: string },
  keep: (items: Movements) => Promise<void>,
): Promise<void> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<NonNullable<PaymentProvider['listTransactions']>>> | undefined =
      await provider.listTransactions?.({ ...span, cursor });
    await keep(page?.items ?? []);
    cursor = page?.cursor ?? null;
  } while (cursor !== null);
}

/** Payouts, and of those whose parts do not add up yet what they are made of. */
async function fetchPayouts(
  deps: Deps,
  request: ReconcileRequest,
  provider: PaymentProvider,
  span: Span,
): Promise<void> {
  const { name } = provider;
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<NonNullable<PaymentProvider['listPayouts']>>> | undefined =
      await provider.listPayouts?.({ ...span, cursor });
    await deps.transactor.command(request, (ctx) => keepPayouts(ctx, name, page?.items ?? []));
    cursor = page?.cursor ?? null;
  } while (cursor !== null);
  const unread = await deps.transactor.query(request, (ctx) => payoutsToRead(ctx, name, iso(span.since)));
  for (const payout of unread) {
    // What it carries may be much older than the payout itself.
    const all = { since: addMs(span.since, -365 * MS_PER_DAY), until: span.until, payoutId: payout.name };
    await fetchMovements(provider, all, (items) =>
      deps.transactor.command(request, (ctx) => keepMovements(ctx, name, items)),
    );
  }
}

/** Decides about all that is open, writes it, and brings the cases in line with it. */
async function match(ctx: CommandCtx, provider: string): Promise<void> {
  const movements = await openMovements(ctx, provider);
  const { outcomes, missing } = decideReconciliation({
    now: ctx.now,
    movements,
    booked: await unmatchedBookings(ctx, provider),
  });
  const posted = outcomes.flatMap((one) => (one.state === 'posted' ? [one] : []));
  const late = lateFees(movements, outcomes);
  await post(ctx, [...posted.map(({ posting }) => posting), ...late]);
  const ids = await postedFor(
    ctx,
    posted.map(({ id }) => id),
  );
  await applyOutcomes(ctx, outcomes, ids);
  for (const one of outcomes) if (one.state === 'open') await openOne(ctx, one, movements);
  const settled = outcomes.filter(({ state }) => state !== 'open').map(({ id }) => id);
  await settleCases(ctx, OPEN_CASE, settled, 'The movement has found its place in the books.');
  for (const one of missing) {
    await openCase(ctx, {
      kind: UNLISTED_CASE,
      customerId: null,
      subjectId: one.id,
      detail: 'Money stands in our books and not in those of the payment provider.',
      facts: {
        provider,
        kind: one.kind,
        amount_minor: `${one.cashMinor}`,
        currency: one.currency,
        at: iso(one.at),
      },
    });
  }
  const listed = outcomes.flatMap((one) => (one.state === 'matched' ? [one.bookedId] : []));
  await settleCases(ctx, UNLISTED_CASE, listed, 'The payment provider lists it now.');
}

/** Fees that were not known when the payment was booked. */
function lateFees(movements: readonly Movement[], outcomes: readonly MovementOutcome[]) {
  const byId = new Map(movements.map((movement) => [movement.id, movement]));
  return outcomes.flatMap((one) => {
    const movement = one.state === 'matched' ? byId.get(one.id) : undefined;
    if (one.state !== 'matched' || movement === undefined) return [];
    const posting = providerFeePosting({ ...movement, netMinor: -one.lateFeeMinor });
    return posting === null ? [] : [posting];
  });
}

async function openOne(
  ctx: CommandCtx,
  one: Extract<MovementOutcome, { state: 'open' }>,
  movements: readonly Movement[],
): Promise<void> {
  const movement = movements.find(({ id }) => id === one.id);
  if (movement === undefined) return;
  await openCase(ctx, {
    kind: OPEN_CASE,
    customerId: null,
    subjectId: one.id,
    detail: `A ${movement.kind.replaceAll('_', ' ')} at the payment provider has no place in our books. ${one.detail}`,
    facts: {
      reason: one.reason,
      amount_minor: `${movement.grossMinor}`,
      currency: movement.currency,
      at: iso(movement.at),
      provider_objects: movement.objectIds.join(' '),
    },
  });
}
