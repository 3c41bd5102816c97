import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must, send, signUpMember } from '../testing/scenario.ts';

let app: TestApp;

const price = {
  key: 'base',
  name: 'Base fee',
  pricing: { model: 'flat', amount: '3000' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};
const calls = {
  ...price,
  key: 'calls',
  name: 'Calls',
  pricing: {
    model: 'graduated',
    per: '1',
    tiers: [
      { up_to: '10', unit_amount: '0.10', flat_amount: '0' },
      { up_to: null, unit_amount: '0.05', flat_amount: '0' },
    ],
  },
  quantity: { kind: 'meter', meter: 'calls' },
  timing: 'in_arrears',
};

const settle = () => app.settle();

async function advance(to: string): Promise<void> {
  await must(app.api('POST', '/v1/clock/advance', { body: { to } }));
  await app.server.mover.finished(app.tenant.id);
  await settle();
}

async function newCustomer(name: string, card: boolean) {
  const customer = String(
    (await send(app.api, '/v1/customers', { name, email: `${name}@example.com`, country: 'DE' })).id,
  );
  if (card)
    await send(app.api, `/v1/customers/${customer}/payment_methods`, { provider_method_id: 'pm_card_visa' });
  const subscription = await send(app.api, '/v1/subscriptions', {
    customer,
    plan: 'pro',
    quantity: 1,
    collection: card ? 'automatic' : 'manual',
  });
  await settle();
  const list = await must(app.api('GET', `/v1/invoices?customer=${customer}`));
  const invoice = String((list.data as unknown as { id: string }[])[0]?.id);
  return { customer, subscription: String(subscription.id), invoice };
}

const invoiceOf = (id: string) => must(app.api('GET', `/v1/invoices/${id}`));
const balance = async () => (await must(app.api('GET', '/v1/ledger/trial_balance'))) as unknown;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  await must(
    app.api('PATCH', '/v1/tenant', {
      body: { settings: { tax_rates: { DE: { name: 'VAT', rate: '0.19' } }, invoice_series: 'BH' } },
    }),
  );
  await must(
    app.api('PUT', '/v1/catalogue', {
      body: {
        meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count', unit: 'calls' }],
        features: [],
        plans: [
          { key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [price, calls], entitlements: [] },
        ],
      },
    }),
  );
});
afterAll(() => app.close());

describe('credit notes', () => {
  test('a note lowers what is open first, has a number of its own without gaps, and is shown on the invoice', async () => {
    const { invoice } = await newCustomer('open', false);
    const before = await invoiceOf(invoice);
    expect(before).toMatchObject({ status: 'open', total: '3570', due: '3570', credited: '0' });
    const line = (before.lines as unknown as { id: string }[])[0]?.id;
    const note = await send(app.api, `/v1/invoices/${invoice}/credit_notes`, {
      lines: [{ line, amount: '1000' }],
      reason: 'A day of downtime.',
      settle: 'reduce_open',
    });
    expect(note).toMatchObject({
      number: 'BH-CN-2026-000001',
      subtotal: '1000',
      tax: '190',
      total: '1190',
      reduced_due: '1190',
      credited_balance: '0',
      lines: [{ line, gross: '1000', net: '1000', tax: '190' }],
      taxes: [{ name: 'VAT', rate: '0.19', tax: '190' }],
    });
    expect(await invoiceOf(invoice)).toMatchObject({
      status: 'open',
      credited: '1190',
      credit_applied: '0',
      due: '2380',
      lines: [{ credited: '1000' }],
      credit_notes: [{ number: 'BH-CN-2026-000001' }],
    });
    const voided = await app.api('POST', `/v1/invoices/${invoice}/void`, {
      body: { reason: 'no', periods: 'waive' },
    });
    expect([voided.status, voided.body.code]).toEqual([409, 'invoice.has_credit_notes']);
    const rest = await send(app.api, `/v1/invoices/${invoice}/credit_notes`, { reason: 'All of it.' });
    expect(rest).toMatchObject({ number: 'BH-CN-2026-000002', total: '2380', reduced_due: '2380' });
    expect(await invoiceOf(invoice)).toMatchObject({ status: 'paid', due: '0', credited: '3570', paid: '0' });
    const again = await app.api('POST', `/v1/invoices/${invoice}/credit_notes`, {
      body: { reason: 'Once more.' },
    });
    expect([again.status, again.body.code]).toEqual([409, 'credit_note.nothing_left']);
    expect(await balance()).toMatchObject({ balanced: true });
  });

  test('of a paid invoice it becomes credit of the customer, or goes back to the card, and never both', async () => {
    const { invoice, customer } = await newCustomer('paid', true);
    expect(await invoiceOf(invoice)).toMatchObject({ status: 'paid', paid: '3570' });
    const line = ((await invoiceOf(invoice)).lines as unknown as { id: string }[])[0]?.id;
    const path = `/v1/invoices/${invoice}/credit_notes`;
    const refused = await app.api('POST', path, {
      body: { lines: [{ line, amount: '100' }], reason: 'x', settle: 'reduce_open' },
    });
    expect([refused.status, refused.body.code]).toEqual([422, 'credit_note.not_settled']);
    const credit = await send(app.api, path, { lines: [{ line, amount: '1000' }], reason: 'Goodwill.' });
    expect(credit).toMatchObject({ credited_balance: '1190', refunded: '0' });
    const overview = await must(app.api('GET', `/v1/customers/${customer}`));
    expect(overview.credit_balance).toBe('1190');
    const refund = await send(app.api, path, {
      lines: [{ line, amount: '1000' }],
      reason: 'Sorry.',
      settle: 'refund',
    });
    expect(refund).toMatchObject({ credited_balance: '0', refunded: '1190' });
    await settle();
    const shown = await invoiceOf(invoice);
    expect(shown).toMatchObject({ credited: '2380', refunded: '0' });
    expect((shown.payments as unknown as { refunded: string; id: string }[])[0]).toMatchObject({
      refunded: '1190',
    });
    const payment = String((shown.payments as unknown as { id: string }[])[0]?.id);
    // Sales that were credited do not go back once more: 1190 of the credit and 1190 of sales are left.
    const tooMuch = await app.api('POST', `/v1/payments/${payment}/refund`, {
      body: { amount: '2381', reason: 'x' },
    });
    expect(tooMuch.body).toMatchObject({ code: 'payment.refund_exceeds', refundable: '2380' });
    await send(app.api, `/v1/payments/${payment}/refund`, { amount: '2380', reason: 'All.' });
    await settle();
    const last = await app.api('POST', path, { body: { reason: 'Once more.' } });
    expect([last.status, last.body.code]).toEqual([422, 'credit_note.exceeds']);
    expect(await balance()).toMatchObject({ balanced: true });
    expect((await must(app.api('GET', `/v1/customers/${customer}`))).credit_balance).toBe('0');
  });

  test('of twenty requests at once no more is credited than was invoiced', async () => {
    const { invoice } = await newCustomer('many', true);
    const line = ((await invoiceOf(invoice)).lines as unknown as { id: string }[])[0]?.id;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        app.api('POST', `/v1/invoices/${invoice}/credit_notes`, {
          body: { lines: [{ line, amount: '700' }], reason: 'at once' },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
    expect(new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body.code))).toEqual(
      new Set(['credit_note.exceeds']),
    );
    expect(await invoiceOf(invoice)).toMatchObject({ credited: '3332', lines: [{ credited: '2800' }] });
    const numbers = (
      (await must(app.api('GET', '/v1/credit_notes?limit=100'))).data as unknown as { number: string }[]
    ).map(({ number }) => Number(number.slice(-6)));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
    expect(await balance()).toMatchObject({ balanced: true });
  });

  test('a note is a PDF that stays the same, and is mailed with it', async () => {
    const [note] = (await must(app.api('GET', '/v1/credit_notes?limit=1'))).data as unknown as {
      id: string;
      number: string;
    }[];
    const first = await app.api('GET', `/v1/credit_notes/${note?.id}/pdf`);
    expect(first.text.startsWith('%PDF-')).toBe(true);
    expect((await app.api('GET', `/v1/credit_notes/${note?.id}/pdf`)).text).toBe(first.text);
    await settle();
    const mails = (await must(app.api('GET', '/v1/mailbox?to=many@example.com'))).data as unknown as {
      subject: string;
    }[];
    expect(mails.some(({ subject }) => subject.includes(String(note?.number)))).toBe(true);
  });

  test('unknown lines, foreign invoices and unknown notes are refused by name', async () => {
    const { invoice } = await newCustomer('wrong', false);
    const other = 'il_01h2xcejqtf2nbrexx3vqjhp41';
    const answer = await app.api('POST', `/v1/invoices/${invoice}/credit_notes`, {
      body: { lines: [{ line: other }], reason: 'x' },
    });
    expect(answer.body).toMatchObject({ code: 'credit_note.line_unknown', status: 422 });
    expect((await app.api('GET', '/v1/credit_notes/cn_01h2xcejqtf2nbrexx3vqjhp41')).body.code).toBe(
      'credit_note.not_found',
    );
    await must(app.api('POST', `/v1/invoices/${invoice}/void`, { body: { reason: 'x', periods: 'waive' } }));
    const voided = await app.api('POST', `/v1/invoices/${invoice}/credit_notes`, { body: { reason: 'x' } });
    expect([voided.status, voided.body.code]).toEqual([409, 'credit_note.invoice_not_issued']);
  });
});

test('a voided invoice is issued again by the facts of now, and names what it takes the place of', async () => {
  const { invoice, customer } = await newCustomer('again', false);
  await must(app.api('PATCH', `/v1/customers/${customer}`, { body: { name: 'Again GmbH' } }));
  const next = await send(app.api, `/v1/invoices/${invoice}/reissue`, { reason: 'The name was wrong.' });
  expect(next).toMatchObject({
    status: 'open',
    total: '3570',
    replaces: invoice,
    buyer: { name: 'Again GmbH' },
  });
  expect(await invoiceOf(invoice)).toMatchObject({ status: 'void', replaced_by: next.id });
  const twice = await app.api('POST', `/v1/invoices/${invoice}/reissue`, { body: { reason: 'x' } });
  expect([twice.status, twice.body.code]).toEqual([409, 'invoice.not_open']);
});

describe('with a month of usage', () => {
  let made: { customer: string; subscription: string; invoice: string };
  let second: string;

  beforeAll(async () => {
    made = await newCustomer('usage', false);
    const events = Array.from({ length: 15 }, (_, index) => ({
      specversion: '1.0',
      id: `u${index}`,
      source: 'test',
      type: 'call',
      subject: made.customer,
      time: '2026-01-10T09:00:00Z',
    }));
    await must(
      app.api('POST', '/v1/events', {
        raw: JSON.stringify(events),
        headers: { 'content-type': 'application/json' },
      }),
    );
    await advance('2026-02-10T09:00:00Z');
    const list = await must(app.api('GET', `/v1/invoices?customer=${made.customer}`));
    second = (list.data as unknown as { id: string }[])[0]?.id ?? '';
  });

  test('a line explains its steps: readings, model, slices, rounding and what it came to', async () => {
    const { lines } = await invoiceOf(second);
    const usage = (lines as unknown as { kind: string; explanation: object }[]).find(
      ({ kind }) => kind === 'usage',
    );
    expect(usage).toMatchObject({
      gross: '125',
      amount: '125',
      discounts: [],
      explanation: {
        rule: 'metered_usage',
        model: 'graduated',
        quantity: '15',
        readings: { meter_key: 'calls', event_count: 15 },
        quantity_steps: [],
        tiers: [{ quantity: '10' }, { quantity: '5' }],
        amount_steps: [],
        basis: null,
        proration: null,
        rounding: { mode: 'half_away_from_zero', amount: '125' },
        discounts: [],
        amount: '125',
      },
    });
  });

  test('the document is byte by byte what was hashed', async () => {
    const invoice = await invoiceOf(second);
    const document = await app.api('GET', `/v1/invoices/${second}/document`);
    expect(document.headers.get('content-type')).toContain('application/json');
    const { createHash } = await import('node:crypto');
    const digest = createHash('sha256').update(document.text, 'utf8');
    expect(document.headers.get('repr-digest')).toBe(`sha-256=:${digest.copy().digest('base64')}:`);
    expect(digest.digest('hex')).toBe(invoice.content_sha256);
    const { verifyInvoice } = await import('@billhook/core/invoicing/verify/verify-invoice');
    expect(verifyInvoice(JSON.parse(document.text))).toEqual({ ok: true, lines: 2 });
  });

  test('why it differs from the invoice before is told in parts that add up', async () => {
    const diff = await must(app.api('GET', `/v1/invoices/${second}/diff`));
    expect(diff).toMatchObject({
      against: made.invoice,
      before: '3570',
      after: '3719',
      change: '149',
      parts: { price: '0', volume: '0', mix: '0', plan: '125', tax: '24', one_off: '0' },
    });
    const first = await must(app.api('GET', `/v1/invoices/${made.invoice}/diff`));
    expect(first).toMatchObject({ against: null, before: '0', change: '3570' });
    const same = await must(app.api('GET', `/v1/invoices/${made.invoice}/diff?against=${second}`));
    expect(same).toMatchObject({ change: '-149' });
    const foreign = (await newCustomer('stranger', false)).invoice;
    const answer = await app.api('GET', `/v1/invoices/${second}/diff?against=${foreign}`);
    expect([answer.status, answer.body.code]).toEqual([422, 'invoice.not_comparable']);
  });

  test('a draft shows what would be issued now and writes nothing', async () => {
    const before = await must(app.api('GET', '/v1/invoices?limit=100'));
    expect(
      await must(app.api('POST', `/v1/customers/${made.customer}/draft_invoice`, { body: {} })),
    ).toMatchObject({
      data: [],
    });
    expect(await must(app.api('GET', '/v1/invoices?limit=100'))).toEqual(before);
  });

  test('the customer reads the document, the causes and the notes of own invoices, and of no others', async () => {
    const member = await signUpMember(app, app.tenant.slug, 'mia@example.com');
    const answer = await member('GET', `/p/${app.tenant.slug}/api/v1/invoices/${second}/document`);
    expect(answer.status).not.toBe(200);
  });
});

test('the seller sets the rules of billing, and each value that is none is refused by its place', async () => {
  const rules = {
    rounding: 'half_even',
    proration_days: 'fixed_30',
    proration_change_day: 'old_plan',
    proration_termination_day: 'unused',
    discount_order: 'percent_then_fixed',
    discount_split: 'remainder_last',
    discount_percent: 'on_total',
    tax_rounding: 'per_line',
    tax_inclusive_rounding: 'round_net',
    zero_usage: 'free',
    bounded_last_tier: 'reject',
    negative_usage: 'reject',
    event_bounds: 'before_fixed_fee',
    free_event_minimum: 'on_all_events',
    free_allowance: 'last_limit_ends_it',
    zero_amount_event: 'free',
    event_input: 'each_event',
    minimum_spend: 'every_line',
    split_unit_rounding: 'cumulative',
    included_units_order: 'discount_then_convert',
    price_discount_order: 'after_bounds',
    prorated_tiers: 'prorated_units_pick_tier',
    billing_threshold: '5000',
  };
  const saved = await must(app.api('PATCH', '/v1/tenant', { body: { settings: rules } }));
  expect(saved.settings).toMatchObject(rules);
  const wrong = await app.api('PATCH', '/v1/tenant', {
    body: { settings: { rounding: 'banker', billing_threshold: '0' } },
  });
  expect(wrong.status).toBe(422);
  expect((wrong.body.errors as unknown as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(
    expect.arrayContaining(['/settings/rounding', '/settings/billing_threshold']),
  );
  const { invoice } = await newCustomer('rules', false);
  const document = JSON.parse((await app.api('GET', `/v1/invoices/${invoice}/document`)).text) as unknown as {
    policies: unknown;
    lines: { explanation: { rounding: string } }[];
  };
  expect(document.policies).toEqual({
    tax: { rounding: 'per_line', inclusive: 'round_net' },
    discounts: { order: 'percent_then_fixed', percent: 'on_total', split: 'remainder_last' },
  });
  expect(document.lines[0]?.explanation.rounding).toBe('half_even');
  const audit = await must(app.api('GET', '/v1/audit'));
  expect(JSON.stringify(audit)).toContain('half_even');
});

test('usage that reaches the threshold is billed inside its period, once, and the rest at its end', async () => {
  await must(
    app.api('PATCH', '/v1/tenant', {
      body: { settings: { billing_threshold: '100', zero_usage: 'charged' } },
    }),
  );
  const { customer } = await newCustomer('threshold', false);
  const { now } = await must(app.api('GET', '/v1/clock'));
  await advance(new Date(Date.parse(String(now)) + 3_600_000).toISOString());
  const send15 = async (batch: string) => {
    const events = Array.from({ length: 15 }, (_, index) => ({
      specversion: '1.0',
      id: `${batch}${index}`,
      source: 'test',
      type: 'call',
      subject: customer,
      time: new Date(Date.parse(String(now)) + 1_800_000).toISOString(),
    }));
    await must(
      app.api('POST', '/v1/events', {
        raw: JSON.stringify(events),
        headers: { 'content-type': 'application/json' },
      }),
    );
    await settle();
  };
  const invoices = async () =>
    (await must(app.api('GET', `/v1/invoices?customer=${customer}`))).data as unknown as {
      id: string;
      subtotal: string;
    }[];
  await send15('t');
  expect((await invoices()).map(({ subtotal }) => subtotal)).toEqual(['125', '3000']);
  await settle();
  expect(await invoices()).toHaveLength(2);
  const document = await app.api('GET', `/v1/invoices/${(await invoices())[0]?.id}/document`);
  const { verifyInvoice } = await import('@billhook/core/invoicing/verify/verify-invoice');
  expect(verifyInvoice(JSON.parse(document.text))).toMatchObject({ ok: true });
});
