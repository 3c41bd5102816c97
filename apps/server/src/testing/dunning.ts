import { decodeTypeId } from '@billhook/core/kernel/typeid';
import pg from 'pg';
import { startTestApp, type TestApp } from './app.ts';

export const DAY = 86_400_000;

type Body = Record<string, never>;

/** A run as the API answers it, as far as tests look at it. */
export type RunAnswer = {
  id: string;
  status: string;
  access: string;
  invoice: string;
  ahead: { key: string; at: string }[];
  past: { key: string; outcome: string }[];
  left_out: { key: string; reason: string }[];
};

export const dunningStep = (key: string, day: number, action: string, more: object = {}) => ({
  key,
  day,
  action,
  kinds: null,
  mail: null,
  ...more,
});

/** Each day something: a try, less access, a mail, a text message. */
export const DAILY = {
  steps: [
    dunningStep('card', 0, 'mail', { kinds: ['hard_decline', 'expired_card'], mail: 'method_needed' }),
    dunningStep('retry-1', 1, 'retry'),
    dunningStep('limit', 2, 'limit_access'),
    dunningStep('notice', 2, 'mail', { mail: 'last_notice' }),
    dunningStep('text', 2, 'sms'),
    dunningStep('retry-2', 3, 'retry'),
    dunningStep('suspend', 4, 'suspend_access'),
    dunningStep('cancel', 6, 'cancel'),
  ],
  hours: null,
  paydays: null,
  failure_mail: 'first',
};

/** A seller over HTTP who sells one plan with the features `read` and `write`, and whose days pass when told. */
export async function startDunningApp() {
  const app: TestApp = await startTestApp({ clockAt: '2026-03-02T09:00:00Z' });
  let counter = 0;
  const must = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    path: string,
    body?: unknown,
  ): Promise<Body> => {
    const answer = await app.api(method, path, body === undefined ? {} : { body: body as never });
    if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
    return answer.body as Body;
  };
  const world = {
    app,
    must,
    post: (path: string, body?: unknown) => must('POST', path, body),
    get: (path: string) => must('GET', path),
    settle: () => app.settle(),
    /** Lets days pass, doing what is due on each. */
    async pass(days: number) {
      for (let day = 0; day < days; day += 1) {
        app.passWallTime(DAY);
        await world.settle();
      }
    },
    /** A customer with a subscription: charged to a card, or paid by transfer. */
    async subscribed(card: string | null) {
      counter += 1;
      const key = `c${counter}`;
      const facts = { name: key, external_id: key, email: `${key}@example.com`, country: 'DE' };
      const { id } = await world.post('/v1/customers', facts);
      if (card !== null)
        await world.post(`/v1/customers/${id}/payment_methods`, { provider_method_id: card });
      const collection = card === null ? 'manual' : 'automatic';
      await world.post('/v1/subscriptions', { customer: id, plan: 'pro', quantity: 1, collection });
      await world.settle();
      return { key, id: String(id) };
    },
    check: (customer: string, feature: string) => world.post('/v1/check', { customer, feature }),
    async runOf(customer: string) {
      const { data } = await world.get(`/v1/dunning/runs?customer=${customer}`);
      return (data as unknown as RunAnswer[])[0] as RunAnswer;
    },
    accessOf: (customer: string) => world.get(`/v1/customers/${customer}/access`),
    /** As the administrator, for what no request can bring about. */
    async sql(statement: string, values: unknown[]) {
      const client = new pg.Client({ connectionString: app.database.url });
      await client.connect();
      await client.query(statement, values);
      await client.end();
    },
  };
  await must('PUT', '/v1/catalogue', CATALOGUE);
  return world;
}

export type DunningApp = Awaited<ReturnType<typeof startDunningApp>>;

const switchOf = (key: string) => ({ key, name: key, kind: 'boolean' });
const CATALOGUE = {
  meters: [],
  features: [switchOf('read'), switchOf('write')],
  plans: [
    {
      key: 'pro',
      name: 'Pro',
      rank: 1,
      currency: 'EUR',
      prices: [
        {
          key: 'base',
          name: 'Base fee',
          pricing: { model: 'flat', amount: '2900' },
          quantity: { kind: 'fixed' },
          timing: 'in_advance',
          cadence: { interval: 'year', count: 1 },
        },
      ],
      entitlements: [
        { kind: 'boolean', feature: 'read', enabled: true },
        { kind: 'boolean', feature: 'write', enabled: true },
      ],
    },
  ],
};

export function customerRow(id: string): string {
  const decoded = decodeTypeId('cus', id);
  if (!decoded.ok) throw new Error(id);
  return decoded.value;
}
