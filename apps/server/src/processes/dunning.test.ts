import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAILY, type DunningApp, dunningStep, startDunningApp } from '../testing/dunning.ts';

let world: DunningApp;
let app: DunningApp['app'];

beforeAll(async () => {
  world = await startDunningApp();
  app = world.app;
  ({ must, post, get, settle, pass, subscribed, check, runOf, accessOf } = world);
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

afterAll(() => app.close());

async function subjects(recipient: string): Promise<string[]> {
  await settle();
  const { data } = await get('/v1/mailbox?limit=100');
  const mails = data as unknown as { subject: string }[];
  return mails.filter((mail) => JSON.stringify(mail).includes(recipient)).map(({ subject }) => subject);
}

describe('a campaign', () => {
  let campaign: string;

  test('is written as a draft, refused with every fault, previewed, published, and never changes then', async () => {
    const faulty = { ...DAILY, steps: [dunningStep('a', 3, 'retry'), dunningStep('a', 4, 'mail')] };
    const made = await post('/v1/dunning/campaigns', {
      name: 'Cards',
      kind: 'charge',
      rank: 5,
      definition: faulty,
    });
    campaign = String(made.id);
    expect((made.faults as unknown as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      '/steps/1/key',
      '/steps/1/mail',
      '/steps',
    ]);
    const refused = await app.api('POST', `/v1/dunning/campaigns/${campaign}/publish`);
    expect([refused.status, refused.body.code]).toEqual([422, 'dunning_campaign.invalid']);
    const body = { definition: DAILY };
    expect((await app.api('PATCH', `/v1/dunning/campaigns/${campaign}`, { body })).body.faults).toEqual([]);
    const shown = await post('/v1/dunning/preview', {
      kind: 'charge',
      failure_kind: 'soft_decline',
      ...body,
    });
    expect((shown.ahead as unknown as { key: string }[]).map(({ key }) => key)).toEqual([
      'retry-1',
      'limit',
      'notice',
      'text',
      'retry-2',
      'suspend',
      'cancel',
    ]);
    const published = await post(`/v1/dunning/campaigns/${campaign}/publish`);
    expect(published).toMatchObject({ draft: null, published: { number: 1 } });
    const again = await app.api('POST', `/v1/dunning/campaigns/${campaign}/publish`);
    expect([again.status, again.body.code]).toEqual([409, 'dunning_campaign.no_draft']);
    const nowhere = `/v1/dunning/campaigns/${campaign.slice(0, -4)}0000`;
    expect((await app.api('GET', nowhere)).body.code).toBe('dunning_campaign.not_found');
    const plans = [`plan_${campaign.slice(5)}`];
    const segment = { ...EVERYBODY, plans };
    const wrong = await app.api('PATCH', `/v1/dunning/campaigns/${campaign}`, { body: { segment } });
    expect(wrong.body.code).toBe('plan.not_found');
  });

  test('I306 access is limited and suspended by its steps, and back in the moment in which the money comes', async () => {
    const plan = String(((await get('/v1/plans')).data as unknown as { id: string }[])[0]?.id);
    await must('PUT', `/v1/plans/${plan}/limited_access`, { features: ['read'] });
    expect(await get(`/v1/plans/${plan}/limited_access`)).toMatchObject({ features: ['read'] });
    const { key, id } = await subscribed('pm_card_chargeCustomerFail');
    expect(await runOf(id)).toMatchObject({ status: 'active', access: 'grace', campaign: { version: 1 } });
    expect(await check(key, 'write')).toMatchObject({ allowed: true });
    await pass(2);
    expect(await runOf(id)).toMatchObject({
      access: 'limited',
      past: [
        { key: 'retry-1', outcome: 'failed', by: 'system' },
        { key: 'limit', outcome: 'taken' },
        { key: 'notice', outcome: 'taken' },
        { key: 'text', outcome: 'taken' },
      ],
      ahead: [{ key: 'retry-2' }, { key: 'suspend' }, { key: 'cancel' }],
    });
    expect(await check(key, 'read')).toMatchObject({ allowed: true });
    const kept = await check(key, 'write');
    expect(kept).toMatchObject({ allowed: false, reason: 'service_suspended', upgrade: null });
    expect((kept.pay as unknown as { url: string }).url).toBe(`${app.baseUrl}/p/${app.tenant.slug}/invoices`);
    await pass(2);
    expect(await check(key, 'read')).toMatchObject({ allowed: false, reason: 'service_suspended' });
    await post(`/v1/customers/${id}/payment_methods`, { provider_method_id: 'pm_card_visa' });
    await settle();
    expect(await check(key, 'read')).toMatchObject({ allowed: true });
    expect(await check(key, 'write')).toMatchObject({ allowed: true });
    expect(await accessOf(id)).toMatchObject({
      subscriptions: [{ access: 'full' }],
      moves: [
        { from: 'suspended', to: 'full' },
        { from: 'limited', to: 'suspended' },
        { from: 'grace', to: 'limited' },
        { from: 'full', to: 'grace' },
      ],
    });
    expect(await runOf(id)).toMatchObject({ status: 'recovered', recovered_amount: '2900' });
    const mails = await subjects(`${key}@example.com`);
    expect(mails).toHaveLength(6);
    expect(mails).toEqual(
      expect.arrayContaining([
        'Your access to Pro is limited',
        'Your access to Pro is suspended',
        'Your access to Pro is back',
      ]),
    );
  });
});

const EVERYBODY = {
  plans: [],
  countries: [],
  min_amount: null,
  max_amount: null,
  currency: null,
  min_tenure_days: null,
  max_tenure_days: null,
};
