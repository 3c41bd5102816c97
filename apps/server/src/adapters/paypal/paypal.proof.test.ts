import { addMs, type Instant, instant, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import { approveAs } from '@billhook/sandbox/testing/paypal';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { NewSession, PaymentProvider, ProviderIntent } from '../../modules/payments/provider.ts';
import type { EvidenceFile } from '../../modules/payments/provider-disputes.ts';
import { createPayPalWorld, type PayPalWorld } from '../../testing/paypal.ts';
import { packCustomer } from './ids.ts';

const CUSTOMER = '019a7c5e-1111-7abc-8def-000000000001';
const START = instant(Date.UTC(2026, 4, 4, 9));

let world: PayPalWorld;
let provider: PaymentProvider;
let skewMs = 0;
let ids = 0;

beforeAll(async () => {
  world = await createPayPalWorld({
    wallNow: () => performance.timeOrigin + performance.now() + skewMs,
  });
  provider = world.provider;
  await world.control.payPal.setClock(world.accountId, START);
});
afterEach(async () => {
  await world.control.payPal.setFaults(world.accountId, {});
});
afterAll(() => world.close());

const uuid = () => {
  ids += 1;
  return `019a7c5e-2222-7abc-8def-${String(ids).padStart(12, '0')}`;
};

const page = (more: Partial<NewSession> = {}): NewSession => ({
  checkoutId: uuid(),
  mode: 'payment',
  providerCustomerId: packCustomer(CUSTOMER),
  currency: 'EUR',
  amountMinor: 2_900n,
  description: 'Team plan',
  successUrl: 'http://127.0.0.1/back',
  cancelUrl: 'http://127.0.0.1/cancel',
  expiresAt: addMs(START, MS_PER_DAY),
  ...more,
});

/** A buyer's account, left with the seller without a payment. */
async function kept(buyer: string): Promise<string> {
  const session = await provider.createCheckoutSession(page({ mode: 'setup', amountMinor: 0n }), uuid());
  await approveAs(session.url ?? '', buyer);
  const done = await provider.completeSession?.(session.id, uuid());
  return done?.methodId ?? '';
}

const charge = (
  providerMethodId: string,
  attemptId = uuid(),
  amountMinor = 1_000n,
  key = `attempt:${attemptId}`,
) =>
  provider.chargeOffSession(
    {
      attemptId,
      providerCustomerId: packCustomer(CUSTOMER),
      providerMethodId,
      kind: 'paypal',
      currency: 'EUR',
      amountMinor,
      description: 'Invoice 2026-0001',
    },
    key,
  );

const find = (attemptId: string, since: Instant = START) =>
  provider.findIntent({ providerCustomerId: packCustomer(CUSTOMER), attemptId, since });

test('a page takes nothing before our call, and once after it, and keeps the buyer', async () => {
  const asked = page();
  const session = await provider.createCheckoutSession(asked, `checkout:${asked.checkoutId}`);
  expect(session).toMatchObject({ status: 'open', checkoutId: asked.checkoutId, intentId: null });
  await expect(provider.completeSession?.(session.id, 'early')).rejects.toMatchObject({ kind: 'refused' });
  await approveAs(session.url ?? '', 'ada');
  expect(await provider.retrieveSession(session.id)).toMatchObject({
    status: 'approved',
    url: null,
    intentId: null,
  });
  const done = await provider.completeSession?.(session.id, 'complete');
  expect(done).toMatchObject({ status: 'complete', checkoutId: asked.checkoutId });
  expect(await provider.completeSession?.(session.id, 'once-more')).toMatchObject({
    intentId: done?.intentId,
  });
  expect(await provider.retrieveIntent(done?.intentId ?? '')).toMatchObject({
    status: 'succeeded',
    capturedMinor: 2_900n,
    feeMinor: 107n,
    currency: 'EUR',
    attemptId: null,
  });
  const method = await provider.retrieveMethod(done?.methodId ?? '');
  expect(method).toMatchObject({
    kind: 'paypal',
    label: 'ada@buyers.example',
    providerCustomerId: packCustomer(CUSTOMER),
  });
  expect(await provider.listMethods(packCustomer(CUSTOMER))).toEqual([method]);
});

test('a page that is closed takes nothing, whatever the buyer agreed to before', async () => {
  const session = await provider.createCheckoutSession(page(), uuid());
  await approveAs(session.url ?? '', 'ada');
  expect(await provider.expireSession(session.id)).toMatchObject({ status: 'expired', intentId: null });
});

test('a kept account is charged once under its key; declines are answers', async () => {
  const token = await kept('ada');
  const attemptId = uuid();
  const first = await charge(token, attemptId);
  expect(first).toMatchObject({ status: 'succeeded', capturedMinor: 1_000n, attemptId });
  expect(await charge(token, attemptId)).toEqual(first);
  // Under another key PayPal says that this was paid: that is no "no".
  await expect(charge(token, attemptId, 1_000n, 'another')).rejects.toMatchObject({ kind: 'unknown' });
  const refused = async (buyer: string): Promise<ProviderIntent> => charge(await kept(buyer));
  expect(await refused('cleo')).toMatchObject({
    status: 'failed',
    failureCode: 'instrument_declined',
    capturedMinor: 0n,
  });
  expect(await refused('emil')).toMatchObject({
    status: 'failed',
    failureCode: 'payer_account_locked_or_closed',
  });
  await provider.detachMethod(token);
  await provider.detachMethod(token);
  expect(await charge(token)).toMatchObject({ status: 'failed', failureCode: 'token_id_not_found' });
});

test('a bank payment is under way for days, then is there', async () => {
  const pending = await charge(await kept('dana'));
  expect(pending).toMatchObject({ status: 'processing', capturedMinor: 0n });
  await world.control.payPal.setClock(world.accountId, addMs(START, 3 * MS_PER_DAY));
  expect(await provider.retrieveIntent(pending.id)).toMatchObject({
    status: 'succeeded',
    capturedMinor: 1_000n,
  });
  const refused = await charge(await kept('dana'));
  await world.control.payPal.act(world.accountId, { deed: 'deny_capture', captureId: refused.id });
  expect(await provider.retrieveIntent(refused.id)).toMatchObject({ status: 'failed' });
});

test('what has no answer is unknown, is found by the list of transactions, and is never taken twice', async () => {
  const token = await kept('ada');
  const [lost, never] = [uuid(), uuid()];
  await world.control.payPal.setFaults(world.accountId, { timeoutsAfter: 1, holdMs: 20 });
  await expect(charge(token, lost)).rejects.toMatchObject({ kind: 'unknown' });
  await world.control.payPal.setFaults(world.accountId, { timeoutsBefore: 1, holdMs: 20 });
  await expect(charge(token, never)).rejects.toMatchObject({ kind: 'unknown' });
  const found = await find(lost);
  expect(found).toMatchObject({ status: 'succeeded', attemptId: lost });
  expect(await find(never)).toBeNull();
  // Within the life of the key the same call answers what was done.
  expect((await charge(token, lost)).id).toBe(found?.id);
  // Past it PayPal's own guard still keeps it from happening twice.
  skewMs = 7 * MS_PER_HOUR;
  await expect(charge(token, lost)).rejects.toMatchObject({ kind: 'unknown', code: 'duplicate_invoice_id' });
  skewMs = 0;
});

test('errors say what they mean: busy, denied, unknown', async () => {
  const token = await kept('ada');
  await world.control.payPal.setFaults(world.accountId, { rejectRequests: 1, rejectStatus: 429 });
  await expect(charge(token)).rejects.toMatchObject({ kind: 'busy' });
  await world.control.payPal.setFaults(world.accountId, { rejectRequests: 1, rejectStatus: 500 });
  await expect(charge(token)).rejects.toMatchObject({ kind: 'unknown' });
  await world.control.payPal.setFaults(world.accountId, {
    failCharges: 1,
    failChargesWith: 'payee_account_restricted',
  });
  await expect(charge(token)).rejects.toMatchObject({ kind: 'denied' });
  const stranger = world.connector.connect({ ...world.account, secretKey: 'a-wrong-secret' });
  await expect(stranger.retrieveIntent('X')).rejects.toMatchObject({ kind: 'denied' });
  const nobody = world.connector.connect({ ...world.account, mode: 'sandbox', publicId: 'x' });
  await expect(nobody.inspect({ withBilling: false })).rejects.toMatchObject({ kind: 'denied' });
});

test('a token that is not taken any more is asked for anew, and the call is made once', async () => {
  await world.control.payPal.act(world.accountId, { deed: 'revoke_tokens' });
  expect(await provider.listMethods(packCustomer(uuid()))).toEqual([]);
});

test('refunds go back in parts, never above what was taken, and are found again', async () => {
  const paid = await charge(await kept('ada'));
  const refundId = uuid();
  const part = await provider.refund(
    { refundId, intentId: paid.id, amountMinor: 400n },
    `refund:${refundId}`,
  );
  expect(part).toMatchObject({ status: 'succeeded', amountMinor: 400n, refundId, intentId: paid.id });
  expect(
    await provider.refund({ refundId, intentId: paid.id, amountMinor: 400n }, `refund:${refundId}`),
  ).toEqual(part);
  await expect(
    provider.refund({ refundId: uuid(), intentId: paid.id, amountMinor: 601n }, uuid()),
  ).rejects.toMatchObject({ kind: 'refused', code: 'refund_amount_exceeded' });
  await world.control.payPal.act(world.accountId, { deed: 'refund', captureId: paid.id, amountMinor: 100 });
  const all = await provider.listRefunds(paid.id);
  expect(all.map(({ amountMinor }) => amountMinor)).toEqual([400n, 100n]);
  expect(await provider.findRefund({ intentId: paid.id, refundId })).toEqual(part);
  expect(await provider.findRefund({ intentId: paid.id, refundId: uuid() })).toBeNull();
  expect(await provider.retrieveRefund(part.id)).toEqual(part);
});

test('I483 a dispute is listed, answered once with its files, and ends', async () => {
  const paid = await charge(await kept('ada'));
  const id = await world.control.payPal.act(world.accountId, { deed: 'open_dispute', captureId: paid.id });
  const [dispute] = (await provider.listDisputes?.(START)) ?? [];
  expect(dispute).toMatchObject({
    id,
    intentId: paid.id,
    amountMinor: 1_000n,
    status: 'needs_response',
    withdrawnMinor: 1_000n,
  });
  const evidence = {
    customerName: 'Ada Lindt',
    customerEmail: null,
    customerIp: null,
    billingAddress: null,
    productDescription: 'Team plan',
    serviceDate: 'May 2026',
    accessLog: null,
    refundPolicy: null,
    cancellationPolicy: null,
    text: 'Used every day.',
  };
  const pdf = Buffer.from('%PDF-1.7\nThe terms that were agreed.');
  const files: EvidenceFile[] = [
    { kind: 'receipt', name: 'Quittung Mai.PDF', contentType: 'application/pdf', bytes: pdf },
    { kind: 'customer_communication', name: 'no ending', contentType: 'image/jpeg', bytes: Buffer.from([1]) },
  ];
  expect(await provider.submitEvidence?.(id, evidence, files, 'evidence')).toMatchObject({
    status: 'under_review',
    evidenceDueAt: null,
  });
  expect(await provider.submitEvidence?.(id, evidence, files, 'evidence')).toMatchObject({
    status: 'under_review',
  });
  // What PayPal has of it, asked with a token of its own.
  const { publicId, secretKey } = world.account;
  const basic = Buffer.from(`${publicId}:${secretKey}`).toString('base64');
  const token = await fetch(`${world.url}/v1/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  });
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  const shown = await fetch(`${world.url}/v1/customer/disputes/${id}`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  expect(await shown.json()).toMatchObject({
    evidences: [
      {
        evidence_type: 'OTHER',
        documents: [{ name: 'receipt.pdf' }, { name: 'customer_communication.jpg' }],
      },
    ],
  });
  await world.control.payPal.act(world.accountId, {
    deed: 'resolve_dispute',
    disputeId: id,
    outcome: 'RESOLVED_SELLER_FAVOUR',
  });
  expect(await provider.retrieveDispute?.(id)).toMatchObject({ status: 'won', withdrawnMinor: 0n });
});

test('every movement is listed with its fee and its payment, over months', async () => {
  const since = addMs(START, -60 * MS_PER_DAY);
  const until = addMs(START, 30 * MS_PER_DAY);
  const found = [];
  let cursor: string | null = null;
  do {
    const part: Awaited<ReturnType<NonNullable<PaymentProvider['listTransactions']>>> | undefined =
      await provider.listTransactions?.({ since, until, cursor });
    found.push(...(part?.items ?? []));
    cursor = part?.cursor ?? null;
  } while (cursor !== null);
  const kinds = new Set(found.map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(['charge', 'refund', 'dispute', 'dispute_reversal']));
  for (const one of found) expect(one.netMinor).toBe(one.grossMinor - one.feeMinor);
  const refund = found.find(({ kind }) => kind === 'refund');
  expect(found.find(({ id }) => id === refund?.intentId)).toMatchObject({ kind: 'charge', feeMinor: 60n });
  expect(await provider.listPayouts?.({ since, until, cursor: null })).toMatchObject({ items: [] });
});

test('events that were not sent can be asked for, each saying where to look', async () => {
  const page1 = await provider.listEvents?.({ since: START, cursor: null });
  const abouts = new Set(page1?.items.map(({ news }) => news.about));
  expect(abouts).toEqual(new Set(['intent', 'session', 'method', 'refund', 'dispute']));
  for (const { body, news } of page1?.items ?? []) expect(world.connector.read(body)).toEqual(news);
  const paid = page1?.items.find(
    ({ news }) => news.type === 'PAYMENT.CAPTURE.COMPLETED' && news.about === 'session',
  );
  expect(paid?.news.objectId).toMatch(/^order:/);
});

test('the account can be inspected without moving anything', async () => {
  expect(await provider.inspect({ withBilling: false })).toMatchObject({
    accountId: world.account.publicId,
    isLive: false,
    missingScopes: [],
  });
});

test('I480 what the keys may not do is told by the token that they get, without trying it', async () => {
  const deniedRights = 'disputes_write refunds_write vault_write';
  await world.control.payPal.setFaults(world.accountId, { deniedRights });
  // The token of before still says what it was given for.
  const fresh = world.openConnector().connect(world.account);
  expect((await fresh.inspect({ withBilling: false })).missingScopes).toEqual([
    'refunds (write)',
    'disputes (write)',
    'vault (write)',
  ]);
});

test('amounts that PayPal cannot take are refused before anything is sent', async () => {
  await expect(provider.createCheckoutSession(page({ currency: 'KWD' }), uuid())).rejects.toMatchObject({
    kind: 'refused',
    code: 'currency_not_supported',
  });
  await expect(
    provider.createCheckoutSession(page({ currency: 'HUF', amountMinor: 1_050n }), uuid()),
  ).rejects.toMatchObject({ kind: 'refused', code: 'amount_not_whole' });
  const whole = await provider.createCheckoutSession(
    page({ currency: 'HUF', amountMinor: 100_000n }),
    uuid(),
  );
  await approveAs(whole.url ?? '', 'ada');
  const done = await provider.completeSession?.(whole.id, uuid());
  expect(await provider.retrieveIntent(done?.intentId ?? '')).toMatchObject({
    capturedMinor: 100_000n,
    currency: 'HUF',
  });
});

test('every request and every answer was as PayPal describes them, and each change carried a key', () => {
  expect(world.departures).toEqual([]);
  expect(world.keys.length).toBeGreaterThan(20);
});
