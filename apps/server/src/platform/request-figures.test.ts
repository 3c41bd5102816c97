import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createRequestFigures } from './request-figures.ts';

test('requests stand in the page for Prometheus by route and status, with how long they took', async () => {
  const { observe, figures } = createRequestFigures();
  const registry = new Registry();
  for (const figure of figures) registry.registerMetric(figure as never);
  const asked = { method: 'POST', route: '/v1/events' };
  observe({ ...asked, status: 200, durationMs: 5 });
  observe({ ...asked, status: 200, durationMs: 40 });
  observe({ ...asked, status: 402, durationMs: 9_000 });
  observe({ method: 'GET', route: '/v1/plans', status: 200, durationMs: 1 });
  const lines = (await registry.metrics()).split('\n').filter((line) => !line.startsWith('#'));
  const of = (text: string) => lines.filter((line) => line.includes(text));
  expect(of('requests_total')).toEqual([
    'billhook_requests_total{method="POST",route="/v1/events",status="200"} 2',
    'billhook_requests_total{method="POST",route="/v1/events",status="402"} 1',
    'billhook_requests_total{method="GET",route="/v1/plans",status="200"} 1',
  ]);
  const times = of('method="POST"').filter((line) => line.includes('_seconds_'));
  expect(times.map((line) => line.replace('method="POST",route="/v1/events"', ''))).toEqual([
    'billhook_request_seconds_bucket{le="0.005",} 1',
    'billhook_request_seconds_bucket{le="0.01",} 1',
    'billhook_request_seconds_bucket{le="0.025",} 1',
    'billhook_request_seconds_bucket{le="0.05",} 2',
    'billhook_request_seconds_bucket{le="0.1",} 2',
    'billhook_request_seconds_bucket{le="0.25",} 2',
    'billhook_request_seconds_bucket{le="0.5",} 2',
    'billhook_request_seconds_bucket{le="1",} 2',
    'billhook_request_seconds_bucket{le="2.5",} 2',
    'billhook_request_seconds_bucket{le="5",} 2',
    'billhook_request_seconds_bucket{le="+Inf",} 3',
    'billhook_request_seconds_sum{} 9.045',
    'billhook_request_seconds_count{} 3',
  ]);
});
