import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { textOfPdf } from '../testing/pdf-text.ts';
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

/** Every row of every table that holds money, but those of the documents themselves. */
async function books(): Promise<Record<string, string>> {
  const admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  try {
    const { rows: tables } = await admin.query<{ name: string }>(
      `select distinct c.table_name as name from information_schema.columns c
       join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
       where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.table_name <> 'customer_documents'
         and (c.column_name like '%\\_minor' or c.table_name like 'ledger\\_%' or c.table_name like 'credit\\_%')`,
    );
    const seen: Record<string, string> = {};
    for (const { name } of tables) {
      const { rows } = await admin.query<{ held: string }>(
        `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as held from ${name} t`,
      );
      seen[name] = rows[0]?.held ?? '';
    }
    return seen;
  } finally {
    await admin.end();
  }
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
  const before = await books();
  for (const table of ['ledger_entries', 'ledger_transactions', 'ledger_months', 'invoices', 'credit_notes'])
    expect(
      Object.keys(before).some((name) => name.startsWith(table)),
      table,
    ).toBe(true);
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
  expect(await books()).toEqual(before);
  await advance('2026-02-01T09:00:00Z');
  const later = await books();
  expect(later).not.toEqual(before);
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
  expect(await books()).toEqual(later);
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

test('I424 a document is looked at before it takes a number, and leaves by mail in the language of its customer', async () => {
  const made = await send(app.api, '/v1/customers', {
    name: 'Zoë',
    email: 'zoe@example.com',
    country: 'DE',
    locale: 'de-DE',
  });
  const customer = String(made.id);
  const path = `/v1/customers/${customer}/documents`;
  const preview = await app.api('GET', `${path}/preview?kind=statement`);
  expect([preview.status, preview.text.slice(0, 5)]).toEqual([200, '%PDF-']);
  expect(preview.text).toContain('/Lang (de)');
  expect((await must(app.api('GET', `/v1/documents?customer=${customer}`))).data).toEqual([]);
  const refused = await app.api('GET', `${path}/preview?kind=pro_forma`);
  expect([refused.status, refused.body.code]).toEqual([409, 'document.nothing_to_bill']);

  const first = await send(app.api, path, { kind: 'statement' });
  const second = await send(app.api, path, { kind: 'statement' });
  // A preview took no number.
  const numberOf = (row: Record<string, unknown>) => Number(String(row.number).slice(-6));
  expect(numberOf(second) - numberOf(first)).toBe(1);
  expect(first).toMatchObject({ sent_at: null, sent_to: null });
  const sent = await must(app.api('POST', `/v1/documents/${String(first.id)}/send`));
  expect(sent).toMatchObject({ sent_to: 'zoe@example.com' });
  await must(app.api('POST', `/v1/documents/${String(first.id)}/send`));
  await app.drain();
  const mails = (await app.sandbox.mails({ to: 'zoe@example.com', limit: 10 })).data;
  // Asked for twice, sent twice.
  expect(mails.map(({ subject, attachments }) => [subject, attachments])).toEqual([
    [expect.stringContaining(`Kontoauszug ${String(first.number)} von `), 1],
    [expect.stringContaining(`Kontoauszug ${String(first.number)} von `), 1],
  ]);
  const mail = await app.sandbox.mail(mails[0]?.id ?? '');
  expect(mail.text).toContain('Das Dokument liegt als PDF bei.');
  expect(mail.attachments[0]).toMatchObject({ filename: `${String(first.number)}.pdf` });

  const silent = String((await send(app.api, '/v1/customers', { name: 'No mail', country: 'DE' })).id);
  const unsent = await send(app.api, `/v1/customers/${silent}/documents`, { kind: 'statement' });
  const answer = await app.api('POST', `/v1/documents/${String(unsent.id)}/send`);
  expect([answer.status, answer.body.code]).toEqual([409, 'document.no_address']);
  const gone = await app.api('POST', '/v1/documents/doc_01h2xcejqtf2nbrexx3vqjhp41/send');
  expect([gone.status, gone.body.code]).toEqual([404, 'document.not_found']);
});

test('I587 one seat is one seat, several are seats, on the pro-forma invoice as on the invoice', async () => {
  const price = {
    key: 'seat',
    name: 'Seats',
    quantity: { kind: 'seats' },
    timing: 'in_advance',
    pricing: { model: 'per_unit', unit_amount: '10', per: '1' },
    cadence: { interval: 'month', count: 1 },
  };
  const plan = { key: 'seated', name: 'Seated', rank: 2, currency: 'EUR', prices: [price], entitlements: [] };
  await must(app.api('PUT', '/v1/catalogue', { body: { meters: [], features: [], plans: [plan] } }));
  const read = async (path: string) => {
    const authorization = `Bearer ${app.apiKey}`;
    const answer = await fetch(`${app.baseUrl}${path}`, { headers: { authorization } });
    return textOfPdf(new Uint8Array(await answer.arrayBuffer())).join('\n');
  };
  for (const [locale, quantity, words] of [
    ['en', 1, '1 seat'],
    ['en', 2, '2 seats'],
    ['de', 1, '1 Platz'],
    ['de', 2, '2 Plätze'],
  ] as const) {
    const body = { name: `${locale} ${quantity}`, country: 'DE', locale, email: 'a@example.com' };
    const customer = String((await send(app.api, '/v1/customers', body)).id);
    await send(app.api, '/v1/subscriptions', { customer, plan: 'seated', quantity, collection: 'manual' });
    await app.drain();
    const { data } = await must(app.api('GET', `/v1/invoices?customer=${customer}`));
    const [invoice] = data as unknown as { id: string }[];
    expect((await read(`/v1/invoices/${invoice?.id}/pdf`)).split('\n')).toContain(words);
    const preview = await read(`/v1/customers/${customer}/documents/preview?kind=pro_forma`);
    expect(preview.split('\n')).toContain(words);
  }
});
