import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../apps/server/src/testing/app.ts';
import type { Answer, CallOptions } from '../apps/server/src/testing/caller.ts';
import { faultsOfProblem } from '../apps/server/src/testing/routes.ts';

let app: TestApp;
let admin: pg.Client;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

const post = (path: string, body: unknown, options: CallOptions = {}) =>
  app.api('POST', path, { body, ...options });

async function made(call: Promise<Answer>): Promise<Answer> {
  const answer = await call;
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer;
}

/** Everything that ever happened leaves a row in one of these two. */
async function history(): Promise<unknown> {
  const { rows } = await admin.query(
    'select (select count(*) from outbox) as events, (select count(*) from audit_log) as entries',
  );
  return rows[0];
}

/** The call is refused with this code, in the form of every refusal, and leaves no trace. */
async function expectRefusal(status: number, code: string, call: () => Promise<Answer>): Promise<void> {
  const before = await history();
  const answer = await call();
  expect([answer.status, answer.body.code], answer.text).toEqual([status, code]);
  expect(faultsOfProblem(answer)).toEqual([]);
  expect(await history()).toEqual(before);
}

describe('a charge without an answer', () => {
  let invoice: string;

  beforeAll(async () => {
    const price = {
      key: 'base',
      name: 'Base',
      pricing: { model: 'flat', amount: '2900' },
      quantity: { kind: 'fixed' },
      timing: 'in_advance',
      cadence: { interval: 'month', count: 1 },
    };
    await made(
      post('/v1/plans', { key: 'pro', name: 'Pro', currency: 'EUR', prices: [price], entitlements: [] }),
    );
    const { body: customer } = await made(post('/v1/customers', { name: 'A customer', currency: 'EUR' }));
    await made(post(`/v1/customers/${customer.id}/payment_methods`, { provider_method_id: 'pm_card_visa' }));
    const [account] = await app.sandbox.accounts();
    await app.sandbox.setFaults(String(account?.id), { timeoutsBefore: 5, holdMs: 10 });
    await made(post('/v1/subscriptions', { customer: customer.id, plan: 'pro', collection: 'automatic' }));
    await app.drain();
    const invoices = await made(app.api('GET', `/v1/invoices?customer=${customer.id}`));
    invoice = String(invoices.body.data?.[0]?.id);
  });

  it('invoice.collection_running: is not made again before its outcome is known', async () => {
    await expectRefusal(409, 'invoice.collection_running', () => post(`/v1/invoices/${invoice}/collect`, {}));
  });

  it('invoice.collection_running: keeps its invoice from being voided', async () => {
    await expectRefusal(409, 'invoice.collection_running', () =>
      post(`/v1/invoices/${invoice}/void`, { reason: 'Billed by mistake', periods: 'bill_again' }),
    );
    const after = await app.api('GET', `/v1/invoices/${invoice}`);
    expect(after.body).toMatchObject({ status: 'open', payments: [{ status: 'unknown' }] });
  });
});

describe('a void and a charge at the same moment', () => {
  it('I15 end with one of both: an invoice that is void was never charged, one that was charged is paid', {
    timeout: 120_000,
  }, async () => {
    const [account] = await app.sandbox.accounts();
    await app.sandbox.setFaults(String(account?.id), { timeoutsBefore: 0, holdMs: 0 });
    // Either begins a few round trips before the other, so that they meet at every step.
    const afterSteps = async (steps: number) => {
      for (let step = 0; step < steps; step += 1) await app.api('GET', '/v1/tenant');
    };
    const outcomes: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      const { body: customer } = await made(post('/v1/customers', { name: 'Racer', currency: 'EUR' }));
      await made(
        post(`/v1/customers/${customer.id}/payment_methods`, { provider_method_id: 'pm_card_visa' }),
      );
      await made(post('/v1/subscriptions', { customer: customer.id, plan: 'pro', collection: 'automatic' }));
      const find = () => app.api('GET', `/v1/invoices?customer=${customer.id}`);
      const invoice = String((await made(find())).body.data?.[0]?.id);
      const [voided] = await Promise.all([
        afterSteps(round % 6).then(() =>
          post(`/v1/invoices/${invoice}/void`, { reason: 'Billed by mistake', periods: 'waive' }),
        ),
        afterSteps((11 - round) % 4).then(() => app.drain()),
      ]);
      await app.drain();
      const end = (await made(app.api('GET', `/v1/invoices/${invoice}`))).body;
      const paid = JSON.stringify(end.payments).split('"status":"succeeded"').length - 1;
      expect([voided.status, end.status, paid]).toEqual(
        voided.status === 200 ? [200, 'void', 0] : [409, 'paid', 1],
      );
      outcomes.push(String(end.status));
    }
    expect(new Set(outcomes)).toEqual(new Set(['void', 'paid']));
  });
});

describe('a race that is lost every time', () => {
  it('server.conflict: changes nothing, and the same request succeeds later', async () => {
    await admin.query(`
      create function lose_race() returns trigger language plpgsql as
        $$ begin raise exception 'could not serialize access' using errcode = '40001'; end $$;
      create trigger lose_race before insert on features for each row execute function lose_race()`);
    const ask = () =>
      post(
        '/v1/features',
        { key: 'sso', name: 'SSO', kind: 'boolean' },
        { idempotencyKey: 'a-race-that-is-lost' },
      );
    await expectRefusal(409, 'server.conflict', ask);
    await admin.query('drop trigger lose_race on features');
    await made(ask());
  });
});
