import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { must, send } from '../../testing/scenario.ts';
import { customerRowId } from '../customers/api.ts';

const MARK = 'quillfeather';

let app: TestApp;
let admin: pg.Client;

const base = {
  key: 'base',
  name: 'Base fee',
  pricing: { model: 'flat', amount: '2900' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};
const inDatabase = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
  (await admin.query<T>(sql, values)).rows;
const settle = async () => {
  await app.settle();
  await app.drain();
};

async function advance(to: string): Promise<void> {
  await must(app.api('POST', '/v1/clock/advance', { body: { to } }));
  await app.server.mover.finished(app.tenant.id);
  await settle();
}

/** A customer whose documents of every kind name it, and who has ended and owes nothing. */
async function left(name: string): Promise<{ customer: string; invoice: string }> {
  const facts = { name, email: `${name}@example.com`, country: 'DE' };
  const customer = String((await send(app.api, '/v1/customers', facts)).id);
  const body = { customer, plan: 'pro', quantity: 1, collection: 'manual' };
  const subscription = String((await send(app.api, '/v1/subscriptions', body)).id);
  await settle();
  const list = await must(app.api('GET', `/v1/invoices?customer=${customer}`));
  const invoice = String((list.data as unknown as { id: string }[])[0]?.id);
  await send(app.api, `/v1/customers/${customer}/documents`, { kind: 'statement' });
  await send(app.api, `/v1/invoices/${invoice}/credit_notes`, { reason: `Goodwill for ${name}` });
  expect((await app.api('GET', `/v1/invoices/${invoice}/pdf`)).status).toBe(200);
  await send(app.api, `/v1/subscriptions/${subscription}/cancel`, { when: 'now' });
  await settle();
  return { customer, invoice };
}

const tables = ['invoices', 'credit_notes', 'customer_documents', 'e_invoices', 'receipts'];
async function naming(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const table of tables) {
    const rows = await inDatabase(`select 1 from ${table} x where x::text ilike $1 limit 1`, [`%${text}%`]);
    if (rows.length > 0) found.push(table);
  }
  return found;
}
const books = () =>
  inDatabase(
    'select account, side, sum(amount_minor)::text as sum from ledger_entries group by 1, 2 order by 1, 2',
  );

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-03-02T09:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  await admin.query('set row_security = off');
  const plan = { key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [base], entitlements: [] };
  await must(app.api('PATCH', '/v1/tenant', { body: { settings: { invoice_series: 'BH' } } }));
  await must(app.api('PUT', '/v1/catalogue', { body: { meters: [], features: [], plans: [plan] } }));
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

test('I493 documents of who was erased go when their years are over by the seller’s clock, and not before; the books stay', async () => {
  const settings = { default_years: 1, countries: [], needs_second_person: false };
  await must(app.api('PUT', '/v1/privacy_settings', { body: settings }));
  const { customer, invoice } = await left(MARK);
  const other = await left('someone');
  const { token } = await must(app.api('GET', `/v1/customers/${customer}/erasure`));
  const body = { token: String(token), reason: 'Asked for' };
  const begun = await must(app.api('POST', `/v1/customers/${customer}/erasure`, { body }));
  expect(begun.kept_until).toBe('2027-12-31');
  await settle();
  const sums = await books();
  const kept = ['invoices', 'credit_notes', 'customer_documents'];
  expect(await naming(MARK)).toEqual(kept);

  // The year ends by the seller's calendar, which is an hour before it ends by UTC.
  await advance('2027-12-31T22:30:00Z');
  expect(await naming(MARK)).toEqual(kept);
  expect((await app.api('GET', `/v1/invoices/${invoice}/pdf`)).status).toBe(200);
  await advance('2027-12-31T23:30:00Z');
  expect(await naming(MARK)).toEqual([]);
  expect(await naming('someone')).toEqual(kept);
  expect(await books()).toEqual(expect.arrayContaining(sums));

  const erasure = await must(app.api('GET', `/v1/erasures/${begun.id}`));
  expect(erasure.documents_taken).toBe(3);
  const audit = await must(app.api('GET', '/v1/audit'));
  expect(JSON.stringify(audit)).toContain('documents.take_away');
  const shown = await must(app.api('GET', `/v1/invoices/${invoice}`));
  expect(shown).toMatchObject({
    number: 'BH-2026-000001',
    total: '2900',
    buyer: { name: 'Erased customer' },
  });
  for (const path of ['pdf', 'document', 'e_invoice']) {
    const gone = await app.api('GET', `/v1/invoices/${invoice}/${path}`);
    expect([path, gone.status, gone.body.code]).toEqual([path, 410, 'document.taken_away']);
  }
  expect((await app.api('GET', `/v1/invoices/${other.invoice}/pdf`)).status).toBe(200);
  const [note] = shown.credit_notes as unknown as { id: string; reason: string }[];
  expect(note?.reason).toBe('Erased');
  const files = await inDatabase<{ count: string }>(
    `select count(*) as count from files where state = 'clean' and purpose = 'invoice_pdf' and customer_id = (
       select customer_id from erasures limit 1)`,
  );
  expect(files[0]?.count).toBe('0');
});

test('I493 fewer years in the settings let documents go at once, more keep them, and nothing frozen changes otherwise', async () => {
  const years = async (default_years: number) => {
    const settings = { default_years, countries: [], needs_second_person: false };
    await must(app.api('PUT', '/v1/privacy_settings', { body: settings }));
    await settle();
  };
  await years(10);
  const { customer } = await left('wrenbird');
  const { token } = await must(app.api('GET', `/v1/customers/${customer}/erasure`));
  const body = { token: String(token), reason: 'Asked for' };
  await must(app.api('POST', `/v1/customers/${customer}/erasure`, { body }));
  await settle();
  await advance('2029-06-01T09:00:00Z');
  expect(await naming('wrenbird')).toHaveLength(3);
  await expect(
    inDatabase(`update invoices set buyer = '{}' where buyer ->> 'name' = 'wrenbird'`),
  ).rejects.toThrow('never changed');
  await years(0);
  expect(await naming('wrenbird')).toEqual([]);
  expect(await must(app.api('GET', '/v1/ledger/trial_balance'))).toMatchObject({ balanced: true });
});

test('I525 what staff wrote into lines goes with the document, names of the catalogue and amounts stay', async () => {
  const mark = 'larkspur';
  const settings = { default_years: 10, countries: [], needs_second_person: false };
  await must(app.api('PUT', '/v1/privacy_settings', { body: settings }));
  const facts = { name: mark, email: `${mark}@example.com`, country: 'DE' };
  const customer = String((await send(app.api, '/v1/customers', facts)).id);
  const started = { customer, plan: 'pro', quantity: 1, collection: 'manual' };
  const subscription = String((await send(app.api, '/v1/subscriptions', started)).id);
  await settle();
  const words = { description: `Portrait of ${mark}`, amount: '5000' };
  await send(app.api, `/v1/subscriptions/${subscription}/charges`, words);
  await settle();
  await send(app.api, `/v1/subscriptions/${subscription}/cancel`, { when: 'now' });
  await settle();
  const list = (await must(app.api('GET', `/v1/invoices?customer=${customer}`))).data as unknown as {
    id: string;
    status: string;
  }[];
  for (const { id } of list.filter(({ status }) => status === 'open')) {
    await send(app.api, `/v1/invoices/${id}/credit_notes`, { reason: `Goodwill for ${mark}` });
  }
  const { token } = await must(app.api('GET', `/v1/customers/${customer}/erasure`));
  const body = { token: String(token), reason: 'Asked for' };
  await must(app.api('POST', `/v1/customers/${customer}/erasure`, { body }));
  await settle();
  const written = async () => {
    const found: string[] = [];
    for (const table of [
      'invoices',
      'invoice_lines',
      'credit_notes',
      'credit_note_lines',
      'subscription_charges',
    ]) {
      const rows = await inDatabase(`select 1 from ${table} x where x::text ilike $1`, [`%${mark}%`]);
      if (rows.length > 0) found.push(table);
    }
    return found;
  };
  expect(await written()).toEqual([
    'invoices',
    'invoice_lines',
    'credit_notes',
    'credit_note_lines',
    'subscription_charges',
  ]);
  await expect(
    inDatabase(`update invoice_lines set description = 'x' where description like '%${mark}%'`),
  ).rejects.toThrow('never changed');
  const lines = (words: string) =>
    inDatabase<{ key: string; amount: string; words: string }>(
      `select l.key, l.amount_minor::text as amount, ${words} as words from invoice_lines l
       join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id where i.customer_id = $1 order by l.key`,
      [customerRowId(customer)],
    );
  const expected = await lines(`case when l.kind = 'one_off' then 'Erased' else l.description end`);
  expect(expected.map((line) => line.words)).toEqual(expect.arrayContaining(['Base fee', 'Erased']));
  await must(app.api('PUT', '/v1/privacy_settings', { body: { ...settings, default_years: 0 } }));
  // The years that are none end with the year in which it was issued.
  const [year] = await inDatabase<{ end: string }>(
    `select to_char(frozen_at, 'YYYY') || '-12-31T23:30:00Z' as end from tenants where frozen_at is not null`,
  );
  await advance(String(year?.end));
  expect(await written()).toEqual([]);
  expect(await lines('l.description')).toEqual(expected);
  const frozen = await inDatabase<{ key: string; amount: string; words: string }>(
    `select line ->> 'key' as key, line ->> 'amount_minor' as amount, line ->> 'description' as words
     from invoices i, jsonb_array_elements(app.frozen_text(i)::jsonb -> 'lines') line where i.customer_id = $1 order by 1`,
    [customerRowId(customer)],
  );
  expect(frozen).toEqual(expected);
  for (const { id } of list) {
    const shown = await must(app.api('GET', `/v1/invoices/${id}`));
    expect(JSON.stringify(shown)).not.toContain(mark);
  }
  expect(await must(app.api('GET', '/v1/ledger/trial_balance'))).toMatchObject({ balanced: true });
});

test('I526 documents of somebody erased stay while a legal hold stands, whatever the settings say, and go after it', async () => {
  const years = async (default_years: number) => {
    const settings = { default_years, countries: [], needs_second_person: false };
    await must(app.api('PUT', '/v1/privacy_settings', { body: settings }));
    await settle();
  };
  await years(1);
  const { customer } = await left('sandmartin');
  const { token } = await must(app.api('GET', `/v1/customers/${customer}/erasure`));
  const body = { token: String(token), reason: 'Asked for' };
  await must(app.api('POST', `/v1/customers/${customer}/erasure`, { body }));
  await settle();
  await send(app.api, `/v1/customers/${customer}/legal_hold`, { reason: 'Tax audit' });
  const { now } = await must(app.api('GET', '/v1/clock'));
  await advance(`${Number(String(now).slice(0, 4)) + 3}-01-02T09:00:00Z`);
  await years(0);
  expect(await naming('sandmartin')).toHaveLength(3);
  await must(
    app.api('POST', `/v1/customers/${customer}/legal_hold/release`, { body: { reason: 'Audit over' } }),
  );
  await settle();
  expect(await naming('sandmartin')).toEqual([]);
});
