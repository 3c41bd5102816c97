import { expect } from 'vitest';
import { startTestApp, type TestApp } from './app.ts';

/** The last of a month, in all zones of the story, before summer time begins or ends in most of them. */
const START = '2026-01-31T09:30:00.000Z';
const LATE_JOINER = '2026-02-15T07:45:00.000Z';
const CHANGES = '2026-03-05T11:00:00.000Z';
const BAD_DAY = '2026-03-06T08:00:00.000Z';
const REFUND = '2026-06-20T16:20:00.000Z';
const DAY_MS = 86_400_000;

const price = (key: string, pricing: object, more: object = {}) => ({
  key,
  name: key,
  pricing,
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
  ...more,
});

const calls = price(
  'calls',
  { model: 'per_unit', unit_amount: '0.05', per: '1' },
  { quantity: { kind: 'meter', meter: 'calls' }, timing: 'in_arrears' },
);

const plan = (key: string, rank: number, amount: string, more: object = {}) => ({
  key,
  name: key,
  rank,
  currency: 'EUR',
  prices: [price('base', { model: 'flat', amount }), calls],
  entitlements: [
    {
      feature: 'calls',
      kind: 'metered',
      limit: '5',
      reset: 'billing_period',
      overage: 'allow',
      warn_at_percent: [80],
    },
  ],
  ...more,
});

const yearly = price('base', { model: 'flat', amount: '40000' }, { cadence: { interval: 'year', count: 1 } });
const CATALOGUE = {
  meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count', unit: 'calls' }],
  features: [{ key: 'calls', name: 'Calls', kind: 'metered', meter: 'calls' }],
  plans: [
    plan('small', 1, '1000'),
    plan('large', 2, '4000'),
    plan('trial', 1, '2000', { trial_days: 20 }),
    plan('yearly', 2, '40000', { prices: [yearly, calls] }),
  ],
};

/** Who buys what, where and how it is paid; null is paid by transfer. */
const BUYERS = [
  ['upgrades', 'small', 'Africa/Casablanca', 'pm_card_visa'],
  ['downgrades', 'large', 'America/New_York', 'pm_card_visa'],
  ['converts', 'trial', 'Asia/Kolkata', 'pm_card_visa'],
  ['tries', 'trial', 'America/Santiago', 'pm_card_visa'],
  ['cancels', 'small', 'Australia/Lord_Howe', 'pm_card_visa'],
  ['yearly', 'yearly', 'Pacific/Auckland', 'pm_card_visa'],
  ['fails', 'small', 'Europe/Lisbon', 'pm_card_chargeCustomerFail'],
  ['transfers', 'large', 'Europe/Berlin', null],
] as const;

/** The same business on a server of its own. */
class Story {
  readonly app: TestApp;
  readonly #subscriptions = new Map<string, string>();

  constructor(app: TestApp) {
    this.app = app;
  }

  async post(path: string, body: object, more: object = {}): Promise<Record<string, unknown>> {
    const answer = await this.app.api('POST', path, { body, ...more });
    if (answer.status >= 300) throw new Error(`${path} ${answer.text}`);
    return JSON.parse(answer.text) as Record<string, unknown>;
  }

  async move(to: number | string): Promise<void> {
    await this.post('/v1/clock/advance', { to: new Date(to).toISOString() });
    await this.app.server.mover.finished(this.app.tenant.id);
  }

  async join([customer, planKey, zone, card]: readonly [string, string, string, string | null]) {
    const body = { name: customer, external_id: customer, time_zone: zone };
    const { id } = await this.post('/v1/customers', { ...body, email: `${customer}@example.com` });
    if (card !== null) {
      await this.post(`/v1/customers/${String(id)}/payment_methods`, { provider_method_id: card });
    }
    const collection = card === null ? 'manual' : 'automatic';
    const subscription = await this.post('/v1/subscriptions', { customer, plan: planKey, collection });
    this.#subscriptions.set(customer, String(subscription.id));
  }

  /** Sends events of these times, the same id for the same time. How they were judged. */
  async use(customer: string, times: readonly string[]): Promise<unknown> {
    const events = times.map((time, index) => ({
      specversion: '1.0',
      id: `${customer}/${time}/${index}`,
      source: 'story',
      type: 'call',
      subject: customer,
      time,
    }));
    return (await this.post('/v1/events', events, { idempotencyKey: null })).counts;
  }

  change(customer: string, verb: 'change' | 'cancel', body: object): Promise<unknown> {
    return this.post(`/v1/subscriptions/${this.#subscriptions.get(customer)}/${verb}`, body);
  }

  async open(): Promise<void> {
    await this.app.api('PATCH', '/v1/tenant', { body: { settings: { retry_delays_days: [3, 5, 7] } } });
    const catalogue = await this.app.api('PUT', '/v1/catalogue', { body: CATALOGUE });
    if (catalogue.status >= 300) throw new Error(catalogue.text);
    for (const buyer of BUYERS) await this.join(buyer);
    await this.change('tries', 'cancel', {});
    await this.use('upgrades', Array(6).fill(START));
    await this.use('yearly', Array(3).fill(START));
  }

  async someChanges(): Promise<void> {
    await this.change('upgrades', 'change', { plan: 'large', when: 'now' });
    await this.change('downgrades', 'change', { plan: 'small', when: 'period_end' });
    await this.change('cancels', 'cancel', {});
    // Days late but in the running period, and from a month that is on an invoice.
    expect(await this.use('yearly', ['2026-03-01T00:00:00Z', '2026-03-04T23:59:59.999Z'])).toMatchObject({
      accepted: 2,
    });
    expect(await this.use('transfers', ['2026-02-10T00:00:00Z', '2026-03-05T10:59:00Z'])).toMatchObject({
      accepted: 1,
      quarantined: 1,
    });
  }

  /** The next charge is the renewal of the late joiner; the one after it is its second try. */
  async failNextCharge(): Promise<void> {
    const [account] = await this.app.sandbox.accounts();
    await this.app.sandbox.setFaults(String(account?.id), { failCharges: 1 });
  }

  async refund(): Promise<void> {
    const { text } = await this.app.api('GET', '/v1/payments?status=succeeded&limit=100');
    const { data } = JSON.parse(text) as { data: { id: string; amount: string; customer: string }[] };
    const yearlyOne = data.find(({ amount }) => amount === '40000');
    await this.post(`/v1/payments/${yearlyOne?.id}/refund`, { amount: '1500', reason: 'goodwill' });
    expect(await this.use('yearly', ['2026-06-19T00:00:00Z', '2026-02-02T00:00:00Z'])).toMatchObject({
      accepted: 1,
      quarantined: 1,
    });
  }

  async facts(): Promise<string[]> {
    // News is passed on in real time; mails are facts, so what is under way goes first.
    await this.app.drain();
    return (await this.app.api('GET', '/v1/facts/export')).text.trimEnd().split('\n');
  }
}

/** Plays the story to its end; the clock goes from one scene to the next in as many steps as are given for it. */
export async function play(
  steps: readonly [number, number, number, number, number],
  end: string,
): Promise<string[]> {
  const app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  const story = new Story(app);
  try {
    await story.move(START);
    await story.open();
    await walk(story, START, LATE_JOINER, steps[0]);
    await story.join(['recovers', 'small', 'America/Sao_Paulo', 'pm_card_visa']);
    await walk(story, LATE_JOINER, CHANGES, steps[1]);
    await story.someChanges();
    await walk(story, CHANGES, BAD_DAY, steps[2]);
    await story.failNextCharge();
    await walk(story, BAD_DAY, REFUND, steps[3]);
    await story.refund();
    await walk(story, REFUND, end, steps[4]);
    return await story.facts();
  } finally {
    await app.close();
  }
}

async function walk(story: Story, from: string, to: string, steps: number): Promise<void> {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  for (let step = 1; step < steps; step += 1) {
    // Uneven steps, so that they fall on no boundary by chance.
    await story.move(Math.floor(start + ((end - start) * step) / steps) - (step % 7) * (DAY_MS / 9));
  }
  await story.move(to);
}

/** Facts of one kind, of one customer if named. */
function pick(lines: readonly string[], fact: string, customer?: string): Record<string, unknown>[] {
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((row) => row.fact === fact && (customer === undefined || row.customer === customer));
}

/** What the story must have brought about by its end, or equality would say little. */
export function expectStory(facts: readonly string[], end: string): void {
  const status = (customer: string) => pick(facts, 'subscription', customer).map((row) => row.status);
  const attempts = (customer: string) =>
    pick(facts, 'payment_attempt', customer)
      .filter(({ purpose }) => purpose === 'invoice')
      .map((row) => `${String(row.attempt_number)} ${String(row.status)}`);
  const events = (type: string) => pick(facts, 'event').filter((row) => row.type === type).length;
  const invoices = (customer: string) => pick(facts, 'invoice', customer);
  const starts = (customer: string) =>
    pick(facts, 'invoice_line', customer)
      .map((row) => String(row.period_start))
      .sort();
  const until = (customer: string) =>
    pick(facts, 'subscription', customer).map((row) => [row.status, row.ended_at]);

  // The last of every month, at the same time of day in Berlin, over both changes of the clocks.
  expect([...new Set(starts('transfers'))]).toEqual(
    ['01-31T09', '02-28T09', '03-31T08', '04-30T08', '05-31T08', '06-30T08', '07-31T08', '08-31T08']
      .concat(['09-30T08', '10-31T09', '11-30T09', '12-31T09'])
      .map((time) => `2026-${time}:30:00.000Z`)
      .concat(['2027-01-31T09:30:00.000Z', '2027-02-28T09:30:00.000Z'])
      .filter((start) => start < end),
  );
  expect(starts('converts')[0]).toBe('2026-02-20T09:30:00.000Z');
  expect(status('converts')).toEqual(['active']);
  expect(until('tries')).toEqual([['canceled', '2026-02-20T09:30:00.000Z']]);
  expect(invoices('tries')).toEqual([]);
  // Lord Howe's half hour of summer time has not ended by the first boundary.
  expect(until('cancels')).toEqual([['canceled', '2026-03-31T09:30:00.000Z']]);
  expect(pick(facts, 'subscription', 'upgrades')).toMatchObject([{ plan: 'large', status: 'active' }]);
  expect(pick(facts, 'subscription', 'downgrades')).toMatchObject([{ plan: 'small', status: 'active' }]);
  expect(pick(facts, 'invoice_line', 'upgrades').some((row) => /^-/.test(String(row.amount_minor)))).toBe(
    true,
  );
  const yearlyLines = pick(facts, 'invoice_line', 'yearly').filter((row) => row.amount_minor === '40000');
  expect(yearlyLines).toHaveLength(end > '2027-01-31T09:30' ? 2 : 1);
  expect(pick(facts, 'usage', 'yearly')).toMatchObject([{ event_count: '6' }]);
  expect(attempts('fails').sort()).toEqual(['1 failed', '2 failed', '3 failed', '4 failed']);
  expect(status('fails')).toEqual(['canceled']);
  expect(attempts('recovers')).toEqual(expect.arrayContaining(['1 failed', '2 succeeded']));
  expect(attempts('recovers').filter((one) => one.endsWith('failed'))).toHaveLength(1);
  expect(status('recovers')).toEqual(['active']);
  expect(pick(facts, 'refund')).toMatchObject([{ customer: 'yearly', status: 'succeeded' }]);
  expect(events('subscription.past_due')).toBe(2);
  const months = (Date.parse(end) - Date.parse(START)) / (31 * DAY_MS);
  expect(events('payment.succeeded')).toBeGreaterThan(4 * months);
  expect(events('invoice.issued')).toBeGreaterThan(5 * months);
  expect(pick(facts, 'ledger_entry').length).toBeGreaterThan(22 * months);
  expect(pick(facts, 'mail').length).toBeGreaterThan(6 * months);
}
