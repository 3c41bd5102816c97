/** A request that was answered. */
export type Answered = { method: string; route: string; status: number; durationMs: number };

/** A figure as a registry of prom-client takes it. */
export type Figure = {
  name: string;
  help: string;
  type: 'counter' | 'histogram';
  get(): Promise<{ name: string; help: string; type: string; aggregator: 'sum'; values: Value[] }>;
};

type Value = { value: number; labels: Record<string, string | number>; metricName?: string };

type RouteFigures = {
  labels: { method: string; route: string };
  byStatus: Map<number, number>;
  /** How many took this long and no longer than the bound before; the last are all that took longer. */
  within: Float64Array;
  secondsTotal: number;
};

/** Seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

/**
 * Counts requests in plain numbers, and makes figures of them when they are asked for. That is every few seconds, where
 * requests are thousands a second: to count one costs next to nothing.
 */
export function createRequestFigures() {
  const byRoute = new Map<string, Map<string, RouteFigures>>();

  function figuresOf(method: string, route: string): RouteFigures {
    const byMethod = byRoute.get(route) ?? new Map<string, RouteFigures>();
    const known = byMethod.get(method);
    if (known !== undefined) return known;
    const made = {
      labels: { method, route },
      byStatus: new Map(),
      within: new Float64Array(BOUNDS.length + 1),
      secondsTotal: 0,
    };
    byRoute.set(route, byMethod.set(method, made));
    return made;
  }

  const all = () => [...byRoute.values()].flatMap((byMethod) => [...byMethod.values()]);

  return {
    observe({ method, route, status, durationMs }: Answered): void {
      const figures = figuresOf(method, route);
      figures.byStatus.set(status, (figures.byStatus.get(status) ?? 0) + 1);
      const seconds = durationMs / 1000;
      let bound = 0;
      while (bound < BOUNDS.length && seconds > (BOUNDS[bound] as number)) bound += 1;
      figures.within[bound] = (figures.within[bound] ?? 0) + 1;
      figures.secondsTotal += seconds;
    },
    figures: [
      figure('counter', 'billhook_requests_total', 'Requests answered.', () =>
        all().flatMap(({ labels, byStatus }) =>
          [...byStatus].map(([status, value]) => ({ value, labels: { ...labels, status } })),
        ),
      ),
      figure(
        'histogram',
        'billhook_request_seconds',
        'Time from the first byte of a request to the end of its answer.',
        () => all().flatMap(bucketsOf),
      ),
    ],
  };
}

function figure(type: Figure['type'], name: string, help: string, values: () => Value[]): Figure {
  return { name, help, type, get: async () => ({ name, help, type, aggregator: 'sum', values: values() }) };
}

/** A bucket holds all that took no longer than its bound. */
function bucketsOf({ labels, within, secondsTotal }: RouteFigures): Value[] {
  const name = 'billhook_request_seconds';
  let value = 0;
  const buckets = [...BOUNDS, '+Inf'].map((le, index) => {
    value += within[index] ?? 0;
    return { value, labels: { le, ...labels }, metricName: `${name}_bucket` };
  });
  return [
    ...buckets,
    { value: secondsTotal, labels, metricName: `${name}_sum` },
    { value, labels, metricName: `${name}_count` },
  ];
}
