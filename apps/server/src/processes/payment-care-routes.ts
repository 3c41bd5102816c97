import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { explainBalance } from '@billhook/core/reconciliation/decide-reconciliation';
import { MS_PER_DAY } from '@billhook/core/time/instant';
import { type Handlers, type OutsideRequest, outside } from '../http/handlers.ts';
import { presentSecret } from '../modules/credentials/api.ts';
import {
  accountAt,
  findPayout,
  findSchedule,
  linesOfPayout,
  listAccounts,
  listMovements,
  listPayouts,
  type MovementRow,
  openSince,
  type PaymentProvider,
  type PayoutRow,
  ProviderFault,
  type Providers,
  sumsOf,
} from '../modules/payments/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import type { Health } from './doctor.ts';
import { explainMovement } from './explain-movement.ts';
import { pollEvents } from './poll-events.ts';
import { reconcile } from './reconcile.ts';
import type { subscribeMissingEvents } from './subscribe-events.ts';

type RouteIds =
  | 'pollProviderEvents'
  | 'getReconciliation'
  | 'runReconciliation'
  | 'listProviderTransactions'
  | 'listPayouts'
  | 'getPayout'
  | 'subscribeWebhookEvents'
  | 'getHealthReport';

type Deps = {
  transactor: Transactor;
  providers: Providers;
  examine(request: OutsideRequest): Promise<Health>;
  subscribe(request: OutsideRequest): ReturnType<typeof subscribeMissingEvents>;
  /** Tells the worker that messages came in. */
  wake(): void;
};

/** Reconciliation, polling and the doctor, which all ask the provider. */
export function paymentCareRoutes(deps: Deps): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    pollProviderEvents: outside(async (request) => {
      const provider = await deps.providers.of(request.tenantId);
      const { found, added } = await answered(() => pollEvents(deps, request, provider));
      return { object: 'provider_poll', provider: provider.name, found, added };
    }),
    getReconciliation: (ctx, { query }) => presentReconciliation(ctx, query.provider),
    runReconciliation: outside(async (request, { body }) => {
      const provider: PaymentProvider = await deps.providers.of(request.tenantId, body.provider);
      await answered(() => reconcile(deps, request, provider));
      return deps.transactor.query(request, (ctx) => presentReconciliation(ctx, provider.name));
    }),
    listProviderTransactions: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const rows = await listMovements(ctx, {
        limit: limit + 1,
        provider: query.provider ?? null,
        state: query.state ?? null,
        kind: query.kind ?? null,
        payout: query.payout ?? null,
        after: readCursorId('ptx', query.starting_after),
      });
      return pageOf(
        rows,
        limit,
        (row) => presentMovement(ctx, row),
        (row) => encodeTypeId('ptx', row.id),
      );
    },
    listPayouts: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const rows = await listPayouts(ctx, {
        limit: limit + 1,
        provider: query.provider ?? null,
        after: readCursorId('pyo', query.starting_after),
      });
      return pageOf(rows, limit, presentPayout, (row) => encodeTypeId('pyo', row.id));
    },
    getPayout: async (ctx, { params }) => {
      const id = decodeTypeId('pyo', params.id);
      const payout = id.ok ? await findPayout(ctx, id.value) : undefined;
      if (payout === undefined) return refuse('payout.not_found', 'There is no such payout.');
      const lines = await linesOfPayout(ctx, payout.provider, payout.name);
      return {
        ...presentPayout(payout),
        lines: lines.map(({ kind, count, grossMinor, feeMinor, netMinor }) => ({
          kind,
          count,
          gross: `${grossMinor}`,
          fee: `${feeMinor}`,
          net: `${netMinor}`,
        })),
      };
    },
    subscribeWebhookEvents: outside((request) => deps.subscribe(request)),
    getHealthReport: outside(async (request) => presentHealth(await deps.examine(request))),
  };
}

async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    return refuse(
      'provider.unavailable',
      'The payment provider does not answer. Nothing was changed; try again.',
    );
  }
}

async function presentReconciliation(ctx: QueryCtx, named: string | undefined) {
  const provider = await accountAt(ctx, named);
  const schedule = await findSchedule(ctx, provider);
  const open = await openSince(ctx, provider);
  const sums = await sumsOf(ctx, provider);
  return {
    object: 'reconciliation' as const,
    provider,
    providers: (await listAccounts(ctx)).map((account) => account.provider),
    reconciled_at: isoOrNull(schedule?.reconciledAt),
    next_at: isoOrNull(schedule?.reconcileAt),
    fault: schedule?.reconcileFault ?? null,
    open_count: open.count,
    oldest_open_at: isoOrNull(open.oldestAt),
    currencies: sums.map((sum) => {
      const { providerMinor, booksMinor, openMinor, unlistedMinor, unexplainedMinor } = explainBalance(sum);
      return {
        currency: sum.currency,
        provider: `${providerMinor}`,
        books: `${booksMinor}`,
        difference: `${providerMinor - booksMinor}`,
        open: `${openMinor}`,
        unlisted: `${unlistedMinor}`,
        unexplained: `${unexplainedMinor}`,
        open_count: sum.openCount,
        matched_count: sum.matchedCount,
        unlisted_count: sum.unlistedCount,
      };
    }),
  };
}

function presentMovement(ctx: QueryCtx, row: MovementRow) {
  const id = (prefix: string, uuid: string | null) => (uuid === null ? null : encodeTypeId(prefix, uuid));
  return {
    id: encodeTypeId('ptx', row.id),
    object: 'provider_transaction' as const,
    provider: row.provider,
    provider_transaction_id: row.name,
    kind: row.kind,
    gross: `${row.grossMinor}`,
    fee: `${row.feeMinor}`,
    net: `${row.netMinor}`,
    currency: row.currency,
    occurred_at: iso(row.occurredAt),
    available_at: isoOrNull(row.availableAt),
    payout: row.payoutId,
    state: row.state,
    reason: row.reason,
    explanation: explainMovement(row),
    age_days: row.state === 'open' ? Math.max(0, Math.floor((ctx.now - row.occurredAt) / MS_PER_DAY)) : null,
    ledger_transaction: id('lt', row.ledgerId),
    payment: id('pay', row.paymentId),
    customer: id('cus', row.customerId),
    customer_name: row.customerName,
    created_at: iso(row.occurredAt),
  };
}

function presentPayout(payout: PayoutRow) {
  return {
    id: encodeTypeId('pyo', payout.id),
    object: 'payout' as const,
    provider: payout.provider,
    provider_payout_id: payout.name,
    amount: `${payout.amountMinor}`,
    currency: payout.currency,
    status: payout.status,
    created_at: iso(payout.createdAt),
    arrives_at: isoOrNull(payout.arrivesAt),
    movements_total: payout.movementsMinor === null ? null : `${payout.movementsMinor}`,
    adds_up: payout.movementsMinor === null ? null : payout.movementsMinor === payout.amountMinor,
  };
}

function presentHealth(health: Health) {
  return {
    object: 'health_report' as const,
    checked_at: iso(health.checkedAt),
    state: health.state,
    checks: health.checks.map(({ id, subject, title, state, detail, nextStep, missingEvents }) => ({
      id,
      subject,
      title,
      state,
      detail: detail.replaceAll('\0', ''),
      next_step: nextStep,
      missing_events: [...(missingEvents ?? [])],
    })),
    secrets: health.secrets.map(presentSecret),
  };
}
