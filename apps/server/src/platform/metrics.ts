import type { Metric } from 'prom-client';
import type { Database } from './database.ts';
import { type Answered, createRequestFigures } from './request-figures.ts';

export type Metrics = {
  observe(request: Answered): void;
  render(): Promise<{ contentType: string; text: string }>;
};

/** How much work is due and not done, by kind. Read as the work role, over all tenants. */
const DUE_WORK = `
  select 'outbox' as kind, count(*)::int as waiting from outbox where dispatched_at is null
  union all select 'audit-seal', count(*)::int from audit_log where seal_number is null
  union all select 'bill-due', count(*)::int from subscriptions where next_bill_at <= now()
  union all select 'mails', count(*)::int from mails where status = 'queued' and retry_at <= now()
  union all select 'provider-events', count(*)::int from provider_events where state = 'stored' and retry_at <= now()`;

/** Figures for Prometheus: requests by route, latency, connections, work that waits. */
export async function createMetrics(database: Database): Promise<Metrics> {
  const { Registry, Gauge, collectDefaultMetrics } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = createRequestFigures();
  for (const figure of requests.figures) registry.registerMetric(figure as unknown as Metric);
  const pool = new Gauge({
    name: 'billhook_database_connections',
    help: 'Connections of a pool.',
    labelNames: ['pool', 'state'] as const,
    registers: [registry],
    collect() {
      for (const name of ['runtime', 'work'] as const) {
        this.set({ pool: name, state: 'open' }, database[name].totalCount);
        this.set({ pool: name, state: 'idle' }, database[name].idleCount);
        this.set({ pool: name, state: 'waited_for' }, database[name].waitingCount);
      }
    },
  });
  const waiting = new Gauge({
    name: 'billhook_due_work',
    help: 'Pieces of work that are due and not done.',
    labelNames: ['kind'] as const,
    registers: [registry],
    async collect() {
      const { rows } = await database.work.query<{ kind: string; waiting: number }>(DUE_WORK);
      for (const row of rows) this.set({ kind: row.kind }, row.waiting);
    },
  });
  pool.reset();
  waiting.reset();
  return {
    observe: requests.observe,
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
