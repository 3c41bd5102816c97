import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must, send, signUpMember } from '../testing/scenario.ts';

let app: TestApp;
const LEGAL = { de: 'Amtsgericht Berlin, HRB 12345', en: 'Registered in Berlin' };

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  await must(
    app.api('PATCH', '/v1/tenant', {
      body: {
        settings: {
          invoice_series: 'BH',
          payment_terms_days: 14,
          documents: {
            legal_text: LEGAL,
            footer: {},
            appendix: true,
            pay_link: true,
            letter_fees: { EUR: ['0', '500', '1000'] },
            letter_days: 7,
          },
        },
      },
    }),
  );
  const price = {
    key: 'base',
    name: 'Base fee',
    pricing: { model: 'flat', amount: '3000' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  };
  await must(
    app.api('PUT', '/v1/catalogue', {
      body: {
        meters: [],
        features: [],
        plans: [{ key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [price], entitlements: [] }],
      },
    }),
  );
});
afterAll(() => app.close());

async function advance(to: string): Promise<void> {
  await must(app.api('POST', '/v1/clock/advance', { body: { to } }));
  await app.server.mover.finished(app.tenant.id);
  await app.drain();
}

type Row = { id: string; number: string; total: string; kind: string; level: number | null };

test('I354 pro-forma, statement and letters have series of their own without gaps, are frozen, and book nothing', async () => {
  const customer = String(
    (
      await send(app.api, '/v1/customers', {
        name: 'Ada',
        email: 'ada@example.com',
        country: 'DE',
        locale: 'de-DE',
      })
    ).id,
  );
  const path = `/v1/customers/${customer}/documents`;
  const none = await app.api('POST', path, { body: { kind: 'pro_forma' } });
  expect([none.status, none.body.code]).toEqual([409, 'document.nothing_to_bill']);
  await send(app.api, '/v1/subscriptions', { customer, plan: 'pro', quantity: 1, collection: 'manual' });
  await app.drain();
  const early = await app.api('POST', path, { body: { kind: 'dunning_letter' } });
  expect([early.status, early.body.code]).toEqual([409, 'document.nothing_overdue']);
  const books = await must(app.api('GET', '/v1/ledger/trial_balance'));
  const proForma = await send(app.api, path, { kind: 'pro_forma' });
  expect(proForma).toMatchObject({
    number: 'BH-PF-2026-000001',
    total: '3000',
    kind: 'pro_forma',
    level: null,
  });
  expect(await send(app.api, path, { kind: 'statement' })).toMatchObject({
    number: 'BH-SA-2026-000001',
    total: '3000',
  });
  await advance('2026-02-01T09:00:00Z');
  expect(await send(app.api, path, { kind: 'dunning_letter' })).toMatchObject({
    number: 'BH-DL-2026-000001',
    level: 1,
    total: '3000',
  });
  expect(await send(app.api, path, { kind: 'dunning_letter' })).toMatchObject({
    number: 'BH-DL-2026-000002',
    level: 2,
    total: '3500',
  });
  expect(await must(app.api('GET', '/v1/ledger/trial_balance'))).toMatchObject({ balanced: books.balanced });
  const listed = (await must(app.api('GET', `/v1/documents?customer=${customer}`))).data as unknown as Row[];
  expect(listed.map(({ number }) => number)).toEqual([
    'BH-DL-2026-000002',
    'BH-DL-2026-000001',
    'BH-SA-2026-000001',
    'BH-PF-2026-000001',
  ]);
  const gone = await app.api('GET', '/v1/documents/doc_01h2xcejqtf2nbrexx3vqjhp41/pdf');
  expect([gone.status, gone.body.code]).toEqual([404, 'document.not_found']);
  const member = await signUpMember(app, app.tenant.slug, 'bob@example.com');
  for (const { id } of listed) {
    const first = await app.api('GET', `/v1/documents/${id}/pdf`);
    const second = await app.api('GET', `/v1/documents/${id}/pdf`);
    expect([first.status, first.text.slice(0, 5)]).toEqual([200, '%PDF-']);
    expect(second.text).toBe(first.text);
    expect(first.text).toContain('/Lang (de)');
    const other = await member('GET', `/p/${app.tenant.slug}/api/v1/documents/${id}/pdf`);
    expect(other.status).not.toBe(200);
  }
});
