import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { makeCertificate } from '@billhook/sandbox/paypal/certificate';
import { transmissionHeaders } from '@billhook/sandbox/paypal/sign';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPayPalConnector } from '../adapters/paypal/connect.ts';
import { createStripeConnector } from '../adapters/stripe/connect.ts';
import { beginCard, beginSubscription, settlePage, startHostedPage } from '../modules/checkout/api.ts';
import { createProviders, type InboxDeps, receiveWebhook } from '../modules/payments/api.ts';
import { addCustomer, addPlan, balances, flatPrice, subscribe } from '../testing/billing.ts';
import { createPaymentWorld, type PaymentWorld, WEBHOOK_SECRET } from '../testing/payments.ts';
import { addPayPal, type WithPayPal } from '../testing/paypal-account.ts';

const PAYPAL_TOKEN = 'hook-token-of-paypal';
const PAYPAL_WEBHOOK_ID = '5ML55517T4853714A';
const MANY = 1_000;

let world: PaymentWorld;
let paypal: WithPayPal;
let plan: Awaited<ReturnType<typeof addPlan>>;
let people = 0;

/** A provider's door: what is written here is signed as that provider signs it, at any time. */
type Door = {
  name: string;
  /** The status with which a message is answered that is signed `laterMs` from now. */
  send(body: string, laterMs?: number): Promise<number>;
  /** The same, signed for another account of the same provider. */
  sendOfOther(body: string): Promise<number>;
  /** An event that says that a payment was made. */
  paid(id: string, objectId: string): string;
};
let doors: Record<'stripe' | 'paypal', Door>;

beforeAll(async () => {
  world = await createPaymentWorld('2026-03-01T00:00:00Z', {}, 3_000);
  paypal = await addPayPal(world);
  plan = await addPlan(world, { key: 'pro', prices: [flatPrice('2900')] });
  doors = { stripe: stripeDoor(), paypal: payPalDoor() };
});
afterAll(() => world.close());

const bytes = (text: string) => new TextEncoder().encode(text);

function stripeDoor(): Door {
  const send = (body: string, laterMs = 0, secret = WEBHOOK_SECRET) => {
    const wallMs = Math.floor(world.transactor.wallNow() + laterMs);
    const at = Math.floor(wallMs / 1000);
    const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
    const transactor = { ...world.transactor, wallNow: () => instant(wallMs) };
    return receiveWebhook(
      { ...world.inbox, transactor },
      {
        token: world.hookToken,
        rawBody: bytes(body),
        headers: { 'stripe-signature': `t=${at},v1=${signature}` },
      },
    );
  };
  return {
    name: 'stripe',
    send: (body, laterMs) => send(body, laterMs),
    sendOfOther: (body) => send(body, 0, 'whsec_of_another_account'),
    paid: (id, objectId) =>
      JSON.stringify({
        id,
        object: 'event',
        type: 'payment_intent.succeeded',
        livemode: false,
        data: { object: { id: objectId, object: 'payment_intent', status: 'succeeded' } },
      }),
  };
}

/** PayPal's door with a signer of the test's own: the stand-in throws the key of its root away. */
function payPalDoor(): Door {
  const [rootKey, signerKey] = [rsa(), rsa()];
  const validity = { notBeforeMs: Date.now() - MS_PER_DAY, notAfterMs: Date.now() + 90 * MS_PER_DAY };
  const issuer = { commonName: 'Root of the tests', privateKey: rootKey };
  const certificate = (commonName: string, key: typeof rootKey, isAuthority: boolean) =>
    makeCertificate({
      ...validity,
      commonName,
      issuer,
      isAuthority,
      publicKey: createPublicKey(key),
      serial: Buffer.from(isAuthority ? '4011223344556677' : '4011223344556688', 'hex'),
    });
  const root = certificate('Root of the tests', rootKey, true);
  const signer = certificate('messageverificationcerts.sandbox.paypal.com', signerKey, false);
  const certificateUrl = `${world.stripeUrl}/v1/notifications/certs/CERT-of-the-tests`;
  const connectors = [
    createStripeConnector({ sandboxUrl: world.stripeUrl }),
    createPayPalConnector({
      sandboxUrl: world.stripeUrl,
      sandboxRoot: async () => root,
      fetch: async (input, init) =>
        String(input) === certificateUrl ? new Response(signer) : fetch(input, init),
    }),
  ];
  const providers = createProviders({ transactor: world.transactor, box: world.box, connectors });
  const send = (body: string, laterMs = 0, webhookId = PAYPAL_WEBHOOK_ID) => {
    const wallMs = Math.floor(world.transactor.wallNow() + laterMs);
    const inbox: InboxDeps = {
      ...world.inbox,
      providers,
      transactor: { ...world.transactor, wallNow: () => instant(wallMs) },
    };
    const headers = transmissionHeaders(
      { privateKey: signerKey },
      { id: randomUUID(), wallMs, webhookId, body, certificateUrl },
    );
    return receiveWebhook(inbox, { token: PAYPAL_TOKEN, rawBody: bytes(body), headers });
  };
  return {
    name: 'paypal',
    send: (body, laterMs) => send(body, laterMs),
    sendOfOther: (body) => send(body, 0, '9XX55517T4853714B'),
    paid: (id, objectId) =>
      JSON.stringify({
        id,
        event_version: '1.0',
        resource_type: 'capture',
        event_type: 'PAYMENT.CAPTURE.COMPLETED',
        resource: { id: objectId, status: 'COMPLETED' },
      }),
  };
}

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const request = () => ({
  tenantId: world.tenantId,
  actor: { kind: 'system', id: 'test' } as const,
  requestId: null,
});

async function addPerson(): Promise<string> {
  people += 1;
  return (await addCustomer(world, { name: `No ${people}`, email: `p${people}@example.com`, country: 'DE' }))
    .id;
}

const stored = (id: string) =>
  world.admin(
    'select state, detail, body, deliveries::int as deliveries from provider_events where provider_event_id = $1',
    [id],
  );
const paymentsOf = async (customerId: string) =>
  (await world.admin('select count(*)::int as count from payments where customer_id = $1', [customerId]))[0]
    ?.count;
const attemptOf = async (customerId: string) =>
  (
    await world.admin(
      `select id, status, provider_object_id as object from payment_attempts where customer_id = $1
       order by created_at desc, id desc limit 1`,
      [customerId],
    )
  )[0];
const casesOf = (subjectId: unknown) =>
  world.admin('select kind, facts from cases where subject_id = $1 and closed_at is null', [subjectId]);
const readEvents = async () => {
  while ((await world.sources.events.run(world.tenantId, 100)) > 0);
};

/** A payment that was made, whose answer and messages were lost: only the message that comes now tells of it. */
async function paidUnheard(provider: 'stripe' | 'paypal') {
  const customerId = await addPerson();
  if (provider === 'stripe') {
    await world.addCard(customerId, 'pm_card_visa');
    await subscribe(world, customerId, plan, { collection: 'automatic' });
    await world.sources.bill.run(world.tenantId, 50);
    await world.control.setFaults(world.accountId, { timeoutsAfter: 1, holdMs: 4_000, loseWebhooks: 100 });
    await world.sources.collect.run(world.tenantId, 50);
    await world.control.setFaults(world.accountId, {});
  } else {
    await world.control.payPal.setFaults(paypal.accountId, { loseWebhooks: 100 });
    const page = await startHostedPage(world, request(), (ctx) =>
      beginSubscription(ctx, {
        customerId,
        plan: 'pro',
        quantity: 1,
        provider: 'paypal',
        successUrl: 'http://shop.example/a',
        cancelUrl: 'http://shop.example/b',
      }),
    );
    await paypal.approve(page.url, 'ada');
    await world.control.payPal.setFaults(paypal.accountId, {});
  }
  const port = provider === 'stripe' ? world.provider : paypal.payPal;
  const page = await port.listEvents?.({ since: instant(0), cursor: null });
  const type = provider === 'stripe' ? 'payment_intent.succeeded' : 'CHECKOUT.ORDER.APPROVED';
  const event = page?.items.find(({ news }) => news.type === type);
  if (event === undefined) return expect.fail(`${provider} tells of nothing`);
  return { customerId, eventId: event.news.id, body: new TextDecoder().decode(event.body) };
}

test.each(['stripe', 'paypal'] as const)(
  'I39 %s: the bytes of a message are stored as they came before it is answered, and not answered while they are not',
  async (name) => {
    const door = doors[name];
    const id = `evt_bytes_${name}`;
    // Spaces and an escaped letter: read and written again it would be another text.
    const body = ` ${door.paid(id, 'nobody_knows_it').replace(':', ' :  ').replace('"id"', '"\\u0069d"')}\n`;
    const other = new pg.Client({ connectionString: world.database.url });
    await other.connect();
    await other.query('begin; lock table provider_events in access exclusive mode');
    let answer: number | null = null;
    const answered = door.send(body).then((status) => {
      answer = status;
    });
    const waiting = async () => {
      const waits = `select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and query like '%provider_events%'`;
      return (await world.admin(waits))[0]?.count;
    };
    try {
      await expect.poll(waiting, { timeout: 20_000 }).toBe(1);
      expect(answer).toBeNull();
    } finally {
      await other.query('commit');
      await other.end();
    }
    await answered;
    expect(answer).toBe(200);
    const [kept] = await stored(id);
    expect(kept?.body).toEqual(Buffer.from(body));
  },
);

test.each(['stripe', 'paypal'] as const)(
  'S29 I39 %s: the same event a thousand times at once, and again after thirty days, has one effect',
  async (name) => {
    const door = doors[name];
    const { customerId, eventId, body } = await paidUnheard(name);
    const answers = await Promise.all(Array.from({ length: MANY }, () => door.send(body)));
    expect(new Set(answers)).toEqual(new Set([200]));
    await readEvents();
    expect(await stored(eventId)).toMatchObject([{ state: 'done', deliveries: MANY }]);
    expect(await paymentsOf(customerId)).toBe(1);
    expect(await world.invoices(customerId)).toMatchObject([{ status: 'paid', paidMinor: 2900n }]);
    const books = await balances(world);
    expect(await door.send(body, 30 * MS_PER_DAY)).toBe(200);
    await readEvents();
    expect(await stored(eventId)).toMatchObject([{ state: 'done', deliveries: MANY + 1 }]);
    expect(await paymentsOf(customerId)).toBe(1);
    expect(await balances(world)).toEqual(books);
  },
);

test('S32 I477 stripe: what a genuine envelope tells of a connected account is kept aside, without an effect', async () => {
  const { customerId, body } = await paidUnheard('stripe');
  const told = { ...(JSON.parse(body) as object), id: 'evt_of_other', account: 'acct_of_somebody_else' };
  expect(await doors.stripe.send(JSON.stringify(told))).toBe(200);
  await readEvents();
  expect(await stored('evt_of_other')).toMatchObject([{ state: 'quarantined', detail: 'other account' }]);
  expect(await paymentsOf(customerId)).toBe(0);
  // What it spoke of is so, all the same: the look-up that is planned finds it.
  await world.advance(new Date(Date.parse('2026-03-01T06:00:00Z')).toISOString());
  expect(await paymentsOf(customerId)).toBe(1);
});

test.each(['stripe', 'paypal'] as const)(
  'S32 %s: a message that is signed for another account is refused and not kept, whatever it tells',
  async (name) => {
    const { customerId, eventId, body } = await paidUnheard(name);
    expect(await doors[name].sendOfOther(body)).toBe(401);
    await readEvents();
    expect(await stored(eventId)).toEqual([]);
    expect(await paymentsOf(customerId)).toBe(0);
    await doors[name].send(body);
    await readEvents();
    expect(await paymentsOf(customerId)).toBe(1);
  },
);

test('S33 I477 stripe: a message that says paid is not believed where the look-up says otherwise, and a person is told', async () => {
  const customerId = await addPerson();
  await world.addCard(customerId, 'pm_card_chargeCustomerFail');
  await subscribe(world, customerId, plan, { collection: 'automatic' });
  await world.settle();
  const attempt = await world.admin(
    `select id, provider_object_id as object from payment_attempts where customer_id = $1 and status = 'failed'`,
    [customerId],
  );
  const [failed] = attempt;
  await expectDisbelieved('stripe', customerId, { id: failed?.id, object: String(failed?.object) }, 'failed');
});

test('S33 I477 paypal: a message that says paid is not believed while the look-up says pending, and a person is told', async () => {
  const customerId = await addPerson();
  const page = await startHostedPage(world, request(), (ctx) =>
    beginCard(ctx, {
      customerId,
      provider: 'paypal',
      successUrl: 'http://shop.example/a',
      cancelUrl: 'http://shop.example/b',
    }),
  );
  await paypal.approve(page.url, 'dana');
  const deps = { transactor: world.transactor, complete: world.complete };
  await settlePage(deps, request(), paypal.payPal, page.id, page.providerSessionId ?? '');
  await subscribe(world, customerId, plan, { collection: 'automatic' });
  await world.settle();
  const attempt = await attemptOf(customerId);
  expect(attempt?.status).toBe('processing');
  await expectDisbelieved(
    'paypal',
    customerId,
    { id: attempt?.id, object: String(attempt?.object) },
    'processing',
  );
});

/** Tells twice that a payment was made that was not. */
async function expectDisbelieved(
  name: 'stripe' | 'paypal',
  customerId: string,
  attempt: { id: unknown; object: string },
  status: string,
): Promise<void> {
  const [payments, books] = [await paymentsOf(customerId), await balances(world)];
  for (const id of [`evt_lie_1_${name}`, `evt_lie_2_${name}`]) {
    expect(await doors[name].send(doors[name].paid(id, attempt.object))).toBe(200);
    await readEvents();
    expect(await stored(id)).toMatchObject([{ state: 'done' }]);
  }
  expect(await paymentsOf(customerId)).toBe(payments);
  expect(await balances(world)).toEqual(books);
  const [now] = await world.admin('select status from payment_attempts where id = $1', [attempt.id]);
  expect(now).toEqual({ status });
  expect(await casesOf(attempt.id)).toMatchObject([
    { kind: 'provider.mismatch', facts: { provider_event_id: `evt_lie_1_${name}`, provider_status: status } },
  ]);
}
