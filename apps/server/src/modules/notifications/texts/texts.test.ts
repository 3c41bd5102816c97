import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../../platform/log.ts';
import { customerRow, type DunningApp, dunningStep, startDunningApp } from '../../../testing/dunning.ts';
import { TextFault, type TextProvider } from './port.ts';
import { sendTextsSource } from './send-texts.ts';

const HOUR_MS = 3_600_000;
const STEPS = [
  dunningStep('text', 1, 'sms'),
  dunningStep('again', 3, 'sms'),
  dunningStep('end', 9, 'cancel'),
];

let world: DunningApp;
let app: DunningApp['app'];

beforeAll(async () => {
  world = await startDunningApp();
  app = world.app;
  const definition = { steps: STEPS, hours: null, paydays: null, failure_mail: 'first' };
  const made = await world.post('/v1/dunning/campaigns', {
    name: 'Texts',
    kind: 'charge',
    rank: 5,
    definition,
  });
  await world.post(`/v1/dunning/campaigns/${made.id}/publish`);
});
afterAll(() => app.close());

type Text = { status: string; reason: string | null; error_code: number | null };

/** Somebody whose card fails, with a number. */
async function unpaid(number: string | null, consent = true): Promise<string> {
  const { id } = await world.subscribed('pm_card_chargeCustomerFail');
  if (number !== null) await world.must('PUT', `/v1/customers/${id}/phone`, { number, consent });
  return id;
}

async function textsOf(customer: string): Promise<Record<string, Text | null>> {
  await app.sandbox.texts();
  const run = await world.runOf(customer);
  const past = run.past as unknown as { key: string; action: string; text: Text | null }[];
  return Object.fromEntries(
    past.filter(({ action }) => action === 'sms').map(({ key, text }) => [key, text]),
  );
}

const phoneOf = (customer: string) => world.get(`/v1/customers/${customer}/phone`);
/** To the next noon, so that each test begins by day. */
async function toNoon(): Promise<void> {
  const now = Date.parse(String((await world.get('/v1/clock')).now));
  const today = now - (now % (24 * HOUR_MS)) + 12 * HOUR_MS;
  app.passWallTime(today > now ? today - now : today + 24 * HOUR_MS - now);
  await world.settle();
}

test('a step texts who agreed, in words with the amount, the link and the way to stop, and shows that it arrived', async () => {
  await toNoon();
  const ada = await unpaid('+4915112345678');
  const bob = await unpaid('+4915112345679', false);
  const cid = await unpaid(null);
  await world.pass(1);
  const [text] = await app.sandbox.texts('+4915112345678');
  expect(text?.body).toMatch(
    /: invoice \S+ over 29\.00 EUR is unpaid\. Pay here: http\S+\/invoices No more texts: reply STOP\.$/,
  );
  await expect.poll(async () => (await textsOf(ada)).text?.status).toBe('delivered');
  expect((await textsOf(bob)).text).toMatchObject({ status: 'dropped', reason: 'no_consent' });
  expect((await textsOf(cid)).text).toMatchObject({ status: 'dropped', reason: 'no_number' });
  expect(await app.sandbox.texts('+4915112345679')).toEqual([]);
});

test('I402 a text waits for the morning, and is not sent once the invoice is paid or the customer has stopped', async () => {
  await toNoon();
  app.passWallTime(10.5 * HOUR_MS);
  const [dan, eva, fay] = [
    await unpaid('+4915100000001'),
    await unpaid('+4915100000002'),
    await unpaid('+4915100000003'),
  ];
  await world.pass(1);
  for (const one of [dan, eva, fay])
    expect((await textsOf(one)).text).toMatchObject({ status: 'queued', reason: 'quiet_hours' });
  await world.post(`/v1/customers/${eva}/payment_methods`, { provider_method_id: 'pm_card_visa' });
  const { invoice } = await world.runOf(eva);
  await world.post(`/v1/invoices/${invoice}/collect`, {});
  await world.settle();
  app.passWallTime(10 * HOUR_MS);
  await world.settle();
  await expect.poll(async () => (await textsOf(dan)).text?.status).toBe('delivered');
  expect((await textsOf(eva)).text).toMatchObject({ status: 'dropped', reason: 'no_longer_true' });
  // The third got the first text and answers.
  const url = `${app.baseUrl}/hooks/texts/replies`;
  expect(await app.sandbox.answerText({ from: '+4915100000003', text: 'what is this', url })).toBe(200);
  expect(await phoneOf(fay)).toMatchObject({ opted_out_at: null });
  expect(await app.sandbox.answerText({ from: '+4915100000003', text: ' Stop ', url })).toBe(200);
  expect((await phoneOf(fay)).opted_out_at).not.toBeNull();
  await world.pass(3);
  expect((await textsOf(fay)).again).toMatchObject({ status: 'dropped', reason: 'opted_out' });
  expect(await app.sandbox.texts('+4915100000003')).toHaveLength(1);
  expect(await app.sandbox.answerText({ from: '+4915100000003', text: 'START', url })).toBe(200);
  expect(await phoneOf(fay)).toMatchObject({ opted_out_at: null });
  // Nobody stops or tells for another by posting to the address.
  const forged = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ From: '+4915100000003', Body: 'STOP' }),
  });
  expect(forged.status).toBe(401);
  expect(await phoneOf(fay)).toMatchObject({ opted_out_at: null });
});

test('I484 a stop is the number’s: it holds for another customer, for consent by the API and for whoever gets it, until START or staff', async () => {
  await toNoon();
  const number = '+4915100000777';
  const ida = await unpaid(number);
  const joe = await unpaid('+4915100000778');
  await world.pass(1);
  const url = `${app.baseUrl}/hooks/texts/replies`;
  expect(await app.sandbox.answerText({ from: number, text: 'STOP', url })).toBe(200);
  const put = (customer: string, to: string) =>
    world.must('PUT', `/v1/customers/${customer}/phone`, { number: to, consent: true });
  const forget = async (customer: string) =>
    expect((await app.api('DELETE', `/v1/customers/${customer}/phone`)).status).toBe(204);
  // Neither forgetting the number nor agreeing for its owner ends the stop.
  await forget(ida);
  for (const customer of [ida, joe]) {
    const { consent_at: consentAt, opted_out_at: stoppedAt } = await put(customer, number);
    expect([consentAt === null, stoppedAt === null]).toEqual([false, false]);
  }
  await world.pass(3);
  for (const customer of [ida, joe])
    expect((await textsOf(customer)).again).toMatchObject({ status: 'dropped', reason: 'opted_out' });
  expect(await app.sandbox.texts(number)).toHaveLength(1);
  const lift = (customer: string, reason: string) =>
    app.api('POST', `/v1/customers/${customer}/phone/lift_stop`, { body: { reason } });
  expect((await lift(joe, '')).body.code).toBe('request.invalid');
  const lifted = await lift(joe, 'Asked for texts on the phone.');
  expect(lifted.body).toMatchObject({ opted_out_at: null, number });
  expect(await phoneOf(ida)).toMatchObject({ opted_out_at: null });
  expect((await lift(joe, 'Again')).body.code).toBe('customer.texts_not_stopped');
  const { data } = await world.get('/v1/audit?limit=10');
  const acts = data as unknown as { action: string; object_id: string; details: object }[];
  const ended = acts.filter(({ action }) => action === 'customer.text_stop_lifted');
  expect(ended.map((act) => act.object_id).sort()).toEqual([ida, joe].sort());
  expect(ended[0]?.details).toEqual({ reason: 'Asked for texts on the phone.' });
  // A stop of a number that nobody has yet waits for whoever gets it; START ends it for all.
  expect(await app.sandbox.answerText({ from: number, text: 'STOP', url })).toBe(200);
  await forget(ida);
  await forget(joe);
  expect((await put(ida, number)).opted_out_at).not.toBeNull();
  expect(await app.sandbox.answerText({ from: number, text: 'START', url })).toBe(200);
  expect(await phoneOf(ida)).toMatchObject({ opted_out_at: null });
}, 60_000);

test('I403 a call that was cut off is looked up and the text is sent once, and words that are late or repeated change nothing', async () => {
  await toNoon();
  const silent = '+15005550408';
  const gus = await unpaid(silent);
  await world.pass(1);
  expect((await textsOf(gus)).text).toMatchObject({ status: 'unknown' });
  app.passWallTime(HOUR_MS);
  await world.settle();
  expect((await textsOf(gus)).text).toMatchObject({ status: 'accepted' });
  expect(await app.sandbox.texts(silent)).toHaveLength(1);
  const tell = (status: string, errorCode?: number) =>
    app.sandbox.tellText({ to: silent, status, ...(errorCode === undefined ? {} : { errorCode }) });
  for (const status of ['delivered', 'sent', 'queued', 'delivered', 'sending'])
    expect(await tell(status)).toBe(204);
  expect((await textsOf(gus)).text).toMatchObject({ status: 'delivered' });
  await world.post(`/v1/customers/${gus}/payment_methods`, { provider_method_id: 'pm_card_visa' });
}, 60_000);

test('I641 what the provider tells before it answers stands, with its code, whatever its answer says', async () => {
  await toNoon();
  const early = await unpaid('+15005530006');
  await world.pass(1);
  expect((await textsOf(early)).text).toMatchObject({ status: 'undelivered', error_code: 30006 });
  expect((await phoneOf(early)).fault).toContain('30006');
});

test('what the provider says of a number holds for later texts; what may pass is tried three times', async () => {
  await toNoon();
  const [optedOut, landline, away] = ['+15005550004', '+4915100030006', '+4915100030003'];
  const ids = [await unpaid(optedOut), await unpaid(landline), await unpaid(away)] as const;
  await world.pass(1);
  await app.sandbox.texts();
  expect((await textsOf(ids[0])).text).toMatchObject({ status: 'failed', error_code: 21610 });
  expect((await phoneOf(ids[0])).opted_out_at).not.toBeNull();
  await expect
    .poll(async () => (await textsOf(ids[1])).text)
    .toMatchObject({ status: 'undelivered', error_code: 30006 });
  expect((await phoneOf(ids[1])).fault).toContain('30006');
  for (let hour = 0; hour < 5; hour += 1) {
    await app.sandbox.texts();
    app.passWallTime(HOUR_MS);
    await world.settle();
  }
  await expect
    .poll(async () => (await textsOf(ids[2])).text)
    .toMatchObject({ status: 'undelivered', error_code: 30003 });
  expect(await app.sandbox.texts(away)).toHaveLength(3);
  expect(await phoneOf(ids[2])).toMatchObject({ fault: null });
  // Another number begins anew.
  await world.must('PUT', `/v1/customers/${ids[1]}/phone`, { number: '+4915100000009', consent: true });
  expect(await phoneOf(ids[1])).toMatchObject({ fault: null, number: '+4915100000009' });
});

test('without an account of the seller a text waits, and staff are told once', async () => {
  await toNoon();
  const hal = await unpaid('+4915100000011');
  await world.sql("update text_messages set status = 'dropped' where status = 'queued'", []);
  await world.sql(
    `insert into text_messages (tenant_id, id, customer_id, template, subject_id, facts, status, due_at, created_at, changed_at)
     values ($1, gen_random_uuid(), $2, 'dunning.unpaid', 'x', '{}', 'queued', '2026-01-01', '2026-01-01', '2026-01-01')`,
    [app.tenant.id, customerRow(hal)],
  );
  const sourceOf = (provider: TextProvider | null) =>
    sendTextsSource({
      transactor: app.server.transactor,
      providerOf: () => provider,
      facts: { invoice: async () => ({ number: 'A-1', currency: 'EUR', dueMinor: 100n, dueAt: 0 }) as never },
      portalUrl: (slug) => slug,
      statusUrl: () => '',
      log: silentLog,
    });
  const source = sourceOf(null);
  expect([await source.run(app.tenant.id, 10), await source.run(app.tenant.id, 10)]).toEqual([1, 0]);
  const { data } = await world.get('/v1/cases');
  const kinds = (data as unknown as { kind: string }[]).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'text.no_provider')).toHaveLength(1);
  // Keys that the provider refuses are no word on the text: it waits as well.
  await world.sql("update text_messages set due_at = '2026-01-01' where subject_id = 'x'", []);
  const denied: TextProvider = {
    name: 'twilio',
    send: () => Promise.reject(new TextFault('denied', 20003, 'Authenticate')),
    find: async () => null,
  } as never;
  await sourceOf(denied).run(app.tenant.id, 10);
  const request = {
    tenantId: app.tenant.id,
    actor: { kind: 'system', id: 'test' },
    requestId: null,
  } as const;
  const kept = await app.server.transactor.query(request, (ctx) =>
    ctx.sql.rows(`select status, reason from text_messages where subject_id = 'x'`),
  );
  expect(kept).toEqual([{ status: 'queued', reason: 'Authenticate' }]);
  await world.sql("delete from text_messages where subject_id = 'x'", []);
});
