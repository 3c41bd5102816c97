import { randomUUID } from 'node:crypto';
import { creditorReference } from '@billhook/core/banking/creditor-reference';
import { readXml, textAt } from '@billhook/core/banking/read-xml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Answer, Loose } from '../testing/caller.ts';

let app: TestApp;
let account: string;
/** The customers and their open invoices of 29.00 EUR. */
const customers: Record<string, { id: string; invoice: string; number: string }> = {};

const IBAN = 'DE89370400440532013000';
const PAYER = 'NL91ABNA0417164300';
const NONE = '01h2xcejqtf2nbrexx3vqjhp41';

const get = async (path: string) => (await app.api('GET', path)).body;
const post = (path: string, body: unknown) => app.api('POST', path, { body });

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-03-02T09:00:00Z' });
  const base = {
    key: 'base',
    name: 'Base fee',
    pricing: { model: 'flat', amount: '2900' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  };
  await app.api('PUT', '/v1/catalogue', {
    body: {
      meters: [],
      features: [],
      plans: [{ key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [base], entitlements: [] }],
    },
  });
  for (const name of ['Ada Lovelace', 'Grace Hopper', 'Mary Somerville', 'Emmy Noether']) {
    const made = await post('/v1/customers', { name, currency: 'EUR' });
    const started = { customer: made.body.id, plan: 'pro', collection: 'manual' };
    expect((await post('/v1/subscriptions', started)).status).toBe(201);
    customers[name.split(' ')[0] ?? ''] = { id: String(made.body.id), invoice: '', number: '' };
  }
  await app.drain();
  for (const one of Object.values(customers)) {
    const [invoice] = (await get(`/v1/invoices?customer=${one.id}`)).data as unknown as Loose[];
    one.invoice = String(invoice?.id);
    one.number = String(invoice?.number);
  }
});
afterAll(() => app.close());

const of = (name: string) => customers[name] ?? { id: '', invoice: '', number: '' };
const invoiceOf = (name: string) => get(`/v1/invoices/${of(name).invoice}`);
const cash = async () => {
  const balance = await get('/v1/ledger/trial_balance');
  expect(balance.balanced).toBe(true);
  const accounts = balance.accounts as unknown as { account: string; balance: string }[];
  return Object.fromEntries(accounts.map((row) => [row.account, Number(row.balance)]));
};

type Movement = {
  amount: string;
  name?: string;
  text?: string;
  reference?: string;
  ref?: string;
  back?: boolean;
  e2e?: string;
};

function camt(movements: readonly Movement[], iban = IBAN): string {
  const entries = movements.map(
    ({ amount, name, text, reference, ref, back, e2e }) =>
      `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${back ? 'DBIT' : 'CRDT'}</CdtDbtInd>${back ? '<RvslInd>true</RvslInd>' : ''}<Sts>BOOK</Sts>
       <BookgDt><Dt>2026-03-02</Dt></BookgDt>${ref ? `<AcctSvcrRef>${ref}</AcctSvcrRef>` : ''}<NtryDtls><TxDtls><Refs><EndToEndId>${e2e ?? 'NOTPROVIDED'}</EndToEndId></Refs>
       <RltdPties><Dbtr><Nm>${name ?? 'Somebody'}</Nm></Dbtr><DbtrAcct><Id><IBAN>${PAYER}</IBAN></Id></DbtrAcct></RltdPties>
       <RmtInf><Ustrd>${text ?? ''}</Ustrd>${reference ? `<Strd><CdtrRefInf><Ref>${reference}</Ref></CdtrRefInf></Strd>` : ''}</RmtInf></TxDtls></NtryDtls></Ntry>`,
  );
  return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.04"><BkToCstmrStmt><GrpHdr/><Stmt><Id>S</Id><Acct><Id><IBAN>${iban}</IBAN></Id></Acct>${entries.join('')}</Stmt></BkToCstmrStmt></Document>`;
}

async function upload(content: string | Uint8Array, name = 'statement.xml', to = account): Promise<Answer> {
  const form = new FormData();
  form.append('account', to);
  form.append('file', new Blob([content as string]), name);
  const response = await fetch(`${app.baseUrl}/v1/bank_statements`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.apiKey}`, 'idempotency-key': randomUUID() },
    body: form,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text), text, cookies: '' };
}

test('an account is checked whole, and says on open invoices how they are paid, with a code to scan', async () => {
  const wrong = await post('/v1/bank_accounts', {
    holder: 'Acme',
    iban: 'DE88370400440532013000',
    bic: 'COBADEFF',
    currency: 'XXQ',
  });
  expect([wrong.status, (wrong.body.errors as unknown as unknown[])?.length]).toEqual([422, 2]);
  const none = await app.api('GET', `/v1/invoices/${of('Ada').invoice}/transfer_details`);
  expect([none.status, none.body.code]).toEqual([409, 'transfer.not_available']);
  const made = await post('/v1/bank_accounts', {
    holder: 'Acme GmbH',
    iban: 'de89 3704 0044 0532 0130 00',
    bank_name: 'Bank',
    currency: 'EUR',
  });
  expect([made.status, made.body.iban]).toEqual([201, IBAN]);
  account = String(made.body.id);
  const again = await post('/v1/bank_accounts', { holder: 'Acme GmbH', iban: IBAN, currency: 'EUR' });
  expect(again.body.code).toBe('bank_account.exists');
  const details = await get(`/v1/invoices/${of('Ada').invoice}/transfer_details`);
  const reference = creditorReference(of('Ada').number);
  expect(details).toMatchObject({ iban: IBAN, amount: '2900', reference });
  expect(String(details.scan).split('\n').slice(-3)).toEqual(['EUR29', '', reference]);
  const pdf = await app.api('GET', `/v1/invoices/${of('Ada').invoice}/pdf`);
  expect(pdf.status).toBe(200);
});

test('I273 I274 I275 a statement pays what it names, proposes what it may, and adds nothing when it comes again', async () => {
  const [ada, grace, mary] = [of('Ada'), of('Grace'), of('Mary')];
  const content = camt([
    { amount: '29.00', reference: creditorReference(ada.number) ?? '', ref: 'A1' },
    { amount: '10.00', text: `part of ${grace.number}`, name: 'Grace', ref: 'A2' },
    { amount: '29.00', name: 'MARY SOMERVILLE', ref: 'A3', e2e: 'mary-1' },
    { amount: '1.00', ref: 'A4' },
    { amount: '3.00', back: true, ref: 'A5' },
  ]);
  const first = await upload(content);
  expect(first.body).toMatchObject({
    lines: 5,
    new_lines: 5,
    matched_lines: 1,
    is_repeat: false,
    format: 'camt.053.001.04',
  });
  expect(await invoiceOf('Ada')).toMatchObject({
    status: 'paid',
    due: '0',
    payments: [{ provider: 'bank_transfer', status: 'succeeded' }],
  });
  expect((await cash())['cash:bank_transfer']).toBe(2900);

  expect((await upload(content)).body).toMatchObject({ is_repeat: true, matched_lines: 1 });
  const longer = content.replace(
    '</Stmt>',
    `${camt([{ amount: '2.00', ref: 'B1' }]).match(/<Ntry>.*<\/Ntry>/s)?.[0]}</Stmt>`,
  );
  expect((await upload(longer)).body).toMatchObject({
    is_repeat: false,
    lines: 6,
    new_lines: 1,
    matched_lines: 0,
  });
  expect((await cash())['cash:bank_transfer']).toBe(2900);

  const proposed = (await get('/v1/bank_lines?state=proposed')).data as unknown as Loose[];
  expect(proposed.map((line) => [line.amount, line.proposal?.customer_name, line.proposal?.score])).toEqual(
    expect.arrayContaining([
      ['1000', 'Grace Hopper', 80],
      ['2900', 'Mary Somerville', 80],
    ]),
  );
  const maryLine = proposed.find(
    (line) => line.amount === ('2900' as unknown) && line.proposal?.customer === (mary.id as unknown),
  )!;
  const match = { customer: mary.id, allocations: [{ invoice: mary.invoice, amount: '2900' }] };
  const preview = await post(`/v1/bank_lines/${maryLine.id}/preview`, match);
  expect(preview.body).toMatchObject({
    placed: [{ invoice_number: mary.number, remaining_after: '0' }],
    credit: '0',
    held: '0',
  });
  expect((await post(`/v1/bank_lines/${maryLine.id}/match`, match)).body).toMatchObject({
    state: 'matched',
    payments: [{ amount: '2900' }],
  });
  expect((await post(`/v1/bank_lines/${maryLine.id}/match`, match)).body.code).toBe('bank_line.state');
  // What found no place is a case with an age, until somebody decides.
  expect(maryLine.age_days).toBeGreaterThanOrEqual(0);
  expect((await get(`/v1/bank_lines/${maryLine.id}`)).age_days).toBeNull();
  const cases = (await get('/v1/cases?open=true&limit=100')).data as unknown as Loose[];
  const waiting = cases.filter(({ kind }) => `${kind}` === 'reconciliation.bank_line');
  expect(waiting.map(({ facts }) => (facts as unknown as Loose).amount_minor).toSorted()).toEqual([
    '-300',
    '100',
    '1000',
    '200',
  ]);
  expect(await invoiceOf('Mary')).toMatchObject({ status: 'paid' });
});

test('I276 a match that proves wrong is taken back, booked anew for another, and what the bank returns as well', async () => {
  const [mary, emmy] = [of('Mary'), of('Emmy')];
  const [line] = (await get(`/v1/bank_lines?customer=${mary.id}`)).data as unknown as Loose[];
  const anew = {
    customer: emmy.id,
    allocations: [{ invoice: null, amount: '2900' }],
    instead: 'It was for Emmy.',
  };
  const moved = await post(`/v1/bank_lines/${line?.id}/match`, anew);
  expect(moved.body).toMatchObject({
    state: 'matched',
    customer_name: 'Emmy Noether',
    note: 'It was for Emmy.',
    payments: [{ invoice_number: emmy.number }],
  });
  expect(await invoiceOf('Mary')).toMatchObject({
    status: 'open',
    due: '2900',
    payments: [{ status: 'reversed' }],
  });
  expect(await invoiceOf('Emmy')).toMatchObject({ status: 'paid' });
  expect((await cash())['cash:bank_transfer']).toBe(5800);

  const back = await upload(camt([{ amount: '29.00', back: true, ref: 'C1', e2e: 'mary-1' }]));
  expect(back.body).toMatchObject({ new_lines: 1, matched_lines: 0 });
  const [returned] = (await get('/v1/bank_lines?state=proposed')).data as unknown as Loose[];
  expect(returned?.proposal).toMatchObject({
    kind: 'return',
    returns: line?.id,
    customer_name: 'Emmy Noether',
  });
  expect((await post(`/v1/bank_lines/${returned?.id}/match`, match(emmy))).body.code).toBe('bank_line.state');
  expect((await post(`/v1/bank_lines/${returned?.id}/accept_return`, {})).body.state).toBe('matched');
  expect((await post(`/v1/bank_lines/${returned?.id}/accept_return`, {})).body.code).toBe('bank_line.state');
  expect(await invoiceOf('Emmy')).toMatchObject({ status: 'open', due: '2900' });
  expect((await cash())['cash:bank_transfer']).toBe(2900);
});

const match = (one: { id: string; invoice: string }, amount = '2900') => ({
  customer: one.id,
  allocations: [{ invoice: one.invoice, amount }],
});

test('I275 one transfer for several parts, a rest that is credit, and credit that was spent', async () => {
  const grace = of('Grace');
  const lines = (await get('/v1/bank_lines?state=proposed')).data as unknown as Loose[];
  const part = lines.find((line) => line.amount === ('1000' as unknown))!;
  expect((await post(`/v1/bank_lines/${part.id}/match`, match(grace, '900'))).body.code).toBe(
    'allocation.refused',
  );
  expect((await post(`/v1/bank_lines/${part.id}/match`, match(grace, '1000'))).body.state).toBe('matched');
  expect(await invoiceOf('Grace')).toMatchObject({ status: 'open', due: '1900' });
  const more = camt([{ amount: '25.00', reference: creditorReference(grace.number) ?? '', ref: 'D1' }]);
  expect((await upload(more)).body).toMatchObject({ matched_lines: 1 });
  expect(await invoiceOf('Grace')).toMatchObject({ status: 'paid' });
  expect((await get(`/v1/customers/${grace.id}`)).credit_balance).toBe('600');
  const [over] = (await get(`/v1/bank_lines?customer=${grace.id}`)).data as unknown as Loose[];
  expect(over?.payments).toMatchObject([
    { amount: '1900' },
    { amount: '600', credited: '600', invoice: null },
  ]);

  const wide = await post('/v1/received_payments', { ...match(of('Mary'), '2900'), ...received('2900') });
  expect(wide.body).toMatchObject({
    payments: [{ provider: 'manual', status: 'succeeded', amount: '2900' }],
  });
  const wrong = await post(`/v1/bank_lines/${over?.id}/unmatch`, { reason: 'Wrong.' });
  expect(wrong.body).toMatchObject({ state: 'unmatched', payments: [] });
  expect((await get(`/v1/customers/${grace.id}`)).credit_balance).toBe('0');
  expect((await post(`/v1/bank_lines/${over?.id}/unmatch`, { reason: 'Wrong.' })).body.code).toBe(
    'bank_line.state',
  );
  expect((await post(`/v1/bank_lines/${over?.id}/ignore`, { reason: 'A gift.' })).body).toMatchObject({
    state: 'ignored',
    note: 'A gift.',
  });
});

const received = (amount: string) => ({
  kind: 'cheque',
  amount,
  currency: 'EUR',
  received_on: '2026-03-01',
  reason: 'Handed in.',
});

test('I276 money recorded by hand pays, is taken back when a cheque bounces, and has no day to come', async () => {
  const emmy = of('Emmy');
  const made = await post('/v1/received_payments', { ...match(emmy), ...received('2900') });
  const [payment] = made.body.payments as unknown as Loose[];
  expect(await invoiceOf('Emmy')).toMatchObject({ status: 'paid' });
  const back = await post(`/v1/payments/${payment?.id}/reverse`, { reason: 'It bounced.' });
  expect(back.body).toMatchObject({ status: 'reversed' });
  expect((await post(`/v1/payments/${payment?.id}/reverse`, { reason: 'It bounced.' })).body.code).toBe(
    'payment.not_reversible',
  );
  expect(await invoiceOf('Emmy')).toMatchObject({ status: 'open', due: '2900' });
  const late = { ...match(emmy), ...received('2900'), received_on: '2026-03-03' };
  expect((await post('/v1/received_payments', late)).body.code).toBe('received_payment.future');
  const odd = { ...match(emmy), ...received('2900'), currency: 'XXQ' };
  expect((await post('/v1/received_payments', odd)).body.code).toBe('request.invalid');
  expect((await cash())['cash:manual']).toBe(2900);
});

test('I278 a refund of a transfer is a transfer to do, exported for the bank, and done when a person says so', async () => {
  const [payment] = (await invoiceOf('Ada')).payments as unknown as Loose[];
  const asked = await post(`/v1/payments/${payment?.id}/refund`, { amount: '900', reason: 'Goodwill' });
  expect(asked.body).toMatchObject({ status: 'pending' });
  await app.drain();
  const transfers = (await get('/v1/outgoing_transfers')).data as unknown as Loose[];
  expect(transfers).toMatchObject([
    { iban: PAYER, name: 'Somebody', refund: { amount: '900', status: 'pending' } },
  ]);
  const file = await app.api('GET', `/v1/outgoing_transfers/export?account=${account}`);
  const root = readXml(file.text);
  const transfer = ['CstmrCdtTrfInitn', 'PmtInf', 'CdtTrfTxInf'];
  expect(
    root.ok
      ? [
          textAt(root.value, ...transfer, 'Amt', 'InstdAmt'),
          textAt(root.value, ...transfer, 'PmtId', 'EndToEndId'),
        ]
      : [],
  ).toEqual(['9.00', transfers[0]?.id]);
  expect(
    (await post(`/v1/outgoing_transfers/${transfers[0]?.id}/settle`, { outcome: 'paid' })).body,
  ).toMatchObject({
    status: 'succeeded',
  });
  expect(
    (await post(`/v1/outgoing_transfers/${transfers[0]?.id}/settle`, { outcome: 'paid' })).body.code,
  ).toBe('refund.not_open');
  expect((await post(`/v1/outgoing_transfers/re_${NONE}/settle`, { outcome: 'paid' })).body.code).toBe(
    'refund.not_found',
  );
  expect((await post(`/v1/payments/${payment?.id}/reverse`, { reason: 'No.' })).body.code).toBe(
    'payment.not_reversible',
  );
  const other = await post(`/v1/payments/${payment?.id}/refund`, { amount: '100', reason: 'More' });
  expect(
    (await post(`/v1/outgoing_transfers/${other.body.id}/settle`, { outcome: 'not_paid' })).body,
  ).toMatchObject({
    status: 'failed',
  });
  const third = await post(`/v1/payments/${payment?.id}/refund`, { amount: '50', reason: 'Goodwill' });
  const sent = camt([{ amount: '0.50', back: true, ref: 'E1', e2e: String(third.body.id) }]).replace(
    '<RvslInd>true</RvslInd>',
    '',
  );
  expect((await upload(sent)).body).toMatchObject({ new_lines: 1, matched_lines: 1 });
  expect((await get('/v1/outgoing_transfers')).data).toEqual([]);
  expect((await invoiceOf('Ada')).payments?.[0]?.refunded).toBe('950');
  expect((await cash())['cash:bank_transfer']).toBe(2900 + 1000 - 950);
});

test('what cannot be read, is of another account, or is not there says so', async () => {
  const twice = '<!DOCTYPE a [<!ENTITY a "ha">]><a>&a;</a>';
  for (const [content, code] of [
    [twice, 'bank_statement.not_read'],
    ['a;b', 'bank_statement.not_read'],
    [camt([{ amount: 'x' }]), 'bank_statement.not_read'],
    [camt([], PAYER), 'bank_statement.wrong_account'],
  ] as const)
    expect((await upload(content)).body.code).toBe(code);
  expect((await upload('x', 'x.csv', `ba_${NONE}`)).body.code).toBe('bank_account.not_found');
  for (const path of ['match', 'preview', 'unmatch', 'accept_return', 'ignore'])
    expect(
      (
        await post(
          `/v1/bank_lines/bl_${NONE}/${path}`,
          path === 'accept_return'
            ? {}
            : path === 'match' || path === 'preview'
              ? match(of('Ada'))
              : { reason: 'x' },
        )
      ).body.code,
    ).toBe('bank_line.not_found');
  const mapping = {
    delimiter: ';',
    decimal_mark: ',',
    date_format: 'DD.MM.YYYY',
    booked_on: 'Tag',
    amount: 'Betrag',
    text: ['Zweck'],
  };
  const half = { ...mapping, money_in: 'Ein' };
  expect(
    (await app.api('PATCH', `/v1/bank_accounts/${account}`, { body: { csv_mapping: half } })).status,
  ).toBe(422);
  const set = await app.api('PATCH', `/v1/bank_accounts/${account}`, { body: { csv_mapping: mapping } });
  expect(set.body.csv_mapping).toEqual(mapping);
  const csv = new Uint8Array([
    ...new TextEncoder().encode('Tag;Betrag;Zweck\n02.03.2026;1,00;M'),
    0xfc,
    ...new TextEncoder().encode('ller\n'),
  ]);
  expect((await upload(csv, 'march.csv')).body).toMatchObject({ format: 'csv', new_lines: 1 });
  expect(
    ((await get('/v1/bank_lines?state=unmatched')).data as unknown as Loose[]).map((line) => line.text),
  ).toContain('Müller');
  expect(((await get('/v1/bank_statements')).data as unknown as Loose[])[0]).toMatchObject({
    file_name: 'march.csv',
  });
  await app.api('PATCH', `/v1/bank_accounts/${account}`, { body: { archived: true } });
  expect(
    (await app.api('PATCH', `/v1/bank_accounts/ba_${NONE}`, { body: { archived: true } })).body.code,
  ).toBe('bank_account.not_found');
  expect((await get('/v1/bank_accounts')).data).toMatchObject([{ archived: true }]);
});
