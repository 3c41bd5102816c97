import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../apps/server/src/testing/app.ts';
import { startSpender } from '../packages/sdk/src/testing/spend.ts';

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await startTestApp({ worker: true });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-leases-'));
});
afterAll(async () => {
  await app.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function must(method: string, url: string, body: unknown) {
  const answer = await app.api(method, url, { body });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

test('16 processes under a hard limit of 1,000,000 of the whole server are allowed exactly 1,000,000', async () => {
  const limit = { limit: '1000000', reset: 'billing_period', overage: 'block', warn_at_percent: [] };
  await must('PUT', '/v1/catalogue', {
    meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'sum', value_property: 'n' }],
    features: [{ key: 'calls', name: 'Calls', kind: 'metered', meter: 'calls' }],
    plans: [
      {
        key: 'pro',
        name: 'Pro',
        currency: 'EUR',
        prices: [],
        entitlements: [{ feature: 'calls', kind: 'metered', ...limit }],
      },
    ],
  });
  const customer = String((await must('POST', '/v1/customers', { name: 'A', external_id: 'a' })).id);
  await must('POST', '/v1/subscriptions', { customer: 'a', plan: 'pro' });
  const { baseUrl, apiKey } = app;
  const spenders = Array.from({ length: 16 }, () => startSpender({ baseUrl, apiKey, folder, customer }));
  await Promise.all(spenders.map(({ ended }) => ended));
  expect(spenders.reduce((sum, { allowed }) => sum + allowed(), 0)).toBe(1_000_000);
  const check = await must('POST', '/v1/check', { customer, feature: 'calls', quantity: '1' });
  expect(check).toMatchObject({ allowed: false, used: '1000000', remaining: '0' });
  // All of the limit was counted, so nothing stays promised to a process that ended, and nothing is left to be told.
  expect(fs.readdirSync(folder)).toEqual([]);
}, 600_000);
