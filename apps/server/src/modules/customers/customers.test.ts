import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app.close());

test('a customer is made with the seller’s defaults, found, changed and listed', async () => {
  const made = await app.api('POST', '/v1/customers', {
    body: { name: 'Acme GmbH', external_id: 'acme', country: 'DE' },
  });
  expect(made.status).toBe(201);
  const id = String(made.body.id);
  expect((await app.api('GET', `/v1/customers/${id}`)).body).toEqual(made.body);
  const changed = await app.api('PATCH', `/v1/customers/${id}`, {
    body: { name: 'Acme AG', email: 'billing@acme.example', country: null, metadata: { tier: 'gold' } },
  });
  expect(changed.body).toMatchObject({
    name: 'Acme AG',
    country: null,
    external_id: 'acme',
    metadata: { tier: 'gold' },
  });
  for (const q of ['acme', 'ACME', 'billing@']) {
    const found = await app.api('GET', `/v1/customers?q=${encodeURIComponent(q)}`);
    expect(found.body.data).toEqual([
      expect.objectContaining({ id, mrr: '0', open_amount: '0', plan_name: null, subscription_status: null }),
    ]);
  }
  expect((await app.api('GET', '/v1/customers?q=%25')).body.data).toEqual([]);
  expect((await app.api('GET', '/v1/customers?status=active')).body.data).toEqual([]);
});

test('an external id names one customer; the refusal says who has it', async () => {
  const first = await app.api('POST', '/v1/customers', { body: { name: 'First', external_id: 'one' } });
  const second = await app.api('POST', '/v1/customers', { body: { name: 'Second', external_id: 'one' } });
  expect(second.status).toBe(409);
  expect(second.body).toMatchObject({ code: 'customer.already_exists', conflicting_id: first.body.id });
  const third = await app.api('POST', '/v1/customers', { body: { name: 'Third' } });
  const moved = await app.api('PATCH', `/v1/customers/${third.body.id}`, { body: { external_id: 'one' } });
  expect([moved.status, moved.body.code]).toEqual([409, 'customer.already_exists']);
});

test('the same external id from many requests at once makes one customer', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      app.api('POST', '/v1/customers', { body: { name: 'Race', external_id: 'race' } }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
});

test('currency, zone, country and external id must exist, and all faults are told at once', async () => {
  const answer = await app.api('POST', '/v1/customers', {
    body: {
      name: '   ',
      currency: 'ABC',
      time_zone: 'Europe/Atlantis',
      country: 'ZZ',
      external_id: 'cus_01h2xcejqtf2nbrexx3vqjhp41',
    },
  });
  expect(answer.status).toBe(422);
  const pointers = (answer.body.errors as unknown as { pointer: string }[]).map(({ pointer }) => pointer);
  expect(pointers.sort()).toEqual(['/country', '/currency', '/external_id', '/name', '/time_zone']);
});

test('pages follow each other without a gap, newest first', async () => {
  for (let index = 0; index < 5; index += 1) {
    await app.api('POST', '/v1/customers', { body: { name: `Page ${index}` } });
  }
  const seen: string[] = [];
  let path = '/v1/customers?limit=2&q=Page';
  for (;;) {
    const page = (await app.api('GET', path)).body as unknown as {
      data: { name: string }[];
      has_more: boolean;
      next_cursor: string | null;
    };
    seen.push(...page.data.map(({ name }) => name));
    expect(page.has_more).toBe(page.next_cursor !== null);
    if (page.next_cursor === null) break;
    path = `/v1/customers?limit=2&q=Page&starting_after=${page.next_cursor}`;
  }
  expect(seen).toEqual(['Page 4', 'Page 3', 'Page 2', 'Page 1', 'Page 0']);
});

test('a customer of nowhere is not found', async () => {
  for (const method of ['GET', 'PATCH'] as const) {
    const answer = await app.api(
      method,
      '/v1/customers/cus_01h2xcejqtf2nbrexx3vqjhp41',
      method === 'PATCH' ? { body: {} } : {},
    );
    expect([answer.status, answer.body.code]).toEqual([404, 'customer.not_found']);
  }
});

test.each(['zz-zz-zz', 'zz', 'de-', 'de-DE-DE', 'xx-XX'])("the locale %s is nobody's", async (locale) => {
  const answer = await app.api('POST', '/v1/customers', { body: { name: 'Ada', locale } });
  expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, '/locale']);
});

test.each(['de', 'pt-BR', 'zh-Hant-TW', 'en-001'])('the locale %s is taken', async (locale) => {
  const answer = await app.api('POST', '/v1/customers', { body: { name: 'Ada', locale } });
  expect([answer.status, answer.body.locale]).toEqual([201, locale]);
});

test('rules of tax are set and read back, and a customer’s tax says why; without rules nothing is decided', async () => {
  const made = await app.api('POST', '/v1/customers', {
    body: { name: 'Tax', country: 'FR', tax_id: 'FR68496323346' },
  });
  const tax = async () => (await app.api('GET', `/v1/customers/${made.body.id}/tax`)).body;
  expect(await tax()).toMatchObject({ decision: null, vat_number: { form: 'none', state: 'none' } });
  const tax_rules = {
    country: 'DE',
    registrations: [{ scheme: 'local', country: 'DE', from: '2020-01-01', to: null }],
    supply: 'electronic_service',
    verification: 'registry_confirmed',
    consumers: 'origin',
    unknown_country: 'origin',
    registry: { valid_days: 30, when_down: 'charge', trust_days: 0 },
    evidence: 'two',
    line_rates: [{ tax_code: 'book', country: 'DE', rate: '0.07' }],
  };
  const set = await app.api('PATCH', '/v1/tenant', { body: { settings: { tax_rules } } });
  expect([set.status, set.body.settings?.tax_rules]).toEqual([200, tax_rules]);
  expect(await tax()).toMatchObject({
    decision: { ground: 'below_threshold', category: 'S', percent: '19', country: 'DE', exemption: null },
    vat_number: { form: 'well_formed', why: 'never_asked' },
  });
  await app.drain();
  expect(await tax()).toMatchObject({
    decision: { ground: 'reverse_charge', category: 'AE', percent: '0', country: null },
    vat_number: { state: 'confirmed', registered_name: 'Company 68496323346' },
  });
  const price = (amount: string) => ({
    key: 'base',
    name: 'Base',
    pricing: { model: 'flat', amount },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
    tax_code: 'book',
  });
  for (const [key, amount] of [
    ['small', '1000'],
    ['large', '3000'],
  ] as const) {
    const plan = { key, name: key, currency: 'EUR', prices: [price(amount)], entitlements: [] };
    const answer = await app.api('POST', '/v1/plans', { body: plan });
    expect(answer.body.latest_version, answer.text).toMatchObject({ prices: [{ tax_code: 'book' }] });
  }
  const sold = await app.api('POST', '/v1/subscriptions', {
    body: { customer: made.body.id, plan: 'small', collection: 'manual' },
  });
  const listed = (await app.api('GET', `/v1/invoices?customer=${made.body.id}`)).body.data;
  const [first] = listed as unknown as { id: string }[];
  const issued = (await app.api('GET', `/v1/invoices/${first?.id}`)).body;
  expect(issued).toMatchObject({
    taxes: [{ category: 'AE', tax: '0', exemption: expect.stringMatching(/^Reverse charge/) }],
    tax_basis: { ground: 'reverse_charge', vat_number: { state: 'confirmed', why: 'answered' } },
  });
  // What was quoted to a business is not charged to a consumer in another country.
  const address = `/v1/subscriptions/${sold.body.id}/change`;
  const wish = { plan: 'large', when: 'now' };
  const quote = await app.api('POST', `${address}/preview`, { body: wish });
  await app.api('PATCH', `/v1/customers/${made.body.id}`, { body: { country: 'DE', tax_id: null } });
  const late = await app.api('POST', address, { body: { ...wish, preview_token: quote.body.token } });
  expect([late.status, late.body.code]).toEqual([409, 'preview.stale']);
  const seen = await app.api('POST', `/v1/customers/${made.body.id}/location_evidence`, {
    body: { kind: 'ip_address', country: 'FR' },
  });
  expect([seen.status, seen.body.evidence?.state]).toEqual([200, 'not_needed']);
  const back = await app.api('PATCH', '/v1/tenant', { body: { settings: { tax_rules: null } } });
  expect(back.body.settings?.tax_rules).toBe(null);
});
