import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type OwnerApi, signInOwner } from '../apps/demo/src/api.ts';
import { tell } from '../apps/demo/src/tell.ts';
import { concierge } from '../apps/demo/src/tenants/concierge.ts';
import { startTestApp, type TestApp } from '../apps/server/src/testing/app.ts';

type List<T> = { data: T[]; has_more: boolean; next_cursor: string | null };

let app: TestApp;
let seller: ReturnType<OwnerApi['forTenant']>;
let slowestReadyMs = 0;

beforeAll(async () => {
  app = await startTestApp({ worker: true });
  const cookie = await signInOwner(app.baseUrl, app.owner.email, app.owner.password);
  const headers = { cookie, origin: app.baseUrl };
  const owner: OwnerApi = {
    ...connect(app.baseUrl, headers),
    forTenant: (id) => connect(app.baseUrl, { ...headers, 'billhook-tenant': id }),
  };
  await tell(owner, app.baseUrl, concierge, Date.now(), () => {
    const asked = performance.now();
    void fetch(`${app.baseUrl}/readyz`).then(() => {
      slowestReadyMs = Math.max(slowestReadyMs, performance.now() - asked);
    });
  });
  const { data } = await owner.get<List<{ id: string; slug: string }>>('/v1/tenants');
  seller = owner.forTenant(data.find(({ slug }) => slug === concierge.slug)?.id ?? '');
}, 600_000);
afterAll(() => app.close());

async function all<T>(path: string): Promise<T[]> {
  const found: T[] = [];
  let after = '';
  for (;;) {
    const page: List<T> = await seller.get(`${path}${path.includes('?') ? '&' : '?'}limit=100${after}`);
    found.push(...page.data);
    if (!page.has_more) return found;
    after = `&starting_after=${page.next_cursor}`;
  }
}

test('a story has forty customers and more, and the server answers while it is told', async () => {
  expect((await all('/v1/customers')).length).toBeGreaterThanOrEqual(40);
  expect(slowestReadyMs).toBeGreaterThan(0);
  expect(slowestReadyMs).toBeLessThan(5_000);
});

test('a story has upgrades, downgrades, churn, a failed and a recovered payment, and a refund', async () => {
  const revenue = await seller.get<{
    months: Record<'expansion' | 'contraction' | 'churn' | 'new', string>[];
  }>('/v1/analytics/revenue');
  const moved = (kind: 'expansion' | 'contraction' | 'churn' | 'new') =>
    revenue.months.some((month) => month[kind] !== '0');
  expect({
    new: moved('new'),
    expansion: moved('expansion'),
    contraction: moved('contraction'),
    churn: moved('churn'),
  }).toEqual({
    new: true,
    expansion: true,
    contraction: true,
    churn: true,
  });
  const feed = await all<{ type: string }>('/v1/event_feed');
  const types = new Set(feed.map(({ type }) => type));
  expect([...types]).toEqual(
    expect.arrayContaining([
      'payment.failed',
      'subscription.past_due',
      'subscription.recovered',
      'subscription.canceled',
      'payment.refunded',
      'invoice.paid',
    ]),
  );
});

test('after a story the books balance and the clock follows real time', async () => {
  expect(await seller.get<object>('/v1/ledger/trial_balance')).toMatchObject({ balanced: true });
  expect(await seller.get<object>('/v1/clock')).toMatchObject({ mode: 'real', moving: null });
});
