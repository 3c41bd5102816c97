import type { Database } from './database.ts';

export type Metrics = {
  observe(request: { method: string; route: string; status: number; durationMs: number }): void;
  render(): Promise<{ contentType: string; text: string }>;
};

/** What is counted of one method of one route. */
type RouteFigures = { time: { observe(seconds: number): void }; counts: Map<number, { inc(): void }> };

/** How much work is due and not done, by kind. Read as the work role, over all tenants. */
const DUE_WORK = `
  select 'outbox' as kind, count(*)::int as waiting from outbox where dispatched_at is null
  union all select 'audit-seal', count(*)::int from audit_log where seal_number is null
  union all select 'bill-due', count(*)::int from subscriptions where next_bill_at <= now()
  union all select 'mails', count(*)::int from mails where status = 'queued' and retry_at <= now()
  union all select 'provider-events', count(*)::int from provider_events where state = 'stored' and retry_at <= now()`;

/** Figures for Prometheus: requests by route, latency, connections, work that waits. */
export async function createMetrics(database: Database): Promise<Metrics> {
  const { Registry, Counter, Histogram, Gauge, collectDefaultMetrics } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'billhook_requests_total',
    help: 'Requests answered.',
    labelNames,
    registers: [registry],
  });
  const latency = new Histogram({
    name: 'billhook_request_seconds',
    help: 'Time from the first byte of a request to the end of its answer.',
    labelNames: ['method', 'route'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
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
  // A figure is found once by its labels: that costs more than counting. Names are not put together for it, since a new text
  // is read whole before anything can be found under it.
  const byRoute = new Map<string, Map<string, RouteFigures>>();
  const figuresOf = (method: string, route: string): RouteFigures => {
    const byMethod = byRoute.get(route) ?? new Map<string, RouteFigures>();
    const known = byMethod.get(method);
    if (known !== undefined) return known;
    const made = { time: latency.labels(method, route), counts: new Map() };
    byRoute.set(route, byMethod.set(method, made));
    return made;
  };
  return {
    observe({ method, route, status, durationMs }) {
      const { time, counts } = figuresOf(method, route);
      const known = counts.get(status);
      const count = known ?? requests.labels(method, route, String(status));
      if (known === undefined) counts.set(status, count);
      count.inc();
      time.observe(durationMs / 1000);
    },
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
