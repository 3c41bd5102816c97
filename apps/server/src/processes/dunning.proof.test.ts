import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  customerRow,
  DAILY,
  DAY,
  type DunningApp,
  dunningStep,
  type RunAnswer,
  startDunningApp,
} from '../testing/dunning.ts';

let world: DunningApp;
let app: DunningApp['app'];

beforeAll(async () => {
  world = await startDunningApp();
  app = world.app;
  ({ must, post, get, settle, pass, subscribed, check, runOf, accessOf, sql } = world);
});

let must: DunningApp['must'];
let post: DunningApp['post'];
let get: DunningApp['get'];
let settle: DunningApp['settle'];
let pass: DunningApp['pass'];
let subscribed: DunningApp['subscribed'];
let check: DunningApp['check'];
let runOf: DunningApp['runOf'];
let accessOf: DunningApp['accessOf'];
let sql: DunningApp['sql'];

afterAll(() => app.close());

describe('a campaign', () => {
  let campaign: string;

  beforeAll(async () => {
    const made = await post('/v1/dunning/campaigns', { name: 'Cards', kind: 'charge', definition: DAILY });
    campaign = String(made.id);
    await post(`/v1/dunning/campaigns/${campaign}/publish`);
  });

  test('I301 a card that must not be charged again is not asked, and its run ends in its time', async () => {
    const { id } = await subscribed('pm_card_chargeCustomerFail');
    // As the bank's word of a lost card leaves it.
    await sql('update payment_methods set blocked_code = $2 where customer_id = $1', [
      customerRow(id),
      'lost_card',
    ]);
    const run = await runOf(id);
    expect(run.left_out.map(({ key, reason }) => [key, reason])).toEqual([
      ['retry-1', 'do_not_retry'],
      ['retry-2', 'do_not_retry'],
    ]);
    await pass(1);
    const payments = (await get(`/v1/payments?customer=${id}`)).data as unknown as {
      failure: { code: string };
    }[];
    expect(payments.map(({ failure }) => failure.code)).toEqual([
      'payment_method_blocked',
      'generic_decline',
    ]);
    await pass(6);
    expect(await runOf(id)).toMatchObject({ status: 'exhausted', failure_kind: 'no_method' });
    expect((await accessOf(id)).subscriptions).toMatchObject([{ access: 'ended' }]);
  });

  test('I307 a run keeps its version whatever is published meanwhile', async () => {
    const { id } = await subscribed('pm_card_chargeCustomerFail');
    const definition = { ...DAILY, steps: [dunningStep('only', 1, 'stop')] };
    await must('PATCH', `/v1/dunning/campaigns/${campaign}`, { definition });
    await post(`/v1/dunning/campaigns/${campaign}/publish`);
    expect(await runOf(id)).toMatchObject({
      campaign: { version: 1 },
      ahead: [{ key: 'retry-1' }, {}, {}, {}, {}, {}, {}],
    });
    const other = await subscribed('pm_card_chargeCustomerFail');
    expect(await runOf(other.id)).toMatchObject({ campaign: { version: 2 }, ahead: [{ key: 'only' }] });
    await pass(1);
    expect(await runOf(other.id)).toMatchObject({ status: 'stopped', access: 'grace' });
    const cases = (await get('/v1/cases')).data as unknown as { kind: string }[];
    expect(cases.map(({ kind }) => kind)).toContain('dunning.stopped');
    expect(await runOf(id)).toMatchObject({ status: 'active', past: [{ key: 'retry-1' }] });
    await must('PATCH', `/v1/dunning/campaigns/${campaign}`, { definition: DAILY });
    await post(`/v1/dunning/campaigns/${campaign}/publish`);
  });

  test('is held back, goes on later by that time, skips a step and stops, each with its reason', async () => {
    await must('PATCH', `/v1/dunning/campaigns/${campaign}`, { definition: DAILY });
    await post(`/v1/dunning/campaigns/${campaign}/publish`);
    const { id } = await subscribed('pm_card_chargeCustomerFail');
    const first = await runOf(id);
    const at = (run: typeof first, key: string) =>
      Date.parse(run.ahead.find((one) => one.key === key)?.at ?? '');
    const path = `/v1/dunning/runs/${first.id}`;
    const reason = 'The customer called.';
    expect(await post(`${path}/pause`, { reason })).toMatchObject({ status: 'paused' });
    const twice = await app.api('POST', `${path}/pause`, { body: { reason } });
    expect([twice.status, twice.body.code]).toEqual([409, 'dunning_run.not_running']);
    await pass(4);
    expect(await runOf(id)).toMatchObject({ status: 'paused', access: 'grace', past: [] });
    const resumed = (await post(`${path}/resume`, { reason })) as never as RunAnswer;
    expect(at(resumed, 'limit') - at(first, 'limit')).toBe(4 * DAY);
    const skipped = await post(`${path}/skip`, { step: 'limit', reason: 'Promised to pay.' });
    expect(skipped).toMatchObject({
      past: [{ key: 'limit', outcome: 'skipped', reason: 'Promised to pay.' }],
    });
    const gone = await app.api('POST', `${path}/skip`, { body: { step: 'limit', reason } });
    expect(gone.body.code).toBe('dunning_run.step_not_ahead');
    const nobody = await app.api('POST', `${path.slice(0, -4)}0000/stop`, { body: { reason } });
    expect(nobody.body.code).toBe('dunning_run.not_found');
    await pass(3);
    expect(await runOf(id)).toMatchObject({
      access: 'grace',
      past: [{}, { key: 'retry-1' }, {}, {}, { key: 'retry-2' }],
    });
    expect(await post(`${path}/stop`, { reason })).toMatchObject({ status: 'stopped', ahead: [] });
    await pass(4);
    expect(await accessOf(id)).toMatchObject({ subscriptions: [{ access: 'grace' }] });
  });

  test('I308 who pays while a step is due is not suspended, whichever comes first', async () => {
    const all = await Promise.all([1, 2, 3].map(() => subscribed('pm_card_chargeCustomerFail')));
    await pass(3);
    app.passWallTime(DAY + DAY / 24);
    // Paying and taking the step run at the same time; each waits for the other's customer.
    const paying = all.map(async ({ id }) =>
      post(`/v1/customers/${id}/payment_methods`, { provider_method_id: 'pm_card_visa' }),
    );
    await Promise.all([...paying, app.drain(), app.drain(), app.drain()]);
    await settle();
    for (const { id, key } of all) {
      expect(await check(key, 'write')).toMatchObject({ allowed: true });
      expect(await runOf(id)).toMatchObject({ status: 'recovered' });
      expect(await accessOf(id)).toMatchObject({ subscriptions: [{ access: 'full' }] });
    }
  });
});

describe('what is paid by transfer', () => {
  test('is reminded of before it is due and after, suspended, and recovered by the money alone', async () => {
    const definition = {
      ...DAILY,
      steps: [
        dunningStep('soon', -2, 'mail', { mail: 'reminder' }),
        dunningStep('late', 3, 'mail', { mail: 'last_notice' }),
        dunningStep('suspend', 5, 'suspend_access'),
        dunningStep('end', 30, 'stop'),
      ],
    };
    const made = await post('/v1/dunning/campaigns', { name: 'Terms', kind: 'terms', definition });
    await post(`/v1/dunning/campaigns/${made.id}/publish`);
    const { id, key } = await subscribed(null);
    expect(await runOf(id)).toMatchObject({
      access: 'full',
      failure_kind: 'terms_overdue',
      ahead: [{}, {}, {}, {}],
    });
    await pass(20);
    expect(await runOf(id)).toMatchObject({
      access: 'suspended',
      past: [{ key: 'soon' }, { key: 'late' }, {}],
    });
    expect(await check(key, 'read')).toMatchObject({ allowed: false, reason: 'service_suspended' });
    const { invoice } = await runOf(id);
    await post(`/v1/customers/${id}/payment_methods`, { provider_method_id: 'pm_card_visa' });
    await post(`/v1/invoices/${invoice}/collect`, {});
    await settle();
    expect(await check(key, 'read')).toMatchObject({ allowed: true });
    expect(await runOf(id)).toMatchObject({ status: 'recovered' });
  });
});

describe('figures', () => {
  test('say what came back and by which step, and what a campaign would have brought by past failures', async () => {
    const funnel = (await get('/v1/dunning/funnel')) as never as {
      by_kind: { kind: string; runs: number; recovered: number; recovered_amount: string }[];
      by_step: { by: string; recovered: number }[];
      by_campaign: { name: string }[];
    };
    const soft = funnel.by_kind.find(({ kind }) => kind === 'soft_decline');
    expect(soft).toMatchObject({ runs: 7, recovered: 3, recovered_amount: String(3 * 2900) });
    expect(funnel.by_campaign.map(({ name }) => name)).toEqual(['Cards', 'Terms']);
    expect(funnel.by_step.reduce((sum, { recovered }) => sum + recovered, 0)).toBe(4);
    const tested = (await post('/v1/dunning/back_test', { definition: DAILY })) as never as {
      failures: number;
      by_currency: { expected: string; at_stake: string }[];
    };
    expect(tested.failures).toBe(7);
    const [euro] = tested.by_currency;
    expect(BigInt(euro?.expected ?? -1) <= BigInt(euro?.at_stake ?? 0)).toBe(true);
  });
});
